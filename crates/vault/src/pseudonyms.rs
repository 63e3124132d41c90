//! The map person → pseudonym, one a project (PSE-06): stable within a project, unrelated between projects, never leaving the vault.

use crate::{Vault, VaultError};
use kiban_model::PersonId;
use serde::Serialize;
use sqlx::Row as _;
use std::fmt::Write as _;

/// A person's place in a project.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenPseudonym {
    /// Whose.
    pub person: PersonId,
    /// The pseudonym.
    pub pseudonym: String,
    /// Key of the person's date shift in this project.
    pub shift_key: u64,
}

impl std::fmt::Debug for GivenPseudonym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GivenPseudonym(▇▇)")
    }
}

/// Rows of a statement. A million people are given pseudonyms at once: a list of rows is one parameter then, not four a row.
const MANY: usize = 20_000;

/// Rows as the JSON that the database takes apart.
fn json(rows: impl Iterator<Item = impl Serialize>) -> Result<String, sqlx::Error> {
    serde_json::to_string(&rows.collect::<Vec<_>>()).map_err(|source| sqlx::Error::Encode(source.into()))
}

impl Vault {
    /// The pseudonyms a project has given so far, by person.
    ///
    /// # Errors
    /// The database.
    pub fn pseudonyms(&self, project: &str) -> Result<Vec<GivenPseudonym>, VaultError> {
        let query =
            sqlx::query("SELECT person_id, pseudonym, shift_key FROM pseudonym WHERE project = ? ORDER BY 1")
                .bind(project);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| {
                Ok(GivenPseudonym {
                    person: PersonId(r.try_get(0)?),
                    pseudonym: r.try_get(1)?,
                    shift_key: r.try_get::<i64, _>(2)?.cast_unsigned(),
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// The person behind a pseudonym of a project (PSE-07).
    ///
    /// # Errors
    /// The database.
    pub fn person_behind(&self, project: &str, pseudonym: &str) -> Result<Option<PersonId>, VaultError> {
        let query = sqlx::query_scalar("SELECT person_id FROM pseudonym WHERE project = ? AND pseudonym = ?");
        let person: Option<i64> =
            self.wait(query.bind(project).bind(pseudonym).fetch_optional(&self.pool))?;
        Ok(person.map(PersonId))
    }

    /// Adds newly given pseudonyms, all or none. One given already must be the same.
    ///
    /// # Errors
    /// The database; a pseudonym is taken or a person has another.
    pub fn add_pseudonyms(&self, project: &str, given: &[GivenPseudonym]) -> Result<(), VaultError> {
        let standing = self.pseudonyms(project)?;
        let stands = |one: &&GivenPseudonym| {
            let at = standing.binary_search_by_key(&one.person.0, |other| other.person.0).ok();
            at.and_then(|at| standing.get(at)) == Some(*one)
        };
        let new: Vec<&GivenPseudonym> = given.iter().filter(|one| !stands(one)).collect();
        self.wait(async {
            let mut work = self.pool.begin().await?;
            for some in new.chunks(MANY) {
                let rows = some.iter().map(|one| (one.person.0, &one.pseudonym, one.shift_key.cast_signed()));
                sqlx::query(
                    "INSERT INTO pseudonym SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
                )
                .bind(project)
                .bind(json(rows)?)
                .execute(&mut *work)
                .await?;
            }
            work.commit().await
        })
    }

    /// The classes of a project's releases but one, by pseudonym: that one is being made again. In the order of names.
    ///
    /// # Errors
    /// The database, or what it holds is not what was sealed.
    pub fn release_classes(&self, project: &str, but: &str) -> Result<Vec<Vec<(String, u32)>>, VaultError> {
        let query = sqlx::query_scalar(
            "SELECT classes FROM release_classes WHERE project = ? AND release <> ? ORDER BY release",
        );
        let sealed: Vec<String> = self.wait(query.bind(project).bind(but).fetch_all(&self.pool))?;
        sealed
            .iter()
            .map(|sealed| opened(sealed).ok_or(VaultError::Damaged { what: "list of released classes" }))
            .collect()
    }

    /// Seals the classes of a release, in the place of what a run that did not finish left of it.
    ///
    /// # Errors
    /// The database.
    pub fn put_release_classes(
        &self,
        project: &str,
        release: &str,
        classes: &[(&str, u32)],
    ) -> Result<(), VaultError> {
        // One text a release: nobody asks for one person's class, and a million rows take their time.
        let mut sealed = String::new();
        for (pseudonym, class) in classes {
            // Writing into a String cannot fail.
            let _ = writeln!(sealed, "{pseudonym} {class}");
        }
        let query = sqlx::query("INSERT OR REPLACE INTO release_classes VALUES (?, ?, ?)");
        self.wait(query.bind(project).bind(release).bind(sealed).execute(&self.pool))?;
        Ok(())
    }
}

/// The classes of a sealed text; `None` where it is none.
fn opened(sealed: &str) -> Option<Vec<(String, u32)>> {
    let line = |line: &str| {
        let (pseudonym, class) = line.rsplit_once(' ')?;
        Some((pseudonym.to_owned(), class.parse().ok()?))
    };
    sealed.lines().map(line).collect()
}
