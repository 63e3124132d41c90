//! The result does not depend on the order of the input, on repetition, or on the number of threads.

use super::*;
use proptest::prelude::*;

fn people() -> impl Strategy<Value = Vec<PersonRecord>> {
    let name = prop::sample::select(vec![
        "佐藤　恵",
        "佐藤　惠",
        "齋藤　健",
        "斉藤　健",
        "髙■　花",
        "山田太郎",
        "John Smith",
        "-",
        "",
    ]);
    let kana = prop::sample::select(vec!["サトウ　メグミ", "ｻｲﾄｳ ｹﾝ", "たかはし　はな", "ヤマダタロウ", "-"]);
    let birth =
        prop::sample::select(vec!["1970-03-02", "1970-02-03", "1970-03", "1900-01-01", "1999-12-31", "-"]);
    let phone = prop::sample::select(vec!["03-1111-2222", "03-1111-2223", "000", "-"]);
    let insurance = prop::sample::select(vec!["06130012/1/2/01", "06130012/1/2/02", "39130012/-/55/-", "-"]);
    let one = (1..12i64, 0..3u8, name, kana, birth, phone, insurance).prop_map(
        |(subject, provider, n, k, b, p, i)| {
            record(subject, &format!("p{provider}"), &format!("{n}|{k}|{b}|F|東京都府中市宮西町2-24|{p}|{i}"))
        },
    );
    prop::collection::vec(one, 0..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_order_gives_the_same_linkage(records in people(), seed in any::<u64>()) {
        let linkage = linked(&records);
        let mut shuffled = records.clone();
        for at in (1..shuffled.len()).rev() {
            let other = seed.wrapping_mul(at as u64 | 1) >> 7;
            shuffled.swap(at, usize::try_from(other % (at as u64 + 1)).unwrap());
        }
        shuffled.extend(records.first().cloned());
        let mut again = linked(&shuffled);
        again.statistics.records = linkage.statistics.records;
        prop_assert_eq!(&again, &linkage);
        let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        prop_assert_eq!(&one_thread.install(|| linked(&records)), &linkage);
        let mut subjects: Vec<_> = records.iter().map(|r| r.subject).collect();
        subjects.sort();
        subjects.dedup();
        let mut clustered: Vec<_> = linkage.clusters.iter().flat_map(|c| c.subjects.clone()).collect();
        clustered.sort();
        prop_assert_eq!(clustered, subjects, "every subject is in exactly one cluster");
    }

    #[test]
    fn any_text_is_normalised_without_panic(a in ".{0,40}", b in ".{0,40}") {
        let identity = Identity {
            name: Some(Private::new(a.clone())), kana: Some(Private::new(b.clone())), address: Some(Private::new(b.clone())),
            phones: vec![Private::new(a.clone())], insurer: Some(Private::new(b)), insurance_number: Some(Private::new(a)),
            ..Identity::default()
        };
        let record = |subject| PersonRecord { subject: SubjectId(subject), provider: "p".into(), identity: identity.clone() };
        linked(&[record(1), record(2)]);
    }
}
