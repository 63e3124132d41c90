//! Cell suppression in whole products, counted again from the cells alone (ANO-05).

use super::support::{Hospital, policy, run};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn text(suppress: &str, k: u64, more: &str) -> String {
    format!(
        r#"
kind = "anonymized"
person.sex.keep = true
person.birth_date.generalize = "year"
person.municipality.generalize = "prefecture"
condition.text.keep = true
[protect]
quasi_identifiers = ["sex", "birth_date", "municipality"]
k_anonymity = {k}
suppress = "{suppress}"
suppression_limit = 1
{more}
"#
    )
}

#[test]
fn a_person_loses_a_cell_and_not_the_record() {
    let mut hospital = Hospital::default();
    for (id, year, place) in
        [(1, 1970, "22101"), (2, 1970, "22130"), (3, 1971, "22101"), (4, 1980, "22101"), (5, 1990, "13101")]
    {
        hospital.person(id, "F", &format!("{year}-04-01"), place);
        hospital.condition(id, "I10", "高血圧症");
    }
    hospital.person(6, "M", "1931-05-05", "13101");
    let (records, _) = run(&policy(&text("records", 2, "")), &hospital, "p", 1).unwrap();
    assert_eq!(records.tables["person"].len(), 2);
    let (cells, processed) = run(&policy(&text("cells", 2, "")), &hospital, "p", 1).unwrap();
    let mut rows: Vec<String> = cells.tables["person"].iter().map(|row| row[1..].join("|")).collect();
    rows.sort();
    // The years have the most values: two women of 22 without theirs. The man and the woman of Tokyo have only that in common.
    assert_eq!(rows, ["F|1970|22", "F|1970|22", "F||22", "F||22", "||13", "||13"]);
    assert_eq!((processed.risk.suppressed, processed.risk.after.smallest), (0, 2));
    let finding = &processed.risk.models[0];
    assert_eq!((finding.before, finding.after, finding.cells), (Some(1.0), Some(2.0), 6));
    let year = processed.columns.iter().find(|c| c.column == "birth_date").unwrap();
    assert_eq!((year.emptied, year.after.filled), (4, 2));
    // The neighbour, who is taken to know what was emptied, still finds one of two at best.
    assert!((processed.risk.attacks[0].success_after - 0.5).abs() < 1e-12);
}

// An emptied cell hides everybody of the population who agrees in the others.
#[test]
fn a_population_is_counted_without_what_is_emptied() {
    let mut hospital = Hospital::default();
    for id in 1..=40 {
        hospital.person(id, "F", &format!("{}-04-01", 1950 + id), "22101");
    }
    let (_, processed) =
        run(&policy(&text("cells", 3, "sample = 0.6\nk_map = 4")), &hospital, "p", 1).unwrap();
    assert_eq!((processed.left_out + processed.persons_out, processed.risk.suppressed), (40, 0));
    let k_map = &processed.risk.models[1];
    assert_eq!(k_map.after, Some(40.0), "{k_map:?}");
}

proptest! {
    #[test]
    fn a_product_that_claims_k_has_k_and_its_diversity(
        people in prop::collection::vec((prop::sample::select(vec!["M", "F"]), 1960u16..1966, prop::sample::select(vec!["22101", "13101", "01100", ""]), 0usize..3), 0..50),
        k in 2u64..5,
    ) {
        let mut hospital = Hospital { batch: 7, ..Hospital::default() };
        for ((sex, year, place, disease), id) in people.iter().zip(1i64..) {
            hospital.person(id, sex, &year.to_string(), place);
            hospital.condition(id, "", ["高血圧症", "糖尿病", "喘息"][*disease]);
        }
        let count = |suppress: &str| {
            let text = text(suppress, k, "l_diversity = { of = \"condition.text\", distinct = 2 }");
            let (product, processed) = run(&policy(&text), &hospital, "p", 7).unwrap();
            let mut groups: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
            for row in &product.tables["person"] {
                groups.entry(row[1..].to_vec()).or_default().insert(row[0].clone());
            }
            let diseases: BTreeMap<String, String> =
                product.by_id("condition", "text").into_iter().map(|(id, d)| (id.to_owned(), d.to_owned())).collect();
            for (group, people) in &groups {
                assert!(people.len() as u64 >= k, "{group:?}");
                let different: BTreeSet<&String> = people.iter().map(|id| &diseases[id]).collect();
                assert!(different.len() >= 2, "{group:?}");
            }
            for attack in &processed.risk.attacks {
                assert!(attack.success_after <= 1.0 / k as f64 + 1e-9, "{attack:?}");
            }
        };
        count("records");
        count("cells");
    }
}
