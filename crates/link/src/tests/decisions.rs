//! Decisions of humans always hold, and doubt is brought to them in order (LNK-02).

use super::*;

fn pair(a: i64, b: i64) -> (SubjectId, SubjectId) {
    (SubjectId(a), SubjectId(b))
}

#[test]
fn what_a_human_joined_is_joined_and_what_a_human_separated_is_separate() {
    let mut records = town(40);
    let twin = records[0].clone();
    records.push(PersonRecord { subject: SubjectId(1), provider: "hospital-b".into(), ..twin });
    assert!(together(&linked(&records), 1, 1000));
    // The second decision is written the other way round and given twice.
    let constraints =
        Constraints { must: vec![pair(1005, 1017)], must_not: vec![pair(1000, 1), pair(1, 1000)] };
    let linkage = link(&records, &constraints, &Settings::default());
    assert!(together(&linkage, 1005, 1017));
    assert!(!together(&linkage, 1, 1000));
    assert!(
        linkage.review.iter().all(|item| (item.a, item.b) != pair(1, 1000)),
        "a decision does not come back"
    );
}

#[test]
fn a_separation_holds_through_third_persons() {
    let records: Vec<_> = (1..=3)
        .map(|n| PersonRecord { subject: SubjectId(n), provider: format!("p{n}"), ..town(1).remove(0) })
        .collect();
    let constraints = Constraints { must: vec![], must_not: vec![pair(1, 3)] };
    let linkage = link(&records, &constraints, &Settings::default());
    assert!(!together(&linkage, 1, 3));
    assert_eq!(linkage.clusters.len(), 2, "2 stays with one of them");
    assert!(linkage.review.iter().any(|item| item.reason == ReviewReason::GroupsDisagree));
}

#[test]
fn contradicting_and_unknown_decisions_are_counted() {
    let records = town(5);
    let constraints = Constraints {
        must: vec![pair(1000, 1001), pair(1001, 1002), pair(1, 1000)],
        must_not: vec![pair(1000, 1002), pair(1003, 1003)],
    };
    let linkage = link(&records, &constraints, &Settings::default());
    assert!(!together(&linkage, 1000, 1002), "the separation holds");
    assert!(together(&linkage, 1000, 1001));
    assert_eq!(
        (linkage.statistics.unknown_constraints, linkage.statistics.contradicting_constraints),
        (1, 2)
    );
}

#[test]
fn the_queue_asks_the_most_valuable_question_first() {
    // Same given name and birth date, other family name, man, nothing else: neither sure nor absurd in a town.
    let mut records = town(200);
    let first = records[0].clone();
    for (subject, kana) in [(1, "イノウエ　イチロウ"), (2, "サトウ　ジロウ")] {
        let mut other = first.clone();
        other.subject = SubjectId(subject);
        other.provider = format!("hospital-{subject}");
        other.identity.name = None;
        other.identity.kana = Private::from_text(kana);
        other.identity.phones.clear();
        other.identity.insurance_number = None;
        records.push(other);
    }
    let linkage = link(
        &records,
        &Constraints::default(),
        &Settings { review_above: 0.0001, keep_above: 0.0001, ..Settings::default() },
    );
    assert!(!linkage.review.is_empty());
    assert!(linkage.review.is_sorted_by(|x, y| x.value >= y.value));
    for item in &linkage.review {
        assert!(linkage.pairs.iter().any(|p| (p.a, p.b) == (item.a, item.b)), "evidence is at hand");
    }
}

#[test]
fn what_humans_decided_informs_the_weights() {
    // A hundred and fifty persons at two hospitals, of whom some were found though the given name is another one.
    let again = |n: i64| PersonRecord {
        subject: SubjectId(n + 5000),
        provider: "hospital-b".into(),
        ..town(150).remove(usize::try_from(n).unwrap())
    };
    let mut records: Vec<_> = town(150).into_iter().chain((0..150).map(again)).collect();
    let names = [
        "マサヒト",
        "レイナ",
        "ソウスケ",
        "トキエ",
        "ヨネ",
        "ギンジ",
        "ルリ",
        "ワカバ",
        "ヒデカズ",
        "モモエ",
    ];
    for (record, name) in records.iter_mut().filter(|r| r.subject.0 >= 5000).zip(names) {
        let family = record
            .identity
            .kana
            .as_ref()
            .and_then(|kana| kana.expose().split_once('　'))
            .unwrap()
            .0
            .to_owned();
        record.identity.name = None;
        record.identity.kana = Private::from_text(&format!("{family}　{name}"));
    }
    let share = |constraints: &Constraints| {
        let model = link(&records, constraints, &Settings::default()).model;
        assert_eq!(model.source, ParameterSource::Estimated);
        let given = model.fields.iter().find(|f| f.field == Field::GivenName).unwrap();
        given.levels.iter().find(|l| l.level == Level::Different).unwrap().person
    };
    let pairs: Vec<_> = (0..10).map(|n| pair(1000 + n, 5000 + n)).collect();
    let unknown = share(&Constraints::default());
    let joined = share(&Constraints { must: pairs.clone(), must_not: vec![] });
    let separated = share(&Constraints { must: vec![], must_not: pairs });
    assert!(joined > separated + 0.02, "{joined} {separated}");
    assert!((separated..=joined).contains(&unknown), "{separated} {unknown} {joined}");
}
