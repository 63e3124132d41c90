//! The table as the search needs it: each combination of values once, with how many rows have it.
//!
//! Counting at a coarser node goes through the combinations, not through the rows, and leaves a smaller table behind to go
//! on from (roll-up). Large tables are cut by hash into parts that stay in the processor's cache; a part holds whole
//! classes, so that the search may stop at the first parts that decide.

use super::key::Key;
use super::space::{Node, Space};
use rayon::prelude::*;

/// Combinations in a part: its hash table stays in the second cache.
const PART: usize = 1 << 13;

/// Distinct combinations at a node.
#[derive(Debug, Clone)]
pub(super) struct Tuples<K> {
    pub(super) node: Node,
    /// Parts as they were counted; their order means nothing.
    pub(super) entries: Vec<(K, u32)>,
}

/// What to do to a key to take it from one node to a higher one.
struct Climb<'a, K> {
    stays: K,
    moves: Vec<(u32, u32, &'a [u32])>,
}

impl<'a, K: Key> Climb<'a, K> {
    fn new(space: &'a Space, from: &[u8], to: &[u8]) -> Self {
        let (mut gone, mut moves) = (K::default(), Vec::new());
        for ((column, from), to) in space.columns.iter().zip(from).zip(to).filter(|((_, from), to)| from != to) {
            gone = gone | K::field(column.mask, column.shift);
            // Where all values become one, its number is 0 and there is nothing to look up.
            if column.groups(*to) > 1 {
                moves.push((column.shift, column.mask, column.up(*from, *to)));
            }
        }
        Self { stays: !gone, moves }
    }

    fn key(&self, key: K) -> K {
        self.moves.iter().fold(key & self.stays, |climbed, (shift, mask, up)| {
            let group = up.get(key.code(*shift, *mask) as usize).copied().unwrap_or(0);
            climbed | K::field(group, *shift)
        })
    }
}

/// Classes of one part, by a table with open addresses.
struct Counter<K> {
    slots: Vec<(K, u32)>,
    used: usize,
}

impl<K: Key> Counter<K> {
    fn new(entries: usize) -> Self {
        let size = (entries.max(8) * 2).next_power_of_two();
        Self { slots: vec![(K::default(), 0); size], used: 0 }
    }

    fn add(&mut self, key: K, hash: u64, count: u32) {
        let last = self.slots.len() - 1;
        let mut at = hash as usize & last;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.1 == 0 {
                *slot = (key, count);
                self.used += 1;
                return;
            }
            if slot.0 == key {
                slot.1 += count;
                return;
            }
            at = (at + 1) & last;
        }
    }

    fn finish(self) -> Vec<(K, u32)> {
        let mut classes = Vec::with_capacity(self.used);
        classes.extend(self.slots.into_iter().filter(|slot| slot.1 > 0));
        classes
    }
}

impl<K: Key> Tuples<K> {
    /// Counts the classes of a higher node part by part and hands each part's to `see`; stops when it answers `false`.
    /// `None` if it was stopped. Classes are told apart by the key under `whole`, so that what a class holds (the sensitive
    /// values beyond that mask) is seen together.
    pub(super) fn roll(
        &self,
        space: &Space,
        to: &[u8],
        whole: K,
        see: &mut dyn FnMut(&mut Vec<(K, u32)>) -> bool,
    ) -> Option<Self> {
        let climb = Climb::new(space, &self.node, to);
        let parts = (self.entries.len() / PART).next_power_of_two();
        if parts <= 1 {
            let mut counter = Counter::new(self.entries.len());
            for (key, count) in &self.entries {
                let key = climb.key(*key);
                counter.add(key, (key & whole).hash(), *count);
            }
            let mut entries = counter.finish();
            return see(&mut entries).then(|| Self { node: to.into(), entries });
        }
        let bits = parts.trailing_zeros();
        let share = self.entries.len().div_ceil(rayon::current_num_threads().max(1) * 2).max(PART);
        let cut: Vec<Vec<Vec<(K, u32)>>> = self
            .entries
            .par_chunks(share)
            .map(|chunk| {
                let room = chunk.len() / parts + chunk.len() / parts / 8 + 16;
                let mut cut: Vec<Vec<(K, u32)>> = (0..parts).map(|_| Vec::with_capacity(room)).collect();
                for (key, count) in chunk {
                    let key = climb.key(*key);
                    let part = ((key & whole).hash() >> (64 - bits)) as usize;
                    if let Some(part) = cut.get_mut(part) {
                        part.push((key, *count));
                    }
                }
                cut
            })
            .collect();
        let mut entries = Vec::new();
        let numbers: Vec<usize> = (0..parts).collect();
        // A few parts at a time on every core, and then a look whether it is decided.
        for some in numbers.chunks(rayon::current_num_threads().max(1) * 4) {
            let counted: Vec<Vec<(K, u32)>> = some
                .par_iter()
                .map(|part| {
                    let of_part = || cut.iter().filter_map(|chunk| chunk.get(*part)).flatten();
                    let mut counter = Counter::new(of_part().count());
                    for (key, count) in of_part() {
                        counter.add(*key, (*key & whole).hash(), *count);
                    }
                    counter.finish()
                })
                .collect();
            for mut part in counted {
                if !see(&mut part) {
                    return None;
                }
                entries.append(&mut part);
            }
        }
        Some(Self { node: to.into(), entries })
    }
}
