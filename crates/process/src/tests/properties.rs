//! What must hold for every product, on generated hospitals.

use super::support::{Hospital, Product, date, policy, run};
use crate::ProcessError;
use kiban_model::DateAsGiven;
use kiban_model::tables::Observation;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Debug, Clone)]
struct Someone {
    sex: &'static str,
    birth: (u16, u8, u8),
    municipality: &'static str,
    visits: Vec<u16>,
    disease: usize,
}

const DISEASES: [(&str, &str); 4] =
    [("I10", "高血圧症"), ("E11", "２型糖尿病"), ("E168", "膵島細胞症"), ("", "不明の病")];

fn someone() -> impl Strategy<Value = Someone> {
    let birth = (1930u16..1990, 1u8..=12, 1u8..=28);
    let municipality = prop::sample::select(vec!["22101", "22130", "23101", "99999", ""]);
    let visits = prop::collection::vec(0u16..400, 0..4);
    (prop::sample::select(vec!["M", "F"]), birth, municipality, visits, 0usize..4).prop_map(
        |(sex, birth, municipality, visits, disease)| Someone { sex, birth, municipality, visits, disease },
    )
}

fn hospital(people: &[Someone]) -> Hospital {
    let mut hospital = Hospital { batch: 7, ..Hospital::default() };
    for (someone, id) in people.iter().zip(1i64..) {
        let (year, month, day) = someone.birth;
        hospital.person(id, someone.sex, &format!("{year}-{month:02}-{day:02}"), someone.municipality);
        for visit in &someone.visits {
            hospital
                .visit(id, &date("2020-01-01").unwrap().plus_days(i32::from(*visit)).unwrap().to_string());
        }
        let (icd10, name) = DISEASES[someone.disease];
        hospital.condition(id, icd10, name);
    }
    hospital
}

fn anonymized(birth: &str, home: &str, k: u64) -> String {
    format!(
        r#"
kind = "anonymized"
person.sex.keep = true
person.birth_date.generalize = "{birth}"
person.municipality.generalize = "{home}"
visit.start.keep = true
condition.text.rare = {{ fewer_than = 3, roll_up = "icd10", then = "その他" }}
all.date.shift = {{ per = "person", days = 30 }}
[protect]
quasi_identifiers = ["sex", "birth_date", "municipality"]
k_anonymity = {k}
suppression_limit = 1
"#
    )
}

fn product(people: &[Someone], text: &str, project: &str) -> Product {
    run(&policy(text), &hospital(people), project, 7).unwrap().0
}

/// Values as hospitals write them, and as nobody should.
fn written() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[0-9]{1,3}(\\.[0-9]{1,3})?|[<>≦]?[0-9]{1,2}|陰性|\\PC{1,6}")
}

fn moment() -> impl Strategy<Value = Option<DateAsGiven>> {
    let texts =
        ["2020", "2020-02", "2020-02-29", "2020-02-29T00:00", "2020-02-29T23:59", "2020-02-29T23:59:59", ""];
    prop::sample::select(texts.to_vec()).prop_map(date)
}

const PSEUDONYMIZED: &str = r#"
kind = "pseudonymized"
free_text = "held-back"
person.sex.keep = true
observation.text.keep = true
observation.value.keep = true
observation.value_number.keep = true
observation.comparator.keep = true
observation.unit.keep = true
observation.flag.keep = true
observation.time.keep = true
protect.quasi_identifiers = ["sex"]
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // PSE-02: whatever the values, they leave as they came, byte for byte, each with its row and its person.
    #[test]
    fn pseudonymized_values_leave_byte_for_byte(
        rows in prop::collection::vec((0i64..6, written(), written(), prop::option::of(-1e6f64..1e6), moment()), 0..60),
    ) {
        let mut hospital = Hospital { batch: 5, ..Hospital::default() };
        for person in 0..6 {
            hospital.person(person, if person % 2 == 0 { "F" } else { "M" }, "1970-01-01", "22101");
        }
        let mut expected: BTreeMap<i64, Vec<Vec<String>>> = BTreeMap::new();
        for (person, value, unit, value_number, time) in &rows {
            let observation = Observation {
                text: value.clone(),
                value: value.clone(),
                value_number: *value_number,
                comparator: unit.clone(),
                unit: unit.clone(),
                flag: unit.clone(),
                time: *time,
                ..Default::default()
            };
            hospital.add(*person, observation);
            let shown = |value: &Option<String>| value.clone().unwrap_or_default();
            let number = value_number.map_or_else(String::new, |number| number.to_string());
            let time = time.map_or_else(String::new, |time| time.to_string());
            expected.entry(*person).or_default().push(vec![
                shown(value), shown(value), number, shown(unit), shown(unit), shown(unit), time,
            ]);
        }
        let (product, _) = run(&policy(PSEUDONYMIZED), &hospital, "p", 7).unwrap();
        let columns = ["text", "value", "value_number", "comparator", "unit", "flag", "time"];
        let cells: Vec<Vec<&str>> = columns.iter().map(|column| product.column("observation", column)).collect();
        let mut found: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
        for (row, id) in product.column("observation", "id").iter().enumerate() {
            found.entry(id).or_default().push(cells.iter().map(|column| column[row].to_owned()).collect());
        }
        let sorted = |lists: Vec<Vec<Vec<String>>>| lists.into_iter().collect::<BTreeSet<_>>();
        prop_assert_eq!(sorted(found.into_values().collect()), sorted(expected.into_values().collect()));
    }

    // ANO-05: counted here from the product alone.
    #[test]
    fn a_product_that_claims_k_has_k(people in prop::collection::vec(someone(), 0..60), k in 2u64..6) {
        let (product, processed) = run(&policy(&anonymized("10-years", "region", k)), &hospital(&people), "p", 7).unwrap();
        let mut groups: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        for row in &product.tables["person"] {
            *groups.entry(row[1..].to_vec()).or_default() += 1;
        }
        prop_assert!(groups.values().all(|size| *size >= k), "{groups:?}");
        prop_assert_eq!(processed.persons_out, groups.values().sum::<u64>());
        prop_assert_eq!(processed.risk.after.smallest, groups.values().copied().min().unwrap_or(0));
        // Whoever is suppressed appears in no table.
        let ids: BTreeSet<&str> = product.column("person", "id").into_iter().collect();
        for table in product.tables.keys() {
            prop_assert!(product.column(table, "id").iter().all(|id| ids.contains(id)));
        }
        for attack in &processed.risk.attacks {
            prop_assert!((0.0..=1.0).contains(&attack.success_after) && attack.success_after <= attack.success_before + 1e-9);
        }
        // The neighbour's candidates are at least the group of those three columns.
        prop_assert!(processed.risk.attacks[0].success_after <= 1.0 / k as f64 + 1e-9);
    }

    // ANO-04: every shown name but the last class belongs to at least three people.
    #[test]
    fn no_rare_name_is_shown(people in prop::collection::vec(someone(), 0..40)) {
        let product = product(&people, &anonymized("10-years", "region", 2), "p");
        let mut people_of: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (id, name) in product.by_id("condition", "text") {
            people_of.entry(name).or_default().insert(id);
        }
        for (name, ids) in people_of {
            prop_assert!(name == "その他" || ids.len() >= 3, "{name}");
        }
    }

    // ANO-06
    #[test]
    fn a_shift_keeps_the_intervals_of_a_person_and_no_true_date(people in prop::collection::vec(someone(), 1..30)) {
        let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\n\
                    person.birth_date.keep = true\nvisit.start.keep = true\nall.date.shift = { per = \"person\", days = 30 }\n";
        let hospital = hospital(&people);
        let mut pseudonyms = crate::Pseudonyms::new("p");
        let (product, _) = super::support::run_with(&policy(text), &hospital, &mut pseudonyms, 7).unwrap();
        for (someone, id) in people.iter().zip(1i64..) {
            let pseudonym = &pseudonyms.get(id).unwrap().pseudonym;
            let days = |table: &str, column: &str| -> Vec<i32> {
                let rows = product.by_id(table, column);
                rows.into_iter().filter(|(id, _)| id == pseudonym).map(|(_, d)| date(d).unwrap().days_since_epoch()).collect()
            };
            let (year, month, day) = someone.birth;
            let birth = kiban_model::DateAsGiven::from_day(year, month, day).unwrap().days_since_epoch();
            let shift = days("person", "birth_date")[0] - birth;
            prop_assert!(shift != 0 && shift.abs() <= 30);
            let first = date("2020-01-01").unwrap().days_since_epoch();
            let expected: Vec<i32> = someone.visits.iter().map(|visit| first + i32::from(*visit) + shift).collect();
            prop_assert_eq!(days("visit", "start"), expected);
        }
    }

    // ANO-06
    #[test]
    fn a_shift_by_weeks_keeps_weekdays(people in prop::collection::vec(someone(), 1..20), days in 7u16..60) {
        let text = format!(
            "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nvisit.start.shift = {{ per = \"person\", days = {days}, weekday = true }}\n"
        );
        let mut pseudonyms = crate::Pseudonyms::new("p");
        let (product, _) = super::support::run_with(&policy(&text), &hospital(&people), &mut pseudonyms, 7).unwrap();
        let first = date("2020-01-01").unwrap().days_since_epoch();
        for (someone, id) in people.iter().zip(1i64..) {
            let pseudonym = &pseudonyms.get(id).unwrap().pseudonym;
            let shown = product.by_id("visit", "start").into_iter().filter(|(id, _)| id == pseudonym);
            let moved: BTreeSet<i32> = shown
                .zip(&someone.visits)
                .map(|((_, day), visit)| date(day).unwrap().days_since_epoch() - first - i32::from(*visit))
                .collect();
            prop_assert!(moved.len() <= 1);
            prop_assert!(moved.iter().all(|by| by % 7 == 0 && *by != 0 && by.abs() <= i32::from(days)));
        }
    }

    // What is one class at a finer level is one class at the next.
    #[test]
    fn generalisation_never_refines(people in prop::collection::vec(someone(), 1..40)) {
        let levels = ["day", "month", "quarter", "year", "5-years", "10-years"];
        let text = |level: &str, home: &str| format!(
            "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.birth_date.generalize = \"{level}\"\nperson.municipality.generalize = \"{home}\"\n"
        );
        let homes = ["prefecture", "region"];
        let coarser = |a: &Product, b: &Product, column: &str| {
            let mut classes: BTreeMap<String, String> = BTreeMap::new();
            a.column("person", column).iter().zip(b.column("person", column)).all(|(fine, coarse)| {
                classes.entry((*fine).to_owned()).or_insert_with(|| coarse.to_owned()) == coarse
            })
        };
        for pair in levels.windows(2) {
            let (a, b) = (product(&people, &text(pair[0], "region"), "p"), product(&people, &text(pair[1], "region"), "p"));
            prop_assert!(coarser(&a, &b, "birth_date"), "{pair:?}");
        }
        let (a, b) = (product(&people, &text("day", homes[0]), "p"), product(&people, &text("day", homes[1]), "p"));
        prop_assert!(coarser(&a, &b, "municipality"));
    }

    // Same inputs, same bytes; and the order of the store does not matter to who becomes whom.
    #[test]
    fn the_same_inputs_give_the_same_product(people in prop::collection::vec(someone(), 0..30)) {
        let text = anonymized("10-years", "region", 2);
        let run_once = || run(&policy(&text), &hospital(&people), "p", 7).unwrap();
        let (first, second) = (run_once(), run_once());
        prop_assert_eq!(&first, &second);
        let mut reversed = hospital(&people);
        reversed.rows.reverse();
        let (product, _) = run(&policy(&text), &reversed, "p", 7).unwrap();
        prop_assert_eq!(&product.tables["person"], &first.0.tables["person"]);
    }

    #[test]
    fn the_limit_is_kept_or_nothing_is_made(people in prop::collection::vec(someone(), 1..40), percent in 0u32..=100) {
        let text = anonymized("5-years", "prefecture", 3).replace("suppression_limit = 1", &format!("suppression_limit = {}", f64::from(percent) / 100.0));
        match run(&policy(&text), &hospital(&people), "p", 7) {
            Ok((_, processed)) => prop_assert!(processed.risk.suppressed as f64 <= f64::from(percent) / 100.0 * people.len() as f64 + 1e-9),
            Err(ProcessError::SuppressionLimit { suppressed, steps, .. }) => {
                prop_assert!(suppressed as f64 > f64::from(percent) / 100.0 * people.len() as f64 - 1e-9);
                prop_assert!(steps.iter().all(|step| step.suppressed <= suppressed));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
