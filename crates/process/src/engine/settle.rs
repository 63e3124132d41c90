//! Treatments that are measured before they work: bounds by quantile, groups of people (ANO-04).
//!
//! What is measured of `person` is measured over everybody before it is decided who stays, because the classes depend on it; what is
//! measured of rows, over those who stay. The policy that comes out says what was found, and everything after works with that.

use super::batch::{Source, person_ids};
use super::items::{Fate, ITEM_COLUMNS, ItemNames, Items, Values};
use super::persons::Persons;
use super::{ProcessError, Tables};
use crate::Cell;
use crate::keys::Keys;
use crate::pairs::Pairs;
use crate::policy::{Policy, TablePolicy};
use crate::transforms::{PeoplesValues, Pipeline};
use arrow::array::RecordBatch;
use kiban_model::tables::{Column, Person, Table};
use std::borrow::Cow;
use std::collections::HashMap;

/// Settles what is measured of `person`.
pub(super) fn of_persons<'p>(
    policy: Cow<'p, Policy>,
    tables: &dyn Tables,
    persons: &Persons,
    keys: &Keys,
) -> Result<Cow<'p, Policy>, ProcessError> {
    settled(policy, tables, (persons, persons.among(), keys), |table| *table == Person::TABLE)
}

/// Settles what is measured of rows, over the people who are kept.
pub(super) fn of_rows<'p>(
    policy: Cow<'p, Policy>,
    tables: &dyn Tables,
    persons: &Persons,
    kept: &[bool],
    keys: &Keys,
) -> Result<Cow<'p, Policy>, ProcessError> {
    settled(policy, tables, (persons, kept, keys), |table| *table != Person::TABLE)
}

fn settled<'p>(
    policy: Cow<'p, Policy>,
    tables: &dyn Tables,
    people: (&Persons, &[bool], &Keys),
    wanted: impl Fn(&Table) -> bool,
) -> Result<Cow<'p, Policy>, ProcessError> {
    let is_measured = |table: &TablePolicy| {
        wanted(table.table) && table.pipelines().any(|pipeline| pipeline.unsettled().is_some())
    };
    if !policy.tables().iter().any(is_measured) {
        return Ok(policy);
    }
    let mut settled = policy.into_owned();
    for table in settled.tables_mut() {
        // One treatment of a section after the other: each is measured on what the ones before it leave.
        while is_measured(table) {
            let values = measured(table, tables, people)?;
            let pipelines = table
                .columns
                .iter_mut()
                .map(|column| &mut column.pipeline)
                .chain(table.items.iter_mut().map(|item| &mut item.pipeline));
            for (pipeline, values) in pipelines.zip(values) {
                if let Some(at) = pipeline.unsettled() {
                    pipeline.settle(at, &values);
                }
            }
        }
    }
    Ok(Cow::Owned(settled))
}

/// What comes to the first unsettled treatment of every section, in the order of [`TablePolicy::pipelines`].
fn measured(
    table: &TablePolicy,
    tables: &dyn Tables,
    (persons, kept, keys): (&Persons, &[bool], &Keys),
) -> Result<Vec<PeoplesValues>, ProcessError> {
    let mut gathered: Vec<Gathered> = table.pipelines().map(|_| Gathered::default()).collect();
    let items = Items::new(table);
    let own = table.columns.iter().filter(|c| c.pipeline.unsettled().is_some()).map(|c| c.column.name);
    let of_items = ITEM_COLUMNS.into_iter().chain(["value", "value_number", "comparator"]);
    let columns: Vec<&str> = own.chain(of_items).collect();
    for batch in tables.scan_columns(table.table.name, &columns)? {
        let batch = batch?;
        let sections = Sections::of(&batch, table)?;
        for (row, id) in person_ids(&batch, table.table)?.values().iter().enumerate() {
            let person = persons.find(*id, table.table)?;
            if !kept.get(person as usize).copied().unwrap_or(false) {
                continue;
            }
            let fate = sections.names.as_ref().map(|names| names.fate(&items, row));
            let subject = persons.subject(person, keys);
            for ((pipeline, at, section), gathered) in
                sections.all.iter().zip(&mut gathered).filter_map(|(section, g)| Some((section.as_ref()?, g)))
            {
                let cell = section.cell(row, pipeline, fate);
                if !cell.is_empty() {
                    gathered.add(person, &pipeline.apply_before(*at, cell, &subject));
                }
            }
        }
    }
    Ok(gathered.into_iter().map(|gathered| gathered.finish(persons.len())).collect())
}

/// Where the sections of a table find their values in a batch; only those that are measured.
struct Sections<'b> {
    names: Option<ItemNames<'b>>,
    #[allow(clippy::type_complexity)]
    all: Vec<Option<(&'b Pipeline, usize, Section<'b>)>>,
}

enum Section<'b> {
    Column(Source<'b>),
    /// Value, number and comparator of observations.
    Values(Source<'b>, Source<'b>, Source<'b>),
}

impl<'b> Sections<'b> {
    fn of(batch: &'b RecordBatch, table: &'b TablePolicy) -> Result<Self, ProcessError> {
        let names = ItemNames::of(batch, table)?;
        let named = |name| Source::named(batch, table.table, name);
        let columns = table.columns.iter().map(|c| (&c.pipeline, Some(c.column)));
        let sections = columns.chain(table.items.iter().map(|item| (&item.pipeline, None)));
        let section = |(pipeline, column): (&'b Pipeline, Option<&'static Column>)| {
            let Some(at) = pipeline.unsettled() else { return Ok(None) };
            let section = match column.filter(|column| names.is_none() || column.name != "value") {
                Some(column) => Section::Column(Source::of(batch, table.table, column)?),
                None => Section::Values(named("value")?, named("value_number")?, named("comparator")?),
            };
            Ok(Some((pipeline, at, section)))
        };
        let all = sections.map(section).collect::<Result<_, ProcessError>>()?;
        Ok(Self { names, all })
    }
}

impl<'b> Section<'b> {
    /// What the section treats in a row; nothing where another does, or the row does not leave.
    fn cell(&self, row: usize, pipeline: &Pipeline, fate: Option<Fate<'_>>) -> Cell<'b> {
        match self {
            Self::Column(_) if matches!(fate, Some(Fate::Dropped)) => Cell::Empty,
            Self::Column(source) => source.cell(row),
            Self::Values(value, number, comparator) => match fate {
                Some(Fate::Item(own)) if std::ptr::eq(own, pipeline) => Values {
                    value: value.text(row),
                    number: number.number(row),
                    comparator: comparator.text(row),
                }
                .exactly(),
                _ => Cell::Empty,
            },
        }
    }
}

/// Values while rows are read.
#[derive(Default)]
struct Gathered {
    known: HashMap<String, u32>,
    values: Vec<Cell<'static>>,
    of: Pairs,
}

impl Gathered {
    fn add(&mut self, person: u32, cell: &Cell<'_>) {
        let Some(text) = cell.text() else { return };
        let number = match self.known.get(text.as_ref()) {
            Some(number) => *number,
            None => {
                self.values.push(cell.clone().into_owned());
                let next = self.known.len() as u32;
                *self.known.entry(text.into_owned()).or_insert(next)
            }
        };
        self.of.push(person, number);
    }

    fn finish(self, persons: usize) -> PeoplesValues {
        PeoplesValues { values: self.values, of: self.of.groups(persons) }
    }
}
