//! Rows folded into what is known of each person: a few bytes a person, whatever the rows.
//!
//! Sums are whole numbers of thousand-millionths, so that the order of rows does not change them.

use super::reading::{self, Moment, Way};
use super::selection::{OBSERVATION, Selection};
use super::{Facts, Question};
use crate::Cell;
use crate::engine::batch::Source;
use arrow::array::RecordBatch;
use kiban_model::report::utility::{Answer, ReadAs};
use kiban_model::tables::{Column, Person, Table};
use std::collections::HashMap;
use std::fmt;

/// What is wanted of every person's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The group by a column of `person`.
    Group(&'static Column),
    /// Whether there is such a row.
    Has(Selection),
    /// The first day of such a row.
    First(Selection),
    /// The last day of any of these tables' rows, each by a date of its own.
    Last(Vec<(&'static Table, &'static Column)>),
    /// The mean of the numbers in such rows.
    Number(Selection),
}

/// What is known of every person. `Debug` shows of how many.
pub(crate) enum Fact {
    /// Nothing was wanted.
    Nothing,
    /// The group's number; [`u32::MAX`] for none.
    Group(Vec<u32>, Vec<String>),
    /// Yes or no.
    Has(Vec<bool>),
    /// A day.
    Day(Vec<Option<Moment>>),
    /// Sums in parts of one ([`UNIT`]), and of how many numbers.
    Number(Vec<i128>, Vec<u32>),
}

/// Parts of one in which numbers are added up.
const UNIT: f64 = 1e9;

/// Numbers above are not added up: no measurement is.
const MOST: f64 = 1e15;

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, persons) = match self {
            Self::Nothing => ("Nothing", 0),
            Self::Group(of, _) => ("Group", of.len()),
            Self::Has(of) => ("Has", of.len()),
            Self::Day(of) => ("Day", of.len()),
            Self::Number(sums, _) => ("Number", sums.len()),
        };
        write!(f, "{kind}({persons})")
    }
}

impl Fact {
    fn new(wanted: &Wanted, persons: usize) -> Self {
        match wanted {
            Wanted::Group(_) => Self::Group(vec![u32::MAX; persons], Vec::new()),
            Wanted::Has(_) => Self::Has(vec![false; persons]),
            Wanted::First(_) | Wanted::Last(_) => Self::Day(vec![None; persons]),
            Wanted::Number(_) => Self::Number(vec![0; persons], vec![0; persons]),
        }
    }

    /// Of persons with one number each.
    #[cfg(test)]
    pub(super) fn numbers(values: &[f64]) -> Self {
        let sums = values.iter().map(|value| (value * UNIT).round() as i128);
        Self::Number(sums.collect(), vec![1; values.len()])
    }

    /// A person's group.
    pub(super) fn group(&self, person: u32) -> Option<u32> {
        match self {
            Self::Group(of, _) => of.get(person as usize).copied().filter(|group| *group != u32::MAX),
            _ => None,
        }
    }

    /// The groups' names.
    pub(super) fn labels(&self) -> &[String] {
        match self {
            Self::Group(_, labels) => labels,
            _ => &[],
        }
    }

    /// Whether a person has it.
    pub(super) fn has(&self, person: u32) -> bool {
        matches!(self, Self::Has(of) if of.get(person as usize).copied().unwrap_or(false))
    }

    /// A person's day.
    pub(super) fn day(&self, person: u32) -> Option<Moment> {
        match self {
            Self::Day(of) => of.get(person as usize).copied().flatten(),
            _ => None,
        }
    }

    /// A person's mean.
    pub(super) fn number(&self, person: u32) -> Option<f64> {
        match self {
            Self::Number(sums, counts) => {
                let count = counts.get(person as usize).copied().filter(|count| *count > 0)?;
                Some(*sums.get(person as usize)? as f64 / UNIT / f64::from(count))
            }
            _ => None,
        }
    }
}

/// The facts of one side, while its rows are read.
pub(crate) struct Fold {
    persons: u32,
    wanted: Vec<Wanted>,
    facts: Vec<Fact>,
    /// Cells by the way they were read.
    ways: Vec<[u64; Way::ALL.len()]>,
    groups: HashMap<(usize, String), u32>,
}

/// What a group is called, from a cell of a person: as the product writes it.
pub(crate) type Label<'l> = &'l dyn Fn(&'static Column, Cell<'_>, u32) -> Option<String>;

impl Fold {
    pub(crate) fn new(questions: &[Question], persons: u32) -> Self {
        let mut wanted: Vec<Wanted> = Vec::new();
        for want in questions.iter().flat_map(Question::wants) {
            if !wanted.contains(&want) {
                wanted.push(want);
            }
        }
        let facts: Vec<Fact> = wanted.iter().map(|wanted| Fact::new(wanted, persons as usize)).collect();
        let ways = vec![[0; Way::ALL.len()]; wanted.len()];
        Self { persons, wanted, facts, ways, groups: HashMap::new() }
    }

    /// The columns that are looked at in a table; none where it is not.
    pub(crate) fn columns(&self, table: &str) -> Vec<&'static str> {
        let mut columns = Vec::new();
        for wanted in &self.wanted {
            match wanted {
                Wanted::Group(column) if table == Person::TABLE.name => columns.push(column.name),
                Wanted::Has(rows) | Wanted::First(rows) | Wanted::Number(rows)
                    if rows.of.table.name == table =>
                {
                    columns.push(rows.of.column.name);
                    columns.extend(rows.on.map(|on| on.name));
                    if rows.item.is_some() {
                        columns.extend(["text", "code"]);
                    }
                }
                Wanted::Last(of) => {
                    columns.extend(of.iter().filter(|(of, _)| of.name == table).map(|(_, on)| on.name));
                }
                _ => {}
            }
        }
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Takes in a batch's rows, each of a person. A column that the batch does not have says nothing.
    pub(crate) fn take(&mut self, table: &str, batch: &RecordBatch, people: &[u32], label: Label<'_>) {
        let Self { wanted, facts, ways, groups, .. } = self;
        for (at, ((wanted, fact), ways)) in wanted.iter().zip(facts).zip(ways).enumerate() {
            match (wanted, fact) {
                (Wanted::Group(column), Fact::Group(of, labels)) if table == Person::TABLE.name => {
                    let Some(source) = Source::as_it_is(batch, column.name) else { continue };
                    for (row, person) in people.iter().enumerate() {
                        let cell = source.cell(row);
                        let Some(name) = label(column, cell, *person) else { continue };
                        let next = labels.len() as u32;
                        let number = *groups.entry((at, name)).or_insert_with_key(|(_, name)| {
                            labels.push(name.clone());
                            next
                        });
                        set(of, *person, |slot| *slot = number);
                    }
                }
                (Wanted::Has(rows), Fact::Has(of)) => matching(rows, table, batch, ways, |row, _| {
                    set(of, person(people, row), |slot| *slot = true);
                }),
                (Wanted::First(rows), Fact::Day(of)) => {
                    let Some(on) = rows.on.and_then(|on| Source::as_it_is(batch, on.name)) else { continue };
                    matching(rows, table, batch, ways, |row, ways| {
                        let Some(moment) = moment(&on, row, ways) else { return };
                        set(of, person(people, row), |slot| {
                            *slot = Some(slot.map_or(moment, |first| first.min(moment)));
                        });
                    });
                }
                (Wanted::Last(tables), Fact::Day(of)) => {
                    for (_, on) in tables.iter().filter(|(of, _)| of.name == table) {
                        let Some(on) = Source::as_it_is(batch, on.name) else { continue };
                        for (row, person) in people.iter().enumerate() {
                            let Some(moment) = moment(&on, row, ways) else { continue };
                            set(of, *person, |slot| {
                                *slot = Some(slot.map_or(moment, |last| last.max(moment)));
                            });
                        }
                    }
                }
                (Wanted::Number(rows), Fact::Number(sums, counts)) => {
                    let Some(source) = Source::as_it_is(batch, rows.of.column.name) else { continue };
                    matching(rows, table, batch, ways, |row, ways| {
                        let Some(number) = number(rows, &source, row, ways) else { return };
                        set(sums, person(people, row), |sum| *sum += (number * UNIT).round() as i128);
                        set(counts, person(people, row), |count| *count += 1);
                    });
                }
                _ => {}
            }
        }
    }

    /// The answer to a question over the people included.
    pub(crate) fn answer(&self, question: &Question, included: &dyn Fn(u32) -> bool) -> Answer {
        question.ask.answer(&self.facts_of(question, included))
    }

    /// What a question looks at.
    pub(crate) fn facts_of<'f>(
        &'f self,
        question: &Question,
        included: &'f dyn Fn(u32) -> bool,
    ) -> Facts<'f> {
        let of = |wanted: Wanted| self.facts.get(self.wanted.iter().position(|known| *known == wanted)?);
        let by = question.by.and_then(|column| of(Wanted::Group(column)));
        let facts = question.ask.wants().into_iter().filter_map(of).collect();
        Facts { by, facts, persons: self.persons, included }
    }

    /// How many of the people included are in a group of a question's.
    pub(crate) fn grouped(&self, question: &Question, included: &dyn Fn(u32) -> bool) -> u64 {
        let facts = self.facts_of(question, included);
        let Some(by) = facts.by else { return 0 };
        facts.people().filter(|person| by.group(*person).is_some()).count() as u64
    }

    /// How the cells were read that a question looks at.
    pub(crate) fn read_as(&self, question: &Question) -> Vec<ReadAs> {
        let wants = question.wants();
        let cells = |way: &Way| {
            let of = self.wanted.iter().zip(&self.ways).filter(|(wanted, _)| wants.contains(wanted));
            of.filter_map(|(_, ways)| ways.get(*way as usize)).sum::<u64>()
        };
        let ways = Way::ALL.iter().map(|way| ReadAs { how: way.words(), cells: cells(way) });
        ways.filter(|read| read.cells > 0).collect()
    }
}

fn set<T>(of: &mut [T], person: u32, change: impl FnOnce(&mut T)) {
    if let Some(slot) = of.get_mut(person as usize) {
        change(slot);
    }
}

fn person(people: &[u32], row: usize) -> u32 {
    people.get(row).copied().unwrap_or(u32::MAX)
}

fn count(ways: &mut [u64], way: Way) {
    if let Some(cells) = ways.get_mut(way as usize) {
        *cells += 1;
    }
}

/// The rows that a selection means.
fn matching(
    rows: &Selection,
    table: &str,
    batch: &RecordBatch,
    ways: &mut [u64],
    mut each: impl FnMut(usize, &mut [u64]),
) {
    if rows.of.table.name != table {
        return;
    }
    let Some(source) = Source::as_it_is(batch, rows.of.column.name) else { return };
    let names = match &rows.item {
        Some(item) if table == OBSERVATION => {
            let columns = ["text", "code"].map(|name| Source::as_it_is(batch, name));
            Some((item.as_str(), columns))
        }
        _ => None,
    };
    for row in 0..batch.num_rows() {
        if let Some((item, columns)) = &names {
            let is_named = |column: &Option<Source<'_>>| {
                column.as_ref().and_then(|column| column.text(row)).is_some_and(|name| name.trim() == *item)
            };
            if !columns.iter().any(is_named) {
                continue;
            }
        }
        if rows.starts_with.is_empty() {
            if !source.is_empty(row) {
                each(row, ways);
            }
            continue;
        }
        match source.text(row).and_then(|text| reading::code(text, &rows.starts_with)) {
            Some(Way::AsWritten) => {
                count(ways, Way::AsWritten);
                each(row, ways);
            }
            Some(way) => count(ways, way),
            None => {}
        }
    }
}

fn moment(on: &Source<'_>, row: usize, ways: &mut [u64]) -> Option<Moment> {
    let text = on.text(row)?;
    let read = reading::moment(text);
    count(ways, read.map_or(Way::Unread, |(_, way)| way));
    read.map(|(moment, _)| moment)
}

fn number(rows: &Selection, source: &Source<'_>, row: usize, ways: &mut [u64]) -> Option<f64> {
    let read = match source.text(row) {
        // A date of a person is a year.
        Some(text) if rows.of.column.kind == kiban_model::tables::ColumnKind::Date => {
            reading::moment(text).map(|(moment, way)| (1970.0 + f64::from(moment.day) / 365.2425, way))
        }
        Some(text) => reading::number(text),
        None => source.number(row).map(|number| (number, Way::AsWritten)),
    };
    let read = read.filter(|(number, _)| number.abs() < MOST);
    count(ways, read.map_or(Way::Unread, |(_, way)| way));
    read.map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::support::policy;
    use arrow::array::{ArrayRef, DictionaryArray, Float64Array, StringArray};
    use arrow::datatypes::Int32Type;
    use std::sync::Arc;

    #[test]
    fn texts_by_key_and_plain_ones_say_the_same() {
        let policy = policy(
            "kind = \"pseudonymized\"\nfree_text = \"held-back\"\ncondition.icd10.keep = true\ncondition.start.keep = true\n\
             [[question]]\ntitle = \"a\"\nprevalence = { of = \"condition.icd10\", starts_with = \"E11\" }\n\
             [[question]]\ntitle = \"b\"\nsurvival = { from = { of = \"condition.icd10\", starts_with = \"E\" }, to = { of = \
             \"condition.start\" } }\n",
        );
        let codes = [Some("E119"), None, Some("I10"), Some("E119")];
        let starts = [Some("2020-01-02"), Some("2020-03"), None, Some("2019-12-31")];
        let folded = |batch: &RecordBatch| {
            let mut fold = Fold::new(policy.questions(), 3);
            fold.take("condition", batch, &[0, 1, 1, 2], &|_, _, _| None);
            let of = |person: u32| {
                fold.facts.iter().map(|fact| (fact.has(person), fact.day(person))).collect::<Vec<_>>()
            };
            (of(0), of(1), of(2), fold.ways.clone())
        };
        let plain = |texts: [Option<&str>; 4]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
        let keyed = |texts: [Option<&str>; 4]| {
            Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()) as ArrayRef
        };
        let one = RecordBatch::try_from_iter([("icd10", plain(codes)), ("start", plain(starts))]).unwrap();
        let other = RecordBatch::try_from_iter([("icd10", keyed(codes)), ("start", keyed(starts))]).unwrap();
        assert_eq!(folded(&one), folded(&other));
        assert_eq!(folded(&one).0[0], (true, None));
        // A batch that lacks a column says nothing of it.
        let numbers = Arc::new(Float64Array::from(vec![1.0; 4])) as ArrayRef;
        let lacking = RecordBatch::try_from_iter([("days", numbers)]).unwrap();
        assert!(folded(&lacking).0.iter().all(|fact| *fact == (false, None)));
    }
}
