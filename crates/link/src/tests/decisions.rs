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
