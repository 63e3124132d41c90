//! The index of a snapshot on disk: made when first needed, made again where it is missing, torn or of something else.

use crate::owner_file::create;
use crate::progress::{Progress, Stage, Tell};
use crate::release::SnapshotTables;
use crate::{AppError, Operator};
use kiban_model::tables::TABLES;
use kiban_process::statistics::{Index, IndexError, Layout, build};
use kiban_store::Snapshot;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

impl Operator {
    fn index_file(&self, snapshot: &Snapshot) -> PathBuf {
        // Snapshot names are file names.
        self.folder("statistics").join("index").join(&snapshot.name)
    }

    /// The index of a snapshot, made where there is none.
    pub(super) fn index(&self, snapshot: &Snapshot, tell: Tell<'_>) -> Result<Index, AppError> {
        let path = self.index_file(snapshot);
        let digest: [u8; 32] =
            Sha256::digest(serde_json::to_vec(snapshot).map_err(super::grammar(&path))?).into();
        if let Ok(file) = File::open(&path)
            && let Ok(index) = Index::open(file, &digest)
        {
            return Ok(index);
        }
        let persons = self.store.persons(snapshot)?;
        let beside = path.with_file_name(format!(".{}.making", snapshot.name));
        let file = create(&beside)?;
        let failed = |error: IndexError| AppError::Process(error.to_string());
        let total = TABLES.len() as u64;
        let reading = |table: &str| {
            let done = TABLES.iter().position(|t| t.name == table).unwrap_or(0) as u64;
            tell(Progress { stage: Stage::Indexing, done, total });
        };
        let tables = SnapshotTables { reading: self.store.read(snapshot)?, tell: &|_| {} };
        build(&tables, &persons, &digest, Layout::default(), &mut BufWriter::new(&file), &reading)
            .map_err(failed)?;
        file.sync_all().map_err(AppError::at(&beside))?;
        std::fs::rename(&beside, &path).map_err(AppError::at(&path))?;
        let file = File::open(&path).map_err(AppError::at(&path))?;
        Index::open(file, &digest).map_err(failed)
    }

    /// The same index once more, for another thread.
    pub(super) fn again(&self, index: &Index, snapshot: &Snapshot) -> Result<Index, AppError> {
        let path = self.index_file(snapshot);
        Ok(index.with(File::open(&path).map_err(AppError::at(&path))?))
    }
}
