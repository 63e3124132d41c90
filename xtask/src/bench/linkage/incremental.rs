//! New records against a standing index: ten thousand at once, then one by one (LNK-01, LNK-03).

use super::super::table::{number, print};
use super::programs::Programs;
use super::sets::Set;
use serde::Deserialize;

/// Rows set aside to arrive later: the example takes 10,000 at once and then single ones.
const ARRIVING: u32 = 20_000;

/// What the example prints.
#[derive(Deserialize)]
struct Report {
    standing: u64,
    batch: u64,
    read_seconds: f64,
    batch_seconds: f64,
    write_seconds: f64,
    file_bytes: u64,
    pairs_in_both: u64,
    pairs_in_index_only: u64,
    pairs_in_full_only: u64,
    pairs_compared: u64,
    single: u64,
    single_us_median: f64,
    single_us_p99: f64,
    single_us_most: f64,
}

/// Lets a part of a set arrive late, and prints what that cost.
pub(crate) fn run(set: &Set, programs: &Programs<'_>) -> Result<(), String> {
    let report: Report = programs.incremental(set, ARRIVING)?;
    println!(
        "New records into a standing index, from the Arrow batch to the changed persons; its file read and written.\n"
    );
    let heading = [
        "standing",
        "file MB",
        "read s",
        "new at once",
        "s",
        "write s",
        "pairs compared",
        "one by one",
        "median µs",
        "p99 µs",
        "most µs",
    ];
    let row = [
        report.standing as f64,
        report.file_bytes as f64 / 1e6,
        report.read_seconds,
        report.batch as f64,
        report.batch_seconds,
        report.write_seconds,
        report.pairs_compared as f64,
        report.single as f64,
        report.single_us_median,
        report.single_us_p99,
        report.single_us_most,
    ];
    print(&heading, &[row.map(number).to_vec()]);
    println!(
        "\nBeside a full run over the same rows: {} pairs with a new row are one person in both, {} in the index alone, {} in the full run alone.",
        report.pairs_in_both, report.pairs_in_index_only, report.pairs_in_full_only
    );
    Ok(())
}
