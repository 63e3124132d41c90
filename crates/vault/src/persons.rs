//! Which subjects are one person, as the latest linkage run left it.

use crate::link_runs::AT_ONCE;
use crate::{Vault, VaultError};
use kiban_model::{PersonId, SubjectId};
use sqlx::{QueryBuilder, Row as _};

/// The person a subject is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonOf {
    /// Subject.
    pub subject: SubjectId,
    /// Person.
    pub person: PersonId,
    /// Confidence of the cluster, 0 to 1.
    pub confidence: f64,
}

macro_rules! links_sql {
    ($rest:literal) => {
        concat!("SELECT subject_id, person_id, confidence FROM person_link ", $rest)
    };
}

impl Vault {
    /// The person of every subject.
    ///
    /// # Errors
    /// The database.
    pub fn person_links(&self) -> Result<Vec<PersonOf>, VaultError> {
        let rows = self.wait(sqlx::query(links_sql!("ORDER BY subject_id")).fetch_all(&self.pool))?;
        rows.iter().map(link).collect()
    }

    /// The persons of some subjects, in no particular order; those no linkage has placed are left out.
    ///
    /// # Errors
    /// The database.
    pub fn persons_of(&self, subjects: &[SubjectId]) -> Result<Vec<PersonOf>, VaultError> {
        self.wait(async {
            let mut links = Vec::with_capacity(subjects.len());
            for some in subjects.chunks(AT_ONCE) {
                let mut query = QueryBuilder::new(links_sql!("WHERE subject_id IN "));
                query.push_tuples(some, |mut row, subject| {
                    row.push_bind(subject.0);
                });
                links.extend(query.build().fetch_all(&self.pool).await?);
            }
            Ok(links)
        })?
        .iter()
        .map(link)
        .collect()
    }

    /// The person of one subject; `None` where no linkage has placed it.
    ///
    /// # Errors
    /// The database.
    pub fn person_of(&self, subject: SubjectId) -> Result<Option<PersonOf>, VaultError> {
        let query = sqlx::query(links_sql!("WHERE subject_id = ?")).bind(subject.0);
        self.wait(query.fetch_optional(&self.pool))?.as_ref().map(link).transpose()
    }

    /// The subjects that are one person.
    ///
    /// # Errors
    /// The database.
    pub fn subjects_of(&self, person: PersonId) -> Result<Vec<SubjectId>, VaultError> {
        let query = sqlx::query(links_sql!("WHERE person_id = ? ORDER BY subject_id")).bind(person.0);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter().map(|r| link(r).map(|l| l.subject)).collect()
    }

    /// Subjects on record that no linkage has placed.
    ///
    /// # Errors
    /// The database.
    pub fn unlinked(&self) -> Result<u64, VaultError> {
        let query = sqlx::query(
            "SELECT count(*) FROM subject WHERE subject_id NOT IN (SELECT subject_id FROM person_link)",
        );
        let row = self.wait(query.fetch_one(&self.pool))?;
        Ok(u64::try_from(row.try_get::<i64, _>(0).map_err(VaultError::from)?).unwrap_or(0))
    }
}

fn link(r: &sqlx::sqlite::SqliteRow) -> Result<PersonOf, VaultError> {
    Ok(PersonOf {
        subject: SubjectId(r.try_get(0)?),
        person: PersonId(r.try_get(1)?),
        confidence: r.try_get(2)?,
    })
}
