//! References that are made from the code: one file here each, one line in [`generated`].

mod tables;

use crate::Done;
use std::path::Path;

/// Every generated document: (path, text).
pub(crate) fn generated() -> Vec<(&'static str, String)> {
    vec![("docs/tables.md", tables::text())]
}

/// Writes them.
pub(crate) fn write(root: &Path) -> Done {
    for (path, text) in generated() {
        let target = root.join(path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(target, text)?;
        println!("{path}");
    }
    Ok(true)
}
