//! A delivery on disk: every file goes through here, so that the manifest holds what was written and nothing else.

use crate::calendar::iso;
use crate::expected::ProviderExpected;
use crate::governance::provided_on;
use crate::world::{SynthError, World};
use kiban_model::delivery::{Manifest, ManifestFile, Period};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// One provider's folder, being filled.
pub(crate) struct Delivery {
    folder: PathBuf,
    provider: String,
    files: Vec<ManifestFile>,
    pub(crate) note: String,
    pub(crate) expected: ProviderExpected,
}

impl Delivery {
    pub(crate) fn new(dir: &Path, provider: &str) -> Self {
        Self {
            folder: dir.join(provider),
            provider: provider.to_owned(),
            files: Vec::new(),
            note: String::new(),
            expected: ProviderExpected::default(),
        }
    }

    /// Writes one file of the delivery; `path` is below the delivery folder, with `/`.
    pub(crate) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), SynthError> {
        save(&self.folder.join("delivery").join(path), bytes, &self.provider)?;
        let mut sha256 = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            let _ = write!(sha256, "{byte:02x}");
        }
        self.files.push(ManifestFile {
            path: path.to_owned(),
            bytes: Some(bytes.len() as u64),
            sha256: Some(sha256),
        });
        self.expected.files += 1;
        Ok(())
    }

    /// Writes a paper beside the delivery folder.
    pub(crate) fn paper(&self, name: &str, text: &str) -> Result<(), SynthError> {
        save(&self.folder.join(name), text.as_bytes(), &self.provider)
    }

    /// Writes the manifest of a world's delivery.
    pub(crate) fn close(&mut self, world: &World) -> Result<(), SynthError> {
        self.close_with(&iso(world.first), &iso(world.last), &iso(provided_on(world.last)))
    }

    /// Writes the manifest.
    pub(crate) fn close_with(&mut self, from: &str, to: &str, provided_on: &str) -> Result<(), SynthError> {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let manifest = Manifest {
            provider: self.provider.clone(),
            period: Some(Period { from: from.to_owned(), to: to.to_owned() }),
            provided_on: provided_on.to_owned(),
            note: self.note.clone(),
            files: std::mem::take(&mut self.files),
        };
        let text = toml::to_string(&manifest)
            .map_err(|source| SynthError::Manifest { provider: self.provider.clone(), source })?;
        self.paper("manifest.toml", &text)
    }
}

/// Writes a file and the folders above it.
pub(crate) fn save(path: &Path, bytes: &[u8], what: &str) -> Result<(), SynthError> {
    let disk = |source| SynthError::Disk { what: what.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(disk)?;
    }
    std::fs::write(path, bytes).map_err(disk)
}
