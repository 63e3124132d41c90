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
    /// Seal of what was kept.
    pub(super) answer: String,
}

/// All answers of one project.
pub(super) struct History(Vec<Before>);

impl Operator {
    pub(super) fn history(&self, project: &str) -> Result<History, AppError> {
        let mut answers = Vec::new();
        for entry in kiban_ledger::events(&self.folder("ledger"))?.of_kind("StatisticsAnswered") {
            let body = entry?.event.body;
            if body.get("project").and_then(|of| of.as_str()) == Some(project) {
                let answer = serde_json::from_value(body).map_err(super::grammar(&self.folder("ledger")))?;
                answers.push(answer);
            }
        }
        Ok(History(answers))
    }
}

impl History {
    /// The answer the same question had.
    pub(super) fn same(&self, question: &str) -> Option<&Before> {
        self.0.iter().find(|before| before.question == question)
    }

    /// ε spent so far.
    pub(super) fn spent(&self) -> Epsilon {
        Epsilon(self.0.iter().map(|before| before.epsilon.0).sum())
    }

    /// The next answer's number.
    pub(super) fn next(&self) -> u32 {
        self.0.iter().map(|before| before.number).max().unwrap_or(0) + 1
    }

    /// Answers about a snapshot.
    pub(super) fn on<'h>(&'h self, snapshot: &'h str) -> impl Iterator<Item = &'h Before> {
        self.0.iter().filter(move |before| before.snapshot == snapshot)
    }

    /// Why the project may not ask this at all.
    pub(super) fn forbids(&self, asked: &Asked<'_>) -> Option<Refusal> {
        if self.0.iter().any(|before| before.guard != asked.policy.guard) {
            return Some(Refusal::new(
                "guard",
                "このプロジェクトは別の集計方針で答えを受けています。二つの方針の答えを合わせると守りが弱くなるため、同じ方針で尋ねてください",
                "the project was answered under another statistics policy; answers under two protect less than either: ask under the same",
            ));
        }
        let elsewhere = self.0.iter().find(|before| before.snapshot != asked.snapshot.name);
        let elsewhere = elsewhere.filter(|_| asked.policy.one_snapshot)?;
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
