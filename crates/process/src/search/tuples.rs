//! The table as the search needs it: each combination of values once, with how many rows have it.
//!
//! Counting at a coarser node goes through the combinations, not through the rows, and leaves a smaller table behind to go
//! on from (roll-up). Large tables are cut by hash into parts that stay in the processor's cache; a part holds whole
//! classes, so that the search may stop at the first parts that decide.

use super::counter::{Counter, Pool};
use super::key::Key;
use super::space::{Node, Space, below};
use rayon::prelude::*;

// Tests work on small tables, and must go every way.

/// A table of so few combinations is counted in one go.
const SMALL: usize = if cfg!(test) { 32 } else { 1 << 18 };
/// Combinations in a block: few enough that some blocks decide, enough that a block costs nothing.
const BLOCK: usize = if cfg!(test) { 4 } else { 1 << 11 };
/// Combinations in a part of a larger one: its classes stay in a core's own cache.
const PART: usize = if cfg!(test) { 8 } else { 1 << 15 };

/// Looks at counted classes and how many they are; `false` to stop.
type See<'a, K> = &'a mut dyn FnMut(&mut Vec<(K, u32)>, usize) -> bool;

/// Distinct combinations at a node.
#[derive(Debug, Clone)]
pub(super) struct Tuples<K> {
    pub(super) node: Node,
    /// Their order means nothing.
    pub(super) entries: Vec<(K, u32)>,
    /// A node whose classes each lie in one block, as those of every node below it do.
    closed: Node,
    /// Where each block of entries ends.
    ends: Vec<usize>,
}

/// What to do to a key to take it from one node to a higher one.
pub(super) struct Climb<'a, K> {
    stays: K,
    moves: Vec<(u32, u32, &'a [u32])>,
}

impl<'a, K: Key> Climb<'a, K> {
    pub(super) fn new(space: &'a Space, from: &[u8], to: &[u8]) -> Self {
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

    pub(super) fn key(&self, key: K) -> K {
        self.moves.iter().fold(key & self.stays, |climbed, (shift, mask, up)| {
            let group = up.get(key.code(*shift, *mask) as usize).copied().unwrap_or(0);
            climbed | K::field(group, *shift)
        })
    }
}

impl<K: Key> Tuples<K> {
    /// A table in one block.
    pub(super) fn new(node: Node, entries: Vec<(K, u32)>) -> Self {
        let closed = node.iter().map(|_| u8::MAX).collect();
        Self { node, ends: vec![entries.len()], entries, closed }
    }

    /// The table at a higher node.
    pub(super) fn roll(&self, space: &Space, to: &[u8], whole: K, pool: &Pool<K>) -> Self {
        let (mut entries, mut ends) = (Vec::new(), Vec::new());
        self.count(space, to, whole, pool, &mut |classes, used| {
            entries.reserve(used);
            entries.extend(classes.iter().filter(|class| class.1 > 0));
            if entries.len() - ends.last().copied().unwrap_or(0) >= BLOCK / 4 {
                ends.push(entries.len());
            }
            true
        });
        if !self.in_blocks(to) {
            return Self::new(to.into(), entries);
        }
        if ends.last() != Some(&entries.len()) {
            ends.push(entries.len());
        }
        Self { node: to.into(), entries, closed: self.closed.clone(), ends }
    }

    fn in_blocks(&self, to: &[u8]) -> bool {
        self.ends.len() > 1 && below(to, &self.closed)
    }

    /// Puts the combinations of one class of a node into one block, so that a search among nodes below it may end with the first
    /// blocks that decide, and counts in little memory. `None` where there would hardly be more blocks than now.
    pub(super) fn close(&self, space: &Space, under: &[u8], whole: K) -> Option<Self> {
        let blocks = (self.entries.len() / BLOCK).next_power_of_two();
        if blocks < 4 || *self.closed == *under || space.classes(under) < self.ends.len() * 4 {
            return None;
        }
        let climb = Climb::new(space, &self.node, under);
        let bits = blocks.trailing_zeros();
        let block = |key: K| ((climb.key(key) & whole).hash() >> (64 - bits)) as u32;
        let block_of: Vec<u32> = self.entries.par_iter().map(|(key, _)| block(*key)).collect();
        let mut starts = vec![0; blocks + 1];
        for block in &block_of {
            if let Some(start) = starts.get_mut(*block as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut entries = vec![(K::default(), 0); self.entries.len()];
        for (entry, block) in self.entries.iter().zip(block_of) {
            let Some(at) = starts.get_mut(block as usize) else { continue };
            if let Some(place) = entries.get_mut(*at) {
                *place = *entry;
            }
            *at += 1;
        }
        // Each block now begins where the next one did: these are the ends.
        starts.pop();
        starts.dedup();
        Some(Self { node: self.node.clone(), entries, closed: under.into(), ends: starts })
    }

    /// Counts the classes of a higher node and hands them to `see`, which may stop it by `false`. Whether it was carried to its end.
    ///
    /// What is handed over are whole classes and empty places (no rows) between them. Classes are told apart by the key under
    /// `whole`, so that what a class holds (the sensitive values beyond that mask) is seen together.
    pub(super) fn count(&self, space: &Space, to: &[u8], whole: K, pool: &Pool<K>, see: See<'_, K>) -> bool {
        let climb = Climb::new(space, &self.node, to);
        if !self.in_blocks(to) && self.entries.len() > SMALL {
            return self.count_in_parts(&climb, space.classes(to), whole, pool, see);
        }
        let ends: &[usize] = if self.in_blocks(to) { &self.ends } else { &[self.entries.len()] };
        let classes = space.classes(to) / ends.len();
        let starts = [0].into_iter().chain(ends.iter().copied());
        let blocks: Vec<&[(K, u32)]> =
            starts.zip(ends).filter_map(|(from, to)| self.entries.get(from..*to)).collect();
        let counted = |block: &&[(K, u32)]| {
            let mut counter = Counter::new(pool.take(), classes.min(block.len()), whole);
            for (key, count) in *block {
                counter.add(climb.key(*key), *count);
            }
            counter
        };
        if self.entries.len() <= SMALL {
            return blocks.iter().all(|block| seen(counted(block), pool, see));
        }
        // Some blocks at a time on every core, and then a look whether it is decided.
        blocks.chunks(rayon::current_num_threads().max(1) * 4).all(|some| {
            let counters: Vec<Counter<K>> = some.par_iter().map(counted).collect();
            counters.into_iter().all(|counter| seen(counter, pool, see))
        })
    }

    /// The same for a large table that is not in blocks: it is cut by the classes themselves.
    fn count_in_parts(
        &self,
        climb: &Climb<'_, K>,
        classes: usize,
        whole: K,
        pool: &Pool<K>,
        see: See<'_, K>,
    ) -> bool {
        let threads = rayon::current_num_threads().max(1);
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
        let counted = |part: &usize| {
            let of_part = || cut.iter().filter_map(|chunk| chunk.get(*part));
            let entries = of_part().map(Vec::len).sum();
            let mut counter = Counter::new(pool.take(), (classes / parts).min(entries), whole);
            for (key, count) in of_part().flatten() {
                counter.add(*key, *count);
            }
            counter
        };
        let numbers: Vec<usize> = (0..parts).collect();
        let whole = numbers.chunks(threads * 4).all(|some| {
            let counters: Vec<Counter<K>> = some.par_iter().map(counted).collect();
            counters.into_iter().all(|counter| seen(counter, pool, see))
        });
        cut.into_iter().flatten().for_each(|memory| pool.give(memory));
        whole
    }
}

/// Hands over what was counted, and takes the memory back.
fn seen<K: Key>(mut counter: Counter<K>, pool: &Pool<K>, see: See<'_, K>) -> bool {
    let used = counter.used;
    let going_on = see(&mut counter.slots, used);
    pool.give(counter.slots);
    going_on
}
