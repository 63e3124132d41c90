//! Coefficients: least squares, and for yes or no the maximum of the likelihood by Newton's method, each step of which is a weighted
//! least squares (McCullagh and Nelder, Generalized Linear Models). Intervals are ± 1.96 standard errors.

use super::super::least_squares::{Fit, Triangle};
use super::super::mean::Z;
use super::design::Design;
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
    Some(coefficients(design, &fit, fit.residual / free))
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
        let moved = moved.map(|((new, old), variance)| (new - old).abs() / variance.sqrt()).fold(0.0, f64::max);
        if moved < SETTLED {
            return Some(coefficients(design, &fit, 1.0));
        }
        beta = fit.coefficients;
    }
    None
}

fn coefficients(design: &Design<'_, '_>, fit: &Fit, scale: f64) -> Vec<Coefficient> {
    let figures = fit.coefficients.iter().zip(&fit.variances);
    let coefficient = |(term, (estimate, variance)): (&str, (&f64, &f64))| {
        let (estimate, error) = (*estimate, (variance * scale).sqrt());
        Coefficient { term: term.to_owned(), estimate, error, interval: (estimate - Z * error, estimate + Z * error) }
    };
    design.names().zip(figures).map(coefficient).collect()
}
