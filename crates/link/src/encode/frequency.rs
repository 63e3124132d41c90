//! How many subjects state each value (値の頻度): sharing 佐藤 says less than sharing 勅使河原.

use super::dictionary::Dictionary;
use super::{ATTRIBUTES, Row, Table};
use rayon::prelude::*;
use std::ops::Range;

/// Subjects by code; the total counts every subject once per value it states.
#[derive(Debug, Default, Clone)]
pub(crate) struct Count {
    by_code: Vec<u32>,
    sums: Sums,
}

/// What is needed of the frequencies of a field as a whole.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Sums {
    /// Subjects with a value.
    pub(crate) total: f64,
    /// Sum of the squares of the frequencies.
    pub(crate) squares: f64,
}

/// Statements the built-in opinion of how common a value is counts for.
const STRENGTH: f64 = 500.0;

impl Sums {
    /// Adds values, each stated by `frequency` subjects.
    pub(crate) fn add(&mut self, frequency: f64) {
        self.total += frequency;
        self.squares += frequency * frequency;
    }

    /// Pairs of subjects with the same value.
    pub(crate) fn equal_pairs(&self) -> f64 {
        (self.squares - self.total) / 2.0
    }

    /// Share of a value stated by `frequency` subjects, leaning to `usual` where little was seen.
    pub(crate) fn share(&self, frequency: f64, usual: f64) -> f64 {
        (frequency + STRENGTH * usual) / (self.total + STRENGTH)
    }

    /// The mean of [`Self::share`] over what is stated: what a field's own weight already counts.
    pub(crate) fn mean_share(&self, usual: f64) -> f64 {
        if self.total == 0.0 { usual } else { self.share(self.squares / self.total, usual) }
    }
}

impl Count {
    pub(super) fn of(by_code: Vec<u32>) -> Self {
        let mut sums = Sums::default();
        for count in by_code.iter().filter(|count| **count > 0) {
            sums.add(f64::from(*count));
        }
        Self { by_code, sums }
    }

    /// Subjects by code.
    pub(crate) fn by_code(&self) -> &[u32] {
        &self.by_code
    }

    /// How many subjects state the value of a code.
    pub(crate) fn of_code(&self, code: u32) -> u32 {
        self.by_code.get(code as usize).copied().unwrap_or(0)
    }

    /// ln(share ÷ mean share) by code: how much rarer than usual agreeing on it is.
    pub(crate) fn rarities(&self, usual: f64) -> Vec<f32> {
        let mean = self.sums.mean_share(usual);
        let rarity = |count: &u32| (self.sums.share(f64::from((*count).max(1)), usual) / mean).ln() as f32;
        self.by_code.iter().map(rarity).collect()
    }
}

/// Counts of every value whose rarity matters.
#[derive(Debug, Default, Clone)]
pub(crate) struct Frequencies {
    /// Family names in kanji, kana, Latin letters.
    pub(crate) family: [Count; 3],
    /// Given names in kanji, kana, Latin letters.
    pub(crate) given: [Count; 3],
    /// Attributes.
    pub(crate) attributes: [Count; ATTRIBUTES],
    /// Localities.
    pub(crate) locality: Count,
    /// Telephone numbers.
    pub(crate) phone: Sums,
    /// Doors: locality and block numbers.
    pub(crate) door: Sums,
    /// Household insurance numbers.
    pub(crate) insurance: Sums,
}

/// Codes whose frequency is counted: three scripts of either name, the locality, the attributes.
const CODES: usize = 7 + ATTRIBUTES;

fn codes(row: &Row) -> [u32; CODES] {
    let Row { family, given, locality, attributes: [a, b, c], .. } = row;
    [family.kanji, family.kana, family.roman, given.kanji, given.kana, given.roman, *locality, *a, *b, *c]
}

/// Subjects by code; a list stays empty until its first value.
type Tallies = [Vec<u32>; CODES];

impl Frequencies {
    pub(super) fn count(table: &Table) -> Self {
        let subjects = table.subjects.len();
        let piece = subjects.div_ceil(rayon::current_num_threads()).max(1);
        let pieces = (0..subjects.div_ceil(piece)).into_par_iter();
        let tallies = pieces.map(|at| tally(table, at * piece..subjects.min((at + 1) * piece)));
        let mut tallies = tallies.reduce(Tallies::default, add).into_iter();
        let mut next = || Count::of(tallies.next().unwrap_or_default());
        Self {
            family: std::array::from_fn(|_| next()),
            given: std::array::from_fn(|_| next()),
            locality: next(),
            attributes: std::array::from_fn(|_| next()),
            ..Self::default()
        }
    }
}

/// Counts what these subjects state, every value once a subject.
fn tally(table: &Table, subjects: Range<usize>) -> Tallies {
    let [kanji, kana, roman] =
        [&table.names.kanji, &table.names.kana, &table.names.roman].map(Dictionary::len);
    let (places, numbers) = (table.places.len(), table.numbers.len());
    let sizes = [kanji, kana, roman, kanji, kana, roman, places, numbers, numbers, numbers];
    let mut tallies = Tallies::default();
    let mut count = |before: &[[u32; CODES]], stated: [u32; CODES]| {
        for (at, ((tally, size), code)) in tallies.iter_mut().zip(sizes).zip(stated).enumerate() {
            if code == 0 || before.iter().any(|other| other.get(at) == Some(&code)) {
                continue;
            }
            if tally.is_empty() {
                tally.resize(size, 0);
            }
            if let Some(count) = tally.get_mut(code as usize) {
                *count += 1;
            }
        }
    };
    if table.has_one_row_each() {
        let rows = table.rows.get(subjects).unwrap_or(&[]);
        rows.iter().filter(|row| !row.is_aside()).for_each(|row| count(&[], codes(row)));
        return tallies;
    }
    let mut stated: Vec<[u32; CODES]> = Vec::new();
    for subject in subjects {
        stated.clear();
        for row in table.rows_of(u32::try_from(subject).unwrap_or(u32::MAX)) {
            if let Some(row) = table.row(*row).filter(|row| !row.is_aside()) {
                count(&stated, codes(row));
                stated.push(codes(row));
            }
        }
    }
    tallies
}

fn add(mut a: Tallies, b: Tallies) -> Tallies {
    for (a, b) in a.iter_mut().zip(b) {
        if a.is_empty() {
            *a = b;
        } else {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        }
    }
    a
}
