//! The employer (勤め先): knows sex, birth date, municipality and the day of one visit, drawn at random for each target.
//!
//! Candidates are the persons of the product with a visit that some shift explains — where the facts are shifted too, the same
//! shift. Targets are those with a visit known to the day.

use super::{World, label, mean, share};
use crate::Cell;
use crate::keys::Subject;
use crate::risk::mixed;
use kiban_model::report::{Attack, Bilingual};
use kiban_model::{DateAsGiven, Precision};
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

/// (class of the product, shown visit) → the people who have one, once a visit.
type ShownVisits = HashMap<(u32, Option<u32>), Vec<u32>>;

impl World<'_> {
    pub(super) fn employer(&self) -> Option<Attack> {
        let mut true_visits: HashMap<(u32, i32), HashSet<u32>> = HashMap::new();
        let mut shown_visits = ShownVisits::new();
        let mut targets: HashMap<u32, (u64, i32)> = HashMap::new();
        for (at, (person, day, shown)) in self.scene.visits.rows.iter().enumerate() {
            let Some(facts) = self.truth.of(*person as usize) else { continue };
            true_visits.entry((facts, *day)).or_default().insert(*person);
            if let Some(class) = self.product.of(*person as usize) {
                shown_visits.entry((class, *shown)).or_default().push(*person);
            }
            // The visit with the least number drawn is a uniform choice among a person's visits.
            let drawn = mixed(self.scene.seed ^ at as u64);
            let target = targets.entry(*person).or_insert((drawn, *day));
            if drawn < target.0 {
                *target = (drawn, *day);
            }
        }
        if targets.is_empty() {
            return None;
        }
        // In the order of persons, so that sums of floats do not depend on the order of a hash map.
        let mut targets: Vec<(u32, i32)> =
            targets.into_iter().map(|(person, (_, day))| (person, day)).collect();
        targets.sort_unstable();
        let mut before = 0.0;
        for (person, day) in &targets {
            let Some(facts) = self.truth.of(*person as usize) else { continue };
            before += share(true_visits.get(&(facts, *day)).map_or(0, |people| people.len() as u64));
        }
        let found = if self.facts_are_shifted() {
            self.found_through_one_shift(&targets, &shown_visits)
        } else {
            self.found_through_visits(&targets, &shown_visits)
        };
        let (success_before, success_after) = (mean(before, targets.len()), mean(found, targets.len()));
        Some(Attack {
            attacker: Bilingual::new("勤め先", "an employer"),
            knows: Bilingual::new(
                "性別、生年月日、市区町村、受診日の一つ",
                "sex, birth date, municipality, the day of one visit",
            ),
            targets: targets.len() as u64,
            success_before,
            success_after,
            interval_after: None,
            ceiling: None,
        })
    }

    /// Facts that no shift touches: candidates are the class's people with a visit that some shift explains. Days are
    /// walked in order, so that every visit enters and leaves the window a few times only, however large the class.
    fn found_through_visits(&self, targets: &[(u32, i32)], shown: &ShownVisits) -> f64 {
        let mut by_class: BTreeMap<u32, BTreeMap<i32, u64>> = BTreeMap::new();
        for (person, day) in targets {
            if let Some(class) = self.product.of(*person as usize) {
                *by_class.entry(class).or_default().entry(*day).or_default() += 1;
            }
        }
        let mut labels_of: HashMap<i32, BTreeSet<Option<u32>>> = HashMap::new();
        let mut found = 0.0;
        for (class, days) in by_class {
            let mut window: BTreeSet<Option<u32>> = BTreeSet::new();
            let mut visits_in_window: HashMap<u32, u32> = HashMap::new();
            let people = |label: &Option<u32>| shown.get(&(class, *label)).map_or(&[][..], Vec::as_slice);
            for (day, targets) in days {
                let labels = labels_of.entry(day).or_insert_with(|| {
                    self.shifts.iter().filter_map(|shift| self.shown_visit(day, *shift)).collect()
                });
                for person in labels.difference(&window).flat_map(people) {
                    *visits_in_window.entry(*person).or_default() += 1;
                }
                for person in window.difference(labels).flat_map(people) {
                    if let Entry::Occupied(mut visits) = visits_in_window.entry(*person) {
                        *visits.get_mut() -= 1;
                        if *visits.get() == 0 {
                            visits.remove();
                        }
                    }
                }
                window.clone_from(labels);
                found += targets as f64 * share(visits_in_window.len() as u64);
            }
        }
        found
    }

    /// Shifted facts: facts and visit must be explained by the same shift, so each is tried.
    fn found_through_one_shift(&self, targets: &[(u32, i32)], shown: &ShownVisits) -> f64 {
        let mut memory: HashMap<(u32, i32), u64> = HashMap::new();
        let mut found = 0.0;
        for (person, day) in targets {
            let (Some(facts), Some(_)) = (self.truth.of(*person as usize), self.product.of(*person as usize))
            else {
                continue;
            };
            found += share(*memory.entry((facts, *day)).or_insert_with(|| {
                let mut people: HashSet<u32> = HashSet::new();
                let mut seen: HashSet<(u32, Option<u32>)> = HashSet::new();
                for (shift, class) in self.explanations(*person as usize) {
                    let Some(label) = self.shown_visit(*day, shift) else { continue };
                    if seen.insert((class, label)) {
                        people.extend(shown.get(&(class, label)).into_iter().flatten());
                    }
                }
                people.len() as u64
            }));
        }
        found
    }

    /// The label the product would show for a visit on a day; `None`: nobody is shown so.
    fn shown_visit(&self, day: i32, shift_key: u64) -> Option<Option<u32>> {
        let Some(pipeline) = self.visit else { return Some(None) };
        let date = DateAsGiven::from_days_since_epoch(day).ok()?;
        let cell = pipeline.apply(Cell::Date(date), &Subject { shift_key, keys: self.scene.keys });
        Some(Some(*self.scene.visits.labels.get(&label(&cell))?))
    }
}
