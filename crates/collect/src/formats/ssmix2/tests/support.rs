//! Small fictional messages, and a readable form of what is made of them.

use crate::formats::ssmix2::SsMix2;
use crate::{Format, Masters, Source};
use kiban_model::{Outcome, Record, Rejected, Row};
use std::fmt::Write as _;

/// Reads a file, checking that its units are accounted for.
pub(super) fn read(path: &str, bytes: &[u8]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let reading = SsMix2
        .read(Source::from_bytes(path, bytes), &Masters::default(), &mut |outcome| outcomes.push(outcome))
        .unwrap();
    assert_eq!(
        reading.units,
        outcomes.iter().map(Outcome::units).sum::<u64>(),
        "units of {} bytes",
        bytes.len()
    );
    assert!(!outcomes.is_empty(), "a file without an outcome would be lost");
    outcomes
}

pub(super) fn record(path: &str, bytes: &[u8]) -> Record {
    match read(path, bytes).pop() {
        Some(Outcome::Record(record)) => *record,
        Some(Outcome::Rejected(rejected)) => {
            panic!("rejected: {} at {}", rejected.issue.reason.code, rejected.issue.place)
        }
        None => panic!("nothing"),
    }
}

pub(super) fn rejected(path: &str, bytes: &[u8]) -> Rejected {
    match read(path, bytes).pop() {
        Some(Outcome::Rejected(rejected)) => rejected,
        _ => panic!("not rejected"),
    }
}

/// The code of the reason a file is rejected for; empty if it is not.
pub(super) fn reason(path: &str, bytes: &[u8]) -> &'static str {
    match read(path, bytes).pop() {
        Some(Outcome::Rejected(rejected)) => rejected.issue.reason.code,
        _ => "",
    }
}

pub(super) fn warnings(record: &Record) -> Vec<&'static str> {
    record.warnings.iter().map(|issue| issue.reason.code).collect()
}

/// Path of a file of patient 7654321.
pub(super) fn path(kind: &str, date: &str, order: &str) -> String {
    format!("root/765/432/7654321/{date}/{kind}/7654321_{date}_{kind}_{order}_20240503101500123_01_1")
}

pub(super) const PID: &str = "PID|0001||7654321^^^^PI||試験^花子^^^^^L^I~シケン^ハナコ^^^^^L^P||19700302|F|||^^^^183-0026^JPN^H^東京都府中市架空町９９−９||^PRN^PH^^^^^^^^^042-000-0000";
pub(super) const DOCTOR: &str = "D0123^医師^一郎^^^^^^^L^^^^^I";

pub(super) fn header(message: &str) -> String {
    format!(
        "MSH|^~\\&|HIS|SEND|GW|RCV|20240503101500.123||{message}|20240503000001|P|2.5||||||~ISO IR87||ISO 2022-1994"
    )
}

/// Segments joined by CR, in ISO-2022-JP.
pub(super) fn wire(segments: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for segment in segments {
        let (encoded, _, failed) = encoding_rs::ISO_2022_JP.encode(segment);
        assert!(!failed, "a fixture has a character outside JIS X 0208");
        bytes.extend_from_slice(&encoded);
        bytes.push(b'\r');
    }
    bytes
}

/// A complete message about patient 7654321.
pub(super) fn message(kind: &str, body: &[&str]) -> Vec<u8> {
    let header = header(kind);
    let mut segments = vec![header.as_str(), PID];
    segments.extend_from_slice(body);
    wire(&segments)
}

/// Everything a record says, identities included: for snapshots of fictional messages only.
pub(super) fn show(record: &Record) -> String {
    let mut text = String::new();
    let expose =
        |value: &Option<kiban_model::Private<String>>| value.as_ref().map(|value| value.expose().clone());
    writeln!(text, "{} key={:?} version={}", record.kind, expose(&record.key), record.version).unwrap();
    writeln!(
        text,
        "subject={:?} standing={:?} units={}",
        expose(&record.subject),
        record.standing,
        record.units
    )
    .unwrap();
    writeln!(text, "recorded_at={}", record.recorded_at.map(|at| at.to_string()).unwrap_or_default())
        .unwrap();
    writeln!(text, "warnings={:?}", warnings(record)).unwrap();
    for identity in &record.identities {
        let fields = [
            ("name", expose(&identity.name)),
            ("kana", expose(&identity.kana)),
            ("roman", expose(&identity.roman)),
            ("birth_date", identity.birth_date.as_ref().map(|date| date.expose().to_string())),
            ("sex", identity.sex.map(|sex| sex.code().to_owned())),
            ("postal_code", expose(&identity.postal_code)),
            ("address", expose(&identity.address)),
            (
                "phones",
                Some(
                    identity.phones.iter().map(|phone| phone.expose().clone()).collect::<Vec<_>>().join(" "),
                )
                .filter(|t| !t.is_empty()),
            ),
            ("insurer", expose(&identity.insurer)),
            ("symbol", expose(&identity.insurance_symbol)),
            ("number", expose(&identity.insurance_number)),
            ("branch", expose(&identity.insurance_branch)),
            ("extra", expose(&identity.extra)),
        ];
        text.push_str("identity\n");
        for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            writeln!(text, "    {name}: {value}").unwrap();
        }
        for (system, number) in &identity.other_numbers {
            writeln!(text, "    {system}: {}", number.expose()).unwrap();
        }
    }
    for row in &record.rows {
        show_row(row, &mut text);
    }
    text
}

fn show_row(row: &Row, text: &mut String) {
    let (position, part) = row.position();
    writeln!(text, "{} at {position}.{part}", row.table().name).unwrap();
    for (name, value) in columns(row) {
        writeln!(text, "    {name}: {value}").unwrap();
    }
}

/// The filled columns of a row, `extra` last, dates in their text form.
pub(super) fn columns(row: &Row) -> Vec<(String, String)> {
    let shown = format!("{row:#?}");
    let mut found = Vec::new();
    let mut pending: Option<String> = None;
    for line in shown.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_suffix(": Some(") {
            pending = Some(name.to_owned());
        } else if let (Some(name), Some(value)) = (&pending, line.strip_suffix(',')) {
            if line != ")," && !line.ends_with("{") {
                found.push((name.clone(), unquoted(value)));
            }
        } else if line.starts_with("DateAsGiven") {
            continue;
        }
        if line == ")," {
            pending = None;
        }
    }
    dates(row, &mut found);
    found
}

fn unquoted(value: &str) -> String {
    serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned())
}

/// `DateAsGiven` is shown as its fields by `Debug`: replaced by its text.
fn dates(row: &Row, found: &mut Vec<(String, String)>) {
    let dates: Vec<(&str, Option<kiban_model::DateAsGiven>)> = match row {
        Row::Person(row) => vec![("birth_date", row.birth_date)],
        Row::Visit(row) => vec![("start", row.start), ("end", row.end)],
        Row::Condition(row) => vec![("start", row.start), ("end", row.end)],
        Row::Medication(row) => vec![("start", row.start), ("end", row.end)],
        Row::Procedure(row) => vec![("start", row.start), ("end", row.end)],
        Row::Coverage(row) => vec![("start", row.start), ("end", row.end)],
        Row::Observation(row) => vec![("time", row.time)],
        Row::Allergy(row) => vec![("start", row.start)],
        Row::Document(row) => vec![("date", row.date)],
        Row::Death(row) => vec![("date", row.date)],
        _ => Vec::new(),
    };
    for (name, date) in dates {
        let at = found.iter().position(|(column, _)| column == name);
        found.retain(|(column, _)| column != name);
        if let Some(date) = date {
            found.insert(at.unwrap_or(found.len()).min(found.len()), (name.to_owned(), date.to_string()));
        }
    }
}
