//! From patterns to probabilities, and from pairs of statements to pairs of subjects.

use super::Model;
use super::parameters::{HOUSEHOLD, PERSON, STRANGERS, share};
use crate::block::Candidate;
use crate::compare::names::counts_how_rare;
use crate::compare::{Evidence, Field, Level, Pattern, compare};
use crate::encode::{Row, Table};
use rayon::prelude::*;
use std::collections::HashMap;

/// Two subjects by their best pair of statements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SubjectPair {
    /// Positions of the subjects, the smaller first.
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// The rows that agree best.
    pub(crate) rows: (u32, u32),
    /// log₂ of the odds.
    pub(crate) weight: f64,
    pub(crate) pattern: Pattern,
}

impl SubjectPair {
    pub(crate) fn probability(&self) -> f64 {
        probability(self.weight)
    }

    /// Of two rows, if they are at least as likely one person's as `least` (log₂ of the odds).
    pub(crate) fn of_rows(table: &Table, model: &Model, rows: (u32, u32), least: f64) -> Option<Self> {
        let (row_a, row_b) = (table.row(rows.0)?, table.row(rows.1)?);
        let pattern = compare(table, row_a, row_b);
        let weight = score_rows(model, row_a, row_b, pattern);
        let (a, b) = (row_a.subject, row_b.subject);
        let (rows, a, b) = if a < b { (rows, a, b) } else { ((rows.1, rows.0), b, a) };
        (weight >= least).then_some(Self { a, b, rows, weight, pattern })
    }
}

/// ln(prior × likelihood) of one pattern for the three kinds of pairs, before the rarity of values.
type Logs = [f64; 3];

/// log₂ of the odds that no pair of a pattern goes beyond, whatever its values: rarity can make strangers less likely, a
/// household only by the given name that both have.
fn most(logs: &Logs, pattern: Pattern) -> f64 {
    let rare = if counts_how_rare(pattern.get(Field::GivenName)) { MOST_OF_A_NAME } else { 0.0 };
    (logs[PERSON] - logs[HOUSEHOLD]) / std::f64::consts::LN_2 + rare
}

/// log₂ of the odds that two statements are about one person.
fn score_rows(model: &Model, a: &Row, b: &Row, pattern: Pattern) -> f64 {
    score(model, &model.log_likelihoods(pattern, 0.0, 0.0), a, b, pattern)
}

/// Relatives share a family name, a door, a number whatever its rarity; a given name they share by chance only.
fn score(model: &Model, logs: &Logs, a: &Row, b: &Row, pattern: Pattern) -> f64 {
    let rarities = model.rarities(a, b, pattern);
    let given = rarities.get(Field::GivenName as usize).copied().unwrap_or(0.0);
    let strangers = logs[STRANGERS] + rarities.iter().sum::<f64>();
    (logs[PERSON] - log_sum(logs[HOUSEHOLD] + given, strangers)) / std::f64::consts::LN_2
}

fn log_sum(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high + (low - high).exp().ln_1p()
}

pub(crate) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// The weight at which a probability is reached.
pub(crate) fn weight_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// Pairs of subjects at least as probable as `least`, by position; of several statements the best pair counts (a name
/// before marriage meets a record from before).
pub(crate) fn score_subjects(
    table: &Table,
    model: &Model,
    patterns: &[(Pattern, u64)],
    candidates: Vec<Vec<Candidate>>,
    least: f64,
) -> Vec<SubjectPair> {
    let least = weight_of(least);
    // Of patterns that can reach it.
    let logs: HashMap<Pattern, Logs, ByMix> = patterns
        .iter()
        .map(|(pattern, _)| (*pattern, model.log_likelihoods(*pattern, 0.0, 0.0)))
        .filter(|(pattern, logs)| most(logs, *pattern) >= least)
        .collect();
    let mut pairs: Vec<SubjectPair> = Vec::new();
    for list in candidates {
        pairs.par_extend(list.par_chunks(NEAR).flat_map_iter(|piece| {
            // Rows are fetched together, so that memory answers many at a time.
            let near = piece.iter().filter_map(|candidate| {
                let logs = logs.get(&candidate.pattern)?;
                Some((candidate, logs, *table.row(candidate.a)?, *table.row(candidate.b)?))
            });
            let near: Vec<(&Candidate, &Logs, Row, Row)> = near.collect();
            near.into_iter().filter_map(|(candidate, logs, a, b)| {
                let weight = score(model, logs, &a, &b, candidate.pattern);
                (weight >= least).then(|| {
                    let (rows, (a, b)) = ((candidate.a, candidate.b), (a.subject, b.subject));
                    let (rows, a, b) = if a < b { (rows, a, b) } else { ((rows.1, rows.0), b, a) };
                    SubjectPair { a, b, rows, weight, pattern: candidate.pattern }
                })
            })
        }));
    }
    let subjects = |pair: &SubjectPair| u64::from(pair.a) << 32 | u64::from(pair.b);
    pairs.par_sort_unstable_by(|x, y| {
        subjects(x).cmp(&subjects(y)).then_with(|| y.weight.total_cmp(&x.weight).then(x.rows.cmp(&y.rows)))
    });
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// Candidates whose rows are fetched together: they fit in a core's own cache.
const NEAR: usize = 256;

/// Bits a given name can be rarer than names are on average: one in a hundred million against one in a thousand.
const MOST_OF_A_NAME: f64 = 17.0;

/// Patterns are numbers of few fields: one mix spreads them.
#[derive(Clone, Copy, Default)]
struct ByMix;

impl std::hash::BuildHasher for ByMix {
    type Hasher = MixHasher;
    fn build_hasher(&self) -> MixHasher {
        MixHasher(0)
    }
}

struct MixHasher(u64);

impl std::hash::Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = crate::hash::mix(self.0, value);
    }
}

/// log₂ of the odds of two subjects, whether or not they were candidates.
pub(crate) fn score_any(table: &Table, model: &Model, a: u32, b: u32) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for x in table.rows_of(a).iter().filter_map(|at| table.row(*at)) {
        for y in table.rows_of(b).iter().filter_map(|at| table.row(*at)) {
            best = best.max(score_rows(model, x, y, compare(table, x, y)));
        }
    }
    best
}

/// The parts of a weight: they add up to it.
pub(crate) fn evidence(table: &Table, model: &Model, pair: &SubjectPair) -> Vec<Evidence> {
    let Some((a, b)) = table.row(pair.rows.0).zip(table.row(pair.rows.1)) else { return Vec::new() };
    let rarities = model.rarities(a, b, pair.pattern);
    let bits = |nats: f64| (nats / std::f64::consts::LN_2) as f32;
    let [person, _, strangers] = model.priors;
    let mut parts = vec![Evidence {
        field: Field::Prior,
        level: Level::Applied,
        weight: bits((person / strangers).ln()),
    }];
    for ((field, level), rarity) in pair.pattern.levels().zip(rarities) {
        let at = (field as usize, level as usize);
        let weight = bits(share(&model.logs[PERSON], at) - share(&model.logs[STRANGERS], at) - rarity);
        parts.push(Evidence { field, level, weight });
    }
    let given = rarities.get(Field::GivenName as usize).copied().unwrap_or(0.0);
    let logs = model.log_likelihoods(pair.pattern, given, rarities.iter().sum());
    let household = logs[STRANGERS] - log_sum(logs[HOUSEHOLD], logs[STRANGERS]);
    parts.push(Evidence { field: Field::Household, level: Level::Applied, weight: bits(household) });
    parts
}
