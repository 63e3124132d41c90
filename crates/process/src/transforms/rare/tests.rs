//! Rare codes in whole runs: what rolls up, what stays, and that nothing beside the code tells.

use crate::tests::support::{Hospital, policy, run, text};
use kiban_model::tables::{Condition, Person};

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
