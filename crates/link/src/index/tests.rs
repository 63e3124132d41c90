//! The index and the full run agree; what a change does not touch stays.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::tests::{record, town};
use std::collections::BTreeSet;

/// A town known to two clinics.
fn two_clinics(count: i64) -> Vec<PersonRecord> {
    let first = town(count);
    let second = first.iter().map(|record| {
        let mut record = record.clone();
        record.subject = SubjectId(record.subject.0 + 100_000);
        record.provider = "hospital".to_owned();
        record.identity.phones.clear();
        record
    });
    first.iter().cloned().chain(second).collect()
}

fn partition(index: &Index, records: &[PersonRecord]) -> BTreeSet<(SubjectId, SubjectId)> {
    records.iter().map(|r| (r.subject, index.person_of(r.subject).unwrap())).collect()
}

#[test]
fn records_one_by_one_come_to_what_a_full_run_comes_to() {
    let records = two_clinics(120);
    let (standing, new) = records.split_at(180);
    let (mut index, _) = Index::of_records(standing, &Constraints::default(), &Settings::default());
    let mut compared = 0;
    for record in new {
        let change = index.add(std::slice::from_ref(record));
        compared += change.pairs_compared;
        assert!(change.clusters.iter().any(|c| c.subjects.contains(&record.subject)));
    }
    let (full, linkage) = Index::of_records(&records, &Constraints::default(), &Settings::default());
    let persons = |index: &Index| -> BTreeSet<BTreeSet<SubjectId>> {
        let mut groups: std::collections::BTreeMap<SubjectId, BTreeSet<SubjectId>> = Default::default();
        for (subject, person) in partition(index, &records) {
            groups.entry(person).or_default().insert(subject);
        }
        groups.into_values().collect()
    };
    assert_eq!(persons(&index), persons(&full));
    assert_eq!(linkage.clusters.len(), 120);
    assert!(compared < 120 * 60, "{compared}");
}

#[test]
fn a_batch_and_one_by_one_are_one() {
    let records = two_clinics(200);
    let (standing, new) = records.split_at(250);
    let build = || Index::of_records(standing, &Constraints::default(), &Settings::default()).0;
    let (mut at_once, mut singly) = (build(), build());
    at_once.add(new);
    for record in new {
        singly.add(std::slice::from_ref(record));
    }
    assert_eq!(partition(&at_once, &records), partition(&singly, &records));
}

#[test]
fn a_repeated_statement_changes_nothing() {
    let records = two_clinics(50);
    let (mut index, _) = Index::of_records(&records, &Constraints::default(), &Settings::default());
    let before = partition(&index, &records);
    let change = index.add(&records[..20]);
    assert_eq!((change.statements, change.clusters.len()), (0, 0));
    assert_eq!(partition(&index, &records), before);
}

#[test]
fn a_decision_moves_those_it_is_about_and_its_undoing_moves_them_back() {
    let records = two_clinics(50);
    let (mut index, _) = Index::of_records(&records, &Constraints::default(), &Settings::default());
    let before = partition(&index, &records);
    let pair = (records[3].subject, records[53].subject);
    assert_eq!(index.person_of(pair.0), index.person_of(pair.1));
    let change = index.decide(&Constraints { must: Vec::new(), must_not: vec![pair] });
    assert_ne!(index.person_of(pair.0), index.person_of(pair.1));
    assert!(change.clusters.iter().all(|c| c.subjects.iter().all(|s| *s == pair.0 || *s == pair.1)));
    let moved = before.symmetric_difference(&partition(&index, &records)).count();
    assert_eq!(moved, 2, "one subject left its person");
    index.decide(&Constraints::default());
    assert_eq!(partition(&index, &records), before);
}

#[test]
fn marriage_arrives_later() {
    let before =
        "渡邉　さくら|ワタナベ　サクラ|1985-07-21|F|東京都府中市宮西町2-24|042-364-4111|06130012/5/991/02";
    let after =
        "小山　さくら|オヤマ　サクラ|1985-07-21|F|東京都府中市宮西町2-24|042-364-4111|01130012/88/12/-";
    let records: Vec<_> = town(100).into_iter().chain([record(1, "a", before)]).collect();
    let (mut index, _) = Index::of_records(&records, &Constraints::default(), &Settings::default());
    let change = index.add(&[record(2, "b", after)]);
    assert_eq!(index.person_of(SubjectId(2)), Some(SubjectId(1)));
    assert_eq!(change.clusters.len(), 1);
    assert!(!format!("{change:?}").contains("さくら"));
}
