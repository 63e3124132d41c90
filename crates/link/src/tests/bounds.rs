//! Nothing in the data makes the work explode (LNK-03).

use super::*;

#[test]
fn one_surname_one_telephone_one_birthday_and_empty_fields_stay_bounded() {
    let mut records = town(3_000);
    for (at, record) in records.iter_mut().enumerate() {
        if at % 5 < 2 {
            record.identity.kana = Private::from_text("サトウ　ケン");
            record.identity.name = Private::from_text("佐藤　健");
        }
        record.identity.phones = vec![Private::new("03-9999-0000".to_owned())];
        if at % 3 == 0 {
            record.identity.birth_date = Some(Private::new(DateAsGiven::from_day(1970, 1, 1).unwrap()));
        }
        if at % 4 == 0 {
            record.identity = Identity::default();
        }
    }
    let linkage = linked(&records);
    let statistics = &linkage.statistics;
    assert!(statistics.pairs_compared < 3_000 * 60, "{}", statistics.pairs_compared);
    assert!(!statistics.oversized_blocks.is_empty());
    assert!(statistics.implausible.iter().any(|v| v.reason == normalise::Implausible::SharedByMany));
    assert!(linkage.clusters.iter().all(|c| c.subjects.len() <= Settings::default().largest_cluster));
}

#[test]
fn nothing_and_one_are_fine() {
    assert!(linked(&[]).clusters.is_empty());
    let one = linked(&town(1));
    assert_eq!((one.clusters.len(), one.pairs.len(), one.review.len()), (1, 0, 0));
    assert_eq!(one.statistics.estimated_precision, None);
    let empty: Vec<_> = (1..=500).map(|n| record(n, "p", "-|-|-|-|-|-|-")).collect();
    assert_eq!(linked(&empty).clusters.len(), 500);
}

#[test]
fn identical_statements_beyond_the_largest_block_are_reported_not_compared() {
    let same: Vec<_> = (1..=400)
        .map(|n| PersonRecord { subject: SubjectId(n), provider: format!("p{n}"), ..town(1).remove(0) })
        .collect();
    let linkage = linked(&same);
    assert_eq!(linkage.statistics.pairs_compared, 0);
    assert!(linkage.statistics.oversized_blocks.iter().any(|block| block.left_out == 400));
}
