//! `bench statistics`: persons counted under a guard, beside DuckDB over the same files (ANO-10).
//!
//! A store of made-up people is written once; Kiban's first question builds the index of its snapshot, every other one is a
//! process of its own, from opening the operator's folder to the guarded answer on record in the ledger. DuckDB counts
//! the same persons in a process that stands, without guard or record; where the numbers differ the bench fails. The
//! store is thrown away, or kept in `$KIBAN_BENCH_DATA`.

use super::peers::{Environment, RELEASE, succeed};
use super::table::{number, print};
use crate::Done;
use crate::house::{cargo_command, root};
use kiban_model::tables::{ColumnKind, TABLES};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

const QUESTIONS: [(&str, &str); 4] = [
    ("women-2023", include_str!("women-2023.toml")),
    ("lab-then-drug", include_str!("lab-then-drug.toml")),
    ("any-high", include_str!("any-high.toml")),
    ("diabetes", include_str!("diabetes.toml")),
];

/// How often a question is asked, each time by a project of its own; the run in the middle counts.
const RUNS: usize = 3;

pub(crate) fn run(arguments: &[&str]) -> Done {
    let (people, events) = read(arguments)?;
    let temporary = tempfile::tempdir()?;
    let kept = std::env::var_os("KIBAN_BENCH_DATA").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path()).join(format!("statistics-{people}-{events}"));
    let environment = Environment::make(temporary.path(), RELEASE)?;
    let kiban = Kiban { program: build()?, folder };
    if !kiban.folder.join("store/_snapshots/bench.json").exists() {
        println!("writing {events} events of {people} persons …");
        kiban.make(&environment, people, events)?;
    }
    let _ = std::fs::remove_dir_all(kiban.folder.join("statistics"));
    let (first, _) = kiban.count(QUESTIONS[0], "first")?;
    println!(
        "\nThe first question builds the index: {} s, {} MB.\n",
        number(first),
        number(kiban.index_megabytes()?)
    );
    let output = environment.script("statistics.py").arg("ask").arg(kiban.folder.join("store")).output()?;
    let peer: BTreeMap<String, (u64, f64)> = serde_json::from_slice(&output.stdout)?;
    let (mut rows, mut agree) = (Vec::new(), true);
    for question in QUESTIONS {
        let mut runs = Vec::new();
        for run in 0..RUNS {
            runs.push(kiban.count(question, &format!("{}-{run}", question.0))?);
        }
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (seconds, persons) = runs.swap_remove(RUNS / 2);
        let (expected, duckdb) = peer.get(question.0).copied().ok_or("the peer has no such question")?;
        agree &= persons == expected;
        let same = if persons == expected { "yes" } else { "NO" };
        rows.push(vec![
            question.0.into(),
            number(persons as f64),
            same.into(),
            number(seconds),
            number(duckdb),
        ]);
    }
    print(&["question", "persons", "same as DuckDB", "Kiban process s", "DuckDB query s"], &rows);
    Ok(agree)
}

/// Persons and events, in this order, if the command line names them.
fn read(arguments: &[&str]) -> Result<(u64, u64), String> {
    let wrong = || "bench statistics [--people PEOPLE --events EVENTS]".to_owned();
    let number = |text: &str| text.replace(['_', ','], "").parse().map_err(|_| wrong());
    match arguments {
        [] => Ok((1_000_000, 50_000_000)),
        ["--people", people, "--events", events] => Ok((number(people)?, number(events)?)),
        _ => Err(wrong()),
    }
}

fn build() -> Result<PathBuf, String> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }
    let output = cargo_command()
        .args(["build", "--release", "--package", "kiban", "--message-format", "json-render-diagnostics"])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let built = text.lines().find_map(|line| serde_json::from_str::<Message>(line).ok()?.executable);
    built.ok_or_else(|| "kiban cannot be built".to_owned())
}

struct Kiban {
    program: PathBuf,
    folder: PathBuf,
}

impl Kiban {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--dir").arg(&self.folder);
        command
    }

    fn make(&self, environment: &Environment, people: u64, events: u64) -> Done {
        succeed(self.command().args(["init", "--operator", "bench"]))?;
        let tables = self.folder.join("tables.json");
        std::fs::write(&tables, serde_json::to_vec(&schemas())?)?;
        let mut make = environment.script("statistics.py");
        make.arg("make").arg(self.folder.join("store")).args([people.to_string(), events.to_string()]);
        succeed(make.stdin(std::fs::File::open(&tables)?))?;
        Ok(true)
    }

    /// Seconds of the process, and how many it counted.
    fn count(
        &self,
        (name, text): (&str, &str),
        project: &str,
    ) -> Result<(f64, u64), Box<dyn std::error::Error>> {
        let definition = self.folder.join(format!("{name}.toml"));
        std::fs::write(&definition, text)?;
        let mut command = self.command();
        command.arg("--json").arg("count").arg(&definition).args([
            "--snapshot",
            "bench",
            "--project",
            project,
        ]);
        command.arg("--policy").arg(root().join("policies/statistics.toml"));
        let start = Instant::now();
        let output = command.output()?;
        let seconds = start.elapsed().as_secs_f64();
        if !output.status.success() {
            return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let persons = answer.pointer("/answer/cohort/persons").and_then(serde_json::Value::as_u64);
        Ok((seconds, persons.ok_or("too few to be shown: ask about more persons")?))
    }

    fn index_megabytes(&self) -> Result<f64, std::io::Error> {
        Ok(std::fs::metadata(self.folder.join("statistics/index/bench"))?.len() as f64 / 1e6)
    }
}

/// Columns of every stored table as the table log names their types; the person map's are the store's own.
fn schemas() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let kind = |kind: ColumnKind| match kind {
        ColumnKind::Integer => "long",
        ColumnKind::Number => "double",
        ColumnKind::Flag => "boolean",
        ColumnKind::Text
        | ColumnKind::Code
        | ColumnKind::CodeSystem
        | ColumnKind::Date
        | ColumnKind::Json => "string",
    };
    let mut schemas: BTreeMap<_, _> = TABLES
        .iter()
        .map(|table| {
            (
                table.name,
                table.all_columns().map(|column| (column.name, kind(column.kind))).collect::<Vec<_>>(),
            )
        })
        .collect();
    schemas.insert("person_map", vec![("link_run", "long"), ("subject_id", "long"), ("person_id", "long")]);
    schemas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_have_defaults() {
        assert_eq!(read(&[]), Ok((1_000_000, 50_000_000)));
        assert_eq!(read(&["--people", "1_000", "--events", "20,000"]), Ok((1_000, 20_000)));
        assert!(read(&["5"]).is_err() && read(&["--people", "many", "--events", "1"]).is_err());
    }
}
