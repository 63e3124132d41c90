//! Observation items: which rows leave, and their values, number and comparator treated as one (blueprint §5, 収縮期血圧).
//!
//! A value and its number must never contradict: where the value became a class, number and comparator go; where they
//! contradict as given, the value goes too.

use super::ProcessError;
use super::batch::Source;
use crate::decimal::Decimal;
use crate::policy::{TablePolicy, UnnamedItems};
use crate::transforms::{Comparator, Pipeline};
use crate::{Cell, Subject};
use arrow::array::RecordBatch;
use std::collections::HashMap;

pub(super) const OBSERVATION: &str = "observation";

/// The columns by which an item is recognised.
pub(super) const ITEM_COLUMNS: [&str; 2] = ["text", "code"];

/// What becomes of an observation row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate<'p> {
    /// The columns' own sections decide.
    Columns,
    /// Its values are treated as the item's section says.
    Item(&'p Pipeline),
    /// Text and code name two sections: no value leaves.
    Ambiguous,
    /// The row does not leave.
    Dropped,
}

/// The items of a table, by text or code.
#[derive(Debug)]
pub(super) struct Items<'p> {
    named: HashMap<&'p str, (usize, &'p Pipeline)>,
    unnamed: UnnamedItems,
    column: Option<&'p Pipeline>,
}

impl<'p> Items<'p> {
    pub(super) fn new(table: &'p TablePolicy) -> Self {
        let named = table
            .items
            .iter()
            .enumerate()
            .map(|(at, item)| (item.item.as_str(), (at, &item.pipeline)))
            .collect();
        // A section of the value column itself must keep value, number and comparator together as well.
        let is_observation = table.table.name == OBSERVATION;
        let column = table
            .column("value")
            .map(|c| &c.pipeline)
            .filter(|p| is_observation && !p.is_keep() && !p.is_dropped());
        Self { named, unnamed: table.unnamed_items, column }
    }

    /// Whether any row is decided otherwise than by its columns' own sections.
    pub(super) fn decide(&self) -> bool {
        !self.named.is_empty() || self.unnamed == UnnamedItems::Drop || self.column.is_some()
    }

    pub(super) fn fate(&self, text: Option<&str>, code: Option<&str>) -> Fate<'p> {
        let find = |name: Option<&str>| name.and_then(|name| self.named.get(name.trim()));
        let found = match (find(text), find(code)) {
            (Some(by_text), Some(by_code)) if by_text.0 != by_code.0 => {
                return if by_text.1.is_dropped() || by_code.1.is_dropped() {
                    Fate::Dropped
                } else {
                    Fate::Ambiguous
                };
            }
            (Some(found), _) | (None, Some(found)) => found.1,
            (None, None) if self.unnamed == UnnamedItems::Drop => return Fate::Dropped,
            (None, None) => return self.column.map_or(Fate::Columns, Fate::Item),
        };
        if found.is_dropped() { Fate::Dropped } else { Fate::Item(found) }
    }
}

/// The columns by which an item is recognised.
#[derive(Debug)]
pub(super) struct ItemNames<'b> {
    text: Source<'b>,
    code: Source<'b>,
}

impl<'b> ItemNames<'b> {
    /// `None` for a table that is not of observations.
    pub(super) fn of(batch: &'b RecordBatch, policy: &TablePolicy) -> Result<Option<Self>, ProcessError> {
        if policy.table.name != OBSERVATION {
            return Ok(None);
        }
        let source = |name| Source::named(batch, policy.table, name);
        Ok(Some(Self { text: source("text")?, code: source("code")? }))
    }

    pub(super) fn fate<'p>(&self, items: &Items<'p>, row: usize) -> Fate<'p> {
        items.fate(self.text.text(row), self.code.text(row))
    }
}

/// The values of one row as given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'b> {
    pub(super) value: Option<&'b str>,
    pub(super) number: Option<f64>,
    pub(super) comparator: Option<&'b str>,
}

/// What a treated row shows.
#[derive(Debug, PartialEq)]
pub(super) enum ShownValues {
    /// Everything as given, a coded value too.
    Kept,
    /// Value, number and comparator as given, because the treatment did not touch them.
    AsGiven,
    /// This in place of the value; no number, no comparator.
    Class(Cell<'static>),
}

pub(super) fn treat(pipeline: &Pipeline, values: Values<'_>, subject: &Subject<'_>) -> ShownValues {
    if pipeline.is_keep() {
        return ShownValues::Kept;
    }
    let (written, digits) = split_comparator(values.value.unwrap_or(""));
    let beside = match values.comparator.map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match split_comparator(text) {
            (Some(comparator), "") => Some(comparator),
            _ => return ShownValues::Class(Cell::Empty),
        },
    };
    let number = values.number.and_then(|n| Decimal::parse(&n.to_string()));
    let from_text = Decimal::parse(digits);
    let contradicts = matches!((from_text, number), (Some(a), Some(b)) if a != b)
        || matches!((written, beside), (Some(a), Some(b)) if a != b)
        // A text that is no number beside a number: one of them is not what it seems.
        || (from_text.is_none() && values.value.is_some() && values.number.is_some());
    if contradicts {
        return ShownValues::Class(Cell::Empty);
    }
    if let Some(comparator) = written.or(beside) {
        return match from_text.or(number) {
            Some(number) => {
                pipeline.apply_bounded(comparator, number).map_or(ShownValues::AsGiven, ShownValues::Class)
            }
            None => ShownValues::Class(Cell::Empty),
        };
    }
    let given = match (values.value, values.number) {
        (Some(text), _) => Cell::Text(text.into()),
        (None, Some(number)) => Cell::Number(number),
        (None, None) => return ShownValues::AsGiven,
    };
    let treated = pipeline.apply(given.clone(), subject);
    if treated == given { ShownValues::AsGiven } else { ShownValues::Class(treated.into_owned()) }
}

/// `>=300` into comparator and rest.
fn split_comparator(text: &str) -> (Option<Comparator>, &str) {
    const WRITTEN: [(&str, Comparator); 12] = [
        ("<=", Comparator::AtMost),
        (">=", Comparator::AtLeast),
        ("＜＝", Comparator::AtMost),
        ("＞＝", Comparator::AtLeast),
        ("<", Comparator::Below),
        (">", Comparator::Above),
        ("＜", Comparator::Below),
        ("＞", Comparator::Above),
        ("≦", Comparator::AtMost),
        ("≧", Comparator::AtLeast),
        ("≤", Comparator::AtMost),
        ("≥", Comparator::AtLeast),
    ];
    let text = text.trim();
    let found = WRITTEN
        .iter()
        .find_map(|(written, comparator)| Some((Some(*comparator), text.strip_prefix(written)?.trim())));
    found.unwrap_or((None, text))
}
