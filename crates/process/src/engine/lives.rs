//! What the models must know of people's lives before it is decided who stays: their values in the columns that models name.
//!
//! Rows are read once and kept as numbers: the distinct combinations of a row's columns aside, and for every person which
//! of them they have. What a product would show of them depends on who stays — codes are rare among those who leave — so
//! it is worked out again whenever that changes, without another reading.

use super::batch::{Source, person_ids};
use super::items::{Fate, ItemNames, Items};
use super::persons::Persons;
use super::{ProcessError, Tables};
use crate::Cell;
use crate::keys::{Keys, Subject};
use crate::models::{Attribute, Groups};
use crate::policy::{Policy, TablePolicy};
use crate::transforms::{CodedGroup, ColumnOf, RareCodes};
use kiban_model::tables::Column;
use std::collections::HashMap;

/// The lives of a run's persons, as far as the policy's models look at them.
#[derive(Debug)]
pub(super) struct Lives<'p> {
    told: Vec<Told<'p>>,
}

/// What the rows of a table say of persons in one column and those that change with it.
#[derive(Debug)]
struct Told<'p> {
    of: ColumnOf,
    table: &'p TablePolicy,
    /// The column, or the coded group it belongs to.
    columns: Vec<&'static Column>,
    /// Distinct combinations of their values.
    combinations: Vec<Vec<Cell<'static>>>,
    /// The combinations of every person, ascending.
    people: Groups,
}

/// What a product would show of the lives of those who stay.
#[derive(Debug)]
pub(super) struct ShownLives {
    pub(super) attributes: Vec<Attribute>,
    /// Rare codes as counted over those who stay, by table.
    pub(super) rare: HashMap<&'static str, RareCodes>,
}

impl<'p> Lives<'p> {
    pub(super) fn load(
        policy: &'p Policy,
        tables: &dyn Tables,
        persons: &Persons,
    ) -> Result<Self, ProcessError> {
        let named = policy.protect().attributes();
        let told = named.filter_map(|of| Some((of, policy.table(of.table.name)?)));
        Ok(Self {
            told: told.map(|(of, table)| Told::load(of, table, tables, persons)).collect::<Result<_, _>>()?,
        })
    }

    /// What the product would show of those who are kept.
    pub(super) fn shown(&self, kept: &[bool], keys: &Keys) -> ShownLives {
        let mut shown = ShownLives { attributes: Vec::new(), rare: HashMap::new() };
        for told in &self.told {
            let rare = told.rare(kept);
            shown.attributes.push(told.attribute(rare.as_ref(), kept, keys));
            if let Some(rare) = rare {
                shown.rare.insert(told.of.table.name, rare);
            }
        }
        shown
    }
}

impl<'p> Told<'p> {
    fn load(
        of: ColumnOf,
        table: &'p TablePolicy,
        tables: &dyn Tables,
        persons: &Persons,
    ) -> Result<Self, ProcessError> {
        let group = CodedGroup::of(of.table.name, of.column.name);
        let columns: Vec<&'static Column> = match group {
            Some(group) => group.columns().filter_map(|name| of.table.column(name)).collect(),
            None => vec![of.column],
        };
        let mut combinations: Vec<Vec<Cell<'static>>> = Vec::new();
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut settled = 1 << 16;
        let items = Items::new(table);
        for batch in tables.scan(of.table.name)? {
            let batch = batch?;
            let sources: Result<Vec<Source<'_>>, _> =
                columns.iter().map(|column| Source::of(&batch, of.table, column)).collect();
            let (sources, names) = (sources?, ItemNames::of(&batch, table)?);
            let mut key = String::new();
            for (row, id) in person_ids(&batch, of.table)?.values().iter().enumerate() {
                if names.as_ref().is_some_and(|names| matches!(names.fate(&items, row), Fate::Dropped)) {
                    continue;
                }
                key.clear();
                for source in &sources {
                    key.push_str(&source.cell(row).text().unwrap_or("\u{0}".into()));
                    key.push('\u{1f}');
                }
                let combination = match known.get(&key) {
                    Some(number) => *number,
                    None => {
                        let next = combinations.len() as u32;
                        combinations
                            .push(sources.iter().map(|source| source.cell(row).into_owned()).collect());
                        known.insert(key.clone(), next);
                        next
                    }
                };
                pairs.push((persons.find(*id, of.table)?, combination));
            }
            // A life repeats itself: what is kept are distinct pairs, not rows.
            if pairs.len() > 2 * settled {
                pairs.sort_unstable();
                pairs.dedup();
                settled = pairs.len().max(settled);
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let people = Groups::of_pairs(persons.len(), pairs.iter().copied());
        Ok(Self { of, table, columns, combinations, people })
    }

    /// The table's rare codes among those who are kept.
    fn rare(&self, kept: &[bool]) -> Option<RareCodes> {
        let rule = self.table.columns.iter().find_map(|c| c.pipeline.rare())?;
        if !rule.group.columns().eq(self.columns.iter().map(|c| c.name)) {
            return None;
        }
        // More people than the limit need not be counted.
        let mut counted: Vec<Vec<u32>> = vec![Vec::new(); self.combinations.len()];
        for (person, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            for combination in self.people.of(person) {
                if let Some(people) = counted.get_mut(*combination as usize)
                    && people.len() < rule.fewer_than
                {
                    people.push(person as u32);
                }
            }
        }
        let mut rare = RareCodes::new(rule, |column| self.table.releases(column));
        for (combination, people) in self.combinations.iter().zip(counted) {
            let values = texts(combination);
            people.into_iter().for_each(|person| rare.count(&values, person));
        }
        rare.decide();
        Some(rare)
    }

    fn attribute(&self, rare: Option<&RareCodes>, kept: &[bool], keys: &Keys) -> Attribute {
        let mut labels = vec![String::new()];
        let mut known: HashMap<String, u32> = HashMap::from([(String::new(), 0)]);
        let numbers: Vec<u32> = self
            .combinations
            .iter()
            .map(|combination| {
                let label = self.label(combination, rare, keys);
                let next = labels.len() as u32;
                *known.entry(label).or_insert_with_key(|label| {
                    labels.push(label.clone());
                    next
                })
            })
            .collect();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut own: Vec<u32> = Vec::new();
        for (person, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            own.clear();
            let values = self.people.of(person).iter().filter_map(|c| numbers.get(*c as usize).copied());
            own.extend(values.filter(|value| *value != 0));
            own.sort_unstable();
            own.dedup();
            if own.is_empty() {
                own.push(0);
            }
            pairs.extend(own.iter().map(|value| (person as u32, *value)));
        }
        let values = Groups::of_pairs(kept.len(), pairs.iter().copied());
        Attribute { of: self.of, values, labels }
    }

    /// What the product shows for a row: the column; where it is empty, the next of its group that says something. No model may
    /// take a disease for nothing because it is written as a name without a code.
    fn label(&self, combination: &[Cell<'static>], rare: Option<&RareCodes>, keys: &Keys) -> String {
        let outcome = rare.and_then(|rare| Some((rare.group(), rare.outcome(&texts(combination))?)));
        let subject = Subject { shift_key: 0, keys };
        let shown = |column: &Column| {
            if let Some((group, outcome)) = outcome {
                return outcome.cell(group, column.name).text().map(Into::into);
            }
            let cell = self.columns.iter().zip(combination).find(|(known, _)| known.name == column.name)?.1;
            let pipeline = &self.table.column(column.name)?.pipeline;
            if pipeline.is_dropped() {
                return None;
            }
            pipeline.apply(cell.clone(), &subject).text().map(|text| text.into_owned())
        };
        let mut columns = std::iter::once(self.of.column).chain(self.columns.iter().copied());
        columns.find_map(|column| shown(column).filter(|text: &String| !text.is_empty())).unwrap_or_default()
    }
}

/// The texts of a row's coded columns.
fn texts<'c>(combination: &'c [Cell<'static>]) -> Vec<Option<&'c str>> {
    let text = |cell: &'c Cell<'static>| match cell {
        Cell::Text(text) => Some(text.as_ref()),
        _ => None,
    };
    combination.iter().map(text).collect()
}
