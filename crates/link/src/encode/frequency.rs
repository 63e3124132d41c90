//! How many subjects state each value (値の頻度): sharing 佐藤 says less than sharing 勅使河原.

use super::Table;
use crate::compare::names::Script;

/// Subjects by code; the total counts every subject once per value it states.
#[derive(Debug, Default, Clone)]
pub(crate) struct Count {
    by_code: Vec<u32>,
    total: u64,
}

impl Count {
    /// Counts (subject, code), which come by subject.
    fn over(size: usize, codes: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut count = Self { by_code: vec![0; size], total: 0 };
        let mut last = vec![u32::MAX; size];
        for (subject, code) in codes.filter(|(_, code)| *code != 0) {
            if let (Some(slot), Some(last)) =
                (count.by_code.get_mut(code as usize), last.get_mut(code as usize))
                && *last != subject
            {
                *last = subject;
                *slot += 1;
                count.total += 1;
            }
        }
        count
    }

    /// How many subjects state a code.
    pub(crate) fn of(&self, code: u32) -> u32 {
        self.by_code.get(code as usize).copied().unwrap_or(0)
    }

    /// Subjects with a value.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// Pairs of subjects with the same value.
    pub(crate) fn equal_pairs(&self) -> f64 {
        self.by_code.iter().map(|n| f64::from(*n) * (f64::from(*n) - 1.0) / 2.0).sum()
    }

    /// Share of a value, leaning to `usual` where little was seen. `STRENGTH` statements of the built-in opinion.
    pub(crate) fn share(&self, code: u32, usual: f64) -> f64 {
        (f64::from(self.of(code)) + STRENGTH * usual) / (self.total as f64 + STRENGTH)
    }

    /// The mean of [`Self::share`] over what is stated: what a field's own weight already counts.
    pub(crate) fn mean_share(&self, usual: f64) -> f64 {
        if self.total == 0 {
            return usual;
        }
        let sum: f64 = self
            .by_code
            .iter()
            .filter(|n| **n > 0)
            .map(|n| f64::from(*n) * (f64::from(*n) + STRENGTH * usual) / (self.total as f64 + STRENGTH))
            .sum();
        sum / self.total as f64
    }
}

const STRENGTH: f64 = 500.0;

/// Counts of every value whose rarity matters.
#[derive(Debug, Default, Clone)]
pub(crate) struct Frequencies {
    /// Family names in kanji, kana, Latin letters.
    pub(crate) family: [Count; 3],
    /// Given names in kanji, kana, Latin letters.
    pub(crate) given: [Count; 3],
    /// Telephone numbers.
    pub(crate) phone: Count,
    /// Doors: locality and block numbers.
    pub(crate) door: Count,
    /// Household insurance numbers.
    pub(crate) insurance: Count,
}

impl Frequencies {
    pub(super) fn count(table: &Table) -> Self {
        let rows = || table.rows.iter().filter(|row| !row.aside);
        let sizes = [table.kanji.len(), table.kana.len(), table.roman.len()];
        Self {
            family: [
                Count::over(sizes[0], rows().map(|r| (r.subject, r.kanji.family))),
                Count::over(sizes[1], rows().map(|r| (r.subject, r.kana.family))),
                Count::over(sizes[2], rows().map(|r| (r.subject, r.roman.family))),
            ],
            given: [
                Count::over(sizes[0], rows().map(|r| (r.subject, r.kanji.given))),
                Count::over(sizes[1], rows().map(|r| (r.subject, r.kana.given))),
                Count::over(sizes[2], rows().map(|r| (r.subject, r.roman.given))),
            ],
            phone: Count::over(
                table.numbers.len(),
                rows().flat_map(|r| r.phones.iter().map(|phone| (r.subject, *phone))),
            ),
            door: Count::over(table.places.len(), rows().map(|r| (r.subject, r.address.door))),
            insurance: Count::over(table.numbers.len(), rows().map(|r| (r.subject, r.insurance.household))),
        }
    }

    /// The count of a script.
    pub(crate) const fn of_script(counts: &[Count; 3], script: Script) -> &Count {
        let [kanji, kana, roman] = counts;
        match script {
            Script::Kanji => kanji,
            Script::Kana => kana,
            Script::Roman => roman,
        }
    }
}
