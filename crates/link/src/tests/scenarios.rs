//! What happens to people: marriage, moves, twins, relatives, typing (LNK-01).

use super::*;

const TARO: &str =
    "山田　太郎|ヤマダ　タロウ|1970-03-02|M|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/00";

/// The same two statements by themselves (two hospitals, few patients) and in a town.
fn both_ways(a: &str, b: &str) -> [bool; 2] {
    let two = [record(1, "hospital-a", a), record(2, "hospital-b", b)];
    let alone = together(&linked(&two), 1, 2);
    let in_town: Vec<_> = two.into_iter().chain(town(120)).collect();
    [alone, together(&linked(&in_town), 1, 2)]
}

#[test]
fn one_person_is_found_through_every_ordinary_change() {
    let same = [
        (
            "written alike",
            "山田　太郎|ヤマダ　タロウ|1970-03-02|M|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/00",
        ),
        ("half-width kana, other dashes", "山田太郎|ﾔﾏﾀﾞ ﾀﾛｳ|1970-03-02|M|静岡市葵区追手町9-6|0542212455|-"),
        (
            "moved and insured anew",
            "山田　太郎|ヤマダ　タロウ|1970-03-02|M|北海道札幌市中央区北一条西２丁目|011-111-2222|06140011/9/77/01",
        ),
        ("kanji could not be written", "山■　太郎|ヤマダ　タロウ|1970-03-02|M|静岡県静岡市葵区追手町9-6|-|-"),
        ("reading only", "-|やまだ　たろう|1970-03-02|M|-|054-221-2455|-"),
        (
            "a digit of the birth date",
            "山田　太郎|ヤマダ　タロウ|1970-03-12|M|静岡県静岡市葵区追手町9-6|054-221-2455|-",
        ),
        (
            "day and month exchanged",
            "山田　太郎|ヤマダ　タロウ|1970-02-03|M|静岡県静岡市葵区追手町9-6|054-221-2455|06130012/123/4567/-",
        ),
        ("reading with a slip", "山田　太郎|ヤマタ　タロウ|1970-03-02|M|静岡県静岡市葵区追手町9-6|-|-"),
    ];
    for (what, other) in same {
        assert_eq!(both_ways(TARO, other), [true, true], "{what}");
    }
}

#[test]
fn marriage_changes_the_family_name_and_often_the_rest() {
    let before =
        "渡邉　さくら|ワタナベ　サクラ|1985-07-21|F|東京都府中市宮西町2-24|042-364-4111|06130012/5/991/02";
    let after =
        "小山　さくら|オヤマ　サクラ|1985-07-21|F|東京都府中市宮西町2-24|042-364-4111|01130012/88/12/-";
    assert_eq!(both_ways(before, after), [true, true]);
    // With everything else changed too, two statements by the first provider bridge the gap.
    let far = "小山　さくら|オヤマ　サクラ|1985-07-21|F|沖縄県那覇市泉崎1-1-1|098-867-0111|01130012/88/12/-";
    let records = [record(1, "a", before), record(1, "a", far), record(2, "b", before), record(3, "c", far)];
    let linkage = linked(&records);
    assert!(together(&linkage, 1, 2) && together(&linkage, 1, 3));
}

#[test]
fn relatives_and_twins_stay_apart_however_much_a_household_shares() {
    let others = [
        (
            "wife",
            "山田　花子|ヤマダ　ハナコ|1972-11-09|F|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/01",
        ),
        (
            "son",
            "山田　健太|ヤマダ　ケンタ|1999-05-05|M|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/02",
        ),
        (
            "twin brother",
            "山田　次郎|ヤマダ　ジロウ|1970-03-02|M|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/-",
        ),
        (
            "twin sister",
            "山田　良子|ヤマダ　ヨシコ|1970-03-02|F|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/-",
        ),
        (
            "namesake",
            "山田　太郎|ヤマダ　タロウ|1951-12-24|M|長野県松本市丸の内3-7|0263-34-3000|06200017/1/2/-",
        ),
    ];
    for (who, other) in others {
        assert_eq!(both_ways(TARO, other), [false, false], "{who}");
    }
}

#[test]
fn western_names_work_in_either_order_and_meet_readings() {
    let plain = record(1, "a", "-|-|1961-04-30|M|-|090-1111-2222|-");
    let with_roman = |mut r: PersonRecord, subject: i64, roman: &str| {
        r.subject = SubjectId(subject);
        r.provider = format!("hospital-{subject}");
        r.identity.roman = Private::from_text(roman);
        r
    };
    let linkage = linked(&[
        with_roman(plain.clone(), 1, "SMITH JOHN"),
        with_roman(plain.clone(), 2, "John Smith"),
        with_roman(plain.clone(), 3, "Mary Smith"),
    ]);
    assert!(together(&linkage, 1, 2));
    assert!(!together(&linkage, 1, 3));
    let linkage = linked(&[
        with_roman(plain.clone(), 1, "ONO SHINICHI"),
        record(2, "b", "大野　慎一|オオノ　シンイチ|1961-04-30|M|-|090-1111-2222|-"),
    ]);
    assert!(together(&linkage, 1, 2));
}

#[test]
fn a_chain_of_likenesses_does_not_join_contradicting_persons() {
    // 2 lacks the birth date and half the given name: it resembles both 1 and 3, mother and daughter.
    let records = [
        record(
            1,
            "a",
            "中村　恵子|ナカムラ　ケイコ|1940-01-15|F|京都府京都市東山区祇園町1-2|075-1234-5678|-",
        ),
        record(2, "b", "中村　恵■|-|-|F|京都府京都市東山区祇園町1-2|075-1234-5678|-"),
        record(
            3,
            "c",
            "中村　恵美|ナカムラ　メグミ|1975-10-28|F|京都府京都市東山区祇園町1-2|075-1234-5678|-",
        ),
    ];
    let linkage = linked(&records);
    assert!(!together(&linkage, 1, 3));
    let likely = |a, b| {
        linkage.pairs.iter().any(|p| p.a == SubjectId(a) && p.b == SubjectId(b) && p.probability > 0.8)
    };
    assert!(likely(1, 2) && likely(2, 3), "the chain is there to be followed");
}

#[test]
fn evidence_adds_up_and_explains_without_values() {
    let records = [record(1, "hospital-a", TARO), record(2, "hospital-b", TARO)];
    let linkage = linked(&records);
    let pair = linkage.pairs.first().unwrap();
    let sum: f64 = pair.evidence.iter().map(|e| f64::from(e.weight)).sum();
    assert!((sum - pair.weight).abs() < 1e-3, "{sum} {}", pair.weight);
    let words = pair.explain();
    assert!(words.japanese.contains("生年月日：一致"), "{}", words.japanese);
    assert!(words.english.contains("date of birth: the same"), "{}", words.english);
    for value in ["山田", "1970", "054", "4567", "ヤマダ"] {
        assert!(!format!("{words:?}{linkage:?}").contains(value), "{value} leaked");
    }
}

#[test]
fn ten_patients_of_two_hospitals_use_the_built_in_weights() {
    let at_a: Vec<_> = town(10).into_iter().map(|mut r| (r.provider = "hospital-a".into(), r).1).collect();
    let at_b = town(10).into_iter().map(|mut r| {
        r.subject = SubjectId(r.subject.0 + 1000);
        r.provider = "hospital-b".into();
        r.identity.phones.clear();
        r
    });
    let linkage = linked(&at_a.into_iter().chain(at_b).collect::<Vec<_>>());
    assert_eq!(linkage.model.source, ParameterSource::BuiltIn);
    assert_eq!(linkage.clusters.len(), 10);
    assert!(
        linkage.clusters.iter().all(|c| c.subjects.len() == 2 && c.subjects[1].0 == c.subjects[0].0 + 1000)
    );
    assert!(linkage.statistics.estimated_precision.is_some_and(|p| p > 0.95));
}

#[test]
fn test_patients_and_placeholders_link_nothing_and_are_reported() {
    let records = [
        record(1, "a", "テスト　太郎|テスト　タロウ|1980-01-01|M|-|090-1234-0000|-"),
        record(2, "b", "テスト　太郎|テスト　タロウ|1980-01-01|M|-|090-1234-0000|-"),
        record(3, "a", "山下　一|ヤマシタ　ハジメ|1900-01-01|M|-|000-0000-0000|06130012/-/99999999/-"),
        record(4, "b", "川上　二|カワカミ　フジ|1900-01-01|M|-|000-0000-0000|06130012/-/99999999/-"),
    ];
    let linkage = linked(&records);
    assert_eq!(linkage.clusters.len(), 4);
    let reported = |subject: i64, field: Field| {
        linkage.statistics.implausible.iter().any(|v| v.subject == SubjectId(subject) && v.field == field)
    };
    assert!(reported(1, Field::GivenName) && reported(2, Field::GivenName));
    assert!(reported(3, Field::BirthDate) && reported(3, Field::Phone) && reported(4, Field::Insurance));
    let words = linkage.statistics.implausible_words();
    assert!(words.iter().any(|(ja, en)| ja.contains("試験用の患者") && en.contains("a test patient")));
}

#[test]
fn a_nameless_statement_is_its_subjects_own_and_not_the_households() {
    let coverage = "-|-|-|-|-|-|06130012/123/4567/-";
    let wife = "山田　花子|ヤマダ　ハナコ|1972-11-09|F|静岡県静岡市葵区追手町９番６号|054-221-2455|06130012/123/4567/01";
    let records = [
        record(1, "hospital-a", TARO),
        record(1, "hospital-a", coverage),
        record(2, "hospital-b", wife),
        record(2, "hospital-b", coverage),
    ];
    let linkage = linked(&records);
    assert!(!together(&linkage, 1, 2));
    assert!(linkage.review.is_empty(), "nobody need look at a couple: {:?}", linkage.review);
}
