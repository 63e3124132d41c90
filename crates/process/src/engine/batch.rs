//! Record batches as cells.
//!
//! A batch that is not what its canonical table says is an error, never a guess.

use super::ProcessError;
use crate::Cell;
use arrow::array::{
    Array, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use kiban_model::tables::{Column, ColumnKind, Table};

/// One column of a batch.
#[derive(Debug)]
pub(super) enum Source<'b> {
    Text(&'b StringArray, ColumnKind),
    /// Texts by key.
    Keyed(&'b Int32Array, &'b StringArray, ColumnKind),
    Number(&'b Float64Array),
    Integer(&'b Int64Array),
    Flag(&'b BooleanArray),
}

impl<'b> Source<'b> {
    pub(super) fn of(
        batch: &'b RecordBatch,
        table: &'static Table,
        column: &'static Column,
    ) -> Result<Self, ProcessError> {
        let array = batch.column_by_name(column.name);
        let found = array.and_then(|array| match column.kind {
            ColumnKind::Number => array.as_primitive_opt::<Float64Type>().map(Source::Number),
            ColumnKind::Integer => array.as_primitive_opt::<Int64Type>().map(Source::Integer),
            ColumnKind::Flag => array.as_boolean_opt().map(Source::Flag),
            kind => match array.as_dictionary_opt::<Int32Type>() {
                Some(keyed) => keyed
                    .values()
                    .as_string_opt::<i32>()
                    .map(|texts| Source::Keyed(keyed.keys(), texts, kind)),
                None => array.as_string_opt::<i32>().map(|array| Source::Text(array, kind)),
            },
        });
        found.ok_or(ProcessError::Schema { table: table.name, column: column.name })
    }

    /// A column by the name it has in the canonical table.
    pub(super) fn named(
        batch: &'b RecordBatch,
        table: &'static Table,
        name: &'static str,
    ) -> Result<Self, ProcessError> {
        match table.column(name) {
            Some(column) => Self::of(batch, table, column),
            None => Err(ProcessError::Schema { table: table.name, column: name }),
        }
    }

    /// Whether no row has a value.
    pub(super) fn is_void(&self) -> bool {
        match self {
            Self::Text(array, _) => array.null_count() == array.len(),
            Self::Keyed(keys, ..) => keys.null_count() == keys.len(),
            Self::Number(array) => array.null_count() == array.len(),
            Self::Integer(array) => array.null_count() == array.len(),
            Self::Flag(array) => array.null_count() == array.len(),
        }
    }

    pub(super) fn cell(&self, row: usize) -> Cell<'b> {
        match self {
            Self::Text(array, kind) if array.is_valid(row) => Cell::from_text(array.value(row), *kind),
            Self::Keyed(keys, texts, kind) => {
                keyed(keys, texts, row).map_or(Cell::Empty, |text| Cell::from_text(text, *kind))
            }
            Self::Number(array) if array.is_valid(row) => Cell::Number(array.value(row)),
            Self::Integer(array) if array.is_valid(row) => Cell::Integer(array.value(row)),
            Self::Flag(array) if array.is_valid(row) => Cell::Flag(array.value(row)),
            _ => Cell::Empty,
        }
    }

    pub(super) fn text(&self, row: usize) -> Option<&'b str> {
        match self {
            Self::Text(array, _) if array.is_valid(row) => Some(array.value(row)),
            Self::Keyed(keys, texts, _) => keyed(keys, texts, row),
            _ => None,
        }
    }

    pub(super) fn number(&self, row: usize) -> Option<f64> {
        match self {
            Self::Number(array) if array.is_valid(row) => Some(array.value(row)),
            Self::Integer(array) if array.is_valid(row) => Some(array.value(row) as f64),
            _ => None,
        }
    }
}

/// The text of a row's key. No text is null; a key that is none has no text.
fn keyed<'b>(keys: &Int32Array, texts: &'b StringArray, row: usize) -> Option<&'b str> {
    let key = usize::try_from(keys.is_valid(row).then(|| keys.value(row))?).ok()?;
    (key < texts.len() && texts.is_valid(key)).then(|| texts.value(key))
}

/// The persons of a batch's rows.
pub(super) fn person_ids<'b>(
    batch: &'b RecordBatch,
    table: &'static Table,
) -> Result<&'b Int64Array, ProcessError> {
    let array = batch.column_by_name("person_id").and_then(|array| array.as_primitive_opt::<Int64Type>());
    let array = array.ok_or(ProcessError::Schema { table: table.name, column: "person_id" })?;
    if array.null_count() > 0 { Err(ProcessError::PersonMissing { table: table.name }) } else { Ok(array) }
}
