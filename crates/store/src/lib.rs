//! Stage 3b, clinical data only (医療情報データベース): Delta Lake tables, snapshots, scans, queries.
//!
//! It holds rows under opaque subject numbers and never an identity. It accepts nothing but [`kiban_law::Admitted`]
//! records (OPT-08), and is the only crate that names the table format, the object store or the query engine.
//!
//! Rows are written once and never changed: which subjects are one person, and which records a later delivery
//! withdrew, stand in two small tables beside them (`person_map`, `retired`) that every [`Snapshot`] pins.

mod error;
mod intake;
mod log;
mod numbers;
mod person_view;
mod persons;
mod query;
mod relations;
mod scan;
mod side_tables;
mod snapshot;

pub use error::StoreError;
pub use intake::{ClinicalRecord, Intake};
pub use query::QueryResult;
pub use relations::Relations;
pub use scan::{Reading, Scan};
pub use side_tables::RetiredRecord;
pub use snapshot::Snapshot;

use std::path::{Path, PathBuf};

/// The clinical store of one operator, in one folder.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    runtime: tokio::runtime::Runtime,
}

impl Store {
    /// Opens the store in `root`, creating the folder if it is new. Tables are created when first written.
    ///
    /// # Errors
    /// The folder cannot be made, or the machine refuses threads.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let at = |source| StoreError::Folder { path: root.to_path_buf(), source };
        std::fs::create_dir_all(root).map_err(at)?;
        let root = root.canonicalize().map_err(at)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(at)?;
        Ok(Self { root, runtime })
    }

    fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    fn table_folder(&self, table: &str) -> PathBuf {
        self.root.join(table)
    }

    fn snapshot_folder(&self) -> PathBuf {
        self.root.join("_snapshots")
    }
}
