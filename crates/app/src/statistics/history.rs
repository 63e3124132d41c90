//! What a project was answered before, from the ledger: the one list nobody can shorten.

use super::{Asked, Refusal};
use crate::{AppError, Operator};
use kiban_process::statistics::{Epsilon, Guard};
use serde::Deserialize;

/// One answer, as the ledger has it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Before {
    pub(super) number: u32,
    snapshot: String,
    question: String,
    guard: Guard,
    epsilon: Epsilon,
    /// Whether it was given on the promise that the project asks about one snapshot only.
    #[serde(default = "promised")]
    one_snapshot: bool,
    /// Seal of what was kept.
    pub(super) answer: String,
}

/// What is not on record was the default.
const fn promised() -> bool {
    true
}

/// All answers of one project.
pub(super) struct History {
    answers: Vec<Before>,
    /// How many of its questions were not answered.
    unanswered: u32,
}

impl Operator {
    pub(super) fn history(&self, project: &str) -> Result<History, AppError> {
        let ledger = self.folder("ledger");
        let mut history = History { answers: Vec::new(), unanswered: 0 };
        let ours = |body: &serde_json::Value| body.get("project").and_then(|of| of.as_str()) == Some(project);
        for entry in kiban_ledger::events(&ledger)?.of_kind("StatisticsAnswered") {
            let body = entry?.event.body;
            if ours(&body) {
                history.answers.push(serde_json::from_value(body).map_err(super::grammar(&ledger))?);
            }
        }
        for entry in kiban_ledger::events(&ledger)?.of_kind("StatisticsRefused") {
            history.unanswered += u32::from(ours(&entry?.event.body));
        }
        Ok(history)
    }
}

impl History {
    /// The answer the same question had.
    pub(super) fn same(&self, question: &str) -> Option<&Before> {
        self.answers.iter().find(|before| before.question == question)
    }

    /// ε spent so far.
    pub(super) fn spent(&self) -> Epsilon {
        Epsilon(self.answers.iter().map(|before| before.epsilon.0).sum())
    }

    /// The next answer's number.
    pub(super) fn next(&self) -> u32 {
        self.answers.iter().map(|before| before.number).max().unwrap_or(0) + 1
    }

    /// The number of the next question that is not answered.
    pub(super) const fn next_unanswered(&self) -> u32 {
        self.unanswered + 1
    }

    /// Answers about a snapshot.
    pub(super) fn on<'h>(&'h self, snapshot: &'h str) -> impl Iterator<Item = &'h Before> {
        self.answers.iter().filter(move |before| before.snapshot == snapshot)
    }

    /// Why the project may not ask this at all.
    pub(super) fn forbids(&self, asked: &Asked<'_>) -> Option<Refusal> {
        if self.answers.iter().any(|before| before.guard != asked.policy.guard) {
            return Some(Refusal::new(
                "guard",
                "このプロジェクトは別の集計方針で答えを受けています。二つの方針の答えを合わせると守りが弱くなるため、同じ方針で尋ねてください",
                "the project was answered under another statistics policy; answers under two protect less than either: ask under the same",
            ));
        }
        let elsewhere = self.answers.iter().find(|before| before.snapshot != asked.snapshot.name);
        // Another policy file takes nothing back: what was answered was answered on the stricter promise.
        let one = asked.policy.one_snapshot || self.answers.iter().any(|before| before.one_snapshot);
        let elsewhere = elsewhere.filter(|_| one)?;
        Some(Refusal::new(
            "snapshot",
            format!(
                "このプロジェクトはスナップショット {} で答えを受けています。間に増えた少人数が差し引きで分かるため、同じスナップショットで尋ねてください",
                elsewhere.snapshot
            ),
            format!(
                "the project was answered from snapshot {}; the few who came since could be told by subtraction: ask about the same one",
                elsewhere.snapshot
            ),
        ))
    }
}
