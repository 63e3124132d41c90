//! The matches' levels by expectation maximisation over distinct agreement patterns (EM法).
//!
//! The scale is all pairs, not the candidates: the blocks together hold nearly every match, so that what is outside counts
//! as strangers, whose levels are fixed. That anchors the estimate: it cannot drift to "all candidates match".

use super::parameters::{HOUSEHOLD, Model, PERSON, ParameterSource, STRANGERS, all_pairs, share};
use super::{Weights, builtin};
use crate::compare::{FIELDS, Field, LEVELS, Level, Pattern};
use crate::encode::Table;
use crate::settings::Settings;

/// Matches the built-in opinion is worth.
const OPINION: f64 = 50.0;
/// Pairs of a household the built-in opinion is worth.
const HOUSEHOLD_OPINION: f64 = 500.0;

pub(super) fn learn_matches(
    table: &Table,
    patterns: &[(Pattern, u64)],
    decided: &[(Pattern, bool)],
    model: &mut Model,
    settings: &Settings,
) {
    let built_in = model.clone();
    let pairs = all_pairs(table);
    for round in 1..=settings.rounds {
        let expected = expect(patterns, decided, model);
        if expected.matches < settings.least_matches_to_learn {
            *model = built_in;
            return;
        }
        let change = maximise(table, model, &built_in, &expected, pairs);
        model.parameters.source = ParameterSource::Estimated;
        model.parameters.rounds = round;
        if change < 1e-5 {
            return;
        }
    }
}

/// Pairs of statements expected to be of each kind, and their levels.
struct Expected {
    matches: f64,
    levels: Weights,
    household: Weights,
}

impl Expected {
    fn add(&mut self, pattern: Pattern, person: f64, household: f64) {
        self.matches += person;
        for (field, level) in pattern.levels() {
            for (levels, share) in [(&mut self.levels, person), (&mut self.household, household)] {
                if let Some(slot) = levels.get_mut(field as usize).and_then(|l| l.get_mut(level as usize)) {
                    *slot = (*slot + share).max(0.0);
                }
            }
        }
    }
}

fn expect(patterns: &[(Pattern, u64)], decided: &[(Pattern, bool)], model: &Model) -> Expected {
    let empty = [[0.0; LEVELS]; FIELDS];
    let mut expected = Expected { matches: 0.0, levels: empty, household: empty };
    for (pattern, count) in patterns {
        let kinds = model.kinds(*pattern);
        expected.add(*pattern, kinds[PERSON] * *count as f64, kinds[HOUSEHOLD] * *count as f64);
    }
    // A decided pair is among the patterns with what the model thinks of it: what is known takes its place.
    for (pattern, one_person) in decided {
        let kinds = model.kinds(*pattern);
        let others = (kinds[HOUSEHOLD] + kinds[STRANGERS]).max(f64::MIN_POSITIVE);
        let household = if *one_person { 0.0 } else { kinds[HOUSEHOLD] / others };
        expected.add(
            *pattern,
            f64::from(u8::from(*one_person)) - kinds[PERSON],
            household - kinds[HOUSEHOLD],
        );
    }
    expected
}

/// What relatives have in common is learnt for what every member has of their own. A door or a number they share is
/// what made most of them candidates: its share among them says nothing.
const HOUSEHOLD_LEARNT: [Field; 4] = [Field::FamilyName, Field::GivenName, Field::BirthDate, Field::Sex];

fn maximise(table: &Table, model: &mut Model, built_in: &Model, expected: &Expected, pairs: f64) -> f64 {
    let mut change = 0.0f64;
    let mut learn = |kind: usize, counts: &Weights, field: Field, strength: f64| {
        let at = field as usize;
        let (Some(shares), Some(counts), Some(opinion)) = (
            model.shares.get_mut(kind).and_then(|s| s.get_mut(at)),
            counts.get(at),
            built_in.shares.get(kind).and_then(|s| s.get(at)),
        ) else {
            return;
        };
        let known: f64 = counts.iter().skip(1).sum();
        for (level, ((share, count), opinion)) in
            shares.iter_mut().zip(counts).zip(opinion).enumerate().skip(1)
        {
            // Only women's names change here: half of the pairs can come to *changed*.
            let known = if level == Level::Changed as usize { known / 2.0 } else { known };
            let fixed = kind == PERSON && field == Field::GivenName && level == Level::OtherName as usize;
            let new = if fixed { *opinion } else { (count + strength * opinion) / (known + strength) };
            change = change.max((new - *share).abs());
            *share = new;
        }
    };
    for field in Field::COMPARED {
        learn(PERSON, &expected.levels, field, OPINION);
    }
    for field in HOUSEHOLD_LEARNT {
        learn(HOUSEHOLD, &expected.household, field, HOUSEHOLD_OPINION);
    }
    let person = (expected.matches / pairs).clamp(1e-14, 0.2);
    let household = household_share(table, model, expected, pairs);
    model.priors = [person, household, 1.0 - person - household];
    model.take_logs();
    change
}

/// Pairs of one household: those at one door (or of one insurance number) that are not one person, divided by how many of
/// a household's pairs agree on it. Candidates do not tell: relatives share few keys.
fn household_share(table: &Table, model: &Model, expected: &Expected, pairs: f64) -> f64 {
    let rows = table.rows.len() as f64;
    let of = |field: Field, levels: &[Level]| -> (f64, f64) {
        let sum = |weights: &Weights| {
            levels.iter().map(|l| share(weights, (field as usize, *l as usize))).sum::<f64>()
        };
        (sum(&expected.levels), sum(&model.shares[HOUSEHOLD]))
    };
    let estimate = |equal: f64, total: f64, (matched, agree): (f64, f64)| {
        let known = (total / rows).powi(2);
        if known * agree > 0.01 { (equal - matched).max(0.0) / (known * agree) } else { 0.0 }
    };
    let door = &table.frequencies.door;
    let insurance = &table.frequencies.insurance;
    let by_door = estimate(door.equal_pairs(), door.total, of(Field::Address, &[Level::Exact]));
    let numbers = [Level::Insured, Level::InsuredHousehold, Level::OtherBranch];
    let by_insurance = estimate(insurance.equal_pairs(), insurance.total, of(Field::Insurance, &numbers));
    let usual = builtin::HOUSEHOLD_PAIRS_PER_STATEMENT * rows;
    (by_door.max(by_insurance).clamp(usual / 20.0, usual * 5.0) / pairs).min(0.2)
}

impl Model {
    /// Probability that a pair with this pattern is one person, before the rarity of values.
    pub(crate) fn probability_of(&self, pattern: Pattern) -> f64 {
        self.kinds(pattern)[PERSON]
    }

    /// Probabilities that a pair with this pattern is one person, one household, strangers.
    pub(super) fn kinds(&self, pattern: Pattern) -> [f64; 3] {
        let logs = self.log_likelihoods(pattern, 0.0, 0.0);
        let highest = logs.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let likelihoods = logs.map(|log| (log - highest).exp());
        let sum: f64 = likelihoods.iter().sum();
        likelihoods.map(|likelihood| likelihood / sum)
    }

    /// ln(prior × likelihood) of the three kinds; rarities shift the household's and the strangers'.
    pub(super) fn log_likelihoods(
        &self,
        pattern: Pattern,
        household_rarity: f64,
        strangers_rarity: f64,
    ) -> [f64; 3] {
        let mut logs = self.priors.map(f64::ln);
        for (field, level) in pattern.levels() {
            let at = (field as usize, level as usize);
            for (log, weights) in logs.iter_mut().zip(&self.logs) {
                *log += share(weights, at);
            }
        }
        logs[HOUSEHOLD] += household_rarity;
        logs[STRANGERS] += strangers_rarity;
        logs
    }
}
