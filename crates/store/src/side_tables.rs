//! The two tables beside the clinical ones: `retired` (which records a later delivery withdrew or replaced) and
//! `person_map` (which subjects are one person, by linkage run). Both only grow; a snapshot says how far to read.

use crate::numbers::Spread;
use crate::{Store, StoreError};
use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use kiban_model::{PersonId, SubjectId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) const RETIRED: &str = "retired";
pub(crate) const PERSON_MAP: &str = "person_map";

/// A record that no longer stands: (delivery, file, record).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RetiredRecord {
    /// Delivery id.
    pub delivery: String,
    /// File number.
    pub file_no: u32,
    /// Record number.
    pub record_no: u64,
}

/// Set of retired records, looked up without allocation.
#[derive(Debug, Default)]
pub(crate) struct RetiredSet(HashMap<String, HashSet<(i64, i64)>>);

impl RetiredSet {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(crate) fn contains(&self, delivery: &str, file_no: i64, record_no: i64) -> bool {
        self.0.get(delivery).is_some_and(|set| set.contains(&(file_no, record_no)))
    }
}

fn retired_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("delivery_id", DataType::Utf8, false),
        Field::new("file_no", DataType::Int64, false),
        Field::new("record_no", DataType::Int64, false),
        Field::new("intake", DataType::Utf8, false),
    ]))
}

fn person_map_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("link_run", DataType::Int64, false),
        Field::new("subject_id", DataType::Int64, false),
        Field::new("person_id", DataType::Int64, false),
    ]))
}

impl Store {
    pub(crate) fn retire(&self, intake: &str, records: &[RetiredRecord]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let mut appender = self.append_to(RETIRED, &retired_schema())?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(records.iter().map(|r| r.delivery.as_str()))),
            Arc::new(Int64Array::from_iter_values(records.iter().map(|r| i64::from(r.file_no)))),
            Arc::new(Int64Array::from_iter_values(
                records.iter().map(|r| i64::try_from(r.record_no).unwrap_or(i64::MAX)),
            )),
            Arc::new(StringArray::from_iter_values(records.iter().map(|_| intake))),
        ];
        self.write(&mut appender, RecordBatch::try_new(retired_schema(), columns)?)?;
        self.commit(appender, intake)
    }

    /// Stores the outcome of linkage run `run` (runs count from 1): the person of every subject that has another than
    /// before, so that a run costs what it changed.
    ///
    /// # Errors
    /// The table cannot be written. Repeating the same run changes nothing.
    pub fn put_person_map(&self, run: i64, map: &[(SubjectId, PersonId)]) -> Result<(), StoreError> {
        if map.is_empty() {
            return Ok(());
        }
        let mut appender = self.append_to(PERSON_MAP, &person_map_schema())?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(map.iter().map(|_| run))),
            Arc::new(Int64Array::from_iter_values(map.iter().map(|(s, _)| s.0))),
            Arc::new(Int64Array::from_iter_values(map.iter().map(|(_, p)| p.0))),
        ];
        self.write(&mut appender, RecordBatch::try_new(person_map_schema(), columns)?)?;
        self.commit(appender, &format!("link-{run}"))
    }

    pub(crate) fn retired_set(&self, version: Option<u64>) -> Result<RetiredSet, StoreError> {
        let mut set = RetiredSet::default();
        if version.is_none() {
            return Ok(set);
        }
        for file in self.files(RETIRED, version)? {
            for batch in crate::scan::read_file(&file)? {
                let batch = batch?;
                let delivery = batch.column(0).as_string::<i32>();
                let file_no = batch.column(1).as_primitive::<Int64Type>();
                let record_no = batch.column(2).as_primitive::<Int64Type>();
                for row in 0..batch.num_rows() {
                    set.0
                        .entry(delivery.value(row).to_owned())
                        .or_default()
                        .insert((file_no.value(row), record_no.value(row)));
                }
            }
        }
        Ok(set)
    }

    /// The person of every subject as linkage run `run` left it: what the last run up to it said.
    pub(crate) fn person_map(
        &self,
        version: Option<u64>,
        run: i64,
    ) -> Result<HashMap<i64, i64, Spread>, StoreError> {
        let mut map: HashMap<i64, (i64, i64), Spread> = HashMap::default();
        if version.is_none() {
            return Ok(HashMap::default());
        }
        for file in self.files(PERSON_MAP, version)? {
            for batch in crate::scan::read_file(&file)? {
                let batch = batch?;
                let runs = batch.column(0).as_primitive::<Int64Type>();
                let subjects = batch.column(1).as_primitive::<Int64Type>();
                let persons = batch.column(2).as_primitive::<Int64Type>();
                for row in 0..batch.num_rows() {
                    let said = (runs.value(row), persons.value(row));
                    if said.0 <= run {
                        let last = map.entry(subjects.value(row)).or_insert(said);
                        *last = said.max(*last);
                    }
                }
            }
        }
        Ok(map.into_iter().map(|(subject, (_, person))| (subject, person)).collect())
    }
}
