//! The model: what it is made of, and the part of it that is handed out.

use super::{Weights, builtin};
use crate::block::Candidate;
use crate::compare::names::frequency_code;
use crate::compare::{FIELDS, Field, LEVELS, Level, Pattern};
use crate::encode::{Frequencies, Row, Table};

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
    means: Means,
    /// For the result.
    pub(crate) parameters: ModelParameters,
}

/// Mean shares of values: what the weight of a field already counts.
#[derive(Debug, Clone, Copy, Default)]
struct Means {
    family: [f64; 3],
    given: [f64; 3],
    phone: f64,
    door: f64,
}

// Shares of an unknown value, for the few statements of a small run.
const USUAL_NAME: f64 = 0.001;
const USUAL_NUMBER: f64 = 0.000_002;

impl Model {
    /// The built-in weights, with priors for this number of statements.
    pub(super) fn built_in(table: &Table) -> Self {
        let (person, household, strangers) = builtin::weights();
        let frequencies = &table.frequencies;
        let names =
            |counts: &[crate::encode::Count; 3]| counts.each_ref().map(|count| count.mean_share(USUAL_NAME));
        let means = Means {
            family: names(&frequencies.family),
            given: names(&frequencies.given),
            phone: frequencies.phone.mean_share(USUAL_NUMBER),
            door: frequencies.door.mean_share(USUAL_NUMBER),
        };
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
        let mut model = Self { shares, logs: shares, priors: [p, h, 1.0 - p - h], means, parameters };
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

    /// ln(share of the value ÷ mean share) per field where the rarity of the value matters; 0 elsewhere.
    pub(super) fn rarity(&self, table: &Table, a: &Row, b: &Row, pattern: Pattern) -> [f64; FIELDS] {
        let frequencies = &table.frequencies;
        let mut rarity = [0.0; FIELDS];
        let mut set = |field: Field, share: f64, mean: f64| {
            if let Some(slot) = rarity.get_mut(field as usize) {
                *slot = (share / mean).ln();
            }
        };
        for (field, counts, means) in [
            (Field::FamilyName, &frequencies.family, &self.means.family),
            (Field::GivenName, &frequencies.given, &self.means.given),
        ] {
            let code = |row| frequency_code(row, field, pattern.get(field));
            if let Some((script, code)) = code(a).max_by_count(code(b), counts) {
                let mean = means.get(script as usize).copied().unwrap_or(USUAL_NAME);
                set(field, Frequencies::of_script(counts, script).share(code, USUAL_NAME), mean);
            }
        }
        if pattern.get(Field::Phone) == Level::Exact
            && let Some(phone) = a.phones.iter().find(|phone| b.phones.contains(phone))
        {
            set(Field::Phone, frequencies.phone.share(*phone, USUAL_NUMBER), self.means.phone);
        }
        if pattern.get(Field::Address) == Level::Exact && a.address.door == b.address.door {
            set(Field::Address, frequencies.door.share(a.address.door, USUAL_NUMBER), self.means.door);
        }
        rarity
    }

    /// How often each level of each field is met.
    pub(crate) fn patterns(&self, candidates: &[Candidate]) -> Vec<(Field, [u64; LEVELS])> {
        let mut counts = [[0u64; LEVELS]; FIELDS];
        for (pattern, count) in count_patterns(candidates) {
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
}

/// Of two codes of one agreement the commoner: under a wildcard the sides differ.
trait Commoner {
    fn max_by_count(self, other: Self, counts: &[crate::encode::Count; 3]) -> Self;
}

impl Commoner for Option<(crate::compare::names::Script, u32)> {
    fn max_by_count(self, other: Self, counts: &[crate::encode::Count; 3]) -> Self {
        let count =
            |value: &Self| value.map_or(0, |(script, code)| Frequencies::of_script(counts, script).of(code));
        if count(&other) > count(&self) { other } else { self }
    }
}

pub(super) fn share(weights: &Weights, at: (usize, usize)) -> f64 {
    weights.get(at.0).and_then(|levels| levels.get(at.1)).copied().unwrap_or(0.0)
}

/// Pairs of statements of two subjects; at least 1.
pub(super) fn all_pairs(table: &Table) -> f64 {
    let pairs = |n: usize| n as f64 * (n as f64 - 1.0) / 2.0;
    let subjects = u32::try_from(table.subjects.len()).unwrap_or(u32::MAX);
    let within: f64 = (0..subjects).map(|s| pairs(table.rows_of(s).len())).sum();
    (pairs(table.rows.len()) - within).max(1.0)
}

/// Distinct patterns and how many candidates have each, in the order of patterns.
pub(super) fn count_patterns(candidates: &[Candidate]) -> Vec<(Pattern, u64)> {
    use rayon::slice::ParallelSliceMut;
    let mut patterns: Vec<Pattern> = candidates.iter().map(|c| c.pattern).collect();
    patterns.par_sort_unstable();
    patterns.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()?, same.len() as u64))).collect()
}
