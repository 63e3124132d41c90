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
    let reasons: Vec<_> =
        records(&outcomes).iter().flat_map(|r| &r.warnings).map(|w| w.reason.code).collect();
    assert_eq!(reasons, ["uke.birth-after-care"], "the sample has one person born after the month of care");
}

#[test]
fn points_times_counts_are_the_totals_the_receipts_state() {
    let Some(bytes) = sample() else { return };
    let outcomes = read(&bytes);
    let differing = receipts(&outcomes)
        .iter()
        .filter(|record| {
            let sum: i64 =
                claim_lines(record).iter().filter_map(|line| Some(line.points? * line.count?)).sum();
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
        assert!(
            record.rows.iter().any(|row| matches!(row, Row::Coverage(Coverage { category: Some(_), .. })))
        );
    }
}

#[test]
fn the_published_masters_give_codes_their_relations() {
    let (Some(bytes), Some(folder)) = (sample(), shared()) else { return };
    let masters = Masters::load(&folder.join("masters")).unwrap();
    let outcomes = read_within(&bytes, crate::Limits::default(), &masters);
    let rows: Vec<&Row> = receipts(&outcomes).into_iter().flat_map(|record| &record.rows).collect();
    let diabetes = rows.iter().find_map(|row| match row {
        Row::Condition(condition) if condition.code.as_deref() == Some("2500013") => Some(condition),
        _ => None,
    });
    assert_eq!(diabetes.unwrap().icd10.as_deref(), Some("E14"));
    let drugs: Vec<_> = rows
        .iter()
        .filter_map(|row| match row {
            Row::ClaimLine(line) if line.category.as_deref() == Some("drug") => Some(line),
            _ => None,
        })
        .collect();
    let priced = drugs.iter().filter(|line| line.price_list_code.is_some()).count();
    assert!(priced * 10 >= drugs.len() * 9, "{priced} of {} drugs have a 12-character code", drugs.len());
    let drug = drugs.iter().find(|line| line.code.as_deref() == Some("620098801")).unwrap();
    assert_eq!(drug.price_list_code.as_deref(), Some("1149019F1560"));
}

/// Every value of two characters or more of every line is in the record it went into; values of one character cannot be
/// told apart, which is what the generated counterpart in `properties` is for.
#[test]
fn every_value_of_every_line_is_somewhere() {
    let Some(bytes) = sample() else { return };
    let outcomes = read(&bytes);
    let shown: Vec<(&Record, String)> =
        records(&outcomes).into_iter().map(|record| (record, super::golden::show_record(record))).collect();
    let text = encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned();
    for (index, line) in
        text.lines().enumerate().filter(|(_, line)| !line.starts_with("IR") && !line.starts_with("GO"))
    {
        let number = index as u64 + 1;
        let (_, shown) =
            shown.iter().find(|(r, _)| (r.number..r.number + r.units).contains(&number)).unwrap();
        for value in line.split(',').skip(1).filter(|value| value.chars().count() > 1) {
            // Names keep one space between their parts and none after.
            let value = &value.split_whitespace().collect::<Vec<_>>().join("\u{3000}");
            let date = if value.is_ascii() && value.len() == 8 {
                format!("{}-{}-{}", &value[..4], &value[4..6], &value[6..])
            } else {
                value.into()
            };
            let month = if value.is_ascii() && value.len() == 6 {
                format!("{}-{}", &value[..4], &value[4..])
            } else {
                value.into()
            };
            let found = shown.contains(value) || shown.contains(&date) || shown.contains(&month);
            assert!(found, "line {number}: a value of {} characters is lost", value.chars().count());
        }
    }
}
