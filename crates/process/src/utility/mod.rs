//! Utility: what a column looked like before, and what is left of it after; how far it moved; what other values of k would cost.
//!
//! It shows a value only where at least [`SMALL_CELL`] persons have it, and a mean only over as many cells; free text shows
//! neither (ANO-10). Sums run over distinct values in their order, so that they do not depend on the order of rows.

pub(crate) mod along_k;
pub(crate) mod distance;

use kiban_model::report::{ColumnSummary, SMALL_CELL};
use kiban_model::tables::ColumnKind;

const MOST_FREQUENT: usize = 12;

/// Rows and persons by code of a value; moments count by their day. Code 0 is no value. The rows of a person must come one after the other.
#[derive(Debug, Default)]
pub struct Tally {
    by_code: Vec<Count>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    rows: u64,
    people: u32,
    last: u32,
}

impl Tally {
    /// A row of a person.
    pub fn add(&mut self, code: u32, person: u32) {
        let at = code as usize;
        if at >= self.by_code.len() {
            self.by_code.resize(at + 1, Count { rows: 0, people: 0, last: u32::MAX });
        }
        if let Some(count) = self.by_code.get_mut(at) {
            count.rows += 1;
            count.people += u32::from(count.last != person);
            count.last = person;
        }
    }

    /// The summary. `value` gives a code's text and, where it is one, its number.
    pub fn summary<'v>(
        &self,
        kind: ColumnKind,
        value: impl Fn(u32) -> (std::borrow::Cow<'v, str>, Option<f64>),
    ) -> ColumnSummary {
        let shows_values =
            matches!(kind, ColumnKind::Code | ColumnKind::CodeSystem | ColumnKind::Date | ColumnKind::Flag);
        let met = || (0u32..).zip(&self.by_code).skip(1).filter(|(_, count)| count.rows > 0);
        let shown = |count: &Count| shows_values && u64::from(count.people) >= SMALL_CELL;
        let mut frequent: Vec<(u32, u64)> = met()
            .filter(|(_, count)| shown(count))
            .map(|(code, count)| (code, u64::from(count.people)))
            .collect();
        frequent.sort_by_cached_key(|(code, people)| (std::cmp::Reverse(*people), value(*code).0));
        frequent.truncate(MOST_FREQUENT);
        let mut numbers: Vec<(f64, u64)> = met()
            .filter_map(|(code, count)| {
                Some((value(code).1.filter(|number| number.is_finite())?, count.rows))
            })
            .collect();
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count: u64 = numbers.iter().map(|(_, rows)| rows).sum();
        let mean =
            numbers.iter().map(|(number, rows)| number * *rows as f64).sum::<f64>() / count.max(1) as f64;
        let squares: f64 = numbers.iter().map(|(number, rows)| (number - mean).powi(2) * *rows as f64).sum();
        let enough = count >= SMALL_CELL;
        let values = met().map(|(code, count)| (value(code).0, count.rows));
        let spread = distance::spread(values, numbers);
        ColumnSummary {
            filled: met().map(|(_, count)| count.rows).sum(),
            distinct: met().count() as u64,
            mean: enough.then_some(mean),
            deviation: enough.then(|| (squares / (count - 1) as f64).sqrt()),
            spread,
            frequent: frequent
                .into_iter()
                .map(|(code, people)| (value(code).0.into_owned(), people))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn values_of_fewer_than_ten_persons_are_not_shown() {
        let mut column = Tally::default();
        for person in 0..10 {
            column.add(1, person);
            column.add(2, person.min(8));
        }
        let value = |code| (Cow::Borrowed(if code == 1 { "E11" } else { "E16" }), None);
        let summary = column.summary(ColumnKind::Code, value);
        assert_eq!((summary.filled, summary.distinct), (20, 2));
        assert_eq!(summary.frequent, [("E11".to_owned(), 10)]);
    }

    #[test]
    fn a_mean_needs_ten_cells_and_free_text_shows_no_value() {
        let value = |code: u32| (Cow::Owned(code.to_string()), Some(f64::from(code - 1)));
        let mut number = Tally::default();
        for n in 0..9 {
            number.add(n + 1, n);
        }
        assert_eq!(number.summary(ColumnKind::Number, value).mean, None);
        number.add(10, 9);
        let summary = number.summary(ColumnKind::Number, value);
        assert_eq!(summary.mean, Some(4.5));
        assert!((summary.deviation.unwrap() - 3.0277).abs() < 1e-4);
        let text = number.summary(ColumnKind::Text, value);
        assert!(text.frequent.is_empty() && text.distinct == 10);
    }
}
