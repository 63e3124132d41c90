//! Taking snapshots, when nothing is half done.

use crate::progress::day;
use crate::{AppError, Operator};
use kiban_store::Snapshot;

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

    /// Names of all snapshots.
    ///
    /// # Errors
    /// The store.
    pub fn snapshots(&self) -> Result<Vec<String>, AppError> {
        Ok(self.store.snapshots()?)
    }
}
