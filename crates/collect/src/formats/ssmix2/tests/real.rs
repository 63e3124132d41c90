//! Files that others wrote, where they are at hand: every one accounted for, nothing lost, counts equal to the raw text's.

use super::support::{columns, read};
use crate::formats::ssmix2::{coding, kinds, leftovers};
use kiban_model::{DateAsGiven, Outcome, Record, Row, Standing};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

fn data(below: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KIBAN_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = root.join(below);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no {below} at hand");
    None
}

/// (path below the folder, bytes), in path order.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(here) = waiting.pop() {
        for entry in std::fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let below = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((below, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn ends(folder: &Path) -> BTreeMap<String, String> {
    let mut ends = BTreeMap::new();
    for (path, bytes) in files(folder) {
        let outcomes = read(&path, &bytes);
        assert_eq!(outcomes.len(), 1, "one outcome a file");
        let end = match &outcomes[0] {
            Outcome::Record(record) => format!("{:?} {} rows", record.standing, record.rows.len()),
            Outcome::Rejected(rejected) => rejected.issue.reason.code.to_owned(),
        };
        let parts: Vec<&str> = path.rsplit('/').collect();
        ends.insert(
            format!(
                "{} {} {}",
                parts[3],
                parts[1],
                parts[0].split('_').skip(2).collect::<Vec<_>>().join("_")
            ),
            end,
        );
    }
    ends
}

#[test]
fn the_national_hospital_organization_set() {
    let Some(folder) = data("ssmix2/nho-testing-tool") else { return };
    let ends = ends(&folder);
    assert_eq!(ends.len(), 22);
    let end = |file: &str| {
        ends.iter().find(|(name, _)| name.starts_with(file)).map(|(_, end)| end.as_str()).unwrap_or("?")
    };
    // Their own deliberate errors and ours to find: the misplaced two bytes, the deleted one, other patients' messages.
    assert_eq!(end("0000001 ADT-31 OMP-11"), "ssmix2.not-hl7");
    assert_eq!(end("0000001 OMP-11 OMP-11_123456789012346"), "Cancelled 0 rows");
    assert_eq!(end("0000001 OMP-11 OMP-11_123456789012345"), "ssmix2.patient-mismatch");
    for mismatch in
        ["ADT-61", "PPR-01", "OMD", "OMG-01", "OMG-02", "OMG-03", "OMG-11", "OMG-12", "OMG-13", "OML-11"]
    {
        assert_eq!(end(&format!("9999013 {mismatch} ")), "ssmix2.patient-mismatch", "{mismatch}");
    }
    let rows = [
        ("ADT-00", 7),
        ("ADT-22", 2),
        ("ADT-42", 2),
        ("ADT-52", 2),
        ("OML-01", 8),
        ("OMP-01", 4),
        ("OMP-02", 7),
        ("OMP-11", 3),
        ("OMP-12", 3),
    ];
    for (kind, count) in rows {
        assert_eq!(end(&format!("9999013 {kind} ")), format!("Current {count} rows"), "{kind}");
    }
}

#[test]
fn the_support_samples() {
    let Some(folder) = data("ssmix2/nho-support-sample") else { return };
    for (path, bytes) in files(&folder) {
        let outcomes = read(&path, &bytes);
        let Outcome::Record(record) = &outcomes[0] else { panic!("rejected") };
        let count = |table: &str| record.rows.iter().filter(|row| row.table().name == table).count();
        assert_eq!(count("observation"), lines(&bytes, "OBX"), "{}", record.kind);
        assert_eq!(count("document"), 0);
        assert_eq!(record.standing, Standing::Current);
    }
}

fn lines(bytes: &[u8], id: &str) -> usize {
    bytes
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|line| line.starts_with(format!("{id}|").as_bytes()))
        .count()
}

#[test]
fn generated_patients_counted_against_the_raw_text() {
    let Some(folder) = data("ssmix2/ssmixtwins-generated") else { return };
    let files = files(&folder);
    assert!(files.len() >= 100);
    for (path, bytes) in files {
        let outcomes = read(&path, &bytes);
        let Outcome::Record(record) = &outcomes[0] else {
            panic!("rejected: {}", path.rsplit('/').nth(1).unwrap())
        };
        let count = |table: &str| record.rows.iter().filter(|row| row.table().name == table).count();
        let mixture = lines(&bytes, "RXC") > 0;
        assert_eq!(count("observation"), lines(&bytes, "OBX"), "{}", record.kind);
        assert_eq!(count("condition"), lines(&bytes, "PRB"));
        assert_eq!(count("medication"), if mixture { lines(&bytes, "RXC") } else { lines(&bytes, "RXE") });
        assert_eq!(count("coverage"), lines(&bytes, "IN1"));
        assert_eq!(count("person"), 1);
        assert_eq!(count("visit"), usize::from(matches!(&*record.kind, "ADT-12" | "ADT-22" | "ADT-52")));
        let identity = &record.identities[0];
        assert!(
            identity.name.is_some() && identity.kana.is_some() && identity.postal_code.is_some(),
            "one caret fewer"
        );
        assert!(matches!(&record.rows[0], Row::Person(person) if person.prefecture.is_some()));
        let expected: &[&str] = if record.kind == "ADT-12" { &["ssmix2.unusual-type"] } else { &[] };
        assert_eq!(super::support::warnings(record), expected);
    }
}

#[test]
fn plain_samples_of_another_library() {
    let Some(folder) = data("hl7v2/python-hl7") else { return };
    for (path, bytes) in files(&folder).into_iter().filter(|(path, _)| path.ends_with(".hl7")) {
        let outcomes = read(&path, &bytes);
        let headers = lines(&bytes, "MSH");
        let records = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Record(_))).count();
        assert!(records <= headers && outcomes.len() >= headers, "{path}");
        assert!(headers > 0 || records == 0, "{path}");
    }
}

/// Every leaf of every clinical segment is in a column, an `extra`, or (names of staff) the identity.
fn assert_nothing_lost(bytes: &[u8], record: &Record, what: &str) {
    let mut held: HashSet<String> = HashSet::new();
    let mut hold = |text: &str| {
        held.insert(text.to_owned());
        held.extend(text.split(['^', '~', '&']).map(str::to_owned));
    };
    let mut extra = |json: &str| {
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
        members.values().for_each(|value| hold(value.as_str().unwrap()));
    };
    for row in &record.rows {
        for (name, value) in columns(row) {
            if name == "extra" {
                extra(&value);
            }
        }
    }
    record
        .identities
        .iter()
        .filter_map(|identity| identity.extra.as_ref())
        .for_each(|json| extra(json.expose()));
    for row in &record.rows {
        for (name, value) in columns(row) {
            if name == "other_codes" {
                let list: Vec<BTreeMap<String, String>> = serde_json::from_str(&value).unwrap();
                list.iter().flat_map(|coding| coding.values()).for_each(|text| hold(text));
            } else if name == "modifiers" {
                value.split(',').for_each(&mut hold);
            } else {
                hold(&value);
            }
        }
    }
    held.extend(record.recorded_at.map(|at| at.to_string()));
    for line in bytes.split(|byte| matches!(byte, b'\r' | b'\n' | 0x1C)).filter(|line| !line.is_empty()) {
        let text = encoding_rs::ISO_2022_JP.decode_without_bom_handling(line).0;
        let mut fields = text.split('|').enumerate();
        let id = fields.next().unwrap().1;
        if leftovers::is_identity_segment(id) {
            continue;
        }
        for (number, field) in fields.filter(|(number, _)| !(id == "MSH" && *number == 1)) {
            for leaf in field.split(['^', '~', '&']).filter(|leaf| !leaf.trim().is_empty()) {
                let translated = match (id, number, leaf) {
                    ("OBX", 11, "F") => "final".to_owned(),
                    ("OBX", 11, "P") => "preliminary".to_owned(),
                    ("RXA", 20, "CP") => "completed".to_owned(),
                    _ => coding::system(leaf).unwrap_or_default(),
                };
                let date = DateAsGiven::parse_hl7(leaf).map(|date| date.to_string()).unwrap_or_default();
                let number_of_days = format!("{leaf}.0");
                let kept =
                    [leaf, &translated, &date, &number_of_days].into_iter().any(|form| held.contains(form))
                        || held.contains(&leaf.replace('.', ""));
                assert!(kept, "{what}: {id}-{number} is nowhere ({} characters)", leaf.chars().count());
            }
        }
    }
}

#[test]
fn no_field_of_any_real_message_is_lost() {
    let mut messages = 0;
    for below in ["ssmix2/nho-testing-tool", "ssmix2/nho-support-sample", "ssmix2/ssmixtwins-generated"] {
        let Some(folder) = data(below) else { return };
        for (path, bytes) in files(&folder) {
            // Read by itself too, so that messages filed under another patient are checked as well.
            for place in [path.as_str(), "inbox/message.hl7"] {
                for outcome in read(place, &bytes) {
                    if let Outcome::Record(record) = outcome
                        && record.standing != Standing::Cancelled
                    {
                        assert_nothing_lost(
                            &bytes,
                            &record,
                            &format!("{} as {}", path.rsplit('/').nth(1).unwrap(), record.kind),
                        );
                        messages += 1;
                    }
                }
            }
        }
    }
    assert_eq!(messages, 9 + 3 + 100 + 21 + 3 + 100);
}

#[test]
fn no_patient_or_staff_name_reaches_a_clinical_row() {
    let mut names: HashSet<String> = HashSet::new();
    let mut clinical: HashSet<String> = HashSet::new();
    for below in ["ssmix2/nho-testing-tool", "ssmix2/nho-support-sample", "ssmix2/ssmixtwins-generated"] {
        let Some(folder) = data(below) else { return };
        for (_, bytes) in files(&folder) {
            for outcome in read("inbox/message.hl7", &bytes) {
                let Outcome::Record(record) = outcome else { continue };
                for identity in &record.identities {
                    for name in [&identity.name, &identity.kana, &identity.address].into_iter().flatten() {
                        names.extend(
                            name.expose()
                                .split('\u{3000}')
                                .filter(|part| part.chars().count() > 1)
                                .map(str::to_owned),
                        );
                    }
                }
                for (_, value) in record.rows.iter().flat_map(columns) {
                    clinical.extend(value.split(['^', '~', '&', '"', ' ', '\u{3000}']).map(str::to_owned));
                }
            }
        }
    }
    assert!(names.len() > 20);
    names.extend(
        ["一郎", "花子", "入力者", "大江戸", "信吉", "愛子", "医師一郎", "鹿ノ門商事株式会社"]
            .map(str::to_owned),
    );
    // The fictional patient of one sample lives at the address of the hospital, which orders may state (ORC-22).
    names.remove("東京都目黒区東が丘2丁目5番21号");
    for name in names {
        assert!(!clinical.contains(&name), "a name of {} characters", name.chars().count());
    }
}

#[test]
fn care_dates_are_where_the_national_table_says() {
    let Some(folder) = data("ssmix2") else { return };
    let table = std::fs::read(folder.join("SSMIX_CAREDATE.json")).unwrap();
    let table: BTreeMap<String, String> = serde_json::from_slice(&table).unwrap();
    assert!(table.len() > 30);
    for (message, field) in table {
        let ours =
            kinds::care_date_field(&message).map(|(id, number)| format!("{id}-{number}")).unwrap_or_default();
        assert_eq!(ours, field, "{message}");
        assert!(kinds::Kind::of_message(&message).is_some(), "{message} belongs to no kind");
    }
}
