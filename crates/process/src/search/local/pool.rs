//! Some dozens of combinations made into groups: those that stand most alone choose first, and each takes what costs it least.
//!
//! Greedy k-member clustering (Byun et al. 2007), within a pool of combinations that are near each other anyway.

use super::cover::{Covered, Covers};
use super::{Item, Items};
use crate::search::Requirement;
use rayon::prelude::*;

/// A group of combinations.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub(super) items: Vec<u32>,
    pub(super) rows: u64,
    pub(super) covered: Vec<Covered>,
    /// Each sensitive value once, with its rows.
    pub(super) sensitive: Vec<(u32, u64)>,
}

impl Group {
    /// What a row of the group costs.
    pub(super) fn price(&self, covers: &[Covers<'_>]) -> f64 {
        covers
            .iter()
            .zip(&self.covered)
            .map(|(cover, covered)| cover.price * f64::from(covered.size - 1))
            .sum()
    }

    /// What all rows cost more with an item more.
    pub(super) fn cost_of(&self, covers: &[Covers<'_>], codes: &[u32], item: &Item) -> f64 {
        let with = covers.iter().zip(&self.covered).zip(codes);
        let with: f64 = with
            .map(|((cover, covered), leaf)| cover.price * f64::from(cover.with(covered, *leaf) - 1))
            .sum();
        with * (self.rows + item.rows) as f64 - self.price(covers) * self.rows as f64
    }

    fn add(&mut self, number: u32, item: &Item) {
        self.items.push(number);
        self.rows += item.rows;
        for (value, rows) in &item.sensitive {
            match self.sensitive.iter_mut().find(|(known, _)| known == value) {
                Some((_, sum)) => *sum += rows,
                None => self.sensitive.push((*value, *rows)),
            }
        }
    }

    /// Takes an item in.
    pub(super) fn take(&mut self, covers: &[Covers<'_>], codes: &[u32], number: u32, item: &Item) {
        if self.items.is_empty() {
            self.covered.resize(covers.len(), Covered::default());
            let parts = covers.iter().zip(&mut self.covered).zip(codes);
            parts.for_each(|((cover, covered), leaf)| cover.start(covered, *leaf));
        } else {
            let parts = covers.iter().zip(&mut self.covered).zip(codes);
            parts.for_each(|((cover, covered), leaf)| {
                cover.add(covered, *leaf);
            });
        }
        self.add(number, item);
    }
}

/// The combinations of a pool.
struct Pool<'a> {
    covers: &'a [Covers<'a>],
    items: &'a Items,
    numbers: &'a [u32],
    /// Leaves, column by column.
    columns: Vec<Vec<u32>>,
    free: Vec<bool>,
    /// What each item would cost a row of the group being made, column by column and together.
    growth: Vec<Vec<f64>>,
    together: Vec<f64>,
}

/// Groups that satisfy the requirement, of all these items; none if they cannot.
pub(super) fn groups(
    covers: &[Covers<'_>],
    items: &Items,
    numbers: &[u32],
    requirement: &dyn Requirement,
) -> Vec<Group> {
    let mut pool = Pool::new(covers, items, numbers);
    let mut groups: Vec<Group> = Vec::new();
    for seed in pool.loneliest_first() {
        if pool.free.get(seed) != Some(&true) {
            continue;
        }
        let Some(group) = pool.grow(seed, requirement) else { break };
        groups.push(group);
    }
    // What is left joins where it costs least.
    let left: Vec<u32> =
        pool.free.iter().zip(numbers).filter(|(free, _)| **free).map(|(_, number)| *number).collect();
    if !groups.is_empty() {
        left.into_iter().for_each(|number| join(covers, items, number, &mut groups));
    }
    groups
}

/// The group where an item costs least, and what it costs there.
fn nearest(covers: &[Covers<'_>], items: &Items, number: u32, groups: &[Group]) -> Option<(usize, f64)> {
    let (item, codes) = (items.item(number), items.codes(number));
    let costs = groups.par_iter().map(|group| group.cost_of(covers, codes, item)).enumerate();
    costs.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
}

/// What an item costs where it costs least.
pub(super) fn least_cost(covers: &[Covers<'_>], items: &Items, number: u32, groups: &[Group]) -> f64 {
    nearest(covers, items, number, groups).map_or(f64::INFINITY, |(_, cost)| cost)
}

/// Puts an item there.
pub(super) fn join(covers: &[Covers<'_>], items: &Items, number: u32, groups: &mut [Group]) {
    let best = nearest(covers, items, number, groups);
    if let Some(group) = best.and_then(|(best, _)| groups.get_mut(best)) {
        group.take(covers, items.codes(number), number, items.item(number));
    }
}

impl<'a> Pool<'a> {
    fn new(covers: &'a [Covers<'a>], items: &'a Items, numbers: &'a [u32]) -> Self {
        let leaf = |number: &u32, c: usize| items.codes(*number).get(c).copied().unwrap_or(0);
        let columns = (0..covers.len()).map(|c| numbers.iter().map(|n| leaf(n, c)).collect()).collect();
        let growth = vec![vec![0.0; numbers.len()]; covers.len()];
        let (free, together) = (vec![true; numbers.len()], vec![0.0; numbers.len()]);
        Self { covers, items, numbers, columns, free, growth, together }
    }

    /// Places in the pool, those with the rarest values first.
    fn loneliest_first(&self) -> Vec<usize> {
        let mut rarity = vec![0.0; self.numbers.len()];
        let mut sorted = Vec::new();
        for (column, cover) in self.columns.iter().zip(self.covers) {
            sorted.clear();
            sorted.extend_from_slice(column);
            sorted.sort_unstable();
            for (leaf, rarity) in column.iter().zip(&mut rarity) {
                let same = sorted.partition_point(|other| other <= leaf)
                    - sorted.partition_point(|other| other < leaf);
                *rarity -= cover.price * same as f64;
            }
        }
        let mut order: Vec<usize> = (0..rarity.len()).collect();
        let of = |place: &usize| rarity.get(*place).copied().unwrap_or(0.0);
        order.sort_by(|a, b| of(b).total_cmp(&of(a)));
        order
    }

    /// Brings what each item would cost up to date, for a column that covers more now.
    fn refresh(&mut self, c: usize, covered: &Covered) {
        let (Some(cover), Some(column), Some(growth)) =
            (self.covers.get(c), self.columns.get(c), self.growth.get_mut(c))
        else {
            return;
        };
        for ((leaf, growth), together) in column.iter().zip(growth).zip(&mut self.together) {
            let now = cover.price * f64::from(cover.with(covered, *leaf) - covered.size);
            *together += now - *growth;
            *growth = now;
        }
    }

    fn take(&mut self, group: &mut Group, place: usize) {
        let Some(number) = self.numbers.get(place) else { return };
        if let Some(free) = self.free.get_mut(place) {
            *free = false;
        }
        let first = group.items.is_empty();
        let sizes: Vec<u32> = group.covered.iter().map(|covered| covered.size).collect();
        group.take(self.covers, self.items.codes(*number), *number, self.items.item(*number));
        for c in 0..self.covers.len() {
            let Some(covered) = group.covered.get(c) else { continue };
            if first || sizes.get(c) != Some(&covered.size) {
                self.refresh(c, covered);
            }
        }
    }

    /// The nearest free item that brings the group nearer to the requirement.
    fn nearest(&self, group: &Group, least_rows: u64) -> Option<usize> {
        let free = || (0..self.numbers.len()).filter(|place| self.free.get(*place) == Some(&true));
        let cost = |place: &usize| self.together.get(*place).copied().unwrap_or(f64::INFINITY);
        let cheaper = |a: &usize, b: &usize| cost(a).total_cmp(&cost(b));
        if group.rows < least_rows {
            return free().min_by(cheaper);
        }
        // Rows enough; what is wanting is a sensitive value that the group does not have.
        let other = |place: &usize| {
            let item = self.numbers.get(*place).map(|number| self.items.item(*number));
            item.is_some_and(|item| {
                item.sensitive.iter().any(|(v, _)| group.sensitive.iter().all(|(k, _)| k != v))
            })
        };
        free().filter(other).min_by(cheaper).or_else(|| free().min_by(cheaper))
    }

    /// The group of a seed; `None`, with everything free again, if what is free does not satisfy the requirement.
    fn grow(&mut self, seed: usize, requirement: &dyn Requirement) -> Option<Group> {
        let mut group = Group::default();
        let mut places = vec![seed];
        self.take(&mut group, seed);
        while !requirement.holds(group.rows, &group.sensitive) {
            let Some(place) = self.nearest(&group, requirement.least_rows()) else {
                for place in places {
                    if let Some(free) = self.free.get_mut(place) {
                        *free = true;
                    }
                }
                return None;
            };
            places.push(place);
            self.take(&mut group, place);
        }
        Some(group)
    }
}
