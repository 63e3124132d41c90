//! The index and the full run agree; what a change does not touch stays.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::tests::{record, town};
use proptest::prelude::*;
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

/// What a file of the index holds, for a state.
fn file_of(index: &Index, state: &str) -> Vec<u8> {
    let mut file = Vec::new();
    index.write(state, &mut file).unwrap();
    file
}

fn read(file: &[u8], state: &str) -> Result<Index, IndexError> {
    Index::read(file, file.len() as u64, state, &Settings::default())
}

/// A town known to two clinics, some of them also by Latin letters, by several telephones, under another name.
fn motley() -> Vec<PersonRecord> {
    let mut records = two_clinics(150);
    for (at, record) in records.iter_mut().enumerate() {
        let identity = &mut record.identity;
        match at % 7 {
            0 => identity.phones.push(kiban_model::Private::new(format!("0901234{at:04}"))),
            1 => identity
                .other_numbers
                .push(("urn:x".to_owned(), kiban_model::Private::new(format!("{at:08}")))),
            2 => identity.roman = kiban_model::Private::from_text("Yamada Taro"),
            3 => (identity.name, identity.kana) = (None, kiban_model::Private::from_text("ヤマダ　タロウ")),
            4 => identity.name = kiban_model::Private::from_text("髙■　太郎（旧姓：佐藤）"),
            5 if at % 3 == 0 => {
                (identity.name, identity.kana, identity.roman) =
                    (None, None, kiban_model::Private::from_text("Nguyen Van A"));
            }
            _ => {}
        }
    }
    records
}

#[test]
fn a_file_read_and_written_again_is_the_same_file() {
    let records = motley();
    let (standing, new) = records.split_at(220);
    let decisions = Constraints {
        must: vec![(records[0].subject, records[40].subject)],
        must_not: vec![(records[3].subject, records[153].subject)],
    };
    let (mut index, _) = Index::of_records(standing, &decisions, &Settings::default());
    assert!(file_of(&read(&file_of(&index, "1"), "1").unwrap(), "1") == file_of(&index, "1"));
    index.add(new);
    let file = file_of(&index, "2");
    let again = read(&file, "2").unwrap();
    assert!(file_of(&again, "2") == file, "what came since stands among the rest");
    assert_eq!(again.standing(), index.standing());
    assert_eq!(again.model(), index.model());
    assert_eq!((again.statements(), again.linked_in_full()), (index.statements(), 220));
}

#[test]
fn a_file_between_two_deliveries_changes_nothing() {
    let records = motley();
    let (mut whole, _) = Index::of_records(&records[..150], &Constraints::default(), &Settings::default());
    let mut kept = read(&file_of(&whole, ""), "").unwrap();
    for delivery in records[150..].chunks(23) {
        let in_memory = whole.add(delivery);
        kept = read(&file_of(&kept, ""), "").unwrap();
        assert_eq!(kept.add(delivery), in_memory);
    }
    assert_eq!(kept.standing(), whole.standing());
    assert!(file_of(&kept, "") == file_of(&whole, ""));
}

#[test]
fn only_what_is_expected_is_gone_on_with() {
    let (index, _) = Index::of_records(&town(30), &Constraints::default(), &Settings::default());
    let file = file_of(&index, "run 3");
    assert!(matches!(read(&file, "run 4"), Err(IndexError::OtherState)));
    let settings = Settings { link_above: 0.9, ..Settings::default() };
    let other = Index::read(&file[..], file.len() as u64, "run 3", &settings);
    assert!(matches!(other, Err(IndexError::OtherSettings)));
    assert!(matches!(read(b"SQLite format 3\0 and so on", "run 3"), Err(IndexError::NotAnIndex)));
    for cut in [30, 60, 200, file.len() / 2, file.len() - 1] {
        assert!(matches!(read(&file[..cut], "run 3"), Err(IndexError::Damaged)), "{cut}");
    }
    let mut other_engine = file.clone();
    let at = file.windows(16).position(|w| w == env!("KIBAN_LINK_ENGINE").as_bytes()).unwrap();
    other_engine[at] ^= 1;
    assert!(matches!(read(&other_engine, "run 3"), Err(IndexError::OtherEngine)));
    let mut altered = file.clone();
    altered[file.len() / 2] ^= 1;
    assert!(matches!(read(&altered, "run 3"), Err(IndexError::Damaged)));
    let words = IndexError::OtherState.to_string() + &format!("{:?}", IndexError::Damaged);
    assert!(!words.contains("run"), "an error says nothing of what the file holds");
}

#[test]
fn a_decision_about_one_not_yet_known_holds_when_they_come() {
    let records = two_clinics(40);
    let pair = (records[5].subject, records[45].subject);
    let decisions = Constraints { must: Vec::new(), must_not: vec![pair] };
    let (mut index, _) = Index::of_records(&records[..40], &decisions, &Settings::default());
    index.add(&records[40..]);
    assert_ne!(index.person_of(pair.0), index.person_of(pair.1));
    let (full, linkage) = Index::of_records(&records, &decisions, &Settings::default());
    assert_eq!(partition(&index, &records), partition(&full, &records));
    assert_eq!(full.standing().statistics.persons, linkage.statistics.persons);
}

#[test]
fn how_the_whole_stands_is_what_a_full_run_says() {
    let records = motley();
    let (index, linkage) = Index::of_records(&records, &Constraints::default(), &Settings::default());
    let standing = index.standing();
    let (ours, full) = (&standing.statistics, &linkage.statistics);
    assert_eq!(
        (
            ours.persons,
            ours.subjects,
            ours.statements,
            ours.pairs_linked,
            ours.pairs_in_doubt,
            ours.joins_refused
        ),
        (
            full.persons,
            full.subjects,
            full.statements,
            full.pairs_linked,
            full.pairs_in_doubt,
            full.joins_refused
        )
    );
    assert_eq!(ours.estimated_precision, full.estimated_precision);
    assert_eq!(standing.review, linkage.review.len() as u64);
    assert_eq!(standing.pairs.len(), linkage.pairs.len());
    let pairs = |c: &Cluster| (c.subjects.len() * (c.subjects.len() - 1) / 2) as u64;
    assert_eq!(standing.pairs_together, linkage.clusters.iter().map(pairs).sum::<u64>());
    assert_eq!(standing.providers.values().map(|p| p.subjects).sum::<u64>(), full.subjects);
}

#[test]
fn a_number_taken_from_all_is_taken_from_those_who_come() {
    let mut records = two_clinics(60);
    let hospitals_own = || vec![kiban_model::Private::new("03-9999-1234".to_owned())];
    records.iter_mut().filter(|r| r.provider == "hospital").for_each(|r| r.identity.phones = hospitals_own());
    let (index, linkage) = Index::of_records(&records, &Constraints::default(), &Settings::default());
    let of_many = |values: &[ImplausibleValue]| {
        values
            .iter()
            .filter(|v| v.reason == Implausible::SharedByMany)
            .map(|v| v.subject.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(of_many(&linkage.statistics.implausible).len(), 60);
    let mut index = read(&file_of(&index, ""), "").unwrap();
    let newcomer = "三宅　蓮|ミヤケ　レン|2001-02-03|M|北海道札幌市北区北八条西5丁目|03-9999-1234|-";
    let change = index.add(&[record(7, "hospital", newcomer)]);
    assert_eq!((of_many(&change.set_aside), change.pairs_compared), (vec![7], 0));
    assert_eq!(change.clusters.len(), 1);
}

#[test]
fn a_key_of_very_many_is_not_gone_through_for_everyone_who_comes() {
    // A default in place of name and date of birth; addresses all over the country.
    let line =
        |n: i64| format!("名無　花子|ナナシ　ハナコ|1990-04-01|F|東京都府中市宮西町{n}-{}|-|-", n % 13);
    let records = |from: i64, to: i64| (from..to).map(|n| record(n, "a", &line(n))).collect::<Vec<_>>();
    let (mut index, _) = Index::of_records(&records(1, 2_600), &Constraints::default(), &Settings::default());
    let change = index.add(&records(2_600, 2_640));
    assert!(change.blocks_left_out >= 40, "{}", change.blocks_left_out);
    assert!(change.pairs_compared < 40 * 100 * 5, "{}", change.pairs_compared);
}

/// What the whole comes to with the weights and rows of an index, every pair found and every group formed anew.
fn from_scratch(index: &Index) -> (BTreeSet<(u32, u32, u64)>, Clustering) {
    let Index { table, model, settings, constraints, .. } = index;
    let rules: Vec<Rule> = index.rules().collect();
    let rows = (table.rows.as_slice(), [].as_slice());
    let candidates = crate::block::candidates(table, rows, &rules, settings, &mut Statistics::default());
    let patterns = crate::estimate::count_patterns(&candidates);
    let scored = crate::estimate::score_subjects(table, model, &patterns, candidates, settings.keep_above);
    let clustering = crate::cluster::cluster(table, model, &scored, constraints, settings);
    (weighed(&scored), clustering)
}

fn weighed(scored: &[SubjectPair]) -> BTreeSet<(u32, u32, u64)> {
    scored.iter().map(|pair| (pair.a, pair.b, pair.weight.to_bits())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn however_it_came_the_whole_is_what_from_scratch_comes_to(
        order in Just((0..300_usize).collect::<Vec<_>>()).prop_shuffle(),
        cuts in proptest::collection::vec(1..60_usize, 1..6),
        moved in proptest::collection::vec(0..300_usize, 0..12),
        decisions in proptest::collection::vec((0..300_usize, 0..300_usize, any::<bool>()), 0..8),
    ) {
        let all = motley();
        let mut records: Vec<PersonRecord> = order.iter().map(|at| all[*at].clone()).collect();
        // Some state something else as well, later.
        records.extend(moved.iter().map(|at| {
            let mut record = all[*at].clone();
            record.identity.address = kiban_model::Private::from_text("大阪府吹田市山田丘2番15号");
            record.identity.phones = vec![kiban_model::Private::new(format!("0668{:06}", at % 5))];
            record
        }));
        let mut constraints = Constraints::default();
        let (mut index, _) = Index::of_records(&records[..150], &constraints, &Settings::default());
        let mut rest = &records[150..];
        let mut decisions = decisions.into_iter();
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let (delivery, after) = rest.split_at(cut.min(rest.len()));
            rest = after;
            for (a, b, same) in decisions.by_ref().take(2).filter(|(a, b, _)| a != b) {
                let list = if same { &mut constraints.must } else { &mut constraints.must_not };
                list.push((all[a].subject, all[b].subject));
            }
            let change = index.update(delivery, &constraints);
            prop_assert!(change.pairs.iter().all(|pair| pair.a < pair.b));
        }
        let (scored, clustering) = from_scratch(&index);
        prop_assert_eq!(&clustering.first_of, &index.clustering.first_of);
        prop_assert_eq!(clustering.refused.len(), index.clustering.refused.len());
        for subject in 0..u32::try_from(index.subjects()).unwrap() {
            let told = |c: &Clustering| (c.size_of(subject), c.confidence_of(subject));
            prop_assert_eq!(told(&clustering), told(&index.clustering));
        }
        prop_assert_eq!(scored, weighed(&index.scored));
    }
}
