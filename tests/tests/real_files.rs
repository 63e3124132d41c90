//! The real files nobody here wrote, from delivery to both packages, with counts made apart from the readers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod support;

use kiban_app::release::Request;
use std::collections::BTreeMap;
use std::path::Path;
use support::{Desk, ON, assert_balanced, policy, shared, unpack};

/// SS-MIX2: what a short script counts in the raw text is what the store holds.
#[test]
fn two_hundred_patients() {
    let Some(archive) = shared("ssmix2/ssmixtwins-200.tar.zst") else { return };
    let folder = tempfile::tempdir().unwrap();
    unpack(&archive, folder.path());
    let mut segments: BTreeMap<String, u64> = BTreeMap::new();
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let mut patients = std::collections::BTreeSet::new();
    for (path, bytes) in support::tree(folder.path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let parts: Vec<&str> = name.split('_').collect();
        patients.insert(parts[0].to_owned());
        *kinds.entry(parts[2].to_owned()).or_default() += 1;
        for line in bytes.split(|b| *b == b'\n' || *b == b'\r') {
            if let Some(id) = line.get(..3).and_then(|id| std::str::from_utf8(id).ok()) {
                *segments.entry(format!("{} {id}", parts[2])).or_default() += 1;
            }
        }
    }
    let desk = Desk::new();
    desk.open_provider("h");
    let receipt = desk.take("h", folder.path());
    assert_eq!(receipt.total.read, kinds.values().sum::<u64>());
    assert_eq!(receipt.total.stored, receipt.total.read, "{:?}", receipt.reasons);
    assert_eq!(receipt.units, segments.values().sum::<u64>(), "every segment is accounted for");
    desk.settle("s");
    let has = |sql: &str| desk.count("s", sql);
    let of = |key: &str| segments.get(key).copied().unwrap_or(0);
    assert_eq!(has("SELECT count(*) FROM person"), patients.len() as u64);
    assert_eq!(has("SELECT count(*) FROM observation WHERE source_kind = 'OML-11'"), of("OML-11 OBX"));
    assert_eq!(has("SELECT count(*) FROM condition WHERE source_kind = 'PPR-01'"), of("PPR-01 PRB"));
    assert_eq!(
        has("SELECT count(*) FROM medication WHERE source_kind IN ('OMP-01', 'OMP-11')"),
        of("OMP-01 RXE") + of("OMP-11 RXA")
    );
    for kind in ["ADT-12", "ADT-22", "ADT-52"] {
        assert_eq!(
            has(&format!("SELECT count(*) FROM visit WHERE source_kind = '{kind}'")),
            kinds.get(kind).copied().unwrap_or(0),
            "{kind}"
        );
    }
    let project = |policy_name: &str, project: &str| {
        let policy = policy(policy_name);
        let request =
            Request { policy: &policy, snapshot: "s", project, name: None, seed: 1, recipient: "大学" };
        desk.operator.build_release(&request, ON, &|_| {}).unwrap()
    };
    let anonymized = project("small-anonymized.toml", "a");
    assert!(anonymized.smallest_group >= 5);
    let pseudonymized = project("research-pseudonymized.toml", "b");
    assert_eq!(pseudonymized.persons, (patients.len() as u64, patients.len() as u64));
}

/// The national hospitals' test files, deliberately bad ones among them: each ends where it belongs.
#[test]
fn the_national_hospitals_test_files() {
    let Some(folder) = shared("ssmix2/nho-testing-tool") else { return };
    let desk = Desk::new();
    desk.open_provider("nho");
    let delivery = desk.receive("nho", &folder);
    let receipt = desk.intake(&delivery);
    assert_eq!(receipt.total.read, 22);
    assert_eq!(receipt.total.cancellations, 1, "the deleted one (condition 0)");
    let held = desk.operator.held_back(&delivery).unwrap();
    let reason_of =
        |part: &str| held.iter().find(|h| h.path.expose().contains(part)).map(|h| h.reason.as_str());
    assert_eq!(
        reason_of("ADT-31/9999013_20110630_OMP-11"),
        Some("ssmix2.not-hl7"),
        "two bytes that are no message"
    );
    assert_eq!(reason_of("_OML-11_"), Some("ssmix2.patient-mismatch"), "PID-3 of another patient");
    assert_eq!(reason_of("_PPR-01_"), Some("ssmix2.patient-mismatch"), "PID-3 of another patient");
    assert_eq!(receipt.total.quarantined as usize, held.len());
    for one in &held {
        assert!(!one.words[0].is_empty() && !one.words[2].is_empty(), "{} has words and advice", one.reason);
    }
}

/// A month of claims: 75 receipts, all lines accounted for, names and ICD-10 through the operator's masters.
#[test]
fn a_month_of_claims() {
    let (Some(folder), Some(masters)) = (shared("uke"), shared("masters")) else { return };
    let text = std::fs::read(folder.join("RECEIPTC_GAIRAI_SAMPLE.UKE")).unwrap();
    let lines = text.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count() as u64;
    let receipts = text.split(|b| *b == b'\n').filter(|l| l.starts_with(b"RE,")).count() as u64;
    let delivered = tempfile::tempdir().unwrap();
    std::fs::write(delivered.path().join("RECEIPTC.UKE"), &text).unwrap();
    let desk = Desk::with_masters(Some(masters));
    desk.open_provider("clinic");
    let receipt = desk.take("clinic", delivered.path());
    assert_eq!((receipt.units, receipts), (lines, 75));
    assert_eq!(receipt.total.stored, 75, "{:?}", receipt.reasons);
    desk.settle("s");
    assert_eq!(desk.count("s", "SELECT count(*) FROM claim"), 75);
    assert_eq!(desk.count("s", "SELECT sum(points) FROM claim"), 81_880 + 4_512, "the points GO states");
    assert!(
        desk.count("s", "SELECT count(*) FROM condition WHERE icd10 = 'E14'") > 0,
        "糖尿病 through the master"
    );
    assert!(desk.count("s", "SELECT count(*) FROM claim_line WHERE price_list_code = '1149019F1560'") > 0);
}

/// Every FHIR example, one file at a time as a hospital would send them together; the wrong ones are told apart.
#[test]
fn every_fhir_example() {
    let Some(folder) = shared("fhir-jp") else { return };
    let desk = Desk::new();
    for set in ["jp-core-1.1.2", "clinical-core-ExampleJson", "jp-echeckup", "jp-ereferral-0.9.6"] {
        desk.open_provider(set);
        let receipt = desk.take(set, &folder.join(set));
        assert!(receipt.total.stored > 0, "{set}: {:?}", receipt.reasons);
        assert_balanced(&receipt);
    }
    desk.settle("s");
    let extra = desk.ask(
        "s",
        "SELECT extra FROM medication WHERE source_kind LIKE 'FHIR%' AND extra IS NOT NULL LIMIT 1",
    );
    assert!(extra[0][0].contains("resourceType"), "the resource itself is kept");
}

/// The accounting identity holds on damaged copies too: bytes changed, cut short, doubled (COL-08).
#[test]
fn damaged_copies_are_accounted_for() {
    let sources = [
        ("ssmix2/ssmixtwins-generated", 40),
        ("uke/RECEIPTC_GAIRAI_SAMPLE.UKE", 1),
        ("fhir-jp/clinical-core-ExampleJson", 30),
    ];
    for seed in 1..=3u64 {
        let folder = tempfile::tempdir().unwrap();
        let mut dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut roll = |below: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) as usize % below.max(1)
        };
        for (source, take) in sources {
            let Some(path) = shared(source) else { continue };
            let files = if path.is_dir() {
                support::tree(&path)
            } else {
                BTreeMap::from([(Path::new("R.UKE").to_path_buf(), std::fs::read(&path).unwrap())])
            };
            for (name, mut bytes) in files.into_iter().take(take) {
                for _ in 0..roll(6) {
                    let at = roll(bytes.len());
                    match roll(4) {
                        0 => bytes[at] ^= 1 << roll(8),
                        1 => bytes.truncate(at),
                        2 => bytes.splice(at..at, [0x1B, 0x24, 0x42]).for_each(drop),
                        _ => bytes.extend_from_within(at..),
                    }
                    if bytes.is_empty() {
                        break;
                    }
                }
                let to = folder.path().join(source.split('/').next().unwrap()).join(name);
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::write(to, bytes).unwrap();
            }
        }
        if std::fs::read_dir(folder.path()).unwrap().next().is_none() {
            return;
        }
        let desk = Desk::new();
        desk.open_provider("p");
        let receipt = desk.take("p", folder.path());
        assert!(
            receipt.total.quarantined > 0 && receipt.total.stored > 0,
            "seed {seed}: {:?}",
            receipt.total
        );
    }
}
