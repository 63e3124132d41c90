//! Checks a package against its `SHA256SUMS`: every file there, unchanged, and no other (USE-08, USE-13).
//!
//! It must never follow a link out of the package or trust a path it did not check. All faults are reported, not the
//! first. That the sums themselves are the operator's is shown by [`Verified::digest`], which stands in the ledger.

use super::{SUMS, hashing, sums};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// A package that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Files checked.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// SHA-256 of `SHA256SUMS`: compare with the delivery note or the ledger.
    pub digest: String,
}

/// One fault of a package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The list is missing or cannot be read.
    #[error("SHA256SUMS cannot be read: {0}")]
    Sums(io::ErrorKind),
    /// A line of the list is not one.
    #[error("SHA256SUMS line {0} is not a hash and a path")]
    Line(usize),
    /// A path that leads out of the package.
    #[error("SHA256SUMS line {0} names a path outside the package")]
    Outside(usize),
    /// A file listed twice.
    #[error("{0} is listed twice")]
    Twice(String),
    /// A file that is listed and not there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file that is there and not listed.
    #[error("{0} does not belong to the package")]
    Extra(String),
    /// A file whose hash differs.
    #[error("{0} was changed")]
    Changed(String),
    /// A link, a device, or something else that is no file.
    #[error("{0} is not a plain file")]
    NotPlain(String),
    /// A file or folder that cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, io::ErrorKind),
}

/// Checks the package in `dir`.
///
/// # Errors
/// Every fault found, in order of path.
pub fn verify(dir: &Path) -> Result<Verified, Vec<VerifyError>> {
    let text = fs::read(dir.join(SUMS)).map_err(|e| vec![VerifyError::Sums(e.kind())])?;
    let mut faults = Vec::new();
    let mut there = BTreeSet::new();
    list(dir, "", &mut there, &mut faults);
    there.remove(SUMS);
    let mut listed = BTreeSet::new();
    let mut bytes = 0;
    for (number, line) in String::from_utf8_lossy(&text).lines().enumerate() {
        let Some((hash, path)) = sums::parse(line) else {
            faults.push(VerifyError::Line(number + 1));
            continue;
        };
        if !sums::is_inside(path) {
            faults.push(VerifyError::Outside(number + 1));
        } else if !listed.insert(path.to_owned()) {
            faults.push(VerifyError::Twice(path.to_owned()));
        } else if there.contains(path) {
            match hashing::sha256_of_file(&dir.join(path)) {
                Ok((size, found)) if found == hash => bytes += size,
                Ok(_) => faults.push(VerifyError::Changed(path.to_owned())),
                Err(e) => faults.push(VerifyError::Unreadable(path.to_owned(), e.kind())),
            }
        } else {
            faults.push(VerifyError::Missing(path.to_owned()));
        }
    }
    faults.extend(there.difference(&listed).map(|path| VerifyError::Extra(path.clone())));
    if faults.is_empty() {
        Ok(Verified { files: listed.len(), bytes, digest: hashing::sha256(&text) })
    } else {
        Err(faults)
    }
}

/// Plain files below `dir` by their path in the package; whatever is neither a file nor a folder is a fault.
fn list(dir: &Path, prefix: &str, files: &mut BTreeSet<String>, faults: &mut Vec<VerifyError>) {
    let here = || if prefix.is_empty() { ".".to_owned() } else { prefix.to_owned() };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => return faults.push(VerifyError::Unreadable(here(), e.kind())),
    };
    for entry in entries {
        let (name, kind) = match entry.and_then(|e| Ok((e.file_name(), e.file_type()?))) {
            Ok(found) => found,
            Err(e) => {
                faults.push(VerifyError::Unreadable(here(), e.kind()));
                continue;
            }
        };
        let name = name.to_string_lossy();
        let path = if prefix.is_empty() { name.to_string() } else { format!("{prefix}/{name}") };
        if kind.is_dir() {
            list(&dir.join(&*name), &path, files, faults);
        } else if kind.is_file() {
            files.insert(path);
        } else {
            faults.push(VerifyError::NotPlain(path));
        }
    }
}
