#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use arrow::array::{Array, ArrayRef, AsArray, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

const SCHEMA: &str = r#"
record_id = "id"
[columns]
full = "name"
kana = "kana"
born = "birth_date"
sex = "sex"
phone = "phone"
home = "address"
"#;

/// Name, kana, birth, sex, telephone, address.
type Person = [&'static str; 6];

const PEOPLE: [Person; 4] = [
    ["牧之原　緑", "マキノハラ ミドリ", "1951-03-07", "2", "0901112233", "静岡県牧之原市静波1-2-3"],
    ["外村　穣", "ホカムラ ユタカ", "1988-11-30", "1", "0804445566", "長崎県対馬市厳原町4-5-6"],
    ["能登　さより", "ノト サヨリ", "2001-06-15", "2", "0707778899", "石川県輪島市河井町7-8-9"],
    ["釜石　櫂", "カマイシ カイ", "1974-09-21", "1", "0195556677", "岩手県釜石市只越町1-1-1"],
];

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("schema.toml"), SCHEMA).unwrap();
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A table whose rows are these people, in small row groups.
    fn table(&self, name: &str, who: &[usize], ids: ArrayRef, more: Vec<(&str, ArrayRef)>) -> PathBuf {
        let mut columns: Vec<(&str, ArrayRef)> = vec![("id", ids)];
        for (at, column) in ["full", "kana", "born", "sex", "phone", "home"].into_iter().enumerate() {
            let values: StringArray = who.iter().map(|person| Some(PEOPLE[*person][at])).collect();
            columns.push((column, Arc::new(values)));
        }
        columns.extend(more);
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let path = self.at(name);
        let small = WriterProperties::builder()
            .set_max_row_group_row_count(Some(3))
            .set_column_dictionary_enabled("full".into(), false)
            .build();
        let file = File::create(&path).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(small)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        path
    }

    fn link(&self, table: &Path) -> Result<TableLinked, AppError> {
        self.link_with(table, None, None)
    }

    fn link_with(
        &self,
        table: &Path,
        pairs: Option<&Path>,
        explain: Option<&Path>,
    ) -> Result<TableLinked, AppError> {
        let request = Request {
            table,
            schema: &self.at("schema.toml"),
            out: &self.at("out.parquet"),
            pairs,
            explain,
            japanese: false,
            settings: &Settings::default(),
        };
        link_table(&request, &|_| ())
    }

    fn read(&self, name: &str) -> RecordBatch {
        let file = File::open(self.at(name)).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let schema = Arc::clone(reader.schema());
        let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
        arrow::compute::concat_batches(&schema, &batches).unwrap()
    }
}

fn numbers(range: std::ops::Range<i32>) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(range))
}

const WHO: [usize; 8] = [0, 1, 2, 0, 3, 1, 0, 2];

#[test]
fn every_record_gets_the_first_row_of_its_person_in_the_order_of_the_table() {
    let place = Place::new();
    let table = place.table("in.parquet", &WHO, numbers(100..108), Vec::new());
    let linked = place.link(&table).unwrap();
    assert_eq!((linked.statistics.records, linked.statistics.persons), (8, 4));
    let out = place.read("out.parquet");
    assert_eq!(out["id"].as_primitive::<Int32Type>().values(), &[100, 101, 102, 103, 104, 105, 106, 107]);
    assert_eq!(out["cluster_id"].as_primitive::<Int64Type>().values(), &[0, 1, 2, 0, 4, 1, 0, 2]);
    assert!(!place.at("out.parquet.part").exists());
}

#[test]
fn a_record_id_may_be_text() {
    let place = Place::new();
    let ids: StringArray = (0..8).map(|n| Some(format!("r-{n}"))).collect();
    let table = place.table("in.parquet", &WHO, Arc::new(ids), Vec::new());
    place.link(&table).unwrap();
    let out = place.read("out.parquet");
    assert_eq!(*out["id"].data_type(), DataType::Utf8);
    assert_eq!(out["id"].as_string::<i32>().value(7), "r-7");
}

#[test]
fn a_truth_beside_the_data_is_not_read() {
    let place = Place::new();
    let plain = place.table("plain.parquet", &WHO, numbers(0..8), Vec::new());
    place.link(&plain).unwrap();
    let without = place.read("out.parquet");
    let truth: Vec<(&str, ArrayRef)> = vec![("person_id", Arc::new(Int32Array::from(vec![7; 8])))];
    let beside = place.table("beside.parquet", &WHO, numbers(0..8), truth);
    place.link(&beside).unwrap();
    assert_eq!(without, place.read("out.parquet"));
}

#[test]
fn pairs_carry_record_ids_and_the_explanation_a_level_and_bits_for_each_field() {
    let place = Place::new();
    let table = place.table("in.parquet", &WHO, numbers(100..108), Vec::new());
    let (pairs, explain) = (place.at("pairs.parquet"), place.at("explain.parquet"));
    place.link_with(&table, Some(&pairs), Some(&explain)).unwrap();
    let (pairs, explain) = (place.read("pairs.parquet"), place.read("explain.parquet"));
    assert_eq!(pairs.num_rows(), explain.num_rows());
    let row = (0..pairs.num_rows())
        .find(|row| {
            let id = |name| pairs[name].as_primitive::<Int32Type>().value(*row);
            (id("a"), id("b")) == (100, 103)
        })
        .unwrap();
    let born = explain["date_of_birth"].as_string::<i32>();
    assert_eq!(born.value(row), "the same");
    assert!(explain["date_of_birth_bits"].is_valid(row));
}

#[test]
fn a_column_the_table_lacks_is_named_with_those_it_has() {
    let place = Place::new();
    let batch = RecordBatch::try_from_iter([("id", numbers(0..2))]).unwrap();
    let path = place.at("in.parquet");
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let error = place.link(&path).unwrap_err().to_string();
    assert!(error.contains("there is no column born") && error.contains("there are: id"), "{error}");
    assert!(!place.at("out.parquet").exists() && !place.at("out.parquet.part").exists());
}

#[test]
fn the_table_itself_is_never_written_over() {
    let place = Place::new();
    let table = place.table("out.parquet", &WHO, numbers(0..8), Vec::new());
    let before = std::fs::read(&table).unwrap();
    assert!(place.link(&table).unwrap_err().to_string().contains("the table itself"));
    assert_eq!(before, std::fs::read(&table).unwrap());
}

#[test]
fn what_is_no_parquet_file_is_said_and_leaves_nothing_behind() {
    let place = Place::new();
    std::fs::write(place.at("in.parquet"), b"PAR1 but no more").unwrap();
    assert!(place.link(&place.at("in.parquet")).is_err());
    assert!(!place.at("out.parquet.part").exists());
}

#[test]
fn an_empty_table_has_no_persons() {
    let place = Place::new();
    let table = place.table("in.parquet", &[], numbers(0..0), Vec::new());
    assert_eq!(place.link(&table).unwrap().statistics.persons, 0);
    assert_eq!(place.read("out.parquet").num_rows(), 0);
}

#[test]
fn reading_is_told_up_to_the_last_record() {
    let place = Place::new();
    let table = place.table("in.parquet", &WHO, numbers(0..8), Vec::new());
    let source = read::Source::open(&table, &Schema::parse(SCHEMA).unwrap()).unwrap();
    let most = Mutex::new(0);
    let tell = |p: Progress| {
        let mut most = most.lock().unwrap();
        *most = p.done.max(*most);
    };
    source.encode(&Schema::parse(SCHEMA).unwrap(), &tell).unwrap();
    assert_eq!(*most.lock().unwrap(), 8);
}
