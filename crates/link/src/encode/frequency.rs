//! How many subjects state each value (値の頻度): sharing 佐藤 says less than sharing 勅使河原.

use super::{ATTRIBUTES, Row, Table};
use rayon::prelude::*;

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
    fn over(table: &Table, size: usize, code: impl Fn(&Row) -> u32 + Sync) -> Self {
        let mut by_code = vec![0u32; size];
        if size <= 1 {
            return Self::default();
        }
        if table.has_one_row_each() {
            for row in table.rows.iter().filter(|row| !row.is_aside()) {
                if let Some(count) = by_code.get_mut(code(row) as usize) {
                    *count += 1;
                }
            }
            if let Some(unknown) = by_code.first_mut() {
                *unknown = 0;
            }
            return Self::of(by_code);
        }
        for subject in 0..u32::try_from(table.subjects.len()).unwrap_or(u32::MAX) {
            let rows = table.rows_of(subject);
            for (at, row) in rows.iter().enumerate() {
                let value = |at: &u32| table.row(*at).filter(|row| !row.is_aside()).map_or(0, &code);
                let stated = value(row);
                let before = rows.get(..at).unwrap_or(&[]);
                if stated != 0
                    && !before.iter().any(|other| value(other) == stated)
                    && let Some(count) = by_code.get_mut(stated as usize)
                {
                    *count += 1;
                }
            }
        }
        Self::of(by_code)
    }

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

impl Frequencies {
    pub(super) fn count(table: &Table) -> Self {
        let sizes = [table.names.kanji.len(), table.names.kana.len(), table.names.roman.len()];
        let codes: [fn(&Row) -> u32; 7] = [
            |r| r.family.kanji,
            |r| r.family.kana,
            |r| r.family.roman,
            |r| r.given.kanji,
            |r| r.given.kana,
            |r| r.given.roman,
            |r| r.locality,
        ];
        let size_of = |at: usize| sizes.get(at % 3).copied().unwrap_or(0);
        let mut counts: Vec<Count> = codes
            .par_iter()
            .enumerate()
            .map(|(at, code)| {
                Count::over(table, if at == 6 { table.places.len() } else { size_of(at) }, code)
            })
            .collect();
        let any = table.rows.par_iter().any(|row| row.attributes != [0; ATTRIBUTES]);
        let attributes = std::array::from_fn(|at| {
            let used =
                any && table.rows.iter().any(|row| row.attributes.get(at).is_some_and(|code| *code != 0));
            let size = if used { table.numbers.len() } else { 0 };
            Count::over(table, size, |row| row.attributes.get(at).copied().unwrap_or(0))
        });
        let mut next = || if counts.is_empty() { Count::default() } else { counts.remove(0) };
        Self {
            family: [next(), next(), next()],
            given: [next(), next(), next()],
            locality: next(),
            attributes,
            ..Self::default()
        }
    }
}
