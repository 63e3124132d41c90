//! Numbers of too many (多数の人に共通の値), and how many share a telephone, a door, an insurance.
//!
//! A number stated for more different persons (by given name and date of birth) than a household has belongs to none of
//! them: a hospital's own telephone, a default. It becomes a missing value and is reported.

use super::frequency::{Frequencies, Sums};
use super::{Flags, Row, Table};
use crate::block::{Rule, buckets};
use crate::buckets::{Buckets, row_of};
use crate::compare::Field;
use crate::hash::mix;
use crate::normalise::Implausible;
use crate::settings::Settings;
use crate::statistics::Statistics;
use rayon::prelude::*;

impl Row {
    pub(crate) const fn is_aside(&self) -> bool {
        self.flags.has(Flags::ASIDE)
    }

    /// What tells the persons of a household apart: given name, by its reading if known, and date of birth.
    pub(crate) const fn given_and_birth(&self) -> (u32, u32, u32) {
        let kanji = if self.given.kana == 0 { self.given.kanji } else { 0 };
        (self.given.kana, kanji, self.birth.packed())
    }

    /// Hash of the household's insurance; 0 if unknown.
    pub(crate) const fn insurance_hash(&self) -> u64 {
        if self.has_insurance() {
            mix(mix(mix(0, self.insurer as u64), self.symbol as u64), self.number) | 1
        } else {
            0
        }
    }

    /// Hash of the door; 0 if unknown.
    pub(crate) const fn door_hash(&self) -> u64 {
        if self.has_door() { mix(mix(0, self.locality as u64), self.block_code()) | 1 } else { 0 }
    }
}

/// Takes away what is common to too many, then counts. What was sorted for it is kept for the comparison.
pub(super) fn settle(table: &mut Table, settings: &Settings, statistics: &mut Statistics) {
    let most = settings.largest_household;
    let (phones, mut phone) = shared(table, most, Rule::Phone);
    let (insurances, insurance) = shared(table, most, Rule::Insurance);
    let (doors, door) = shared(table, usize::MAX, Rule::Door);
    for (at, hash) in phone.of_many.drain(..) {
        let Some(row) = table.rows.get_mut(at as usize) else { continue };
        let is_of_many = |number: u64| Rule::hash_of_number(number) as u32 == hash;
        if row.phone != 0 && is_of_many(row.phone) {
            row.phone = 0;
        } else if let Some(further) =
            (row.further as usize).checked_sub(1).and_then(|at| table.further.get_mut(at))
        {
            further.phones.retain(|phone| !is_of_many(*phone));
        }
        statistics.set_aside(&table.subjects, row.subject, Field::Phone, Implausible::SharedByMany);
    }
    for (at, _) in insurance.of_many {
        let Some(row) = table.rows.get_mut(at as usize) else { continue };
        (row.number, row.symbol, row.branch) = (0, 0, 0);
        statistics.set_aside(&table.subjects, row.subject, Field::Insurance, Implausible::SharedByMany);
    }
    let rows = table.rows.len();
    let (phone_counts, door_counts) =
        rayon::join(|| by_row(&phone.counts, rows), || by_row(&door.counts, rows));
    table.rows.par_iter_mut().zip(phone_counts.par_iter().zip(&door_counts)).for_each(
        |(row, (phone, door))| {
            (row.phone_count, row.door_count) = (*phone, *door);
        },
    );
    table.frequencies = Frequencies::count(table);
    table.frequencies.phone = phone.sums;
    table.frequencies.insurance = insurance.sums;
    table.frequencies.door = door.sums;
    table.sorted = vec![(Rule::Phone, phones), (Rule::Insurance, insurances), (Rule::Door, doors)];
}

/// Counts by row; 0 where none was taken.
fn by_row(counts: &[(u32, u16)], rows: usize) -> Vec<u16> {
    let mut all = vec![0; rows];
    for (at, count) in counts {
        if let Some(slot) = all.get_mut(*at as usize) {
            *slot = *count;
        }
    }
    all
}

/// What a number is shared by.
#[derive(Default)]
struct Shared {
    /// (row, subjects with its value), where there are two or more.
    counts: Vec<(u32, u16)>,
    /// (row, hash of the value), where the value belongs to too many.
    of_many: Vec<(u32, u32)>,
    sums: Sums,
}

fn shared(table: &Table, most: usize, rule: Rule) -> (Buckets, Shared) {
    let buckets = buckets(table, &table.rows, rule);
    let mut found = Shared::default();
    let parts: Vec<Shared> = buckets
        .buckets()
        .par_iter()
        .map(|bucket| {
            let mut part = Shared::default();
            for group in bucket.chunk_by(|a, b| a >> 32 == b >> 32) {
                part.group(table, most, group);
            }
            part
        })
        .collect();
    for mut part in parts {
        found.counts.append(&mut part.counts);
        found.of_many.append(&mut part.of_many);
        found.sums.total += part.sums.total;
        found.sums.squares += part.sums.squares;
    }
    (buckets, found)
}

impl Shared {
    fn group(&mut self, table: &Table, most: usize, group: &[u64]) {
        if group.len() == 1 {
            return self.sums.add(1.0);
        }
        let rows = || group.iter().filter_map(|entry| table.row(row_of(*entry)));
        if group.len() > most {
            let mut persons: Vec<(u32, u32, u32)> = rows().map(Row::given_and_birth).collect();
            persons.sort_unstable();
            persons.dedup();
            if persons.len() > most {
                self.of_many.extend(group.iter().map(|entry| (row_of(*entry), (entry >> 32) as u32)));
                return;
            }
        }
        let subjects = if table.has_one_row_each() {
            group.len()
        } else {
            let mut subjects: Vec<u32> = rows().map(|row| row.subject).collect();
            subjects.sort_unstable();
            subjects.dedup();
            subjects.len()
        };
        self.sums.add(subjects as f64);
        let count = u16::try_from(subjects).unwrap_or(u16::MAX);
        if count > 1 {
            self.counts.extend(group.iter().map(|entry| (row_of(*entry), count)));
        }
    }
}
