//! Another data set (ほかのデータ): knows sex, birth month, municipality, and a few codes of each person.
//!
//! Candidates are the persons of the product whom some day of that month and some shift explain, and who show all of the codes.
//! The codes are drawn by the run's seed from what the product shows of the target — before treatment, from what is true of
//! them — because whoever holds the other data may be able to tell how a code is shown.

use super::{Knowledge, Tried, World, share};
use crate::Cell;
use crate::models::{Attribute, Classes, Groups};
use crate::risk::{drawn, mixed};
use kiban_model::report::Bilingual;
use kiban_model::{DateAsGiven, Precision};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

impl World<'_> {
    pub(super) fn other_data(&self, knowledge: &Knowledge<'_>, codes: usize) -> Tried {
        let persons = self.scene.released.len();
        let targets = self.sampled();
        let month = self.to_the_month();
        let (true_members, members) = (month.members(), self.product.members());
        let given: Vec<Groups> = knowledge.given.iter().map(|a| people_of(a, persons)).collect();
        let shown: Vec<Groups> = knowledge.shown.iter().map(|a| people_of(a, persons)).collect();
        // Targets of the same month explain each other: it is worked out once for each.
        let mut classes: HashMap<(u32, Option<u32>), Vec<u32>> = HashMap::new();
        for target in &targets {
            if let Some(facts) = month.of(*target as usize) {
                let key = (facts, self.by_cells(*target as usize));
                classes.entry(key).or_insert_with(|| self.classes_of_the_month(*target as usize));
            }
        }
        let found: Vec<(u32, f64, f64)> = targets
            .par_iter()
            .map(|target| {
                let person = *target as usize;
                let Some(facts) = month.of(person) else { return (*target, 0.0, 0.0) };
                let seed = self.scene.seed ^ mixed(u64::from(*target));
                let known = codes_of(knowledge.given, person, codes, seed);
                let before = count(&[facts], &true_members, &month, &known, knowledge.given, &given);
                if self.product.of(person).is_none() {
                    return (*target, share(before), 0.0);
                }
                let known = codes_of(knowledge.shown, person, codes, seed);
                let key = (facts, self.by_cells(person));
                let classes = classes.get(&key).map(Vec::as_slice).unwrap_or_default();
                let after = count(classes, &members, &self.product, &known, knowledge.shown, &shown);
                (*target, share(before), share(after))
            })
            .collect();
        Tried::new(
            Bilingual::new("ほかのデータを持つ人", "a holder of other data"),
            Bilingual::new(
                format!("性別、生まれた月、市区町村、コード{codes}個"),
                format!("sex, birth month, municipality, {codes} codes"),
            ),
            found,
        )
    }

    /// Persons by true facts, the birth date to the month.
    fn to_the_month(&self) -> Classes {
        let columns: Vec<Vec<u32>> = self
            .known
            .iter()
            .map(|fact| {
                let mut months: HashMap<Option<String>, u32> = HashMap::new();
                let month = |cell: &Cell<'_>| match cell {
                    Cell::Date(date) => Some(date.truncated(Precision::Month).to_string()),
                    cell => cell.text().map(|text| text.into_owned()),
                };
                let once: Vec<u32> = fact
                    .values
                    .iter()
                    .map(|cell| {
                        let next = months.len() as u32;
                        *months.entry(month(cell)).or_insert(next)
                    })
                    .collect();
                fact.raw.iter().map(|raw| once.get(*raw as usize).copied().unwrap_or(0)).collect()
            })
            .collect();
        let columns: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
        Classes::new(self.scene.released.len(), &columns, |_| true)
    }

    /// The product's classes in which a person may be of whom only the month of birth is known.
    fn classes_of_the_month(&self, person: usize) -> Vec<u32> {
        let mut found: BTreeSet<u32> = BTreeSet::new();
        let shifts: &[u64] = if self.facts_are_shifted() { &self.shifts } else { &[0] };
        let born = self.known.iter().position(|fact| fact.column.name == "birth_date");
        let cell = born.and_then(|at| self.fact(at, person));
        let days: Vec<Option<Cell<'_>>> = match cell {
            Some(Cell::Date(date)) if date.precision() >= Precision::Day => {
                let (year, month, _) = date.ymd();
                (1..=31)
                    .filter_map(|day| DateAsGiven::from_day(year, month, day).ok())
                    .map(|d| Some(Cell::Date(d)))
                    .collect()
            }
            _ => vec![None],
        };
        for day in &days {
            let instead = born.zip(day.as_ref());
            found.extend(shifts.iter().filter_map(|shift| self.class_with(person, instead, *shift)));
        }
        found.into_iter().collect()
    }
}

/// The people of every value of an attribute.
fn people_of(attribute: &Attribute, persons: usize) -> Groups {
    let pairs =
        (0..persons).flat_map(|person| attribute.values.of(person).iter().map(move |v| (*v, person as u32)));
    Groups::of_pairs(attribute.labels.len(), pairs)
}

/// Some of a person's codes: (attribute, value). Having none is no code.
fn codes_of(attributes: &[Attribute], person: usize, codes: usize, seed: u64) -> Vec<(usize, u32)> {
    let own: Vec<(usize, u32)> = attributes
        .iter()
        .enumerate()
        .flat_map(|(at, attribute)| attribute.values.of(person).iter().map(move |value| (at, *value)))
        .filter(|(_, value)| *value != 0)
        .collect();
    drawn(&own, codes, seed)
}

/// People of some classes who have all of the codes, through whichever list is shorter.
fn count(
    classes: &[u32],
    members: &Groups,
    of: &Classes,
    codes: &[(usize, u32)],
    attributes: &[Attribute],
    people: &[Groups],
) -> u64 {
    let has_all = |person: u32| {
        let has = |(at, value): &(usize, u32)| {
            attributes.get(*at).is_some_and(|a| a.values.of(person as usize).binary_search(value).is_ok())
        };
        codes.iter().all(has)
    };
    let in_classes: usize = classes.iter().map(|class| members.of(*class as usize).len()).sum();
    let rarest =
        codes.iter().filter_map(|(at, value)| people.get(*at).map(|people| people.of(*value as usize)));
    let found = match rarest.min_by_key(|people| people.len()).filter(|people| people.len() < in_classes) {
        Some(people) => people
            .iter()
            .filter(|person| {
                of.of(**person as usize).is_some_and(|class| classes.binary_search(&class).is_ok())
            })
            .filter(|person| has_all(**person))
            .count(),
        None => {
            classes.iter().flat_map(|c| members.of(*c as usize)).filter(|person| has_all(**person)).count()
        }
    };
    found as u64
}
