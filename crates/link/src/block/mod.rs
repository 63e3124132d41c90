//! Which statements are compared at all (候補の絞り込み): those that share at least one key.
//!
//! Every pair is found once however many keys it shares. No block is ever compared that is larger than
//! [`Settings::largest_block`]: it is split by further keys, and what cannot be split is left out and reported — never
//! compared quadratically (LNK-03: a default value, one clinic's telephone or one surname must not stop a run).

mod keys;

pub use keys::Rule;

use crate::compare::{Pattern, compare, names::Script};
use crate::encode::{Row, Table};
use crate::settings::Settings;
use crate::statistics::{OversizedBlock, Statistics};
use rayon::prelude::*;

/// Two statements that share a key, and how they agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// Rows of two subjects, the smaller first.
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) pattern: Pattern,
}

type Entry = (u64, u32);

/// All pairs of statements that share a key and belong to two subjects, each once, with their patterns.
pub(crate) fn candidates(table: &Table, settings: &Settings, statistics: &mut Statistics) -> Vec<Candidate> {
    let entries = bounded_entries(table, settings, statistics);
    let blocks: Vec<&[Entry]> = entries.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1).collect();
    let keys = KeysOfRows::new(&entries, table.rows.len());
    statistics.blocks = blocks.len() as u64;
    let found: Vec<Candidate> =
        blocks.par_iter().flat_map_iter(|block| pairs_of(table, block, &keys)).collect();
    statistics.pairs_compared = found.len() as u64;
    found
}

fn pairs_of<'a>(
    table: &'a Table,
    block: &'a [Entry],
    keys: &'a KeysOfRows,
) -> impl Iterator<Item = Candidate> + 'a {
    block.iter().enumerate().flat_map(move |(at, (key, a))| {
        block.iter().skip(at + 1).filter_map(move |(_, b)| {
            let (row_a, row_b) = (table.rows.get(*a as usize)?, table.rows.get(*b as usize)?);
            if row_a.subject == row_b.subject || keys.first_common(*a, *b) != Some(*key) {
                return None;
            }
            Some(Candidate { a: *a, b: *b, pattern: compare(table, row_a, row_b) })
        })
    })
}

/// (key, row) sorted, with every block no larger than allowed.
fn bounded_entries(table: &Table, settings: &Settings, statistics: &mut Statistics) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .rows
        .par_iter()
        .enumerate()
        .filter(|(_, row)| !row.aside)
        .flat_map_iter(|(at, row)| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            keys::keys(table, row).into_iter().map(move |key| (key, at))
        })
        .collect();
    entries.par_sort_unstable();
    entries.dedup();
    for round in 0..=keys::REFINEMENTS {
        let mut kept = Vec::with_capacity(entries.len());
        let mut refined = Vec::new();
        for block in entries.chunk_by(|a, b| a.0 == b.0) {
            if block.len() <= settings.largest_block {
                kept.extend_from_slice(block);
                continue;
            }
            let before = refined.len();
            if round < keys::REFINEMENTS {
                refined.extend(block.iter().filter_map(|(key, at)| {
                    let row: &Row = table.rows.get(*at as usize)?;
                    Some((keys::refine(*key, row, round)?, *at))
                }));
            }
            let split = (refined.len() - before) as u64;
            statistics.oversized_blocks.push(OversizedBlock {
                rule: keys::rule_of(block.first().map_or(0, |entry| entry.0)),
                statements: block.len() as u64,
                left_out: block.len() as u64 - split,
            });
        }
        if refined.is_empty() {
            return kept;
        }
        kept.append(&mut refined);
        kept.par_sort_unstable();
        entries = kept;
    }
    entries
}

/// The keys of each row, sorted, in one allocation.
struct KeysOfRows {
    starts: Vec<u32>,
    keys: Vec<u64>,
}

impl KeysOfRows {
    fn new(entries: &[Entry], rows: usize) -> Self {
        let mut starts = vec![0u32; rows + 1];
        for (_, row) in entries {
            if let Some(count) = starts.get_mut(*row as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut keys = vec![0; entries.len()];
        // Entries come by key, so every row's keys arrive sorted.
        for (key, row) in entries {
            if let Some(at) = next.get_mut(*row as usize)
                && let Some(slot) = keys.get_mut(*at as usize)
            {
                *slot = *key;
                *at += 1;
            }
        }
        Self { starts, keys }
    }

    fn of(&self, row: u32) -> &[u64] {
        let at = row as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(from, to)| self.keys.get(*from as usize..*to as usize)).unwrap_or(&[])
    }

    /// The smallest key both rows have: the one block that gives this pair.
    fn first_common(&self, a: u32, b: u32) -> Option<u64> {
        let (mut a, mut b) = (self.of(a).iter(), self.of(b).iter());
        let (mut x, mut y) = (a.next()?, b.next()?);
        loop {
            match x.cmp(y) {
                std::cmp::Ordering::Less => x = a.next()?,
                std::cmp::Ordering::Greater => y = b.next()?,
                std::cmp::Ordering::Equal => return Some(*x),
            }
        }
    }
}

/// Prefer the reading: it survives kanji that could not be written.
fn given(row: &Row) -> Option<(Script, u32)> {
    [(Script::Kana, row.kana.given), (Script::Roman, row.roman.given), (Script::Kanji, row.kanji.given)]
        .into_iter()
        .find(|(_, code)| *code != 0)
}
