//! What the models must know of people's lives before it is decided who stays: their values in the columns that models name.
//!
//! Rows are read once and kept as numbers: the distinct combinations of a row's columns aside, and for every person which
//! of them they have. What a product would show of them depends on who stays — codes are rare among those who leave — so
//! it is worked out again whenever that changes, without another reading.

use super::batch::{Source, person_ids};
use super::items::{Fate, ItemNames, Items};
use super::persons::{Persons, Pool};
use super::{ProcessError, Tables};
use crate::Cell;
use crate::keys::{Keys, Subject};
use crate::models::{Attribute, Groups, KmAnonymity, Scene, SmallProviders};
use crate::pairs::Pairs;
use crate::policy::{Policy, TablePolicy};
use crate::transforms::{CodedGroup, ColumnOf, RareCodes};
use kiban_model::report::ModelFinding;
use kiban_model::tables::Column;
use std::collections::HashMap;

mod climb;

/// The lives of a run's persons, as far as the policy's models look at them.
#[derive(Debug)]
pub(super) struct Lives<'p> {
    told: Vec<Told<'p>>,
    providers: Providers,
}

/// The providers at which persons have rows of tables that leave.
#[derive(Debug, Default)]
struct Providers {
    names: Vec<String>,
    of: Groups,
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
    /// What it took that any m codes are those of k people.
    pub(super) climbed: Option<ModelFinding>,
}

/// What the product shows for each combination, as numbers of labels. A class of a ladder and a code written the same are two:
/// beside the class stands no name.
struct Labels {
    labels: Vec<String>,
    known: HashMap<(bool, String), u32>,
    /// The label of every combination.
    of: Vec<u32>,
}

impl Labels {
    /// Having no value is label 0.
    fn new() -> Self {
        let mut labels = Self { labels: Vec::new(), known: HashMap::new(), of: Vec::new() };
        labels.number(String::new(), false);
        labels
    }

    fn number(&mut self, label: String, is_class: bool) -> u32 {
        let next = self.labels.len() as u32;
        let labels = &mut self.labels;
        // A class without a word says nothing, as no value does.
        let is_class = is_class && !label.is_empty();
        *self.known.entry((is_class, label)).or_insert_with_key(|(_, label)| {
            labels.push(label.clone());
            next
        })
    }

    /// The attribute as a reader compares it, by what is written.
    fn attribute(self, of: ColumnOf, values: &[(u32, u32)], persons: usize) -> Attribute {
        let mut first: HashMap<&str, u32> = HashMap::new();
        let same: Vec<u32> =
            self.labels.iter().zip(0u32..).map(|(label, at)| *first.entry(label).or_insert(at)).collect();
        let mut values: Vec<(u32, u32)> = values
            .iter()
            .map(|(person, label)| (*person, same.get(*label as usize).copied().unwrap_or(0)))
            .collect();
        values.sort_unstable();
        values.dedup();
        Attribute { of, values: Groups::of_pairs(persons, values.iter().copied()), labels: self.labels }
    }
}

impl<'p> Lives<'p> {
    pub(super) fn load(
        policy: &'p Policy,
        tables: &dyn Tables,
        persons: &Persons,
    ) -> Result<Self, ProcessError> {
        let named = policy.protect().attributes();
        let told = named.filter_map(|of| Some((of, policy.table(of.table.name)?)));
        let told =
            told.map(|(of, table)| Told::load(of, table, tables, persons)).collect::<Result<_, _>>()?;
        let providers = match policy.protect().small_providers {
            Some(_) => Providers::load(policy, tables, persons)?,
            None => Providers { names: Vec::new(), of: Groups::of_pairs(persons.len(), std::iter::empty()) },
        };
        Ok(Self { told, providers })
    }

    /// The providers of every person, where the policy asks for them.
    pub(super) const fn providers(&self) -> &Groups {
        &self.providers.of
    }

    /// What is true of everybody in the columns that attackers know.
    pub(super) fn given(&self, of: &[ColumnOf]) -> Vec<Attribute> {
        let told = of.iter().filter_map(|of| self.told.iter().find(|told| told.of == *of));
        told.map(|told| {
            let mut labels = Labels::new();
            for combination in &told.combinations {
                let texts: Vec<String> =
                    combination.iter().map(|cell| cell.text().unwrap_or_default().into_owned()).collect();
                let is_empty = texts.iter().all(String::is_empty);
                let number =
                    labels.number(if is_empty { String::new() } else { texts.join("\u{1f}") }, false);
                labels.of.push(number);
            }
            let everybody = vec![true; told.people.len()];
            let values = told.values(&labels, &everybody);
            labels.attribute(told.of, &values, everybody.len())
        })
        .collect()
    }

    /// The small providers that share a word.
    pub(super) fn pool(&self, small: &SmallProviders, scene: &Scene<'_>) -> Pool {
        let Some(word) = small.then.clone() else { return Pool::default() };
        let pooled = small.pooled(scene);
        let names = pooled.iter().filter_map(|at| self.providers.names.get(*at as usize).cloned());
        Pool { providers: names.collect(), word }
    }

    /// What the product would show of those who are kept.
    pub(super) fn shown(&self, kept: &[bool], climbing: Option<&KmAnonymity>, keys: &Keys) -> ShownLives {
        let mut shown = ShownLives { attributes: Vec::new(), rare: HashMap::new(), climbed: None };
        let mut labels = Vec::new();
        for told in &self.told {
            let rare = told.rare(kept);
            labels.push(told.labels(rare.as_ref(), keys));
            if let Some(rare) = rare {
                shown.rare.insert(told.of.table.name, rare);
            }
        }
        let mut values: Vec<Vec<(u32, u32)>> =
            self.told.iter().zip(&labels).map(|(told, labels)| told.values(labels, kept)).collect();
        if let Some(model) = climbing {
            shown.climbed = Some(climb::climb(model, &self.told, &mut labels, &mut values, &mut shown.rare));
        }
        for ((told, labels), values) in self.told.iter().zip(labels).zip(values) {
            shown.attributes.push(labels.attribute(told.of, &values, kept.len()));
        }
        shown
    }
}

impl Providers {
    fn load(policy: &Policy, tables: &dyn Tables, persons: &Persons) -> Result<Self, ProcessError> {
        let mut names: Vec<String> = Vec::new();
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut pairs = Pairs::default();
        for table in policy.tables() {
            let items = Items::new(table);
            for batch in tables.scan(table.table.name)? {
                let batch = batch?;
                let source = Source::named(&batch, table.table, "provider_id")?;
                let names_of_items = ItemNames::of(&batch, table)?;
                for (row, id) in person_ids(&batch, table.table)?.values().iter().enumerate() {
                    let fate = names_of_items.as_ref().map(|names| names.fate(&items, row));
                    let Some(name) = source.text(row).filter(|_| !matches!(fate, Some(Fate::Dropped))) else {
                        continue;
                    };
                    let number = match known.get(name) {
                        Some(number) => *number,
                        None => {
                            names.push(name.to_owned());
                            let next = known.len() as u32;
                            *known.entry(name.to_owned()).or_insert(next)
                        }
                    };
                    pairs.push(persons.find(*id, table.table)?, number);
                }
            }
        }
        Ok(Self { names, of: pairs.groups(persons.len()) })
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
        let mut pairs = Pairs::default();
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
                pairs.push(persons.find(*id, of.table)?, combination);
            }
        }
        let people = pairs.groups(persons.len());
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

    fn labels(&self, rare: Option<&RareCodes>, keys: &Keys) -> Labels {
        let mut labels = Labels::new();
        for combination in &self.combinations {
            let is_class = rare.is_some_and(|rare| rare.outcome(&texts(combination), None).is_some());
            let number = labels.number(self.label(combination, rare, keys), is_class);
            labels.of.push(number);
        }
        labels
    }

    /// (person, label), in order, of those who are kept; label 0 for those who have none.
    fn values(&self, labels: &Labels, kept: &[bool]) -> Vec<(u32, u32)> {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut own: Vec<u32> = Vec::new();
        for (person, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            own.clear();
            let values = self.people.of(person).iter().filter_map(|c| labels.of.get(*c as usize).copied());
            own.extend(values.filter(|value| *value != 0));
            own.sort_unstable();
            own.dedup();
            if own.is_empty() {
                own.push(0);
            }
            pairs.extend(own.iter().map(|value| (person as u32, *value)));
        }
        pairs
    }

    /// What the product shows for a row: the column; where it is empty, the next of its group that says something. No model may
    /// take a disease for nothing because it is written as a name without a code.
    fn label(&self, combination: &[Cell<'static>], rare: Option<&RareCodes>, keys: &Keys) -> String {
        let outcome = rare.and_then(|rare| Some((rare.group(), rare.outcome(&texts(combination), None)?)));
        let subject = Subject::anybody(keys);
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
        let system = CodedGroup::of(self.of.table.name, self.of.column.name).and_then(|group| group.system);
        let others = self.columns.iter().copied().filter(|column| Some(column.name) != system);
        let mut columns = std::iter::once(self.of.column).chain(others);
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
