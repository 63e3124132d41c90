//! Coefficients: least squares, and for yes or no the maximum of the likelihood by Newton's method, each step of which is a weighted
//! least squares (McCullagh and Nelder, Generalized Linear Models). Intervals are ± 1.96 standard errors. On how many persons a
//! coefficient rests is told with it, so that a report outside can be as coarse as ten of them make it (ANO-10).

use super::super::least_squares::{Fit, Triangle};
use super::super::mean::Z;
use super::design::Design;
use kiban_model::report::SMALL_CELL;
use kiban_model::report::utility::Coefficient;

/// Newton steps at most: where it has not settled by then, somebody is told apart completely.
const STEPS: usize = 30;

/// Settled: no coefficient moves by more, in its standard errors.
const SETTLED: f64 = 1e-9;

/// Beyond such a logarithm of the odds a probability is 0 or 1: the likelihood has no maximum.
const APART: f64 = 30.0;

pub(super) fn linear(design: &Design<'_, '_>) -> Option<Vec<Coefficient>> {
    let mut triangle = Triangle::new(design.width());
    design.each(|row| triangle.add(row));
    let fit = triangle.fit()?;
    let free = design.persons() as f64 - design.width() as f64;
    Some(coefficients(design, &triangle, &fit, fit.residual / free))
}

pub(super) fn logistic(design: &Design<'_, '_>) -> Option<Vec<Coefficient>> {
    let width = design.width();
    let mut beta = vec![0.0; width];
    for _ in 0..STEPS {
        let mut triangle = Triangle::new(width);
        let mut is_apart = false;
        design.each(|row| {
            let odds: f64 = row.iter().zip(&beta).map(|(x, b)| x * b).sum();
            is_apart |= odds.abs() > APART;
            let p = 1.0 / (1.0 + (-odds).exp());
            let weight = p * (1.0 - p);
            let root = weight.sqrt();
            if let Some(outcome) = row.last_mut() {
                *outcome = odds + (*outcome - p) / weight.max(f64::MIN_POSITIVE);
            }
            row.iter_mut().for_each(|value| *value *= root);
            triangle.add(row);
        });
        if is_apart {
            return None;
        }
        let fit = triangle.fit()?;
        let moved = fit.coefficients.iter().zip(&beta).zip(&fit.variances);
        let moved =
            moved.map(|((new, old), variance)| (new - old).abs() / variance.sqrt()).fold(0.0, f64::max);
        if moved < SETTLED {
            return Some(coefficients(design, &triangle, &fit, 1.0));
        }
        beta = fit.coefficients;
    }
    None
}

fn coefficients(design: &Design<'_, '_>, triangle: &Triangle, fit: &Fit, scale: f64) -> Vec<Coefficient> {
    // How far one person moves each at most: whose outcome is one more, or was a no and is a yes.
    let mut most = vec![0.0; design.width()];
    design.each(|row| {
        for (most, moved) in most.iter_mut().zip(triangle.moved_by(row)) {
            *most = moved.abs().max(*most);
        }
    });
    let figures = fit.coefficients.iter().zip(&fit.variances).zip(&most);
    let coefficient = |(term, ((estimate, variance), most)): (&str, ((&f64, &f64), &f64))| {
        let (estimate, error) = (*estimate, (variance * scale).sqrt());
        // The mean of m moves by 1 ÷ m, and its variance is 1 ÷ m: the one squared goes m times into the other.
        let rests_on = (variance / (most * most)).floor() as u64;
        Coefficient {
            term: term.to_owned(),
            estimate,
            error,
            interval: (estimate - Z * error, estimate + Z * error),
            rests_on: (rests_on >= SMALL_CELL).then_some(rests_on),
        }
    };
    design.names().zip(figures).map(coefficient).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::{Fact, Facts};
    use proptest::prelude::*;

    fn number(values: &[f64]) -> Fact {
        Fact::numbers(values)
    }

    fn fitted(
        outcome: &Fact,
        variables: &[Fact],
        fit: fn(&Design<'_, '_>) -> Option<Vec<Coefficient>>,
    ) -> Option<Vec<Coefficient>> {
        let persons = match variables {
            [Fact::Number(of, _), ..] => of.len() as u32,
            _ => 0,
        };
        let facts: Vec<&Fact> = std::iter::once(outcome).chain(variables).collect();
        let facts = Facts { by: None, facts, persons, included: &|_| true };
        let names: Vec<String> = (1..=variables.len()).map(|at| format!("x{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        fit(&Design::new(&facts, &names, variables.iter().collect())?)
    }

    // Longley, JASA 1967; the certified values are those of NIST's Statistical Reference Datasets (public domain).
    #[test]
    fn longleys_ill_conditioned_figures() {
        let rows: [[f64; 7]; 16] = [
            [60323.0, 83.0, 234289.0, 2356.0, 1590.0, 107608.0, 1947.0],
            [61122.0, 88.5, 259426.0, 2325.0, 1456.0, 108632.0, 1948.0],
            [60171.0, 88.2, 258054.0, 3682.0, 1616.0, 109773.0, 1949.0],
            [61187.0, 89.5, 284599.0, 3351.0, 1650.0, 110929.0, 1950.0],
            [63221.0, 96.2, 328975.0, 2099.0, 3099.0, 112075.0, 1951.0],
            [63639.0, 98.1, 346999.0, 1932.0, 3594.0, 113270.0, 1952.0],
            [64989.0, 99.0, 365385.0, 1870.0, 3547.0, 115094.0, 1953.0],
            [63761.0, 100.0, 363112.0, 3578.0, 3350.0, 116219.0, 1954.0],
            [66019.0, 101.2, 397469.0, 2904.0, 3048.0, 117388.0, 1955.0],
            [67857.0, 104.6, 419180.0, 2822.0, 2857.0, 118734.0, 1956.0],
            [68169.0, 108.4, 442769.0, 2936.0, 2798.0, 120445.0, 1957.0],
            [66513.0, 110.8, 444546.0, 4681.0, 2637.0, 121950.0, 1958.0],
            [68655.0, 112.6, 482704.0, 3813.0, 2552.0, 123366.0, 1959.0],
            [69564.0, 114.2, 502601.0, 3931.0, 2514.0, 125368.0, 1960.0],
            [69331.0, 115.7, 518173.0, 4806.0, 2572.0, 127852.0, 1961.0],
            [70551.0, 116.9, 554894.0, 4007.0, 2827.0, 130081.0, 1962.0],
        ];
        let column = |at: usize| number(&rows.map(|row| row[at]));
        let variables: Vec<Fact> = (1..7).map(column).collect();
        let fit = fitted(&column(0), &variables, linear).unwrap();
        for (own, (estimate, error)) in fit.iter().zip([
            (-3_482_258.634_595_82, 890_420.383_607_373),
            (15.061_872_271_373_3, 84.914_925_774_766_9),
            (-0.035_819_179_292_591, 0.033_491_007_772_243_2),
            (-2.020_229_803_816_83, 0.488_399_681_651_699),
            (-1.033_226_867_173_59, 0.214_274_163_161_675),
            (-0.051_104_105_653_580_7, 0.226_073_200_069_37),
            (1_829.151_464_613_55, 455.478_499_142_212),
        ]) {
            assert!((own.estimate / estimate - 1.0).abs() < 1e-7, "{}: {}", own.term, own.estimate);
            assert!((own.error / error - 1.0).abs() < 1e-7, "{}: {}", own.term, own.error);
        }
    }

    /// Launch temperatures (°F) and whether an O-ring was distressed: Dalal, Fowlkes and Hoadley, JASA 1989.
    const FLIGHTS: [(f64, bool); 23] = [
        (66.0, false),
        (70.0, true),
        (69.0, false),
        (68.0, false),
        (67.0, false),
        (72.0, false),
        (73.0, false),
        (70.0, false),
        (57.0, true),
        (63.0, true),
        (70.0, true),
        (78.0, false),
        (67.0, false),
        (53.0, true),
        (67.0, false),
        (75.0, false),
        (70.0, false),
        (81.0, false),
        (76.0, false),
        (79.0, false),
        (75.0, true),
        (76.0, false),
        (58.0, true),
    ];

    // The published fit is 15.0429 (7.3786) and −0.2322 (0.1082). Every flight is taken twice, because seven of something are not
    // shown: the coefficients stay, the errors are those ÷ √2.
    #[test]
    fn o_rings_by_temperature() {
        let twice: Vec<(f64, bool)> = FLIGHTS.iter().chain(&FLIGHTS).copied().collect();
        let temperature = number(&twice.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        let outcome = Fact::Has(twice.iter().map(|(_, distressed)| *distressed).collect());
        let fit = fitted(&outcome, std::slice::from_ref(&temperature), logistic).unwrap();
        assert!((fit[0].estimate - 15.0429).abs() < 5e-5 && (fit[1].estimate + 0.2322).abs() < 5e-5);
        assert!(
            (fit[0].error - 7.3786 / 2f64.sqrt()).abs() < 5e-4
                && (fit[1].error - 0.1082 / 2f64.sqrt()).abs() < 5e-5
        );
        let once = Fact::Has(FLIGHTS.iter().map(|(_, distressed)| *distressed).collect());
        let temperature = number(&FLIGHTS.map(|(at, _)| at));
        assert_eq!(fitted(&once, &[temperature], logistic), None, "seven are not shown");
    }

    #[test]
    fn what_tells_the_outcome_completely_has_no_coefficient() {
        let x: Vec<f64> = (0..60).map(f64::from).collect();
        let outcome = Fact::Has(x.iter().map(|x| *x >= 30.0).collect());
        assert_eq!(fitted(&outcome, &[number(&x)], logistic), None);
    }

    #[test]
    fn a_group_rests_on_its_own_people() {
        let outcome = number(&(0..500).map(|at| f64::from(at % 7)).collect::<Vec<_>>());
        let group: Vec<f64> = (0..500).map(|at| f64::from(u8::from(at < 12))).collect();
        let fit = fitted(&outcome, &[number(&group)], linear).unwrap();
        // The difference of two means of 12 and 488: (1 ÷ 12 + 1 ÷ 488) × 12². The intercept is the mean of 488.
        assert_eq!((fit[0].rests_on, fit[1].rests_on), (Some(488), Some(12)));
    }

    proptest! {
        #[test]
        fn one_person_moves_no_coefficient_by_more_than_its_part(
            people in prop::collection::vec((-99i32..99, 0u8..9, -99i32..99), 30..120), who in 0usize..30
        ) {
            let column = |of: fn(&(i32, u8, i32)) -> f64| people.iter().map(of).collect::<Vec<f64>>();
            let variables = [number(&column(|own| f64::from(own.0))), number(&column(|own| f64::from(u8::from(own.1 == 0))))];
            let mut outcome = column(|own| f64::from(own.2));
            let Some(before) = fitted(&number(&outcome), &variables, linear) else { return Ok(()) };
            // The deviation about the plane.
            let left = |own: &(i32, u8, i32)| {
                f64::from(own.2) - before[0].estimate - before[1].estimate * f64::from(own.0)
                    - before[2].estimate * f64::from(u8::from(own.1 == 0))
            };
            let deviation = (people.iter().map(|own| left(own).powi(2)).sum::<f64>() / (people.len() - 3) as f64).sqrt();
            outcome[who] += deviation;
            let after = fitted(&number(&outcome), &variables, linear).unwrap();
            for (before, after) in before.iter().zip(after) {
                let moved = (before.estimate - after.estimate).abs();
                let part = before.error / (before.rests_on.unwrap_or(1) as f64).sqrt();
                prop_assert!(moved <= part * (1.0 + 1e-6) + 1e-9, "{}: {moved} of {part}", before.term);
            }
        }
    }
}
