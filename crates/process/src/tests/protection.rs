//! Products of policies with models, counted again from the product alone.

use super::support::{Hospital, Product, policy, run};
use crate::ProcessError;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const CODES: [&str; 6] = ["I10", "E11", "E110", "E168", "J45", ""];

/// Who: sex, decade of birth, codes.
type Someone = (bool, u16, BTreeSet<usize>);

fn someone() -> impl Strategy<Value = Someone> {
    (any::<bool>(), 0u16..3, prop::collection::btree_set(0usize..CODES.len(), 0..4))
}

fn hospital(people: &[Someone]) -> Hospital {
    let mut hospital = Hospital { batch: 5, ..Hospital::default() };
    for ((is_male, decade, codes), id) in people.iter().zip(1i64..) {
        hospital.person(
            id,
            if *is_male { "M" } else { "F" },
            &format!("{}-01-01", 1950 + 10 * decade),
            "22101",
        );
        for code in codes {
            hospital.condition(
                id,
                CODES[*code],
                if CODES[*code].is_empty() { "不明の病" } else { CODES[*code] },
            );
        }
    }
    hospital
}

fn protected(line: &str) -> String {
    format!(
        r#"
kind = "anonymized"
person.sex.keep = true
person.birth_date.generalize = "10-years"
condition.code.rare = {{ fewer_than = 3, roll_up = "icd10", then = "その他" }}
condition.text.keep = true
condition.icd10.keep = true
[protect]
quasi_identifiers = ["sex", "birth_date"]
k_anonymity = 2
suppression_limit = 1
{line}
"#
    )
}

/// What the product shows: the people of every class, each with the diseases written in their rows.
fn classes(product: &Product) -> Vec<Vec<BTreeSet<String>>> {
    let mut diseases: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for ((id, code), (_, text)) in
        product.by_id("condition", "code").into_iter().zip(product.by_id("condition", "text"))
    {
        diseases.entry(id).or_default().insert(if code.is_empty() { text } else { code }.to_owned());
    }
    let mut classes: BTreeMap<Vec<String>, Vec<BTreeSet<String>>> = BTreeMap::new();
    for row in &product.tables["person"] {
        let own = diseases.get(row[0].as_str()).cloned().unwrap_or_else(|| BTreeSet::from([String::new()]));
        classes.entry(row[1..].to_vec()).or_default().push(own);
    }
    classes.into_values().collect()
}

fn shares(people: &[&BTreeSet<String>]) -> BTreeMap<String, f64> {
    let mut shares = BTreeMap::new();
    for value in people.iter().flat_map(|set| set.iter()) {
        *shares.entry(value.clone()).or_default() += 1.0 / people.len() as f64;
    }
    shares
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // ANO-05
    #[test]
    fn a_product_that_claims_diversity_has_it(people in prop::collection::vec(someone(), 0..40)) {
        let line = "l_diversity = { of = \"condition.code\", distinct = 2 }";
        let (product, processed) = run(&policy(&protected(line)), &hospital(&people), "p", 7).unwrap();
        for class in classes(&product) {
            let shared = class.iter().skip(1).fold(class[0].clone(), |shared, own| &shared & own);
            prop_assert!(shared.is_empty() && class.len() >= 2, "all have {shared:?}");
        }
        let finding = &processed.risk.models[0];
        prop_assert!(finding.after.is_none_or(|l| l >= 2.0) && finding.suppressed <= processed.risk.suppressed);
    }

    // ANO-05
    #[test]
    fn a_product_that_claims_closeness_has_it(people in prop::collection::vec(someone(), 0..40), percent in 20u32..80) {
        let line = format!("t_closeness = {{ of = \"condition.code\", t = {} }}", f64::from(percent) / 100.0);
        let (product, processed) = run(&policy(&protected(&line)), &hospital(&people), "p", 7).unwrap();
        let classes = classes(&product);
        let everybody: Vec<&BTreeSet<String>> = classes.iter().flatten().collect();
        let all = shares(&everybody);
        for class in &classes {
            let own = shares(&class.iter().collect::<Vec<_>>());
            for (value, share) in &all {
                let off = (own.get(value).copied().unwrap_or(0.0) - share).abs();
                prop_assert!(off <= f64::from(percent) / 100.0 + 1e-9, "{value} {off}");
            }
        }
        prop_assert!(processed.risk.models[0].after.is_none_or(|t| t <= f64::from(percent) / 100.0 + 1e-9));
    }

    // ANO-05: every pair of codes that the product shows belongs to k people; models see the codes as they climbed.
    #[test]
    fn a_product_that_claims_km_has_it(people in prop::collection::vec(someone(), 0..40), k in 2u32..5) {
        let line = format!("km_anonymity = {{ of = [\"condition.code\"], m = 2, k = {k} }}\nl_diversity = {{ of = \"condition.code\", distinct = 2 }}");
        let (product, processed) = run(&policy(&protected(&line)), &hospital(&people), "p", 7).unwrap();
        let classes = classes(&product);
        let mut pairs: BTreeMap<(String, String), u32> = BTreeMap::new();
        for own in classes.iter().flatten() {
            let codes: Vec<&String> = own.iter().filter(|code| !code.is_empty() && *code != "その他").collect();
            for (at, a) in codes.iter().enumerate() {
                for b in &codes[at..] {
                    *pairs.entry(((*a).clone(), (*b).clone())).or_default() += 1;
                }
            }
        }
        prop_assert!(pairs.values().all(|people| *people >= k), "{pairs:?}");
        prop_assert!(processed.risk.models[0].after.is_none_or(|people| people >= f64::from(k)));
        for class in &classes {
            prop_assert!(class.iter().skip(1).fold(class[0].clone(), |shared, own| &shared & own).is_empty());
        }
    }
}

#[test]
fn a_model_over_the_limit_is_refused_with_what_would_help() {
    let text = protected("l_diversity = { of = \"condition.code\", distinct = 2 }");
    let text = text.replace("suppression_limit = 1", "suppression_limit = 0.1");
    // Men of the fifties share a disease; with the sixties they do not, and women have others.
    let people: Vec<Someone> = (0..24)
        .map(|n| {
            (n % 4 != 0, n / 12, BTreeSet::from([if n % 4 == 0 { n as usize % 3 } else { n as usize / 12 }]))
        })
        .collect();
    let Err(error) = run(&policy(&text), &hospital(&people), "p", 1) else { panic!("it holds") };
    let ProcessError::SuppressionLimit { suppressed, ref steps, .. } = error else { panic!("{error}") };
    assert!(suppressed >= 18 && steps.iter().any(|step| step.enough), "{error}");
}

/// Twelve women and as many men, alike within their sex; two of each go elsewhere.
fn two_providers() -> Hospital {
    let mut hospital = hospital(&(0..24).map(|n| (n % 2 == 0, 0, BTreeSet::from([0]))).collect::<Vec<_>>());
    hospital.elsewhere = [(1, "clinic-b"), (2, "clinic-b"), (3, "clinic-c"), (4, "clinic-c")].into();
    hospital
}

// ANO-05
#[test]
fn people_of_small_providers_are_suppressed() {
    let text = protected("small_providers = { fewer_than = 3, then = \"suppress\" }");
    let (product, processed) = run(&policy(&text), &two_providers(), "p", 1).unwrap();
    assert_eq!((product.tables["person"].len(), processed.risk.suppressed), (20, 4));
    let finding = &processed.risk.models[0];
    assert_eq!((finding.before, finding.after, finding.suppressed), (Some(2.0), Some(20.0), 4));
    // A limit that the large provider does not meet either leaves nobody.
    let none = run(
        &policy(&text.replace("fewer_than = 3, then = \"s", "fewer_than = 21, then = \"s")),
        &two_providers(),
        "p",
        1,
    );
    assert_eq!(none.unwrap().1.persons_out, 0);
}

// ANO-05, PSE-06
#[test]
fn names_of_small_providers_become_one() {
    let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\ncondition.provider_id.pseudonym = true\n\
                protect.small_providers = { fewer_than = 4, then = \"その他\" }\n";
    let (product, processed) = run(&policy(text), &two_providers(), "p", 1).unwrap();
    let names = product.column("condition", "provider_id");
    assert_eq!(names.iter().filter(|name| **name == "その他").count(), 4);
    assert!(names.iter().all(|name| *name == "その他" || name.starts_with('P')));
    assert_eq!((processed.persons_out, processed.risk.models[0].after), (24, Some(4.0)));
    // Six people are not seven: the next provider joins, and there is but one name.
    let (product, _) =
        run(&policy(&text.replace("fewer_than = 4", "fewer_than = 7")), &two_providers(), "p", 1).unwrap();
    assert!(product.column("condition", "provider_id").iter().all(|name| *name == "その他"));
}
