//! The table as the search needs it: each combination of values once, with how many rows have it.
//!
//! Counting at a coarser node goes through the combinations, not through the rows, and leaves a smaller table behind to go
//! on from (roll-up). Large tables are cut by hash into parts that stay in the processor's cache; a part holds whole
//! classes, so that the search may stop at the first parts that decide.

use super::counter::{Counter, Pool};
use super::key::Key;
use super::space::{Node, Space};
use rayon::prelude::*;

/// A table of so few combinations is counted in one go.
const SMALL: usize = 1 << 18;
/// Combinations in a part of a larger one: its classes stay in a core's own cache.
const PART: usize = 1 << 15;

/// Looks at counted classes and how many they are; `false` to stop.
type See<'a, K> = &'a mut dyn FnMut(&mut Vec<(K, u32)>, usize) -> bool;

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
        for ((column, from), to) in
            space.columns.iter().zip(from).zip(to).filter(|((_, from), to)| from != to)
        {
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

impl<K: Key> Tuples<K> {
    /// The table at a higher node.
    pub(super) fn roll(&self, space: &Space, to: &[u8], whole: K, pool: &Pool<K>) -> Self {
        let mut entries = Vec::new();
        self.count(space, to, whole, pool, &mut |classes, used| {
            entries.reserve(used);
            entries.extend(classes.iter().filter(|class| class.1 > 0));
            true
        });
        Self { node: to.into(), entries }
    }

    /// Counts the classes of a higher node and hands them to `see`, which may stop it by `false`. Whether it was carried to its end.
    ///
    /// What is handed over are whole classes and empty places (no rows) between them. Classes are told apart by the key under
    /// `whole`, so that what a class holds (the sensitive values beyond that mask) is seen together.
    pub(super) fn count(&self, space: &Space, to: &[u8], whole: K, pool: &Pool<K>, see: See<'_, K>) -> bool {
        let climb = Climb::new(space, &self.node, to);
        let threads = rayon::current_num_threads().max(1);
        if self.entries.len() <= SMALL {
            let mut counter = Counter::new(pool.take(), space.classes(to).min(self.entries.len()), whole);
            for (key, count) in &self.entries {
                counter.add(climb.key(*key), *count);
            }
            let used = counter.used;
            let whole = see(&mut counter.slots, used);
            pool.give(counter.slots);
            return whole;
        }
        let parts = (self.entries.len() / PART).next_power_of_two().max(2);
        let bits = parts.trailing_zeros();
        let share = self.entries.len().div_ceil(threads * 2).max(PART);
        let cut: Vec<Vec<Vec<(K, u32)>>> = self
            .entries
            .par_chunks(share)
            .map(|chunk| {
                let mut cut: Vec<Vec<(K, u32)>> = (0..parts).map(|_| pool.take()).collect();
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
        let numbers: Vec<usize> = (0..parts).collect();
        // A few parts at a time on every core, and then a look whether it is decided.
        let whole = numbers.chunks(threads * 4).all(|some| {
            let counted: Vec<Counter<K>> = some
                .par_iter()
                .map(|part| {
                    let of_part = || cut.iter().filter_map(|chunk| chunk.get(*part));
                    let entries = of_part().map(Vec::len).sum();
                    let mut counter =
                        Counter::new(pool.take(), (space.classes(to) / parts).min(entries), whole);
                    for (key, count) in of_part().flatten() {
                        counter.add(*key, *count);
                    }
                    counter
                })
                .collect();
            counted.into_iter().all(|mut counter| {
                let used = counter.used;
                let going_on = see(&mut counter.slots, used);
                pool.give(counter.slots);
                going_on
            })
        });
        cut.into_iter().flatten().for_each(|memory| pool.give(memory));
        whole
    }
}
