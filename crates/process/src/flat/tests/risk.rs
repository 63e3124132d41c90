//! Risk and attack beside brute force over texts.

use super::*;

type Table = Vec<(&'static str, &'static str, &'static str)>;

fn people() -> impl Strategy<Value = Table> {
    let ages = prop::sample::select(vec!["30", "31", "35", "42", "47"]);
    let towns = prop::sample::select(vec!["a", "b", "c", "\"d,e\""]);
    let ills = prop::sample::select(vec!["E11", "I10", "C25"]);
    prop::collection::vec((ages, towns, ills), 1..40)
}

fn csv(table: &Table) -> String {
    let rows: String = table.iter().map(|(age, town, ill)| format!("{age},{town},{ill}\n")).collect();
    format!("age,town,ill\n{rows}")
}

const COLUMNS: &str = "[columns]\nage = 'quasi-identifier'\ntown = 'quasi-identifier'\nill = 'sensitive'\n";

fn read_again(text: &str) -> impl Fn() -> io::Result<Box<dyn Read + Send>> + Sync + use<> {
    let bytes = text.as_bytes().to_vec();
    move || Ok(Box::new(io::Cursor::new(bytes.clone())) as Box<dyn Read + Send>)
}

fn attacked(
    policy: &TablePolicy,
    table: &str,
    product: &str,
    people: usize,
) -> Result<FlatAttacked, Refusal> {
    let (table, product) = (read_again(table), read_again(product));
    let hierarchies = hierarchies();
    attack(&FlatAttack {
        policy,
        hierarchy: &|name| {
            hierarchies.get(name).map(|text| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        },
        table: &table,
        product: &product,
        people,
        seed: 7,
        worst: 1_000,
    })
}

/// What a word of a product may stand for, written out once more for this test.
fn may_be(word: &str, value: &str) -> bool {
    let groups = [
        ("30-39", vec!["30", "31", "35"]),
        ("40-49", vec!["42", "47"]),
        ("A", vec!["a", "b"]),
        ("C", vec!["c", "d,e"]),
    ];
    let in_group = groups.iter().any(|(name, values)| *name == word && values.contains(&value));
    let in_set = word
        .strip_prefix('{')
        .is_some_and(|set| set.trim_end_matches('}').split(',').any(|one| one == value));
    word == "*" || word == value || in_group || in_set
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #[test]
    fn risk_is_what_counting_texts_gives(table in people(), k in 2u64..5) {
        let policy = TablePolicy::parse(&format!("{COLUMNS}[protect]\nk_anonymity = {k}\ndistinct_diversity = 2\n"), "p").unwrap();
        let found = risk(&policy, &read_again(&csv(&table)), Some(1_000)).unwrap();
        let mut classes: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        table.iter().for_each(|(age, town, ill)| classes.entry((age, town)).or_default().push(ill));
        let sizes: Vec<u64> = classes.values().map(|ills| ills.len() as u64).collect();
        let smallest = *sizes.iter().min().unwrap();
        prop_assert_eq!((found.rows, found.classes, found.smallest_class), (table.len() as u64, sizes.len() as u64, smallest));
        prop_assert_eq!(found.unique, sizes.iter().filter(|size| **size == 1).count() as u64);
        prop_assert_eq!(found.below_k, sizes.iter().filter(|size| **size < k).sum::<u64>());
        prop_assert_eq!(found.sizes.iter().map(|s| (s.classes, s.rows)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)), (found.classes, found.rows));
        prop_assert!((found.average_risk - sizes.len() as f64 / table.len() as f64).abs() < 1e-12);
        let distinct = classes.values().map(|ills| ills.iter().collect::<BTreeSet<_>>().len()).min().unwrap();
        let sensitive = found.sensitive.unwrap();
        prop_assert_eq!(sensitive.distinct, distinct as u64);
        prop_assert_eq!(found.meets, smallest >= k && distinct >= 2);
        let count = |ills: &[&str], ill: &str| ills.iter().filter(|one| **one == ill).count() as f64;
        let all: Vec<&str> = table.iter().map(|(.., ill)| *ill).collect();
        let (mut entropy, mut distance) = (f64::INFINITY, 0.0_f64);
        for ills in classes.values() {
            let n = ills.len() as f64;
            let share = |ill: &str| count(ills, ill) / n;
            let parts = ["E11", "I10", "C25"].map(|ill| if share(ill) > 0.0 { -share(ill) * share(ill).ln() } else { 0.0 });
            entropy = entropy.min(parts.iter().sum::<f64>().exp());
            let apart = ["E11", "I10", "C25"].map(|ill| (share(ill) - count(&all, ill) / all.len() as f64).abs());
            distance = distance.max(apart.iter().sum::<f64>() / 2.0);
        }
        prop_assert!((sensitive.entropy - entropy).abs() < 1e-9 && (sensitive.distance - distance).abs() < 1e-9);
        let population = found.population.unwrap();
        for estimate in [population.pitman, population.zayatz, population.snb] {
            prop_assert!((0.0..=found.unique as f64 / found.rows as f64 + 1e-9).contains(&estimate), "{estimate}");
        }
    }

    #[test]
    fn who_knows_everything_finds_one_of_the_rows_that_fit(
        table in people(), k in 2u64..4, way in prop::sample::select(vec!["full-domain", "local"])
    ) {
        let table: Table = table.into_iter().chain([("30", "a", "E11"); 4]).collect();
        let text = format!("{COLUMNS}[protect]\nk_anonymity = {k}\ndistinct_diversity = 2\nsuppression_limit = 1\n[recoding]\nway = '{way}'\n")
            .replace("ill = 'sensitive'", "ill = 'keep'").replace("distinct_diversity = 2\n", "");
        let policy = TablePolicy::parse(&text, "p").unwrap();
        let Ok((_, product)) = run(&csv(&table), &text) else { return Ok(()) };
        let found = attacked(&policy, &csv(&table), &product, 1_000).unwrap();
        let (truth, shown) = (rows(&csv(&table)), rows(&product));
        let stays: Vec<&Vec<String>> = shown.iter().filter(|row| !(row[0] == "*" && row[1] == "*")).collect();
        let (mut before, mut after) = (0.0, 0.0);
        for (own, row) in truth.iter().zip(&shown) {
            before += 1.0 / truth.iter().filter(|other| other[..2] == own[..2]).count() as f64;
            if !(row[0] == "*" && row[1] == "*") {
                let fit = stays.iter().filter(|row| may_be(&row[0], &own[0]) && may_be(&row[1], &own[1])).count();
                prop_assert!(fit as u64 >= k, "a product that claims k has k");
                after += 1.0 / fit as f64;
            }
        }
        let n = table.len() as f64;
        let all = found.attackers.last().unwrap();
        prop_assert!((all.success_before - before / n).abs() < 1e-9 && (all.success_after - after / n).abs() < 1e-9);
        prop_assert_eq!(found.suppressed, (shown.len() - stays.len()) as u64);
        prop_assert_eq!(all.certain_after, 0.0);
        prop_assert_eq!(found.worst.len(), table.len());
        prop_assert!(found.worst.windows(2).all(|pair| pair[0].success >= pair[1].success));
        // Who knows less finds no more of the table as it was.
        prop_assert!(found.attackers[0].success_before <= all.success_before + 1e-12);
    }
}

#[test]
fn an_attack_takes_a_sample_and_repeats_itself() {
    let table = csv(&vec![("30", "a", "E11"), ("31", "b", "I10"), ("35", "a", "C25"), ("42", "c", "E11")]);
    let policy = TablePolicy::parse(&policy(K2), "p").unwrap();
    let first = attacked(&policy, &table, &table, 2).unwrap();
    assert_eq!((first.rows, first.people, first.worst.len()), (4, 2, 2));
    assert_eq!(first, attacked(&policy, &table, &table, 2).unwrap());
    assert_eq!(
        first.attackers.last().unwrap().certain_after,
        1.0,
        "a product that changes nothing hides nobody"
    );
}

#[test]
fn tables_that_do_not_belong_together_are_refused() {
    let policy = TablePolicy::parse(&policy(K2), "p").unwrap();
    let table = "age,town\n30,a\n31,b\n";
    let told = |product: &str| attacked(&policy, table, product, 9).unwrap_err().to_string();
    assert!(told("age,town\n30-39,A\n").contains("the product 1"), "{}", told("age,town\n30-39,A\n"));
    let strange = told("age,town\n30-39,A\n77,A\n");
    assert!(strange.contains("line 3") && strange.contains("age") && !strange.contains("77"), "{strange}");
    assert!(told("age\n30\n").contains("no column town"));
}
