//! New records against a standing index, by the example of the linkage crate that holds one (LNK-01).

use super::sets::Set;
use crate::house::{cargo, root};
use std::process::Command;

/// Lets the example take the last 10,000 records of a set as new, and shows what it prints.
pub(crate) fn run(set: &Set) -> Result<(), String> {
    if !root().join("crates/link/examples/incremental").exists() {
        println!("incremental: no example here; not measured");
        return Ok(());
    }
    println!("New records into a standing index.\n");
    let schema = root().join("examples/link").join(set.schema);
    let status = Command::new(cargo())
        .args(["run", "--quiet", "--release", "--package", "kiban-link", "--example", "incremental", "--"])
        .arg(&set.table)
        .arg(schema)
        .current_dir(root())
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("the incremental example failed".into()) }
}
