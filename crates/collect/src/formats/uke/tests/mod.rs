//! Tests of the reader: golden cases, damaged files each with its reason, the real file, and generated input.

mod golden;
mod malformed;
mod properties;
mod real;

use super::*;
use kiban_model::{Record, Rejected, Row};

/// Reads bytes with given limits; checks the accounting that every test relies on.
fn read_within(bytes: &[u8], limits: crate::Limits, masters: &Masters) -> Vec<Outcome> {
    let mut source = Source::from_bytes("RECEIPTC.UKE", bytes);
    source.limits = limits;
    let mut outcomes = Vec::new();
    let reading = Uke.read(source, masters, &mut |outcome| outcomes.push(outcome)).unwrap();
    assert_eq!(
        reading.units,
        outcomes.iter().map(Outcome::units).sum::<u64>(),
        "every line is in exactly one outcome"
    );
    let places: Vec<u64> = outcomes.iter().map(|o| bytes_of(o).start).collect();
    assert!(places.is_sorted(), "outcomes come in file order");
    outcomes
}

fn read(bytes: &[u8]) -> Vec<Outcome> {
    read_within(bytes, crate::Limits::default(), &Masters::default())
}

fn bytes_of(outcome: &Outcome) -> std::ops::Range<u64> {
    match outcome {
        Outcome::Record(record) => record.bytes.clone(),
        Outcome::Rejected(rejected) => rejected.bytes.clone(),
    }
}

fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!lossy, "fixture has a character that CP932 has not");
    bytes.into_owned()
}

fn records(outcomes: &[Outcome]) -> Vec<&Record> {
    outcomes
        .iter()
        .filter_map(|o| if let Outcome::Record(record) = o { Some(&**record) } else { None })
        .collect()
}

fn refusals(outcomes: &[Outcome]) -> Vec<&Rejected> {
    outcomes
        .iter()
        .filter_map(|o| if let Outcome::Rejected(rejected) = o { Some(rejected) } else { None })
        .collect()
}

/// The receipts among the outcomes.
fn receipts(outcomes: &[Outcome]) -> Vec<&Record> {
    records(outcomes).into_iter().filter(|record| record.subject.is_some()).collect()
}

fn claim_lines(record: &Record) -> Vec<&kiban_model::tables::ClaimLine> {
    record
        .rows
        .iter()
        .filter_map(|row| if let Row::ClaimLine(line) = row { Some(line) } else { None })
        .collect()
}

/// Columns of an act: `head` then day cells, 44 in all.
fn act(head: &str, days: &[(usize, u32)]) -> String {
    let mut columns: Vec<String> = head.split(',').map(Into::into).collect();
    columns.resize(44, String::new());
    for (day, count) in days {
        columns[12 + day] = count.to_string();
    }
    columns.join(",")
}

const IR: &str = "IR,1,13,1,1234567,,基盤病院,202004,00,03-0000-0000";
const RE: &str =
    "RE,1,1112,202004,厚労　花子,2,20030726,,,,,,,B002,,,,,S-1,,,01,,,,,,,,,,,,,,,コウロウ　ハナコ,";
const HO: &str = "HO,01130012,１２３４,５６７,1,288,,,,,,,,,";

/// A receipt of these lines after IR, RE and HO, in CP932 with CRLF.
fn receipt(lines: &[&str]) -> Vec<u8> {
    let all: Vec<&str> = [IR, RE, HO].iter().chain(lines).copied().collect();
    cp932(&(all.join("\r\n") + "\r\n"))
}
