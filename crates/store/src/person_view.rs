//! One row a person out of many statements: for each attribute the latest that states it.
//!
//! Later means recorded later; among equals, the later lineage. Statements without a recorded date come first. What a
//! statement leaves out does not erase what an earlier one said.

use crate::{Scan, StoreError};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a statement stands in time: recorded_at, then lineage.
type Moment<'a> = (Option<&'a str>, &'a str, i64, i64, i64);

/// A statement: its batch and row.
type At = (usize, usize);

#[derive(Default)]
struct Person {
    /// Per column of attributes: the latest statement that has it.
    attributes: [Option<At>; OWN],
    latest: Option<At>,
}

/// How many columns of its own the table has.
const OWN: usize = kiban_model::tables::Person::TABLE.columns.len();

/// `everybody` are the persons of the snapshot: one of whom no record states an attribute has a row all the same, for rows
/// of theirs may stand in other tables.
pub(crate) fn one_row_a_person(scan: Scan, everybody: impl Iterator<Item = i64>) -> Result<Scan, StoreError> {
    let schema = Arc::clone(scan.schema());
    let own: Vec<usize> = (0..schema.fields().len()).filter(|at| is_own(schema.field(*at).name())).collect();
    let mut persons: BTreeMap<i64, Person> = everybody.map(|id| (id, Person::default())).collect();
    let batches: Vec<RecordBatch> = scan.collect::<Result<_, _>>()?;
    let moments: Vec<Moments<'_>> = batches.iter().map(Moments::of).collect();
    let moment = |at: At| moments.get(at.0).map(|of| of.moment(at.1));
    let later = |than: Option<At>, at: At| than.is_none_or(|than| moment(than) <= moment(at));
    for (number, batch) in batches.iter().enumerate() {
        let id = batch.column(0).as_primitive::<Int64Type>();
        let values: Vec<&StringArray> =
            own.iter().map(|column| batch.column(*column).as_string::<i32>()).collect();
        for row in 0..batch.num_rows() {
            let person = persons.entry(id.value(row)).or_default();
            for (slot, values) in person.attributes.iter_mut().zip(&values) {
                if values.is_valid(row) && later(*slot, (number, row)) {
                    *slot = Some((number, row));
                }
            }
            if later(person.latest, (number, row)) {
                person.latest = Some((number, row));
            }
        }
    }
    let columns =
        (0..schema.fields().len()).map(|at| column(at, &own, &persons, &batches, schema.field(at))).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(Scan::ready(schema, if batch.num_rows() > 0 { vec![batch] } else { Vec::new() }))
}

/// The columns of a batch that say when its statements were made.
struct Moments<'a> {
    recorded: Option<&'a StringArray>,
    delivery: &'a StringArray,
    lineage: [&'a Int64Array; 3],
}

impl<'a> Moments<'a> {
    fn of(batch: &'a RecordBatch) -> Self {
        Self {
            recorded: batch.column_by_name("recorded_at").map(|column| column.as_string::<i32>()),
            delivery: batch.column(2).as_string::<i32>(),
            lineage: [3, 4, 5].map(|column| batch.column(column).as_primitive::<Int64Type>()),
        }
    }

    fn moment(&self, row: usize) -> Moment<'a> {
        let [file, record, position] = self.lineage.map(|column| column.value(row));
        let recorded = self.recorded.and_then(|recorded| recorded.is_valid(row).then(|| recorded.value(row)));
        (recorded, self.delivery.value(row), file, record, position)
    }
}

fn is_own(column: &str) -> bool {
    kiban_model::tables::Person::TABLE.columns.iter().any(|c| c.name == column)
}

fn column(
    at: usize,
    own: &[usize],
    persons: &BTreeMap<i64, Person>,
    batches: &[RecordBatch],
    field: &Field,
) -> ArrayRef {
    let (data_type, nullable) = (field.data_type(), field.is_nullable());
    if at == 0 {
        return Arc::new(Int64Array::from_iter_values(persons.keys().copied()));
    }
    let values = |said: At| batches.get(said.0).map(|batch| batch.column(at));
    let text = |said: At| {
        let values = values(said)?.as_string::<i32>();
        values.is_valid(said.1).then(|| values.value(said.1))
    };
    if let Some(slot) = own.iter().position(|column| *column == at) {
        let said =
            persons.values().map(|person| person.attributes.get(slot).copied().flatten().and_then(text));
        return Arc::new(said.collect::<StringArray>());
    }
    // Lineage of the latest statement; `extra` belongs to single statements and is not merged.
    let latest = persons.values().map(|person| person.latest);
    if *data_type == DataType::Int64 {
        let number = |said: At| values(said).map(|values| values.as_primitive::<Int64Type>().value(said.1));
        return Arc::new(Int64Array::from_iter_values(latest.map(|said| said.and_then(number).unwrap_or(0))));
    }
    // A person without a statement has no lineage: empty where a column cannot be null.
    let text = |said: Option<At>| said.map_or((!nullable).then_some(""), text);
    Arc::new(latest.map(text).collect::<StringArray>())
}
