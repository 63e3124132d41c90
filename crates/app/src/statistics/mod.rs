//! Counting persons for feasibility (集計・実現可能性調査, ANO-10): a question about a snapshot, for a project, under a guard.
//!
//! Every question is on record in the ledger before its answer is shown, refused ones too. The ledger has neither the question
//! nor its counts: a digest, the guard, and what was spent of a budget. What was answered is kept below `statistics/`, so that
//! later questions can be compared with it and the same question has the same answer; without it nothing more is answered.
//!
//! `statistics/index/` holds what is derived from a snapshot, `statistics/answers/` who was counted where, both without person
//! numbers; `statistics/unanswered/` what was asked and refused, or failed, for review. Whoever erases a person deletes the
//! index with the snapshots, and may delete the whole folder.

mod history;
mod index;
mod kept;

use crate::progress::{Progress, Stage, Tell, day};
use crate::release::plain;
use crate::{AppError, Operator};
use history::History;
use kept::Kept;
use kiban_model::Private;
use kiban_model::report::Bilingual;
pub use kiban_process::statistics::{Answer, Breakdown, Figure, Guard};
use kiban_process::statistics::{
    Clash, Epsilon, Index, Partition, Plan, Question, Set, StatisticsPolicy, Threshold, answer_exactly,
    answer_with_noise,
};
use kiban_store::Snapshot;
use rayon::prelude::*;
use std::path::Path;

/// How a cohort is described.
#[derive(Debug, Clone, Copy)]
pub enum Cohort<'a> {
    /// A definition, TOML or JSON.
    Definition(&'a Path),
    /// A SELECT that gives `person_id`.
    Sql(&'a Path),
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct CountRequest<'a> {
    /// Of whom.
    pub cohort: Cohort<'a>,
    /// Statistics policy file.
    pub policy: &'a Path,
    /// Snapshot name.
    pub snapshot: &'a str,
    /// Project id.
    pub project: &'a str,
    /// Whether errors in files are told in Japanese.
    pub japanese: bool,
}

/// An answer that may be shown.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Counted {
    /// Number of the answer in its project.
    pub number: u32,
    /// Title of the question.
    pub title: Option<String>,
    /// The figures.
    pub answer: Answer,
    /// What they passed.
    pub guard: Guard,
    /// ε spent by the project so far.
    pub spent: Epsilon,
    /// Whether it was answered before and is shown again, at no cost.
    pub repeated: bool,
}

/// What becomes of a question.
#[derive(Debug)]
pub enum CountOutcome {
    /// An answer.
    Answered(Box<Counted>),
    /// None, and why.
    Refused(Bilingual),
}

/// Why a question is refused: a word for the ledger, and words for people.
struct Refusal {
    reason: &'static str,
    words: Bilingual,
}

impl Refusal {
    fn new(reason: &'static str, ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { reason, words: Bilingual::new(ja, en) }
    }
}

/// A question on its way.
struct Asked<'a> {
    request: &'a CountRequest<'a>,
    policy: StatisticsPolicy,
    question: Question,
    snapshot: Snapshot,
    /// Digest of question, snapshot and guard.
    digest: String,
    on: &'a str,
}

impl Operator {
    /// Answers a question on day `on`, or refuses to.
    ///
    /// # Errors
    /// Policy or definition are wrong (the message points at their lines), the snapshot is unknown, a folder cannot be used.
    pub fn count(
        &self,
        request: &CountRequest<'_>,
        on: &str,
        tell: Tell<'_>,
    ) -> Result<CountOutcome, AppError> {
        day(on)?;
        plain(request.project)?;
        let _lock = self.lock()?;
        let (policy, question) = read(request)?;
        let snapshot = self.store.snapshot(request.snapshot)?;
        let guard = serde_json::to_string(&policy.guard).map_err(grammar(request.policy))?;
        let parts = [snapshot.name.as_bytes(), guard.as_bytes(), question.canonical.as_bytes()];
        let digest = self.vault.secret().digest_text("statistics question", &parts);
        let asked = Asked { request, policy, question, snapshot, digest, on };
        let history = self.history(request.project)?;
        let refused = |reason: &str| {
            let asks = self.keep_unanswered(&asked, history.next_unanswered(), reason)?;
            let more = serde_json::json!({ "reason": reason, "asks": asks });
            self.record("StatisticsRefused", on, asked.body(more))
        };
        match self.answered(&asked, &history, tell) {
            Ok(Ok(counted)) => Ok(CountOutcome::Answered(Box::new(counted))),
            Ok(Err(refusal)) => {
                refused(refusal.reason)?;
                Ok(CountOutcome::Refused(refusal.words))
            }
            // Whether a question fails can be an answer, too.
            Err(error) => {
                refused("failed")?;
                Err(error)
            }
        }
    }

    fn answered(
        &self,
        asked: &Asked<'_>,
        history: &History,
        tell: Tell<'_>,
    ) -> Result<Result<Counted, Refusal>, AppError> {
        if matches!(asked.request.cohort, Cohort::Sql(_)) && !asked.policy.sql {
            return Ok(Err(sql_closed()));
        }
        if let Some(refusal) = history.forbids(asked) {
            return Ok(Err(refusal));
        }
        let spent = history.spent();
        if let Some(before) = history.same(&asked.digest) {
            let Some(kept) = self.kept(asked.request.project, before)? else {
                return Ok(Err(lost(before.number)));
            };
            self.record(
                "StatisticsRepeated",
                asked.on,
                asked.body(serde_json::json!({ "number": before.number })),
            )?;
            return Ok(Ok(asked.counted(before.number, kept.answer, spent, true)));
        }
        if let Guard::Noise { question, budget } = asked.policy.guard
            && spent.0 + question.0 > budget.0
        {
            return Ok(Err(spent_out(spent, question, budget)));
        }
        let number = history.next();
        let mut index = None;
        let plan = match asked.request.cohort {
            Cohort::Sql(_) => Plan::of_persons(&asked.question),
            Cohort::Definition(_) => {
                let index = index.insert(self.index(&asked.snapshot, tell)?);
                Plan::new(&asked.question, index).map_err(|e| AppError::Process(e.to_string()))?
            }
        };
        let partition = match &index {
            Some(index) => self.by_definition(asked, &plan, index, tell)?,
            None => self.by_sql(asked)?,
        };
        let (kept, epsilon) = match asked.policy.guard {
            Guard::Threshold(rule) => match self.threshold(asked, history, &plan, partition, rule)? {
                Ok(kept) => (kept, Epsilon(0)),
                Err(refusal) => return Ok(Err(refusal)),
            },
            Guard::Noise { question, .. } => {
                let answer = answer_with_noise(&plan, &partition, question);
                let answer = answer.map_err(|e| AppError::Process(e.to_string()))?;
                (asked.keep(answer, Vec::new(), None), question)
            }
        };
        // Kept, then on record, then shown: whatever fails on the way, nothing was shown that is not on record.
        let seal = self.keep(asked.request.project, number, &kept)?;
        let body = asked.body(serde_json::json!({
            "number": number, "guard": asked.policy.guard, "epsilon": epsilon, "answer": seal,
            "one_snapshot": asked.policy.one_snapshot,
        }));
        self.record("StatisticsAnswered", asked.on, body)?;
        Ok(Ok(asked.counted(number, kept.answer, Epsilon(spent.0 + epsilon.0), false)))
    }

    fn threshold(
        &self,
        asked: &Asked<'_>,
        history: &History,
        plan: &Plan<'_>,
        partition: Partition,
        rule: Threshold,
    ) -> Result<Result<Kept, Refusal>, AppError> {
        let mut earlier = Vec::new();
        for before in history.on(&asked.snapshot.name) {
            let kept = self.kept(asked.request.project, before)?.and_then(|kept| kept.earlier(before.number));
            let Some(kept) =
                kept.filter(|kept| kept.partition.labels.expose().len() == partition.labels.expose().len())
            else {
                return Ok(Err(lost(before.number)));
            };
            earlier.push(kept);
        }
        Ok(match answer_exactly(plan, &partition, rule, &earlier) {
            Ok((answer, shown)) => Ok(asked.keep(answer, shown, Some(partition))),
            Err(clash) => Err(clashing(clash, rule)),
        })
    }

    /// Who is where, exactly: for the guard alone.
    fn by_definition(
        &self,
        asked: &Asked<'_>,
        plan: &Plan<'_>,
        index: &Index,
        tell: Tell<'_>,
    ) -> Result<Partition, AppError> {
        let total = u64::from(index.shards());
        let shards: Result<Vec<Private<Vec<u32>>>, AppError> = (0..index.shards())
            .into_par_iter()
            .map(|shard| {
                let mut index = self.again(index, &asked.snapshot)?;
                let labels = plan.shard(&mut index, shard).map_err(|e| AppError::Process(e.to_string()))?;
                tell(Progress { stage: Stage::Processing, done: u64::from(shard), total });
                Ok(labels)
            })
            .collect();
        let (lost, cells) = plan.sizes();
        let labels = shards?.into_iter().flat_map(Private::into_inner).collect();
        Ok(Partition { lost, cells, labels: Private::new(labels) })
    }

    /// The same of persons that SQL finds, in the order the index has them.
    fn by_sql(&self, asked: &Asked<'_>) -> Result<Partition, AppError> {
        let everybody = self.store.persons(&asked.snapshot)?;
        let found = self.store.persons_of(&asked.snapshot, &asked.question.canonical)?;
        let labels = everybody.iter().map(|person| u32::from(found.binary_search(person).is_ok())).collect();
        Ok(Partition { lost: 1, cells: 1, labels: Private::new(labels) })
    }
}

impl Asked<'_> {
    /// What every fact about a question says, and more.
    fn body(&self, more: serde_json::Value) -> serde_json::Value {
        let mut body = serde_json::json!({
            "project": self.request.project, "snapshot": self.snapshot.name, "question": self.digest,
        });
        if let (Some(body), serde_json::Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    }

    fn keep(&self, answer: Answer, shown: Vec<Set>, partition: Option<Partition>) -> Kept {
        Kept {
            question: self.digest.clone(),
            asks: self.question.canonical.clone(),
            answer,
            shown,
            partition,
        }
    }

    fn counted(&self, number: u32, answer: Answer, spent: Epsilon, repeated: bool) -> Counted {
        Counted {
            number,
            title: self.question.title.clone(),
            answer,
            guard: self.policy.guard,
            spent,
            repeated,
        }
    }
}

fn read(request: &CountRequest<'_>) -> Result<(StatisticsPolicy, Question), AppError> {
    let text = |path: &Path| std::fs::read_to_string(path).map_err(AppError::at(path));
    let wrong = |errors: kiban_process::PolicyErrors| {
        AppError::Policy(if request.japanese { errors.japanese() } else { errors.to_string() })
    };
    let policy =
        StatisticsPolicy::parse(&text(request.policy)?, &request.policy.to_string_lossy()).map_err(wrong)?;
    let question = match request.cohort {
        Cohort::Definition(path) => Question::parse(&text(path)?, &path.to_string_lossy()).map_err(wrong)?,
        Cohort::Sql(path) => Question::in_sql(&text(path)?),
    };
    Ok((policy, question))
}

fn grammar(path: &Path) -> impl FnOnce(serde_json::Error) -> AppError {
    let path = path.to_path_buf();
    move |error| AppError::Grammar { path, problem: error.to_string() }
}

fn lost(number: u32) -> Refusal {
    Refusal::new(
        "record-missing",
        format!(
            "回答{number}の控えがないか壊れているため、これまでの回答と比べられません。控え(statistics/answers)を戻すか、新しいプロジェクトで尋ねてください"
        ),
        format!(
            "what was kept of answer {number} is missing or damaged, so nothing can be compared with it: restore statistics/answers, or ask for another project"
        ),
    )
}

fn spent_out(spent: Epsilon, question: Epsilon, budget: Epsilon) -> Refusal {
    let (spent, question, budget) = (spent.value(), question.value(), budget.value());
    Refusal::new(
        "budget",
        format!(
            "このプロジェクトのε予算が足りません(使用済み {spent}、この質問 {question}、上限 {budget})。以前の質問はもう一度尋ねても消費しません"
        ),
        format!(
            "the project's budget is used up (ε {spent} spent, {question} for this question, {budget} in all); earlier questions can be asked again at no cost"
        ),
    )
}

fn sql_closed() -> Refusal {
    Refusal::new(
        "sql",
        "この方針は SQL での質問を認めていません(SQL の条件は秘匿を通さずに正確な人数を確かめられます)。定義(TOML)で尋ねるか、sql = true の方針を使える担当者に依頼してください",
        "the policy does not open SQL (a condition in SQL can test exact counts past every guard): ask by a definition, or have somebody ask who may use a policy with sql = true",
    )
}

fn clashing(clash: Clash, rule: Threshold) -> Refusal {
    let least = rule.persons;
    match clash {
        Clash::With(number) => Refusal::new(
            "difference",
            format!(
                "回答{number}で示した集団との差が{least}人未満になるため、差し引きで少人数が分かります。条件を大きく変えるか、回答{number}をそのまま使ってください"
            ),
            format!(
                "the cohort differs from one shown in answer {number} by fewer than {least} persons, so subtraction would tell of them: change the question by more, or use answer {number}"
            ),
        ),
        Clash::WithSeveral => Refusal::new(
            "combination",
            format!(
                "これまでの複数の回答と組み合わせると{least}人未満の集団の人数が計算できるため、答えられません。条件を大きく変えてください"
            ),
            format!(
                "together with several earlier answers, the number of a group of fewer than {least} persons could be computed: change the question by more"
            ),
        ),
        Clash::WithEverybody => Refusal::new(
            "everybody",
            format!("対象外となるのが{least}人未満のため、差し引きで少人数が分かります"),
            format!(
                "the cohort leaves out fewer than {least} of everybody, so subtraction would tell of them"
            ),
        ),
        Clash::TooMany => Refusal::new(
            "too-many",
            "これまでの回答が多く、すべての組合せを確かめられません。新しいプロジェクトで尋ねてください",
            "too many figures were shown before for all combinations to be checked: ask for another project",
        ),
    }
}
