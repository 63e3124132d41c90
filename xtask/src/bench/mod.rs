//! `cargo xtask bench NAME`: Kiban beside its peer, on the same bytes, in the same run. Prints ratios; asserts no time.
//!
//! Every measurement is a process of its own, so that peak memory is its own too.

mod corpus;
mod formats;
mod linkage;
mod measure;
mod peers;
mod privacy;
mod release;
mod statistics;
mod table;

use crate::Done;
use crate::house::{cargo_command, root};

/// Runs a bench. `formats` measures this tool's own process, which starts itself again, optimised; `linkage`,
/// `privacy`, `release` and `statistics` measure other programs.
pub(crate) fn run(name: &str, arguments: &[&str]) -> Done {
    match name {
        "formats" => {}
        "linkage" => return linkage::run(arguments),
        "privacy" => return privacy::run(arguments),
        "release" => return release::run(arguments),
        "statistics" => return statistics::run(arguments),
        _ => {
            return Err(format!(
                "there is no bench {name}; there are: formats, linkage, privacy, release, statistics"
            )
            .into());
        }
    }
    let status = cargo_command()
        .args(["run", "--quiet", "--release", "--package", "xtask", "--", "bench-inner", name])
        .current_dir(root())
        .status()?;
    Ok(status.success())
}

/// The optimised side: a whole bench, or one measurement of it.
pub(crate) fn inner(arguments: &[&str]) -> Done {
    match arguments {
        ["formats"] => formats::run(),
        ["formats-one", work] => measure::one(&serde_json::from_str(work)?),
        _ => Err("unknown bench".into()),
    }
}
