//! `bench privacy`: the least loss that keeps k, beside ARX (ANO-05).
//!
//! Kiban is run here, as a process of its own, from the CSV file to the written and recounted product; what is compared is
//! loading and searching, and the whole. ARX's figures are recorded: medians of version 3.9.2 on two cores, exact search,
//! k-anonymity, loss. Its times are those of another day's machine and say so; its losses do not depend on one. An
//! independent checker reads every product of up to a million rows. Without arguments a release of a million people follows, as
//! `bench release` makes it.
//!
//! The tables, their generator and the checker are not in the repository: `$KIBAN_SHARED_BENCH` and `$KIBAN_SHARED_DATA`,
//! else `../shared/bench` and `../shared/data`. What is made is thrown away, or kept in `$KIBAN_BENCH_DATA`.

mod programs;
mod tables;

use super::peers::{Environment, PRIVACY};
use super::release;
use super::table::{number, print};
use crate::Done;
use programs::{Measured, Programs};
use std::path::PathBuf;
use tables::{Row, Tables};

/// Above this the checker needs more memory than a small machine has.
const MOST_FOR_CHECKER: u64 = 1_500_000;

pub(crate) fn run(arguments: &[&str]) -> Done {
    let rows = read(arguments)?;
    let temporary = tempfile::tempdir()?;
    let kept = std::env::var_os("KIBAN_BENCH_DATA").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let environment = Environment::make(temporary.path(), PRIVACY)?;
    let programs = Programs::build(&environment, temporary.path())?;
    let tables = Tables::new(&environment, folder);
    let mut measured = Vec::new();
    for row in tables::rows(rows.as_deref()) {
        let Some(table) = tables.make(&row.data)? else {
            println!("{}: not here; set KIBAN_SHARED_BENCH and KIBAN_SHARED_DATA", row.name);
            continue;
        };
        println!("{} …", row.name);
        let kiban = programs.kiban(&row, &table)?;
        let verdict = match kiban.report.rows {
            rows if rows > MOST_FOR_CHECKER => "recounted by Kiban only".to_owned(),
            _ => programs.check(&row, &table, &kiban)?,
        };
        measured.push((row, kiban, verdict));
    }
    loss(&measured);
    time(&measured);
    let agree = measured.iter().all(|(.., verdict)| verdict != programs::FAILED);
    // The last bar is a release of many people and events, beside DuckDB.
    Ok(if rows.is_none() { release::run(&[])? && agree } else { agree })
}

/// The sizes of the generated tables, if the command line names some.
fn read(arguments: &[&str]) -> Result<Option<Vec<u64>>, String> {
    let sizes = match arguments {
        [] => return Ok(None),
        ["--rows", sizes @ ..] if !sizes.is_empty() => sizes,
        _ => return Err("bench privacy [--rows ROWS…]".to_owned()),
    };
    let number = |text: &&str| {
        text.replace(['_', ','], "").parse().map_err(|_| format!("{text} is no number of rows"))
    };
    sizes.iter().map(number).collect::<Result<_, _>>().map(Some)
}

type Rows = [(Row, Measured, String)];

fn loss(rows: &Rows) {
    println!("\nLoss: the mean asked for over columns; ARX's recorded.\n");
    let heading =
        ["table", "rows", "ARX loss", "Kiban loss", "proven", "suppressed", "classes", "smallest", "checker"];
    let row = |(row, kiban, verdict): &(Row, Measured, String)| {
        let report = &kiban.report;
        let loss = if row.arithmetic { report.loss_arithmetic } else { report.loss_geometric };
        let proof = if report.optimal { "yes".to_owned() } else { row.unproven(report.loss_at_least) };
        vec![
            row.name.clone(),
            number(report.rows as f64),
            row.arx.loss.map_or("—".into(), |loss| format!("{loss:.5}")),
            format!("{loss:.5}"),
            proof,
            number(report.suppressed as f64),
            number(report.classes as f64),
            number(report.smallest_class as f64),
            verdict.clone(),
        ]
    };
    print(&heading, &rows.iter().map(row).collect::<Vec<_>>());
}

fn time(rows: &Rows) {
    println!("Seconds and memory; ARX's are recorded medians of another machine of two cores.\n");
    let heading = [
        "table",
        "ARX search s",
        "ARX process s",
        "Kiban load + search s",
        "× ARX process",
        "Kiban process s",
        "ARX MB",
        "Kiban MB",
    ];
    let known = |value: Option<f64>| value.map_or("—".into(), number);
    let row = |(row, kiban, _): &(Row, Measured, String)| {
        let report = &kiban.report;
        vec![
            row.name.clone(),
            known(row.arx.search),
            known(row.arx.process),
            number(report.load_and_search),
            known(row.arx.process.map(|seconds| seconds / report.load_and_search)),
            number(kiban.seconds),
            known(row.arx.megabytes),
            number(report.peak_memory_bytes as f64 / 1e6),
        ]
    };
    print(&heading, &rows.iter().map(row).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_have_defaults() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&["--rows", "30_000", "1,000,000"]).unwrap(), Some(vec![30_000, 1_000_000]));
        assert!(read(&["--rows"]).is_err() && read(&["--rows", "many"]).is_err() && read(&["7"]).is_err());
    }

    #[test]
    fn rows_beside_adult_are_of_the_sizes_asked_for() {
        let names: Vec<String> = tables::rows(Some(&[7])).into_iter().map(|row| row.name).collect();
        assert!(
            names.iter().any(|name| name.starts_with("gen_qi 7"))
                && names.iter().all(|name| !name.contains("100000"))
        );
    }
}
