//! `kiban anonymize table` as a data engineer runs it: no operator's folder, one command, an answer for machines.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::process::{Command, Output};

const POLICY: &str = "separator = ';'
[columns]
age = 'quasi-identifier'
sex = 'quasi-identifier'
note = 'keep'
[protect]
k_anonymity = 3
suppression_limit = 0.2
";

fn prepare(folder: &Path) {
    std::fs::write(folder.join("policy.toml"), POLICY).unwrap();
    std::fs::write(
        folder.join("in.csv"),
        "id;age;sex;note\n1;34;F;a\n2;35;F;b\n3;34;M;c\n4;34;F;d\n5;35;F;e\n",
    )
    .unwrap();
    std::fs::create_dir(folder.join("h")).unwrap();
    std::fs::write(folder.join("h/age.csv"), "34;30-39;*\n35;30-39;*\n").unwrap();
    std::fs::write(folder.join("h/sex.csv"), "F;*\nM;*\n").unwrap();
}

fn anonymize(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kiban"))
        .current_dir(folder)
        .args([
            "anonymize",
            "table",
            "in.csv",
            "--policy",
            "policy.toml",
            "--out",
            "out.csv",
            "--hierarchies",
            "h",
        ])
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn a_table_is_generalised_and_machines_are_told_how() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let output = anonymize(folder.path(), &["--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["rows"], &told["suppressed"], &told["optimal"]), (&5.into(), &1.into(), &true.into()));
    assert_eq!((&told["columns"][0]["level"], &told["dropped"][0]), (&1.into(), &"id".into()));
    let stages: Vec<&str> = (0..4).map(|at| told["stages"][at]["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["read", "search", "write", "verify"]);
    let product = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert_eq!(product, "age;sex;note\n30-39;F;a\n30-39;F;b\n*;*;c\n30-39;F;d\n30-39;F;e\n");
}

#[test]
fn k_and_limit_of_the_command_line_hold_instead_of_the_policys() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let output = anonymize(folder.path(), &["--k", "2", "--suppression-limit", "0", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["k"], &told["limit"], &told["suppressed"]), (&2.into(), &0.into(), &0.into()));
    assert_eq!(anonymize(folder.path(), &["--k", "1"]).status.code(), Some(2));
    assert_eq!(anonymize(folder.path(), &["--suppression-limit", "2"]).status.code(), Some(2));
}

#[test]
fn people_are_told_in_japanese_first_and_in_english_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let words = |more| String::from_utf8(anonymize(folder.path(), more).stdout).unwrap();
    assert!(words(&[]).starts_with("匿名加工: 5 行, k = 3"));
    assert!(words(&["--lang", "en"]).starts_with("anonymized: 5 rows, k = 3"));
    let refused = |more: &[&str]| String::from_utf8(anonymize(folder.path(), more).stderr).unwrap();
    assert!(refused(&["--k", "9"]).contains("k = 9 より少ない"));
    assert!(refused(&["--k", "9", "--lang", "en"]).contains("fewer than k = 9"));
    assert!(folder.path().join("out.csv").exists(), "the product of before stands");
    assert!(!folder.path().join("out.csv.part").exists());
}
