//! Statistics for feasibility (統計・実現可能性調査): how many persons there are of a kind, guarded (ANO-10).
//!
//! A [`Question`] is read from a file anybody on a committee can read, or is a set of persons that SQL found. It is answered
//! exactly over an [`Index`] of the snapshot, as a [`Partition`] of all persons. What leaves is an [`Answer`], made by a
//! guard: small cells hidden and differences between questions refused ([`threshold`], [`differencing`]), or noise within a
//! budget ([`noise`]). Statistics are outside the Act's strict regime (S0 annex 3(3)), but small cells are guarded.
//!
//! # Architecture invariants
//! - An exact count never becomes a [`Figure`] but through a guard.
//! - What was answered stays known: the caller keeps each partition, and gives all of them to the next question.
//! - Nothing here reads a clock or chooses where files lie.

mod ages;
mod answer;
mod breakdown;
mod combinations;
mod conditions;
pub mod definition;
pub mod differencing;
mod evaluate;
mod index;
mod json;
mod linear;
pub mod noise;
mod parse;
mod policy;
mod sets;
pub mod threshold;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Breakdown, Figure};
pub use breakdown::Classes;
pub use definition::Question;
pub use differencing::{Clash, Earlier};
pub use evaluate::{EvaluateError, Partition, Plan};
pub use index::{Index, IndexError, Layout, build};
pub use noise::{Epsilon, NoNoise};
pub use policy::{Guard, StatisticsPolicy};
pub use sets::Set;
pub use threshold::Threshold;

use differencing::Memory;

/// An answer under a threshold, and what it shows the sizes of.
///
/// # Errors
/// What it would tell together with earlier answers.
pub fn answer_exactly(
    plan: &Plan<'_>,
    partition: &Partition,
    rule: Threshold,
    earlier: &[Earlier],
) -> Result<(Answer, Vec<Set>), Clash> {
    let counts = partition.counts();
    let mut memory = Memory::new(earlier, partition, rule);
    let cohort = Set::from_step(partition.lost, partition.lost, partition.cells);
    if let Some(clash) = memory.cohort(&cohort, &counts) {
        return Err(clash);
    }
    let guarded = threshold::guard(plan, &counts, rule, &mut memory);
    Ok((guarded.answer, guarded.shown))
}

/// An answer with noise. It is drawn anew every time: record it before it is shown.
///
/// # Errors
/// Noise cannot be drawn.
pub fn answer_with_noise(
    plan: &Plan<'_>,
    partition: &Partition,
    epsilon: Epsilon,
) -> Result<Answer, NoNoise> {
    Ok(noise::answer(plan, &noise::noisy(&partition.counts(), epsilon)?))
}
