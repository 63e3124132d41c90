//! The one real file at hand: a medical outpatient file of 75 receipts with test persons (formats §1, §5).

use super::*;
use kiban_model::tables::{Claim, Coverage};
use std::path::PathBuf;

fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("KIBAN_SHARED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    folder.is_dir().then_some(folder)
}

fn sample() -> Option<Vec<u8>> {
    let bytes = shared().and_then(|folder| std::fs::read(folder.join("uke/RECEIPTC_GAIRAI_SAMPLE.UKE")).ok());
    if bytes.is_none() {
        eprintln!("the real file is not here; its tests are passed over");
    }
    bytes
}

fn claim(record: &Record) -> &Claim {
    record.rows.iter().find_map(|row| if let Row::Claim(claim) = row { Some(claim) } else { None }).unwrap()
}

#[test]
fn every_receipt_is_taken_and_every_line_accounted_for() {
    let Some(bytes) = sample() else { return };
    let outcomes = read(&bytes);
    assert!(refusals(&outcomes).is_empty());
    assert_eq!(receipts(&outcomes).len(), 75);
    assert_eq!(outcomes.iter().map(Outcome::units).sum::<u64>(), 636);
    assert_eq!(outcomes.len(), 77, "IR, 75 receipts, GO");
    // GO count = HO + KO and GO points = sum of first payers: no warning on the total.
    assert!(records(&outcomes).last().unwrap().warnings.is_empty());
    let reasons: Vec<_> = records(&outcomes).iter().flat_map(|r| &r.warnings).map(|w| w.reason.code).collect();
    assert_eq!(reasons, ["uke.birth-after-care"], "the sample has one person born after the month of care");
}

#[test]
fn points_times_counts_are_the_totals_the_receipts_state() {
    let Some(bytes) = sample() else { return };
    let outcomes = read(&bytes);
    let differing = receipts(&outcomes)
        .iter()
        .filter(|record| {
            let sum: i64 = claim_lines(record).iter().filter_map(|line| Some(line.points? * line.count?)).sum();
            claim(record).points != Some(sum)
        })
        .count();
    // Receipts whose total the sample's author changed by hand.
    assert_eq!(differing, 0);
}

#[test]
fn no_number_that_identifies_reaches_a_table() {
    let Some(bytes) = sample() else { return };
    let outcomes = read(&bytes);
    for record in receipts(&outcomes) {
        let rows = format!("{:?}", record.rows);
        for identity in &record.identities {
            let texts = [&identity.name, &identity.kana, &identity.insurer];
            for text in texts.into_iter().flatten() {
                assert!(!rows.contains(text.expose().as_str()));
            }
        }
        assert!(record.rows.iter().any(|row| matches!(row, Row::Coverage(Coverage { category: Some(_), .. }))));
    }
}
