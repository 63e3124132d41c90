//! The employer (勤め先): knows sex, birth date, municipality and the day of one visit, drawn at random for each target.
//!
//! Candidates are the persons of the product with a visit that some shift explains — where the facts are shifted too, the same
//! shift. Targets are those with a visit known to the day.

use super::{Tried, World, label, share};
use crate::Cell;
use crate::keys::Subject;
use crate::risk::{drawn, mixed};
use crate::transforms::Pipeline;
use kiban_model::report::Bilingual;
use kiban_model::{DateAsGiven, Precision};
use rayon::prelude::*;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Visits known to the day: of whom, the true day, and what the product shows.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    rows: Vec<(u32, i32, Option<u32>)>,
    labels: HashMap<String, u32>,
}

impl Visits {
    /// A visit. `shown` is `None` where the product has no such column.
    pub(crate) fn add(&mut self, person: u32, given: &Cell<'_>, shown: Option<&Cell<'_>>) {
        let Cell::Date(date) = given else { return };
        if date.precision() < Precision::Day {
            return;
        }
        let label = shown.map(|cell| {
            let next = self.labels.len() as u32;
            *self.labels.entry(label(cell)).or_insert(next)
        });
        self.rows.push((person, date.days_since_epoch(), label));
    }
}

/// Visits as the product shows them: (class of the product, shown visit, person), each once, in order.
struct ShownVisits(Vec<(u32, Option<u32>, u32)>);

impl ShownVisits {
    fn people(&self, class: u32, shown: Option<u32>) -> impl Iterator<Item = u32> {
        let from = self.0.partition_point(|(c, s, _)| (*c, *s) < (class, shown));
        let rest = self.0.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(c, s, _)| (*c, *s) == (class, shown)).map(|(.., person)| *person)
    }
}

/// Whom the employer looks for, and the day of the visit.
type Target = (u32, i32);

impl World<'_> {
    pub(super) fn employer(&self) -> Option<Tried> {
        let mut rows = self.scene.visits.rows.clone();
        rows.par_sort_unstable();
        rows.dedup();
        let mut targets: Vec<Target> = rows
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|own| {
                let person = own.first()?.0;
                self.scene.among.get(person as usize).filter(|is_among| **is_among)?;
                let mut days: Vec<i32> = own.iter().map(|(_, day, _)| *day).collect();
                days.dedup();
                Some((person, *drawn(&days, 1, self.scene.seed ^ mixed(u64::from(person))).first()?))
            })
            .collect();
        if targets.is_empty() {
            return None;
        }
        if self.facts_are_shifted() {
            // Every shift is tried for each of them.
            let chosen: HashSet<u32> = self.sampled().into_iter().collect();
            targets.retain(|(person, _)| chosen.contains(person));
        }
        let before = self.before(&targets, &rows);
        if self.visit.is_some_and(Pipeline::is_relative) {
            // From here on the day is that since the index event; without one, none that there is.
            for (person, day) in &mut targets {
                *day = self.index_of(*person).map_or(i32::MIN, |index| day.saturating_sub(index));
            }
        }
        let released = rows
            .iter()
            .filter_map(|(person, _, shown)| Some((self.product.of(*person as usize)?, *shown, *person)));
        let mut shown: Vec<(u32, Option<u32>, u32)> = released.collect();
        shown.par_sort_unstable();
        shown.dedup();
        let shown = ShownVisits(shown);
        let after = if self.facts_are_shifted() {
            self.found_through_one_shift(&targets, &shown)
        } else {
            self.found_through_visits(&targets, &shown)
        };
        let found =
            targets.iter().zip(before.into_iter().zip(after)).map(|((person, _), (b, a))| (*person, b, a));
        Some(Tried::new(
            Bilingual::new("勤め先", "an employer"),
            Bilingual::new(
                "性別、生年月日、市区町村、受診日の一つ",
                "sex, birth date, municipality, the day of one visit",
            ),
            found.collect(),
        ))
    }

    /// Before treatment: people with the same facts and a visit on that day. Only what the targets ask for is counted.
    fn before(&self, targets: &[Target], rows: &[(u32, i32, Option<u32>)]) -> Vec<f64> {
        let key = |person: u32, day: i32| Some((self.truth.of(person as usize)?, day));
        let mut people: HashMap<(u32, i32), u64> =
            targets.iter().filter_map(|(person, day)| Some((key(*person, *day)?, 0))).collect();
        let visits = rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter_map(|visits| visits.first());
        for key in visits.filter_map(|(person, day, _)| key(*person, *day)) {
            if let Some(people) = people.get_mut(&key) {
                *people += 1;
            }
        }
        let found = targets.iter().map(|(person, day)| key(*person, *day).and_then(|key| people.get(&key)));
        found.map(|people| share(people.copied().unwrap_or(0))).collect()
    }

    /// Facts that no shift touches: candidates are the class's people with a visit that some shift explains. Days are
    /// walked in order, so that every visit enters and leaves the window a few times only, however large the class.
    fn found_through_visits(&self, targets: &[Target], shown: &ShownVisits) -> Vec<f64> {
        let class_of = |person: u32| self.product.of(person as usize);
        let mut by_class: BTreeMap<u32, BTreeSet<i32>> = BTreeMap::new();
        for (person, day) in targets {
            if let Some(class) = class_of(*person) {
                by_class.entry(class).or_default().insert(*day);
            }
        }
        let mut labels_of: HashMap<i32, BTreeSet<Option<u32>>> = HashMap::new();
        for day in by_class.values().flatten() {
            labels_of.entry(*day).or_insert_with(|| {
                self.shifts.iter().filter_map(|shift| self.shown_visit(*day, *shift)).collect()
            });
        }
        let none = BTreeSet::new();
        let found: Vec<((u32, i32), f64)> = by_class
            .into_par_iter()
            .flat_map_iter(|(class, days)| {
                let mut window: &BTreeSet<Option<u32>> = &none;
                let mut visits_in_window: HashMap<u32, u32> = HashMap::new();
                let people = |label: &Option<u32>| shown.people(class, *label);
                let mut found = Vec::with_capacity(days.len());
                for day in days {
                    let labels = labels_of.get(&day).unwrap_or(&none);
                    for person in labels.difference(window).flat_map(people) {
                        *visits_in_window.entry(person).or_default() += 1;
                    }
                    for person in window.difference(labels).flat_map(people) {
                        if let Entry::Occupied(mut visits) = visits_in_window.entry(person) {
                            *visits.get_mut() -= 1;
                            if *visits.get() == 0 {
                                visits.remove();
                            }
                        }
                    }
                    window = labels;
                    found.push(((class, day), share(visits_in_window.len() as u64)));
                }
                found
            })
            .collect();
        let found: HashMap<(u32, i32), f64> = found.into_iter().collect();
        let of =
            |(person, day): &Target| class_of(*person).and_then(|class| found.get(&(class, *day)).copied());
        targets.iter().map(|target| of(target).unwrap_or(0.0)).collect()
    }

    /// Shifted facts: facts and visit must be explained by the same shift, so each is tried.
    fn found_through_one_shift(&self, targets: &[Target], shown: &ShownVisits) -> Vec<f64> {
        let found = targets.par_iter().map(|(person, day)| {
            if self.product.of(*person as usize).is_none() {
                return 0.0;
            }
            let mut people: HashSet<u32> = HashSet::new();
            let mut seen: HashSet<(u32, Option<u32>)> = HashSet::new();
            for (shift, class) in self.explanations(*person as usize) {
                let Some(label) = self.shown_visit(*day, shift) else { continue };
                if seen.insert((class, label)) {
                    people.extend(shown.people(class, label));
                }
            }
            share(people.len() as u64)
        });
        found.collect()
    }

    /// The label the product would show for a visit on a day; `None`: nobody is shown so.
    fn shown_visit(&self, day: i32, shift_key: u64) -> Option<Option<u32>> {
        let Some(pipeline) = self.visit else { return Some(None) };
        let cell = DateAsGiven::from_days_since_epoch(day).map_or(Cell::Empty, Cell::Date);
        // Days since the index event are days since an event on the first day of all.
        let subject = Subject::shifted(shift_key, self.scene.keys).with_index(Some(0));
        let cell = pipeline.apply(cell, &subject);
        Some(Some(*self.scene.visits.labels.get(&label(&cell))?))
    }
}
