//! From a requested path to a file, or to nothing.
//!
//! The answer to a path that may not be seen is the same as to one that does not exist.

use crate::DemoIndex;
use std::fs;
use std::path::{Path, PathBuf};

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A plain file and its size.
    File(PathBuf, u64),
    /// A folder.
    Folder(PathBuf),
}

/// Finds a path that the index allows, below `root`, without links and hidden names on the way.
pub(crate) fn find(root: &Path, index: &DemoIndex, path: &str) -> Option<Found> {
    if !is_plain(path) || !index.allows(path) {
        return None;
    }
    let mut at = root.to_path_buf();
    let mut last = None;
    for part in path.split('/') {
        at.push(part);
        let metadata = fs::symlink_metadata(&at).ok()?;
        if metadata.file_type().is_symlink() {
            return None;
        }
        last = Some(metadata);
    }
    let metadata = last?;
    if metadata.is_file() {
        Some(Found::File(at, metadata.len()))
    } else {
        metadata.is_dir().then_some(Found::Folder(at))
    }
}

/// Whether every part is a visible name: no `..`, no `.hidden`, no separator or drive of another system.
pub(crate) fn is_plain(path: &str) -> bool {
    let bad = |c: char| matches!(c, '\\' | ':') || c.is_control();
    path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(bad))
}

/// Names of visible plain files and folders in a folder, folders last, each sorted.
pub(crate) fn list(folder: &Path) -> Vec<(String, Option<u64>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut list: Vec<(String, Option<u64>)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let metadata = fs::symlink_metadata(entry.path()).ok()?;
            let name = entry.file_name().into_string().ok().filter(|name| is_plain(name))?;
            let size = metadata.is_file().then_some(metadata.len());
            (size.is_some() || metadata.is_dir()).then_some((name, size))
        })
        .collect();
    list.sort_by(|a, b| (a.1.is_none(), &a.0).cmp(&(b.1.is_none(), &b.0)));
    list
}

/// A path for a link: everything but unreserved characters percent-encoded.
pub(crate) fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
