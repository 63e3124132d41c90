//! `SHA256SUMS`, in the form `sha256sum -c` reads.

use super::PackageFile;
use std::fmt::Write as _;

/// The text of `SHA256SUMS`.
pub(super) fn text(files: &[PackageFile]) -> String {
    let mut text = String::new();
    for file in files {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}  {}", file.sha256, file.path);
    }
    text
}

/// One line: (hash, path), or `None` where it is not such a line.
pub(super) fn parse(line: &str) -> Option<(&str, &str)> {
    let (hash, path) = line.split_once("  ")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (is_hash && !path.is_empty()).then_some((hash, path))
}

/// Whether a path stays inside the package.
pub(super) fn is_inside(path: &str) -> bool {
    !path.contains(['\\', '\0'])
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}
