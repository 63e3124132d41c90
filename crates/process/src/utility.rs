//! Utility: what a column looked like before, and what is left of it after.
//!
//! It shows a value only where at least [`SMALL_CELL`] persons have it, and a mean only over as many cells; free text shows
//! neither (ANO-10). Distinct values of free text are counted by hash, so no text is held.

use kiban_model::report::{ColumnSummary, SMALL_CELL};
use kiban_model::tables::ColumnKind;
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

const MOST_FREQUENT: usize = 12;

/// Sums up one column, cell by cell.
#[derive(Debug, Default)]
pub struct Summariser {
    shows_values: bool,
    filled: u64,
    hashes: HashSet<u64>,
    values: HashMap<Box<str>, u32>,
    people: HashSet<(u32, u32)>,
    people_of: Vec<u64>,
    numbers: u64,
    mean: f64,
    squares: f64,
}

impl Summariser {
    /// For a column of a kind.
    pub fn new(kind: ColumnKind) -> Self {
        let shows_values =
            matches!(kind, ColumnKind::Code | ColumnKind::CodeSystem | ColumnKind::Date | ColumnKind::Flag);
        Self { shows_values, ..Self::default() }
    }

    /// A filled cell of a person.
    pub fn add(&mut self, text: &str, number: Option<f64>, person: u32) {
        self.filled += 1;
        if self.shows_values {
            let next = self.values.len() as u32;
            let value = match self.values.get(text) {
                Some(value) => *value,
                None => {
                    self.values.insert(text.into(), next);
                    self.people_of.push(0);
                    next
                }
            };
            if self.people.insert((value, person))
                && let Some(count) = self.people_of.get_mut(value as usize)
            {
                *count += 1;
            }
        } else {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            self.hashes.insert(hasher.finish());
        }
        if let Some(number) = number.filter(|n| n.is_finite()) {
            // Welford's update: no catastrophic cancellation.
            self.numbers += 1;
            let delta = number - self.mean;
            self.mean += delta / self.numbers as f64;
            self.squares += delta * (number - self.mean);
        }
    }

    /// The summary.
    pub fn finish(&self) -> ColumnSummary {
        let mut frequent: Vec<(String, u64)> = self
            .values
            .iter()
            .filter_map(|(text, value)| Some((text.to_string(), *self.people_of.get(*value as usize)?)))
            .filter(|(_, people)| *people >= SMALL_CELL)
            .collect();
        frequent.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        frequent.truncate(MOST_FREQUENT);
        let enough = self.numbers >= SMALL_CELL;
        ColumnSummary {
            filled: self.filled,
            distinct: (self.values.len() + self.hashes.len()) as u64,
            mean: enough.then_some(self.mean),
            deviation: enough.then(|| (self.squares / (self.numbers - 1) as f64).sqrt()),
            frequent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_fewer_than_ten_persons_are_not_shown() {
        let mut column = Summariser::new(ColumnKind::Code);
        for person in 0..10 {
            column.add("E11", None, person);
            column.add("E16", None, person.min(8));
        }
        let summary = column.finish();
        assert_eq!((summary.filled, summary.distinct), (20, 2));
        assert_eq!(summary.frequent, [("E11".to_owned(), 10)]);
    }

    #[test]
    fn a_mean_needs_ten_cells_and_free_text_shows_no_value() {
        let mut number = Summariser::new(ColumnKind::Number);
        let mut text = Summariser::new(ColumnKind::Text);
        for n in 0..9u32 {
            number.add("x", Some(f64::from(n)), n);
            text.add("同じ", None, n);
        }
        assert_eq!(number.finish().mean, None);
        number.add("x", Some(9.0), 9);
        text.add("同じ", None, 9);
        assert_eq!(number.finish().mean, Some(4.5));
        assert!((number.finish().deviation.unwrap() - 3.0277).abs() < 1e-4);
        assert!(text.finish().frequent.is_empty() && text.finish().distinct == 1);
    }
}
