use super::*;
use crate::{Audience, fixture};
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use kiban_model::report::Bilingual;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn spec() -> PackageSpec {
    let party = |id: &str, ja: &str, en: &str| Party { id: id.into(), name: Bilingual::new(ja, en) };
    PackageSpec {
        title: Bilingual::new("膵疾患の治療経過", "Courses of pancreatic disease"),
        operator: party("op-1", "架空認定事業者", "Fictional operator"),
        recipient: party("user-7", "架空大学", "Fictional university"),
        terms: Bilingual::new("契約 2026-03", "contract 2026-03"),
        software: "kiban 0.1.0".into(),
        audience: Audience::Committee,
    }
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("sex", DataType::Utf8, true),
        Field::new("weight", DataType::Float64, true),
        Field::new("smoker", DataType::Boolean, true),
    ]))
}

fn description(name: &str) -> TableDescription {
    let column = |name: &str, japanese: &str| ColumnDescription {
        name: name.into(),
        japanese: japanese.into(),
        doc: "Meaning | with a bar".into(),
        treatment: Bilingual::new("そのまま", "kept"),
    };
    let columns =
        vec![column("id", "番号"), column("sex", "性別"), column("weight", "体重"), column("smoker", "喫煙")];
    TableDescription {
        name: name.into(), japanese: "本人".into(), doc: "One row a person.".into(), columns
    }
}

fn batch() -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, 2, 3])),
        Arc::new(StringArray::from(vec![Some("女"), None, Some("a,\"b\"\nc")])),
        Arc::new(Float64Array::from(vec![Some(53.4), Some(1e21), None])),
        Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

fn lineage() -> Lineage {
    let delivery = DeliveryLineage {
        label: "提供 1".into(),
        receipt_sha256: Some("ab".repeat(32)),
        formats: vec!["ss-mix2".into()],
        records: 42_525,
    };
    Lineage { deliveries: vec![delivery] }
}

/// Writes the fixture; `cuts` says how the rows are cut into batches.
fn build(dir: &Path, spec: PackageSpec, cuts: &[usize]) -> PackageSummary {
    let mut writer = PackageWriter::create(dir, spec).unwrap();
    writer.table(&description("person"), &schema()).unwrap();
    let (all, mut at) = (batch(), 0);
    for cut in cuts {
        writer.write("person", &all.slice(at, *cut)).unwrap();
        at += cut;
    }
    writer.finish(&fixture::report(), fixture::POLICY, &lineage()).unwrap()
}

fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = |dir: &Path| {
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect::<Vec<_>>()
    };
    let all = files(dir).into_iter().chain(files(&dir.join("data")));
    all.map(|p| (p.strip_prefix(dir).unwrap().to_str().unwrap().to_owned(), fs::read(&p).unwrap())).collect()
}

#[test]
fn a_package_holds_what_it_lists_and_the_same_inputs_give_the_same_bytes() {
    let temp = TempDir::new().unwrap();
    let one = build(&temp.path().join("one"), spec(), &[3]);
    let two = build(&temp.path().join("two"), spec(), &[1, 2]);
    let (first, second) = (contents(&one.path), contents(&two.path));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (path, bytes) in &first {
        assert_eq!(bytes, &second[path], "{path} differs between two runs");
    }
    assert_eq!(one.digest, two.digest);
    let expected = [
        "README.md",
        "SHA256SUMS",
        "data/person.csv",
        "data/person.parquet",
        "dictionary.csv",
        "dictionary.md",
        "policy.toml",
        "report.html",
        "report.json",
        "ro-crate-metadata.json",
    ];
    assert_eq!(first.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    let verified = verify(&one.path).unwrap();
    assert_eq!((verified.files, verified.digest), (9, one.digest));
    assert_eq!(one.rows, [("person".to_owned(), 3)]);
    let names: Vec<_> = fs::read_dir(temp.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing unfinished is left: {names:?}");
}

#[test]
fn a_table_that_no_spreadsheet_opens_is_parquet_alone_however_it_is_cut() {
    let temp = TempDir::new().unwrap();
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
    let description =
        TableDescription { columns: vec![description("x").columns.remove(0)], ..description("visit") };
    let write = |name: &str, rows: i64, cut: usize| {
        let mut writer = PackageWriter::create(&temp.path().join(name), spec()).unwrap();
        writer.table(&description, &schema).unwrap();
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        let all = RecordBatch::try_new(Arc::clone(&schema), vec![ids]).unwrap();
        for at in (0..all.num_rows()).step_by(cut) {
            writer.write("visit", &all.slice(at, cut.min(all.num_rows() - at))).unwrap();
        }
        writer.finish(&fixture::report(), fixture::POLICY, &lineage()).unwrap()
    };
    let most = (1 << 20) - 1;
    assert!(contents(&write("most", most, 65_536).path).contains_key("data/visit.csv"));
    let (one, two) = (write("one", most + 1, 65_536), write("two", most + 1, 99_991));
    assert_eq!(one.digest, two.digest);
    let files = contents(&one.path);
    assert!(!files.contains_key("data/visit.csv") && files.contains_key("data/visit.parquet"));
    let readme = String::from_utf8(files["README.md"].clone()).unwrap();
    assert!(readme.contains("data/visit.parquet") && !readme.contains("data/visit.csv"));
    verify(&one.path).unwrap();
}

#[test]
fn parquet_and_csv_say_the_same_and_nothing_of_when_or_where() {
    let temp = TempDir::new().unwrap();
    let package = build(&temp.path().join("p"), spec(), &[2, 1]).path;
    let csv = fs::read_to_string(package.join("data/person.csv")).unwrap();
    assert_eq!(
        csv,
        "id,sex,weight,smoker\r\n1,女,53.4,true\r\n2,,1000000000000000000000,\r\n3,\"a,\"\"b\"\"\nc\",,false\r\n"
    );
    let file = fs::File::open(package.join("data/person.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.metadata().file_metadata().key_value_metadata(), None);
    let created_by = reader.metadata().file_metadata().created_by().unwrap().to_owned();
    assert_eq!(created_by, concat!("kiban-provide ", env!("CARGO_PKG_VERSION")));
    let rows: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, [batch()]);
}

#[test]
fn a_half_written_package_never_looks_finished_and_leaves_nothing() {
    let temp = TempDir::new().unwrap();
    let dir = temp.path().join("p");
    let mut writer = PackageWriter::create(&dir, spec()).unwrap();
    writer.table(&description("person"), &schema()).unwrap();
    writer.write("person", &batch()).unwrap();
    assert!(!dir.exists());
    assert!(matches!(PackageWriter::create(&dir, spec()), Err(Error::Unfinished(_))));
    drop(writer);
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);

    let writer = PackageWriter::create(&dir, spec()).unwrap();
    let wrong = writer.finish(&fixture::report(), "kind = \"other\"\n", &lineage());
    assert!(matches!(wrong, Err(Error::Policy)));
    let writer = PackageWriter::create(&dir, spec()).unwrap();
    let mut report = fixture::report();
    report.risk.after.highest_risk = f64::NAN;
    assert!(matches!(writer.finish(&report, fixture::POLICY, &lineage()), Err(Error::Report(_))));
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);

    build(&dir, spec(), &[3]);
    assert!(matches!(PackageWriter::create(&dir, spec()), Err(Error::Exists(_))));
}

#[test]
fn what_was_not_declared_does_not_go_out() {
    let temp = TempDir::new().unwrap();
    let mut writer = PackageWriter::create(&temp.path().join("p"), spec()).unwrap();
    for bad in ["../evil", "Person", "", "a b", "1st"] {
        assert!(matches!(writer.table(&description(bad), &schema()), Err(Error::Name(_))), "{bad}");
    }
    let mut fields: Vec<_> = schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new("kana", DataType::Utf8, true)));
    let wider: SchemaRef = Arc::new(Schema::new(fields));
    let refused = writer.table(&description("person"), &wider);
    assert!(matches!(refused, Err(Error::Columns { column, .. }) if column == "kana"));

    let mut with_date: Vec<_> = schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    with_date[1] = Field::new("sex", DataType::Date32, true);
    let refused = writer.table(&description("person"), &Arc::new(Schema::new(with_date)));
    assert!(matches!(refused, Err(Error::Type { column, .. }) if column == "sex"));

    writer.table(&description("person"), &schema()).unwrap();
    assert!(matches!(writer.table(&description("person"), &schema()), Err(Error::Twice(_))));
    assert!(matches!(writer.write("visit", &batch()), Err(Error::UnknownTable(_))));
    let narrower = batch().project(&[0, 1, 2]).unwrap();
    assert!(
        matches!(writer.write("person", &narrower), Err(Error::Columns { column, .. }) if column == "smoker")
    );
    let turned = batch().project(&[1, 0, 2, 3]).unwrap();
    assert!(matches!(writer.write("person", &turned), Err(Error::Columns { .. })));
}

#[test]
fn every_kind_of_tampering_is_found_and_all_of_it_is_named() {
    let temp = TempDir::new().unwrap();
    let dir = build(&temp.path().join("p"), spec(), &[3]).path;
    fs::write(dir.join("policy.toml"), "kind = \"pseudonymized\"\n").unwrap();
    fs::write(dir.join("data/extra.csv"), "x").unwrap();
    fs::remove_file(dir.join("README.md")).unwrap();
    let faults = verify(&dir).unwrap_err();
    let expected = [
        VerifyError::Missing("README.md".into()),
        VerifyError::Changed("policy.toml".into()),
        VerifyError::Extra("data/extra.csv".into()),
    ];
    assert_eq!(faults, expected);

    let sums = dir.join(SUMS);
    let hash = "0".repeat(64);
    fs::write(&sums, format!("{hash}  ../secret\n{hash}  /etc/hostname\nnonsense\n")).unwrap();
    let faults = verify(&dir).unwrap_err();
    assert_eq!(faults[..3], [VerifyError::Outside(1), VerifyError::Outside(2), VerifyError::Line(3)]);
    fs::remove_file(&sums).unwrap();
    assert_eq!(verify(&dir).unwrap_err(), [VerifyError::Sums(std::io::ErrorKind::NotFound)]);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_a_file_of_the_package() {
    let temp = TempDir::new().unwrap();
    let dir = build(&temp.path().join("p"), spec(), &[3]).path;
    let policy = dir.join("policy.toml");
    fs::rename(&policy, temp.path().join("policy.toml")).unwrap();
    std::os::unix::fs::symlink(temp.path().join("policy.toml"), &policy).unwrap();
    let faults = verify(&dir).unwrap_err();
    assert_eq!(
        faults,
        [VerifyError::NotPlain("policy.toml".into()), VerifyError::Missing("policy.toml".into())]
    );
}

#[test]
fn the_crate_names_every_file_with_its_hash_and_no_seed_for_a_recipient() {
    let temp = TempDir::new().unwrap();
    let summary =
        build(&temp.path().join("p"), PackageSpec { audience: Audience::Recipient, ..spec() }, &[3]);
    let text = fs::read_to_string(summary.path.join("ro-crate-metadata.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let graph = document["@graph"].as_array().unwrap();
    let entity = |id: &str| graph.iter().find(|e| e["@id"] == id).unwrap();
    for file in summary.files.iter().filter(|f| f.path != "ro-crate-metadata.json") {
        let listed = entity(&file.path);
        assert_eq!(listed["sha256"], file.sha256.as_str());
        assert_eq!(listed["contentSize"], file.bytes.to_string());
        assert!(entity("./")["hasPart"].as_array().unwrap().iter().any(|p| p["@id"] == file.path.as_str()));
    }
    // Every reference leads to an entity (RO-Crate 1.1, data entities and contextual entities).
    for id in ["#operator", "#recipient", "#terms", "#release", "#snapshot", "#delivery-1", "#software"] {
        assert!(text.matches(&format!("\"{id}\"")).count() >= 2, "{id} is named and described");
    }
    assert_eq!(entity("#release")["endTime"], "2026-04-01");
    for (path, bytes) in contents(&summary.path) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("20260331"), "{path} gives the seed away (ANO-06)");
    }
}

#[test]
fn the_texts_of_a_package_read_well() {
    let temp = TempDir::new().unwrap();
    let dir = build(&temp.path().join("p"), spec(), &[3]).path;
    for file in ["README.md", "dictionary.md", "dictionary.csv"] {
        insta::assert_snapshot!(file.replace('.', "_"), fs::read_to_string(dir.join(file)).unwrap());
    }
}
