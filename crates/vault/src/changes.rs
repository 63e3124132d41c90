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

impl Vault {
    /// Every move to or from a person, in order.
    ///
    /// # Errors
    /// The database.
    pub fn changes_of_person(&self, person: PersonId) -> Result<Vec<PersonChange>, VaultError> {
        let query = sqlx::query(
            "SELECT run, subject_id, from_person, to_person FROM person_change
             WHERE from_person = ?1 OR to_person = ?1 ORDER BY run, subject_id",
        );
        let rows = self.wait(query.bind(person.0).fetch_all(&self.pool))?;
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
