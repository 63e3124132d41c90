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

/// A town in which many are called by each of a few names, so that what is a name is known.
fn large_town() -> Vec<PersonRecord> {
    let mut records = town(400);
    for (at, name) in
        ["健一|ケンイチ", "健二|ケンジ", "直子|ナオコ", "直美|ナオミ", "裕子|ヒロコ", "裕子|ユウコ"]
            .iter()
            .enumerate()
    {
        let (kanji, kana) = name.split_once('|').unwrap();
        for n in 0..40i64 {
            let of_list = i64::try_from(at).unwrap() * 40 + n;
            let line = format!(
                "山本　{kanji}|ヤマモト　{kana}|{}-{:02}-{:02}|-|愛知県名古屋市中区三の丸{}-{}|-|-",
                1940 + of_list % 60,
                1 + of_list % 12,
                1 + of_list % 28,
                1 + n,
                1 + of_list
            );
            records.push(record(5000 + of_list, "clinic", &line));
        }
    }
    records
}

fn in_large_town(a: &str, b: &str) -> Linkage {
    let two = [record(1, "hospital-a", a), record(2, "hospital-b", b)];
    linked(&two.into_iter().chain(large_town()).collect::<Vec<_>>())
}

#[test]
fn a_reading_nobody_else_has_is_a_slip_and_a_name_of_many_is_another_persons() {
    let line = |name: &str, kana: &str, sex: &str| {
        format!(
            "{name}|フクシマ　{kana}|1988-04-09|{sex}|静岡県静岡市葵区追手町9-6|054-221-2455|06130012/123/4567/-"
        )
    };
    let naoko = line("福島　直子", "ナオコ", "F");
    let given = |linkage: &Linkage| {
        let pair = linkage.pairs.iter().find(|p| (p.a.0, p.b.0) == (1, 2)).unwrap();
        pair.evidence.iter().find(|e| e.field == Field::GivenName).unwrap().level
    };
    let branch = |line: &str| line.replace("4567/-", "4567/02");
    for slip in ["ナモコ", "オナコ", "ナンコ"] {
        let linkage = in_large_town(&branch(&naoko), &branch(&line("-", slip, "F")));
        assert!(together(&linkage, 1, 2), "{slip}");
        assert_eq!(given(&linkage), Level::Close, "{slip}");
    }
    let twin = in_large_town(&naoko, &line("-", "ナオミ", "F"));
    assert!(!together(&twin, 1, 2), "a twin sister of whom only the reading is known");
    // 裕子 is ヒロコ or ユウコ.
    let read = in_large_town(&branch(&line("福島　裕子", "ヒロコ", "F")), &branch(&line("-", "ユウコ", "F")));
    assert!(together(&read, 1, 2));
    assert_eq!(given(&read), Level::PossibleReading);
    // A slip of the pen in the name is likely, in the name and the sex it is not: brother and sister.
    let brother = in_large_town(&naoko, &line("-", "ナオゴ", "M"));
    assert!(!together(&brother, 1, 2));
}

#[test]
fn two_branches_of_one_number_are_two_members_of_a_household() {
    let line = |branch: &str| {
        format!(
            "山田　太郎|ヤマダ　タロウ|1970-03-02|M|静岡県静岡市葵区追手町9-6|-|06130012/123/4567/{branch}"
        )
    };
    let linkage = in_large_town(&line("02"), &line("03"));
    assert!(!together(&linkage, 1, 2));
    let asked = linkage.review.iter().find(|item| (item.a.0, item.b.0) == (1, 2)).unwrap();
    assert_eq!(asked.reason, ReviewReason::GroupsDisagree);
    assert!(together(&in_large_town(&line("02"), &line("02")), 1, 2));
    assert!(together(&in_large_town(&line("02"), &line("-")), 1, 2));
}

#[test]
fn two_names_each_written_so_twice_are_two_persons() {
    let line = |kanji: &str| {
        format!("福島　{kanji}|フクシマ　タカオ|1938-04-09|M|静岡県静岡市葵区追手町9-6|054-221-2455|-")
    };
    let names = ["隆男", "隆男", "隆雄", "隆雄", "隆男"];
    let records: Vec<_> =
        (1..).zip(names).map(|(n, kanji)| record(n, &format!("p{n}"), &line(kanji))).collect();
    let with = |count: usize| linked(&records[..count].iter().cloned().chain(town(120)).collect::<Vec<_>>());
    assert!(together(&with(3), 1, 3), "once is a slip of the keyboard");
    let five = with(5);
    assert!(together(&five, 1, 2) && together(&five, 3, 4) && together(&five, 1, 5));
    assert!(!together(&five, 1, 3));
    assert!(five.review.iter().any(|item| item.reason == ReviewReason::GroupsDisagree));
}

#[test]
fn children_of_one_house_need_more_than_a_likeness_of_names() {
    let line = |kanji: &str, birth: &str, branch: &str| {
        format!(
            "福島　{kanji}|フクシマ　タカオ|{birth}|M|静岡県静岡市葵区追手町9-6|054-221-2455|06130012/123/4567/{branch}"
        )
    };
    let newest = in_large_town(&line("隆男", "2014-04-09", "-"), &line("隆雄", "2014-04-09", "-"));
    assert!(!together(&newest, 1, 2), "twins are written like this");
    let asked = newest.review.iter().find(|item| (item.a.0, item.b.0) == (1, 2)).unwrap();
    assert_eq!(asked.reason, ReviewReason::GroupsDisagree);
    let branch = in_large_town(&line("隆男", "2014-04-09", "03"), &line("隆雄", "2014-04-09", "03"));
    assert!(together(&branch, 1, 2), "a branch of the insurance is one child's own");
    let grown_up = in_large_town(&line("隆男", "1938-04-09", "-"), &line("隆雄", "1938-04-09", "-"));
    assert!(together(&grown_up, 1, 2), "grown-up twins do not share a house and an insurance");
}

#[test]
fn names_exchanged_are_found_even_with_a_slip() {
    let roman = |subject: i64, family: &str, given: &str| {
        let mut r =
            record(subject, &format!("hospital-{subject}"), "-|-|1961-04-30|M|東京都府中市宮西町2-24|-|-");
        r.identity.roman = Private::from_text(&format!("{family}, {given}"));
        r
    };
    let linkage = linked(&[roman(1, "Whitcombe", "Charlotte"), roman(2, "Charlote", "Whitcomb")]);
    assert!(together(&linkage, 1, 2));
    let kanji = in_large_town(
        "明介　桑見|クワミ　メイスケ|1961-04-30|M|東京都府中市宮西町2-24|-|-",
        "桑見　明介|クワミ　アキスケ|1961-04-30|M|東京都府中市宮西町2-24|-|-",
    );
    assert!(together(&kanji, 1, 2), "the kanji are the other way round, and the reading another");
}
