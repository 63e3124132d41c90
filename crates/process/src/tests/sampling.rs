//! Samples: drawn by the secret, the same in every release of a project, and the population of the models that ask for one.

use super::support::{Hospital, no_files, policy, run, run_with};
use crate::{Policy, Pseudonyms};
use std::collections::BTreeSet;

fn text(more: &str) -> String {
    format!(
        "kind = \"anonymized\"\nperson.sex.keep = true\nperson.birth_date.generalize = \"10-years\"\n[protect]\n\
         quasi_identifiers = [\"sex\", \"birth_date\"]\nk_anonymity = 2\nsuppression_limit = 1\n{more}\n"
    )
}

/// Four hundred people: pairs of one decade and sex are many, but for two men of 1930.
fn hospital() -> Hospital {
    let mut hospital = Hospital::default();
    for id in 1..=400 {
        let (sex, year) = if id <= 2 { ("M", 1930) } else { ("F", 1950 + id % 30) };
        hospital.person(id, sex, &format!("{year}-01-01"), "");
    }
    hospital
}

#[test]
fn a_sample_has_its_share_and_stays_the_same_in_a_project() {
    let of = |share: &str, seed: u64| {
        let mut pseudonyms = Pseudonyms::new("p");
        let policy = policy(&text(&format!("sample = {share}")));
        let (product, processed) = run_with(&policy, &hospital(), &mut pseudonyms, seed).unwrap();
        assert_eq!(processed.persons_in, 400);
        assert_eq!(processed.left_out + processed.risk.suppressed + processed.persons_out, 400);
        assert_eq!(processed.risk.attacks[0].targets, 400 - processed.left_out);
        assert_eq!(product.tables["person"].len() as u64, processed.persons_out);
        assert!(processed.remarks.iter().any(|remark| remark.en.contains("not in the sample")));
        pseudonyms.additions().iter().map(|(person, _)| *person).collect::<BTreeSet<i64>>()
    };
    let half = of("0.5", 1);
    assert!((160..=240).contains(&half.len()), "{}", half.len());
    assert_eq!(half, of("0.5", 2), "whatever the seed");
    assert!(of("0.25", 1).is_subset(&half), "a smaller sample is part of a larger one");
    let (elsewhere, _) = run(&policy(&text("sample = 0.5")), &hospital(), "q", 1).unwrap();
    assert_ne!(elsewhere.tables["person"].len(), half.len());
}

// The journalist does not know who was drawn: everybody before sampling is the population.
#[test]
fn models_over_a_population_know_what_the_sample_was_drawn_from() {
    let hospital = hospital();
    let after = |more: &str, model: usize| {
        let (_, processed) = run(&policy(&text(more)), &hospital, "p", 1).unwrap();
        processed.risk.models[model].after.unwrap()
    };
    // Three decades of women, of whom the 1970s have the fewest: ten in each of thirteen rounds of thirty.
    let k_map = after("sample = 0.5\nk_map = 3", 0);
    assert_eq!(k_map, 130.0);
    let own = after("sample = 0.5\nhighest_risk = { prosecutor = 1 }", 0);
    let journalist = after("sample = 0.5\nhighest_risk = { journalist = 1 }", 0);
    assert!((journalist - 1.0 / k_map).abs() < 1e-12 && own > 1.5 * journalist);
    let told = Policy::parse(&text("k_map = 3"), "p.toml", &no_files).unwrap_err();
    assert!(told.to_string().contains("or a `sample`"));
    for wrong in ["0", "1", "1.5"] {
        assert!(Policy::parse(&text(&format!("sample = {wrong}")), "p.toml", &no_files).is_err(), "{wrong}");
    }
}
