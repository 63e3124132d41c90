//! The pairs the latest linkage run kept, and among them the queue of those a human should look at (LNK-02).

use crate::{Vault, VaultError};
use kiban_model::SubjectId;
use sqlx::Row as _;

/// A pair of subjects as the latest run saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPair {
    /// The smaller subject.
    pub a: SubjectId,
    /// The larger subject.
    pub b: SubjectId,
    /// The run that last changed anything of it.
    pub run: i64,
    /// Probability that they are one person, by its model.
    pub probability: f64,
    /// Whether it made them one person.
    pub joined: bool,
    /// Why a human should look; `None` where nobody is asked.
    pub why: Option<String>,
    /// What an answer is worth.
    pub value: f64,
    /// Evidence as JSON, a list of field, level and weight; no values.
    pub evidence: String,
}

macro_rules! pairs_sql {
    ($from:literal) => {
        concat!("SELECT low, high, run, probability, joined, why, value, evidence FROM ", $from)
    };
}

impl Vault {
    /// A pair as the latest run saw it; `None` where it did not keep it.
    ///
    /// # Errors
    /// The database.
    pub fn kept_pair(&self, a: SubjectId, b: SubjectId) -> Result<Option<KeptPair>, VaultError> {
        let query = sqlx::query(pairs_sql!("link_pair WHERE low = ? AND high = ?"));
        let query = query.bind(a.min(b).0).bind(a.max(b).0);
        self.wait(query.fetch_optional(&self.pool))?.as_ref().map(pair).transpose()
    }

    /// The kept pairs between subjects of one person.
    ///
    /// # Errors
    /// The database.
    pub fn pairs_within(&self, person: kiban_model::PersonId) -> Result<Vec<KeptPair>, VaultError> {
        let query = sqlx::query(pairs_sql!(
            "link_pair WHERE low IN (SELECT subject_id FROM person_link WHERE person_id = ?1)
                         AND high IN (SELECT subject_id FROM person_link WHERE person_id = ?1) ORDER BY low, high"
        ));
        let rows = self.wait(query.bind(person.0).fetch_all(&self.pool))?;
        rows.iter().map(pair).collect()
    }

    /// Pairs waiting for a human, most telling first, at most `most` of them.
    ///
    /// # Errors
    /// The database.
    pub fn review_queue(&self, most: u32) -> Result<Vec<KeptPair>, VaultError> {
        let query = sqlx::query(pairs_sql!("waiting_pair ORDER BY value DESC, low, high LIMIT ?"));
        let rows = self.wait(query.bind(most).fetch_all(&self.pool))?;
        rows.iter().map(pair).collect()
    }

    /// How many pairs wait for a human.
    ///
    /// # Errors
    /// The database.
    pub fn waiting(&self) -> Result<u64, VaultError> {
        let row = self.wait(sqlx::query("SELECT count(*) FROM waiting_pair").fetch_one(&self.pool))?;
        Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
    }

    /// Every kept pair without its evidence, by subjects: (one, other, probability, joined).
    ///
    /// # Errors
    /// The database.
    pub fn kept_pairs(&self) -> Result<Vec<(SubjectId, SubjectId, f64, bool)>, VaultError> {
        let query = sqlx::query("SELECT low, high, probability, joined FROM link_pair ORDER BY low, high");
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| Ok((SubjectId(r.try_get(0)?), SubjectId(r.try_get(1)?), r.try_get(2)?, r.try_get(3)?)))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }
}

fn pair(r: &sqlx::sqlite::SqliteRow) -> Result<KeptPair, VaultError> {
    let why: String = r.try_get(5)?;
    Ok(KeptPair {
        a: SubjectId(r.try_get(0)?),
        b: SubjectId(r.try_get(1)?),
        run: r.try_get(2)?,
        probability: r.try_get(3)?,
        joined: r.try_get(4)?,
        why: (!why.is_empty()).then_some(why),
        value: r.try_get(6)?,
        evidence: r.try_get(7)?,
    })
}
