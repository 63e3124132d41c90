//! The simulated attackers against a naive one, who compares every target with every row of the product.

use super::support::{Hospital, date, policy, run_with};
use crate::Pseudonyms;
use proptest::prelude::*;
use std::collections::HashSet;

const DAYS: i32 = 4;

/// Persons: (born in the nth month of 1970, visits in days from 2020-01-01). One visit each: the choice of a visit is then no choice.
fn hospital(people: &[(u8, i32)]) -> Hospital {
    let mut hospital = Hospital::default();
    for ((month, visit), id) in people.iter().zip(1i64..) {
        hospital.person(id, "F", &format!("1970-{month:02}-15"), "22101");
        hospital.visit(id, &date("2020-01-01").unwrap().plus_days(*visit).unwrap().to_string());
    }
    hospital
}

/// Mean of 1 ÷ candidates; `agrees(fact birth, fact visit, shown birth, shown visit)`.
fn naive(people: &[(u8, i32)], shown: &[(i32, i32)], agrees: impl Fn(i32, i32, i32, i32) -> bool) -> f64 {
    let birth = |month: u8| date(&format!("1970-{month:02}-15")).unwrap().days_since_epoch();
    let found = people.iter().map(|(month, visit)| {
        let candidates: HashSet<usize> =
            (0..shown.len()).filter(|at| agrees(birth(*month), *visit, shown[*at].0, shown[*at].1)).collect();
        1.0 / candidates.len() as f64
    });
    found.sum::<f64>() / people.len() as f64
}

fn check(people: &[(u8, i32)], birth: &str, agrees: impl Fn(i32, i32, i32, i32) -> bool) -> (f64, f64) {
    let text = format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.birth_date.{birth}\nvisit.start.keep = true\n\
         all.date.shift = {{ per = \"person\", days = {DAYS} }}\n"
    );
    let mut pseudonyms = Pseudonyms::new("p");
    let (product, processed) = run_with(&policy(&text), &hospital(people), &mut pseudonyms, 3).unwrap();
    let first = date("2020-01-01").unwrap().days_since_epoch();
    let day = |text: &str| date(text).unwrap().days_since_epoch();
    let births = product.column("person", "birth_date").into_iter().map(day);
    let shown: Vec<(i32, i32)> =
        births.zip(product.column("visit", "start").into_iter().map(|v| day(v) - first)).collect();
    (processed.risk.attacks[1].success_after, naive(people, &shown, agrees))
}

const fn is_shift(days: i32) -> bool {
    days != 0 && days.abs() <= DAYS
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_window_agrees_with_the_naive_attacker(people in prop::collection::vec((1u8..4, 0i32..25), 1..25)) {
        let (fast, slow) = check(&people, "generalize = \"year\"", |_, fact, _, shown| is_shift(shown - fact));
        prop_assert!((fast - slow).abs() < 1e-9, "{fast} {slow}");
    }

    #[test]
    fn facts_and_visit_must_move_by_the_same_shift(people in prop::collection::vec((1u8..4, 0i32..25), 1..25)) {
        let (fast, slow) = check(&people, "keep = true", |birth, visit, shown_birth, shown_visit| {
            is_shift(shown_birth - birth) && shown_birth - birth == shown_visit - visit
        });
        prop_assert!((fast - slow).abs() < 1e-9, "{fast} {slow}");
    }
}
