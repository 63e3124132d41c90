//! Rare codes in whole runs: what rolls up, what stays, and that nothing beside the code tells.

use crate::tests::support::{Hospital, policy, run, text};
use kiban_model::tables::{Condition, Medication, Observation, Person};

const POLICY: &str = r#"
kind = "pseudonymized"
free_text = "held-back"
[condition]
code.rare = { fewer_than = 3, roll_up = "icd10", then = "その他" }
code_system.keep = true
text.keep = true
icd10.keep = true
other_codes.keep = true
modifiers.keep = true
"#;

fn rows(conditions: &[(i64, &str, &str)]) -> Vec<Vec<String>> {
    let mut hospital = Hospital::default();
    for id in 1..=20 {
        hospital.add(id, Person::default());
    }
    for (id, icd10, name) in conditions {
        hospital.add(
            *id,
            Condition {
                code: text("L-1"),
                code_system: text("local"),
                text: text(name),
                icd10: text(icd10),
                other_codes: text("[{\"code\":\"rare\"}]"),
                modifiers: text("8002"),
                ..Default::default()
            },
        );
    }
    let (product, _) = run(&policy(POLICY), &hospital, "p", 1).unwrap();
    let mut rows: Vec<Vec<String>> =
        product.tables["condition"].iter().map(|row| row[1..].to_vec()).collect();
    rows.sort();
    rows.dedup();
    rows
}

// ANO-04
#[test]
fn what_few_people_have_is_rolled_up_until_enough_share_it() {
    // Three people with E16.x, each another: together they have the category.
    let rolled = rows(&[(1, "E160", "甲"), (2, "E161", "乙"), (3, "E168", "丙")]);
    assert_eq!(rolled, [["E16", "ICD-10", "E16", "E16", "", ""]]);
    // Three in one chapter only.
    let chapter = rows(&[(1, "E160", "甲"), (2, "E20", "乙"), (3, "E55", "丙")]);
    assert_eq!(chapter, [["E00-E90", "ICD-10", "第IV章 内分泌，栄養及び代謝疾患", "E00-E90", "", ""]]);
    // A code that cannot be read, and a chapter of one.
    let last = rows(&[(1, "", "甲"), (2, "I10", "乙")]);
    assert_eq!(last, [["その他", "", "その他", "その他", "", ""]]);
}

/// Codes of a system, of one person each; what the product shows.
fn drugs(roll_up: &str, then: &str, codes: &[(&str, &str)]) -> Vec<Vec<String>> {
    let policy = policy(&format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\n[medication]\ncode.keep = true\ncode_system.keep = true\n\
         text.rare = {{ fewer_than = 2, roll_up = \"{roll_up}\", then = \"{then}\" }}\n"
    ));
    let mut hospital = Hospital::default();
    for ((code, name), id) in codes.iter().zip(1..) {
        hospital.add(id, Person::default());
        let (code, text) = (text(code), text(name));
        hospital.add(id, Medication { code, code_system: Some("ATC".into()), text, ..Default::default() });
    }
    let (product, _) = run(&policy, &hospital, "p", 1).unwrap();
    let mut rows: Vec<Vec<String>> =
        product.tables["medication"].iter().map(|row| row[1..].to_vec()).collect();
    rows.sort();
    rows
}

// ANO-04
#[test]
fn drugs_climb_the_levels_of_atc_and_the_last_of_them_is_emptied() {
    let rows = drugs(
        "atc",
        "",
        &[("C09AA05", "甲"), ("C09AA02", "乙"), ("C10AA01", "丙"), ("C03CA01", "丁"), ("N02BE01", "戊")],
    );
    assert_eq!(
        rows,
        [
            ["", "", ""],
            ["C", "ATC", "C"],
            ["C", "ATC", "C"],
            ["C09AA", "ATC", "C09AA"],
            ["C09AA", "ATC", "C09AA"]
        ]
    );
    // A rule that reads YJ codes reads no ATC code.
    assert_eq!(drugs("yj", "その他", &[("C09AA05", "甲")]), [["その他", "", "その他"]]);
}

#[test]
fn which_of_two_hidden_codes_comes_first_does_not_matter() {
    let policy = policy(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\n[observation]\n\
         text.rare = { fewer_than = 3, roll_up = \"jlac10\", then = \"その他\" }\n",
    );
    let names = |order: [usize; 3]| {
        let mut hospital = Hospital::default();
        for id in 1..=3 {
            hospital.add(id, Person::default());
        }
        let codes = [("3D046000001920402", "甲"), ("3D045000001920402", "甲"), ("3D010000001926101", "乙")];
        for at in order {
            let (code, name) = codes[at];
            let (code, text, code_system) = (text(code), text(name), Some("JLAC10".into()));
            hospital.add(at as i64 + 1, Observation { code, code_system, text, ..Default::default() });
        }
        let (product, _) = run(&policy, &hospital, "p", 1).unwrap();
        let mut names: Vec<String> =
            product.column("observation", "text").iter().map(|n| (*n).to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names([0, 1, 2]), ["3D", "3D", "3D"]);
    assert_eq!(names([0, 1, 2]), names([2, 1, 0]));
}

#[test]
fn one_person_with_many_rows_is_one_person() {
    let rows = rows(&[(1, "E160", "甲"), (1, "E160", "甲"), (1, "E160", "甲"), (1, "E160", "甲")]);
    assert_eq!(rows, [["その他", "", "その他", "その他", "", ""]]);
}

#[test]
fn a_rolled_up_row_does_not_hide_among_rows_that_stayed() {
    // E16 as given is common; the one E168 is alone even at E16, because no other row fell there.
    let rows = rows(&[(1, "E16", "甲"), (2, "E16", "甲"), (3, "E16", "甲"), (4, "E168", "丙")]);
    assert_eq!(rows[0][..3], ["L-1", "local", "甲"]);
    assert_eq!(rows[1][..3], ["その他", "", "その他"]);
}

#[test]
fn a_rare_name_beside_a_common_code_does_not_leak() {
    let rows = rows(&[
        (1, "I10", "高血圧症"),
        (2, "I10", "高血圧症"),
        (3, "I10", "高血圧症"),
        (4, "I10", "家族性某症候群"),
    ]);
    assert!(!rows.iter().flatten().any(|cell| cell.contains("某症候群")), "{rows:?}");
    assert!(rows.iter().any(|row| row[2] == "高血圧症"));
}
