//! What can go wrong in the store, for the operator's engineer.

use std::path::PathBuf;

/// An error of the clinical store. Carries no values of records.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A folder or file of the store cannot be read or written.
    #[error("cannot use {}: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No threads to answer with.
    #[error("the machine refuses threads: {0}")]
    Threads(std::io::Error),
    /// The table log refused.
    #[error("table {table}: {source}")]
    Table {
        /// Which table.
        table: String,
        /// Why.
        source: Box<deltalake_core::DeltaTableError>,
    },
    /// Columns could not be built or read.
    #[error("columns: {0}")]
    Columns(#[from] arrow::error::ArrowError),
    /// A data file could not be read.
    #[error("data file: {0}")]
    DataFile(#[from] parquet::errors::ParquetError),
    /// A query was refused or failed; the text is the engine's.
    #[error("query: {0}")]
    Query(#[from] datafusion::error::DataFusionError),
    /// A question that gives no persons.
    #[error("the question must give a column person_id: SELECT person_id FROM …")]
    NotPersons,
    /// A question that failed over the data.
    #[error("the question failed while it was answered; why is kept back, because it can quote data")]
    QueryFailed,
    /// No snapshot of that name.
    #[error("there is no snapshot named {name}; `kiban snapshot --list` shows those there are")]
    NoSnapshot {
        /// The name asked for.
        name: String,
    },
    /// A snapshot of that name stands already and is another.
    #[error("a snapshot named {name} stands already; snapshots are never changed, choose another name")]
    SnapshotStands {
        /// The name asked for.
        name: String,
    },
    /// A snapshot's name would not be a file name.
    #[error("a snapshot's name has letters, digits, `-`, `_` and `.` only")]
    SnapshotName,
    /// A snapshot file is damaged.
    #[error("snapshot {name} cannot be read: {source}")]
    SnapshotDamaged {
        /// Which.
        name: String,
        /// Why.
        source: serde_json::Error,
    },
    /// Rows exist whose subject no linkage has seen.
    #[error("{subjects} subjects have rows but no person yet: run `kiban link` before taking a snapshot")]
    Unlinked {
        /// How many.
        subjects: u64,
    },
}

impl StoreError {
    pub(crate) fn table(table: &str) -> impl FnOnce(deltalake_core::DeltaTableError) -> Self {
        let table = table.to_owned();
        move |source| Self::Table { table, source: Box::new(source) }
    }
}
