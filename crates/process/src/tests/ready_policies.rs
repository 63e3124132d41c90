//! The policies that come with Kiban parse, and their reference page is the code's.

use super::support::{Hospital, date, no_files, run, text as text_of};
use crate::policy::reference_markdown;
use crate::{Kind, Policy, ProcessError};
use kiban_model::tables::Condition;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

#[test]
fn every_policy_of_the_folder_is_valid() {
    let mut found = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|e| e == "toml")
            && (name.contains("anonymized") || name.contains("pseudonymized"))
        {
            let text = std::fs::read_to_string(&path).unwrap();
            let policy = Policy::parse(&text, &name, &|file| std::fs::read_to_string(folder().join(file)));
            let policy = policy.unwrap_or_else(|errors| panic!("{errors}"));
            assert_eq!(policy.kind() == Kind::Anonymized, name.contains("-anonymized"), "{name}");
            assert_eq!(policy.hash().len(), 64);
            found += 1;
        }
    }
    assert!(found >= 4);
}

#[test]
fn the_reference_page_is_the_codes() {
    let path = folder().join("README.md");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, reference_markdown()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == reference_markdown(),
        "policies/README.md drifted: UPDATE_REFERENCE=1 cargo test -p kiban-process"
    );
}

/// 1,200 people of two prefectures, with visits, common and rare diseases.
fn region() -> Hospital {
    let mut hospital = Hospital::default();
    for id in 0..1_200i64 {
        let year = 1930 + id % 80;
        let municipality = if id % 3 == 0 { "23101" } else { "22101" };
        hospital.person(
            id,
            if id % 2 == 0 { "M" } else { "F" },
            &format!("{year}-0{}-1{}", 1 + id % 9, id % 9),
            municipality,
        );
        hospital.visit(id, &format!("2020-0{}-1{}", 1 + id % 7, id % 10));
        hospital.observation(id, "収縮期血圧", &(100 + id % 130).to_string());
        hospital.observation(id, "担当医メモ", "自由記載");
        hospital.condition(
            id,
            if id == 7 { "E168" } else { "I10" },
            if id == 7 { "膵島細胞症" } else { "高血圧症" },
        );
    }
    hospital
}

#[test]
fn research_policies_make_products_that_hold() {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let policy = Policy::parse(&read("research-anonymized.toml"), "a.toml", &no_files).unwrap();
    let (product, processed) = run(&policy, &region(), "project", 1).unwrap();
    assert!(processed.risk.after.smallest >= 5 && processed.risk.before.smallest == 1);
    assert!(!product.column("observation", "text").contains(&"担当医メモ"));
    assert!(!product.column("condition", "text").iter().any(|name| name.contains("膵島")));
    for attack in &processed.risk.attacks {
        assert!(attack.success_after <= 0.2 && attack.success_after < attack.success_before, "{attack:?}");
    }
    let policy = Policy::parse(&read("research-pseudonymized.toml"), "p.toml", &no_files).unwrap();
    let (product, processed) = run(&policy, &region(), "project", 1).unwrap();
    assert_eq!(processed.persons_out, 1_200);
    assert!(product.column("condition", "text").contains(&"膵島細胞症"));
    assert!(product.column("visit", "provider_id").iter().all(|p| p.starts_with('P') && p.len() == 11));
}

/// Models, ceilings and all: the product holds, and the report says so for each of them.
#[test]
fn the_guarded_policy_makes_a_product_that_holds() {
    let text = std::fs::read_to_string(folder().join("guarded-anonymized.toml")).unwrap();
    let policy = Policy::parse(&text, "g.toml", &no_files).unwrap();
    let mut hospital = region();
    hospital.rows.retain(|(_, row)| row.table().name != "condition");
    for id in 0..1_200i64 {
        for code in [id * 7 + id / 80, id / 11 + id % 13] {
            hospital.condition(id, ["I10", "E11", "J45", "K29", "E168"][code as usize % 5], "");
        }
    }
    let (product, processed) =
        run(&policy, &hospital, "project", 1).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(processed.persons_out as usize, product.tables["person"].len());
    let found: Vec<_> =
        processed.risk.models.iter().map(|model| (model.after.unwrap(), &*model.required.en)).collect();
    assert!(found.len() == 6 && found[0].0 >= 5.0 && found[1].0 >= 2.0 && found[2].0 <= 0.6, "{found:?}");
    assert!(found[3].0 >= 10.0 && found[4].0 >= 5.0 && found[5].0 <= 0.5, "{found:?}");
    let attacks = &processed.risk.attacks;
    assert!(attacks.len() == 3 && attacks.iter().all(|a| a.interval_after.unwrap().1 <= a.ceiling.unwrap()));
}

/// Days since the diagnosis, bounds, groups, noise and a sample in one product.
#[test]
fn the_cohort_policy_makes_a_product_that_holds() {
    let text = std::fs::read_to_string(folder().join("cohort-anonymized.toml")).unwrap();
    let policy = Policy::parse(&text, "c.toml", &no_files).unwrap();
    let mut hospital = region();
    for id in 0..1_200i64 {
        let start = date(&format!("201{}-0{}-05", id % 10, 1 + id % 9));
        let icd10 = text_of(if id % 4 == 0 { "E119" } else { "E140" });
        hospital.add(id, Condition { icd10, start, ..Default::default() });
        hospital.observation(id, "HbA1c", &format!("{}.{}", 4 + id % 7, id % 10));
        hospital.observation(id, "BMI", &format!("{}.{}", 18 + id % 17, id % 10));
        hospital.observation(id, "体重", &format!("{}.5", 40 + id % 60));
    }
    let (product, processed) =
        run(&policy, &hospital, "project", 1).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(processed.persons_in, 1_200);
    assert!((200..=280).contains(&processed.persons_out), "{}", processed.persons_out);
    assert!(processed.risk.after.smallest >= 5 && processed.risk.suppressed <= processed.persons_out / 50);
    assert!(product.column("visit", "start").iter().all(|months| months.parse::<i32>().is_ok()));
    let mut people: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (row, item) in
        product.by_id("observation", "value").into_iter().zip(product.column("observation", "text"))
    {
        people.entry((item, row.1)).or_default().insert(row.0);
    }
    for ((item, value), people) in &people {
        assert!(*item != "BMI" || people.len() >= 5, "{value}");
        assert!(!value.ends_with("以上") && !value.ends_with("以下") || people.len() >= 10, "{value}");
    }
    assert_eq!(people.keys().filter(|(_, value)| value.ends_with("以上")).count(), 1);
}

#[test]
fn a_population_too_small_for_the_policy_is_told_what_would_help() {
    let policy = Policy::parse(
        &std::fs::read_to_string(folder().join("research-anonymized.toml")).unwrap(),
        "a.toml",
        &no_files,
    )
    .unwrap();
    let mut hospital = Hospital::default();
    for id in 0..12 {
        hospital.person(id, "F", &format!("{}-01-01", 1940 + 3 * id), "22101");
    }
    let error = run(&policy, &hospital, "project", 1).unwrap_err();
    let ProcessError::SuppressionLimit { suppressed, persons, ref steps, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((suppressed, persons), (12, 12));
    // Nothing coarser than ten years is left but to drop the birth date: then all twelve are one group.
    assert_eq!((steps[0].column, steps[0].suppressed, steps[0].enough), ("birth_date", 0, true));
    insta::assert_snapshot!(error.to_string());
}
