//! Dated events of lives: what is true, and what the product shows of it.
//!
//! An event is a kind — a column of dates, with the code beside it where there is one — on a day. True and shown events are numbers;
//! what a true event would be shown as under a shift is worked out by the column's own treatment.

use crate::Cell;
use crate::keys::Subject;
use crate::models::Groups;
use crate::pairs::Pairs;
use crate::transforms::Pipeline;
use kiban_model::{DateAsGiven, Precision};
use std::collections::HashMap;

/// Events while rows are read.
pub(crate) struct EventsOf<'p> {
    /// Treatment of every column; `None`: it does not leave.
    columns: Vec<Option<&'p Pipeline>>,
    /// Kinds by column and code.
    kinds: Vec<HashMap<String, u32>>,
    /// Column of every kind.
    column_of: Vec<usize>,
    truth: HashMap<(u32, DateAsGiven), u32>,
    shown: HashMap<(u32, ShownDate), u32>,
    of: Pairs,
    shown_of: Pairs,
}

/// Events of persons.
#[derive(Debug)]
pub(crate) struct Events<'p> {
    columns: Vec<Option<&'p Pipeline>>,
    column_of: Vec<usize>,
    /// Kind and day of every true event.
    pub(crate) truth: Vec<(u32, DateAsGiven)>,
    shown: HashMap<(u32, ShownDate), u32>,
    /// The true events of every person, and the shown ones; ascending.
    pub(crate) of: Groups,
    pub(crate) shown_of: Groups,
}

/// What a date looks like to somebody who compares days.
pub(crate) fn label(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Date(date) => date.truncated(Precision::Day).to_string(),
        cell => cell.text().map_or_else(|| "\u{0}".to_owned(), Into::into),
    }
}

/// A date as the product shows it: a date still, or a class.
#[derive(Debug, PartialEq, Eq, Hash)]
enum ShownDate {
    Date(DateAsGiven),
    Class(String),
}

impl ShownDate {
    fn of(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Date(date) => Self::Date(date.truncated(Precision::Day)),
            cell => Self::Class(label(cell)),
        }
    }
}

impl<'p> EventsOf<'p> {
    pub(crate) fn new(columns: Vec<Option<&'p Pipeline>>) -> Self {
        Self {
            kinds: vec![HashMap::new(); columns.len()],
            columns,
            column_of: Vec::new(),
            truth: HashMap::new(),
            shown: HashMap::new(),
            of: Pairs::default(),
            shown_of: Pairs::default(),
        }
    }

    /// A row: the date in one of the columns, and the code beside it as the product shows it.
    pub(crate) fn add(
        &mut self,
        person: u32,
        column: usize,
        code: &str,
        date: &Cell<'_>,
        shown: Option<&Subject<'_>>,
    ) {
        let Cell::Date(date) = date else { return };
        let date = date.truncated(Precision::Day);
        let Some(kinds) = self.kinds.get_mut(column) else { return };
        let kind = match kinds.get(code) {
            Some(kind) => *kind,
            None => {
                let next = self.column_of.len() as u32;
                self.column_of.push(column);
                *kinds.entry(code.to_owned()).or_insert(next)
            }
        };
        let next = self.truth.len() as u32;
        self.of.push(person, *self.truth.entry((kind, date)).or_insert(next));
        let pipeline = self.columns.get(column).copied().flatten();
        if let Some((subject, pipeline)) = shown.zip(pipeline) {
            let next = self.shown.len() as u32;
            let key = (kind, ShownDate::of(&pipeline.apply(Cell::Date(date), subject)));
            self.shown_of.push(person, *self.shown.entry(key).or_insert(next));
        }
    }

    pub(crate) fn finish(self, persons: usize) -> Events<'p> {
        let mut truth: Vec<((u32, DateAsGiven), u32)> = self.truth.into_iter().collect();
        truth.sort_unstable_by_key(|(_, number)| *number);
        Events {
            columns: self.columns,
            column_of: self.column_of,
            truth: truth.into_iter().map(|(event, _)| event).collect(),
            shown: self.shown,
            of: self.of.groups(persons),
            shown_of: self.shown_of.groups(persons),
        }
    }
}

impl Events<'_> {
    /// How many shown events there are.
    pub(crate) fn shown_len(&self) -> usize {
        self.shown.len()
    }

    /// What a true event of somebody would be shown as; `None`: nobody shows that.
    pub(crate) fn shown_as(&self, event: u32, subject: &Subject<'_>) -> Option<u32> {
        let (kind, date) = *self.truth.get(event as usize)?;
        let pipeline = self.columns.get(*self.column_of.get(kind as usize)?).copied().flatten()?;
        let cell = pipeline.apply(Cell::Date(date), subject);
        self.shown.get(&(kind, ShownDate::of(&cell))).copied()
    }

    /// Whether the product shows any of the columns.
    pub(crate) fn columns_leave(&self) -> bool {
        self.columns.iter().any(Option::is_some)
    }

    /// Whether any of the columns is counted from index events.
    pub(crate) fn are_relative(&self) -> bool {
        self.columns.iter().flatten().any(|pipeline| pipeline.is_relative())
    }

    /// The shifts of the columns that leave.
    pub(crate) fn shift_steps(&self) -> impl Iterator<Item = u16> {
        self.columns.iter().flatten().map(|pipeline| pipeline.shift_steps())
    }
}
