//! Every choice of one value a person, tried on small classes; and what joining classes does.

use super::super::support::{Small, saying};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

type People = Vec<(u32, BTreeSet<u32>)>;

/// The textbook's definitions on one value each.
fn textbook(measure: Measure, values: &[u32]) -> bool {
    let mut counts: Vec<f64> = (0..8).map(|v| values.iter().filter(|x| **x == v).count() as f64).collect();
    counts.retain(|count| *count > 0.0);
    counts.sort_by(|a, b| b.total_cmp(a));
    let n = values.len() as f64;
    match measure {
        Measure::Distinct(l) => counts.len() as f64 >= l,
        Measure::Entropy(l) => -counts.iter().map(|r| r / n * (r / n).ln()).sum::<f64>() >= l.ln() - 1e-9,
        Measure::Recursive { c, l } => counts[0] + 1e-9 < c * counts.iter().skip(l as usize - 1).sum::<f64>(),
    }
}

/// Whether every choice passes.
fn every_choice(measure: Measure, sets: &[&BTreeSet<u32>], chosen: &mut Vec<u32>) -> bool {
    match sets.split_first() {
        None => textbook(measure, chosen),
        Some((first, rest)) => first.iter().all(|value| {
            chosen.push(*value);
            let passes = every_choice(measure, rest, chosen);
            chosen.pop();
            passes
        }),
    }
}

fn measures() -> impl Strategy<Value = Measure> {
    prop_oneof![
        (2u32..5).prop_map(|l| Measure::Distinct(f64::from(l))),
        (10u32..40).prop_map(|l| Measure::Entropy(f64::from(l) / 10.0)),
        ((1u32..40), 2u64..4).prop_map(|(c, l)| Measure::Recursive { c: f64::from(c) / 10.0, l }),
    ]
}

fn people(most: usize) -> impl Strategy<Value = People> {
    prop::collection::vec((0u32..3, prop::collection::btree_set(0u32..5, 1..=most)), 1..9)
}

fn broken(measure: Measure, people: &People) -> Vec<u32> {
    let model = LDiversity { of: super::super::support::sensitive(), measure };
    let mut broken = model.breaks(&Small::new(people, &["", "a", "b", "c", "d"]).scene());
    broken.sort_unstable();
    broken
}

fn oracle(people: &People, fails: impl Fn(&[&BTreeSet<u32>]) -> bool) -> Vec<u32> {
    let class = |of: u32| people.iter().filter(|(c, _)| *c == of).map(|(_, set)| set).collect::<Vec<_>>();
    let all = people.iter().zip(0u32..);
    all.filter(|((of, _), _)| fails(&class(*of))).map(|(_, person)| person).collect()
}

proptest! {
    #[test]
    fn one_value_each_is_the_textbook(people in people(1), measure in measures()) {
        let expected = oracle(&people, |sets| !every_choice(measure, sets, &mut Vec::new()));
        prop_assert_eq!(broken(measure, &people), expected);
    }

    #[test]
    fn what_passes_passes_however_a_value_is_picked(people in people(3), measure in measures()) {
        let broken = broken(measure, &people);
        for person in oracle(&people, |sets| !every_choice(measure, sets, &mut Vec::new())) {
            prop_assert!(broken.contains(&person));
        }
    }

    // Generalisation joins classes.
    #[test]
    fn joining_classes_never_loses_diversity(several in people(3), one in people(1), l in 2u32..4) {
        for (measure, people) in [(Measure::Distinct(f64::from(l)), several), (Measure::Entropy(f64::from(l) - 0.3), one)] {
            let joined: People = people.iter().map(|(class, set)| (class / 2, set.clone())).collect();
            if broken(measure, &people).is_empty() {
                prop_assert!(broken(measure, &joined).is_empty());
            }
        }
    }
}

#[test]
fn what_everybody_has_is_no_diversity_however_much_else_they_have() {
    let everybody: People = (1..5).map(|other| (0, BTreeSet::from([0, other]))).collect();
    assert_eq!(broken(Measure::Distinct(2.0), &everybody), [0, 1, 2, 3]);
    let policy = saying(
        "l_diversity = [{ of = \"condition.code\", distinct = 2 }, { of = \"condition.code\", recursive = { c = 2.5, l = 2 } }]",
    );
    let scene = Small::new(&everybody, &["", "a", "b", "c", "d"]);
    let found: Vec<f64> =
        policy.protect().models.iter().map(|model| model.measured(&scene.scene())).collect();
    assert_eq!(found, [1.0, f64::INFINITY]);
    assert_eq!(policy.protect().models[1].required().ja, "2.5 未満 (l = 2)");
}
