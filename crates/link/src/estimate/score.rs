//! From patterns to probabilities, and from pairs of statements to pairs of subjects.

use super::Model;
use super::parameters::{HOUSEHOLD, PERSON, STRANGERS, share};
use crate::block::Candidate;
use crate::compare::{Evidence, Field, Level, Pattern, compare};
use crate::encode::{Row, Table};
use rayon::prelude::*;

/// Two subjects by their best pair of statements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SubjectPair {
    /// Positions of the subjects, the smaller first.
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// log₂ of the odds.
    pub(crate) weight: f64,
    pub(crate) probability: f64,
    /// The rows that agree best.
    pub(crate) rows: (u32, u32),
    pub(crate) pattern: Pattern,
}

/// log₂ of the odds that two statements are about one person.
pub(crate) fn score_rows(table: &Table, model: &Model, a: &Row, b: &Row, pattern: Pattern) -> f64 {
    let rarity = model.rarity(table, a, b, pattern);
    odds(model, pattern, &rarity) / std::f64::consts::LN_2
}

/// Relatives share a family name, a door, a number whatever its rarity; a given name they share by chance only.
fn odds(model: &Model, pattern: Pattern, rarity: &[f64]) -> f64 {
    let given = rarity.get(Field::GivenName as usize).copied().unwrap_or(0.0);
    let logs = model.log_likelihoods(pattern, given, rarity.iter().sum());
    logs[PERSON] - log_sum(logs[HOUSEHOLD], logs[STRANGERS])
}

fn log_sum(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high + (low - high).exp().ln_1p()
}

pub(crate) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// Pairs of subjects at least as probable as `least`, by position; of several statements the best pair counts (a name
/// before marriage meets a record from before).
pub(crate) fn score_subjects(
    table: &Table,
    model: &Model,
    candidates: &[Candidate],
    least: f64,
) -> Vec<SubjectPair> {
    let mut pairs: Vec<SubjectPair> = candidates
        .par_iter()
        .filter_map(|candidate| {
            let (a, b) = (table.rows.get(candidate.a as usize)?, table.rows.get(candidate.b as usize)?);
            let weight = score_rows(table, model, a, b, candidate.pattern);
            let probability = probability(weight);
            (probability >= least).then_some(SubjectPair {
                a: a.subject,
                b: b.subject,
                weight,
                probability,
                rows: (candidate.a, candidate.b),
                pattern: candidate.pattern,
            })
        })
        .collect();
    pairs.par_sort_unstable_by(|x, y| {
        (x.a, x.b).cmp(&(y.a, y.b)).then(y.weight.total_cmp(&x.weight)).then(x.rows.cmp(&y.rows))
    });
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// log₂ of the odds of two subjects, whether or not they were candidates.
pub(crate) fn score_any(table: &Table, model: &Model, a: u32, b: u32) -> f64 {
    let pairs = table.rows_of(a).iter().flat_map(|x| table.rows_of(b).iter().map(move |y| (x, y)));
    pairs.map(|(x, y)| score_rows(table, model, x, y, compare(table, x, y))).fold(f64::NEG_INFINITY, f64::max)
}

/// The parts of a weight: they add up to it.
pub(crate) fn evidence(table: &Table, model: &Model, pair: &SubjectPair) -> Vec<Evidence> {
    let rows = table.rows.get(pair.rows.0 as usize).zip(table.rows.get(pair.rows.1 as usize));
    let Some((a, b)) = rows else { return Vec::new() };
    let rarity = model.rarity(table, a, b, pair.pattern);
    let bits = |nats: f64| (nats / std::f64::consts::LN_2) as f32;
    let [person, _, strangers] = model.priors;
    let mut parts = vec![Evidence {
        field: Field::Prior,
        level: Level::Applied,
        weight: bits((person / strangers).ln()),
    }];
    for ((field, level), rarity) in pair.pattern.levels().zip(rarity) {
        let at = (field as usize, level as usize);
        let weight = bits(share(&model.logs[PERSON], at) - share(&model.logs[STRANGERS], at) - rarity);
        parts.push(Evidence { field, level, weight });
    }
    let given = rarity.get(Field::GivenName as usize).copied().unwrap_or(0.0);
    let logs = model.log_likelihoods(pair.pattern, given, rarity.iter().sum());
    let household = logs[STRANGERS] - log_sum(logs[HOUSEHOLD], logs[STRANGERS]);
    parts.push(Evidence { field: Field::Household, level: Level::Applied, weight: bits(household) });
    parts
}
