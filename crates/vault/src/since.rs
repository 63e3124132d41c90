//! What came since linkage last looked (前回の名寄せ以後の変化): statements that are new, and whether any is no longer what it was.
//!
//! The database itself writes this down, whichever way an identity comes, changes or goes. A statement that was changed or
//! taken away is never told apart from what was linked with it: all is linked anew then.

use crate::identities::{statement, statements_sql};
use crate::{Statement, Vault, VaultError};
use sqlx::Row as _;

/// What happened to identities since a mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// Statements that came.
    pub came: u64,
    /// Statements that were changed or taken away.
    pub went: u64,
}

impl Vault {
    /// How many changes of identities there ever were. Grows with every one and never goes back.
    ///
    /// # Errors
    /// The database.
    pub fn identity_mark(&self) -> Result<i64, VaultError> {
        let query = sqlx::query("SELECT seq FROM sqlite_sequence WHERE name = 'identity_change'");
        let row = self.wait(query.fetch_optional(&self.pool))?;
        Ok(row.map_or(Ok(0), |r| r.try_get(0))?)
    }

    /// What happened after a mark. Only what no run on record has taken in is kept.
    ///
    /// # Errors
    /// The database.
    pub fn since(&self, mark: i64) -> Result<Since, VaultError> {
        let query = sqlx::query(
            "SELECT count(*) FILTER (WHERE came), count(*) FILTER (WHERE NOT came) FROM identity_change WHERE change_no > ?",
        );
        let row = self.wait(query.bind(mark).fetch_one(&self.pool))?;
        let count = |at: usize| row.try_get::<i64, _>(at).map(|count| u64::try_from(count).unwrap_or(0));
        Ok(Since { came: count(0)?, went: count(1)? })
    }

    /// The statements that came after a mark, with their providers, by subject.
    ///
    /// # Errors
    /// The database.
    pub fn statements_since(&self, mark: i64) -> Result<Vec<(String, Statement)>, VaultError> {
        let query = sqlx::query(statements_sql!(
            "(s.subject_id, i.digest) IN (SELECT subject_id, digest FROM identity_change WHERE came AND change_no > ?)"
        ));
        self.wait(query.bind(mark).fetch_all(&self.pool))?.iter().map(statement).collect()
    }
}
