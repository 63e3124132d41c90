//! The history of persons (名寄せの履歴): which subject became which person in which run. Append-only (LNK-02).

use crate::{Vault, VaultError};
use kiban_model::{PersonId, SubjectId};
use sqlx::Row as _;
use std::collections::HashSet;

/// A subject's move in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonChange {
    /// The run.
    pub run: i64,
    /// Who moved.
    pub subject: SubjectId,
    /// The person they were; `None` where they were placed for the first time.
    pub from: Option<PersonId>,
    /// The person they became.
    pub to: PersonId,
}

macro_rules! changes_sql {
    ($which:literal) => {
        concat!(
            "SELECT run, subject_id, from_person, to_person FROM person_change WHERE ",
            $which,
            " ORDER BY run, subject_id"
        )
    };
}

impl Vault {
    /// Every move to or from a person, in order.
    ///
    /// # Errors
    /// The database.
    pub fn changes_of_person(&self, person: PersonId) -> Result<Vec<PersonChange>, VaultError> {
        self.changes(changes_sql!("from_person = ?1 OR to_person = ?1"), person.0)
    }

    /// Every move of a subject, in order.
    ///
    /// # Errors
    /// The database.
    pub fn changes_of_subject(&self, subject: SubjectId) -> Result<Vec<PersonChange>, VaultError> {
        self.changes(changes_sql!("subject_id = ?1"), subject.0)
    }

    fn changes(&self, sql: &'static str, number: i64) -> Result<Vec<PersonChange>, VaultError> {
        let rows = self.wait(sqlx::query(sql).bind(number).fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                Ok(PersonChange {
                    run: r.try_get(0)?,
                    subject: SubjectId(r.try_get(1)?),
                    from: r.try_get::<Option<i64>, _>(2)?.map(PersonId),
                    to: PersonId(r.try_get(3)?),
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Every person number ever given: none of them may be given to somebody else.
    ///
    /// # Errors
    /// The database.
    pub fn persons_ever(&self) -> Result<HashSet<PersonId>, VaultError> {
        let query =
            sqlx::query("SELECT to_person FROM person_change UNION SELECT person_id FROM person_link");
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| r.try_get(0).map(PersonId))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }
}
