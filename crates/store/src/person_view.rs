//! One row a person out of many statements: for each attribute the latest that states it.
//!
//! Later means recorded later; among equals, the later lineage. Statements without a recorded date come first. What a
//! statement leaves out does not erase what an earlier one said.

use crate::{Scan, StoreError};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a statement stands in time: recorded_at, then lineage.
type Moment = (Option<String>, String, i64, i64, i64);

#[derive(Default)]
struct Person {
    /// Per text column: the moment it was stated and what.
    attributes: Vec<Option<(Moment, String)>>,
    latest: Option<(Moment, RecordBatch, usize)>,
}

/// `everybody` are the persons of the snapshot: one of whom no record states an attribute has a row all the same, for rows
/// of theirs may stand in other tables.
pub(crate) fn one_row_a_person(scan: Scan, everybody: impl Iterator<Item = i64>) -> Result<Scan, StoreError> {
    let schema = Arc::clone(scan.schema());
    let own: Vec<usize> = (0..schema.fields().len()).filter(|at| is_own(schema.field(*at).name())).collect();
    let mut persons: BTreeMap<i64, Person> = everybody.map(|id| (id, Person::default())).collect();
    for batch in scan {
        let batch = batch?;
        let id = batch.column(0).as_primitive::<Int64Type>();
        let delivery = batch.column(2).as_string::<i32>();
        let number = |column: usize, row: usize| batch.column(column).as_primitive::<Int64Type>().value(row);
        let recorded = batch.column_by_name("recorded_at").map(|c| c.as_string::<i32>());
        for row in 0..batch.num_rows() {
            let stated = recorded.and_then(|r| r.is_valid(row).then(|| r.value(row).to_owned()));
            let moment =
                (stated, delivery.value(row).to_owned(), number(3, row), number(4, row), number(5, row));
            let person = persons.entry(id.value(row)).or_default();
            person.attributes.resize_with(own.len(), || None);
            for (slot, column) in person.attributes.iter_mut().zip(&own) {
                let values = batch.column(*column).as_string::<i32>();
                if values.is_valid(row) && slot.as_ref().is_none_or(|(at, _)| *at <= moment) {
                    *slot = Some((moment.clone(), values.value(row).to_owned()));
                }
            }
            if person.latest.as_ref().is_none_or(|(at, _, _)| *at <= moment) {
                person.latest = Some((moment, batch.slice(row, 1), 0));
            }
        }
    }
    let columns = (0..schema.fields().len()).map(|at| column(at, &own, &persons, schema.field(at))).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(Scan::ready(schema, if batch.num_rows() > 0 { vec![batch] } else { Vec::new() }))
}

fn is_own(column: &str) -> bool {
    kiban_model::tables::Person::TABLE.columns.iter().any(|c| c.name == column)
}

fn column(at: usize, own: &[usize], persons: &BTreeMap<i64, Person>, field: &Field) -> ArrayRef {
    let (data_type, nullable) = (field.data_type(), field.is_nullable());
    if at == 0 {
        return Arc::new(Int64Array::from_iter_values(persons.keys().copied()));
    }
    if let Some(slot) = own.iter().position(|column| *column == at) {
        let mut text = StringBuilder::new();
        for person in persons.values() {
            text.append_option(
                person.attributes.get(slot).and_then(|a| a.as_ref()).map(|(_, value)| value.as_str()),
            );
        }
        return Arc::new(text.finish());
    }
    // Lineage of the latest statement; `extra` belongs to single statements and is not merged.
    let latest = persons.values().map(|p| p.latest.as_ref());
    if *data_type == DataType::Int64 {
        return Arc::new(
            latest
                .map(|l| {
                    l.map_or(0, |(_, batch, row)| batch.column(at).as_primitive::<Int64Type>().value(*row))
                })
                .map(Some)
                .collect::<Int64Array>(),
        );
    }
    // A person without a statement has no lineage: empty where a column cannot be null.
    let text = |l: Option<&(Moment, RecordBatch, usize)>| {
        let Some((_, batch, row)) = l else { return (!nullable).then(String::new) };
        let values = batch.column(at).as_string::<i32>();
        values.is_valid(*row).then(|| values.value(*row).to_owned())
    };
    Arc::new(latest.map(text).collect::<StringArray>())
}
