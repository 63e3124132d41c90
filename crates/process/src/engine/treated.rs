//! One column that leaves: every value treated once, however many rows have it.

use super::coded::{Coded, NONE};
use super::groups::{Groups, Item, REMEMBERED, VALUE_COLUMNS};
use super::rows::{Row, Whose};
use super::shown::Shown;
use crate::Cell;
use crate::policy::DateStyle;
use crate::transforms::{CodedGroup, Pipeline, RareCodes};
use crate::utility::Tally;
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use hashbrown::HashTable;
use kiban_model::report::ColumnSummary;
use kiban_model::tables::Column;

/// What is not worked out yet.
const UNKNOWN: u32 = u32::MAX;

/// What became of a value.
#[derive(Debug, Clone, Copy)]
struct Made {
    shown: u32,
    /// It is another value than before.
    changed: bool,
    /// The time of day stands beside it as it did.
    keeps_time: bool,
}

/// What became of values met before: by code, and by what of the person and the row it depends on.
#[derive(Debug, Default)]
struct Memo {
    made: HashTable<((u32, u32), Made)>,
    last: Option<((u32, u32), Made)>,
}

impl Memo {
    fn get(&mut self, key: (u32, u32)) -> Option<Made> {
        // Rows of a person say the same again and again.
        if let Some((_, made)) = self.last.filter(|(last, _)| *last == key) {
            return Some(made);
        }
        let found = *self.made.find(spread(key), |(other, _)| *other == key)?;
        self.last = Some(found);
        Some(found.1)
    }

    fn put(&mut self, key: (u32, u32), made: Made) {
        // What is treated for every person anew has no end.
        if self.made.len() >= REMEMBERED {
            self.made.clear();
        }
        self.made.insert_unique(spread(key), (key, made), |(key, _)| spread(*key));
    }
}

/// Spreads two small numbers over all bits.
const fn spread((a, b): (u32, u32)) -> u64 {
    let mixed = ((a as u64) << 32 | b as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ mixed >> 32).wrapping_mul(0xF39C_C060_5CED_C835)
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
    /// By code as given, and by days moved: what the column's own section makes of it.
    own: Memo,
    /// The same where the value stays as it is.
    as_given: Vec<u32>,
    /// By number of an outcome of the rule on rare codes.
    rolled_up: Vec<u32>,
    /// The time of day that the row just treated keeps.
    time: u32,
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
            time: 0,
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
        let mut codes = Vec::new();
        let mut times = Vec::new();
        let emptied = whose.release.emptied();
        let place = emptied.place(self.column);
        for row in rows {
            let code = given.at(row.at);
            self.time = 0;
            let (shown, changed) = match place {
                Some(place) if emptied.is_emptied(row.person, place) => (NONE, false),
                _ => self.treat(given, code, row, groups, whose),
            };
            if shown == NONE {
                self.emptied += u64::from(code != NONE && !given.cell(code).is_empty());
            } else {
                self.changed += u64::from(changed);
                self.after.add(self.shown.text_code(shown), row.rank);
            }
            if self.time != 0 {
                times.resize(codes.len(), 0);
                times.push(self.time);
            }
            codes.push(shown);
        }
        if !times.is_empty() {
            times.resize(codes.len(), 0);
        }
        self.shown.array(&codes, &times)
    }

    /// What a row shows, and whether that is another value than before.
    fn treat(
        &mut self,
        given: &Coded,
        code: u32,
        row: &Row,
        groups: &Groups<'_>,
        whose: Whose<'_>,
    ) -> (u32, bool) {
        if let Some((group, outcome)) = self.group.zip(groups.outcome(row.decision.rare)) {
            let Some(known) = self.rolled_up.get_mut(row.decision.rare as usize) else {
                return (NONE, false);
            };
            if *known == UNKNOWN {
                *known = self.shown.code(&outcome.cell(group, self.column.name));
            }
            let shown = *known;
            return (shown, self.differs(&given.cell(code), shown));
        }
        match row.decision.item {
            Some(Item::Columns) | None => {}
            Some(_) if !self.is_value => {}
            Some(Item::Kept) => return (self.kept(given, code), false),
            // Number and comparator agree with the value; a coded value may say more than the treated one.
            Some(Item::AsGiven) if matches!(self.column.name, "value" | "value_number" | "comparator") => {
                return (self.kept(given, code), false);
            }
            Some(Item::Class(shown)) if self.column.name == "value" => {
                return (shown, self.differs(&given.cell(code), shown));
            }
            Some(Item::AsGiven | Item::Class(_)) => return (NONE, false),
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

    /// What the column's own section makes of a row, and whether it changed. What it makes of a date never depends on the
    /// time of day: it moves days, and keeps the time or drops it.
    fn own(&mut self, given: &Coded, code: u32, row: &Row, whose: Whose<'_>) -> (u32, bool) {
        let subject = whose.persons.subject(row.person, whose.keys);
        let time = given.time(row.at);
        let key = (code, self.pipeline.depends_on().number(&subject) << 1 | u32::from(time != 0));
        if let Some(known) = self.own.get(key) {
            return self.seen(known, time);
        }
        let mut cell = given.cell(code);
        if let Cell::Date(date) = &mut cell {
            *date = date.at(time);
        }
        let pool = if self.column.name == "provider_id" { whose.release.pool_of(&cell) } else { None };
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
        let made = Made { shown: self.shown.code(&treated), changed, keeps_time };
        self.own.put(key, made);
        self.seen(made, time)
    }

    fn seen(&mut self, made: Made, time: u32) -> (u32, bool) {
        self.time = if made.keeps_time { time } else { 0 };
        (made.shown, made.changed)
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
