//! One column that leaves: every value treated once, however many rows have it.

use super::coded::{Coded, NONE, Picked};
use super::groups::{Decision, Groups, Item, VALUE_COLUMNS};
use super::rows::{Rows, Whose};
use super::shown::Shown;
use crate::policy::DateStyle;
use crate::transforms::{CodedGroup, Pipeline, RareCodes};
use crate::utility::Tally;
use crate::{Cell, Subject};
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use kiban_model::report::ColumnSummary;
use kiban_model::tables::Column;
use std::collections::HashMap;

/// What is not worked out yet.
const UNKNOWN: u32 = u32::MAX;

/// What became of a value.
#[derive(Debug, Clone, Copy)]
struct Made {
    shown: u32,
    /// The text by which it is counted.
    text: u32,
    /// It is another value than before.
    changed: bool,
    /// The time of day stands beside it as it did.
    keeps_time: bool,
}

impl Made {
    const UNKNOWN: Self = Self { shown: UNKNOWN, text: NONE, changed: false, keeps_time: false };
}

/// What became of the values met so far, by days moved: rows of a person are moved alike and come one after the other.
#[derive(Debug, Default)]
struct Memo {
    days: i32,
    /// By code, and whether there is a time of day.
    made: Vec<Made>,
    others: HashMap<i32, Vec<Made>>,
}

impl Memo {
    /// Turns to rows that are moved by so many days.
    fn turn(&mut self, days: i32) {
        if days != self.days {
            let next = self.others.remove(&days).unwrap_or_default();
            let last = std::mem::replace(&mut self.made, next);
            self.others.insert(self.days, last);
            self.days = days;
        }
    }

    fn get(&self, at: usize) -> Option<Made> {
        self.made.get(at).copied().filter(|made| made.shown != UNKNOWN)
    }

    fn put(&mut self, at: usize, made: Made) {
        if at >= self.made.len() {
            self.made.resize(at + 1, Made::UNKNOWN);
        }
        if let Some(slot) = self.made.get_mut(at) {
            *slot = made;
        }
    }
}

/// A released column.
#[derive(Debug)]
pub(super) struct Treated<'p> {
    column: &'static Column,
    pipeline: &'p Pipeline,
    /// The rule on rare codes decides for the whole group.
    group: Option<&'static CodedGroup>,
    is_value: bool,
    shown: Shown,
    /// What the column's own section makes of a value.
    own: Memo,
    /// The same where the value stays as it is.
    as_given: Vec<u32>,
    /// By number of an outcome of the rule on rare codes.
    rolled_up: Vec<u32>,
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
            own: Memo::default(),
            as_given: Vec::new(),
            rolled_up: Vec::new(),
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
    pub(super) fn rows(
        &mut self,
        given: &Coded,
        picked: &Picked,
        rows: &Rows,
        groups: &Groups<'_>,
        whose: Whose<'_>,
    ) -> ArrayRef {
        self.rolled_up.resize(groups.outcomes() + 1, UNKNOWN);
        let mut codes = Vec::with_capacity(rows.ranks.len());
        let mut times = Vec::new();
        let has_part = self.group.is_some() || self.is_value;
        let mut last = None;
        for (at, (rank, decision)) in rows.ranks.iter().zip(&rows.decisions).enumerate() {
            if !decision.leaves() {
                continue;
            }
            if last != Some(*rank) {
                let subject = self.subject(*rank, whose);
                self.own.turn(subject.shift(self.pipeline.shift_days()));
                last = Some(*rank);
            }
            let (code, time) = (picked.code(at), picked.time(at));
            let decided = if has_part { self.decided(given, code, *decision, groups) } else { None };
            let made = match decided {
                Some((shown, changed)) => {
                    Made { shown, text: self.shown.text_code(shown), changed, keeps_time: false }
                }
                None => self.own(given, code, time, *rank, whose),
            };
            if made.shown == NONE {
                self.emptied += u64::from(code != NONE && !given.cell(code).is_empty());
            } else {
                self.changed += u64::from(made.changed);
                self.after.add(made.text, *rank);
            }
            if made.keeps_time && time != 0 {
                times.resize(codes.len(), 0);
                times.push(time);
            }
            codes.push(made.shown);
        }
        if !times.is_empty() {
            times.resize(codes.len(), 0);
        }
        self.shown.array(&codes, &times)
    }

    fn subject<'k>(&self, rank: u32, whose: Whose<'k>) -> Subject<'k> {
        whose.persons.subject(whose.release.person(rank), whose.keys)
    }

    /// What a decision about the whole row shows in this column, and whether that is another value than before; `None`:
    /// the column's own section decides.
    fn decided(
        &mut self,
        given: &Coded,
        code: u32,
        decision: Decision,
        groups: &Groups<'_>,
    ) -> Option<(u32, bool)> {
        if let Some((group, outcome)) = self.group.zip(groups.outcome(decision.rare)) {
            let Some(known) = self.rolled_up.get_mut(decision.rare as usize) else {
                return Some((NONE, false));
            };
            if *known == UNKNOWN {
                *known = self.shown.code(&outcome.cell(group, self.column.name));
            }
            let shown = *known;
            return Some((shown, self.differs(&given.cell(code), shown)));
        }
        match decision.item {
            Some(Item::Columns) | None => None,
            Some(_) if !self.is_value => None,
            Some(Item::Kept) => Some((self.kept(given, code), false)),
            // Number and comparator agree with the value; a coded value may say more than the treated one.
            Some(Item::AsGiven) if matches!(self.column.name, "value" | "value_number" | "comparator") => {
                Some((self.kept(given, code), false))
            }
            Some(Item::Class(shown)) if self.column.name == "value" => {
                Some((shown, self.differs(&given.cell(code), shown)))
            }
            Some(Item::AsGiven | Item::Class(_)) => Some((NONE, false)),
        }
    }

    fn kept(&mut self, given: &Coded, code: u32) -> u32 {
        if let Some(known) = self.as_given.get(code as usize).filter(|known| **known != UNKNOWN) {
            return *known;
        }
        let shown = self.shown.code(&given.cell(code));
        put(&mut self.as_given, code, shown);
        shown
    }

    /// What the column's own section makes of a row. What it makes of a date never depends on the time of day: it moves
    /// days, and keeps the time or drops it.
    fn own(&mut self, given: &Coded, code: u32, time: u32, rank: u32, whose: Whose<'_>) -> Made {
        let at = (code as usize) << 1 | usize::from(time != 0);
        if let Some(made) = self.own.get(at) {
            return made;
        }
        let mut cell = given.cell(code);
        if let Cell::Date(date) = &mut cell {
            *date = date.at(time);
        }
        let pool = if self.column.name == "provider_id" { whose.release.pool_of(&cell) } else { None };
        let subject = self.subject(rank, whose);
        let mut treated = pool.unwrap_or_else(|| self.pipeline.apply(cell.clone(), &subject));
        let changed = match (&cell, &treated) {
            (Cell::Date(before), Cell::Date(after)) => before != after,
            (_, Cell::Empty) => false,
            _ => cell.text() != treated.text(),
        };
        let mut keeps_time = false;
        if let Cell::Date(date) = &mut treated {
            let (day, time) = date.apart();
            (*date, keeps_time) = (day, time != 0);
        }
        let shown = self.shown.code(&treated);
        let made = Made { shown, text: self.shown.text_code(shown), changed, keeps_time };
        self.own.put(at, made);
        made
    }

    /// Whether a value is shown as another than it was.
    fn differs(&self, given: &Cell<'_>, shown: u32) -> bool {
        given.text().as_deref() != self.shown.text(shown)
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
