//! `bench release`: a release of many people and events, beside DuckDB copying the same columns to Parquet, in one run.
//!
//! Kiban is run as its user runs it: `kiban release build` on an operator's folder, the whole process, from opening the
//! store to the package with its reports, pseudonyms sealed and the ledger written. DuckDB reads the same files of the same
//! store and writes the same columns of all rows; it replaces no identity, moves no date, counts nobody. It is timed in the
//! order that suits it, and in the order of people, which is a package's. What Kiban released is then looked at by DuckDB.
//!
//! The store is made by `world.py` here. What is made is thrown away, or kept in `$KIBAN_BENCH_DATA`.

use super::peers::{Environment, RELEASE};
use super::table::{number, print};
use crate::Done;
use crate::house::{cargo_command, root};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

const HERE: &str = "xtask/src/bench/release";

/// What is made unless the command line says otherwise: people and rows.
const SIZES: [(u64, u64); 2] = [(100_000, 5_000_000), (1_000_000, 50_000_000)];

#[derive(Debug, Deserialize)]
struct Copied {
    copy: f64,
    copy_ordered: f64,
}

#[derive(Debug, Deserialize)]
struct Run {
    seconds: f64,
    peak: u64,
    status: i32,
}

#[derive(Debug, Deserialize)]
struct Checked {
    same: bool,
}

pub(crate) fn run(arguments: &[&str]) -> Done {
    let sizes = read(arguments)?;
    let temporary = tempfile::tempdir()?;
    let kept = std::env::var_os("KIBAN_BENCH_DATA").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let environment = Environment::make(temporary.path(), RELEASE)?;
    let built = cargo_command().args(["build", "--release"]).current_dir(root()).status()?;
    if !built.success() {
        return Err("kiban cannot be built".into());
    }
    let kiban = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let kiban = kiban.join("release/kiban");
    let mut rows = Vec::new();
    let mut all_same = true;
    for (people, events) in sizes {
        println!("{people} people, {events} events …");
        let world = folder.join(format!("release-{people}-{events}"));
        make(&environment, &kiban, &world, people, events)?;
        let package = world.join("releases/bench");
        // What an earlier run of this bench made there.
        let _ = std::fs::remove_dir_all(&package);
        let policy = root().join(HERE).join("policy.toml");
        let command = ["--snapshot", "bench", "--project", "bench", "--recipient", "bench", "--policy"];
        let mut run = script(&environment, "run");
        run.arg(&kiban).arg("--dir").arg(&world).args(["release", "build"]).args(command).arg(policy);
        let ours: Run = answer(&mut run)?;
        if ours.status != 0 {
            return Err("the release was not made".into());
        }
        let out = folder.join("copied.parquet");
        let peer: Copied = answer(script(&environment, "copy").args([&world, &out]))?;
        let released = package.join("anonymized/package");
        let checked: Checked = answer(script(&environment, "check").args([&world, &released]))?;
        all_same &= checked.same;
        rows.push(vec![
            number(people as f64),
            number(events as f64),
            number(peer.copy),
            number(peer.copy_ordered),
            number(ours.seconds),
            number(ours.seconds / peer.copy),
            number(ours.seconds / peer.copy_ordered),
            number(ours.peak as f64 / 1e6),
            if checked.same { "agrees" } else { "FAILED" }.to_owned(),
        ]);
    }
    println!("\nSeconds on this machine, the whole process each.\n");
    let heading = [
        "people",
        "events",
        "DuckDB COPY s",
        "in order of people s",
        "Kiban release s",
        "× COPY",
        "× ordered COPY",
        "Kiban MB",
        "rows, sums, spans of each person",
    ];
    print(&heading, &rows);
    Ok(all_same)
}

/// An operator's folder with its store, unless it is there already. Pseudonyms of an earlier run would be known: it is made
/// anew but for the store's tables.
fn make(
    environment: &Environment,
    kiban: &Path,
    world: &Path,
    people: u64,
    events: u64,
) -> Result<(), String> {
    let tables = world.join("store");
    let aside = world.with_extension("store");
    let problem = |error: std::io::Error| error.to_string();
    if tables.is_dir() {
        std::fs::rename(&tables, &aside).map_err(problem)?;
    }
    let _ = std::fs::remove_dir_all(world);
    let init = Command::new(kiban).arg("--dir").arg(world).args(["init", "--operator", "bench"]).output();
    if !init.map_err(problem)?.status.success() {
        return Err("the operator's folder cannot be made".into());
    }
    if aside.is_dir() {
        let _ = std::fs::remove_dir_all(&tables);
        std::fs::rename(&aside, &tables).map_err(problem)?;
        let receipts = world.join("receipts");
        std::fs::create_dir_all(&receipts).map_err(problem)?;
        return std::fs::write(receipts.join("of-snapshot-bench.json"), "[]").map_err(problem);
    }
    let made = script(environment, "make").arg(world).args([people.to_string(), events.to_string()]).status();
    if made.map_err(problem)?.success() { Ok(()) } else { Err("the store cannot be made".into()) }
}

fn script(environment: &Environment, what: &str) -> Command {
    let mut command = environment.python();
    command.arg(root().join(HERE).join("world.py")).arg(what);
    command
}

/// What a script prints.
fn answer<T: serde::de::DeserializeOwned>(command: &mut Command) -> Result<T, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim())
        .map_err(|error| format!("{command:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// People and events, if the command line names them.
fn read(arguments: &[&str]) -> Result<Vec<(u64, u64)>, String> {
    let number =
        |text: &str| text.replace(['_', ','], "").parse().map_err(|_| format!("{text} is no number"));
    match arguments {
        [] => Ok(SIZES.to_vec()),
        ["--people", people, "--events", events] => Ok(vec![(number(people)?, number(events)?)]),
        _ => Err("bench release [--people PEOPLE --events EVENTS]".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_have_defaults() {
        assert_eq!(read(&[]).unwrap(), SIZES);
        assert_eq!(read(&["--people", "1_000", "--events", "50,000"]).unwrap(), [(1_000, 50_000)]);
        assert!(read(&["--people", "many", "--events", "1"]).is_err() && read(&["5"]).is_err());
    }
}
