//! What humans decided about pairs of subjects (統合・分離の判断): every word kept, who said it, and who took it back (LNK-02).

use crate::{Vault, VaultError};
use kiban_model::{Private, SubjectId};
use sqlx::Row as _;

/// A human's answer to "are these two one person?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// One person (同一人).
    Same,
    /// Two persons (別人).
    Different,
    /// What is known does not tell (判断できない).
    Unsure,
}

impl Answer {
    const fn code(self) -> i64 {
        match self {
            Self::Different => 0,
            Self::Same => 1,
            Self::Unsure => 2,
        }
    }

    fn of(code: i64) -> Result<Self, VaultError> {
        [Self::Same, Self::Different, Self::Unsure]
            .into_iter()
            .find(|answer| answer.code() == code)
            .ok_or(VaultError::Damaged { what: "decision" })
    }
}

/// A human's word on a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairDecision {
    /// Number, from 1 in the order they were made.
    pub number: i64,
    /// The smaller subject.
    pub a: SubjectId,
    /// The larger subject.
    pub b: SubjectId,
    /// What was said.
    pub answer: Answer,
    /// Day, ISO 8601.
    pub on: String,
    /// Who decided.
    pub by: String,
    /// Why, in their own words: may identify.
    pub reason: Private<String>,
    /// Whether it was taken back.
    pub undone: Option<Undone>,
}

/// A decision taken back: it is as if it had not been made, and an earlier one of the pair stands again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Number, from 1 in the order of undoing.
    pub number: i64,
    /// Day, ISO 8601.
    pub on: String,
    /// By whom.
    pub by: String,
}

macro_rules! decisions_sql {
    ($rest:literal) => {
        concat!(
            "SELECT d.decision_no, d.low, d.high, d.answer, d.decided_on, d.decided_by, d.reason,
                    u.undo_no, u.undone_on, u.undone_by
             FROM link_decision d LEFT JOIN link_undo u USING (decision_no) ",
            $rest
        )
    };
}

impl Vault {
    /// Records a human's word on a pair; returns its number.
    ///
    /// # Errors
    /// The database.
    pub fn add_decision(
        &self,
        (a, b): (SubjectId, SubjectId),
        answer: Answer,
        by: &str,
        on: &str,
        reason: &Private<String>,
    ) -> Result<i64, VaultError> {
        let query = sqlx::query(
            "INSERT INTO link_decision (low, high, answer, decided_on, decided_by, reason) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(a.min(b).0)
        .bind(a.max(b).0)
        .bind(answer.code())
        .bind(on)
        .bind(by)
        .bind(reason.expose());
        Ok(self.wait(query.execute(&self.pool))?.last_insert_rowid())
    }

    /// Takes a decision back. `false` where it was taken back before: nothing changes then.
    ///
    /// # Errors
    /// The database; there is no such decision.
    pub fn undo_decision(
        &self,
        decision: i64,
        by: &str,
        on: &str,
        reason: &Private<String>,
    ) -> Result<bool, VaultError> {
        let query = sqlx::query(
            "INSERT INTO link_undo (decision_no, undone_on, undone_by, reason) VALUES (?, ?, ?, ?)
             ON CONFLICT (decision_no) DO NOTHING",
        )
        .bind(decision)
        .bind(on)
        .bind(by)
        .bind(reason.expose());
        Ok(self.wait(query.execute(&self.pool))?.rows_affected() > 0)
    }

    /// Every decision ever made, in order.
    ///
    /// # Errors
    /// The database.
    pub fn all_decisions(&self) -> Result<Vec<PairDecision>, VaultError> {
        let query = sqlx::query(decisions_sql!("ORDER BY d.decision_no"));
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter().map(decision).collect()
    }

    /// The decisions that stand: of each pair the latest that was not taken back.
    ///
    /// # Errors
    /// The database.
    pub fn decisions(&self) -> Result<Vec<PairDecision>, VaultError> {
        let query = sqlx::query(decisions_sql!(
            "WHERE d.decision_no IN (SELECT decision_no FROM standing_decision) ORDER BY d.low, d.high"
        ));
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter().map(decision).collect()
    }
}

fn decision(r: &sqlx::sqlite::SqliteRow) -> Result<PairDecision, VaultError> {
    let undone = match r.try_get::<Option<i64>, _>(7)? {
        Some(number) => Some(Undone { number, on: r.try_get(8)?, by: r.try_get(9)? }),
        None => None,
    };
    Ok(PairDecision {
        number: r.try_get(0)?,
        a: SubjectId(r.try_get(1)?),
        b: SubjectId(r.try_get(2)?),
        answer: Answer::of(r.try_get(3)?)?,
        on: r.try_get(4)?,
        by: r.try_get(5)?,
        reason: Private::new(r.try_get(6)?),
        undone,
    })
}
