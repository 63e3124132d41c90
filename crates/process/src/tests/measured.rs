//! Treatments measured from the people who leave, counted again from the product alone.

use super::support::{Hospital, Product, policy, run};
use crate::policy::Policy;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A policy that treats one item, and suppresses whoever is alone in their sex.
fn of_item(line: &str) -> Policy {
    policy(&format!(
        r#"
kind = "anonymized"
person.sex.keep = true
observation.value.keep = true
[observation."収縮期血圧"]
{line}
[protect]
quasi_identifiers = ["sex"]
k_anonymity = 2
suppression_limit = 1
"#
    ))
}

fn hospital(people: &[Vec<i32>], sex: impl Fn(usize) -> &'static str) -> Hospital {
    let mut hospital = Hospital { batch: 7, ..Hospital::default() };
    for (at, values) in people.iter().enumerate() {
        let id = at as i64 + 1;
        hospital.person(id, sex(at), "1970", "");
        for value in values {
            hospital.observation(id, "収縮期血圧", &value.to_string());
        }
    }
    hospital
}

/// People by what they are shown with.
fn people_by_value(product: &Product) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut people: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, value) in product.by_id("observation", "value") {
        people.entry(value).or_default().insert(id);
    }
    people
}

// ANO-04: one man's thousand rows, and a woman who is suppressed, do not set the bound.
#[test]
fn a_bound_is_set_by_people_who_leave() {
    let mut people: Vec<Vec<i32>> = (0..40).map(|n| vec![120 + n, 110]).collect();
    people[39] = vec![300; 1_000];
    people.push(vec![400]);
    let sex = |at: usize| if at == 40 { "F" } else { "M" };
    let policy = of_item(
        "top_code = { quantile = 0.95, at_least = 3 }\nbottom_code = { quantile = 0.05, at_least = 2 }",
    );
    let (product, processed) = run(&policy, &hospital(&people, sex), "p", 7).unwrap();
    let people = people_by_value(&product);
    // 40 people leave: 2 of them are 5 %, 3 are asked for. Of their highest values the third is 157.
    assert_eq!(people["157以上"].len(), 3);
    assert!(!people.contains_key("300") && !people.contains_key("400") && people.contains_key("156"));
    assert_eq!(people["110以下"].len(), 39);
    let value = processed.columns.iter().find(|c| c.column == "value").unwrap();
    assert!(
        value.treatment.en.contains("at least 3 people) in one class: 157 or more"),
        "{:?}",
        value.treatment
    );
    assert!(value.treatment.ja.contains("下位5%の人(2人以上)の値をまとめる: 110以下"));
}

#[test]
fn where_too_few_have_a_value_nothing_is_shown() {
    let people: Vec<Vec<i32>> = (0..4).map(|n| vec![120 + n]).collect();
    let policy = of_item("top_code = { quantile = 0.95, at_least = 5 }");
    let (product, processed) = run(&policy, &hospital(&people, |_| "M"), "p", 7).unwrap();
    assert_eq!(people_by_value(&product).keys().collect::<Vec<_>>(), [&""]);
    let value = processed.columns.iter().find(|c| c.column == "value").unwrap();
    assert!(value.treatment.en.ends_with("too few people have a value, emptied"));
}

proptest! {
    // ANO-04
    #[test]
    fn a_class_at_the_end_is_that_of_enough_people(
        people in prop::collection::vec(prop::collection::vec(90i32..200, 0..5), 1..40),
        at_least in 2usize..6,
    ) {
        let line = format!("top_code = {{ quantile = 0.9, at_least = {at_least} }}");
        let sex = |at: usize| if at == 0 { "F" } else { "M" };
        let (product, _) = run(&of_item(&line), &hospital(&people, sex), "p", 7).unwrap();
        let shown = people_by_value(&product);
        let classes: Vec<_> = shown.iter().filter(|(value, _)| value.ends_with("以上")).collect();
        prop_assert!(classes.len() <= 1);
        for (class, people) in &classes {
            prop_assert!(people.len() >= at_least, "{class}");
            let bound: i32 = class.trim_end_matches("以上").parse().unwrap();
            let others = shown.keys().filter_map(|value| value.parse::<i32>().ok());
            prop_assert!(others.into_iter().all(|value| value < bound));
        }
        // Without a class nothing at all is shown.
        prop_assert!(!classes.is_empty() || shown.keys().all(|value| value.is_empty()));
    }
}

#[test]
fn groups_are_of_people_and_show_what_the_policy_says() {
    // Six people; the first has a hundred rows, which make no group by themselves.
    let mut people: Vec<Vec<i32>> =
        vec![vec![100; 100], vec![102], vec![104], vec![150], vec![151], vec![155]];
    people[0].push(101);
    let shown = |show: &str| {
        let policy = of_item(&format!("microaggregate = {{ at_least = 3, show = \"{show}\" }}"));
        let (product, processed) = run(&policy, &hospital(&people, |_| "M"), "p", 7).unwrap();
        let value = processed.columns.iter().find(|c| c.column == "value").unwrap().treatment.en.clone();
        assert!(value.ends_with("2 groups"), "{value}");
        people_by_value(&product)
            .into_iter()
            .map(|(value, people)| (value.to_owned(), people.len()))
            .collect::<Vec<_>>()
    };
    let two = |a: &str, b: &str| [(a.to_owned(), 3), (b.to_owned(), 3)];
    // 100, 101, 102 and 104 count once for each person: (100 + 101 + 102 + 104) ÷ 4.
    assert_eq!(shown("mean"), two("102", "152"));
    assert_eq!(shown("median"), two("101", "151"));
    assert_eq!(shown("range"), two("127～", "～127"));
}

#[test]
fn dates_of_birth_become_those_of_groups_before_classes_are_counted() {
    let policy = policy(
        r#"
kind = "anonymized"
person.birth_date.microaggregate = { at_least = 3, show = "mean" }
[protect]
quasi_identifiers = ["birth_date"]
k_anonymity = 3
suppression_limit = 0
"#,
    );
    let mut hospital = Hospital::default();
    for (id, birth) in [
        (1, "1970-01-01"),
        (2, "1970-01-05"),
        (3, "1970-01-03"),
        (4, "1990-06"),
        (5, "1990-06-15"),
        (6, "1990-06-18"),
    ] {
        hospital.person(id, "F", birth, "");
    }
    let (product, processed) = run(&policy, &hospital, "p", 7).unwrap();
    let mut births = product.column("person", "birth_date");
    births.sort_unstable();
    assert_eq!(births, ["1970-01-03", "1970-01-03", "1970-01-03", "1990-06-16", "1990-06-16", "1990-06-16"]);
    assert_eq!(processed.risk.after.smallest, 3);
    assert!((processed.risk.attacks[0].success_after - 1.0 / 3.0).abs() < 1e-12);
}

proptest! {
    // ANO-04
    #[test]
    fn every_group_is_of_enough_people(
        people in prop::collection::vec(prop::collection::vec(90i32..200, 0..4), 0..30),
        at_least in 2usize..6,
        show in prop::sample::select(vec!["mean", "median", "range"]),
    ) {
        let policy = of_item(&format!("microaggregate = {{ at_least = {at_least}, show = \"{show}\" }}"));
        let (product, _) = run(&policy, &hospital(&people, |_| "M"), "p", 7).unwrap();
        let with_value = people.iter().filter(|values| !values.is_empty()).count();
        for (value, people) in people_by_value(&product) {
            prop_assert!(people.len() >= at_least || value.is_empty(), "{value}");
            prop_assert_eq!(value.is_empty(), with_value < at_least || people.is_empty());
        }
    }
}
