//! The published examples: JP Core, JP-CLINS/eCS, eCheckup, eReferral, single and bundled.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("KIBAN_SHARED_DATA").map_or(root, PathBuf::from).join("fhir-jp");
    if !folder.is_dir() {
        eprintln!("no shared data here: real examples not read");
        return None;
    }
    Some(folder)
}

fn files() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = shared() else { return Vec::new() };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| std::fs::read_dir(entry.unwrap().path()).ok())
        .flat_map(|entries| entries.map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn every_resource_of_every_file_is_accounted_for() {
    let mut tables: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut refused = Vec::new();
    for (name, bytes) in files() {
        let trusted: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let outcomes = read(&name, &bytes);
        let expected = trusted["entry"].as_array().map_or(1, |entries| entries.len() + 1);
        assert_eq!(outcomes.len(), expected, "{name}");
        for record in records(&outcomes) {
            tables
                .entry(record.kind.to_string())
                .or_default()
                .extend(record.rows.iter().map(|row| row.table().name));
        }
        refused.extend(
            rejected(&outcomes)
                .into_iter()
                .map(|r| format!("{name}: {} @ {}", r.issue.reason.code, r.issue.place)),
        );
    }
    if tables.is_empty() {
        return;
    }
    insta::assert_debug_snapshot!("tables_by_kind", tables);
    insta::assert_debug_snapshot!("refused", refused);
}

#[test]
fn what_was_cut_and_what_was_kept_make_the_file_again() {
    for (name, bytes) in files() {
        let text = std::str::from_utf8(&bytes).unwrap().trim();
        let outcomes = read(&name, &bytes);
        let records = records(&outcomes);
        let Some(wrapper) = records.iter().find(|r| r.kind == "FHIR Bundle") else {
            if let [record] = records[..] {
                assert_eq!(restored(record), text, "{name}");
            }
            continue;
        };
        // A Bundle: each resource into its place in the envelope.
        let mut whole = restored(wrapper);
        for outcome in outcomes.iter().skip(1) {
            let resource = match outcome {
                Outcome::Record(record) => restored(record),
                Outcome::Rejected(rejected) => String::from_utf8(
                    bytes[rejected.bytes.start as usize..rejected.bytes.end as usize].to_vec(),
                )
                .unwrap(),
            };
            let gap =
                ["\"resource\": null", "\"resource\":null"].iter().find(|gap| whole.contains(**gap)).unwrap();
            whole = whole.replacen(gap, &gap.replace("null", &resource), 1);
        }
        assert_eq!(whole, text, "{name}");
    }
}

/// Hundreds of definitions and examples, some of them megabytes: all are read, balance, and lose no byte.
#[test]
fn the_published_packages() {
    let Some(folder) = shared() else { return };
    let unpacked = tempfile::tempdir().unwrap();
    let mut resources = 0;
    for package in std::fs::read_dir(folder.join("packages")).unwrap() {
        let tar = std::process::Command::new("tar")
            .arg("-xzf")
            .arg(package.unwrap().path())
            .arg("-C")
            .arg(unpacked.path())
            .status();
        if !tar.is_ok_and(|status| status.success()) {
            eprintln!("no tar here: packages not read");
            return;
        }
        for file in std::fs::read_dir(unpacked.path().join("package")).unwrap().map(|f| f.unwrap().path()) {
            let Ok(bytes) = std::fs::read(&file) else { continue };
            let outcomes = read(&file.to_string_lossy(), &bytes);
            if outcomes.len() > 1 {
                continue;
            }
            for record in records(&outcomes) {
                assert_eq!(restored(record), std::str::from_utf8(&bytes).unwrap().trim());
                resources += 1;
            }
        }
    }
    assert!(resources > 500, "{resources}");
}

/// Names and numbers of every resource of a type in the examples, as a person would be recognised by them.
fn identities(kind: &'static str) -> Vec<String> {
    fn collect(value: &serde_json::Value, kind: &str, found: &mut BTreeSet<String>) {
        if value["resourceType"] == kind {
            let list = |name: &str| value[name].as_array().cloned().unwrap_or_default();
            let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
            for name in list("name") {
                found.insert(text(&name["text"]));
                found.insert(text(&name["text"]).replace([' ', '\u{3000}'], ""));
                found.insert(text(&name["text"]).replace(' ', "\u{3000}"));
            }
            found.extend(list("identifier").iter().map(|i| text(&i["value"])));
            found.extend(list("telecom").iter().map(|t| text(&t["value"])));
            found.extend(list("address").iter().map(|a| text(&a["text"])));
            found.insert(text(&value["birthDate"]));
        }
        match value {
            serde_json::Value::Array(items) => items.iter().for_each(|v| collect(v, kind, found)),
            serde_json::Value::Object(members) => members.values().for_each(|v| collect(v, kind, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for (_, bytes) in files() {
        collect(&serde_json::from_slice(&bytes).unwrap(), kind, &mut found);
    }
    found.into_iter().filter(|text| text.chars().count() >= 4).collect()
}

/// A number counts as a word of its own: `12345` is not in `1311234567`.
fn has_word(text: &str, word: &str) -> bool {
    let inside = |c: Option<char>| word.is_ascii() && c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

#[test]
fn no_name_or_number_of_a_patient_stays_in_a_row() {
    let identities = identities("Patient");
    for (name, bytes) in files() {
        for record in records(&read(&name, &bytes)) {
            for row in record.rows.iter().filter(|row| row.table().name != "person") {
                let shown = format!("{row:?}");
                for identity in &identities {
                    assert!(!has_word(&shown, identity), "{name}: a {} shows an identity", record.kind);
                }
            }
            assert!(!format!("{record:?}").contains("00012345:"), "{name}");
        }
    }
}

/// Staff too, but for the narrative of a Composition's sections, which is free text.
#[test]
fn no_name_of_a_practitioner_stays_outside_free_text() {
    // A staff number within a logical id (`#…-D001`) stays: it is what references follow.
    let mut identities = identities("Practitioner");
    identities.retain(|identity| !identity.is_ascii());
    for (name, bytes) in files() {
        for record in records(&read(&name, &bytes)).iter().filter(|r| r.kind != "FHIR Composition") {
            let shown = format!("{:?}", record.rows);
            let staying: Vec<_> = identities.iter().filter(|identity| has_word(&shown, identity)).collect();
            assert!(staying.is_empty(), "{name}: a {} shows {staying:?}", record.kind);
        }
    }
}

#[test]
fn one_persons_records_meet_under_one_number() {
    let files = files();
    let subjects = |part: &str| -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, bytes) in files.iter().filter(|(name, _)| name.contains(part)) {
            for record in records(&read(name, bytes)) {
                found.entry(name.clone()).or_default().extend(subject(record).map(str::to_owned));
            }
        }
        found
    };
    for (name, subjects) in subjects("Bundle-") {
        assert_eq!(subjects.len(), 1, "{name} is about one person: {}", subjects.len());
    }
}

#[test]
fn the_three_published_errors() {
    let mut found = BTreeMap::new();
    let mut masters = Masters::default();
    let quazepam = crate::masters::Item {
        name: String::new(),
        unit: String::new(),
        price_list_code: "1124030F2030".into(),
    };
    masters.items.insert("611120000".into(), quazepam);
    for (name, bytes) in
        files().iter().filter(|(name, _)| name.contains("PO-SID-28days") || name.contains("ErrorExample"))
    {
        let outcomes = read_with(Source::from_bytes(name, bytes), &masters);
        found.insert(name.clone(), records(&outcomes).iter().flat_map(|r| warnings(r)).collect::<Vec<_>>());
    }
    if found.is_empty() {
        return;
    }
    let of = |part: &str| found.iter().find(|(name, _)| name.contains(part)).unwrap().1.join(", ");
    // A general-name code that is not in the master; its valid sibling is.
    assert_eq!(
        of("ErrorExample-JP-MedReq-PO-SID-28days"),
        "fhir.unknown-drug-code @ medicationCodeableConcept"
    );
    assert_eq!(of("MedicationRequest-Example-JP-MedReq-PO-SID-28days"), "");
    // HOT and local codes only: the drug is known, the profile's wish is not met.
    assert_eq!(of("ErrorExample-JP-MedReq-ExtEye"), "fhir.no-standard-drug-code @ medicationCodeableConcept");
    // No local laboratory code, JLAC10 given.
    assert_eq!(of("ErrorExample-ObsLabo-eGFR"), "fhir.no-local-code @ code");
}

#[test]
fn rows_of_one_checkup_bundle() {
    let files = files();
    let Some((name, bytes)) = files.iter().find(|(name, _)| name.contains("eCheckupReport-Sample")) else {
        return;
    };
    let outcomes = read(name, bytes);
    let rows: Vec<_> = records(&outcomes).iter().flat_map(|r| r.rows.clone()).collect();
    let count = |table: &str| rows.iter().filter(|row| row.table().name == table).count();
    assert_eq!((count("person"), count("checkup"), count("coverage"), count("visit")), (1, 1, 2, 1));
    assert!(count("observation") >= 44);
    let insured = records(&outcomes)
        .into_iter()
        .flat_map(|r| &r.identities)
        .filter(|i| i.insurance_number.is_some())
        .count();
    assert_eq!(insured, 1, "one of the two coverages is insurance");
    let insurer =
        records(&outcomes).into_iter().flat_map(|r| &r.identities).find_map(|i| i.insurer.clone()).unwrap();
    assert_eq!(insurer.expose().len(), 8, "from the payor in the Bundle");
}
