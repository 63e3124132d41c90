//! Simulated attackers: the neighbour (近所の人), and the employer or insurer (勤め先・保険者) who also knows one visit.
//!
//! They know true facts, the policy, and that the product exists; they do not know the secret. For every shift a person could
//! have had they work out what the product would show, and collect everybody who is shown so. Only as many distinct
//! *facts* are worked out as there are, so a million people cost what their distinct facts cost.
//!
//! - Neighbour: sex, birth date, municipality. Candidates = persons of the product for whom some shift explains all three.
//! - Employer: those, and the day of one visit, drawn at random for each target by the run's seed. Candidates = persons
//!   with a visit that the same shift explains. Targets are those with a visit known to the day.
//!
//! Before treatment the candidates are those with equal facts (and a visit on that day).

use crate::Cell;
use crate::engine::{Fact, pipeline_of};
use crate::keys::{Keys, Subject};
use crate::models::Classes;
use crate::policy::Policy;
use crate::risk::mixed;
use crate::transforms::Pipeline;
use kiban_model::report::{Attack, Bilingual};
use kiban_model::tables::Visit;
use kiban_model::{DateAsGiven, Precision};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Columns of `person` that a neighbour knows.
pub(crate) const KNOWN: [&str; 3] = ["sex", "birth_date", "municipality"];

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

/// What the attackers see.
pub(crate) struct Scene<'s> {
    pub(crate) policy: &'s Policy,
    pub(crate) keys: &'s Keys,
    pub(crate) facts: &'s [Fact],
    pub(crate) shift_keys: &'s [u64],
    pub(crate) released: &'s [bool],
    pub(crate) visits: &'s Visits,
    pub(crate) seed: u64,
}

/// Both attackers. The employer is left out where no visit is known to the day.
pub(crate) fn simulate(scene: &Scene<'_>) -> Vec<Attack> {
    let world = World::new(scene);
    let mut attacks = vec![world.neighbour()];
    attacks.extend(world.employer());
    attacks
}

/// What a cell looks like to somebody who compares days.
fn label(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Date(date) => date.truncated(Precision::Day).to_string(),
        cell => cell.text().map_or_else(|| "\u{0}".to_owned(), Into::into),
    }
}

/// (class of the product, shown visit) → the people who have one, once a visit.
type ShownVisits = HashMap<(u32, Option<u32>), Vec<u32>>;

struct World<'s> {
    scene: &'s Scene<'s>,
    known: Vec<&'s Fact>,
    pipelines: Vec<Option<&'s Pipeline>>,
    visit: Option<&'s Pipeline>,
    /// Keys that stand for every different combination of shifts.
    shifts: Vec<u64>,
    /// True facts.
    truth: Classes,
    /// What the product shows of the released.
    product: Classes,
    /// (shown facts) → class of `product`.
    index: HashMap<Box<[u32]>, u32>,
    /// Number of a label, a known fact.
    labels: Vec<HashMap<String, u32>>,
}

impl<'s> World<'s> {
    fn new(scene: &'s Scene<'s>) -> Self {
        let known: Vec<&Fact> = scene.facts.iter().filter(|f| KNOWN.contains(&f.column.name)).collect();
        let pipelines: Vec<Option<&Pipeline>> =
            known.iter().map(|f| pipeline_of(scene.policy, f.column)).collect();
        let start = scene.policy.table(Visit::TABLE.name).and_then(|t| t.column("start"));
        let visit = start.map(|c| &c.pipeline).filter(|p| !p.is_dropped());
        let persons = scene.released.len();
        let raw: Vec<&[u32]> = known.iter().map(|f| f.raw.as_slice()).collect();
        let truth = Classes::new(persons, &raw, |_| true);
        let mut labels: Vec<HashMap<String, u32>> = vec![HashMap::new(); known.len()];
        let mut shown: Vec<Vec<u32>> = Vec::new();
        for ((fact, pipeline), labels) in known.iter().zip(&pipelines).zip(&mut labels) {
            shown.push(shown_fact(fact, *pipeline, scene, labels));
        }
        let columns: Vec<&[u32]> = shown.iter().map(Vec::as_slice).collect();
        let is_released = |person: usize| scene.released.get(person).copied().unwrap_or(false);
        let product = Classes::new(persons, &columns, is_released);
        let mut index = HashMap::new();
        for person in 0..persons {
            if let Some(class) = product.of(person) {
                index.insert(columns.iter().map(|c| c.get(person).copied().unwrap_or(0)).collect(), class);
            }
        }
        let days: BTreeSet<u16> =
            pipelines.iter().flatten().copied().chain(visit).map(Pipeline::shift_days).collect();
        Self {
            scene,
            known,
            pipelines,
            visit,
            shifts: representative_keys(&days),
            truth,
            product,
            index,
            labels,
        }
    }

    /// The class of the product in which a person with these facts would be, had they this shift; `None`: in none.
    fn class_under(&self, person: usize, shift_key: u64) -> Option<u32> {
        let subject = Subject { shift_key, keys: self.scene.keys };
        let mut shown = Vec::with_capacity(self.known.len());
        for ((fact, pipeline), labels) in self.known.iter().zip(&self.pipelines).zip(&self.labels) {
            let cell = fact.raw.get(person).and_then(|raw| fact.values.get(*raw as usize)).cloned();
            let cell = pipeline.map_or(Cell::Empty, |p| p.apply(cell.unwrap_or(Cell::Empty), &subject));
            shown.push(*labels.get(&label(&cell))?);
        }
        self.index.get(shown.as_slice()).copied()
    }

    /// Whether what the product shows of the facts depends on the shift.
    fn facts_are_shifted(&self) -> bool {
        self.pipelines.iter().flatten().any(|p| p.shift_days() > 0)
    }

    /// (shift, class of the product) for every shift under which somebody is shown like this person.
    fn explanations(&self, person: usize) -> Vec<(u64, u32)> {
        if !self.facts_are_shifted() {
            return self.class_under(person, 0).map(|class| (0, class)).into_iter().collect();
        }
        self.shifts.iter().filter_map(|key| Some((*key, self.class_under(person, *key)?))).collect()
    }

    fn neighbour(&self) -> Attack {
        let persons = self.scene.released.len();
        let mut candidates: HashMap<u32, u64> = HashMap::new();
        let (mut before, mut after) = (0.0, 0.0);
        for person in 0..persons {
            before += share(self.truth.size_of(person));
            let (Some(facts), Some(_)) = (self.truth.of(person), self.product.of(person)) else { continue };
            after += share(*candidates.entry(facts).or_insert_with(|| {
                let classes: HashSet<u32> =
                    self.explanations(person).into_iter().map(|(_, class)| class).collect();
                classes.into_iter().filter_map(|class| self.product.sizes().get(class as usize)).sum()
            }));
        }
        Attack {
            attacker: Bilingual::new("近所の人", "a neighbour"),
            knows: Bilingual::new("性別、生年月日、市区町村", "sex, birth date, municipality"),
            targets: persons as u64,
            success_before: mean(before, persons),
            success_after: mean(after, persons),
        }
    }

    fn employer(&self) -> Option<Attack> {
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
            attacker: Bilingual::new("勤め先・保険者", "an employer or insurer"),
            knows: Bilingual::new(
                "性別、生年月日、市区町村、受診日の一つ",
                "sex, birth date, municipality, the day of one visit",
            ),
            targets: targets.len() as u64,
            success_before,
            success_after,
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

fn shown_fact(
    fact: &Fact,
    pipeline: Option<&Pipeline>,
    scene: &Scene<'_>,
    labels: &mut HashMap<String, u32>,
) -> Vec<u32> {
    let mut number = |cell: Cell<'_>| {
        let next = labels.len() as u32;
        *labels.entry(label(&cell)).or_insert(next)
    };
    let Some(pipeline) = pipeline else {
        let none = number(Cell::Empty);
        return vec![none; fact.raw.len()];
    };
    let treated = |raw: u32, shift_key: u64| {
        let cell = fact.values.get(raw as usize).cloned().unwrap_or(Cell::Empty);
        pipeline.apply(cell, &Subject { shift_key, keys: scene.keys })
    };
    if pipeline.shift_days() > 0 {
        return fact.raw.iter().zip(scene.shift_keys).map(|(raw, key)| number(treated(*raw, *key))).collect();
    }
    let once: Vec<u32> = (0..fact.values.len() as u32).map(|raw| number(treated(raw, 0))).collect();
    fact.raw.iter().map(|raw| once.get(*raw as usize).copied().unwrap_or(0)).collect()
}

/// One key for every different combination of shifts: the shift of `days` changes at multiples of 2^64 ÷ (2 × days).
fn representative_keys(days: &BTreeSet<u16>) -> Vec<u64> {
    let mut keys: BTreeSet<u64> = BTreeSet::from([0]);
    for days in days.iter().filter(|days| **days > 0) {
        let parts = 2 * u128::from(*days);
        keys.extend((0..parts).map(|part| (part << 64).div_ceil(parts) as u64));
    }
    keys.into_iter().collect()
}

fn share(candidates: u64) -> f64 {
    if candidates == 0 { 0.0 } else { 1.0 / candidates as f64 }
}

fn mean(sum: f64, of: usize) -> f64 {
    if of == 0 { 0.0 } else { sum / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn representative_keys_reach_every_shift_once() {
        let keys = Keys::new(&[7; 32], "p");
        let shifts: Vec<i32> = representative_keys(&BTreeSet::from([3]))
            .into_iter()
            .map(|shift_key| Subject { shift_key, keys: &keys }.shift(3))
            .collect();
        assert_eq!(shifts, [-3, -2, -1, 1, 2, 3]);
    }
}
