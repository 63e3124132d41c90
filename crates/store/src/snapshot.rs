//! Snapshots (スナップショット): the set of table versions at a moment, by name. Everything made from data names one.

use crate::side_tables::{PERSON_MAP, RETIRED};
use crate::{Store, StoreError};
use kiban_model::tables::TABLES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A named, unchanging view of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Name: letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// The day it was taken, ISO 8601, as the caller says.
    pub taken_on: String,
    /// Version of each table that had been written.
    pub tables: BTreeMap<String, u64>,
    /// Linkage run whose person map holds.
    pub link_run: i64,
}

impl Store {
    /// Takes a snapshot of the store as it is.
    ///
    /// # Errors
    /// The name is taken by another snapshot, or is no name; a table log cannot be read.
    pub fn take_snapshot(&self, name: &str, taken_on: &str, link_run: i64) -> Result<Snapshot, StoreError> {
        let path = self.snapshot_path(name)?;
        let mut tables = BTreeMap::new();
        for table in TABLES.iter().map(|t| t.name).chain([RETIRED, PERSON_MAP]) {
            if let Some(version) = self.version(table)? {
                tables.insert(table.to_owned(), version);
            }
        }
        let snapshot = Snapshot { name: name.to_owned(), taken_on: taken_on.to_owned(), tables, link_run };
        if path.exists() {
            let standing = self.snapshot(name)?;
            return if standing == snapshot {
                Ok(standing)
            } else {
                Err(StoreError::SnapshotStands { name: name.to_owned() })
            };
        }
        let at = |source| StoreError::Folder { path: path.clone(), source };
        std::fs::create_dir_all(self.snapshot_folder()).map_err(at)?;
        let text = serde_json::to_vec_pretty(&snapshot)
            .map_err(|source| StoreError::SnapshotDamaged { name: name.to_owned(), source })?;
        let beside = path.with_extension("json.new");
        std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &path)).map_err(at)?;
        Ok(snapshot)
    }

    /// A snapshot by name.
    ///
    /// # Errors
    /// There is none, or its file is damaged.
    pub fn snapshot(&self, name: &str) -> Result<Snapshot, StoreError> {
        let path = self.snapshot_path(name)?;
        let text = std::fs::read(&path).map_err(|_| StoreError::NoSnapshot { name: name.to_owned() })?;
        serde_json::from_slice(&text)
            .map_err(|source| StoreError::SnapshotDamaged { name: name.to_owned(), source })
    }

    /// Names of all snapshots, sorted.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn snapshots(&self) -> Result<Vec<String>, StoreError> {
        let folder = self.snapshot_folder();
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let at = |source| StoreError::Folder { path: folder.clone(), source };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(at)? {
            let name = entry.map_err(at)?.file_name();
            names.extend(name.to_str().and_then(|n| n.strip_suffix(".json")).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    fn snapshot_path(&self, name: &str) -> Result<std::path::PathBuf, StoreError> {
        let plain = !name.is_empty()
            && !name.starts_with('.')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if plain {
            Ok(self.snapshot_folder().join(format!("{name}.json")))
        } else {
            Err(StoreError::SnapshotName)
        }
    }
}
