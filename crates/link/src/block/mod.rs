//! Which statements are compared at all (候補の絞り込み): those that share at least one key.
//!
//! Every pair is found once however many keys it shares: by the first rule that has it. No block is ever compared that is
//! larger than [`Settings::largest_block`]: it is split by further keys, and what cannot be split is left out and reported
//! — never compared quadratically (LNK-03: a default value, one clinic's telephone or one surname must not stop a run).

mod choose;
mod rule;

pub(crate) use choose::choose;
pub use rule::Rule;
pub(crate) use rule::{REFINEMENTS, refine};

use crate::buckets::{Buckets, row_of};
use crate::compare::{Pattern, compare};
use crate::encode::{Row, Table};
use crate::settings::Settings;
use crate::statistics::{OversizedBlock, Statistics};
use rayon::prelude::*;
pub(crate) use rule::spread;
use std::collections::HashSet;

/// Two statements that share a key, and how they agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// Rows of two subjects, the smaller first.
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) pattern: Pattern,
}

/// Pairs of statements by the rules that found them, and what is needed to find the same again.
pub(crate) struct Blocks<'a> {
    table: &'a Table,
    /// The table's, or a sample of them.
    rows: &'a [Row],
    largest: usize,
    /// Rules done, in order, with the keys whose blocks were too large.
    done: Vec<(Rule, HashSet<u64>)>,
}

/// What one rule gave.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    oversized: HashSet<u64>,
    reports: Vec<OversizedBlock>,
    blocks: u64,
}

/// All pairs of statements that share a key of `rules` and belong to two subjects, each once, with their patterns. `rows`
/// are the table's or a sample of them, `sorted` what of them was sorted before.
pub(crate) fn candidates(
    table: &Table,
    (rows, sorted): (&[Row], &[(Rule, Buckets)]),
    rules: &[Rule],
    settings: &Settings,
    statistics: &mut Statistics,
) -> Vec<Vec<Candidate>> {
    let mut blocks = Blocks { table, rows, largest: settings.largest_block, done: Vec::new() };
    let mut all = Vec::new();
    for rule in rules {
        let found = match sorted.iter().find(|(sorted, _)| sorted == rule) {
            Some((_, buckets)) => blocks.by_rule(*rule, buckets),
            None => blocks.by_rule(*rule, &buckets(table, rows, *rule)),
        };
        statistics.blocks += found.blocks;
        statistics.pairs_compared += found.candidates.len() as u64;
        statistics.rules.push((*rule, found.candidates.len() as u64));
        statistics.oversized_blocks.extend(found.reports);
        blocks.done.push((*rule, found.oversized));
        all.push(found.candidates);
    }
    all
}

/// Rows by the keys of a rule.
pub(crate) fn buckets(table: &Table, rows: &[Row], rule: Rule) -> Buckets {
    Buckets::new(rows.len(), |at| {
        let row = rows.get(at as usize).filter(|row| !row.is_aside());
        let keys = row.map_or([0; 3], |row| rule.keys(table, row));
        keys.into_iter().filter(|key| *key != 0).map(spread)
    })
}

impl Blocks<'_> {
    fn by_rule(&self, rule: Rule, buckets: &Buckets) -> Found {
        let parts: Vec<Found> = buckets
            .buckets()
            .par_iter()
            .map_init(Default::default, |(places, near), bucket| self.bucket(rule, bucket, places, near))
            .collect();
        let mut found = Found {
            candidates: Vec::with_capacity(parts.iter().map(|part| part.candidates.len()).sum()),
            ..Found::default()
        };
        for mut part in parts {
            found.candidates.append(&mut part.candidates);
            found.oversized.extend(part.oversized);
            found.reports.append(&mut part.reports);
            found.blocks += part.blocks;
        }
        if rule.is_several() {
            found.candidates.par_sort_unstable_by_key(|candidate| (candidate.a, candidate.b));
            found.candidates.dedup_by_key(|candidate| (candidate.a, candidate.b));
        }
        found
    }

    /// Compares what stands in a bucket. The rows stand all over the table: they are fetched together, so that memory
    /// answers many at a time, and are near when they are compared.
    fn bucket(&self, rule: Rule, bucket: &[u64], places: &mut Vec<u32>, near: &mut Vec<Row>) -> Found {
        let mut found = Found::default();
        let is_small = |group: &&[u64]| group.len() <= self.largest;
        places.clear();
        for group in Buckets::groups(bucket).filter(is_small) {
            places.extend(group.iter().map(|entry| row_of(*entry)));
        }
        near.clear();
        near.extend(places.iter().map(|at| self.row(*at).copied().unwrap_or_default()));
        let mut left = near.as_slice();
        for group in Buckets::groups(bucket) {
            found.blocks += 1;
            if is_small(&group)
                && let Some((rows, rest)) = left.split_at_checked(group.len())
            {
                self.pairs(rule, group.iter().map(|entry| row_of(*entry)).zip(rows), &mut found);
                left = rest;
            } else {
                self.large_group(rule, group, &mut found);
            }
        }
        found
    }

    fn large_group(&self, rule: Rule, group: &[u64], found: &mut Found) {
        // By key, because two keys may share a hash, and by row.
        let mut members: Vec<(u64, u32)> = Vec::with_capacity(group.len());
        for at in group.iter().map(|entry| row_of(*entry)) {
            let keys = self.row(at).map_or([0; 3], |row| rule.keys(self.table, row));
            let of_group = |key: &u64| {
                *key != 0 && group.first().is_some_and(|e| e >> 32 == u64::from(spread(*key) as u32))
            };
            members.extend(keys.into_iter().filter(of_group).map(|key| (key, at)));
        }
        members.sort_unstable();
        for block in members.chunk_by(|a, b| a.0 == b.0) {
            self.split(rule, block, 0, found);
        }
    }

    /// Compares a block, or splits it by one more thing.
    fn split(&self, rule: Rule, block: &[(u64, u32)], round: u64, found: &mut Found) {
        let Some((key, _)) = block.first() else { return };
        if block.len() <= self.largest {
            self.pairs(rule, block.iter().filter_map(|(_, at)| Some((*at, self.row(*at)?))), found);
            return;
        }
        found.oversized.insert(*key);
        let mut finer: Vec<(u64, u32)> = Vec::new();
        if round < rule::REFINEMENTS {
            finer.extend(
                block.iter().filter_map(|(key, at)| {
                    Some((rule::refine(self.table, *key, self.row(*at)?, round)?, *at))
                }),
            );
        }
        let (statements, left) = (block.len() as u64, (block.len() - finer.len()) as u64);
        found.reports.push(OversizedBlock { rule, statements, left_out: left });
        finer.sort_unstable();
        for block in finer.chunk_by(|a, b| a.0 == b.0) {
            self.split(rule, block, round + 1, found);
        }
    }

    fn row(&self, at: u32) -> Option<&Row> {
        self.rows.get(at as usize)
    }

    fn pairs<'r>(&self, rule: Rule, rows: impl Iterator<Item = (u32, &'r Row)> + Clone, found: &mut Found) {
        let mut left = rows;
        while let Some((a, row_a)) = left.next() {
            for (b, row_b) in left.clone() {
                if row_a.subject == row_b.subject
                    || !rule.shares(self.table, row_a, row_b)
                    || self.done.iter().any(|(rule, oversized)| self.compared(*rule, oversized, row_a, row_b))
                {
                    continue;
                }
                let pattern = compare(self.table, row_a, row_b);
                found.candidates.push(Candidate { a: a.min(b), b: a.max(b), pattern });
            }
        }
    }

    /// Whether a rule already had this pair.
    fn compared(&self, rule: Rule, oversized: &HashSet<u64>, a: &Row, b: &Row) -> bool {
        if !rule.shares(self.table, a, b) {
            return false;
        }
        oversized.is_empty() || rule.common(self.table, a, b).any(|key| self.reached(oversized, key, a, b, 0))
    }

    /// Whether the block of this key, or the part of it both rows are in, was small enough to be compared.
    fn reached(&self, oversized: &HashSet<u64>, key: u64, a: &Row, b: &Row, round: u64) -> bool {
        if !oversized.contains(&key) {
            return true;
        }
        if round == rule::REFINEMENTS {
            return false;
        }
        let finer = |row| rule::refine(self.table, key, row, round);
        match (finer(a), finer(b)) {
            (Some(x), Some(y)) if x == y => self.reached(oversized, x, a, b, round + 1),
            _ => false,
        }
    }
}
