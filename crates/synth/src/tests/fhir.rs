//! The clinic's files: every JSON parses, every reference leads somewhere, decimals are kept.

use super::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "reference" => found.push(text.clone()),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or("")
}

/// (resources with the ids that references from them may use, whether from a bundle).
fn resources() -> Vec<(Value, BTreeSet<String>)> {
    let mut all = Vec::new();
    let mut lines = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, bytes) in good_files("clinic-c") {
        if path.starts_with("ndjson/") {
            assert!(bytes.ends_with(b"\n"));
            for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                let resource: Value = serde_json::from_slice(line).unwrap();
                ids.insert(format!("{}/{}", text(&resource, "/resourceType"), text(&resource, "/id")));
                lines.push(resource);
            }
        } else {
            let bundle: Value = serde_json::from_slice(&bytes).unwrap();
            let entries = bundle["entry"].as_array().unwrap();
            let urls: BTreeSet<String> = entries.iter().map(|e| text(e, "/fullUrl").to_owned()).collect();
            assert_eq!(urls.len(), entries.len(), "{path}");
            if text(&bundle, "/type") == "document" {
                assert_eq!(text(&entries[0], "/resource/resourceType"), "Composition");
            }
            all.extend(entries.iter().map(|e| (e["resource"].clone(), urls.clone())));
        }
    }
    all.extend(lines.into_iter().map(|resource| (resource, ids.clone())));
    all
}

#[test]
fn every_reference_resolves_and_the_counts_are_those_of_world_json() {
    let mut counted = BTreeMap::<String, usize>::new();
    let (mut contained_patients, mut people) = (0, BTreeSet::new());
    for (resource, ids) in resources() {
        *counted.entry(text(&resource, "/resourceType").to_owned()).or_default() += 1;
        let contained: Vec<&Value> =
            resource.get("contained").and_then(Value::as_array).into_iter().flatten().collect();
        let mut found = Vec::new();
        references(&resource, &mut found);
        for reference in found {
            let known = match reference.strip_prefix('#') {
                Some(id) => contained.iter().any(|c| text(c, "/id") == id),
                None => ids.contains(&reference),
            };
            assert!(known, "{reference}");
        }
        for patient in
            contained.into_iter().chain([&resource]).filter(|r| text(r, "/resourceType") == "Patient")
        {
            people.insert(text(patient, "/identifier/0/value").to_owned());
            contained_patients += usize::from(text(patient, "/id") == "patient");
        }
    }
    let expected = provider("clinic-c").1;
    let expected_counts: BTreeMap<String, usize> =
        expected.records.iter().map(|(k, s)| (k.clone(), s.current)).collect();
    assert_eq!(counted, expected_counts);
    assert_eq!(people.len(), expected.persons);
    assert!(contained_patients > 10 && counted["Composition"] > 5);
}

#[test]
fn values_keep_their_decimals_and_concepts_their_codings() {
    let mut kept = 0;
    for (resource, _) in resources().iter().filter(|(r, _)| text(r, "/resourceType") == "Observation") {
        assert!(resource["code"]["coding"].as_array().is_some_and(|c| c.len() >= 2));
        if text(resource, "/code/text") == "HbA1c" {
            let value = resource["valueQuantity"]["value"].to_string();
            assert_eq!(value.split('.').nth(1).map(str::len), Some(1), "{value}");
            kept += 1;
        }
    }
    assert!(kept > 20);
}

#[test]
fn the_bad_files_do_not_read_as_fhir() {
    let (folder, expected) = provider("clinic-c");
    for bad in &expected.bad_files {
        let bytes = std::fs::read(folder.join("delivery").join(&bad.path)).unwrap();
        let parsed = serde_json::from_slice::<Value>(&bytes);
        assert!(parsed.is_err() || parsed.is_ok_and(|v| v["resourceType"] == "Karte"));
    }
}
