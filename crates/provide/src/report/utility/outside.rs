//! Answers as they may go out (ANO-10): before and after side by side are two figures over the same people, and their difference must
//! not tell of one person's value.
//!
//! The product's own figures are exact: whoever has it can work them out. A figure from before is rounded to the next of 1, 2, 5, …
//! at or above ten standard errors ÷ √n: about what ten people make who are a standard deviation away. One person cannot be seen
//! in it. Counts are tens on both sides, as everywhere outside.

use crate::audience::{Audience, Shown};
use crate::chart::scale::step;
use kiban_model::report::utility::{
    Answer, Coefficient, Curve, CurvePoint, LogRank, Sequence, Share, Spread,
};

/// Half of a 95 % interval, in standard errors.
const Z: f64 = 1.96;

/// The product's answer: its counts as tens.
pub(in crate::report) fn of_product(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    match &mut answer {
        Answer::Prevalence { groups } => groups.iter_mut().for_each(|own| {
            (own.persons, own.having) = (tens(own.persons), tens(own.having));
        }),
        Answer::Mean { groups } => groups.iter_mut().for_each(|own| own.persons = tens(own.persons)),
        Answer::Survival { groups, .. } => groups.iter_mut().for_each(|own| {
            (own.persons, own.events) = (tens(own.persons), tens(own.events));
            own.points.iter_mut().for_each(|point| point.at_risk = ten(point.at_risk));
        }),
        Answer::Sequences { persons, sequences } => {
            *persons = tens(*persons);
            sequences.iter_mut().for_each(|own| own.persons = ten(own.persons));
        }
        Answer::Regression { persons, coefficients, .. } => {
            *persons = tens(*persons);
            coefficients.iter_mut().for_each(|own| own.rests_on = None);
        }
    }
    answer
}

/// The answer of the original rows: its figures coarse as well.
pub(in crate::report) fn of_original(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    // Before it is told no more on how many a coefficient rests.
    if let Answer::Regression { coefficients, .. } = &mut answer {
        coefficients.iter_mut().for_each(coefficient);
    }
    let mut answer = of_product(&answer);
    match &mut answer {
        Answer::Prevalence { groups } => groups.iter_mut().for_each(share),
        Answer::Mean { groups } => groups.iter_mut().for_each(spread),
        Answer::Survival { groups, log_rank, .. } => {
            groups.iter_mut().for_each(curve);
            log_rank.iter_mut().for_each(test);
        }
        Answer::Sequences { persons, sequences } => sequences.iter_mut().for_each(|own: &mut Sequence| {
            own.share = own.share.and(ratio(Some(own.persons), *persons));
        }),
        Answer::Regression { .. } => {}
    }
    answer
}

fn ten(n: u64) -> u64 {
    Shown::of(n, Audience::Recipient).length()
}

fn tens(n: Option<u64>) -> Option<u64> {
    n.map(ten)
}

fn ratio(part: Option<u64>, whole: Option<u64>) -> Option<f64> {
    let (part, whole) = (part?, whole.filter(|whole| *whole > 0)?);
    Some((part as f64 / whole as f64).min(1.0))
}

/// To a step that hides one person among `n`, where the figure's standard error is `error`.
fn coarse(figure: f64, error: f64, n: u64) -> f64 {
    let least = 10.0 * error / (n.max(1) as f64).sqrt();
    if least > 0.0 && least.is_finite() { to(figure, step(least)) } else { figure }
}

fn to(figure: f64, step: f64) -> f64 {
    (figure / step).round() * step
}

fn share(own: &mut Share) {
    own.share = own.share.and(ratio(own.having, own.persons));
    own.interval = None;
}

fn spread(own: &mut Spread) {
    let n = own.persons.unwrap_or(0);
    let error = own.deviation.unwrap_or(0.0) / (n.max(1) as f64).sqrt();
    let coarse = |figure: f64| coarse(figure, error, n);
    own.mean = own.mean.map(coarse);
    own.interval = own.interval.map(|(low, high)| (coarse(low), coarse(high)));
    own.deviation = own.deviation.map(coarse);
    own.median = own.median.map(coarse);
}

fn curve(own: &mut Curve) {
    let n = own.persons.unwrap_or(0).max(1);
    let rate = |share: f64| to(share, 10.0 / n as f64).clamp(0.0, 1.0);
    own.points.iter_mut().for_each(|point: &mut CurvePoint| {
        (point.survival, point.low, point.high) = (rate(point.survival), rate(point.low), rate(point.high));
    });
    let error = own.restricted_error.unwrap_or(0.0);
    own.median = own.median.map(|days| to(days, 10.0));
    own.restricted_mean = own.restricted_mean.map(|mean| coarse(mean, error, n));
    own.restricted_error = own.restricted_error.map(|own| coarse(own, error, n));
}

/// The statistic to halves; of p only how small it is.
fn test(own: &mut LogRank) {
    own.chi_square = to(own.chi_square, 0.5);
    own.p = [0.001, 0.01, 0.05, 0.1, 0.5].into_iter().find(|p| own.p <= *p).unwrap_or(1.0);
}

/// By its own people, who may be few among all; where it is not told on how many it rests, as one person makes it.
fn coefficient(own: &mut Coefficient) {
    let (error, n) = (own.error, own.rests_on.unwrap_or(1));
    own.estimate = coarse(own.estimate, error, n);
    own.error = coarse(error, error, n);
    own.interval = (own.estimate - Z * own.error, own.estimate + Z * own.error);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_extreme_value_changes_no_figure_by_more_than_a_step(n in 30u64..5_000, far in 0.0f64..3.0) {
            // The mean of n people, and the mean when one of them is `far` standard deviations elsewhere.
            let spread_of = |mean: f64| Spread {
                group: None, persons: Some(n), mean: Some(mean), interval: None, deviation: Some(1.0), median: None,
            };
            let outside = |mean: f64| match of_original(&Answer::Mean { groups: vec![spread_of(mean)] }) {
                Answer::Mean { groups } => groups[0].mean.unwrap(),
                _ => f64::NAN,
            };
            let (one, other) = (outside(5.0), outside(5.0 + far / n as f64));
            prop_assert!((one - other).abs() <= step(10.0 / n as f64) * 1.000_001);
        }

        #[test]
        fn one_person_of_a_few_changes_no_coefficient_by_more_than_a_step(
            all in 100u64..90_000, few in 10u64..50, estimate in -9.0f64..9.0, far in 0.0f64..3.0
        ) {
            // The difference between `few` and the others; one of the few is `far` standard deviations elsewhere.
            let error = (1.0 / few as f64 + 1.0 / all as f64).sqrt();
            let outside = |estimate: f64, rests_on: Option<u64>| {
                let own = Coefficient { term: "性別 = M".into(), estimate, error, interval: (0.0, 0.0), rests_on };
                let answer = Answer::Regression { logistic: false, persons: Some(all), coefficients: vec![own] };
                match of_original(&answer) {
                    Answer::Regression { coefficients, .. } if coefficients[0].rests_on.is_none() => coefficients[0].estimate,
                    _ => f64::NAN,
                }
            };
            let least = 10.0 * error / (few as f64).sqrt();
            let (one, other) = (outside(estimate, Some(few)), outside(estimate + far / few as f64, Some(few)));
            prop_assert!((one - other).abs() <= step(least) * 1.000_001);
            // It is a whole number of steps, and of no finer ones than ten of the few make.
            prop_assert!((one / step(least) - (one / step(least)).round()).abs() < 1e-6);
            let untold = outside(estimate, None) / step(10.0 * error);
            prop_assert!((untold - untold.round()).abs() < 1e-6);
        }

        #[test]
        fn counts_are_tens_and_shares_are_theirs(n in 10u64..90_000, part in 0.0f64..1.0) {
            let having = (n as f64 * part) as u64;
            let own = Share { group: None, persons: Some(n), having: Some(having), share: Some(part), interval: Some((0.0, 1.0)) };
            let Answer::Prevalence { groups } = of_original(&Answer::Prevalence { groups: vec![own] }) else { panic!() };
            let share = &groups[0];
            prop_assert!(share.persons.unwrap() % 10 == 0 && share.interval.is_none());
            prop_assert!((share.share.unwrap() - share.having.unwrap() as f64 / share.persons.unwrap() as f64).abs() < 1e-12 || share.share == Some(1.0));
        }
    }
}
