//! The first reading: rare codes among those who leave, visits for the attackers, and that every row belongs to somebody.

use super::batch::{Source, person_ids};
use super::items::{Fate, ITEM_COLUMNS, ItemNames, Items};
use super::persons::{Persons, Release};
use super::{ProcessError, Tables};
use crate::keys::Keys;
use crate::policy::{Policy, TablePolicy};
use crate::risk::attacks::Visits;
use crate::risk::events::{Events, EventsOf};
use crate::transforms::{CODED_GROUPS, CodedGroup, ColumnOf, RareCodes};
use arrow::array::RecordBatch;
use kiban_model::tables::{Claim, Table, Visit};
use std::collections::HashMap;

const VISIT: &Table = &Visit::TABLE;

/// Where an insurer's receipts show: months of claims, or the days of service that receipts carry.
const CLAIMS: [(&Table, &str); 2] = [(&Claim::TABLE, "month"), (VISIT, "start")];

/// What the second reading needs.
#[derive(Debug)]
pub(super) struct Measured<'p> {
    /// Rows by table.
    pub(super) rows: HashMap<&'static str, u64>,
    pub(super) rare: HashMap<&'static str, RareCodes>,
    pub(super) visits: Visits,
    /// Months of claims or days of visits, where the policy names an insurer.
    pub(super) claims: Events<'p>,
    /// Events of the columns that `trajectories` names.
    pub(super) dated: Option<Events<'p>>,
}

pub(super) fn measure<'p>(
    policy: &'p Policy,
    tables: &dyn Tables,
    persons: &Persons,
    release: &Release,
    known: HashMap<&'static str, RareCodes>,
    keys: &Keys,
) -> Result<Measured<'p>, ProcessError> {
    let none = || EventsOf::new(Vec::new()).finish(persons.len());
    let mut measured = Measured {
        rows: HashMap::new(),
        rare: known,
        visits: Visits::default(),
        claims: none(),
        dated: None,
    };
    for table in policy.tables() {
        // What the models looked at is counted already, over the same people.
        let is_known = measured.rare.contains_key(table.table.name);
        let rule = table.columns.iter().find_map(|c| c.pipeline.rare()).filter(|_| !is_known);
        let mut rare = rule.map(|rule| RareCodes::new(rule, |column| table.releases(column)));
        let counted = rare.as_ref().map(|rare| rare.group().columns().chain(ITEM_COLUMNS));
        let columns: Vec<&str> = counted.into_iter().flatten().collect();
        for batch in tables.scan_columns(table.table.name, &columns)? {
            let batch = batch?;
            let ids = person_ids(&batch, table.table)?;
            *measured.rows.entry(table.table.name).or_default() += ids.len() as u64;
            for id in ids.values() {
                persons.find(*id, table.table)?;
            }
            if let Some(rare) = &mut rare {
                count_codes(rare, &batch, table, persons, release)?;
            }
        }
        if let Some(mut rare) = rare {
            rare.decide();
            measured.rare.insert(table.table.name, rare);
        }
    }
    // Attackers know visits whether or not the product shows them.
    for batch in tables.scan_columns(VISIT.name, &["start"])? {
        let batch = batch?;
        visits(&mut measured.visits, &batch, policy, persons, keys)?;
    }
    let protect = policy.protect();
    let people = (persons, release, keys);
    if protect.attack.insurer.is_some() {
        let shown = CLAIMS
            .iter()
            .find(|(table, column)| policy.table(table.name).is_some_and(|t| t.releases(column)));
        let (table, column) = *shown.unwrap_or(&CLAIMS[0]);
        let of = table.column(column).map(|column| ColumnOf { table, column });
        measured.claims = events(of.as_slice(), None, policy, tables, people)?;
    }
    if let Some(trajectories) = &protect.trajectories {
        measured.dated = Some(events(&trajectories.of, Some(&measured.rare), policy, tables, people)?);
    }
    Ok(measured)
}

fn count_codes(
    rare: &mut RareCodes,
    batch: &RecordBatch,
    table: &TablePolicy,
    persons: &Persons,
    release: &Release,
) -> Result<(), ProcessError> {
    let sources = group_sources(rare, batch, table.table)?;
    let names = ItemNames::of(batch, table)?;
    let items = Items::new(table);
    for (row, id) in person_ids(batch, table.table)?.values().iter().enumerate() {
        let person = persons.find(*id, table.table)?;
        let leaves = names.as_ref().is_none_or(|names| !matches!(names.fate(&items, row), Fate::Dropped));
        if leaves && release.place(person).is_some() {
            let values: Vec<Option<&str>> = sources.iter().map(|source| source.text(row)).collect();
            rare.count(&values, person);
        }
    }
    Ok(())
}

/// The columns that change together, in the order of their group.
pub(super) fn group_sources<'b>(
    rare: &RareCodes,
    batch: &'b RecordBatch,
    table: &'static Table,
) -> Result<Vec<Source<'b>>, ProcessError> {
    let columns = rare.group().columns().filter_map(|name| table.column(name));
    columns.map(|column| Source::of(batch, table, column)).collect()
}

fn visits(
    visits: &mut Visits,
    batch: &RecordBatch,
    policy: &Policy,
    persons: &Persons,
    keys: &Keys,
) -> Result<(), ProcessError> {
    let Some(start) = VISIT.column("start") else { return Ok(()) };
    let source = Source::of(batch, VISIT, start)?;
    let shown =
        policy.table(VISIT.name).and_then(|t| t.column(start.name)).filter(|c| !c.pipeline.is_dropped());
    for (row, id) in person_ids(batch, VISIT)?.values().iter().enumerate() {
        let person = persons.find(*id, VISIT)?;
        let cell = source.cell(row);
        let treated = shown.map(|c| c.pipeline.apply(cell.clone(), &persons.subject(person, keys)));
        visits.add(person, &cell, treated.as_ref());
    }
    Ok(())
}

/// The dated events of some columns; with `rare`, each with the code of its row as the product shows it.
fn events<'p>(
    of: &[ColumnOf],
    rare: Option<&HashMap<&'static str, RareCodes>>,
    policy: &'p Policy,
    tables: &dyn Tables,
    (persons, release, keys): (&Persons, &Release, &Keys),
) -> Result<Events<'p>, ProcessError> {
    let shown = |of: &ColumnOf| {
        policy.table(of.table.name).and_then(|t| t.column(of.column.name)).map(|c| &c.pipeline)
    };
    let mut events = EventsOf::new(of.iter().map(|of| shown(of).filter(|p| !p.is_dropped())).collect());
    for (at, of) in of.iter().enumerate() {
        let table = policy.table(of.table.name);
        for batch in tables.scan(of.table.name)? {
            let batch = batch?;
            let date = Source::of(&batch, of.table, of.column)?;
            let codes = match (rare, table) {
                (Some(rare), Some(table)) => ShownCodes::of(&batch, table, rare.get(of.table.name))?,
                _ => None,
            };
            let names = table.map(|table| ItemNames::of(&batch, table)).transpose()?.flatten();
            let items = table.map(Items::new);
            for (row, id) in person_ids(&batch, of.table)?.values().iter().enumerate() {
                let person = persons.find(*id, of.table)?;
                let code = codes.as_ref().map(|codes| codes.code(row, person)).unwrap_or_default();
                let fate = names.as_ref().zip(items.as_ref()).map(|(names, items)| names.fate(items, row));
                let leaves = !matches!(fate, Some(Fate::Dropped)) && release.place(person).is_some();
                let subject = leaves.then(|| persons.subject(person, keys));
                events.add(person, at, &code, &date.cell(row), subject.as_ref());
            }
        }
    }
    Ok(events.finish(persons.len()))
}

/// The codes of a table's rows as the product shows them.
struct ShownCodes<'b> {
    group: &'static CodedGroup,
    sources: Vec<Source<'b>>,
    leaves: Vec<bool>,
    rare: Option<&'b RareCodes>,
}

impl<'b> ShownCodes<'b> {
    fn of(
        batch: &'b RecordBatch,
        table: &TablePolicy,
        rare: Option<&'b RareCodes>,
    ) -> Result<Option<Self>, ProcessError> {
        let Some(group) = CODED_GROUPS.iter().find(|group| group.table == table.table.name) else {
            return Ok(None);
        };
        let columns: Vec<_> = group.columns().filter_map(|name| table.table.column(name)).collect();
        let sources =
            columns.iter().map(|column| Source::of(batch, table.table, column)).collect::<Result<_, _>>()?;
        let leaves = columns.iter().map(|column| table.releases(column.name)).collect();
        Ok(Some(Self { group, sources, leaves, rare }))
    }

    /// The code of a row, else what first says something of it.
    fn code(&self, row: usize, person: u32) -> String {
        let values: Vec<Option<&str>> = self.sources.iter().map(|source| source.text(row)).collect();
        if let Some(outcome) =
            self.rare.filter(|r| r.group() == self.group).and_then(|r| r.outcome(&values, Some(person)))
        {
            return outcome.code.clone();
        }
        let shown = values.iter().zip(&self.leaves).filter(|(_, leaves)| **leaves);
        let mut shown = shown.filter_map(|(value, _)| *value).filter(|value| !value.is_empty());
        shown.next().unwrap_or_default().to_owned()
    }
}
