//! Combinations counted while a table is read, by several lanes at once.
//!
//! A lane counts into a table that stays in the processor's cache. When that is full it is spilled into parts by hash, and in
//! the end each part is counted for itself: ten million rows of few combinations never spill, a hundred million different
//! ones cost sixteen bytes each.

use super::counter::{Counter, Pool};
use super::key::Key;
use rayon::prelude::*;

/// Combinations of a lane before they are spilled.
const FULL: usize = if cfg!(test) { 8 } else { 1 << 16 };
/// Parts, as a power of two.
const PARTS: u32 = 7;

/// One lane's combinations.
#[derive(Debug)]
pub(crate) struct Combinations<K: Key> {
    counter: Counter<K>,
    parts: Vec<Vec<(K, u32)>>,
}

impl<K: Key> Default for Combinations<K> {
    fn default() -> Self {
        Self { counter: Counter::new(Vec::new(), 0, !K::default()), parts: vec![Vec::new(); 1 << PARTS] }
    }
}

fn part<K: Key>(key: K) -> usize {
    (key.hash() >> (64 - PARTS)) as usize
}

impl<K: Key> Combinations<K> {
    /// One row more.
    pub(crate) fn add(&mut self, key: K) {
        self.counter.add(key, 1);
        if self.counter.used >= FULL {
            self.spill();
        }
    }

    fn spill(&mut self) {
        for (key, rows) in self.counter.classes() {
            if let Some(part) = self.parts.get_mut(part(key)) {
                part.push((key, rows));
            }
        }
        self.counter.clear();
    }

    /// Each combination of all lanes once, in no order.
    pub(crate) fn join(mut lanes: Vec<Self>) -> Vec<(K, u32)> {
        lanes.iter_mut().for_each(Self::spill);
        let mut parts: Vec<Vec<Vec<(K, u32)>>> = (0..1 << PARTS).map(|_| Vec::new()).collect();
        for lane in lanes {
            parts.iter_mut().zip(lane.parts).for_each(|(part, of_lane)| part.push(of_lane));
        }
        let pool = Pool::default();
        let joined: Vec<Vec<(K, u32)>> = parts
            .into_par_iter()
            .map(|part| {
                let mut counter = Counter::new(pool.take(), 0, !K::default());
                for (key, rows) in part.into_iter().flatten() {
                    counter.add(key, rows);
                }
                let mut joined = Vec::with_capacity(counter.used);
                joined.extend(counter.classes());
                pool.give(counter.slots);
                joined
            })
            .collect();
        joined.concat()
    }
}
