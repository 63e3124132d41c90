//! Taking snapshots, when nothing is half done.

use crate::progress::day;
use crate::release::plain;
use crate::{AppError, Operator};
use kiban_model::delivery::Receipt;
use kiban_store::Snapshot;
use std::path::{Path, PathBuf};

impl Operator {
    /// Takes a snapshot named `name` of everything taken in and linked so far.
    ///
    /// # Errors
    /// An intake is unfinished; people were taken in since the last linkage; the name is taken.
    pub fn take_snapshot(&self, name: &str, on: &str) -> Result<Snapshot, AppError> {
        day(on)?;
        let _lock = self.lock()?;
        if let Some(unfinished) = self.vault.deliveries()?.into_iter().find(|d| d.pending.is_some()) {
            return Err(AppError::Unfinished { delivery: unfinished.id });
        }
        let subjects = self.vault.unlinked()?;
        if subjects > 0 {
            return Err(AppError::Unlinked { subjects });
        }
        let run = self.vault.last_link_run()?.map_or(0, |r| r.run);
        let stood = self.store.snapshots()?.iter().any(|n| n == name);
        if !stood {
            self.pin_receipts(name)?;
        }
        let snapshot = self.store.take_snapshot(name, on, run)?;
        if !stood {
            self.record(
                "SnapshotTaken",
                on,
                serde_json::json!({ "snapshot": snapshot.name, "tables": snapshot.tables, "link_run": run }),
            )?;
        }
        Ok(snapshot)
    }

    /// Keeps the receipts as they are now beside the snapshot: what a report says of the way to it must not change later.
    fn pin_receipts(&self, name: &str) -> Result<(), AppError> {
        let mut receipts: Vec<Receipt> = Vec::new();
        for delivery in self.vault.deliveries()?.into_iter().filter(|d| d.runs > 0) {
            receipts.push(read(&self.folder("receipts").join(format!("{}.json", delivery.id)))?);
        }
        let path = self.pinned(name)?;
        let text = serde_json::to_vec(&receipts)
            .map_err(|e| AppError::Grammar { path: path.clone(), problem: e.to_string() })?;
        let folder = self.folder("receipts");
        std::fs::create_dir_all(&folder).map_err(AppError::at(&folder))?;
        let beside = path.with_extension("new");
        std::fs::write(&beside, text)
            .and_then(|()| std::fs::rename(&beside, &path))
            .map_err(AppError::at(&path))
    }

    fn pinned(&self, name: &str) -> Result<PathBuf, AppError> {
        Ok(self.folder("receipts").join(format!("of-snapshot-{}.json", plain(name)?)))
    }

    /// Receipts of the deliveries a snapshot was taken after, in the order they came.
    pub(crate) fn receipts_of(&self, snapshot: &str) -> Result<Vec<Receipt>, AppError> {
        read(&self.pinned(snapshot)?)
    }

    /// Names of all snapshots.
    ///
    /// # Errors
    /// The store.
    pub fn snapshots(&self) -> Result<Vec<String>, AppError> {
        Ok(self.store.snapshots()?)
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, AppError> {
    let text = std::fs::read(path).map_err(AppError::at(path))?;
    serde_json::from_slice(&text)
        .map_err(|e| AppError::Grammar { path: path.to_path_buf(), problem: e.to_string() })
}
