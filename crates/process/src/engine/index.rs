//! The day of every person's index event (起点), read before anything is treated.

use super::batch::{Source, person_ids};
use super::persons::Persons;
use super::{ProcessError, Tables};
use crate::Cell;
use crate::policy::Index;
use kiban_model::Precision;

/// The days, by person. An event whose day is not known is none.
pub(super) fn days(
    index: &Index,
    tables: &dyn Tables,
    persons: &Persons,
) -> Result<Vec<Option<i32>>, ProcessError> {
    let mut days: Vec<Option<i32>> = vec![None; persons.len()];
    let table = index.of.table;
    let code = index.codes.as_ref().map(|(column, _)| *column);
    let columns: Vec<&str> = std::iter::once(index.of.column.name).chain(code.map(|c| c.name)).collect();
    for batch in tables.scan_columns(table.name, &columns)? {
        let batch = batch?;
        let dates = Source::of(&batch, table, index.of.column)?;
        let codes = code.map(|column| Source::of(&batch, table, column)).transpose()?;
        for (row, id) in person_ids(&batch, table)?.values().iter().enumerate() {
            let Cell::Date(date) = dates.cell(row) else { continue };
            let code = codes.as_ref().and_then(|codes| codes.text(row));
            if date.precision() < Precision::Day || !index.is_event(code) {
                continue;
            }
            let day = date.days_since_epoch();
            if let Some(known) = days.get_mut(persons.find(*id, table)? as usize) {
                let better = if index.is_last { i32::max } else { i32::min };
                *known = Some(known.map_or(day, |known| better(known, day)));
            }
        }
    }
    Ok(days)
}
