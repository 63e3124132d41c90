//! Stage 3a, identities only (本人識別情報): names, numbers, the maps person ↔ pseudonym, and what was decided about
//! whose records. It holds no clinical value, and no clinical table holds what is here **(law)** (SEC-07).
//!
//! Identities enter and leave wrapped in [`kiban_model::Private`]; errors of this crate never carry one.

mod changes;
mod decisions;
mod deliveries;
mod error;
mod facts;
mod identities;
mod link_index;
mod link_runs;
mod pairs;
mod persons;
mod plan;
mod pseudonyms;
mod records;
mod samples;
mod secret;
mod since;
#[cfg(test)]
mod tests;

pub use changes::PersonChange;
pub use decisions::{Answer, PairDecision, Undone};
pub use deliveries::{DeliveredFile, Delivery, Pending};
pub use error::VaultError;
pub use facts::{NoticeOnRecord, ObjectionOnRecord, Provider};
pub use identities::{ExtraIdentity, Statement, Statements};
pub use link_runs::{LinkOutcome, LinkRun};
pub use pairs::KeptPair;
pub use persons::PersonOf;
pub use plan::{RunPlan, Verdict};
pub use pseudonyms::GivenPseudonym;
pub use records::{FileOutcome, HeldBack, RecordEntry};
pub use samples::{Sample, SampledPair, Stratum};
pub use secret::Secret;
pub use since::Since;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::{Path, PathBuf};

/// The identity vault of one operator.
pub struct Vault {
    folder: PathBuf,
    pool: SqlitePool,
    runtime: tokio::runtime::Runtime,
    secret: Secret,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

/// What vaults made earlier lack: where `table` is there without `column`, `statement` brings it.
const SINCE: &[(&str, &str, &str)] = &[
    ("link_decision", "answer", "ALTER TABLE link_decision RENAME COLUMN same TO answer"),
    ("link_decision", "reason", "ALTER TABLE link_decision ADD COLUMN reason TEXT NOT NULL DEFAULT ''"),
    ("link_run", "last_decision", "ALTER TABLE link_run ADD COLUMN last_decision INTEGER NOT NULL DEFAULT 0"),
    ("link_run", "last_undo", "ALTER TABLE link_run ADD COLUMN last_undo INTEGER NOT NULL DEFAULT 0"),
    ("link_run", "report", "ALTER TABLE link_run ADD COLUMN report TEXT NOT NULL DEFAULT ''"),
    ("link_run", "mark", "ALTER TABLE link_run ADD COLUMN mark INTEGER NOT NULL DEFAULT 0"),
    ("link_run", "finished", "ALTER TABLE link_run ADD COLUMN finished INTEGER NOT NULL DEFAULT 0"),
];

async fn upgrade(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    for (table, column, statement) in SINCE {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?)").bind(table).fetch_all(pool).await?;
        if !columns.is_empty() && !columns.iter().any(|name| name == column) {
            sqlx::raw_sql(*statement).execute(pool).await?;
        }
    }
    Ok(())
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
            // 64 MiB: indexes of a million random pseudonyms are not to be read from the file page by page.
            .pragma("cache_size", "-65536")
            .busy_timeout(std::time::Duration::from_secs(20));
        let pool = runtime.block_on(async {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
            upgrade(&pool).await?;
            sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
            Ok::<_, sqlx::Error>(pool)
        })?;
        Ok(Self { folder: folder.to_path_buf(), pool, runtime, secret })
    }

    /// The keyed digests of this vault.
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, VaultError> {
        Ok(self.runtime.block_on(work)?)
    }
}
