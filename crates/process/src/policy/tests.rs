//! Refusals with their places, all at once, in both languages; and what a good policy comes to.

use crate::policy::{DateStyle, IdFormat, UnnamedItems};
use crate::tests::support::{no_files, policy};
use crate::{Kind, Policy};
use sha2::{Digest, Sha256};

fn errors(text: &str) -> String {
    let errors = Policy::parse(text, "bad.toml", &no_files).unwrap_err();
    format!("{errors}\n---\n{}", errors.japanese())
}

#[test]
fn misspellings_and_wrong_kinds_are_told_all_at_once() {
    insta::assert_snapshot!(errors(
        r#"kind = "anonimized"
[persn.sex]
keep = true
[person.birthdate]
keep = true
[person.birth_date]
generalise = "month"
[person.sex]
generalize = "month"
[person.municipality]
generalize = "prefectur"
[visit.start]
shift = { per = "person", days = 0 }
[visit.ward]
keep = true
drop = true
[visit.class]
[observation.vlaue]
keep = true
[observation."体重"]
band = { width = -5 }
[observation."脈拍"]
top_code = "200"
[condition.code]
rare = { fewer_than = 10, roll_up = "yj" }
[visit.department]
hierarchy = { file = "nowhere.csv", level = 1 }
[protect]
quasi_identifiers = ["sex", "age"]
k_anonymity = 1
suppression_limit = 2
"#
    ));
}

#[test]
fn what_never_leaves_and_what_would_leak_is_refused() {
    insta::assert_snapshot!(errors(
        r#"kind = "pseudonymized"
[person.subject_id]
keep = true
[visit.provider_id]
keep = true
[visit.delivery_id]
pseudonym = true
[visit.extra]
keep = true
[document.body]
keep = true
[claim.provider_id]
relabel = { "hospital-a" = "A" }
[claim.admission]
shift = { per = "person", days = 30 }
[claim.month]
shift = { per = "person", days = 10 }
[person.person_id]
keep = true
[observation.value]
top_code = 200
[observation.value_number]
keep = true
[condition.code]
rare = { fewer_than = 10, then = "その他" }
[condition.text]
relabel = { "*" = "病気" }
[medication.code]
hierarchy = { file = "departments.csv", level = 1 }
[medication.text]
keep = true
"#
    ));
}

// ANO-05, ANO-06
#[test]
fn anonymized_data_asks_for_more() {
    insta::assert_snapshot!(errors(
        r#"kind = "anonymized"
[person.sex]
keep = true
[person.municipality]
generalize = "prefecture"
[visit.start]
keep = true
[visit.end]
generalize = "day"
[visit.provider_id]
pseudonym = true
[observation.text]
keep = true
[observation."体重"]
keep = true
[protect]
quasi_identifiers = ["sex"]
"#
    ));
}

#[test]
fn kinds_that_are_not_there_yet_and_broken_toml() {
    insta::assert_snapshot!(format!(
        "{}\n\n{}\n\n{}\n\n{}",
        errors("kind = \"linkable\"\n"),
        errors("[person.sex]\nkeep = true\n"),
        errors("kind = \"pseudonymized\nfree_text = 1"),
        errors("kind = \"pseudonymized\"\nfree_text = \"held-back\"\n[person.sex]\ndrop = true\n"),
    ));
}

#[test]
fn bad_hierarchies_are_told_by_line() {
    for (table, told) in [
        ("a,x\na,y\n", "line 2 of the hierarchy: one class belongs to two coarser classes"),
        ("a,x\nb,x,z\n", "line 2 of the hierarchy: another number of columns"),
        ("a,x,1\nb,x,2\n", "line 2 of the hierarchy: one class belongs"),
        ("a,x\na,x\n", "line 2 of the hierarchy: the same value twice"),
        ("# nothing\n", "line 1 of the hierarchy: no rows"),
    ] {
        let text = "kind = \"pseudonymized\"\nfree_text = \"held-back\"\n[visit.department]\nhierarchy = { file = \"h.csv\", level = 1 }\n";
        let errors = Policy::parse(text, "p.toml", &|_| Ok(table.to_owned())).unwrap_err();
        assert!(errors.to_string().contains(told), "{errors}");
        assert_eq!((errors.errors[0].line, errors.errors[0].column), (4, 22));
    }
}

#[test]
fn a_good_policy_says_what_it_does() {
    let text = r#"
kind = "anonymized"
title = "試験"
[person]
id = { prefix = "K-", digits = 6 }
sex.keep = true
birth_date.generalize = "year"
[visit]
start.keep = true
class.drop = true
department.hierarchy = { file = "departments.csv", level = 1 }
[all.date]
shift = { per = "person", days = 14 }
generalize = "month"
[observation.value]
keep = true
[observation."体重"]
bottom_code = 30
band = { width = 5 }
top_code = 120
[protect]
quasi_identifiers = ["person.sex", "birth_date"]
k_anonymity = 5
suppression_limit = 0.02
[output]
date_style = "slash"
"#;
    let policy = policy(text);
    assert_eq!(
        (policy.kind(), policy.title(), policy.date_style()),
        (Kind::Anonymized, Some("試験"), DateStyle::Slash)
    );
    assert_eq!(policy.id(), &IdFormat::Numbered { prefix: "K-".into(), digits: 6 });
    let hex: String = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(policy.hash(), hex);
    assert_eq!(policy.hierarchies()[0].0, "departments.csv");
    let words =
        |table: &str, column: &str| policy.table(table).unwrap().column(column).unwrap().pipeline.words().ja;
    assert_eq!(words("visit", "start"), "本人ごとに同じ日数(±14日以内)ずらす、月に一般化");
    assert_eq!(words("person", "birth_date"), "年に一般化", "its own treatment, not [all.date]");
    assert!(!policy.table("visit").unwrap().releases("class") && policy.table("condition").is_none());
    let observation = policy.table("observation").unwrap();
    assert_eq!(observation.unnamed_items, UnnamedItems::Drop);
    // In the order of treatments, not of the file.
    assert_eq!(
        observation.items[0].pipeline.words().ja,
        "30を下回る値をまとめる、120を超える値をまとめる、幅5の区間にする"
    );
}

/// A policy in which every column that a model's example names leaves.
fn with(line: &str) -> String {
    format!(
        r#"kind = "pseudonymized"
free_text = "held-back"
[person]
sex.keep = true
birth_date.generalize = "year"
municipality.keep = true
[visit]
start.keep = true
[condition]
code.rare = {{ fewer_than = 3, roll_up = "icd10", then = "その他" }}
text.keep = true
[protect]
quasi_identifiers = ["sex", "birth_date", "municipality"]
{line}
"#
    )
}

#[test]
fn every_example_of_a_model_is_a_policy() {
    for word in crate::models::WORDS {
        let protect = with(word.example);
        assert!(word.example.contains(&format!("{} = ", word.name)), "{}", word.name);
        policy(&protect);
    }
}

// ANO-05
#[test]
fn what_a_model_cannot_look_at_is_told_by_line() {
    insta::assert_snapshot!(errors(&with(
        r#"l_diversity = [
    { of = "condition.cod", distinct = 2 },
    { of = "conditions.code", distinct = 2 },
    { of = "condition.outcome", distinct = 1 },
    { of = "person.sex", entropy = 0.5 },
    { of = "condition.code" },
    { of = "condition.code", recursive = { c = 2 } },
    { of = "observation.value", distinct = 2 },
    { of = "condition.text", distinct = 2 },
]
t_closeness = { of = "condition.code", t = 1.5, distance = "tree" }
km_anonymity = { of = ["visit.start", "condition.code", "condition.code"], m = 4, k = 5 }
highest_risk = { prosecutor = "low", marketer = 0.1 }
delta_presence = { at_least = 0.5, at_most = 0.1 }
small_providers = { fewer_than = 10, then = "その他" }
k_map = 5
average_risk = { prosecutor = 0.1, marketer = 2 }
population_uniqueness = { by = "pittman", at_most = 0.1 }
attack = { insurer = 0.1, neighbor = 0.1 }
trajectories = { of = ["visit.class", "death.date"], events = 3, at_most = 0.1 }
"#
    )));
}

// Bounds that cannot be, and words that say too little or too much, each at its line with a hint.
#[test]
fn bounds_that_cannot_be_are_told_by_line() {
    insta::assert_snapshot!(errors(
        r#"kind = "pseudonymized"
free_text = "held-back"
[observation]
value.keep = true
"収縮期血圧".top_code = { quantile = 0.2 }
"拡張期血圧".bottom_code = { quantile = 1.5, at_least = 1 }
"脈拍" = { bottom_code = 120, top_code = 80 }
"体重".noise = { scale = 0.01, step = 0.5 }
"身長".noise = { kind = "gaussian", epsilon = 1, sensitivity = 1, step = 0.5 }
"腹囲".noise = { scale = 2, step = -1, clamp = [90, 40] }
"体温".microaggregate = { at_least = 1, show = "modus" }
[visit]
ward.mask = { mark = "x" }
department.mask = { first = 1, mark = "x", length = 0 }
start.microaggregate = { at_least = 5, show = "median" }
end.shift = { per = "person", days = 5, weekday = true }
class.noise = { scale = 1, step = 1 }
[person]
birth_date.relative = "days"
municipality.generalize = { population = "departments.csv", at_least = 100 }
[all.text]
shift = { per = "person", days = 30 }
[all.code]
drop = true
[protect]
suppress = "cell"
sample = 0
"#
    ));
}

#[test]
fn a_rule_over_all_columns_of_a_kind_treats_those_that_are_kept() {
    let policy = policy(
        r#"
kind = "pseudonymized"
free_text = "held-back"
[medication]
text.keep = true
days.keep = true
quantity_number.band = { width = 100 }
start.keep = true
[observation]
value.keep = true
unit.keep = true
[all.text]
drop = true
[all.number]
top_code = 90
[all.date]
generalize = "quarter"
"#,
    );
    let words =
        |table: &str, column: &str| policy.table(table).unwrap().column(column).unwrap().pipeline.words().en;
    assert_eq!(words("medication", "days"), "values above 90 in one class");
    assert_eq!(words("medication", "quantity_number"), "intervals of 100", "its own treatment");
    assert_eq!(words("medication", "start"), "generalised to the quarter");
    assert!(!policy.table("medication").unwrap().releases("text"));
    assert!(!policy.table("observation").unwrap().releases("unit"));
    assert_eq!(words("observation", "value"), "kept as it is", "item by item");
}
