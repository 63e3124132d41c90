//! Simulated attackers: the neighbour (近所の人), the employer (勤め先), the insurer (保険者), and another data set.
//!
//! They know true facts, the policy, and that the product exists; they do not know the secret. For every shift a person could
//! have had they work out what the product would show, and collect everybody who is shown so. Only as many distinct
//! *facts* are worked out as there are, so a million people cost what their distinct facts cost. What an attacker must be
//! tried with person by person is tried on people drawn by the run's seed.
//!
//! - Neighbour: sex, birth date, municipality. Candidates = persons of the product for whom some shift explains all three.
//! - Employer: those, and the day of one visit. Insurer: those, the months of all claims and all codes.
//! - Other data: sex, birth month, municipality and a few codes.
//!
//! Before treatment the candidates are those with equal facts.

mod employer;
mod insurer;
mod other_data;

pub(crate) use employer::Visits;

use super::ceilings::Ceilings;
use super::events::{Events, label};
use super::interval::wilson;
use super::{drawn, representative_keys};
use crate::Cell;
use crate::engine::{Emptied, Fact, pipeline_of};
use crate::keys::{Keys, Subject};
use crate::models::{Attribute, Classes};
use crate::policy::Policy;
use crate::transforms::Pipeline;
use kiban_model::report::{Attack, Bilingual};
use kiban_model::tables::Visit;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Columns of `person` that a neighbour knows.
pub(crate) const KNOWN: [&str; 3] = ["sex", "birth_date", "municipality"];

/// What the attackers see.
pub(crate) struct Scene<'s> {
    pub(crate) policy: &'s Policy,
    pub(crate) keys: &'s Keys,
    pub(crate) facts: &'s [Fact],
    pub(crate) shift_keys: &'s [u64],
    /// Days of index events, which attackers are taken to know of their targets: the strongest case.
    pub(crate) indices: &'s [Option<i32>],
    /// Who could leave: of nobody else is it asked how easily they are found.
    pub(crate) among: &'s [bool],
    pub(crate) released: &'s [bool],
    /// Cells that are emptied, which attackers are taken to know of their targets: the strongest case.
    pub(crate) emptied: &'s Emptied,
    pub(crate) visits: &'s Visits,
    /// What insurers and other data know.
    pub(crate) knowledge: &'s Knowledge<'s>,
    pub(crate) seed: u64,
}

/// What is known of lives besides one visit.
pub(crate) struct Knowledge<'k> {
    /// Codes as given and as the product shows them, in the same order of columns.
    pub(crate) given: &'k [Attribute],
    pub(crate) shown: &'k [Attribute],
    /// Months of claims, or days of visits.
    pub(crate) claims: &'k Events<'k>,
}

/// People attacked one by one, at most.
const TARGETS: usize = 10_000;

/// An attacker and everybody they tried to find.
#[derive(Debug)]
pub(crate) struct Tried {
    pub(crate) attack: Attack,
    /// (person, chance to be found in the product).
    pub(crate) found: Vec<(u32, f64)>,
}

impl Tried {
    /// From (person, chance before treatment, chance in the product).
    fn new(attacker: Bilingual, knows: Bilingual, found: Vec<(u32, f64, f64)>) -> Self {
        let n = found.len();
        let mean = |sum: f64| if n == 0 { 0.0 } else { sum / n as f64 };
        let success_after = mean(found.iter().map(|f| f.2).sum());
        let attack = Attack {
            attacker,
            knows,
            targets: n as u64,
            success_before: mean(found.iter().map(|f| f.1).sum()),
            success_after,
            interval_after: Some(wilson(success_after, n as u64)),
            ceiling: None,
        };
        Self { attack, found: found.into_iter().map(|(person, _, after)| (person, after)).collect() }
    }

    fn under(mut self, ceiling: Option<f64>) -> Self {
        self.attack.ceiling = ceiling;
        self
    }
}

/// All attackers that the policy and the data allow. The employer is left out where no visit is known to the day; insurer and
/// other data where the policy does not name them.
pub(crate) fn simulate(scene: &Scene<'_>) -> Vec<Tried> {
    let world = World::new(scene);
    let Ceilings { neighbour, employer, insurer, other_data, codes, .. } = scene.policy.protect().attack;
    let mut tried = vec![world.neighbour().under(neighbour)];
    tried.extend(world.employer().map(|tried| tried.under(employer)));
    if insurer.is_some() {
        tried.push(world.insurer(scene.knowledge).under(insurer));
    }
    if other_data.is_some() {
        tried.push(world.other_data(scene.knowledge, codes).under(other_data));
    }
    tried
}

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
            let mut column = shown_fact(fact, *pipeline, scene, labels);
            if let Some(place) = scene.emptied.place(fact.column) {
                let next = labels.len() as u32;
                let empty = *labels.entry(label(&Cell::Empty)).or_insert(next);
                let emptied = (0..).zip(&mut column).filter(|(p, _)| scene.emptied.is_emptied(*p, place));
                emptied.for_each(|(_, slot)| *slot = empty);
            }
            shown.push(column);
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
        let treated = pipelines.iter().flatten().copied().chain(visit).map(Pipeline::shift_steps);
        let days: BTreeSet<u16> = treated.chain(scene.knowledge.claims.shift_steps()).collect();
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
        self.class_with(person, None, shift_key)
    }

    /// The same, with another value of one of the facts.
    fn class_with(&self, person: usize, instead: Option<(usize, &Cell<'_>)>, shift_key: u64) -> Option<u32> {
        let subject = Subject::shifted(shift_key, self.scene.keys);
        let mut shown = Vec::with_capacity(self.known.len());
        for (at, (pipeline, labels)) in self.pipelines.iter().zip(&self.labels).enumerate() {
            let cell = instead
                .filter(|(place, _)| *place == at)
                .map(|(_, cell)| cell)
                .or_else(|| self.fact(at, person));
            let cell = cell.filter(|_| !self.is_emptied(person as u32, at)).cloned().unwrap_or(Cell::Empty);
            let cell = pipeline.map_or(Cell::Empty, |p| p.apply(cell, &subject));
            shown.push(*labels.get(&label(&cell))?);
        }
        self.index.get(shown.as_slice()).copied()
    }

    /// A true fact of a person.
    fn fact(&self, at: usize, person: usize) -> Option<&Cell<'static>> {
        let fact = self.known.get(at)?;
        fact.values.get(*fact.raw.get(person)? as usize)
    }

    /// Everybody who is looked for.
    fn everybody(&self) -> Vec<u32> {
        let among = (0..).zip(self.scene.among).filter(|(_, is_among)| **is_among);
        among.map(|(person, _)| person).collect()
    }

    /// The same, or as many as are attacked one by one.
    fn sampled(&self) -> Vec<u32> {
        drawn(&self.everybody(), TARGETS, self.scene.seed)
    }

    /// Whether what the product shows of a fact of a person is emptied.
    fn is_emptied(&self, person: u32, at: usize) -> bool {
        let place = self.known.get(at).and_then(|fact| self.scene.emptied.place(fact.column));
        place.is_some_and(|place| self.scene.emptied.is_emptied(person, place))
    }

    /// What tells people with the same facts apart, who have lost different cells.
    fn by_cells(&self, person: usize) -> Option<u32> {
        self.product.of(person).filter(|_| !self.scene.emptied.is_none())
    }

    /// The day of a person's index event.
    fn index_of(&self, person: u32) -> Option<i32> {
        self.scene.indices.get(person as usize).copied().flatten()
    }

    /// Whether what the product shows of the facts depends on the shift.
    fn facts_are_shifted(&self) -> bool {
        self.pipelines.iter().flatten().any(|p| p.shift_steps() > 0)
    }

    /// (shift, class of the product) for every shift under which somebody is shown like this person.
    fn explanations(&self, person: usize) -> Vec<(u64, u32)> {
        if !self.facts_are_shifted() {
            return self.class_under(person, 0).map(|class| (0, class)).into_iter().collect();
        }
        self.shifts.iter().filter_map(|key| Some((*key, self.class_under(person, *key)?))).collect()
    }

    fn neighbour(&self) -> Tried {
        // Where the facts are shifted every shift is tried, which is too much for everybody.
        let targets = if self.facts_are_shifted() { self.sampled() } else { self.everybody() };
        let mut candidates: HashMap<(u32, Option<u32>), u64> = HashMap::new();
        let found = targets.into_iter().map(|target| {
            let person = target as usize;
            let before = share(self.truth.size_of(person));
            let (Some(facts), Some(_)) = (self.truth.of(person), self.product.of(person)) else {
                return (target, before, 0.0);
            };
            let after = *candidates.entry((facts, self.by_cells(person))).or_insert_with(|| {
                let classes: HashSet<u32> =
                    self.explanations(person).into_iter().map(|(_, class)| class).collect();
                classes.into_iter().filter_map(|class| self.product.sizes().get(class as usize)).sum()
            });
            (target, before, share(after))
        });
        Tried::new(
            Bilingual::new("近所の人", "a neighbour"),
            Bilingual::new("性別、生年月日、市区町村", "sex, birth date, municipality"),
            found.collect(),
        )
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
        pipeline.apply(cell, &Subject::shifted(shift_key, scene.keys))
    };
    if pipeline.shift_steps() > 0 {
        return fact.raw.iter().zip(scene.shift_keys).map(|(raw, key)| number(treated(*raw, *key))).collect();
    }
    let once: Vec<u32> = (0..fact.values.len() as u32).map(|raw| number(treated(raw, 0))).collect();
    fact.raw.iter().map(|raw| once.get(*raw as usize).copied().unwrap_or(0)).collect()
}

fn share(candidates: u64) -> f64 {
    if candidates == 0 { 0.0 } else { 1.0 / candidates as f64 }
}
