//! Simulated attackers on a table and its product (模擬攻撃): who knows some values of a person, as they truly are, looks for
//! them in both (ANO-08). Nothing of how the product was made is trusted: its words are read back by the hierarchies.
//!
//! An attacker knows m quasi-identifiers of somebody of the table, another choice for each person, and takes one of the rows
//! that do not contradict them. They pass over suppressed rows, in which nobody is recognised. Success is 1 ÷ rows where the
//! person's row is among these, else 0; over the people tried its mean, with Wilson's interval.

use super::csv::{Block, Rows, text};
use super::hierarchy::Hierarchy;
use super::{Open, Refusal, TablePolicy, each_block, no_hierarchy, open, risk};
use crate::risk::wilson;
use rand::seq::index;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::HashMap;
use std::io;

/// What is attacked.
pub struct FlatAttack<'a> {
    /// Which columns are quasi-identifiers.
    pub policy: &'a TablePolicy,
    /// The text of a hierarchy file by its name.
    pub hierarchy: &'a dyn Fn(&str) -> io::Result<String>,
    /// The table as it was.
    pub table: &'a Open<'a>,
    /// Its product: the same rows in the same order.
    pub product: &'a Open<'a>,
    /// So many people are tried, chosen at random; all where there are no more.
    pub people: usize,
    /// Chooses them, and what is known of each.
    pub seed: u64,
    /// So many of the rows found most easily are told.
    pub worst: usize,
}

impl std::fmt::Debug for FlatAttack<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlatAttack").field("people", &self.people).finish_non_exhaustive()
    }
}

/// How one attacker fares. Shares from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlatAttacker {
    /// Quasi-identifiers known of each person.
    pub known: usize,
    /// Mean success on the table.
    pub success_before: f64,
    /// Mean success on the product.
    pub success_after: f64,
    /// 95 % interval of that.
    pub interval_after: (f64, f64),
    /// People found in the product for certain.
    pub certain_after: f64,
}

/// A row that is found easily by whoever knows all quasi-identifiers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorstRow {
    /// Its number in the table, from 1, the heading not counted.
    pub row: u64,
    /// Success on the product.
    pub success: f64,
}

/// What the attackers found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlatAttacked {
    /// Rows.
    pub rows: u64,
    /// Rows of the product with `*` in every quasi-identifier.
    pub suppressed: u64,
    /// People tried.
    pub people: u64,
    /// One for each number of quasi-identifiers known.
    pub attackers: Vec<FlatAttacker>,
    /// The easiest first.
    pub worst: Vec<WorstRow>,
}

/// Different rows of a table, column by column as numbers, with how many rows each stands for.
#[derive(Default)]
struct Distinct {
    known: HashMap<Box<[u32]>, usize>,
    columns: Vec<Vec<u32>>,
    rows: Vec<u64>,
}

impl Distinct {
    fn add(&mut self, row: &[u32]) {
        self.columns.resize_with(row.len(), Vec::new);
        let next = self.rows.len();
        if let Some(at) = self.known.get(row) {
            if let Some(rows) = self.rows.get_mut(*at) {
                *rows += 1;
            }
            return;
        }
        self.known.insert(row.into(), next);
        self.rows.push(1);
        self.columns.iter_mut().zip(row).for_each(|(column, number)| column.push(*number));
    }

    /// Rows of which every named column passes.
    fn count(&self, known: &[usize], passes: impl Fn(usize, u32) -> bool) -> u64 {
        let fits = |at: usize| {
            known.iter().all(|column| {
                let number = self.columns.get(*column).and_then(|numbers| numbers.get(at));
                number.is_some_and(|number| passes(*column, *number))
            })
        };
        self.rows.iter().enumerate().filter(|(at, _)| fits(*at)).map(|(_, rows)| rows).sum()
    }
}

/// Somebody who is looked for.
struct Target {
    row: u64,
    /// Their true values, as leaves.
    leaves: Box<[u32]>,
    /// Their row of the product, as words; `None`: suppressed.
    shown: Option<Box<[u32]>>,
}

/// The words of one column of the product, and the values each may stand for.
#[derive(Default)]
struct Shown {
    numbers: HashMap<Vec<u8>, u32>,
    stands_for: Vec<Vec<bool>>,
}

impl Shown {
    fn number(&mut self, word: &[u8], hierarchy: &Hierarchy) -> Option<u32> {
        if let Some(number) = self.numbers.get(word) {
            return Some(*number);
        }
        let stands_for = leaves_of(std::str::from_utf8(word).ok()?, hierarchy)?;
        let number = self.stands_for.len() as u32;
        self.numbers.insert(word.to_vec(), number);
        self.stands_for.push(stands_for);
        Some(number)
    }

    fn may_be(&self, number: u32, leaf: u32) -> bool {
        let leaves = self.stands_for.get(number as usize);
        leaves.and_then(|leaves| leaves.get(leaf as usize)).copied().unwrap_or(false)
    }
}

/// The values that a word of a product may stand for: a name of the hierarchy, `*`, `{a,b}` or `20-24`.
fn leaves_of(word: &str, hierarchy: &Hierarchy) -> Option<Vec<bool>> {
    let leaves = hierarchy.column.leaves();
    for (level, labels) in hierarchy.column.levels.iter().zip(&hierarchy.labels) {
        if let Some(group) = labels.iter().position(|label| label == word) {
            return Some(level.group_of.iter().map(|of| *of as usize == group).collect());
        }
    }
    if word == "*" {
        return Some(vec![true; leaves]);
    }
    let names = hierarchy.labels.first()?;
    if let Some(set) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
        let mut is_in = vec![false; leaves];
        for name in set.split(',') {
            *is_in.get_mut(names.iter().position(|other| other == name)?)? = true;
        }
        return Some(is_in);
    }
    let (low, high) = word.split_once('-')?;
    let (low, high): (u64, u64) = (low.parse().ok()?, high.parse().ok()?);
    Some(
        names.iter().map(|name| name.parse().is_ok_and(|value: u64| (low..=high).contains(&value))).collect(),
    )
}

/// Runs the attackers.
///
/// # Errors
/// A file cannot be read, the product has other rows or words that no hierarchy has, or there are no rows.
pub fn attack(job: &FlatAttack<'_>) -> Result<FlatAttacked, Refusal> {
    let (header, _) = open(job.table, job.policy.separator)?;
    let columns = risk::places(job.policy, &header)?;
    let mut hierarchies = Vec::with_capacity(columns.len());
    for (_, name) in &columns {
        let Some((_, weight, file)) = job.policy.quasi_identifiers().find(|(known, ..)| known == name) else {
            continue;
        };
        let text = (job.hierarchy)(&file).map_err(|error| no_hierarchy(name, &file, &error))?;
        hierarchies.push(Hierarchy::parse(&text, &file, weight)?);
    }
    let (truth, mut targets, rows) = read_table(job, &columns, &hierarchies)?;
    let (product, shown, suppressed) = read_product(job, &columns, &hierarchies, &mut targets, rows)?;
    let seed = job.seed;
    let mut attackers = Vec::new();
    let mut worst = Vec::new();
    for known in 1..=columns.len() {
        let tried: Vec<(f64, f64)> = targets
            .par_iter()
            .map(|target| {
                let of = known_of(seed, target.row, known, columns.len());
                let leaf = |column: usize| target.leaves.get(column).copied().unwrap_or(u32::MAX);
                let before = truth.count(&of, |column, number| number == leaf(column));
                let may_be = |column: usize, number: u32| {
                    shown.get(column).is_some_and(|shown| shown.may_be(number, leaf(column)))
                };
                let Some(own) = &target.shown else { return (one_of(before), 0.0) };
                // A product that lies of somebody does not find them.
                if !of.iter().all(|column| own.get(*column).is_some_and(|number| may_be(*column, *number))) {
                    return (one_of(before), 0.0);
                }
                (one_of(before), one_of(product.count(&of, may_be)))
            })
            .collect();
        let people = tried.len().max(1) as f64;
        let success_after = tried.iter().map(|(_, after)| after).sum::<f64>() / people;
        attackers.push(FlatAttacker {
            known,
            success_before: tried.iter().map(|(before, _)| before).sum::<f64>() / people,
            success_after,
            interval_after: wilson(success_after, tried.len() as u64),
            certain_after: tried.iter().filter(|(_, after)| *after >= 1.0).count() as f64 / people,
        });
        if known == columns.len() {
            worst = targets.iter().zip(&tried).map(|(t, (_, success))| (t.row, *success)).collect();
        }
    }
    worst.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let worst = worst.into_iter().take(job.worst).map(|(row, success)| WorstRow { row: row + 1, success });
    Ok(FlatAttacked { rows, suppressed, people: targets.len() as u64, attackers, worst: worst.collect() })
}

fn one_of(rows: u64) -> f64 {
    if rows == 0 { 0.0 } else { 1.0 / rows as f64 }
}

/// Which columns are known of somebody.
fn known_of(seed: u64, row: u64, known: usize, columns: usize) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ row.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    random.set_stream(known as u64);
    index::sample(&mut random, columns, known).into_vec()
}

type Columns = [(usize, String)];

/// The rows of a table as numbers, one behind the other.
fn each_row(
    table: &Open<'_>,
    separator: u8,
    number: &(dyn Fn(&[u8], usize) -> Option<u32> + Sync),
    columns: &Columns,
    mut take: impl FnMut(&[u32]) + Send,
) -> Result<(), Refusal> {
    let (header, mut blocks) = open(table, separator)?;
    let work = |block: &Block| {
        let mut rows = Rows::new(block, separator, header.len());
        let bytes = rows.bytes;
        let mut numbers = Vec::new();
        while let Some(cells) = rows.next()? {
            for (column, (at, _)) in columns.iter().enumerate() {
                let found = cells.get(*at).and_then(|cell| number(&text(bytes, cell), column));
                match found {
                    Some(found) => numbers.push(found),
                    None => return Err(unknown(columns, column, rows.line())),
                }
            }
        }
        Ok(numbers)
    };
    each_block(&mut blocks, work, |numbers| {
        numbers.chunks(columns.len().max(1)).for_each(&mut take);
        Ok(())
    })
}

fn unknown(columns: &Columns, column: usize, line: u64) -> Refusal {
    let name = columns.get(column).map_or("", |(_, name)| name);
    Refusal::new(
        format!(
            "{line}行目: 列「{name}」の値が階層表からは読み取れません。同じ階層表で作られた表かを確かめてください"
        ),
        format!(
            "line {line}: the value of column {name} means nothing by its hierarchy: was the table made with it?"
        ),
    )
}

/// The table, and people of it chosen at random (Vitter's algorithm R).
fn read_table(
    job: &FlatAttack<'_>,
    columns: &Columns,
    hierarchies: &[Hierarchy],
) -> Result<(Distinct, Vec<Target>, u64), Refusal> {
    let mut truth = Distinct::default();
    let mut targets: Vec<Target> = Vec::new();
    let mut random = ChaCha8Rng::seed_from_u64(job.seed);
    let (mut rows, most) = (0_u64, job.people);
    let leaf = |word: &[u8], column: usize| hierarchies.get(column)?.words.find(word);
    each_row(job.table, job.policy.separator, &leaf, columns, |leaves| {
        truth.add(leaves);
        let target = Target { row: rows, leaves: leaves.into(), shown: None };
        rows += 1;
        if targets.len() < most {
            targets.push(target);
        } else if let Some(place) = targets.get_mut(random.random_range(0..rows) as usize) {
            *place = target;
        }
    })?;
    if rows == 0 {
        return Err(Refusal::new("表に行がありません", "the table has no rows"));
    }
    targets.sort_unstable_by_key(|target| target.row);
    Ok((truth, targets, rows))
}

/// The product without its suppressed rows, what its words stand for, and how many rows are suppressed.
fn read_product(
    job: &FlatAttack<'_>,
    columns: &Columns,
    hierarchies: &[Hierarchy],
    targets: &mut [Target],
    rows: u64,
) -> Result<(Distinct, Vec<Shown>, u64), Refusal> {
    let separator = job.policy.separator;
    let (header, mut blocks) = open(job.product, separator)?;
    let there = risk::places(job.policy, &header)?;
    // In the order of the table's columns, whatever the product's.
    let mut places = Vec::with_capacity(columns.len());
    for (_, name) in columns {
        places.extend(there.iter().find(|(_, other)| other == name).map(|(at, _)| *at));
    }
    let mut shown: Vec<Shown> = columns.iter().map(|_| Shown::default()).collect();
    let mut product = Distinct::default();
    let mut targets = targets.iter_mut().peekable();
    let (mut at, mut suppressed) = (0_u64, 0_u64);
    let work = |block: &Block| {
        let mut rows = Rows::new(block, separator, header.len());
        let bytes = rows.bytes;
        let mut words = Vec::new();
        while let Some(cells) = rows.next()? {
            let row =
                places.iter().filter_map(|at| cells.get(*at)).map(|cell| text(bytes, cell).into_owned());
            let row: Vec<Vec<u8>> = row.collect();
            words.push((rows.line(), row));
        }
        Ok(words)
    };
    each_block(&mut blocks, work, |words| {
        for (line, row) in words {
            let target = targets.next_if(|target| target.row == at);
            at += 1;
            if row.iter().all(|word| word == b"*") {
                suppressed += 1;
                continue;
            }
            let mut numbers = Vec::with_capacity(row.len());
            for (column, (word, hierarchy)) in row.iter().zip(hierarchies).enumerate() {
                let number = shown.get_mut(column).and_then(|shown| shown.number(word, hierarchy));
                numbers.push(number.ok_or_else(|| unknown(columns, column, line))?);
            }
            product.add(&numbers);
            if let Some(target) = target {
                target.shown = Some(numbers.into());
            }
        }
        Ok(())
    })?;
    if at != rows {
        return Err(Refusal::new(
            format!("元の表は{rows}行、提供する表は{at}行です。同じ行を同じ順に並べた二つの表が要ります"),
            format!(
                "the table has {rows} rows, the product {at}: both must have the same rows in the same order"
            ),
        ));
    }
    Ok((product, shown, suppressed))
}
