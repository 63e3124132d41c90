//! One column that leaves: every value treated once, however many rows have it.

use super::coded::{Coded, NONE};
use super::groups::{Groups, Item, VALUE_COLUMNS};
use super::rows::{Row, Whose};
use super::shown::Shown;
use crate::Cell;
use crate::policy::DateStyle;
use crate::transforms::{CodedGroup, Pipeline, RareCodes};
use crate::utility::Tally;
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use kiban_model::report::ColumnSummary;
use kiban_model::tables::Column;

/// What is not worked out yet.
const UNKNOWN: u32 = u32::MAX;

/// A released column.
#[derive(Debug)]
pub(super) struct Treated<'p> {
    column: &'static Column,
    pipeline: &'p Pipeline,
    /// The rule on rare codes decides for the whole group.
    group: Option<&'static CodedGroup>,
    is_value: bool,
    shown: Shown,
    /// By code as given: the code shown where the column's own section decides.
    own: Vec<u32>,
    /// The same where the value stays as it is.
    as_given: Vec<u32>,
    /// By number of an outcome of the rule on rare codes.
    rolled_up: Vec<u32>,
    /// The last value moved, whose, and what it became: rows of a person say the same time again and again.
    moved: (u32, u32, u32),
    after: Tally,
    /// Cells with another value than before.
    pub(super) changed: u64,
    /// Cells that had a value before.
    pub(super) emptied: u64,
}

impl<'p> Treated<'p> {
    pub(super) fn new(
        column: &'static Column,
        pipeline: &'p Pipeline,
        data_type: &DataType,
        style: DateStyle,
        rare: Option<&RareCodes>,
    ) -> Self {
        let group = rare.map(RareCodes::group);
        Self {
            column,
            pipeline,
            group: group.filter(|group| group.columns().any(|name| name == column.name)),
            is_value: VALUE_COLUMNS.contains(&column.name),
            shown: Shown::new(data_type, style),
            own: Vec::new(),
            as_given: Vec::new(),
            rolled_up: Vec::new(),
            moved: (UNKNOWN, UNKNOWN, NONE),
            after: Tally::default(),
            changed: 0,
            emptied: 0,
        }
    }

    pub(super) const fn pipeline(&self) -> &'p Pipeline {
        self.pipeline
    }

    /// The code of a cell to show.
    pub(super) fn shown_code(&mut self, cell: &Cell<'_>) -> u32 {
        self.shown.code(cell)
    }

    /// The array of rows that leave.
    pub(super) fn rows<'r>(
        &mut self,
        given: &Coded,
        rows: impl Iterator<Item = &'r Row>,
        groups: &Groups<'_>,
        whose: Whose<'_>,
    ) -> ArrayRef {
        self.rolled_up.resize(groups.outcomes() + 1, UNKNOWN);
        let mut codes = Vec::with_capacity(rows.size_hint().0);
        for row in rows {
            let code = given.at(row.at);
            let shown = self.treat(given, code, row, groups, whose);
            if shown == NONE {
                self.emptied += u64::from(code != NONE && !given.cell(code).is_empty());
            } else {
                self.changed += u64::from(!self.is_same(given, code, shown));
                self.after.add(self.shown.text_code(shown), row.rank);
            }
            codes.push(shown);
        }
        self.shown.array(&codes)
    }

    fn treat(&mut self, given: &Coded, code: u32, row: &Row, groups: &Groups<'_>, whose: Whose<'_>) -> u32 {
        if let Some((group, outcome)) = self.group.zip(groups.outcome(row.decision.rare)) {
            let Some(known) = self.rolled_up.get_mut(row.decision.rare as usize) else { return NONE };
            if *known == UNKNOWN {
                *known = self.shown.code(&outcome.cell(group, self.column.name));
            }
            return *known;
        }
        match row.decision.item {
            Some(Item::Columns) | None => {}
            Some(_) if !self.is_value => {}
            Some(Item::Kept) => return self.kept(given, code),
            // Number and comparator agree with the value; a coded value may say more than the treated one.
            Some(Item::AsGiven) if matches!(self.column.name, "value" | "value_number" | "comparator") => {
                return self.kept(given, code);
            }
            Some(Item::Class(shown)) if self.column.name == "value" => return shown,
            Some(Item::AsGiven | Item::Class(_)) => return NONE,
        }
        self.own(given, code, row, whose)
    }

    fn kept(&mut self, given: &Coded, code: u32) -> u32 {
        if let Some(known) = self.as_given.get(code as usize).filter(|known| **known != UNKNOWN) {
            return *known;
        }
        let shown = self.shown.code(&given.cell(code));
        put(&mut self.as_given, code, shown);
        shown
    }

    fn own(&mut self, given: &Coded, code: u32, row: &Row, whose: Whose<'_>) -> u32 {
        let is_moved = self.pipeline.shift_days() > 0;
        if is_moved && self.moved.0 == code && self.moved.1 == row.person {
            return self.moved.2;
        }
        if !is_moved && let Some(known) = self.own.get(code as usize).filter(|known| **known != UNKNOWN) {
            return *known;
        }
        let cell = given.cell(code);
        let pool = if self.column.name == "provider_id" { whose.release.pool_of(&cell) } else { None };
        let subject = whose.persons.subject(row.person, whose.keys);
        let shown = self.shown.code(&pool.unwrap_or_else(|| self.pipeline.apply(cell, &subject)));
        if is_moved {
            self.moved = (code, row.person, shown);
        } else {
            put(&mut self.own, code, shown);
        }
        shown
    }

    /// Whether a value is shown as it was given.
    fn is_same(&self, given: &Coded, code: u32, shown: u32) -> bool {
        if let Some(known) = self.as_given.get(code as usize).filter(|known| **known != UNKNOWN) {
            return self.shown.text_code(*known) == self.shown.text_code(shown);
        }
        given.cell(code).text().as_deref() == self.shown.text(shown)
    }

    /// What is left of the column.
    pub(super) fn summary(&self) -> ColumnSummary {
        let numbers = self.shown.numbers();
        let value = |code| (self.shown.texts().text(code).into(), numbers.get(&code).copied());
        self.after.summary(self.column.kind, value)
    }
}

fn put(codes: &mut Vec<u32>, at: u32, code: u32) {
    if codes.len() <= at as usize {
        codes.resize(at as usize + 1, UNKNOWN);
    }
    if let Some(slot) = codes.get_mut(at as usize) {
        *slot = code;
    }
}
