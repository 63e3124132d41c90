//! The log-rank test (Mantel 1966; Peto and Peto 1972): do the groups' curves differ? On every day with an event, of d events among n
//! at risk a group with n₁ expects d·n₁÷n; χ² = z'V⁻¹z over all groups but one, with the hypergeometric variance.

use super::Followed;
use crate::questions::chi_square::p_of;
use kiban_model::report::utility::LogRank;

/// The test over groups of people, each in the order of days; `None` where it cannot be made.
pub(super) fn log_rank(groups: &[&[Followed]]) -> Option<LogRank> {
    let free = groups.len().checked_sub(1).filter(|free| *free > 0)?;
    let mut days: Vec<u32> = groups
        .iter()
        .flat_map(|group| group.iter())
        .filter(|one| !one.censored)
        .map(|one| one.days)
        .collect();
    days.sort_unstable();
    days.dedup();
    // [V z; z' 0]: when V is eliminated, −z'V⁻¹z is left in the corner.
    let width = free + 1;
    let mut matrix = vec![0.0; width * width];
    for day in days {
        let counts: Vec<(f64, f64)> = groups
            .iter()
            .map(|group| {
                let start = group.partition_point(|one| one.days < day);
                let today = group.iter().skip(start).take_while(|one| one.days == day);
                ((group.len() - start) as f64, today.filter(|one| !one.censored).count() as f64)
            })
            .collect();
        let (n, d) = counts.iter().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for (row, (own, events)) in counts.iter().take(free).enumerate() {
            for (column, (other, _)) in counts.iter().take(free).enumerate() {
                let same = if row == column { 1.0 } else { 0.0 };
                add(&mut matrix, row * width + column, spread * own / n * (same - other / n));
            }
            let surplus = events - d * own / n;
            add(&mut matrix, row * width + free, surplus);
            add(&mut matrix, free * width + row, surplus);
        }
    }
    let chi_square = -eliminated(&mut matrix, width)?;
    let degrees = u32::try_from(free).ok()?;
    chi_square.is_finite().then(|| LogRank { chi_square, degrees, p: p_of(chi_square, degrees) })
}

fn add(matrix: &mut [f64], at: usize, value: f64) {
    if let Some(cell) = matrix.get_mut(at) {
        *cell += value;
    }
}

/// What is left in the last corner when all rows but the last are eliminated.
fn eliminated(matrix: &mut [f64], width: usize) -> Option<f64> {
    for pivot in 0..width - 1 {
        let row: Vec<f64> = matrix.get(pivot * width..(pivot + 1) * width)?.to_vec();
        let head = row.get(pivot).copied().filter(|head| *head > 1e-12)?;
        for below in pivot + 1..width {
            let factor = matrix.get(below * width + pivot)? / head;
            for (column, value) in row.iter().enumerate().skip(pivot) {
                add(matrix, below * width + column, -factor * value);
            }
        }
    }
    matrix.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::survival::tests::{MERCAPTOPURINE, PLACEBO, followed};

    // The value that R's survival::survdiff and the textbooks give for Freireich's data: 16.79 on one degree of freedom.
    #[test]
    fn mercaptopurine_against_placebo() {
        let (one, other) = (followed(&MERCAPTOPURINE), followed(&PLACEBO));
        let test = log_rank(&[&one, &other]).unwrap();
        assert!((test.chi_square - 16.793).abs() < 5e-4, "{}", test.chi_square);
        assert!(test.p > 4.1e-5 && test.p < 4.3e-5 && test.degrees == 1);
        let swapped = log_rank(&[&other, &one]).unwrap();
        assert!((swapped.chi_square - test.chi_square).abs() < 1e-9);
    }

    #[test]
    fn three_groups_alike_do_not_differ() {
        let group = followed(&PLACEBO);
        let test = log_rank(&[&group, &group, &group]).unwrap();
        assert!(test.chi_square.abs() < 1e-9 && test.degrees == 2 && test.p > 0.999);
        assert_eq!(log_rank(&[&group]), None);
        assert_eq!(log_rank(&[&followed(&[(3, false)]), &followed(&[(4, false)])]), None);
    }
}
