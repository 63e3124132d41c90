//! `kiban link table` as a data engineer runs it: no operator's folder, one command, an answer for machines.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

const SCHEMA: &str = "record_id = 'id'\n[columns]\nname = 'name'\nborn = 'birth_date'\nphone = 'phone'\n";

fn text(values: [&str; 4]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn prepare(folder: &Path) {
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int32Array::from(vec![11, 12, 13, 14])) as ArrayRef),
        ("name", text(["外村　穣", "髙橋　さより", "外村　穣", "高橋さより"])),
        ("born", text(["1988-11-30", "平成13年6月15日", "S63.11.30", "20010615"])),
        ("phone", text(["080-4445-5666", "0707778899", "08044455666", "０７０７７７８８９９"])),
    ])
    .unwrap();
    let file = File::create(folder.join("in.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    std::fs::write(folder.join("schema.toml"), SCHEMA).unwrap();
}

fn link(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kiban"))
        .current_dir(folder)
        .args(["link", "table", "in.parquet", "--schema", "schema.toml", "--out", "out.parquet"])
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn a_raw_table_becomes_persons_and_machines_are_told_how() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let output = link(folder.path(), &["--json", "--pairs", "pairs.parquet", "--explain", "why.parquet"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["records"], &told["persons"]), (&4.into(), &2.into()));
    assert!(told["pairs_compared"].as_u64().unwrap() >= 2);
    assert_eq!(told["stages"][0]["stage"], "read");
    for file in ["out.parquet", "pairs.parquet", "why.parquet"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}

#[test]
fn people_are_told_in_japanese_first_and_in_english_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let words = |more| String::from_utf8(link(folder.path(), more).stdout).unwrap();
    assert!(words(&[]).starts_with("名寄せ: 4 件 → 2 人"));
    assert!(words(&["--lang", "en"]).starts_with("linkage: 4 records → 2 persons"));
}

#[test]
fn a_mistake_is_told_without_a_value_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    std::fs::write(folder.path().join("schema.toml"), SCHEMA.replace("born", "bron")).unwrap();
    let output = link(folder.path(), &[]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("bron") && told.contains("born") && !told.contains("外村"), "{told}");
    assert!(!folder.path().join("out.parquet").exists());
    assert_eq!(link(folder.path(), &["--link-above", "7"]).status.code(), Some(2));
}
