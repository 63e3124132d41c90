//! The history of persons (名寄せの履歴): which subject became which person in which run. Append-only (LNK-02).

use crate::link_runs::AT_ONCE;
use crate::{Vault, VaultError};
use kiban_model::{PersonId, SubjectId};
use sqlx::{QueryBuilder, Row as _};
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

    /// Who a run made another person, with the new one, by subject.
    ///
    /// # Errors
    /// The database.
    pub fn moved_by(&self, run: i64) -> Result<Vec<(SubjectId, PersonId)>, VaultError> {
        let query =
            sqlx::query("SELECT subject_id, to_person FROM person_change WHERE run = ? ORDER BY subject_id");
        let rows = self.wait(query.bind(run).fetch_all(&self.pool))?;
        rows.iter().map(|r| Ok((SubjectId(r.try_get(0)?), PersonId(r.try_get(1)?)))).collect()
    }

    /// Which of these person numbers were ever given: none of them may be given to somebody else.
    ///
    /// # Errors
    /// The database.
    pub fn persons_given(&self, numbers: &[PersonId]) -> Result<HashSet<PersonId>, VaultError> {
        self.wait(async {
            let mut given = HashSet::new();
            for some in numbers.chunks(AT_ONCE) {
                for from in [
                    "SELECT to_person FROM person_change WHERE to_person IN ",
                    "SELECT person_id FROM person_link WHERE person_id IN ",
                ] {
                    let mut query = QueryBuilder::new(from);
                    query.push_tuples(some, |mut row, person| {
                        row.push_bind(person.0);
                    });
                    let rows = query.build().fetch_all(&self.pool).await?;
                    for row in rows {
                        given.insert(PersonId(row.try_get(0)?));
                    }
                }
            }
            Ok(given)
        })
    }
}
