//! What a question asks (集計の定義): criteria over persons and their events, and by what the cohort is broken down.
//!
//! Plain data, already checked: names are columns of the canonical tables, a criterion refers only to those before it, and
//! whatever needs an index event has one.

use kiban_model::tables::{Column, Table};

/// One question about how many persons there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its title, where it has one.
    pub title: Option<String>,
    /// What it asks, however it is written: without title, comments, spaces and the order of keys.
    pub canonical: String,
    /// Criteria in the order of the file; those that are steps are applied in this order.
    pub criteria: Vec<Criterion>,
    /// Whether a person needs every step, or one of them.
    pub combine: Combine,
    /// Which event a person's time is counted from (起点).
    pub index: Option<IndexEvent>,
    /// By what the cohort is broken down.
    pub breakdown: Vec<Dimension>,
}

/// How steps or members of a group become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combine {
    /// Every one holds.
    All,
    /// At least one holds.
    Any,
}

/// One criterion (条件).
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Name, unique in the question.
    pub name: String,
    /// Whether it selects persons by itself; otherwise other criteria only refer to it.
    pub step: bool,
    /// Whether it holds for those of whom the rule does not (除外).
    pub without: bool,
    /// The rule.
    pub rule: Rule,
}

/// What a criterion looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// The person.
    Person(PersonRule),
    /// The person's rows in a table.
    Events(EventRule),
    /// Earlier criteria, by number.
    Group(Combine, Vec<usize>),
}

/// What must hold of the person.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRule {
    /// Conditions on the person's attributes, all of them.
    pub conditions: Vec<Condition>,
    /// Age in completed years, both ends included.
    pub age: Option<AgeRule>,
}

/// An age at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeRule {
    /// Youngest.
    pub min: u16,
    /// Oldest.
    pub max: u16,
    /// When.
    pub on: Moment,
}

/// A moment in a person's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day, in days since 1970-01-01.
    Day(i32),
    /// The day of the index event.
    Index,
}

/// How often a person must have rows of a table, and which.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// The table.
    pub table: &'static Table,
    /// Conditions on one row, all of them.
    pub conditions: Vec<Condition>,
    /// The column that says when; tables without one have undated rows.
    pub date: Option<&'static Column>,
    /// First and last day, where bounded.
    pub period: (Option<i32>, Option<i32>),
    /// On how many different days at least; rows without a date count as one more day together.
    pub at_least: u32,
    /// Where in time from something else.
    pub near: Option<Near>,
}

/// Days from another event to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// From what.
    pub anchor: Anchor,
    /// Fewest days, negative for before.
    pub from: i32,
    /// Most days.
    pub to: i32,
}

/// What days are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The index event.
    Index,
    /// Any event of an earlier criterion, by number.
    Criterion(usize),
}

/// The event a person's time is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEvent {
    /// The criterion of whose events it is one.
    pub criterion: usize,
    /// Whether it is the last instead of the first.
    pub last: bool,
}

/// A condition on a column of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The column.
    pub column: &'static Column,
    /// What it must hold; an empty cell holds nothing.
    pub wants: Wants,
}

/// What a cell must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Wants {
    /// One of these codes or texts.
    Codes(Vec<Pattern>),
    /// A number.
    Number(Bounds),
    /// A day from the first to the last.
    Days(Option<i32>, Option<i32>),
    /// Yes or no.
    Flag(bool),
}

/// A code, or a family of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this text.
    Exactly(String),
    /// Texts that begin so: `3D046*`, and `E11` on an ICD-10 column.
    Begins(String),
    /// ICD-10 categories from the first to the last: `E10-E14`, `E00-E90`.
    Categories(String, String),
}

/// Bounds of a number; an open end is infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Lower end, and whether it belongs.
    pub low: (f64, bool),
    /// Upper end, and whether it belongs.
    pub high: (f64, bool),
}

impl Bounds {
    /// Whether a number lies within.
    pub fn contain(&self, number: f64) -> bool {
        (number > self.low.0 || (self.low.1 && number == self.low.0))
            && (number < self.high.0 || (self.high.1 && number == self.high.0))
    }
}

/// By what a cohort is broken down (層別). Its classes are known without looking at the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Sex.
    Sex,
    /// Age in bands of so many years, on a moment.
    AgeBand(u16, Moment),
    /// Year of the index event, from the first to the last.
    Year(u16, u16),
    /// Prefecture (都道府県).
    Prefecture,
    /// Municipality (市区町村).
    Municipality,
}

impl Question {
    /// A question whose persons SQL found: one step, no breakdown.
    pub fn in_sql(sql: &str) -> Self {
        let rule = Rule::Group(Combine::All, Vec::new());
        Self {
            title: None,
            canonical: sql.trim().to_owned(),
            criteria: vec![Criterion { name: "SQL".to_owned(), step: true, without: false, rule }],
            combine: Combine::All,
            index: None,
            breakdown: Vec::new(),
        }
    }

    /// The criteria that select persons, by number.
    pub fn steps(&self) -> impl Iterator<Item = usize> + '_ {
        self.criteria.iter().enumerate().filter(|(_, criterion)| criterion.step).map(|(at, _)| at)
    }
}
