//! Products of policies with models, counted again from the product alone.

use super::support::{Hospital, Product, policy, run, run_with};
use crate::{ProcessError, Pseudonyms};
use kiban_model::tables::{Medication, systems};
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
    fn a_product_that_claims_km_has_it(people in prop::collection::vec(someone(), 0..60), k in 2u32..5) {
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
        // ANO-04: the rule on rare codes holds all the same, code and name together.
        let mut people_of: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        if product.tables.contains_key("condition") {
            for ((id, code), (_, text)) in product.by_id("condition", "code").into_iter().zip(product.by_id("condition", "text")) {
                people_of.entry((code, text)).or_default().insert(id);
            }
        }
        for (row, ids) in people_of {
            prop_assert!(row.1 == "その他" || ids.len() >= 3, "{row:?} {}", ids.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // ANO-05: what is known of one table and of another is known together.
    #[test]
    fn codes_of_two_tables_are_protected_as_one_set(people in prop::collection::vec(someone(), 0..30), k in 2u32..4) {
        let mut hospital = hospital(&people);
        for ((_, decade, codes), id) in people.iter().zip(1i64..) {
            for drug in codes.iter().map(|code| ["2149", "2149", "1124", "1124", "3961", "8114"][*code]) {
                let code = format!("{drug}0{:02}F1020", decade % 2);
                let system = Some(systems::YJ.to_owned());
                hospital.add(id, Medication { code: Some(code), code_system: system, ..Default::default() });
            }
        }
        let text = protected(&format!("km_anonymity = {{ of = [\"condition.code\", \"medication.code\"], m = 2, k = {k} }}"));
        let drugs = "medication.code.rare = { fewer_than = 2, roll_up = \"yj\", then = \"その他\" }\n[protect]";
        let (product, _) = run(&policy(&text.replace("[protect]", drugs)), &hospital, "p", 7).unwrap();
        let mut own: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for table in ["condition", "medication"].into_iter().filter(|table| product.tables.contains_key(table)) {
            for (id, code) in product.by_id(table, "code").into_iter().filter(|(_, code)| !["", "その他"].contains(code)) {
                own.entry(id).or_default().insert(format!("{table} {code}"));
            }
        }
        let mut pairs: BTreeMap<(&String, &String), u32> = BTreeMap::new();
        for codes in own.values() {
            for a in codes {
                codes.range(a.clone()..).for_each(|b| *pairs.entry((a, b)).or_default() += 1);
            }
        }
        prop_assert!(pairs.values().all(|people| *people >= k), "{pairs:?}");
    }

    // ANO-05
    #[test]
    fn a_product_under_a_ceiling_of_risk_is_under_it(people in prop::collection::vec(someone(), 0..30), percent in 5u32..90) {
        let ceiling = f64::from(percent) / 100.0;
        let both = format!("highest_risk = {{ prosecutor = {ceiling} }}\naverage_risk = {{ prosecutor = {} }}", ceiling / 2.0);
        let (product, _) = run(&policy(&protected(&both)), &hospital(&people), "p", 7).unwrap();
        let classes = classes(&product);
        prop_assert!(classes.iter().all(|class| 1.0 / class.len() as f64 <= ceiling + 1e-9));
        let people = classes.iter().map(Vec::len).sum::<usize>() as f64;
        prop_assert!(classes.is_empty() || classes.len() as f64 / people <= ceiling / 2.0 + 1e-9);
        // Joining classes lowers both: whoever stays with two sexes stays without.
        let coarser = protected(&both).replace("person.sex.keep", "person.sex.drop");
        let (coarser, _) = run(&policy(&coarser), &hospital_of(&product), "p", 7).unwrap();
        prop_assert_eq!(coarser.tables["person"].len(), product.tables["person"].len());
    }
}

/// The people of a product as data again.
fn hospital_of(product: &Product) -> Hospital {
    let mut hospital = Hospital::default();
    for (row, id) in product.tables["person"].iter().zip(1i64..) {
        hospital.person(id, &row[1], &row[2][..4], "22101");
    }
    hospital
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

fn over_population(line: &str) -> String {
    format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.sex.keep = true\nperson.birth_date.generalize = \"10-years\"\n\
         [protect]\nquasi_identifiers = [\"sex\", \"birth_date\"]\npopulation = \"population.csv\"\nsuppression_limit = 1\n{line}\n"
    )
}

/// Of the fifties 4 women and 3 men, of the sixties 3 men and a woman; outside 40, 6 and 300 people, and no such woman.
fn eleven() -> Hospital {
    let own = [(false, 0, 4), (true, 0, 3), (true, 1, 3), (false, 1, 1)];
    let people = own
        .into_iter()
        .flat_map(|(is_male, decade, n)| (0..n).map(move |_| (is_male, decade, BTreeSet::new())));
    hospital(&people.collect::<Vec<_>>())
}

/// The figures by hand, and who stays.
#[test]
fn a_population_is_compared_with() {
    for (line, before, after, stay) in [
        // The woman of the sixties is counted nowhere but in the product; six men outside share the men of the fifties.
        ("k_map = 7", 1.0, 40.0, 7),
        ("k_map = 41", 1.0, 300.0, 3),
        ("delta_presence = { at_most = 0.1 }", 1.0, 0.1, 7),
        ("delta_presence = { at_least = 0.01, at_most = 1.0 }", 1.0, 1.0, 11),
        ("highest_risk = { prosecutor = 0.3 }", 1.0, 0.25, 4),
        ("highest_risk = { journalist = 0.2 }", 1.0, 1.0 / 6.0, 10),
        // Four classes of eleven people; without the woman, three of ten.
        ("average_risk = { prosecutor = 0.35 }", 4.0 / 11.0, 0.3, 10),
        (
            "average_risk = { marketer = 0.1 }",
            (4.0 / 40.0 + 3.0 / 6.0 + 3.0 / 300.0 + 1.0) / 11.0,
            0.61 / 10.0,
            10,
        ),
        ("average_risk = { journalist = 0.03 }", (0.1 + 0.5 + 0.01 + 1.0) / 11.0, 0.11 / 7.0, 7),
        ("population_uniqueness = { by = \"zayatz\", at_most = 0.001 }", f64::NAN, 0.0, 10),
    ] {
        let (_, processed) = run(&policy(&over_population(line)), &eleven(), "p", 1).unwrap();
        let finding = &processed.risk.models[0];
        let near =
            |found: Option<f64>, expected: f64| expected.is_nan() || (found.unwrap() - expected).abs() < 1e-9;
        assert!(near(finding.before, before) && near(finding.after, after), "{line}: {finding:?}");
        assert_eq!((processed.persons_out, finding.suppressed), (stay, 11 - stay), "{line}");
    }
    // Somebody of the population is in no class of the product: their presence is 0.
    let nobody = eleven().rows.into_iter().filter(|(id, _)| *id <= 7).collect();
    let fewer = Hospital { rows: nobody, ..Hospital::default() };
    let line = "delta_presence = { at_least = 0.01, at_most = 1.0 }";
    assert_eq!(run(&policy(&over_population(line)), &fewer, "p", 1).unwrap().1.persons_out, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // ANO-05: counted from the product and the population's file alone; and a coarser product never has fewer people outside.
    #[test]
    fn a_product_that_claims_k_map_has_it(people in prop::collection::vec(someone(), 0..30), k in 2u64..300) {
        let line = format!("k_map = {k}");
        let outside = |sex: &str, decade: &str| match (sex, decade) {
            ("F", "1950～1959") => 40,
            ("M", "1950～1959") => 6,
            ("M", "1960～1969") => 300,
            _ => 0,
        };
        let (product, _) = run(&policy(&over_population(&line)), &hospital(&people), "p", 1).unwrap();
        for row in &product.tables["person"] {
            let own = product.tables["person"].iter().filter(|other| other[1..] == row[1..]).count() as u64;
            prop_assert!(own.max(outside(&row[1], &row[2])) >= k);
        }
        let coarser = over_population(&line).replace("person.sex.keep", "person.sex.drop");
        let (coarser, _) = run(&policy(&coarser), &hospital(&people), "p", 1).unwrap();
        prop_assert!(coarser.tables["person"].len() >= product.tables["person"].len());
    }
}

const LOOKING_BACK: &str = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.birth_date.generalize = \"10-years\"\n\
    protect.quasi_identifiers = [\"sex\", \"birth_date\"]\nprotect.k_anonymity = 2\nprotect.suppression_limit = 1\n\
    protect.earlier_releases = { k = 2 }\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // ANO-05, PSE-06: two products of a project, joined by pseudonym as their recipient can.
    #[test]
    fn two_releases_joined_still_show_nobody_alone(
        first in prop::collection::vec(someone(), 1..20),
        second in prop::collection::vec((any::<bool>(), someone()), 20)
    ) {
        let by_sex = policy(&LOOKING_BACK.replace("person.birth_date.generalize = \"10-years\"", "person.sex.keep = true"));
        let by_decade = policy(LOOKING_BACK);
        let mut pseudonyms = Pseudonyms::new("p");
        let (before, made) = run_with(&by_sex, &hospital(&first), &mut pseudonyms, 7).unwrap();
        // Some stayed, others are new.
        let people: Vec<Someone> = second.iter().map(|(_, someone)| someone.clone()).collect();
        let mut next = hospital(&people);
        for (id, _) in &mut next.rows {
            let stays = second.get(*id as usize - 1).is_some_and(|(stays, _)| *stays);
            *id += if stays { 0 } else { 100 };
        }
        pseudonyms.remember(made.classes);
        let (after, processed) = run_with(&by_decade, &next, &mut pseudonyms, 8).unwrap();
        let sexes: BTreeMap<&str, &str> = before.by_id("person", "sex").into_iter().collect();
        let mut joined: BTreeMap<(Option<&str>, &str), u32> = BTreeMap::new();
        for (id, decade) in after.by_id("person", "birth_date") {
            *joined.entry((sexes.get(id).copied(), decade)).or_default() += 1;
        }
        prop_assert!(joined.values().all(|people| *people >= 2), "{joined:?}");
        prop_assert!(processed.risk.models[0].after.is_none_or(|people| people >= 2.0));
    }
}

#[test]
fn without_the_classes_of_earlier_releases_nothing_is_compared_and_nothing_leaves() {
    let people: Vec<Someone> = (0..6).map(|n| (true, n % 2, BTreeSet::new())).collect();
    let mut pseudonyms = Pseudonyms::new("p");
    let (_, made) = run_with(&policy(LOOKING_BACK), &hospital(&people), &mut pseudonyms, 7).unwrap();
    let again =
        |pseudonyms: &mut Pseudonyms| run_with(&policy(LOOKING_BACK), &hospital(&people), pseudonyms, 8);
    let refused = again(&mut pseudonyms);
    assert!(matches!(refused, Err(ProcessError::EarlierReleasesMissing { people: 6 })));
    assert_eq!(
        (made.classes.iter().count(), format!("{:?}", made.classes)),
        (6, "ReleaseClasses(6 people)".to_owned())
    );
    pseudonyms.remember(made.classes);
    assert_eq!(again(&mut pseudonyms).unwrap().1.persons_out, 6);
}

#[test]
fn groups_cut_anew_show_no_second_mean() {
    let measured = |show: &str| {
        policy(&format!(
            "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.sex.keep = true\n[observation.value]\nmicroaggregate = {{ at_least = 2, show = \"{show}\" }}\n"
        ))
    };
    let mut people = Hospital::default();
    for person in 1..=6 {
        people.person(person, "F", "1970", "");
        people.observation(person, "体重", &(50 + person).to_string());
    }
    let mut pseudonyms = Pseudonyms::new("p");
    let (_, made) = run_with(&measured("mean"), &people, &mut pseudonyms, 7).unwrap();
    // Made once more, as after a kill, it is still the first.
    assert!(run_with(&measured("mean"), &people, &mut pseudonyms.clone(), 7).is_ok());
    pseudonyms.remember(made.classes);
    let again = run_with(&measured("mean"), &people, &mut pseudonyms, 7);
    assert!(matches!(again, Err(ProcessError::GroupMeansAgain)));
    assert!(run_with(&measured("range"), &people, &mut pseudonyms, 7).is_ok());
}
