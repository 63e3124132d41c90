//! Every example of the reference page, through the real parser and the real treatment of rows.

use super::{ALL, Example};
use crate::tests::support::{Hospital, no_files, run, text};
use crate::{Policy, Subject, keys::Keys, tests::support::SECRET};
use kiban_model::tables::{Condition, Observation, Person, Visit};
use kiban_model::{DateAsGiven, Row};

/// A project in which person 1 is shifted by −5 of 30 days, so that the page shows the dates of the Act's example.
const PROJECT: &str = "reference";

fn seed() -> u64 {
    let keys = Keys::new(&SECRET, PROJECT);
    let shift = |seed: &u64| Subject::shifted(keys.shift_key(*seed, 1), &keys).shift(30);
    (0..).find(|seed| shift(seed) == -5).unwrap()
}

fn row(section: &str, value: &str) -> Row {
    let value = text(value);
    let date = value.as_deref().and_then(|v| DateAsGiven::parse_iso(v).ok());
    match section {
        "person.birth_date" => Person { birth_date: date, ..Default::default() }.into(),
        "person.sex" => Person { sex: value, ..Default::default() }.into(),
        "person.municipality" => Person { municipality: value, ..Default::default() }.into(),
        "person.prefecture" => Person { prefecture: value, ..Default::default() }.into(),
        "visit.start" => Visit { start: date, ..Default::default() }.into(),
        "visit.ward" => Visit { ward: value, ..Default::default() }.into(),
        "visit.department" => Visit { department: value, ..Default::default() }.into(),
        "observation.value" => Observation { value, text: text("検査"), ..Default::default() }.into(),
        item => {
            let name = item.trim_start_matches("observation.").trim_matches('"');
            Observation { text: text(name), value, ..Default::default() }.into()
        }
    }
}

fn shown(example: &Example, value: &str) -> String {
    let (table, column) = example.section.split_once('.').unwrap();
    let is_item = column.starts_with('"');
    let value_section = if is_item { "[observation.value]\nkeep = true\n" } else { "" };
    // A second table keeps the policy from releasing nothing when the example drops its column.
    let other = if table == "person" { "visit.class" } else { "person.sex" };
    let index = if example.line.contains("relative") {
        "[index]\nof = \"condition.start\"\nwhich = \"first\"\nwithout = \"empty\"\n"
    } else {
        ""
    };
    let policy = format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\n{index}[{other}]\nkeep = true\n{value_section}[{}]\n{}\n",
        example.section, example.line
    );
    let policy =
        Policy::parse(&policy, "example.toml", &no_files).unwrap_or_else(|errors| panic!("{errors}"));
    let mut hospital = Hospital::default();
    hospital.add(1, row(example.section, value));
    hospital.add(1, Condition { start: DateAsGiven::parse_iso("2020-07-01").ok(), ..Default::default() });
    if table != "person" {
        hospital.add(1, Person::default());
    }
    let (product, _) = run(&policy, &hospital, PROJECT, seed()).unwrap();
    let column = if is_item { "value" } else { column };
    if product.headers.get(table).is_some_and(|header| header.contains(&column)) {
        product.column(table, column).first().unwrap().to_string()
    } else {
        String::new()
    }
}

#[test]
fn every_example_of_the_reference_page_holds() {
    let mut cases = 0;
    for transform in ALL {
        for example in transform.examples() {
            for (before, after) in example.cases {
                assert_eq!(
                    shown(example, before),
                    *after,
                    "[{}] {}: {before}",
                    example.section,
                    example.line
                );
                cases += 1;
            }
        }
    }
    assert!(cases > 40);
}

/// The engine treats a day once, whatever the time: no treatment may look at it.
#[test]
fn nothing_depends_on_the_time_of_day() {
    let mut seen = 0;
    for example in ALL.iter().flat_map(|transform| transform.examples()) {
        if matches!(example.section, "visit.start" | "person.birth_date") {
            let [morning, night] = ["09:05", "23:59"]
                .map(|time| shown(example, &format!("2020-08-03T{time}")).replace(time, ""));
            assert_eq!(morning, night, "[{}] {}", example.section, example.line);
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn words_are_unique_and_explained_in_both_languages() {
    let mut names: Vec<&str> = ALL.iter().map(|t| t.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
    assert!(ALL.iter().all(|t| !t.doc().ja.is_empty() && !t.doc().en.is_empty() && !t.japanese().is_empty()));
}
