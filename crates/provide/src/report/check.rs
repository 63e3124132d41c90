//! Refuses reports that state the impossible: a drawing of them would be a lie that looks like a fact.

use kiban_model::report::utility::Answer;
use kiban_model::report::{GroupSizes, ReleaseReport, UtilityReport};

/// What a report states that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A probability below 0, above 1, or not a number.
    #[error("a probability is not between 0 and 1")]
    Probability,
    /// A mean or deviation that is not a number.
    #[error("a mean or deviation is not a finite number")]
    Measure,
    /// Smallest group, people alone and histogram do not belong together.
    #[error(
        "the smallest group or the number of people alone disagrees with the distribution of group sizes"
    )]
    Groups,
    /// A dropped column that still has values.
    #[error("a dropped column has values after treatment")]
    Dropped,
}

/// Whether a report can be believed by itself.
///
/// # Errors
/// The first impossible statement.
pub fn check(report: &ReleaseReport) -> Result<(), Fault> {
    let risk = &report.risk;
    let attacks = risk.attacks.iter().flat_map(|a| [a.success_before, a.success_after]);
    let rates = [
        risk.suppression_limit,
        risk.before.highest_risk,
        risk.before.average_risk,
        risk.after.highest_risk,
        risk.after.average_risk,
    ];
    let intervals = risk.attacks.iter().filter_map(|a| a.interval_after).flat_map(|(low, high)| [low, high]);
    let ceilings = risk.attacks.iter().filter_map(|a| a.ceiling);
    if attacks.chain(rates).chain(intervals).chain(ceilings).any(|rate| !(0.0..=1.0).contains(&rate)) {
        return Err(Fault::Probability);
    }
    if utility_rates(&report.utility).any(|rate| !(0.0..=1.0).contains(&rate)) {
        return Err(Fault::Probability);
    }
    if utility_measures(&report.utility).any(|figure| !figure.is_finite()) {
        return Err(Fault::Measure);
    }
    let summaries = report.columns.iter().flat_map(|c| [&c.before, &c.after]);
    let figures = risk.models.iter().flat_map(|m| [m.before, m.after]);
    if summaries.flat_map(|s| [s.mean, s.deviation]).chain(figures).flatten().any(|x| !x.is_finite()) {
        return Err(Fault::Measure);
    }
    if !agrees(&risk.before) || !agrees(&risk.after) {
        return Err(Fault::Groups);
    }
    if report.columns.iter().any(|c| c.dropped && (c.after.filled > 0 || !c.after.frequent.is_empty())) {
        return Err(Fault::Dropped);
    }
    Ok(())
}

/// All sides of all questions.
fn answers(utility: &UtilityReport) -> impl Iterator<Item = &Answer> {
    utility.questions.iter().flat_map(|question| [&question.everyone, &question.released, &question.after])
}

fn utility_rates(utility: &UtilityReport) -> impl Iterator<Item = f64> {
    let along = utility.along_k.iter().flat_map(|at| [at.share, at.highest_risk, at.average_risk, at.loss]);
    let shares = answers(utility).flat_map(|answer| match answer {
        Answer::Prevalence { groups } => groups.iter().filter_map(|own| own.share).collect::<Vec<_>>(),
        Answer::Survival { groups, .. } => {
            let points = groups.iter().flat_map(|curve| &curve.points);
            points.flat_map(|point| [point.survival, point.low, point.high]).collect()
        }
        Answer::Sequences { sequences, .. } => sequences.iter().filter_map(|own| own.share).collect(),
        _ => Vec::new(),
    });
    along.chain(shares).chain(utility.distances.iter().map(|distance| distance.total_variation))
}

fn utility_measures(utility: &UtilityReport) -> impl Iterator<Item = f64> {
    answers(utility).flat_map(|answer| match answer {
        Answer::Mean { groups } => {
            groups.iter().flat_map(|own| [own.mean, own.deviation, own.median]).flatten().collect::<Vec<_>>()
        }
        Answer::Survival { groups, .. } => {
            groups.iter().flat_map(|own| [own.restricted_mean, own.restricted_error]).flatten().collect()
        }
        Answer::Regression { coefficients, .. } => {
            coefficients.iter().flat_map(|own| [own.estimate, own.error]).collect()
        }
        _ => Vec::new(),
    })
}

fn agrees(groups: &GroupSizes) -> bool {
    let peopled = || groups.histogram.iter().filter(|(_, people)| *people > 0);
    let smallest = peopled().map(|(size, _)| *size).min().unwrap_or(0);
    let unique =
        peopled().filter(|(size, _)| *size == 1).map(|(_, people)| *people).fold(0, u64::saturating_add);
    groups.smallest == smallest && groups.unique == unique
}
