//! Answers as coarse as they may go out (ANO-10): before and after side by side are two figures over the same people, and their
//! difference must not tell of one person's value.
//!
//! Counts are tens. A figure is rounded to the next of 1, 2, 5, … at or above ten standard errors ÷ √n: about what ten people
//! make who are a standard deviation away. One person cannot be seen in it. Both sides are rounded alike.

use crate::audience::{Audience, Shown};
use crate::chart::scale::step;
use kiban_model::report::utility::{Answer, Coefficient, Curve, CurvePoint, LogRank, Sequence, Share, Spread};

/// Half of a 95 % interval, in standard errors.
const Z: f64 = 1.96;

/// An answer for outside.
pub(in crate::report) fn answer(answer: &Answer) -> Answer {
    match answer {
        Answer::Prevalence { groups } => Answer::Prevalence { groups: groups.iter().map(share).collect() },
        Answer::Mean { groups } => Answer::Mean { groups: groups.iter().map(spread).collect() },
        Answer::Survival { groups, log_rank, within } => Answer::Survival {
            groups: groups.iter().map(curve).collect(),
            log_rank: log_rank.as_ref().map(test),
            within: *within,
        },
        Answer::Sequences { persons, sequences } => {
            let persons = tens(*persons);
            let sequence = |own: &Sequence| {
                let count = Shown::of(own.persons, Audience::Recipient).length();
                let share = own.share.and(ratio(Some(count), persons));
                Sequence { steps: own.steps.clone(), persons: count, share }
            };
            Answer::Sequences { persons, sequences: sequences.iter().map(sequence).collect() }
        }
        Answer::Regression { logistic, persons, coefficients } => Answer::Regression {
            logistic: *logistic,
            persons: tens(*persons),
            coefficients: coefficients.iter().map(|own| coefficient(own, persons.unwrap_or(0))).collect(),
        },
    }
}

fn tens(n: Option<u64>) -> Option<u64> {
    n.map(|n| Shown::of(n, Audience::Recipient).length())
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

fn share(own: &Share) -> Share {
    let (persons, having) = (tens(own.persons), tens(own.having));
    Share { group: own.group.clone(), persons, having, share: ratio(having, persons), interval: None }
}

fn spread(own: &Spread) -> Spread {
    let n = own.persons.unwrap_or(0);
    let error = own.deviation.unwrap_or(0.0) / (n.max(1) as f64).sqrt();
    let coarse = |figure: f64| coarse(figure, error, n);
    Spread {
        group: own.group.clone(),
        persons: tens(own.persons),
        mean: own.mean.map(coarse),
        interval: own.interval.map(|(low, high)| (coarse(low), coarse(high))),
        deviation: own.deviation.map(coarse),
        median: own.median.map(coarse),
    }
}

fn curve(own: &Curve) -> Curve {
    let n = own.persons.unwrap_or(0).max(1);
    let step = 10.0 / n as f64;
    let rate = |share: f64| to(share, step).clamp(0.0, 1.0);
    let point = |point: &CurvePoint| CurvePoint {
        day: point.day,
        survival: rate(point.survival),
        low: rate(point.low),
        high: rate(point.high),
        at_risk: Shown::of(point.at_risk, Audience::Recipient).length(),
    };
    let error = own.restricted_error.unwrap_or(0.0);
    Curve {
        group: own.group.clone(),
        persons: tens(own.persons),
        events: tens(own.events),
        median: own.median.map(|days| to(days, 10.0)),
        restricted_mean: own.restricted_mean.map(|mean| coarse(mean, error, n)),
        restricted_error: own.restricted_error.map(|own| coarse(own, error, n)),
        points: own.points.iter().map(point).collect(),
    }
}

/// The statistic to halves; of p only how small it is.
fn test(own: &LogRank) -> LogRank {
    let p = [0.001, 0.01, 0.05, 0.1, 0.5].into_iter().find(|p| own.p <= *p).unwrap_or(1.0);
    LogRank { chi_square: to(own.chi_square, 0.5), degrees: own.degrees, p }
}

fn coefficient(own: &Coefficient, n: u64) -> Coefficient {
    let estimate = coarse(own.estimate, own.error, n);
    let error = coarse(own.error, own.error, n);
    let half = Z * error;
    Coefficient { term: own.term.clone(), estimate, error, interval: (estimate - half, estimate + half) }
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
            let one = spread(&spread_of(5.0)).mean.unwrap();
            let other = spread(&spread_of(5.0 + far / n as f64)).mean.unwrap();
            prop_assert!((one - other).abs() <= step(10.0 / n as f64) * 1.000_001);
        }

        #[test]
        fn counts_are_tens_and_shares_are_theirs(n in 10u64..90_000, part in 0.0f64..1.0) {
            let having = (n as f64 * part) as u64;
            let own = Share { group: None, persons: Some(n), having: Some(having), share: Some(part), interval: Some((0.0, 1.0)) };
            let share = share(&own);
            prop_assert!(share.persons.unwrap() % 10 == 0 && share.interval.is_none());
            prop_assert!((share.share.unwrap() - share.having.unwrap() as f64 / share.persons.unwrap() as f64).abs() < 1e-12 || share.share == Some(1.0));
        }
    }
}
