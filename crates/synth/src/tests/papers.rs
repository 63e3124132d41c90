//! Notices, objections and truth, read as plain CSV and counted again.

use super::*;
use std::collections::BTreeSet;

fn rows(path: &Path) -> (String, Vec<Vec<String>>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head = lines.next().unwrap().to_owned();
    let width = head.split(',').count();
    let rows: Vec<Vec<String>> = lines.map(|l| l.split(',').map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|r: &Vec<String>| r.len() == width));
    (head, rows)
}

fn days(iso: &str) -> i32 {
    DateAsGiven::parse_iso(iso).unwrap().days_since_epoch()
}

#[test]
fn notices_and_objections_count_up_to_world_json_at_every_institution() {
    let today = days(&WORLD.1.provided_on);
    for id in ["hospital-a", "hospital-b", "clinic-c"] {
        let (folder, expected) = provider(id);
        let (head, notices) = rows(&folder.join("notices.csv"));
        assert!(head.starts_with("local_id,notice_date,recipient"));
        let (head, objections) = rows(&folder.join("objections.csv"));
        assert!(head.starts_with("local_id,name,kana,birth_date,received_on,withdrawn_on"));
        let standing = |row: &&Vec<String>| row[5].is_empty() || days(&row[5]) > today;
        let objectors: BTreeSet<&str> = objections.iter().filter(standing).map(|r| r[0].as_str()).collect();
        assert_eq!(objectors.len(), expected.objectors);
        assert_eq!(objections.len() - objectors.len(), expected.objections_withdrawn);
        assert!(objections.iter().all(|r| days(&r[4]) < today && r[1].contains('　')));

        let mut told: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
        for row in &notices {
            assert!(matches!(row[2].as_str(), "person" | "guardian"));
            told.entry(&row[0]).or_default().push(days(&row[1]));
        }
        assert_eq!(told.len(), expected.persons);
        let waiting = |(who, notices): &(&&str, &Vec<i32>)| {
            !objectors.contains(**who) && notices.iter().all(|d| today - d < 30)
        };
        assert_eq!(told.iter().filter(waiting).count(), expected.not_yet);
        let children: BTreeSet<&str> =
            notices.iter().filter(|r| r[2] == "guardian").map(|r| r[0].as_str()).collect();
        let grown = notices.iter().filter(|r| r[2] == "person" && children.contains(r[0].as_str())).count();
        assert_eq!(grown, expected.turned_16);
        assert_eq!(children.len() - grown, expected.under_16);
    }
}

#[test]
fn the_insurer_knows_people_by_insurance_alone() {
    let (folder, expected) = provider("insurer-d");
    for (name, insurer, birth) in [("notices.csv", 3, 8), ("objections.csv", 6, 3)] {
        let (_, rows) = rows(&folder.join(name));
        assert!(!rows.is_empty());
        for row in rows {
            assert!(row[0].is_empty() && matches!(row[insurer].len(), 6 | 8) && !row[insurer + 2].is_empty());
            assert_eq!(row[birth].len(), 10);
        }
    }
    assert!(expected.persons > 0);
}

#[test]
fn the_truth_names_every_local_number_once_and_shared_people_agree() {
    let (_, truth) = rows(&WORLD.0.path().join("truth.csv"));
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in truth.iter().filter(|r| !r[1].is_empty()) {
        assert!(seen.insert((&row[0], &row[1])));
        places.entry(&row[2]).or_default().insert(&row[0]);
    }
    let expected = &WORLD.1;
    assert_eq!(places.values().filter(|p| p.len() > 1).count(), expected.shared_persons);
    let registered: usize =
        ["hospital-a", "hospital-b", "clinic-c"].iter().map(|id| expected.providers[*id].persons).sum();
    assert_eq!(seen.len(), registered);
    let insured: BTreeSet<&str> =
        truth.iter().filter(|r| r[0] == "insurer-d").map(|r| r[2].as_str()).collect();
    assert_eq!(insured.len(), expected.providers["insurer-d"].persons);
}
