//! Differences between questions (差分攻撃): a figure is not shown whose set differs by a few persons from one shown before.
//!
//! # What is checked, of one project on one snapshot
//! Let every figure shown so far stand for its set of persons: everybody, steps, cohorts, cells and sums of breakdowns.
//! 1. **Any two.** For a new set A and any earlier set B, A∖B and B∖A are empty or have at least the threshold.
//! 2. **Any three** of everybody, steps and cohorts: where A ± B ± C is the count of a set of persons, that set is empty or has at
//!    least the threshold. This is how an intersection follows from two sets and their union.
//! 3. **Any number** of all figures, cells and sums of breakdowns included: no linear combination of them is the count of fewer
//!    persons than the threshold ([`super::combinations`]).
//!
//! Sets are compared as they are in the snapshot; questions about another snapshot, or by another project, are not compared, and
//! people who talk to each other are a contract's matter.

use super::combinations::{Combinations, Told};
use super::evaluate::Partition;
use super::sets::Set;
use super::threshold::Threshold;
use std::collections::HashMap;

/// More combinations than this are not tried: the question is refused.
const MOST_WORK: usize = 2_000_000_000;
/// Tables of pairs up to this size are counted in place.
const MOST_PAIRS: usize = 1 << 22;

/// An answer given before to the same project on the same snapshot.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its number in the project.
    pub number: u32,
    /// Who was where.
    pub partition: Partition,
    /// What was shown.
    pub shown: Vec<Set>,
}

/// One earlier answer, ready to be compared with a new question.
struct Against {
    number: u32,
    /// By new number: old numbers and how many persons have both.
    pairs: Vec<Vec<(u32, u64)>>,
    /// By old number: shown sets that have it.
    containing: Vec<Vec<u32>>,
    sizes: Vec<u64>,
}

impl Against {
    fn new(earlier: &Earlier, partition: &Partition) -> Self {
        let old_count = (earlier.partition.lost + earlier.partition.cells) as usize;
        let new_count = (partition.lost + partition.cells) as usize;
        let both = partition.labels.expose().iter().zip(earlier.partition.labels.expose());
        let mut pairs = vec![Vec::new(); new_count];
        if new_count * old_count <= MOST_PAIRS {
            let mut counts = vec![0u64; new_count * old_count];
            for (new, old) in both {
                if let Some(count) = counts.get_mut(*new as usize * old_count + *old as usize) {
                    *count += 1;
                }
            }
            for (row, counts) in pairs.iter_mut().zip(counts.chunks(old_count.max(1))) {
                row.extend(
                    counts.iter().zip(0..).filter(|(count, _)| **count > 0).map(|(count, old)| (old, *count)),
                );
            }
        } else {
            let mut counts: HashMap<(u32, u32), u64> = HashMap::new();
            both.for_each(|(new, old)| *counts.entry((*new, *old)).or_default() += 1);
            for ((new, old), count) in counts {
                pairs.get_mut(new as usize).into_iter().for_each(|row: &mut Vec<_>| row.push((old, count)));
            }
        }
        let mut containing = vec![Vec::new(); old_count];
        for (set, at) in earlier.shown.iter().zip(0..) {
            for label in set.labels() {
                containing.get_mut(label).into_iter().for_each(|sets: &mut Vec<u32>| sets.push(at));
            }
        }
        let counts = earlier.partition.counts();
        let sizes = earlier.shown.iter().map(|set| set.size(&counts)).collect();
        Self { number: earlier.number, pairs, containing, sizes }
    }

    /// Whether a set differs too little from one shown.
    fn clashes(&self, set: &Set, rule: Threshold) -> bool {
        let mut size = 0;
        let mut common: HashMap<u32, u64> = HashMap::new();
        for (old, count) in set.labels().filter_map(|label| self.pairs.get(label)).flatten() {
            size += count;
            for at in self.containing.get(*old as usize).into_iter().flatten() {
                *common.entry(*at).or_default() += count;
            }
        }
        // Sets without a person in common differ by all they have, which is enough on both sides.
        common.iter().any(|(at, common)| {
            let other = self.sizes.get(*at as usize).copied().unwrap_or(0);
            !rule.allows(size - common) || !rule.allows(other - common)
        })
    }
}

/// Splits groups of persons by a class of their labels; gives each new group's old group and class.
pub(super) fn refine(group: &mut [u32], labels: &[u32], class: impl Fn(u32) -> u32) -> Vec<(u32, u32)> {
    let mut seen: HashMap<(u32, u32), u32> = HashMap::new();
    let mut found = Vec::new();
    let mut last = ((0, 0), None);
    for (group, label) in group.iter_mut().zip(labels) {
        let key = (*group, class(*label));
        let at = match last {
            (same, Some(at)) if same == key => at,
            _ => *seen.entry(key).or_insert_with(|| {
                found.push(key);
                found.len() as u32 - 1
            }),
        };
        last = (key, Some(at));
        *group = at;
    }
    found
}

/// Steps and cohorts of all questions, over groups of persons who took the same steps in each.
struct Steps {
    /// Persons of each group.
    sizes: Vec<u64>,
    /// By group: after how many steps of the new question they left.
    new: Vec<u32>,
    /// Sets shown, as groups.
    known: Vec<Vec<bool>>,
}

impl Steps {
    fn new(earlier: &[Earlier], partition: &Partition) -> Self {
        let persons = partition.labels.expose().len();
        let mut group = vec![0u32; persons];
        // For each group, its depth in each question, the new one last.
        let mut depths: Vec<Vec<u32>> = vec![Vec::new()];
        for part in earlier.iter().map(|earlier| &earlier.partition).chain([partition]) {
            let found = refine(&mut group, part.labels.expose(), |label| label.min(part.lost));
            depths = found
                .into_iter()
                .map(|(group, depth)| {
                    let mut path = depths.get(group as usize).cloned().unwrap_or_default();
                    path.push(depth);
                    path
                })
                .collect();
        }
        let mut sizes = vec![0u64; depths.len()];
        for group in group {
            sizes.get_mut(group as usize).into_iter().for_each(|size| *size += 1);
        }
        let mut steps = Self { sizes, new: Vec::new(), known: Vec::new() };
        for (at, earlier) in earlier.iter().enumerate() {
            for step in earlier.shown.iter().filter_map(|set| set.step) {
                let set =
                    depths.iter().map(|path| path.get(at).is_some_and(|depth| *depth >= step)).collect();
                steps.learn(set);
            }
        }
        steps.new = depths.iter().map(|path| path.last().copied().unwrap_or(0)).collect();
        steps
    }

    fn learn(&mut self, set: Vec<bool>) {
        if !self.known.contains(&set) {
            self.known.push(set);
        }
    }

    fn set(&self, step: u32) -> Vec<bool> {
        self.new.iter().map(|depth| *depth >= step).collect()
    }

    fn too_much(&self) -> bool {
        let (sets, groups) = (self.known.len() + 1, self.sizes.len());
        sets * sets * groups > MOST_WORK
    }

    /// Whether something small could be computed from a set and two others.
    fn tells(&self, set: &[bool], rule: Threshold) -> bool {
        let pairs = self.known.iter().enumerate();
        pairs.flat_map(|(at, b)| self.known.iter().skip(at + 1).map(move |c| (b, c))).any(|(b, c)| {
            let mut sizes = [0u64; 8];
            for (((a, b), c), size) in set.iter().zip(b).zip(c).zip(&self.sizes) {
                let which = usize::from(*a) | usize::from(*b) << 1 | usize::from(*c) << 2;
                sizes.get_mut(which).into_iter().for_each(|sum| *sum += size);
            }
            (0..8u8).any(|signs| {
                let sign = |bit: u8| if signs >> bit & 1 == 1 { -1i8 } else { 1 };
                let value = |which: usize| (0..3u8).filter(|bit| which >> bit & 1 == 1).map(sign).sum::<i8>();
                let parts = || sizes.iter().enumerate().filter(|(_, size)| **size > 0);
                let persons: u64 =
                    parts().filter(|(which, _)| value(*which) == 1).map(|(_, size)| *size).sum();
                parts().all(|(which, _)| (0..=1).contains(&value(which))) && !rule.allows(persons)
            })
        })
    }
}

/// Why a cohort is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// It differs by a few persons from something shown before, in the answer of this number.
    With(u32),
    /// Together with two or more of the figures shown before, it tells of a few persons.
    WithSeveral,
    /// It leaves out a few of everybody.
    WithEverybody,
    /// Too many figures were shown before for all combinations to be tried.
    TooMany,
}

/// Everything shown to a project before, ready to be compared with a new question.
pub(super) struct Memory {
    rule: Threshold,
    against: Vec<Against>,
    steps: Steps,
    combinations: Combinations,
    /// What the new question shows so far: everybody, the cohort, steps.
    shown: Vec<Set>,
}

impl Memory {
    pub(super) fn new(earlier: &[Earlier], partition: &Partition, rule: Threshold) -> Self {
        let against = earlier.iter().map(|earlier| Against::new(earlier, partition)).collect();
        let mut steps = Steps::new(earlier, partition);
        let everybody = vec![true; steps.sizes.len()];
        steps.learn(everybody);
        let combinations = Combinations::new(earlier, partition, rule.persons);
        let shown = vec![Set::from_step(0, partition.lost, partition.cells)];
        Self { rule, against, steps, combinations, shown }
    }

    /// Why the cohort may not be shown, if it may not. Once it may, it is known.
    pub(super) fn cohort(&mut self, cohort: &Set, counts: &[u64]) -> Option<Clash> {
        let (size, everybody) = (cohort.size(counts), counts.iter().sum::<u64>());
        if !self.rule.allows(size) || size == 0 {
            return None;
        }
        if !self.rule.allows(everybody - size) {
            return Some(Clash::WithEverybody);
        }
        if let Some(with) = self.against.iter().find(|against| against.clashes(cohort, self.rule)) {
            return Some(Clash::With(with.number));
        }
        if self.steps.too_much() {
            return Some(Clash::TooMany);
        }
        self.learn(cohort)
    }

    /// Whether a set differs too little from one shown before.
    pub(super) fn clashes(&self, set: &Set) -> bool {
        self.against.iter().any(|against| against.clashes(set, self.rule))
    }

    /// Whether a step may be shown. If it may, it is known from then on.
    pub(super) fn allows_step(&mut self, set: &Set) -> bool {
        !self.clashes(set) && !self.steps.too_much() && self.learn(set).is_none()
    }

    fn learn(&mut self, set: &Set) -> Option<Clash> {
        let as_groups = self.steps.set(set.step.unwrap_or(0));
        if self.steps.tells(&as_groups, self.rule) {
            return Some(Clash::WithSeveral);
        }
        self.shown.push(set.clone());
        let clash = match self.combinations.tell(&self.shown) {
            Told::Nothing => {
                self.steps.learn(as_groups);
                return None;
            }
            Told::Few(_) => Clash::WithSeveral,
            Told::TooMany => Clash::TooMany,
        };
        self.shown.pop();
        Some(clash)
    }

    /// What these sets of a breakdown would tell beside everything known.
    pub(super) fn tell(&mut self, sets: &[Set]) -> Told {
        let known = self.shown.len();
        let all: Vec<Set> = self.shown.iter().chain(sets).cloned().collect();
        match self.combinations.tell(&all) {
            Told::Few(needed) => {
                Told::Few(needed.into_iter().filter_map(|at| at.checked_sub(known)).collect())
            }
            told => told,
        }
    }
}
