//! What a product is: who is in it, in which order, under which names, and what its report says.

use super::support::{Hospital, date, policy, run, run_with, text};
use crate::{Processed, Pseudonyms};
use kiban_model::tables::{Medication, Observation};

const ANONYMIZED: &str = r#"
kind = "anonymized"
[person]
sex.keep = true
birth_date.generalize = "year"
municipality.generalize = "prefecture"
[visit]
start.keep = true
[condition]
text.rare = { fewer_than = 2, then = "その他" }
[all.date]
shift = { per = "person", days = 30 }
[protect]
quasi_identifiers = ["sex", "birth_date", "municipality"]
k_anonymity = 2
suppression_limit = 0.4
"#;

/// Five women of 1970 in one prefecture, and one man, who is alone.
fn six() -> Hospital {
    let mut hospital = Hospital::default();
    for id in 1..=5 {
        hospital.person(id, "F", &format!("1970-0{id}-01"), if id < 3 { "22101" } else { "22130" });
        hospital.visit(id, &format!("2020-08-0{id}"));
        hospital.visit(id, &format!("2020-09-1{id}"));
        hospital.condition(id, "I10", "高血圧症");
    }
    hospital.person(6, "M", "1931-05-05", "22101");
    hospital.visit(6, "2020-08-03");
    hospital.condition(6, "I10", "高血圧症の男");
    hospital
}

// ANO-05
#[test]
fn who_is_alone_is_suppressed_in_every_table() {
    let (product, processed) = run(&policy(ANONYMIZED), &six(), "p", 1).unwrap();
    assert_eq!((processed.persons_in, processed.persons_out, processed.risk.suppressed), (6, 5, 1));
    assert_eq!(product.tables["person"].len(), 5);
    assert_eq!(product.tables["visit"].len(), 10);
    assert!(product.column("person", "sex").iter().all(|sex| *sex == "F"));
    let rows: Vec<_> = processed.rows.iter().map(|r| (r.table, r.rows_in, r.rows_out)).collect();
    assert_eq!(rows, [("person", 6, 5), ("visit", 11, 10), ("condition", 6, 5)]);
    assert_eq!(processed.risk.before.unique, 6);
    assert_eq!((processed.risk.after.smallest, &processed.risk.after.histogram), (5, &vec![(5, 5)]));
}

/// The expected success, worked out by hand on [`six`].
#[test]
fn attackers_succeed_as_often_as_the_formula_says() {
    let (_, processed) = run(&policy(ANONYMIZED), &six(), "p", 1).unwrap();
    let [neighbour, employer] = processed.risk.attacks.as_slice() else { panic!("two attackers") };
    // Before, all six are alone. After, five are one of five and one cannot be found: 5 × 1/5 ÷ 6.
    assert!(
        (neighbour.success_before - 1.0).abs() < 1e-12 && (neighbour.success_after - 1.0 / 6.0).abs() < 1e-12
    );
    assert!((employer.success_before - 1.0).abs() < 1e-12);
    // The visits lie within days of one another and the shifts within ±30: a few of five candidates drop out at most.
    assert!(employer.success_after >= 1.0 / 6.0 && employer.success_after < 0.5, "{employer:?}");
    assert_eq!((neighbour.targets, employer.targets), (6, 6));
}

#[test]
fn without_shift_the_known_visit_gives_everybody_away() {
    let kept = r#"
kind = "pseudonymized"
free_text = "held-back"
person.sex.keep = true
visit.start.keep = true
protect.quasi_identifiers = ["sex"]
"#;
    let (_, Processed { risk, .. }) = run(&policy(kept), &six(), "p", 1).unwrap();
    // The product shows sex and visits: five women share the first, each visit is one's own.
    assert!((risk.attacks[0].success_after - 2.0 / 6.0).abs() < 1e-12, "{:?}", risk.attacks[0]);
    assert!((risk.attacks[1].success_after - 1.0).abs() < 1e-12, "{:?}", risk.attacks[1]);
    assert_eq!((risk.k_required, risk.suppressed), (None, 0));
}

// PSE-06
#[test]
fn pseudonyms_and_shifts_are_stable_in_a_project_whatever_the_seed() {
    let policy = policy(ANONYMIZED);
    let mut pseudonyms = Pseudonyms::new("p");
    let (first, _) = run_with(&policy, &six(), &mut pseudonyms, 1).unwrap();
    assert_eq!(pseudonyms.additions().len(), 5, "the suppressed man has none");
    // What the vault kept, and a seventh person.
    let sealed: Vec<_> = pseudonyms.additions().to_vec();
    let mut pseudonyms = Pseudonyms::resume("p", sealed);
    let mut more = six();
    more.person(7, "F", "1970-12-01", "22101");
    more.visit(7, "2020-08-09");
    let (second, _) = run_with(&policy, &more, &mut pseudonyms, 99).unwrap();
    assert_eq!(pseudonyms.additions().iter().map(|(id, _)| *id).collect::<Vec<_>>(), [7]);
    let again = second.by_id("visit", "start");
    assert!(first.by_id("visit", "start").iter().all(|row| again.contains(row)));
    assert_eq!((first.tables["person"].len(), second.tables["person"].len()), (5, 6));
}

// PSE-06
#[test]
fn two_projects_share_neither_names_nor_order() {
    let policy = policy(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.birth_date.keep = true\nvisit.provider_id.pseudonym = true\n",
    );
    let mut hospital = Hospital::default();
    for id in 1..=40 {
        hospital.person(id, "F", &format!("{}-01-01", 1900 + id), "22101");
        hospital.visit(id, "2020-01-01");
    }
    let (one, _) = run(&policy, &hospital, "one", 1).unwrap();
    let (two, _) = run(&policy, &hospital, "two", 1).unwrap();
    assert!(one.column("person", "id").iter().all(|id| !two.column("person", "id").contains(id)));
    assert_ne!(one.column("person", "birth_date"), two.column("person", "birth_date"));
    assert_ne!(one.column("visit", "provider_id")[0], two.column("visit", "provider_id")[0]);
    assert!(one.column("person", "id").is_sorted());
}

#[test]
fn the_rows_of_a_person_stay_in_their_order() {
    let policy = policy("kind = \"pseudonymized\"\nfree_text = \"held-back\"\nvisit.start.keep = true\n");
    let mut hospital = Hospital { batch: 3, ..Hospital::default() };
    for id in 1..=4 {
        hospital.person(id, "F", "1970", "");
    }
    for day in 1..=9 {
        for id in 1..=4 {
            hospital.visit(id, &format!("2020-01-0{day}"));
        }
    }
    let (product, _) = run(&policy, &hospital, "p", 5).unwrap();
    for person in product.by_id("visit", "start").chunks(9) {
        assert!(
            person.is_sorted_by_key(|(_, start)| *start) && person.iter().all(|(id, _)| *id == person[0].0)
        );
    }
}

#[test]
fn value_number_and_comparator_never_contradict() {
    let policy = policy(
        r#"
kind = "pseudonymized"
free_text = "held-back"
[observation]
code.keep = true
value.keep = true
value_number.keep = true
comparator.keep = true
value_code.keep = true
"収縮期血圧".top_code = 200
"9A765".drop = true
"体重".keep = true
"#,
    );
    let mut hospital = Hospital::default();
    hospital.person(1, "F", "1970", "");
    let mut add = |code: &str, item: &str, value: &str, number: Option<f64>, comparator: &str| {
        hospital.add(
            1,
            Observation {
                code: text(code),
                text: text(item),
                value: text(value),
                value_number: number,
                comparator: text(comparator),
                value_code: text("c"),
                ..Default::default()
            },
        );
    };
    add("a", "収縮期血圧", "211", Some(211.0), "");
    add("b", "収縮期血圧", "120", Some(120.0), "");
    add("c", "収縮期血圧", "300", Some(300.0), ">");
    add("d", "収縮期血圧", "100", Some(100.0), ">");
    add("e", "収縮期血圧", "120", Some(240.0), "");
    add("f", "収縮期血圧", "", Some(240.0), "");
    add("g", "体重", "53.4", Some(53.4), "");
    add("9A765", "拡張期血圧", "80", Some(80.0), "");
    add("9A765", "収縮期血圧", "80", Some(80.0), "");
    add("h", "脈拍", "80", Some(80.0), "");
    add("i", "収縮期血圧", "211以上か", Some(211.0), "");
    let (product, processed) = run(&policy, &hospital, "p", 1).unwrap();
    let rows: Vec<String> = product.tables["observation"].iter().map(|row| row[1..].join("|")).collect();
    assert_eq!(
        rows,
        [
            "a|201以上|||",
            "b|120|120||",
            "c|201以上|||",
            "d|100|100|>|",
            "e||||",
            "f|201以上|||",
            "g|53.4|53.4||c",
            "i||||",
        ]
    );
    let value = processed.columns.iter().find(|c| c.column == "value").unwrap();
    assert_eq!((value.emptied, value.dropped), (2, false));
    assert!(processed.remarks.iter().any(|r| r.en.contains("items the policy does not name")));
}

#[test]
fn unnamed_columns_never_appear_and_the_report_says_so() {
    let (product, processed) = run(&policy(ANONYMIZED), &six(), "p", 1).unwrap();
    assert_eq!(product.headers["person"], ["id", "sex", "birth_date", "municipality"]);
    assert_eq!(product.headers["visit"], ["id", "start"]);
    assert!(!product.headers.contains_key("observation"));
    let change = |table: &str, column: &str| {
        processed.columns.iter().find(|c| c.table == table && c.column == column).unwrap().clone()
    };
    let class = change("visit", "class");
    assert!(class.dropped && class.after.filled == 0);
    assert_eq!(class.before.filled, 0, "what does not leave is not even read");
    let birth = change("person", "birth_date");
    assert_eq!((birth.changed, birth.emptied, birth.before.distinct, birth.after.distinct), (5, 0, 6, 1));
    assert_eq!(birth.treatment.ja, "年に一般化");
}

#[test]
fn numbers_stay_numbers_and_empty_tables_keep_their_columns() {
    let policy = policy(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nmedication.days.keep = true\ndeath.date.keep = true\n",
    );
    let mut hospital = Hospital::default();
    hospital.person(1, "F", "1970", "");
    hospital.add(1, Medication { days: Some(14.0), start: date("2020-01-01"), ..Default::default() });
    let (product, _) = run(&policy, &hospital, "p", 1).unwrap();
    assert_eq!(product.column("medication", "days"), ["14"]);
    assert_eq!(
        (product.headers["death"].as_slice(), product.tables["death"].len()),
        (["id", "date"].as_slice(), 0)
    );
    let (nobody, processed) = run(&policy, &Hospital::default(), "p", 1).unwrap();
    assert_eq!((processed.persons_in, nobody.tables["medication"].len()), (0, 0));
}
