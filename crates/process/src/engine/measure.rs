//! The first reading: rare codes among those who leave, visits for the attackers, and that every row belongs to somebody.

use super::batch::{Source, person_ids};
use super::items::{Fate, ItemNames, Items};
use super::persons::{Persons, Release};
use super::{ProcessError, Tables};
use crate::keys::Keys;
use crate::policy::{Policy, TablePolicy};
use crate::risk::attacks::Visits;
use crate::transforms::RareCodes;
use arrow::array::RecordBatch;
use kiban_model::tables::{Table, Visit};
use std::collections::HashMap;

const VISIT: &Table = &Visit::TABLE;

/// What the second reading needs.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) rare: HashMap<&'static str, RareCodes>,
    pub(super) visits: Visits,
}

pub(super) fn measure(
    policy: &Policy,
    tables: &dyn Tables,
    persons: &Persons,
    release: &Release,
    known: HashMap<&'static str, RareCodes>,
    keys: &Keys,
) -> Result<Measured, ProcessError> {
    let mut measured = Measured { rare: known, visits: Visits::default() };
    for table in policy.tables() {
        // What the models looked at is counted already, over the same people.
        let is_known = measured.rare.contains_key(table.table.name);
        let rule = table.columns.iter().find_map(|c| c.pipeline.rare()).filter(|_| !is_known);
        let mut rare = rule.map(|rule| RareCodes::new(rule, |column| table.releases(column)));
        for batch in tables.scan(table.table.name)? {
            let batch = batch?;
            let ids = person_ids(&batch, table.table)?;
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
    for batch in tables.scan(VISIT.name)? {
        let batch = batch?;
        visits(&mut measured.visits, &batch, policy, persons, keys)?;
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
