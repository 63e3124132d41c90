//! Who has this key (転置索引): the sorted keys of the full run, and those that came since.

use crate::Settings;
use crate::block::{REFINEMENTS, Rule, buckets, refine, spread};
use crate::buckets::{Buckets, row_of};
use crate::compare::Field;
use crate::encode::{Row, Table};
use crate::file::{Input, Output, torn};
use rayon::prelude::*;
use std::collections::HashMap;
use std::io::{Read, Result, Write};
use std::ops::Range;

struct Posting {
    rule: Rule,
    standing: Buckets,
    new: HashMap<u64, Vec<u32>>,
}

/// Rows by key, for every rule in use.
pub(super) struct Postings(Vec<Posting>);

/// The rows a row shares a key with.
#[derive(Default)]
pub(super) struct Met {
    /// Sorted, each once.
    pub(super) rows: Vec<u32>,
    /// Blocks too large even when split.
    pub(super) left_out: u64,
}

/// A key that more rows have than so many times the largest block is not gone through for a new row: it would make the work
/// grow with what stands. Its rows have other keys.
const READ: usize = 20;

/// Who shares a number.
#[derive(Default)]
struct Sharing {
    /// Subjects, capped; 0 where they are not counted.
    count: u16,
    /// More different persons than a household has: it says nothing of one of them.
    of_too_many: bool,
}

impl Postings {
    /// Takes what the table has sorted already; nobody else needs it any more.
    pub(super) fn new(table: &mut Table, rules: &[Rule]) -> Self {
        let mut sorted = std::mem::take(&mut table.sorted);
        let posting = |rule: &Rule| {
            let kept =
                sorted.iter().position(|(sorted, _)| sorted == rule).map(|at| sorted.swap_remove(at).1);
            let standing = kept.unwrap_or_else(|| buckets(table, &table.rows, *rule));
            Posting { rule: *rule, standing, new: HashMap::new() }
        };
        Self(rules.iter().map(posting).collect())
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = Rule> {
        self.0.iter().map(|posting| posting.rule)
    }

    /// Takes in the keys of new rows.
    pub(super) fn insert(&mut self, table: &Table, rows: Range<u32>) {
        for at in rows {
            let Some(row) = table.row(at).filter(|row| !row.is_aside()) else { continue };
            for Posting { rule, new, .. } in &mut self.0 {
                for key in rule.keys(table, row).into_iter().filter(|key| *key != 0) {
                    new.entry(key).or_default().push(at);
                }
            }
        }
    }

    /// Takes numbers of too many from new rows and counts who shares the others, as all of them came. Tells whose telephone
    /// or insurance was taken.
    pub(super) fn settle(
        &self,
        table: &mut Table,
        rows: Range<u32>,
        settings: &Settings,
    ) -> Vec<(u32, Field)> {
        let settled = |at: u32| {
            let mut row = *table.row(at)?;
            let sharing = |rule| self.sharing(table, rule, at, &row, settings);
            let [phone, insurance, door] = [Rule::Phone, Rule::Insurance, Rule::Door].map(sharing);
            (row.phone_count, row.door_count) = (phone.count, door.count);
            let mut taken = Vec::new();
            if phone.of_too_many && row.phone != 0 {
                row.phone = 0;
                taken.push((at, Field::Phone));
            }
            if insurance.of_too_many {
                (row.number, row.symbol, row.branch) = (0, 0, 0);
                taken.push((at, Field::Insurance));
            }
            Some((at, row, taken))
        };
        let mut all_taken = Vec::new();
        for (at, row, taken) in side_by_side(rows, settled).into_iter().flatten() {
            if let Some(slot) = table.rows.get_mut(at as usize) {
                *slot = row;
            }
            all_taken.extend(taken);
        }
        all_taken
    }

    fn sharing(&self, table: &Table, rule: Rule, at: u32, row: &Row, settings: &Settings) -> Sharing {
        let Some(posting) = self.0.iter().find(|posting| posting.rule == rule) else {
            return Sharing::default();
        };
        let stated = posting.stated(table, row);
        if stated > settings.largest_block * READ {
            return Sharing { count: u16::try_from(stated).unwrap_or(u16::MAX), of_too_many: true };
        }
        let others = posting.sharing(table, at, row);
        let rows: Vec<Row> = others.filter_map(|other| table.row(other).copied()).chain([*row]).collect();
        // Where many stated it and none has it any more, the full run took it from them.
        let was_taken = rows.len() == 1 && stated > settings.largest_household;
        let of_too_many = was_taken || persons(&rows) > settings.largest_household;
        Sharing { count: count(&rows), of_too_many }
    }

    /// The rows of other subjects that share a key with a row.
    pub(super) fn meet(&self, table: &Table, at: u32, largest: usize) -> Met {
        let mut met = Met::default();
        let Some(row) = table.row(at).filter(|row| !row.is_aside()) else { return met };
        for posting in &self.0 {
            if posting.stated(table, row) > largest * READ {
                met.left_out += 1;
                continue;
            }
            let mut rows: Vec<u32> = posting.sharing(table, at, row).collect();
            if rows.len() >= largest {
                narrow(table, posting.rule, row, &mut rows, largest);
            }
            if rows.len() >= largest {
                met.left_out += 1;
            } else {
                met.rows.append(&mut rows);
            }
        }
        met.rows.sort_unstable();
        met.rows.dedup();
        met
    }
}

impl Postings {
    /// Writes the keys, those that came since among those that stood.
    pub(super) fn write(&self, to: &mut Output<impl Write + Send>) -> Result<()> {
        to.put(&(self.0.len() as u64))?;
        for Posting { rule, standing, new } in &self.0 {
            let entries = new.iter().flat_map(|(key, rows)| rows.iter().map(|row| (spread(*key), *row)));
            let mut new: Vec<(usize, u64)> = entries.map(|(hash, row)| standing.place(hash, row)).collect();
            new.par_sort_unstable();
            let merged = standing.buckets().par_iter().enumerate().map(|(bucket, standing)| {
                let from = new.partition_point(|(at, _)| *at < bucket);
                let mut all = standing.clone();
                all.extend(
                    new.iter().skip(from).take_while(|(at, _)| *at == bucket).map(|(_, entry)| *entry),
                );
                // Two sorted runs: merged, not sorted.
                all.sort();
                all.dedup();
                all
            });
            let merged: Vec<Vec<u64>> = merged.collect();
            to.put(&(*rule as u8))?;
            to.list(&merged.iter().map(|bucket| bucket.len() as u64).collect::<Vec<u64>>())?;
            to.list(&merged.concat())?;
        }
        Ok(())
    }

    pub(super) fn read(from: &mut Input<impl Read + Send>) -> Result<Self> {
        let mut postings = Vec::new();
        for _ in 0..from.get::<u64>()?.min(Rule::ALL.len() as u64) {
            let code: u8 = from.get()?;
            let rule = Rule::ALL.into_iter().find(|rule| *rule as u8 == code).ok_or_else(torn)?;
            let (lengths, entries): (Vec<u64>, Vec<u64>) = (from.list()?, from.list()?);
            let mut rest = entries.as_slice();
            let parts = lengths.iter().map(|length| {
                let (bucket, after) = rest.split_at_checked(usize::try_from(*length).ok()?)?;
                rest = after;
                Some(bucket)
            });
            let parts: Vec<&[u64]> = parts.collect::<Option<_>>().ok_or_else(torn)?;
            let standing = Buckets::of(parts.into_par_iter().map(<[u64]>::to_vec).collect());
            postings.push(Posting { rule, standing, new: HashMap::new() });
        }
        Ok(Self(postings))
    }
}

impl Posting {
    /// How many rows have a key of this row, or had it when they were sorted.
    fn stated(&self, table: &Table, row: &Row) -> usize {
        let keys = self.rule.keys(table, row).into_iter().filter(|key| *key != 0);
        let rows = |key| self.standing.entries(spread(key)).len() + self.new.get(&key).map_or(0, Vec::len);
        keys.map(rows).sum()
    }

    fn sharing<'a>(&'a self, table: &'a Table, at: u32, row: &'a Row) -> impl Iterator<Item = u32> + 'a {
        let keys = self.rule.keys(table, row).into_iter().filter(|key| *key != 0);
        let rows = keys.flat_map(|key| {
            let new = self.new.get(&key).map_or(&[] as &[u32], Vec::as_slice);
            self.standing.entries(spread(key)).iter().map(|entry| row_of(*entry)).chain(new.iter().copied())
        });
        rows.filter(move |other| {
            *other != at
                && table
                    .row(*other)
                    .is_some_and(|other| other.subject != row.subject && self.rule.shares(table, row, other))
        })
    }
}

/// Keeps the rows that agree on one thing more, as often as it takes and goes.
fn narrow(table: &Table, rule: Rule, row: &Row, rows: &mut Vec<u32>, largest: usize) {
    let mut key = rule as u64;
    for round in 0..REFINEMENTS {
        if rows.len() < largest {
            return;
        }
        let Some(finer) = refine(table, key, row, round) else {
            rows.clear();
            return;
        };
        rows.retain(|other| {
            table.row(*other).and_then(|other| refine(table, key, other, round)) == Some(finer)
        });
        key = finer;
    }
}

/// What becomes of each row; of a few by one core, for waking the others takes longer.
pub(super) fn side_by_side<T: Send>(rows: Range<u32>, each: impl Fn(u32) -> T + Sync + Send) -> Vec<T> {
    if rows.len() < 64 { rows.map(each).collect() } else { rows.into_par_iter().map(each).collect() }
}

fn count(rows: &[Row]) -> u16 {
    let mut subjects: Vec<u32> = rows.iter().map(|row| row.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    u16::try_from(subjects.len()).unwrap_or(u16::MAX)
}

/// Different persons, by given name and date of birth.
fn persons(rows: &[Row]) -> usize {
    let mut persons: Vec<_> = rows.iter().map(Row::given_and_birth).collect();
    persons.sort_unstable();
    persons.dedup();
    persons.len()
}
