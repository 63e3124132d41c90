//! Counts with noise (差分プライバシー): discrete Laplace noise on whole numbers, by `opendp`.
//!
//! # What is promised
//! Every person has exactly one number of the partition — the step they are lost at, or their cell — so adding or removing one
//! person changes one count by one: noise of scale 1/ε on each count makes the whole answer ε-differentially private
//! (parallel composition over the partition). Steps, the cohort and sums of the breakdown are computed from the noisy
//! counts, so they agree with each other and cost nothing more. Which classes there are does not depend on the data.
//!
//! `opendp` draws its randomness from the system and cannot be seeded: the same question asked anew would get other noise.
//! So an answer is drawn once, recorded, and from then on fixed; that is the caller's duty.

use super::answer::{Answer, Figure, Figures, classes};
use super::evaluate::Plan;
use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::make_laplace;
use opendp::measures::MaxDivergence;
use opendp::metrics::L1Distance;

/// Noise could not be drawn: no answer is given.
#[derive(Debug, thiserror::Error)]
#[error("noise cannot be drawn: {0}")]
pub struct NoNoise(String);

/// How much of a budget is spent, in millionths of ε, so that sums are exact.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Epsilon(pub u64);

impl Epsilon {
    /// As a number.
    pub fn value(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Nearest to a number that is not negative.
    pub fn of(number: f64) -> Self {
        Self((number * 1e6).round() as u64)
    }
}

/// The counts of a partition with noise of scale 1/ε.
pub(super) fn noisy(counts: &[u64], epsilon: Epsilon) -> Result<Vec<i64>, NoNoise> {
    let told = |error: opendp::error::Error| NoNoise(error.to_string());
    let counts = counts.iter().map(|count| i64::try_from(*count).unwrap_or(i64::MAX)).collect();
    let mut scale = 1.0 / epsilon.value();
    loop {
        let measurement = make_laplace::<_, _, MaxDivergence>(
            VectorDomain::new(AtomDomain::<i64>::default()),
            L1Distance::<i64>::default(),
            scale,
            None,
        );
        let measurement = measurement.map_err(told)?;
        let spent = measurement.map(&1).map_err(told)?;
        if spent <= epsilon.value() {
            return measurement.invoke(&counts).map_err(told);
        }
        if !scale.is_finite() {
            return Err(NoNoise("epsilon is too small".to_owned()));
        }
        // The privacy map rounds up: a hair more noise keeps what is promised.
        scale = scale.next_up();
    }
}

/// The answer of noisy counts. A sum below zero is shown as nobody.
pub(super) fn answer(plan: &Plan<'_>, noisy: &[i64]) -> Answer {
    let (lost, _) = plan.sizes();
    let shown = |sum: i64| Figure::Persons(u64::try_from(sum).unwrap_or(0));
    let cohort: i64 = noisy.iter().skip(lost as usize).sum();
    // Noise can turn the order of steps around: none is shown with fewer than a later one.
    let mut remaining = vec![cohort];
    let mut sum = cohort;
    for gone in noisy.iter().take(lost as usize).rev() {
        sum += gone;
        remaining.push(sum.max(remaining.last().copied().unwrap_or(sum)));
    }
    remaining.reverse();
    let after = |step: u32| shown(remaining.get(step as usize).copied().unwrap_or(0));
    let radix: Vec<u32> = plan.breakdown().iter().map(|classes| classes.labels().len() as u32).collect();
    let cells = noisy.get(lost as usize..).unwrap_or_default();
    let mut margins: Vec<Vec<i64>> = radix.iter().map(|size| vec![0; *size as usize]).collect();
    for (cell, at) in cells.iter().zip(0..) {
        for (margin, class) in margins.iter_mut().zip(classes(&radix, at)) {
            margin.get_mut(class as usize).into_iter().for_each(|sum| *sum += cell);
        }
    }
    if radix.len() < 2 {
        margins.clear();
    }
    plan.answer(Figures {
        everybody: after(0),
        steps: (1..=plan.question_steps()).map(after).collect(),
        cohort: shown(cohort),
        cells: cells.iter().copied().map(shown).collect(),
        margins: margins.into_iter().map(|margin| margin.into_iter().map(shown).collect()).collect(),
    })
}
