//! The models that count people of classes, in the product and in the population, against their formulae; and what joining does.

use super::support::{Small, saying};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// (people of the product, people of the population) by class.
type Sizes = Vec<(u64, u64)>;

fn measured(line: &str, sizes: &Sizes) -> f64 {
    let class =
        |(class, (own, _)): (usize, &(u64, u64))| vec![(class as u32, BTreeSet::from([0])); *own as usize];
    let people: Vec<(u32, BTreeSet<u32>)> = sizes.iter().enumerate().flat_map(class).collect();
    let small = Small::new(&people, &[""]);
    let in_population: Vec<u64> = sizes.iter().map(|(_, all)| *all).collect();
    let policy = saying(&format!("population = \"population.csv\"\nprotect.{line}"));
    policy.protect().models[0].measured(&Scene { in_population: &in_population, ..small.scene() })
}

type Formula = fn(&Sizes) -> f64;

/// The formulae, written out.
const FORMULAE: &[(&str, Formula)] = &[
    ("k_map = 2", |sizes| sizes.iter().map(|(_, all)| *all as f64).fold(f64::INFINITY, f64::min)),
    ("delta_presence = { at_most = 1 }", |sizes| {
        sizes.iter().map(|(own, all)| *own as f64 / *all as f64).fold(0.0, f64::max)
    }),
    ("highest_risk = { prosecutor = 1 }", |sizes| {
        1.0 / sizes.iter().map(|(own, _)| *own).min().unwrap() as f64
    }),
    ("highest_risk = { journalist = 1 }", |sizes| {
        1.0 / sizes.iter().map(|(_, all)| *all).min().unwrap() as f64
    }),
    ("average_risk = { prosecutor = 1 }", |sizes| {
        sizes.len() as f64 / sizes.iter().map(|(own, _)| own).sum::<u64>() as f64
    }),
    ("average_risk = { marketer = 1 }", |sizes| {
        let found: f64 = sizes.iter().map(|(own, all)| *own as f64 / *all as f64).sum();
        found / sizes.iter().map(|(own, _)| own).sum::<u64>() as f64
    }),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn figures_are_their_formulae_and_joining_classes_makes_none_worse(
        sizes in prop::collection::vec((1u64..6, 0u64..30).prop_map(|(own, others)| (own, own + others)), 2..8)
    ) {
        let joined: Sizes = sizes.chunks(2).map(|pair| pair.iter().fold((0, 0), |sum, s| (sum.0 + s.0, sum.1 + s.1))).collect();
        for (line, formula) in FORMULAE {
            let (found, after) = (measured(line, &sizes), measured(line, &joined));
            prop_assert!((found - formula(&sizes)).abs() < 1e-12, "{line}: {found}");
            let is_no_worse = if line.starts_with("k_map") { after >= found } else { after <= found + 1e-12 };
            prop_assert!(is_no_worse, "{line}: {found} joined {after}");
        }
    }
}
