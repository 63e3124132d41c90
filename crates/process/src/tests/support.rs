//! A small hospital in memory, and products as text.

use crate::{OutputTable, Policy, ProcessError, Processed, Pseudonyms, Tables, TablesError, process};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type, Schema};
use kiban_model::tables::{Condition, Observation, Person, Visit};
use kiban_model::{DateAsGiven, Row, RowContext, SubjectId, TableSet};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

pub(crate) const SECRET: [u8; 32] = [0x42; 32];

/// Rows of persons, as a store would give them.
#[derive(Debug, Default)]
pub(crate) struct Hospital {
    pub(crate) rows: Vec<(i64, Row)>,
    /// Rows of one batch.
    pub(crate) batch: usize,
    /// Where persons go who do not go to `hospital-a`.
    pub(crate) elsewhere: BTreeMap<i64, &'static str>,
}

impl Hospital {
    pub(crate) fn add(&mut self, person: i64, row: impl Into<Row>) {
        self.rows.push((person, row.into()));
    }

    pub(crate) fn person(&mut self, id: i64, sex: &str, birth: &str, municipality: &str) {
        let prefecture = municipality.get(..2).map(str::to_owned);
        self.add(
            id,
            Person {
                sex: text(sex),
                birth_date: date(birth),
                municipality: text(municipality),
                prefecture,
                ..Default::default()
            },
        );
    }

    pub(crate) fn visit(&mut self, id: i64, start: &str) {
        self.add(id, Visit { start: date(start), class: text("outpatient"), ..Default::default() });
    }

    pub(crate) fn observation(&mut self, id: i64, item: &str, value: &str) {
        let value_number = value.parse().ok();
        self.add(
            id,
            Observation { text: text(item), value: text(value), value_number, ..Default::default() },
        );
    }

    pub(crate) fn condition(&mut self, id: i64, icd10: &str, name: &str) {
        let code = text(icd10);
        let code_system = code.as_ref().map(|_| "ICD-10".to_owned());
        self.add(
            id,
            Condition { icd10: code.clone(), code, code_system, text: text(name), ..Default::default() },
        );
    }
}

pub(crate) fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

pub(crate) fn date(value: &str) -> Option<DateAsGiven> {
    DateAsGiven::parse_iso(value).ok()
}

impl Tables for Hospital {
    fn scan(
        &self,
        table: &str,
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError> {
        let rows: Vec<&(i64, Row)> = self.rows.iter().filter(|(_, row)| row.table().name == table).collect();
        let batches: Vec<_> = rows
            .chunks(if self.batch == 0 { 100 } else { self.batch })
            .map(|rows| self.batch_of(rows))
            .collect();
        Ok(Box::new(batches.into_iter().map(Ok)))
    }

    /// As the store does it: no column that was not asked for, texts as dictionaries, each batch with its own.
    fn scan_columns(
        &self,
        table: &str,
        columns: &[&str],
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError> {
        let batches = self.scan(table)?;
        if table == "person" {
            return Ok(batches);
        }
        let wanted: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        Ok(Box::new(batches.map(move |batch| Ok(keyed(&batch?, &wanted)))))
    }
}

fn keyed(batch: &RecordBatch, wanted: &[String]) -> RecordBatch {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let columns = columns.filter(|(field, _)| field.name() == "person_id" || wanted.contains(field.name()));
    let key = |array: &ArrayRef| match array.as_string_opt::<i32>() {
        Some(texts) => Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>()),
        None => Arc::clone(array),
    };
    RecordBatch::try_from_iter(columns.map(|(field, array)| (field.name(), key(array)))).unwrap()
}

impl Hospital {
    fn batch_of(&self, rows: &[&(i64, Row)]) -> RecordBatch {
        let mut set = TableSet::default();
        for (person, row) in rows {
            let context = RowContext {
                subject: SubjectId(*person),
                provider: self.elsewhere.get(person).copied().unwrap_or("hospital-a"),
                delivery: "d1",
                file_no: 1,
                record_no: 1,
                source_kind: "test",
                recorded_at: None,
            };
            set.append(&context, row);
        }
        let (_, batch) = set.finish().unwrap().remove(0);
        // The store joins subjects to persons: here every subject is one.
        let mut fields: Vec<Field> =
            batch.schema().fields().iter().skip(1).map(|f| f.as_ref().clone()).collect();
        let mut arrays: Vec<ArrayRef> = batch.columns()[1..].to_vec();
        fields.insert(0, Field::new("person_id", DataType::Int64, false));
        arrays.insert(0, Arc::clone(batch.column(0)));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
    }
}

/// A product as text: table → header and rows.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Product {
    pub(crate) tables: BTreeMap<&'static str, Vec<Vec<String>>>,
    pub(crate) headers: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Product {
    pub(crate) fn take(&mut self, table: &OutputTable, batch: &RecordBatch) {
        assert_eq!(batch.schema(), table.schema());
        self.headers.insert(table.name, table.columns.iter().map(|c| c.name).collect());
        let rows = self.tables.entry(table.name).or_default();
        for row in 0..batch.num_rows() {
            rows.push(batch.columns().iter().map(|column| cell(column, row)).collect());
        }
    }

    pub(crate) fn column(&self, table: &str, column: &str) -> Vec<&str> {
        let at = self.headers[table].iter().position(|name| *name == column).unwrap();
        self.tables[table].iter().map(|row| row[at].as_str()).collect()
    }

    /// Values of a column by pseudonym.
    pub(crate) fn by_id(&self, table: &str, column: &str) -> Vec<(&str, &str)> {
        self.column(table, "id").into_iter().zip(self.column(table, column)).collect()
    }
}

fn cell(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    match column.data_type() {
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        _ => column.as_string::<i32>().value(row).to_owned(),
    }
}

pub(crate) fn no_files(file: &str) -> io::Result<String> {
    match file {
        "departments.csv" => Ok("# 診療科\n01,内科系,全科\n10,外科系,全科\n".to_owned()),
        "population.csv" => {
            Ok("sex,birth_date,municipality,count\nF,1950,22101,40\nM,1950,22101,6\nM,1960,22101,300\n"
                .to_owned())
        }
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

pub(crate) fn policy(text: &str) -> Policy {
    Policy::parse(text, "test.toml", &no_files).unwrap_or_else(|errors| panic!("{errors}"))
}

pub(crate) fn run(
    policy: &Policy,
    hospital: &dyn Tables,
    project: &str,
    seed: u64,
) -> Result<(Product, Processed), ProcessError> {
    run_with(policy, hospital, &mut Pseudonyms::new(project), seed)
}

pub(crate) fn run_with(
    policy: &Policy,
    hospital: &dyn Tables,
    pseudonyms: &mut Pseudonyms,
    seed: u64,
) -> Result<(Product, Processed), ProcessError> {
    let mut product = Product::default();
    let processed = process(policy, hospital, pseudonyms, seed, &SECRET, &mut |table, batch| {
        product.take(table, &batch);
        Ok(())
    })?;
    Ok((product, processed))
}
