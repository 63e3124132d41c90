//! Files that their owner alone can read: exact figures, and answers kept for review. Never for what goes to a recipient (ANO-10).

use crate::AppError;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Creates a file, and its folder where there is none; one that stands there is emptied.
pub(crate) fn create(path: &Path) -> Result<File, AppError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(AppError::at(folder))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(AppError::at(path))
}

/// Writes a whole text so.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), AppError> {
    create(path)?.write_all(text.as_bytes()).map_err(AppError::at(path))
}
