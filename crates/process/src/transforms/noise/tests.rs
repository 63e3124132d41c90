//! One noise a value of a person, the same in every row and release, and within its bounds.

use crate::tests::support::{Hospital, Product, policy, run, run_with};
use crate::{Pseudonyms, decimal::Decimal};
use kiban_model::tables::Medication;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const WEIGHT: &str = "体重";

fn noisy(line: &str) -> crate::Policy {
    policy(&format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nobservation.value.keep = true\n[observation.\"{WEIGHT}\"]\n{line}\n"
    ))
}

fn shown(product: &Product) -> BTreeMap<&str, Vec<&str>> {
    let mut shown: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, value) in product.by_id("observation", "value") {
        shown.entry(id).or_default().push(value);
    }
    shown
}

#[test]
fn repeated_rows_and_releases_tell_nothing_more() {
    let policy = noisy("noise = { scale = 3, step = 0.1 }");
    let mut hospital = Hospital::default();
    for person in 1..=200 {
        hospital.person(person, "F", "1970", "");
        for written in ["53.4", "53.40", "53.4", "60"] {
            hospital.observation(person, WEIGHT, written);
        }
    }
    let mut pseudonyms = Pseudonyms::new("p");
    let (first, _) = run_with(&policy, &hospital, &mut pseudonyms, 1).unwrap();
    let own = shown(&first);
    assert!(own.values().all(|values| values[0] == values[1] && values[1] == values[2]));
    // Others' equal values, and other values of the same person, have noise of their own.
    let distinct: BTreeSet<&str> = own.values().map(|values| values[0]).collect();
    assert!(distinct.len() > 60, "{}", distinct.len());
    assert!(own.values().filter(|values| values[0] == values[3]).count() < 20);
    // In the next release, with another seed, in batches of another size.
    let mut pseudonyms = Pseudonyms::resume("p", pseudonyms.additions().to_vec());
    hospital.batch = 3;
    let (second, _) = run_with(&policy, &hospital, &mut pseudonyms, 2).unwrap();
    assert_eq!(first, second);
    let (elsewhere, _) = run(&policy, &hospital, "q", 1).unwrap();
    let values = |product: &Product| {
        product.column("observation", "value").iter().map(|v| (*v).to_owned()).collect::<BTreeSet<_>>()
    };
    assert_ne!(values(&first), values(&elsewhere));
}

#[test]
fn another_width_is_another_noise() {
    let mut hospital = Hospital::default();
    (1..=200).for_each(|person| {
        hospital.person(person, "F", "1970", "");
        hospital.observation(person, WEIGHT, "53.4");
    });
    let mut pseudonyms = Pseudonyms::new("p");
    let mut of = |scale: &str| {
        let (product, _) = run_with(
            &noisy(&format!("noise = {{ scale = {scale}, step = 0.1 }}")),
            &hospital,
            &mut pseudonyms,
            1,
        )
        .unwrap();
        let values = product.column("observation", "value");
        values.iter().map(|value| value.parse::<f64>().unwrap()).collect::<Vec<_>>()
    };
    let (narrow, wide) = (of("2"), of("4"));
    // Were it one noise stretched, the value would be near 2 × the narrow − the wide for almost everybody.
    let found = narrow.iter().zip(&wide).filter(|(a, b)| (2.0 * **a - **b - 53.4).abs() < 0.25).count();
    assert!(found < 30, "{found} of 200");
}

#[test]
fn a_number_and_the_text_beside_it_have_one_noise() {
    let policy = policy(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\n[medication]\ndose.noise = { scale = 20, step = 1 }\n\
         dose_number.noise = { scale = 20, step = 1 }\n",
    );
    let mut hospital = Hospital::default();
    for person in 1..=30 {
        hospital.person(person, "F", "1970", "");
        let dose = f64::from(person as i32 * 10);
        let written = Some(dose.to_string());
        hospital.add(person, Medication { dose: written, dose_number: Some(dose), ..Default::default() });
    }
    let (product, _) = run(&policy, &hospital, "p", 1).unwrap();
    assert_eq!(product.column("medication", "dose"), product.column("medication", "dose_number"));
}

proptest! {
    #[test]
    fn what_is_shown_is_a_multiple_of_the_step_within_the_bounds(
        values in prop::collection::vec("[0-9]{1,4}(\\.[0-9]{1,3})?", 1..12),
        kind in prop::sample::select(vec!["laplace", "gaussian"]),
    ) {
        let line = format!("noise = {{ kind = \"{kind}\", scale = 40, step = 2.5, clamp = [100, 500] }}");
        let mut hospital = Hospital::default();
        hospital.person(1, "F", "1970", "");
        for value in &values {
            hospital.observation(1, WEIGHT, value);
        }
        let (product, _) = run(&noisy(&line), &hospital, "p", 1).unwrap();
        for value in product.column("observation", "value") {
            let value = Decimal::parse(value).unwrap();
            let (below, above) = value.between_multiples(Decimal::parse("2.5").unwrap());
            prop_assert!(below == value && above > value);
            prop_assert!(value >= Decimal::whole(100) && value <= Decimal::whole(500));
        }
    }
}
