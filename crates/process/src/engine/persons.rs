//! The persons of a run and the facts by which they could be recognised.
//!
//! Every fact is held as a number per person with the distinct values aside: a million persons are a few megabytes, and a
//! value is treated once however many people have it.

use super::batch::{Source, person_ids};
use super::coded::{NONE, Texts};
use super::{ProcessError, Shown, ShownColumn, Tables};
use crate::keys::{Keys, Subject};
use crate::models::cells::EMPTY;
use crate::models::{Classes, Population, ReleaseClasses};
use crate::policy::Policy;
use crate::pseudonyms::Pseudonyms;
use crate::transforms::{ColumnOf, Pipeline};
use crate::{Cell, risk::attacks};
use kiban_model::tables::{Column, Person, Table};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

const PERSON: &Table = &Person::TABLE;

/// One column of `person` over all persons.
#[derive(Debug)]
pub(crate) struct Fact {
    /// The column.
    pub(crate) column: &'static Column,
    /// Number of the value, a person.
    pub(crate) raw: Vec<u32>,
    /// The distinct values.
    pub(crate) values: Vec<Cell<'static>>,
    /// Number of the value, a row of the policy's population.
    population: Vec<u32>,
}

/// A value treated: numbers per person.
type Treat<'t> = &'t dyn for<'c> Fn(Cell<'c>, &Subject<'_>) -> Cell<'c>;

impl Fact {
    /// What every person's value becomes, as numbers: equal numbers, equal cells. A population is not shifted.
    pub(crate) fn treated(
        &self,
        treat: Treat<'_>,
        is_shifted: bool,
        keys: &Keys,
        shift_keys: &[u64],
    ) -> ShownColumn {
        let mut known: HashMap<Option<String>, u32> = HashMap::from([(None, EMPTY)]);
        let mut number = |cell: Cell<'_>| {
            let next = known.len() as u32;
            *known.entry(cell.text().map(Into::into)).or_insert(next)
        };
        let value = |raw: u32| self.values.get(raw as usize).cloned().unwrap_or(Cell::Empty);
        if is_shifted {
            let persons = self.raw.iter().zip(shift_keys);
            let persons =
                persons.map(|(raw, key)| number(treat(value(*raw), &Subject::shifted(*key, keys)))).collect();
            return ShownColumn { persons, population: Vec::new() };
        }
        let subject = Subject::anybody(keys);
        let once: Vec<u32> = self.values.iter().map(|cell| number(treat(cell.clone(), &subject))).collect();
        let all = |raw: &[u32]| {
            raw.iter().map(|raw| once.get(*raw as usize).copied().unwrap_or(u32::MAX)).collect()
        };
        ShownColumn { persons: all(&self.raw), population: all(&self.population) }
    }
}

impl Fact {
    /// The population's values in this column, numbered with the persons'.
    fn add_population(&mut self, population: &Population, known: &mut Known) {
        let at = population.columns.iter().position(|column| *column == self.column);
        let Some(values) = at.and_then(|at| population.values.get(at)) else { return };
        for value in values {
            let cell = if value.is_empty() { Cell::Empty } else { Cell::from_text(value, self.column.kind) };
            self.population.push(known.number(cell, &mut self.values));
        }
    }
}

/// Values met before, by text.
#[derive(Default)]
struct Known {
    texts: Texts,
    /// By code of a text; [`UNMET`] until it is met.
    numbers: Vec<u32>,
}

/// A value that was not met before.
const UNMET: u32 = u32::MAX;

impl Known {
    /// The number of a value: its place among the distinct ones.
    fn number(&mut self, cell: Cell<'_>, values: &mut Vec<Cell<'static>>) -> u32 {
        let code = cell.text().map_or(NONE, |text| self.texts.code(&text)) as usize;
        if code >= self.numbers.len() {
            self.numbers.resize(code + 1, UNMET);
        }
        let Some(number) = self.numbers.get_mut(code) else { return UNMET };
        if *number == UNMET {
            *number = values.len() as u32;
            values.push(cell.into_owned());
        }
        *number
    }
}

/// All persons of a run, in the order of their numbers.
#[derive(Debug)]
pub(super) struct Persons {
    ids: Vec<i64>,
    index: Index,
    shift_keys: Vec<u64>,
    /// Days of index events.
    indices: Vec<Option<i32>>,
    /// Who is looked at: others do not leave, whoever they are.
    among: Vec<bool>,
    facts: Vec<Fact>,
}

/// Places of persons by number: an array where the numbers stand close together, as a store gives them; else they are
/// looked for in their order. Every row of a run asks for one.
#[derive(Debug)]
struct Index {
    first: i64,
    places: Vec<u32>,
}

impl Index {
    const NOBODY: u32 = u32::MAX;

    fn of(ids: &[i64]) -> Self {
        let first = ids.first().copied().unwrap_or(0);
        let width = ids
            .last()
            .map_or(0, |last| usize::try_from(last.abs_diff(first)).unwrap_or(usize::MAX).saturating_add(1));
        let mut places = Vec::new();
        if width <= ids.len().saturating_mul(8) {
            places = vec![Self::NOBODY; width];
            for (id, place) in ids.iter().zip(0u32..) {
                if let Some(slot) = places.get_mut(id.abs_diff(first) as usize) {
                    *slot = place;
                }
            }
        }
        Self { first, places }
    }

    fn place(&self, id: i64, ids: &[i64]) -> Option<u32> {
        if self.places.is_empty() {
            return ids.binary_search(&id).ok().map(|place| place as u32);
        }
        let at = usize::try_from(id.checked_sub(self.first)?).ok()?;
        self.places.get(at).copied().filter(|place| *place != Self::NOBODY)
    }
}

impl Persons {
    pub(super) fn load(
        policy: &Policy,
        tables: &dyn Tables,
        keys: &Keys,
        shift_key: impl Fn(i64) -> u64 + Sync,
    ) -> Result<Self, ProcessError> {
        let wanted =
            |c: &&Column| attacks::KNOWN.contains(&c.name) || policy.protect().quasi_identifiers.contains(c);
        let columns: Vec<&'static Column> = PERSON.columns.iter().filter(wanted).collect();
        let mut known: Vec<Known> = columns.iter().map(|_| Known::default()).collect();
        let mut facts: Vec<Fact> = columns
            .iter()
            .map(|column| Fact { column, raw: Vec::new(), values: Vec::new(), population: Vec::new() })
            .collect();
        let mut rows: Vec<(i64, u32)> = Vec::new();
        for batch in tables.scan(PERSON.name)? {
            let batch = batch?;
            for (fact, known) in facts.iter_mut().zip(&mut known) {
                let source = Source::of(&batch, PERSON, fact.column)?;
                for row in 0..batch.num_rows() {
                    let cell = source.cell(row);
                    fact.raw.push(known.number(cell, &mut fact.values));
                }
            }
            let first = rows.len() as u32;
            rows.extend(person_ids(&batch, PERSON)?.values().iter().zip(first..).map(|(id, at)| (*id, at)));
        }
        if let Some(population) = &policy.protect().population {
            for (fact, known) in facts.iter_mut().zip(&mut known) {
                fact.add_population(population, known);
            }
        }
        // In the order of person numbers, whatever the order of the store: draws must not depend on it.
        rows.sort_unstable();
        if rows.windows(2).any(|pair| pair.first().map(|p| p.0) == pair.last().map(|p| p.0)) {
            return Err(ProcessError::PersonRepeated);
        }
        for fact in &mut facts {
            fact.raw = rows.iter().map(|(_, at)| fact.raw.get(*at as usize).copied().unwrap_or(0)).collect();
        }
        let ids: Vec<i64> = rows.into_iter().map(|(id, _)| id).collect();
        let index = Index::of(&ids);
        let shift_keys = ids.par_iter().map(|id| shift_key(*id)).collect();
        let sample = policy.protect().sample;
        let is_sampled = |id: &i64| sample.is_none_or(|share| keys.is_sampled(*id, share));
        let (indices, among) = (vec![None; ids.len()], ids.iter().map(is_sampled).collect());
        let mut persons = Self { ids, index, shift_keys, indices, among, facts };
        if let Some(index) = policy.index() {
            persons.indices = super::index::days(index, tables, &persons)?;
            if index.leaves_out {
                let both = persons.among.iter_mut().zip(&persons.indices);
                both.for_each(|(is_among, index)| *is_among &= index.is_some());
            }
        }
        Ok(persons)
    }

    /// Who may leave as far as the policy's sample and index event go.
    pub(super) fn among(&self) -> &[bool] {
        &self.among
    }

    /// How many they are.
    pub(super) fn people(&self) -> u64 {
        self.among.iter().filter(|is_among| **is_among).count() as u64
    }

    pub(super) fn indices(&self) -> &[Option<i32>] {
        &self.indices
    }

    pub(super) const fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn find(&self, id: i64, table: &'static Table) -> Result<u32, ProcessError> {
        self.index.place(id, &self.ids).ok_or(ProcessError::PersonMissing { table: table.name })
    }

    pub(super) fn subject<'k>(&self, person: u32, keys: &'k Keys) -> Subject<'k> {
        let shift_key = self.shift_keys.get(person as usize).copied().unwrap_or(0);
        let index = self.indices.get(person as usize).copied().flatten();
        Subject { shift_key, index, place: person, keys }
    }

    pub(super) fn facts(&self) -> &[Fact] {
        &self.facts
    }

    pub(super) fn shift_keys(&self) -> &[u64] {
        &self.shift_keys
    }

    /// Numbers, ascending.
    pub(super) fn ids(&self) -> &[i64] {
        &self.ids
    }

    pub(super) fn ids_of(&self, kept: &[bool]) -> Vec<i64> {
        self.ids.iter().zip(kept).filter(|(_, kept)| **kept).map(|(id, _)| *id).collect()
    }

    /// The classes of those who leave, by pseudonym.
    pub(super) fn pseudonymous(
        &self,
        map: &Pseudonyms,
        class: impl Fn(usize) -> Option<u32>,
    ) -> ReleaseClasses {
        let of = |(person, id): (usize, &i64)| Some((map.get(*id)?.pseudonym.clone(), class(person)?));
        self.ids.iter().enumerate().filter_map(of).collect()
    }

    fn quasi<'s>(&'s self, policy: &'s Policy) -> impl Iterator<Item = &'s Fact> {
        policy.protect().quasi_identifiers.iter().filter_map(|c| self.facts.iter().find(|f| f.column == *c))
    }

    pub(super) fn classes_before(&self, policy: &Policy) -> Classes {
        let columns: Vec<&[u32]> = self.quasi(policy).map(|fact| fact.raw.as_slice()).collect();
        Classes::new(self.len(), &columns, |person| self.among.get(person).copied().unwrap_or(false))
    }

    /// The quasi-identifiers as the product shows them; one that does not leave is the same for all.
    pub(super) fn shown(&self, policy: &Policy, keys: &Keys) -> Shown {
        let treated = |fact: &Fact| match pipeline_of(policy, fact.column) {
            Some(pipeline) => self.treated(fact, pipeline, keys),
            None => self.same_for_all(policy),
        };
        Shown { columns: self.quasi(policy).map(treated).collect() }
    }

    /// A column that does not leave.
    fn same_for_all(&self, policy: &Policy) -> ShownColumn {
        let population = policy.protect().population.as_ref().map_or(0, |population| population.counts.len());
        ShownColumn { persons: vec![EMPTY; self.len()], population: vec![EMPTY; population] }
    }

    fn treated(&self, fact: &Fact, pipeline: &Pipeline, keys: &Keys) -> ShownColumn {
        fact.treated(
            &|cell, subject| pipeline.apply(cell, subject),
            pipeline.shift_steps() > 0,
            keys,
            &self.shift_keys,
        )
    }

    /// A quasi-identifier one step coarser, with the words for it; the last step is to drop it.
    pub(super) fn coarser(
        &self,
        policy: &Policy,
        column: &'static Column,
        keys: &Keys,
    ) -> Option<(kiban_model::report::Bilingual, ShownColumn)> {
        let fact = self.facts.iter().find(|f| f.column == column)?;
        let pipeline = pipeline_of(policy, column)?;
        Some(match pipeline.coarser(ColumnOf { table: PERSON, column }) {
            Some(coarser) => {
                let shifted = pipeline.shift_steps() > 0;
                let numbers = fact.treated(
                    &|cell, subject| coarser.apply(cell, subject),
                    shifted,
                    keys,
                    &self.shift_keys,
                );
                (coarser.words(), numbers)
            }
            None => (Pipeline::dropped().words(), self.same_for_all(policy)),
        })
    }
}

/// What is done to a column of `person` that leaves.
pub(crate) fn pipeline_of<'p>(policy: &'p Policy, column: &Column) -> Option<&'p Pipeline> {
    let found = policy.table(PERSON.name)?.column(column.name)?;
    (!found.pipeline.is_dropped()).then_some(&found.pipeline)
}

/// Who leaves, and at which place: by pseudonym (PSE-06).
#[derive(Debug)]
pub(super) struct Release {
    /// By person.
    ranks: Vec<u32>,
    /// By rank.
    persons: Vec<u32>,
    pseudonyms: Vec<String>,
    pool: Pool,
    emptied: Emptied,
}

/// Which quasi-identifiers of each person are emptied.
#[derive(Debug, Default)]
pub(crate) struct Emptied {
    columns: Vec<&'static Column>,
    /// One bit a column, a person; nobody where no cell is emptied.
    masks: Vec<u32>,
}

impl Emptied {
    pub(super) fn new(policy: &Policy, masks: Vec<u32>) -> Self {
        Self { columns: policy.protect().quasi_identifiers.clone(), masks }
    }

    /// Whether no cell is.
    pub(crate) const fn is_none(&self) -> bool {
        self.masks.is_empty()
    }

    /// The place of a column of which cells are emptied.
    pub(crate) fn place(&self, column: &Column) -> Option<usize> {
        self.columns.iter().position(|known| *known == column).filter(|_| !self.masks.is_empty())
    }

    /// Whether a person's cell in the column at a place is emptied.
    pub(crate) fn is_emptied(&self, person: u32, place: usize) -> bool {
        self.masks.get(person as usize).is_some_and(|mask| mask >> place & 1 == 1)
    }
}

/// Small providers, and the word that they share.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) providers: HashSet<String>,
    pub(super) word: String,
}

impl Release {
    pub(super) fn new(
        persons: &Persons,
        kept: &[bool],
        pseudonyms: &Pseudonyms,
        pool: Pool,
        emptied: Emptied,
    ) -> Self {
        let mut leaving: Vec<(&str, usize)> = persons
            .ids
            .iter()
            .enumerate()
            .filter(|(person, _)| kept.get(*person).copied().unwrap_or(false))
            .filter_map(|(person, id)| Some((pseudonyms.get(*id)?.pseudonym.as_str(), person)))
            .collect();
        leaving.par_sort_unstable();
        let mut ranks = vec![u32::MAX; persons.len()];
        for (place, (_, person)) in (0u32..).zip(&leaving) {
            if let Some(slot) = ranks.get_mut(*person) {
                *slot = place;
            }
        }
        let first = u32::try_from(leaving.len()).unwrap_or(u32::MAX);
        let staying = ranks.iter_mut().filter(|rank| **rank == u32::MAX);
        (first..).zip(staying).for_each(|(rank, slot)| *slot = rank);
        let mut by_rank = vec![0; ranks.len()];
        for (person, rank) in (0..).zip(&ranks) {
            if let Some(slot) = by_rank.get_mut(*rank as usize) {
                *slot = person;
            }
        }
        let pseudonyms = leaving.into_iter().map(|(pseudonym, _)| pseudonym.to_owned()).collect();
        Self { ranks, persons: by_rank, pseudonyms, pool, emptied }
    }

    /// Which cells of `person` are emptied.
    pub(super) const fn emptied(&self) -> &Emptied {
        &self.emptied
    }

    /// The word that a small provider shares with others.
    pub(super) fn pool_of<'c>(&self, provider: &Cell<'_>) -> Option<Cell<'c>> {
        let is_small =
            provider.text().is_some_and(|provider| self.pool.providers.contains(provider.as_ref()));
        is_small.then(|| Cell::label(self.pool.word.clone()))
    }

    /// A person's place, where those who do not leave come after those who do.
    pub(super) fn rank(&self, person: u32) -> u32 {
        self.ranks.get(person as usize).copied().unwrap_or(u32::MAX)
    }

    /// Whose place this is.
    pub(super) fn person(&self, rank: u32) -> u32 {
        self.persons.get(rank as usize).copied().unwrap_or(u32::MAX)
    }

    /// Whether who has this place leaves.
    pub(super) fn leaves(&self, rank: u32) -> bool {
        (rank as usize) < self.pseudonyms.len()
    }

    /// A person's place in the product; `None`: suppressed.
    pub(super) fn place(&self, person: u32) -> Option<u32> {
        Some(self.rank(person)).filter(|rank| self.leaves(*rank))
    }

    pub(super) fn pseudonym(&self, place: u32) -> &str {
        self.pseudonyms.get(place as usize).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everybody_is_found_and_nobody_else(
            ids in prop::collection::btree_set(prop_oneof![-20i64..60, any::<i64>()], 0..30),
            others in prop::collection::vec(prop_oneof![-30i64..70, any::<i64>()], 20)
        ) {
            for ids in [ids.iter().copied().collect::<Vec<_>>(), ids.range(-20..60).copied().collect()] {
                let index = Index::of(&ids);
                for id in ids.iter().chain(&others) {
                    let expected = ids.iter().position(|known| known == id).map(|place| place as u32);
                    prop_assert_eq!(index.place(*id, &ids), expected);
                }
            }
        }
    }
}
