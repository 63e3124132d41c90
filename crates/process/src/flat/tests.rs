//! Tables from bytes to bytes: what holds for every product, and what is refused with which words.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

/// A file in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const AGE: &str = "30,30-39,*\n31,30-39,*\n35,30-39,*\n42,40-49,*\n47,40-49,*\n";
const TOWN: &str = "a,A,*\nb,A,*\nc,C,*\n\"d,e\",C,*\n";

fn hierarchies() -> HashMap<&'static str, &'static str> {
    HashMap::from([("age.csv", AGE), ("town.csv", TOWN)])
}

fn policy(more: &str) -> String {
    format!("[columns]\nage = 'quasi-identifier'\ntown = 'quasi-identifier'\nnote = 'keep'\n{more}")
}

mod risk;

const K2: &str = "[protect]\nk_anonymity = 2\nsuppression_limit = 0.25\n";

fn run_with(
    table: &str,
    policy: &str,
    hierarchies: &HashMap<&'static str, &'static str>,
) -> Result<(FlatReport, String), Refusal> {
    let policy = TablePolicy::parse(policy, "policy.toml").unwrap();
    let (input, output) = (table.as_bytes().to_vec(), Memory::default());
    let read = |bytes: Vec<u8>| Ok(Box::new(io::Cursor::new(bytes)) as Box<dyn Read + Send>);
    let job = Job {
        policy: &policy,
        hierarchy: &|name| {
            hierarchies.get(name).map(|text| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        },
        table: &|| read(input.clone()),
        create: &|| Ok(Box::new(output.clone())),
        written: &|| read(output.0.lock().unwrap().clone()),
        budget: u64::MAX,
    };
    let report = anonymize(&job, &|_| ())?;
    let text = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    Ok((report, text))
}

fn run(table: &str, policy: &str) -> Result<(FlatReport, String), Refusal> {
    run_with(table, policy, &hierarchies())
}

fn refusal(table: &str, policy: &str) -> String {
    run(table, policy).unwrap_err().to_string()
}

#[test]
fn rows_keep_their_order_and_what_is_kept_its_bytes() {
    let table = "id,age,note,town\r\n1,30,\"x, \"\"y\"\"\",a\r\n2,31,,b\r\n3,35,z,a\r\n4,47,last,\"d,e\"";
    let (report, product) = run(table, &policy(K2)).unwrap();
    assert_eq!(product, "age,note,town\n30-39,\"x, \"\"y\"\"\",A\n30-39,,A\n30-39,z,A\n*,last,*\n");
    assert_eq!((report.rows, report.suppressed, report.limit, report.classes), (4, 1, 1, 1));
    assert_eq!(report.dropped, ["id"]);
    assert!(report.optimal);
    assert_eq!(report.columns.iter().map(|c| c.level).collect::<Vec<_>>(), [Some(1), Some(1)]);
}

#[test]
fn local_recoding_gives_groups_sets_ranges_or_nodes() {
    let table = "age,note,town\n30,1,a\n47,2,c\n31,3,a\n42,4,c\n";
    let of = |values: &str| {
        let more = format!("{K2}[recoding]\nway = 'local'\nvalues = ['{values}']\n");
        run(table, &policy(&more)).unwrap().1
    };
    assert_eq!(of("sets"), "age,note,town\n\"{30,31}\",1,a\n40-49,2,c\n\"{30,31}\",3,a\n40-49,4,c\n");
    assert_eq!(of("ranges"), "age,note,town\n30-31,1,a\n40-49,2,c\n30-31,3,a\n40-49,4,c\n");
    assert_eq!(of("nodes"), "age,note,town\n30-39,1,a\n40-49,2,c\n30-39,3,a\n40-49,4,c\n");
}

#[test]
fn a_range_is_not_called_like_a_group_of_other_values() {
    // The group is called 30-31 and holds 35 too.
    let misnamed =
        HashMap::from([("age.csv", "30,30-31,*\n31,30-31,*\n35,30-31,*\n42,b,*\n"), ("town.csv", TOWN)]);
    let more = format!("{K2}[recoding]\nway = 'local'\nvalues = ['ranges']\n");
    let (report, product) = run_with("age,note,town\n30,1,a\n31,2,a\n", &policy(&more), &misnamed).unwrap();
    assert_eq!(product, "age,note,town\n30-31,1,a\n30-31,2,a\n");
    assert!((report.columns[0].loss - 2.0 / 3.0).abs() < 1e-9);
}

#[test]
fn a_value_the_hierarchy_lacks_is_told_by_line_and_never_repeated() {
    let told = refusal("age,town,note\n30,a,x\n\n31,a,\"two\nlines\"\n77,a,x\n", &policy(K2));
    assert!(told.contains("line 6") && told.contains("column age") && !told.contains("77"), "{told}");
    let told = refusal("age,town,note\n,a,x\n,a,x\n", &policy(K2));
    assert!(told.contains("age is empty") && told.contains("drop"), "{told}");
}

#[test]
fn a_row_of_other_length_is_told_by_line() {
    for (table, line) in [("age,town,note\n30,a,x\n30,a\n", 3), ("age,town,note\n30,a,x,y\n", 2)] {
        assert!(refusal(table, &policy(K2)).contains(&format!("line {line} ")));
    }
}

#[test]
fn what_cannot_be_met_is_refused_with_what_could() {
    let told = refusal("age,town,note\n30,a,x\n", &policy(K2));
    assert!(told.contains("1 rows") && told.contains("k of at most 1"), "{told}");
    let open = HashMap::from([("age.csv", "30,30-39\n31,30-39\n42,40-49\n"), ("town.csv", TOWN)]);
    let table = "age,town,note\n30,a,x\n31,a,x\n31,b,x\n42,a,x\n";
    let told = run_with(table, &policy("[protect]\nk_anonymity = 2\n"), &open).unwrap_err().to_string();
    assert!(told.contains("suppression_limit = 0.25") && told.ends_with(": age"), "{told}");
    assert!(run_with(table, &policy(K2), &open).is_ok());
    let told = refusal("age,note\n30,x\n", &policy(K2));
    assert!(told.contains("no column town") && told.contains("age, note"), "{told}");
    let told = refusal("30,a,x\n31,a,x\n", &policy(K2));
    assert!(told.contains("is it a heading") && !told.contains("30"), "{told}");
    let missing = HashMap::from([("age.csv", AGE)]);
    let told = run_with(table, &policy(K2), &missing).unwrap_err().to_string();
    assert!(
        told.contains("town.csv") && told.contains("--hierarchies") && told.contains("drop it"),
        "{told}"
    );
}

#[test]
fn hierarchies_that_contradict_themselves_are_refused_with_their_line() {
    let cases = [
        ("30,x,*\n31,x,*\n30,x,*\n", "line 3", "same value"),
        ("30,x,p\n31,x,q\n", "line 2", "falls into two groups"),
        ("30,x,*\n31,*\n", "line 2", "number of levels"),
        ("30,31,*\n31,31,*\n", "line 1", "means another group"),
        ("", "line 1", "no lines"),
    ];
    for (age, line, why) in cases {
        let told = run_with("age,town,note\n30,a,x\n", &policy(K2), &HashMap::from([("age.csv", age)]));
        let told = told.unwrap_err().to_string();
        assert!(told.contains("age.csv") && told.contains(line) && told.contains(why), "{told}");
    }
}

#[test]
fn policies_tell_their_faults_by_line() {
    let faults = |text: &str| TablePolicy::parse(text, "p.toml").unwrap_err().to_string();
    assert!(faults("[columns]\nage = 'quasi-identifer'\n").contains("p.toml:2:7"));
    assert!(faults("[columns]\nage = 'quasi-identifer'\n").contains("did you mean `quasi-identifier`?"));
    assert!(faults("[columns]\nage = 'quasi-identifier'\n").contains("`k_anonymity` is missing"));
    assert!(faults(&policy("[protect]\nk_anonymity = 2\ndistinct_diversity = 2\n")).contains("go together"));
    assert!(faults(&policy("[protect]\nk_anonymity = 1\n")).contains("must be from 2"));
    assert!(faults("[columns]\nage = { quasi_identifier = true, weight = 0 }\n").contains("above 0"));
    assert!(
        faults("[columns]\nnote = 'keep'\n[protect]\nk_anonymity = 2\n").contains("no column is a quasi")
    );
}

/// What a value of the product may stand for.
fn covers(hierarchy: &str, value: &str, leaf: &str) -> bool {
    let mut rows = hierarchy.lines().map(|line| {
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect::<Vec<_>>()
    });
    let row = rows.find(|row| row[0] == leaf).unwrap();
    let set = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
    let range = value.split_once('-').and_then(|(low, high)| {
        Some(low.parse::<u32>().ok()?..=high.parse::<u32>().ok()?)
            .filter(|range| range.contains(&leaf.parse().unwrap_or(0)))
    });
    row.iter().any(|node| node == value)
        || range.is_some()
        || set.is_some_and(|set| set.split(',').any(|v| v == leaf))
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(true).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_product_has_its_classes_says_the_truth_and_loses_no_row(
        rows in prop::collection::vec((0_usize..5, 0_usize..4, 0_usize..4), 8..120),
        k in 2_u64..7,
        diverse: bool,
        values in prop::sample::select(vec!["", "nodes", "ranges", "sets"]),
        limit in prop::sample::select(vec!["0", "0.1", "0.5"]),
    ) {
        let (ages, towns) = (["30", "31", "35", "42", "47"], ["a", "b", "c", "\"d,e\""]);
        let table: String = rows.iter().map(|(age, town, note)| format!("{},{},n{note}\n", ages[*age], towns[*town])).collect();
        let table = format!("age,town,note\n{table}");
        let mut text = policy(&format!("[protect]\nk_anonymity = {k}\nsuppression_limit = {limit}\n"));
        if diverse {
            text = text.replace("note = 'keep'", "note = 'sensitive'") + "distinct_diversity = 2\n";
        }
        if !values.is_empty() {
            text += &format!("[recoding]\nway = 'local'\nvalues = ['{values}']\n");
        }
        let different = rows.iter().map(|(.., note)| note).collect::<BTreeSet<_>>().len();
        let made = run(&table, &text);
        if diverse && different < 2 && (!values.is_empty() || limit != "1") {
            prop_assert!(made.is_err());
            return Ok(());
        }
        let (report, product) = made.unwrap();
        let (before, after) = (cells(&table), cells(&product));
        prop_assert_eq!(before.len(), after.len());
        let mut classes: BTreeMap<(&str, &str), (u64, BTreeSet<&str>)> = BTreeMap::new();
        for (old, new) in before.iter().zip(&after) {
            prop_assert_eq!(&old[2], &new[2]);
            if new[..2].iter().all(|value| value == "*") {
                continue;
            }
            prop_assert!(covers(AGE, &new[0], &old[0]) && covers(TOWN, &new[1], &old[1]), "{:?} {:?}", old, new);
            let class = classes.entry((&new[0], &new[1])).or_default();
            class.0 += 1;
            class.1.insert(&new[2]);
        }
        prop_assert!(classes.values().all(|(rows, values)| *rows >= k && (!diverse || values.len() >= 2)));
        prop_assert!(report.suppressed <= report.limit);
        if !values.is_empty() {
            let best = run(&table, &text.replace("'local'", "'full-domain'").replace(&format!("limit = {limit}"), "limit = 0")).unwrap().0;
            prop_assert!(report.loss_arithmetic <= best.loss_arithmetic + 1e-9);
        }
    }

    #[test]
    fn any_number_of_threads_writes_the_same_bytes(seed in 0_u64..50, local: bool) {
        let row = |n: u64| (n * 2_654_435_761 + seed * 97) >> 3;
        let table: String = (0..400).map(row).map(|x| format!("{},{},x\n", ["30", "31", "35", "42", "47"][x as usize % 5], ["a", "b", "c"][x as usize / 7 % 3])).collect();
        let more = if local { format!("{K2}[recoding]\nway = 'local'\nvalues = ['sets']\n") } else { K2.to_owned() };
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&format!("age,town,note\n{table}"), &policy(&more)).unwrap().1)
        };
        prop_assert_eq!(with(1), with(3));
    }
}

#[test]
fn a_table_of_many_blocks_is_one_table() {
    let rows = 3_000;
    let table: String = (0..rows)
        .map(|n| format!("{},{},row {n}\n", if n == 2_500 { 47 } else { 30 }, ["a", "b"][n % 2]))
        .collect();
    let (report, product) = run(
        &format!("age,town,note\n{table}"),
        &policy("[protect]\nk_anonymity = 9\nsuppression_limit = 0.001\n"),
    )
    .unwrap();
    assert_eq!((report.rows, report.suppressed, report.combinations), (3_000, 1, 3));
    let lines: Vec<&str> = product.lines().collect();
    assert_eq!((lines[1], lines[2_501], lines[3_000]), ("30,a,row 0", "*,*,row 2500", "30,b,row 2999"));
}
