//! Bad input: a clear reason, the rest proceeds, nothing lost, bounded memory.
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

use kiban_app::AppError;
use kiban_model::delivery::ManifestFile;
use std::path::Path;
use support::{Desk, ON, manifest};

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:oid:1.2.392.100495.20.3.51.11234567890","value":"0001"}],"name":[{"text":"試験 太郎"}],"gender":"male","birthDate":"1970-01-02"}"#;

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn every_kind_of_bad_file_has_its_reason_and_the_good_one_proceeds() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "good.json", PATIENT);
    write(at, "empty.json", "");
    write(at, "notes.doc", b"\xd0\xcf\x11\xe0 something");
    write(at, "all.zip", b"PK\x03\x04rest");
    write(
        at,
        "deep.json",
        format!(r#"{{"resourceType":"Patient","x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000)),
    );
    write(at, "cut.json", &PATIENT[..60]);
    write(at, "sjis.json", [PATIENT.as_bytes(), b"\x83\x65\x83\x58"].concat());
    write(at, "claims.UKE", b"RE,1\r\nnonsense\r\n");
    write(at, "000/000/0000001/-/ADT-00/0000001_-_ADT-00_1_20240101000000000_-_1", b"\xfb\xfc");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", at.join("link.json")).unwrap();
    let desk = Desk::new();
    desk.open_provider("p");
    let delivery = desk.receive("p", at);
    let receipt = desk.intake(&delivery);
    let held = desk.operator.held_back(&delivery).unwrap();
    let reason = |name: &str| {
        held.iter().find(|h| h.path.expose().ends_with(name)).map_or("taken", |h| h.reason.as_str())
    };
    assert_eq!(reason("good.json"), "taken");
    assert_eq!(reason("all.zip"), "delivery.archive");
    assert_eq!(reason("notes.doc"), "delivery.unknown-format");
    assert_eq!(reason("_-_1"), "ssmix2.not-hl7");
    #[cfg(unix)]
    assert_eq!(reason("link.json"), "delivery.symlink");
    for bad in ["empty.json", "deep.json", "cut.json", "sjis.json", "claims.UKE"] {
        assert_ne!(reason(bad), "taken", "{bad}");
    }
    assert_eq!(receipt.total.stored, 1);
    desk.settle("s");
    assert_eq!(desk.count("s", "SELECT count(*) FROM person"), 1);
    // Not one word of the report or of the ledger says who it was.
    let receipt = serde_json::to_string(&receipt).unwrap();
    assert!(!receipt.contains("0000001") && !receipt.contains("試験"));
}

#[test]
fn a_giant_line_is_refused_without_being_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = PATIENT.as_bytes().to_vec();
    lines.push(b'\n');
    lines.extend(std::iter::repeat_n(b'x', 200 << 20));
    lines.push(b'\n');
    lines.extend(PATIENT.replace("0001", "0002").replace("p1", "p2").bytes());
    write(folder.path(), "big.ndjson", &lines);
    drop(lines);
    let before = peak_memory();
    let desk = Desk::new();
    desk.open_provider("p");
    let receipt = desk.take("p", folder.path());
    assert_eq!((receipt.total.stored, receipt.total.quarantined), (2, 1), "{:?}", receipt.reasons);
    // The test itself held 200 MB before; reading must not add to that peak.
    assert!(peak_memory() - before < 100 << 20, "grew by {} MB", (peak_memory() - before) >> 20);
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("VmHWM: 0 kB");
    line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) << 10
}

#[test]
fn a_manifest_that_disagrees_refuses_only_what_it_disagrees_about() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["listed.json", "altered.json", "unlisted.json"] {
        write(folder.path(), name, PATIENT.replace("0001", name));
    }
    let stated = |path: &str, bytes| ManifestFile { path: path.into(), bytes: Some(bytes), sha256: None };
    let length = PATIENT.replace("0001", "listed.json").len() as u64;
    let mut manifest = manifest("p");
    manifest.files =
        vec![stated("listed.json", length), stated("altered.json", 1), stated("missing.json", 5)];
    let desk = Desk::new();
    desk.open_provider("p");
    let received = desk.operator.receive(folder.path(), &manifest, ON, &|_| {}).unwrap();
    assert_eq!((received.files, received.refused), (4, 3));
    let receipt = desk.intake(&received.delivery);
    assert_eq!((receipt.total.read, receipt.total.stored), (4, 1));
    let reasons: Vec<&str> = receipt.reasons.keys().map(String::as_str).collect();
    assert_eq!(reasons, ["delivery.manifest-mismatch", "delivery.missing-file", "delivery.not-in-manifest"]);
}

#[test]
fn nothing_is_taken_from_a_provider_that_has_not_filed() {
    // COL-02
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "p.json", PATIENT);
    let desk = Desk::new();
    assert!(matches!(
        desk.operator.receive(folder.path(), &manifest("p"), ON, &|_| {}),
        Err(AppError::UnknownProvider { .. })
    ));
    let provider = kiban_app::Provider {
        id: "p".into(),
        name: "p".into(),
        filed_on: Some("2020-01-01".into()),
        published_on: None,
    };
    desk.operator.put_provider(&provider, ON).unwrap();
    desk.operator.notify_everyone("p", "2020-03-01", ON).unwrap();
    let delivery = desk.receive("p", folder.path());
    let receipt = desk.intake(&delivery);
    assert_eq!((receipt.total.not_yet, receipt.total.admitted), (1, 0));
    assert!(receipt.reasons.contains_key("law.not-published"));
    // Published at last: the same delivery is taken, without delivering again.
    desk.open_provider("p");
    assert_eq!(desk.intake(&delivery).total.stored, 1);
}

#[test]
fn an_objector_is_stopped_under_every_number_and_in_every_file() {
    // OPT-04, OPT-08: bulk export refers to patients by another number than the hospital's.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "Patient.ndjson", PATIENT);
    write(
        folder.path(),
        "Observation.ndjson",
        r#"{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"体重"},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":60.0,"unit":"kg"}}"#,
    );
    let papers = tempfile::tempdir().unwrap();
    let list = papers.path().join("objections.csv");
    std::fs::write(&list, "local_id,name,kana,birth_date,received_on\n0001,,,,2024-01-01\n").unwrap();
    let desk = Desk::new();
    desk.open_provider("p");
    desk.operator.add_objections("p", &list, ON).unwrap();
    let receipt = desk.take("p", folder.path());
    assert_eq!((receipt.total.objected, receipt.total.admitted), (2, 0), "{:?}", receipt.reasons);
}
