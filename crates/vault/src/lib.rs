//! Stage 3a, identities only (本人識別情報): names, numbers, the maps person ↔ pseudonym, and what was decided about
//! whose records. It holds no clinical value, and no clinical table holds what is here **(law)** (SEC-07).
//!
//! Identities enter and leave wrapped in [`kiban_model::Private`]; errors of this crate never carry one.

mod deliveries;
mod error;
mod facts;
mod identities;
mod persons;
mod plan;
mod pseudonyms;
mod records;
mod secret;

pub use deliveries::{DeliveredFile, Delivery, Pending};
pub use error::VaultError;
pub use facts::{NoticeOnRecord, ObjectionOnRecord, Provider};
pub use identities::{ExtraIdentity, Statement, Statements};
pub use persons::{LinkRun, PairDecision, PairToReview, PersonOf};
pub use plan::{RunPlan, Verdict};
pub use pseudonyms::GivenPseudonym;
pub use records::{FileOutcome, HeldBack, RecordEntry};
pub use secret::Secret;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::Path;

/// The identity vault of one operator.
pub struct Vault {
    pool: SqlitePool,
    runtime: tokio::runtime::Runtime,
    secret: Secret,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Makes a new vault in `folder` under `secret`.
    ///
    /// # Errors
    /// The folder cannot be written, or a vault stands there already.
    pub fn create(folder: &Path, secret: Secret) -> Result<Self, VaultError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| VaultError::Folder { path: folder.to_path_buf(), source })?;
        secret.write_new(&folder.join("secret.key"))?;
        Self::open(folder)
    }

    /// Opens the vault in `folder`.
    ///
    /// # Errors
    /// There is none, its key file cannot be read, or the database is damaged.
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        let secret = Secret::read(&folder.join("secret.key"))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| VaultError::Folder { path: folder.to_path_buf(), source })?;
        // WAL with full sync: what was committed survives a kill and a power cut.
        let options = SqliteConnectOptions::new()
            .filename(folder.join("identity.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(std::time::Duration::from_secs(20));
        let pool = runtime.block_on(async {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
            sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
            Ok::<_, sqlx::Error>(pool)
        })?;
        Ok(Self { pool, runtime, secret })
    }

    /// The keyed digests of this vault.
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, VaultError> {
        Ok(self.runtime.block_on(work)?)
    }
}
