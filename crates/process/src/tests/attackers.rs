//! The simulated attackers against a naive one, who compares every target with every row of the product.

use super::support::{Hospital, SECRET, date, policy, run_with};
use crate::{ProcessError, Pseudonyms};
use kiban_model::report::Attack;
use kiban_model::tables::Claim;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};

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

/// Persons: (claim months of 2020, codes), all women of one month.
fn insured(people: &[(BTreeSet<u8>, BTreeSet<usize>)]) -> Hospital {
    let mut hospital = Hospital::default();
    for ((months, codes), id) in people.iter().zip(1i64..) {
        hospital.person(id, "F", "1970-05-15", "22101");
        for month in months {
            hospital.add(id, Claim { month: date(&format!("2020-{month:02}")), ..Default::default() });
        }
        for code in codes {
            hospital.condition(id, ["I10", "E11", "J45"][*code], "");
        }
    }
    hospital
}

fn attack(line: &str, hospital: &Hospital) -> Result<Attack, ProcessError> {
    let text = format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.birth_date.generalize = \"year\"\nclaim.month.keep = true\n\
         condition.code.keep = true\nall.date.shift = {{ per = \"person\", days = 40 }}\nprotect.attack = {{ {line}, of = [\"condition.code\"] }}\n"
    );
    let (_, processed) = run_with(&policy(&text), hospital, &mut Pseudonyms::new("p"), 3)?;
    Ok(processed.risk.attacks.last().unwrap().clone())
}

/// Every set of months that a shift may make of these: each month moves as its middle.
fn shifted(months: &BTreeSet<u8>) -> BTreeSet<Vec<String>> {
    let middle = |month: &u8| date(&format!("2020-{month:02}-15")).unwrap();
    let moved = |days: i32| {
        months.iter().map(move |month| middle(month).plus_days(days).unwrap().to_string()[..7].to_owned())
    };
    (-40..=40)
        .filter(|days| *days != 0)
        .map(|days| moved(days).collect::<BTreeSet<_>>().into_iter().collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // ANO-05: an insurer finds whoever is alone with their codes and with months that a shift explains.
    #[test]
    fn the_insurer_agrees_with_the_naive_one(
        people in prop::collection::vec((prop::collection::btree_set(1u8..6, 0..3), prop::collection::btree_set(0usize..3, 0..2)), 1..20)
    ) {
        let hospital = insured(&people);
        let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.birth_date.generalize = \"year\"\nclaim.month.keep = true\n\
                    condition.code.keep = true\nall.date.shift = { per = \"person\", days = 40 }\n\
                    protect.attack = { insurer = 1, of = [\"condition.code\"] }\n";
        let mut pseudonyms = Pseudonyms::new("p");
        let (product, processed) = run_with(&policy(text), &hospital, &mut pseudonyms, 3).unwrap();
        let shown: Vec<(Vec<String>, &BTreeSet<usize>)> = (1i64..).zip(&people).map(|(id, (_, codes))| {
            let pseudonym = &pseudonyms.get(id).unwrap().pseudonym;
            let months: BTreeSet<String> = if product.tables.contains_key("claim") {
                product.by_id("claim", "month").into_iter().filter(|(id, _)| id == pseudonym).map(|(_, m)| m.to_owned()).collect()
            } else {
                BTreeSet::new()
            };
            (months.into_iter().collect(), codes)
        }).collect();
        let success = people.iter().map(|(months, codes)| {
            let possible = shifted(months);
            let candidates = shown.iter().filter(|(shown, own)| *own == codes && possible.contains(shown)).count();
            1.0 / candidates as f64
        });
        let naive = success.sum::<f64>() / people.len() as f64;
        let attack = processed.risk.attacks.last().unwrap();
        prop_assert!((attack.success_after - naive).abs() < 1e-9, "{} {naive}", attack.success_after);
        let (low, high) = attack.interval_after.unwrap();
        prop_assert!((low..=high).contains(&attack.success_after) && attack.targets as usize == people.len());
    }

    // Where neither claims nor visits leave, codes and facts are all there is to go by.
    #[test]
    fn an_insurer_without_claims_goes_by_codes(
        people in prop::collection::vec((prop::collection::btree_set(1u8..6, 0..3), prop::collection::btree_set(0usize..3, 0..3)), 1..20)
    ) {
        let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\ncondition.code.keep = true\n\
                    protect.attack = { insurer = 1, of = [\"condition.code\"] }\n";
        let (_, processed) = run_with(&policy(text), &insured(&people), &mut Pseudonyms::new("p"), 3).unwrap();
        let alike = |codes: &BTreeSet<usize>| people.iter().filter(|(_, own)| own == codes).count() as f64;
        let naive = people.iter().map(|(_, codes)| 1.0 / alike(codes)).sum::<f64>() / people.len() as f64;
        let attack = processed.risk.attacks.last().unwrap();
        prop_assert!((attack.success_after - naive).abs() < 1e-9, "{} {naive}", attack.success_after);
    }

    // With all codes known and one month of birth, candidates are those whose codes hold the target's.
    #[test]
    fn other_data_finds_by_codes(
        people in prop::collection::vec((Just(BTreeSet::new()), prop::collection::btree_set(0usize..3, 0..3)), 1..20)
    ) {
        let found = attack("other_data = 1, codes = 3", &insured(&people)).unwrap();
        let candidates = |codes: &BTreeSet<usize>| people.iter().filter(|(_, own)| own.is_superset(codes)).count() as f64;
        let naive = people.iter().map(|(_, codes)| 1.0 / candidates(codes)).sum::<f64>() / people.len() as f64;
        prop_assert!((found.success_after - naive).abs() < 1e-9 && (found.success_before - naive).abs() < 1e-9, "{found:?} {naive}");
    }
}

// ANO-08
#[test]
fn a_release_over_a_ceiling_is_refused_with_the_figures() {
    let alike: Vec<_> = (0..400).map(|_| (BTreeSet::from([3]), BTreeSet::from([0]))).collect();
    let attack = |line: &str, people: &[_]| attack(line, &insured(people));
    assert!(attack("neighbour = 0.05, insurer = 0.05", &alike).is_ok());
    // Eleven people cannot show that a neighbour finds one in twenty at most, however alike they are.
    let Err(error) = attack("neighbour = 0.05", &alike[..11]) else { panic!("too few") };
    insta::assert_snapshot!(error.to_string());
    // What would be refused can be looked at: the one who lives otherwise is found first.
    let mut odd = alike.clone();
    odd[7].1 = BTreeSet::from([2]);
    let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\ncondition.code.keep = true\nprotect.attack = { other_data = 0.001, of = [\"condition.code\"] }\n";
    let run = || crate::attack(&policy(text), &insured(&odd), &Pseudonyms::new("p"), 3, &SECRET, 2).unwrap();
    let attacked = run();
    assert_eq!(attacked, run());
    let worst: Vec<_> = attacked
        .worst
        .iter()
        .filter(|w| w.attacker.en.contains("other"))
        .map(|w| (*w.person.expose(), w.success))
        .collect();
    assert_eq!((attacked.exceeded.len(), worst), (1, vec![(8, 1.0), (1, 1.0 / 399.0)]));
    assert!(!format!("{attacked:?}").contains("person: 8"));
    let apart: Vec<_> =
        (0..400usize).map(|n| (BTreeSet::from([1 + 2 * (n % 6) as u8]), BTreeSet::from([n % 3]))).collect();
    let Err(ProcessError::Ceiling { exceeded }) = attack("insurer = 0.01", &apart) else { panic!("over") };
    assert!(exceeded[0].rate <= exceeded[0].upper && exceeded[0].upper > 0.01 && exceeded[0].people == 400);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // ANO-05: lives of visits, some of them alike but for the day they begin.
    #[test]
    fn unique_trajectories_are_those_no_shift_makes_of_another(
        people in prop::collection::vec(prop::collection::btree_set(0i32..14, 0..4), 1..16)
    ) {
        let first = date("2020-01-01").unwrap();
        let mut hospital = Hospital::default();
        for (days, id) in people.iter().zip(1i64..) {
            hospital.person(id, "F", "1970-05-15", "22101");
            days.iter().for_each(|day| hospital.visit(id, &first.plus_days(*day).unwrap().to_string()));
        }
        let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nvisit.start.keep = true\n\
                    all.date.shift = { per = \"person\", days = 4 }\nprotect.trajectories = { of = [\"visit.start\"], events = 5, at_most = 1 }\n";
        let mut pseudonyms = Pseudonyms::new("p");
        let (product, processed) = run_with(&policy(text), &hospital, &mut pseudonyms, 3).unwrap();
        let shown: Vec<BTreeSet<i32>> = (1i64..).zip(&people).map(|(id, _)| {
            let pseudonym = &pseudonyms.get(id).unwrap().pseudonym;
            let visits = product.tables.get("visit").map(|_| product.by_id("visit", "start")).unwrap_or_default();
            let own = visits.into_iter().filter(|(id, _)| id == pseudonym);
            own.map(|(_, day)| date(day).unwrap().days_since_epoch() - first.days_since_epoch()).collect()
        }).collect();
        // All of a life is known, for none has more than five visits.
        let living: Vec<usize> = (0..people.len()).filter(|person| !people[*person].is_empty()).collect();
        let is_unique = |person: &&usize| {
            let explained = |other: &usize| (-4..=4).any(|shift| is_shift(shift) && people[**person].iter().all(|day| shown[*other].contains(&(day + shift))));
            (0..people.len()).filter(explained).count() == 1
        };
        let naive = living.iter().filter(is_unique).count() as f64 / living.len().max(1) as f64;
        let before = living.iter().filter(|person| people.iter().filter(|other| other.is_superset(&people[**person])).count() == 1).count();
        let finding = &processed.risk.models[0];
        prop_assert!((finding.after.unwrap() - naive).abs() < 1e-9, "{finding:?} {naive}");
        prop_assert!((finding.before.unwrap() - before as f64 / living.len().max(1) as f64).abs() < 1e-9);
    }
}
