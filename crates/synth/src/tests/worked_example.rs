//! The briefing's example holds exactly what its table says (ANO-09).

use super::*;
use crate::worked_example;
use encoding_rs::ISO_2022_JP;
use serde_json::Value;

#[test]
fn hanako_as_the_hospital_delivers_her() {
    let dir = tempfile::tempdir().unwrap();
    let folders = worked_example(dir.path()).unwrap();
    let all = files(&folders[0].join("delivery"));
    let kinds: Vec<&str> = all.keys().map(|path| path.split('/').nth(4).unwrap()).collect();
    assert_eq!(kinds, ["ADT-00", "PPR-01", "ADT-12", "OML-11"]);
    let text: String =
        all.values().map(|b| ISO_2022_JP.decode_without_bom_handling(b).0.into_owned()).collect();
    assert!(text.contains("厚労^花子^^^^^L^I~コウロウ^ハナコ^^^^^L^P||20030726|F"));
    for (name, value) in
        [("体重", "53.4"), ("収縮期血圧", "211"), ("HbA1c", "4.8"), ("インスリン濃度", "20.9")]
    {
        let observations: Vec<&str> =
            text.split('\r').filter(|s| s.starts_with("OBX") && s.contains(name)).collect();
        assert_eq!(observations.len(), 1, "{name}");
        assert_eq!(observations[0].split('|').nth(5), Some(value));
    }
    assert_eq!(text.matches("OBX|").count(), 4);
    assert!(text.contains("^膵島細胞症(希少疾患)^MDCDX2"));
    assert!(all.keys().any(|path| path.contains("/20200803/ADT-12/")));
}

#[test]
fn hanako_as_the_clinic_delivers_her() {
    let dir = tempfile::tempdir().unwrap();
    let folders = worked_example(dir.path()).unwrap();
    let mut kinds = Vec::new();
    for (path, bytes) in files(&folders[1].join("delivery")) {
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            let resource: Value = serde_json::from_slice(line).unwrap();
            assert_eq!(path, format!("ndjson/{}.ndjson", resource["resourceType"].as_str().unwrap()));
            kinds.push(resource);
        }
    }
    let count = |kind: &str| kinds.iter().filter(|r| r["resourceType"] == kind).count();
    assert_eq!(
        (count("Patient"), count("Encounter"), count("Observation"), count("Condition"), kinds.len()),
        (1, 1, 4, 1, 7)
    );
    let weight = kinds.iter().find(|r| r["code"]["text"] == "体重").unwrap();
    assert_eq!(weight["valueQuantity"]["value"].to_string(), "53.4");
    let notices = std::fs::read_to_string(folders[1].join("notices.csv")).unwrap();
    assert_eq!(notices.lines().nth(1), Some("A001,2020-08-03,person,,,,,,"));
}
