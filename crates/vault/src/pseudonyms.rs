//! The map person → pseudonym, one a project (PSE-06): stable within a project, unrelated between projects, never leaving the vault.

use crate::{Vault, VaultError};
use kiban_model::PersonId;
use sqlx::Row as _;

impl Vault {
    /// The pseudonyms a project has given so far, by person.
    ///
    /// # Errors
    /// The database.
    pub fn pseudonyms(&self, project: &str) -> Result<Vec<(PersonId, String)>, VaultError> {
        let query = sqlx::query("SELECT person_id, pseudonym FROM pseudonym WHERE project = ? ORDER BY 1").bind(project);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter().map(|r| Ok((PersonId(r.try_get(0)?), r.try_get(1)?))).collect::<Result<_, sqlx::Error>>().map_err(VaultError::from)
    }

    /// Adds newly given pseudonyms, all or none. One given already must be the same.
    ///
    /// # Errors
    /// The database; a pseudonym is taken or a person has another.
    pub fn add_pseudonyms(&self, project: &str, given: &[(PersonId, String)]) -> Result<(), VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            for (person, pseudonym) in given {
                sqlx::query("INSERT INTO pseudonym SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM pseudonym WHERE project = ?1 AND person_id = ?2 AND pseudonym = ?3)")
                    .bind(project)
                    .bind(person.0)
                    .bind(pseudonym)
                    .execute(&mut *work)
                    .await?;
            }
            work.commit().await
        })
    }
}
