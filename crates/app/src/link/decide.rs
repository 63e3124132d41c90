//! Decisions of humans about pairs (統合・分離・保留とその取消し): recorded with who and when, undone only by another fact.
//!
//! The ledger learns the decision's number and the subjects; the reason, in a human's own words, may identify and stays in
//! the vault (SEC-06, SEC-07).

use crate::progress::day;
use crate::{AppError, Operator};
use kiban_model::{Private, SubjectId};
use kiban_vault::{Answer, PairDecision};

/// Who acts, and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// Name, as they state it until identities are managed.
    pub by: String,
    /// Day, ISO 8601.
    pub on: String,
}

impl Operator {
    /// Records a human's word on two subjects; returns its number. It holds in every later linkage.
    ///
    /// # Errors
    /// Nobody is named; there are no two such subjects; the vault.
    pub fn decide_pair(
        &self,
        (a, b): (SubjectId, SubjectId),
        answer: Answer,
        reason: &Private<String>,
        reviewer: &Reviewer,
    ) -> Result<i64, AppError> {
        named(reviewer)?;
        if a == b {
            return Err(AppError::NotAPair);
        }
        for subject in [a, b] {
            if self.vault.statements_of(subject)?.is_empty() {
                return Err(AppError::UnknownSubject { subject: subject.0 });
            }
        }
        let number = self.vault.add_decision((a, b), answer, &reviewer.by, &reviewer.on, reason)?;
        let kind = match answer {
            Answer::Same => "PersonsMerged",
            Answer::Different => "PersonsSeparated",
            Answer::Unsure => "PairLeftOpen",
        };
        let subjects = [a.min(b).0, a.max(b).0];
        let body = serde_json::json!({ "decision": number, "subjects": subjects, "by": reviewer.by });
        self.record(kind, &reviewer.on, body)?;
        Ok(number)
    }

    /// Takes a decision back; what was decided about the pair before stands again. The next linkage applies it.
    ///
    /// # Errors
    /// Nobody is named; there is no such decision, or it was taken back before; the vault.
    pub fn undo_decision(
        &self,
        decision: i64,
        reason: &Private<String>,
        reviewer: &Reviewer,
    ) -> Result<PairDecision, AppError> {
        named(reviewer)?;
        let undone = self
            .vault
            .all_decisions()?
            .into_iter()
            .find(|d| d.number == decision)
            .ok_or(AppError::UnknownDecision { decision })?;
        if !self.vault.undo_decision(decision, &reviewer.by, &reviewer.on, reason)? {
            return Err(AppError::UndoneBefore { decision });
        }
        let body = serde_json::json!({ "decision": decision, "subjects": [undone.a.0, undone.b.0], "by": reviewer.by });
        self.record("DecisionUndone", &reviewer.on, body)?;
        Ok(undone)
    }

    /// Every decision ever made, in order, with what became of it.
    ///
    /// # Errors
    /// The vault.
    pub fn link_decisions(&self) -> Result<Vec<PairDecision>, AppError> {
        Ok(self.vault.all_decisions()?)
    }

    /// How many decisions and undoings the next linkage will apply.
    ///
    /// # Errors
    /// The vault.
    pub fn unapplied_decisions(&self) -> Result<usize, AppError> {
        let last = self.vault.last_link_run()?.unwrap_or_default();
        let all = self.vault.all_decisions()?;
        let made = all.iter().filter(|d| d.number > last.last_decision && d.undone.is_none()).count();
        let undone = |d: &&PairDecision| {
            d.number <= last.last_decision && d.undone.as_ref().is_some_and(|u| u.number > last.last_undo)
        };
        Ok(made + all.iter().filter(undone).count())
    }
}

/// Whoever acts on people's identities says who they are.
pub(super) fn named(reviewer: &Reviewer) -> Result<(), AppError> {
    day(&reviewer.on)?;
    if reviewer.by.trim().is_empty() { Err(AppError::Nobody) } else { Ok(()) }
}
