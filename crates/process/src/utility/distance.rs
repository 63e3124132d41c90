//! How far a column's distribution moved: total variation over its values, and for numbers Wasserstein-1 in standard deviations.
//!
//! Values are compared by hash; only counts of cells come here. Empty cells are not values: how many were emptied stands beside.

use kiban_model::report::utility::ColumnDistance;
use kiban_model::report::{ColumnChange, ColumnSummary, Distribution, SMALL_CELL};
use std::hash::{BuildHasher, Hash};

/// Columns of more different values are not compared: what stands in them once says little, and costs much.
const MOST: usize = 1 << 20;

/// Rows by value: of texts in the order of their hashes, of numbers in their own.
pub(super) fn spread<T: Hash>(
    values: impl Iterator<Item = (T, u64)> + Clone,
    numbers: Vec<(f64, u64)>,
) -> Distribution {
    if values.clone().count() > MOST {
        return Distribution::default();
    }
    // Fixed keys: the same run gives the same report.
    let hash = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
    let mut values: Vec<(u64, u64)> = values.map(|(value, rows)| (hash.hash_one(value), rows)).collect();
    values.sort_unstable();
    Distribution { values, numbers }
}

/// The distance of a column that leaves; `None` where too few cells are filled, or too many values.
pub(crate) fn distance(change: &ColumnChange) -> Option<ColumnDistance> {
    let (before, after) = (&change.before, &change.after);
    if change.dropped || before.filled < SMALL_CELL || after.filled < SMALL_CELL {
        return None;
    }
    Some(ColumnDistance {
        table: change.table.clone(),
        column: change.column.clone(),
        japanese: change.japanese.clone(),
        total_variation: total_variation(before, after)?,
        moved: moved(before, after),
    })
}

fn total_variation(before: &ColumnSummary, after: &ColumnSummary) -> Option<f64> {
    let (one, other) = (&before.spread.values, &after.spread.values);
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let total = |values: &[(u64, u64)]| values.iter().map(|(_, rows)| rows).sum::<u64>() as f64;
    let (all, others) = (total(one), total(other));
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    // In the order of hashes, so that the sum does not depend on the order of rows; what is the same adds nothing at all.
    let mut apart = 0.0;
    loop {
        let (a, b) = (one.peek().copied(), other.peek().copied());
        let Some(next) = a.into_iter().chain(b).map(|(hash, _)| *hash).min() else { break };
        let share = |own: Option<&(u64, u64)>, all: f64| own.map_or(0.0, |(_, rows)| *rows as f64 / all);
        let (a, b) = (a.filter(|(hash, _)| *hash == next), b.filter(|(hash, _)| *hash == next));
        apart += (share(a, all) - share(b, others)).abs();
        one.next_if(|_| a.is_some());
        other.next_if(|_| b.is_some());
    }
    Some((apart / 2.0).min(1.0))
}

/// ∫ |F − G| ÷ SD, where both sides are numbers.
fn moved(before: &ColumnSummary, after: &ColumnSummary) -> Option<f64> {
    let (one, other) = (&before.spread.numbers, &after.spread.numbers);
    let total = |numbers: &[(f64, u64)]| numbers.iter().map(|(_, rows)| rows).sum::<u64>();
    let (all, others) = (total(one), total(other));
    let deviation = before.deviation.filter(|deviation| *deviation > 0.0)?;
    if all < SMALL_CELL || others < SMALL_CELL {
        return None;
    }
    let mut steps: Vec<(f64, f64)> = Vec::with_capacity(one.len() + other.len());
    steps.extend(one.iter().map(|(number, rows)| (*number, *rows as f64 / all as f64)));
    steps.extend(other.iter().map(|(number, rows)| (*number, -(*rows as f64) / others as f64)));
    steps.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.total_cmp(&a.1)));
    let (mut apart, mut area) = (0.0f64, 0.0);
    for pair in steps.windows(2) {
        let [(from, step), (to, _)] = pair else { continue };
        apart += step;
        area += apart.abs() * (to - from);
    }
    Some(area / deviation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn summary(rows: &[i32]) -> ColumnSummary {
        let mut counts: BTreeMap<i32, u64> = BTreeMap::new();
        rows.iter().for_each(|row| *counts.entry(*row).or_default() += 1);
        let numbers: Vec<(f64, u64)> = counts.iter().map(|(row, count)| (f64::from(*row), *count)).collect();
        let n = rows.len() as f64;
        let mean = rows.iter().map(|row| f64::from(*row)).sum::<f64>() / n;
        let squares: f64 = rows.iter().map(|row| (f64::from(*row) - mean).powi(2)).sum();
        ColumnSummary {
            filled: rows.len() as u64,
            deviation: Some((squares / (n - 1.0)).sqrt()),
            spread: spread(counts.iter().map(|(row, count)| (*row, *count)), numbers),
            ..ColumnSummary::default()
        }
    }

    proptest! {
        #[test]
        fn they_are_what_the_definitions_say(one in prop::collection::vec(-9i32..9, 10..60), other in prop::collection::vec(-9i32..9, 10..60)) {
            let (before, after) = (summary(&one), summary(&other));
            let share = |rows: &[i32], value: i32| rows.iter().filter(|row| **row == value).count() as f64 / rows.len() as f64;
            let expected: f64 = (-9..9).map(|v| (share(&one, v) - share(&other, v)).abs()).sum::<f64>() / 2.0;
            prop_assert!((total_variation(&before, &after).unwrap() - expected).abs() < 1e-12);
            let below = |rows: &[i32], value: i32| rows.iter().filter(|row| **row <= value).count() as f64 / rows.len() as f64;
            let area: f64 = (-9..9).map(|v| (below(&one, v) - below(&other, v)).abs()).sum();
            if before.deviation > Some(0.0) {
                prop_assert!((moved(&before, &after).unwrap() - area / before.deviation.unwrap()).abs() < 1e-9);
            }
            prop_assert!(total_variation(&before, &before).unwrap() < 1e-12);
        }
    }
}
