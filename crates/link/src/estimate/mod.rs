//! What each level of agreement is worth, learnt without labels (重みの推定).
//!
//! A pair of statements is one of three things: one person, two persons of one household, or two strangers. Fellegi and
//! Sunter know the first and the last; the household between them is what makes address, telephone and insurance *one*
//! piece of evidence instead of three, and what keeps twins apart: where the given names disagree, "same household"
//! explains the agreement better than "same person" does, and agreement on all three is explained once.
//!
//! Strangers' levels are learnt from random pairs, the matches' by expectation maximisation over the distinct agreement
//! patterns, in which a pair that a human decided counts as decided. Of the household only what every member has of their
//! own is learnt. Below
//! [`Settings::least_matches_to_learn`] expected matches everything stays built in. All sums run in a fixed order.

mod builtin;
mod expectation;
mod keep;
mod parameters;
mod random_pairs;
mod score;

pub use parameters::{FieldParameters, LevelParameters, ModelParameters, ParameterSource};
pub(crate) use parameters::{Model, count_patterns, level_counts};
pub(crate) use score::{SubjectPair, evidence, score_any, score_subjects, weight_of};

use crate::compare::{FIELDS, LEVELS, Pattern, compare};
use crate::constraints::Resolved;
use crate::encode::Table;
use crate::settings::Settings;

/// A number per field and level.
pub(crate) type Weights = [[f64; LEVELS]; FIELDS];

/// Learns the weights for these statements. What humans decided is known, whatever the weights say of it.
pub(crate) fn estimate(
    table: &Table,
    patterns: &[(Pattern, u64)],
    constraints: &Resolved,
    settings: &Settings,
) -> Model {
    let mut model = Model::built_in(table);
    random_pairs::learn_strangers(table, &mut model, settings);
    expectation::learn_matches(table, patterns, &decided(table, constraints), &mut model, settings);
    model.finish();
    model
}

/// Patterns of the pairs of statements that humans decided, and whether they are one person.
fn decided(table: &Table, constraints: &Resolved) -> Vec<(Pattern, bool)> {
    let rows = |subject: u32| table.rows_of(subject).iter().filter_map(|at| table.row(*at));
    let mut patterns = Vec::new();
    for ((a, b), person) in constraints.decisions() {
        let pairs = rows(a).flat_map(|x| rows(b).map(move |y| (x, y)));
        patterns.extend(pairs.map(|(x, y)| (compare(table, x, y), person)));
    }
    patterns
}

#[cfg(test)]
mod tests;
