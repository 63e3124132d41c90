//! The file of the linkage index (名寄せの索引): identities, so it stands in the vault's folder and only its owner may read it.
//!
//! It is written beside and put in the place of the one before when the run it belongs to is on record, so that it is never
//! half there. Nothing depends on it: whoever erases identities removes it, and the next linkage makes it anew.

use crate::{Vault, VaultError};
use std::fs::File;
use std::io::{ErrorKind, Result};
use std::path::PathBuf;

impl Vault {
    fn link_index_at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The file and its bytes; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn link_index(&self) -> std::result::Result<Option<(File, u64)>, VaultError> {
        let path = self.link_index_at("link.index");
        let opened = File::open(&path).and_then(|file| file.metadata().map(|about| (file, about.len())));
        match opened {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(VaultError::Folder { path, source }),
        }
    }

    /// Writes a new one, beside the one that stands.
    ///
    /// # Errors
    /// It cannot be written; what was written is removed.
    pub fn write_link_index(
        &self,
        write: impl FnOnce(&File) -> Result<()>,
    ) -> std::result::Result<(), VaultError> {
        let path = self.link_index_at("link.index.new");
        let gone = || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = gone().and_then(|()| options.open(&path)).and_then(|file| write(&file));
        written.map_err(|source| {
            // What is in the way of writing may be in the way of removing: the first is what is told.
            let _ = gone();
            VaultError::Folder { path: path.clone(), source }
        })
    }

    /// Puts the new one in the place of the one that stands.
    ///
    /// # Errors
    /// There is none, or it cannot be moved.
    pub fn keep_link_index(&self) -> std::result::Result<(), VaultError> {
        let (new, path) = (self.link_index_at("link.index.new"), self.link_index_at("link.index"));
        std::fs::rename(new, &path).map_err(|source| VaultError::Folder { path, source })
    }
}
