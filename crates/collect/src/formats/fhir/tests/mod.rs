//! Small fictional fixtures, the malformed set of design formats §4, and the published Japanese examples.

mod damaged;
mod golden;
mod real;
mod subjects;

use super::{Fhir, restore};
use crate::formats::Format;
use crate::{Masters, Source};
use kiban_model::{Outcome, Private, Record, Rejected};

/// Reads a file and checks what must hold of every file: its units are accounted for, once.
fn read(path: &str, bytes: &[u8]) -> Vec<Outcome> {
    read_with(Source::from_bytes(path, bytes), &Masters::default())
}

fn read_with(source: Source<'_>, masters: &Masters) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let reading = Fhir.read(source, masters, &mut |outcome| outcomes.push(outcome)).unwrap();
    assert_eq!(
        reading.units,
        outcomes.iter().map(Outcome::units).sum::<u64>(),
        "every unit is in one outcome"
    );
    assert!(!outcomes.is_empty(), "no file is passed over in silence");
    outcomes
}

fn records(outcomes: &[Outcome]) -> Vec<&Record> {
    outcomes
        .iter()
        .filter_map(|o| if let Outcome::Record(record) = o { Some(record.as_ref()) } else { None })
        .collect()
}

fn rejected(outcomes: &[Outcome]) -> Vec<&Rejected> {
    outcomes
        .iter()
        .filter_map(|o| if let Outcome::Rejected(rejected) = o { Some(rejected) } else { None })
        .collect()
}

/// The one record of a file that must be taken.
fn one(text: &str) -> Record {
    let outcomes = read("a.json", text.as_bytes());
    match outcomes.into_iter().next() {
        Some(Outcome::Record(record)) => *record,
        other => panic!("refused: {other:?}"),
    }
}

/// Why a file's one resource was refused: `code @ place`.
fn why(text: &str) -> String {
    let outcomes = read("a.json", text.as_bytes());
    match outcomes.first() {
        Some(Outcome::Rejected(rejected)) => {
            format!("{} @ {}", rejected.issue.reason.code, rejected.issue.place)
        }
        other => panic!("taken: {other:?}"),
    }
}

fn warnings(record: &Record) -> Vec<String> {
    record.warnings.iter().map(|w| format!("{} @ {}", w.reason.code, w.place)).collect()
}

fn subject(record: &Record) -> Option<&str> {
    record.subject.as_ref().map(|s| s.expose().as_str())
}

/// The text of the resource a record was read from, put together from its row and its identity.
fn restored(record: &Record) -> String {
    let kept = record.rows.iter().find_map(extra);
    let cut = record.identities.iter().find_map(|i| i.extra.as_ref()).map(Private::expose);
    let kept = if kept.is_none() && cut.is_none() { panic!("nothing was kept") } else { kept };
    restore(kept.as_deref(), cut.map(String::as_str)).expect("the two parts belong together")
}

fn extra(row: &kiban_model::Row) -> Option<String> {
    let mut row = row.clone();
    let mut found = None;
    super::views::set(&mut row, |_, _, extra| found = extra.take());
    found
}
