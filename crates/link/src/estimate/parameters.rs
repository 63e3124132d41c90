//! The model: what it is made of, and the part of it that is handed out.

use super::{Weights, builtin};
use crate::block::Candidate;
use crate::compare::names::frequency_code;
use crate::compare::{FIELDS, Field, LEVELS, Level, Pattern};
use crate::encode::{Count, Row, Sums, Table};
use hashbrown::HashTable;
use rayon::prelude::*;

/// Where the weights come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ParameterSource {
    /// Too few matches to learn from: the built-in weights.
    BuiltIn,
    /// Learnt from these statements, starting from the built-in weights.
    Estimated,
}

/// The weights of one run, for the record and for people.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ModelParameters {
    /// Where they come from.
    pub source: ParameterSource,
    /// Rounds of estimation.
    pub rounds: u32,
    /// Share of all pairs of statements that are one person.
    pub prior_person: f64,
    /// Share of all pairs of statements that are two persons of one household.
    pub prior_household: f64,
    /// Per field.
    pub fields: Vec<FieldParameters>,
}

/// The levels of one field.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FieldParameters {
    /// The field.
    pub field: Field,
    /// Its levels.
    pub levels: Vec<LevelParameters>,
}

/// How often a level is met where the field is known on both sides, and what it weighs.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LevelParameters {
    /// The level.
    pub level: Level,
    /// Among pairs of one person (m).
    pub person: f64,
    /// Among pairs of one household.
    pub household: f64,
    /// Among strangers (u).
    pub strangers: f64,
    /// log₂(person ÷ strangers), before the rarity of the value.
    pub weight: f64,
}

/// The three kinds of pairs, in the order of arrays.
pub(super) const PERSON: usize = 0;
pub(super) const HOUSEHOLD: usize = 1;
pub(super) const STRANGERS: usize = 2;

/// The weights in use.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// Shares per kind of pair.
    pub(super) shares: [Weights; 3],
    /// Their logarithms, once finished.
    pub(super) logs: [Weights; 3],
    /// Shares of the kinds among all pairs.
    pub(super) priors: [f64; 3],
    rarities: Rarities,
    /// For the result.
    pub(crate) parameters: ModelParameters,
}

/// ln(share of a value ÷ mean share): what the weight of a field does not already count.
#[derive(Debug, Clone, Default)]
struct Rarities {
    /// By script and code.
    family: [Vec<f32>; 3],
    given: [Vec<f32>; 3],
    /// By attribute and code.
    attributes: Vec<Vec<f32>>,
    locality: Vec<f32>,
    phone: Sums,
    door: Sums,
}

// Shares of an unknown value, for the few statements of a small run.
const USUAL_NAME: f64 = 0.001;
const USUAL_PLACE: f64 = 0.0005;
const USUAL_ATTRIBUTE: f64 = 0.01;
const USUAL_NUMBER: f64 = 0.000_002;

impl Rarities {
    fn of(table: &Table) -> Self {
        let frequencies = &table.frequencies;
        let names = |counts: &[Count; 3]| counts.each_ref().map(|count| count.rarities(USUAL_NAME));
        Self {
            family: names(&frequencies.family),
            given: names(&frequencies.given),
            attributes: frequencies.attributes.iter().map(|count| count.rarities(USUAL_ATTRIBUTE)).collect(),
            locality: frequencies.locality.rarities(USUAL_PLACE),
            phone: frequencies.phone,
            door: frequencies.door,
        }
    }
}

/// A code that came after the counting is as rare as one that was met once: code 0, which nobody states, says how rare.
fn at(rarities: &[f32], code: u32) -> f64 {
    rarities.get(code as usize).or(rarities.first()).copied().map_or(0.0, f64::from)
}

impl Model {
    /// The built-in weights, with priors for this number of statements.
    pub(crate) fn built_in(table: &Table) -> Self {
        let (person, household, strangers) = builtin::weights();
        let rows = table.rows.len() as f64;
        let pairs = all_pairs(table);
        let share = |per_row: f64| (per_row * rows / pairs).max(1e-14);
        // Of two or three statements nobody knows what share of their pairs match.
        let p = share(builtin::MATCHES_PER_STATEMENT).min(0.05);
        let h = share(builtin::HOUSEHOLD_PAIRS_PER_STATEMENT).min(0.15);
        let parameters = ModelParameters {
            source: ParameterSource::BuiltIn,
            rounds: 0,
            prior_person: p,
            prior_household: h,
            fields: Vec::new(),
        };
        let shares = [person, household, strangers];
        let priors = [p, h, 1.0 - p - h];
        let mut model = Self { shares, logs: shares, priors, rarities: Rarities::of(table), parameters };
        model.take_logs();
        model
    }

    pub(super) fn take_logs(&mut self) {
        // A second number at one provider is never evidence *for* one person; a provider with duplicates is no exception.
        let at = (Field::Provider as usize, Level::Exact as usize);
        let strangers = share(&self.shares[STRANGERS], at);
        if let Some(same) = self.shares[PERSON].get_mut(at.0).and_then(|levels| levels.get_mut(at.1)) {
            *same = same.min(strangers);
        }
        self.logs =
            self.shares.map(|weights| weights.map(|levels| levels.map(|share| share.max(1e-12).ln())));
    }

    /// Fills in what is handed out.
    pub(super) fn finish(&mut self) {
        self.take_logs();
        self.parameters.prior_person = self.priors[PERSON];
        self.parameters.prior_household = self.priors[HOUSEHOLD];
        let level = |field: Field, level: Level| {
            let [person, household, strangers] =
                self.shares.each_ref().map(|weights| share(weights, (field as usize, level as usize)));
            let known = level != Level::Missing && strangers > 0.0;
            let weight = (person / strangers).log2();
            known.then_some(LevelParameters { level, person, household, strangers, weight })
        };
        let field = |field| FieldParameters {
            field,
            levels: Level::ALL.into_iter().filter_map(|l| level(field, l)).collect(),
        };
        self.parameters.fields = Field::COMPARED.into_iter().map(field).collect();
    }

    /// ln(share of the value ÷ mean share) of one field where the rarity of the value matters; 0 elsewhere.
    pub(super) fn rarity(&self, a: &Row, b: &Row, field: Field, level: Level) -> f64 {
        let rarities = &self.rarities;
        match (field, level) {
            (Field::FamilyName | Field::GivenName, _) => {
                let tables = if field == Field::FamilyName { &rarities.family } else { &rarities.given };
                let of = |row| {
                    let (script, code) = frequency_code(row, field, level)?;
                    Some(at(tables.get(script as usize)?, code))
                };
                // Under a wildcard the sides differ: the commoner counts.
                of(a).into_iter().chain(of(b)).reduce(f64::max).unwrap_or(0.0)
            }
            (Field::Phone, Level::Exact) if a.phone == b.phone => number(&rarities.phone, a.phone_count),
            (Field::Address, Level::Exact) if a.locality == b.locality && a.blocks == b.blocks => {
                number(&rarities.door, a.door_count)
            }
            (Field::Address, Level::Locality) if a.locality == b.locality => {
                at(&rarities.locality, a.locality)
            }
            (Field::AttributeA | Field::AttributeB | Field::AttributeC, Level::Exact) => {
                let slot = field as usize - Field::AttributeA as usize;
                let code = a.attributes.get(slot).copied().unwrap_or(0);
                rarities.attributes.get(slot).map_or(0.0, |table| at(table, code))
            }
            _ => 0.0,
        }
    }

    /// The same for every field compared.
    pub(super) fn rarities(&self, a: &Row, b: &Row, pattern: Pattern) -> [f64; FIELDS] {
        let mut rarities = [0.0; FIELDS];
        for ((field, level), slot) in pattern.levels().zip(&mut rarities) {
            *slot = self.rarity(a, b, field, level);
        }
        rarities
    }
}

/// A count of 0 was never taken: the value is one subject's.
fn number(sums: &Sums, count: u16) -> f64 {
    (sums.share(f64::from(count.max(1)), USUAL_NUMBER) / sums.mean_share(USUAL_NUMBER)).ln()
}

pub(super) fn share(weights: &Weights, at: (usize, usize)) -> f64 {
    weights.get(at.0).and_then(|levels| levels.get(at.1)).copied().unwrap_or(0.0)
}

/// Pairs of statements of two subjects; at least 1.
pub(super) fn all_pairs(table: &Table) -> f64 {
    let pairs = |n: usize| n as f64 * (n as f64 - 1.0) / 2.0;
    // Where every subject has one row no pair is within a subject.
    let several = if table.has_one_row_each() { 0 } else { table.subjects.len() };
    let within: f64 =
        (0..u32::try_from(several).unwrap_or(u32::MAX)).map(|s| pairs(table.rows_of(s).len())).sum();
    (pairs(table.rows.len()) - within).max(1.0)
}

/// How often each level of each field is met.
pub(crate) fn level_counts(patterns: &[(Pattern, u64)]) -> Vec<(Field, [u64; LEVELS])> {
    let mut counts = [[0u64; LEVELS]; FIELDS];
    for (pattern, count) in patterns {
        for (field, level) in pattern.levels() {
            if let Some(slot) =
                counts.get_mut(field as usize).and_then(|levels| levels.get_mut(level as usize))
            {
                *slot += count;
            }
        }
    }
    Field::COMPARED.into_iter().zip(counts).collect()
}

/// Distinct patterns and how many candidates have each, in the order of patterns.
pub(crate) fn count_patterns(candidates: &[Vec<Candidate>]) -> Vec<(Pattern, u64)> {
    const PIECE: usize = 1 << 16;
    let pieces: Vec<&[Candidate]> = candidates.iter().flat_map(|list| list.chunks(PIECE)).collect();
    let count = |piece: &&[Candidate]| {
        let mut counts: HashTable<(Pattern, u64)> = HashTable::new();
        for candidate in *piece {
            let pattern = candidate.pattern;
            counts
                .entry(pattern.hash(), |(other, _)| *other == pattern, |(other, _)| other.hash())
                .or_insert((pattern, 0))
                .into_mut()
                .1 += 1;
        }
        counts.into_iter().collect::<Vec<_>>()
    };
    let mut all: Vec<(Pattern, u64)> = pieces.par_iter().map(count).flatten_iter().collect();
    all.par_sort_unstable();
    all.chunk_by(|a, b| a.0 == b.0)
        .filter_map(|same| Some((same.first()?.0, same.iter().map(|(_, count)| count).sum())))
        .collect()
}
