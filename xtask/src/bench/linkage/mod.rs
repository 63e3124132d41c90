//! `bench linkage`: who is who, beside Splink on the same records in the same run (LNK-01).
//!
//! Kiban is timed as a user meets it, the whole process from the raw Parquet file to the written persons. Splink is timed
//! by what its baseline calls the core: training, prediction and clustering on columns normalised beforehand, which is not
//! counted. One scorer judges both. Splink's threshold is the best by the truth; Kiban does not see the truth.
//!
//! The generator, the baseline and the public sets are not in the repository: `$KIBAN_SHARED_BENCH` and
//! `$KIBAN_SHARED_DATA`, else `../shared/bench` and `../shared/data`. What is made is thrown away, or kept for the next run
//! in `$KIBAN_BENCH_DATA`.

mod incremental;
mod programs;
mod sets;

use super::peers::{Environment, LINKAGE};
use super::table::{number, print};
use crate::Done;
use programs::{Measured, Programs, Score, Twins};
use sets::Set;
use std::path::{Path, PathBuf};

/// People in the generated tables unless the command line says otherwise. A third point, 10,000,000, is a matter of half
/// an hour for the generator alone.
const PEOPLE: &[u64] = &[100_000, 1_000_000];
/// Above this Splink needs more memory than a small machine has.
const MOST_FOR_SPLINK: u64 = 1_000_000;
/// Unless the command line says otherwise. Nothing in Kiban was made with it.
const SEED: u64 = 20_261_121;

/// One set, by both.
struct Row {
    set: Set,
    records: u64,
    kiban: Measured,
    kiban_score: Score,
    splink: Option<(Measured, Score)>,
    twins: Vec<(&'static str, Twins)>,
}

pub(crate) fn run(arguments: &[&str]) -> Done {
    let (people, seed) = read(arguments)?;
    let temporary = tempfile::tempdir()?;
    let kept = std::env::var_os("KIBAN_BENCH_DATA").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let environment = Environment::make(temporary.path(), LINKAGE)?;
    let programs = Programs::build(&environment, temporary.path())?;
    let sets = sets::make(&environment, folder, &people, seed)?;
    if sets.is_empty() {
        println!("nothing to measure: set KIBAN_SHARED_BENCH and KIBAN_SHARED_DATA");
        return Ok(true);
    }
    let mut rows = Vec::new();
    for set in sets {
        println!("{} …", set.name);
        rows.push(measure(set, &programs, folder)?);
    }
    both(&rows);
    curve(&rows);
    twins(&rows);
    let largest = rows.iter().rev().find(|row| row.set.people.is_some_and(|n| n <= MOST_FOR_SPLINK));
    if let Some(row) = largest {
        incremental::run(&row.set)?;
    }
    Ok(true)
}

fn read(arguments: &[&str]) -> Result<(Vec<u64>, u64), String> {
    let (mut people, mut seed) = (Vec::new(), SEED);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let number = |text: &str| text.replace(['_', ','], "").parse::<u64>().ok();
        match *argument {
            "--seed" => seed = arguments.next().and_then(|a| number(a)).ok_or("--seed needs a number")?,
            other => people.push(number(other).ok_or(format!("{other} is no number of people"))?),
        }
    }
    if people.is_empty() {
        people = PEOPLE.to_vec();
    }
    Ok((people, seed))
}

fn measure(set: Set, programs: &Programs<'_>, folder: &Path) -> Result<Row, String> {
    let kiban = programs.kiban(&set, None)?;
    let kiban_score = programs.score(&set, &kiban.clusters)?;
    let splink = match set.people {
        Some(people) if people > MOST_FOR_SPLINK => None,
        _ => {
            let measured = programs.splink(&set, folder)?;
            let score = programs.score(&set, &measured.clusters)?;
            Some((measured, score))
        }
    };
    let mut twins = Vec::new();
    if set.people.is_some() {
        // Apart from the timing: writing pairs is not part of finding persons.
        let pairs = programs.place("pairs.parquet");
        let again = programs.kiban(&set, Some(&pairs))?;
        twins.push(("Kiban", programs.twins(&set, &again.clusters, Some(&pairs))?));
        if let Some((measured, _)) = &splink {
            twins.push(("Splink", programs.twins(&set, &measured.clusters, None)?));
        }
    }
    let records = kiban_score.records;
    Ok(Row { set, records, kiban, kiban_score, splink, twins })
}

fn megabytes(measured: &Measured) -> String {
    number(measured.peak as f64 / 1e6)
}

fn both(rows: &[Row]) {
    println!(
        "\nKiban: whole process, raw file to persons. Splink 5: core time on normalised columns, best threshold.\n"
    );
    let heading = [
        "set",
        "records",
        "Splink s",
        "Kiban s",
        "× Splink",
        "Splink F1",
        "Kiban F1",
        "Kiban P",
        "Kiban R",
        "Splink MB",
        "Kiban MB",
    ];
    let row = |row: &Row| {
        let splink = row.splink.as_ref();
        let seconds = splink.map_or(f64::NAN, |(m, _)| m.seconds);
        vec![
            row.set.name.clone(),
            number(row.records as f64),
            number(seconds),
            number(row.kiban.seconds),
            number(seconds / row.kiban.seconds),
            splink.map_or("—".into(), |(_, score)| format!("{:.4}", score.f1)),
            format!("{:.4}", row.kiban_score.f1),
            format!("{:.4}", row.kiban_score.precision),
            format!("{:.4}", row.kiban_score.recall),
            splink.map_or("—".into(), |(m, _)| megabytes(m)),
            megabytes(&row.kiban),
        ]
    };
    print(&heading, &rows.iter().map(row).collect::<Vec<_>>());
}

fn curve(rows: &[Row]) {
    println!("The curve, and where the time goes (seconds).\n");
    let stages: Vec<&str> = rows
        .first()
        .map(|row| row.kiban.stages.iter().map(|(name, _)| name.as_str()).collect())
        .unwrap_or_default();
    let heading: Vec<&str> =
        ["people", "records", "s", "µs a record", "MB"].into_iter().chain(stages.iter().copied()).collect();
    let row = |row: &Row| {
        let people = row.set.people?;
        let each = row.kiban.seconds * 1e6 / row.records.max(1) as f64;
        let mut cells =
            vec![number(people as f64), number(row.records as f64), number(row.kiban.seconds), number(each)];
        cells.push(megabytes(&row.kiban));
        cells.extend(row.kiban.stages.iter().map(|(_, seconds)| number(*seconds)));
        Some(cells)
    };
    print(&heading, &rows.iter().filter_map(row).collect::<Vec<_>>());
}

fn twins(rows: &[Row]) {
    println!(
        "Twins (one household, one date of birth) and the rest of households: couples of persons, shares in %.\n"
    );
    let heading = ["set", "who", "couples", "falsely merged", "own links kept", "missed links in review"];
    let percent = |share: f64| format!("{:.2}", share * 100.0);
    let mut cells = Vec::new();
    for row in rows {
        for (who, found) in &row.twins {
            for (kind, couples) in [("twins", &found.twins), ("household", &found.household)] {
                cells.push(vec![
                    row.set.name.clone(),
                    format!("{who}, {kind}"),
                    number(couples.couples as f64),
                    percent(couples.false_merges),
                    percent(couples.kept),
                    percent(couples.missed_in_review),
                ]);
            }
        }
    }
    print(&heading, &cells);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_seed_are_read_and_have_defaults() {
        assert_eq!(read(&[]).unwrap(), (PEOPLE.to_vec(), SEED));
        assert_eq!(read(&["10_000", "--seed", "7", "1,000,000"]).unwrap(), (vec![10_000, 1_000_000], 7));
        assert!(read(&["many"]).is_err() && read(&["--seed"]).is_err());
    }
}
