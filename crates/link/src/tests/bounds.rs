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

#[test]
fn a_date_that_means_unknown_and_a_name_alone_join_nobody() {
    let mut records = town(300);
    for record in &mut records {
        record.identity.birth_date = Some(Private::new(DateAsGiven::from_day(1900, 1, 1).unwrap()));
        record.identity.kana = Private::from_text("サトウ　ケン");
        record.identity.name = None;
        (record.identity.address, record.identity.insurance_number) = (None, None);
        record.identity.phones.clear();
    }
    let linkage = linked(&records);
    assert_eq!(linkage.clusters.len(), 300, "namesakes of whom nothing else is known");
    assert!(linkage.statistics.pairs_compared < 300 * 60);
    let placeholders = linkage.statistics.implausible.iter().filter(|v| v.field == Field::BirthDate).count();
    assert_eq!(placeholders, 300);
}

#[test]
fn a_family_under_one_telephone_and_one_number_stays_a_family() {
    let givens = ["タロウ", "ハナコ", "ケンタ", "サクラ", "メグミ"];
    let line = |at: usize, given: &str| {
        let birth = format!("{}-0{}-1{}", 1950 + at * 12, at + 1, at);
        format!("-|ミヤモト　{given}|{birth}|-|熊本県熊本市中央区手取本町1-1|096-328-2111|06430012/7/4321/-")
    };
    let members: Vec<_> = (1..)
        .zip(givens.iter().enumerate())
        .map(|(n, (at, given))| record(n, "a", &line(at, given)))
        .collect();
    let again = members.iter().map(|member| PersonRecord {
        subject: SubjectId(member.subject.0 + 10),
        provider: "b".into(),
        identity: member.identity.clone(),
    });
    let linkage = linked(&members.iter().cloned().chain(again).chain(town(200)).collect::<Vec<_>>());
    for member in 1..=5 {
        assert!(together(&linkage, member, member + 10), "{member}");
        assert!((1..=5).all(|other| other == member || !together(&linkage, member, other)), "{member}");
    }
}

#[test]
fn a_local_number_given_to_someone_new_is_no_proof_of_one_person() {
    // The provider reuses its numbers: the subject's statements are two persons', and each meets its own elsewhere.
    let reused = [
        "山田　太郎|ヤマダ　タロウ|1931-03-02|M|静岡県静岡市葵区追手町9-6|054-221-2455|-",
        "小山　さくら|オヤマ　サクラ|2011-07-21|F|沖縄県那覇市泉崎1-1-1|098-867-0111|-",
    ];
    let mut records: Vec<_> = reused.iter().map(|line| record(1, "a", line)).collect();
    records.extend([record(2, "b", reused[0]), record(3, "c", reused[1])]);
    let linkage = linked(&records.into_iter().chain(town(200)).collect::<Vec<_>>());
    assert!(!together(&linkage, 2, 3), "no chain through the number");
    assert!(linkage.review.iter().any(|item| item.reason == ReviewReason::GroupsDisagree));
}
