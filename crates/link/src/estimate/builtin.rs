//! The built-in weights: what is known before any data (既定の重み).
//!
//! Orders of magnitude from published linkage of Japanese and Western registers, from the birth statistics (a twin in a
//! hundred births, 365 × 80 birth dates) and from how often registers miswrite a field. They are the whole model for a few
//! patients and the starting opinion for many; data overrides them in proportion to its size.

use super::Weights;
use crate::compare::{FIELDS, Field, LEVELS, Level};

/// (level, one person, one household, strangers). Shares among pairs where the field is known on both sides.
type Line = (Level, f64, f64, f64);

/// A given name is changed by leave of a family court only (戸籍法 107条の2), and seldom misspelt twice over in one record.
/// Never learnt: twins look just like persons whose name changed, and only the law says which of the two there are.
pub(super) const OTHER_GIVEN_NAME: f64 = 0.0003;

/// *Changed* stands beside the others, not among them: its shares are of the pairs that can come to it, whose given names
/// are the same and neither a man's. There strangers' family names differ as they always do.
const NAME_FAMILY: &[Line] = &[
    (Level::Exact, 0.80, 0.70, 0.004),
    (Level::Variant, 0.05, 0.04, 0.0004),
    (Level::Reading, 0.06, 0.05, 0.0006),
    (Level::ReadingOtherKanji, 0.015, 0.01, 0.001),
    (Level::PossibleReading, 0.01, 0.005, 0.0005),
    (Level::Close, 0.02, 0.01, 0.004),
    (Level::Similar, 0.01, 0.01, 0.02),
    (Level::Exchanged, 0.002, 0.0002, 0.000_01),
    (Level::Changed, 0.05, 0.18, 0.97),
    (Level::OtherName, 0.009, 0.12, 0.6),
    (Level::Different, 0.009, 0.06, 0.37),
];

const NAME_GIVEN: &[Line] = &[
    (Level::Exact, 0.83, 0.0005, 0.0015),
    (Level::Variant, 0.04, 0.0002, 0.0002),
    (Level::Reading, 0.06, 0.0005, 0.0006),
    (Level::ReadingOtherKanji, 0.015, 0.001, 0.003),
    (Level::PossibleReading, 0.01, 0.001, 0.001),
    (Level::Close, 0.03, 0.015, 0.008),
    (Level::Similar, 0.012, 0.05, 0.03),
    (Level::Exchanged, 0.002, 0.000_01, 0.000_01),
    (Level::OtherName, OTHER_GIVEN_NAME, 0.6, 0.6),
    (Level::Different, 0.003, 0.33, 0.355),
];

const BIRTH: &[Line] = &[
    (Level::Exact, 0.955, 0.01, 0.000_04),
    (Level::Compatible, 0.01, 0.004, 0.002),
    (Level::Close, 0.02, 0.002, 0.0012),
    (Level::Similar, 0.008, 0.006, 0.004),
    (Level::Different, 0.003, 0.98, 0.993),
];

const SEX: &[Line] = &[(Level::Exact, 0.993, 0.47, 0.5), (Level::Different, 0.007, 0.53, 0.5)];

const ADDRESS: &[Line] = &[
    (Level::Exact, 0.65, 0.80, 0.000_005),
    (Level::Locality, 0.05, 0.05, 0.0003),
    (Level::PostalCode, 0.06, 0.05, 0.0001),
    (Level::Municipality, 0.07, 0.03, 0.01),
    (Level::Prefecture, 0.08, 0.03, 0.06),
    (Level::Different, 0.09, 0.04, 0.929),
];

const PHONE: &[Line] = &[
    (Level::Exact, 0.70, 0.45, 0.000_002),
    (Level::Close, 0.02, 0.01, 0.000_02),
    (Level::Different, 0.28, 0.54, 0.999_98),
];

const INSURANCE: &[Line] = &[
    (Level::Insured, 0.25, 0.003, 0.000_000_3),
    (Level::InsuredHousehold, 0.40, 0.35, 0.000_001),
    (Level::OtherBranch, 0.004, 0.25, 0.000_000_5),
    (Level::Close, 0.01, 0.01, 0.000_2),
    (Level::Insurer, 0.10, 0.12, 0.02),
    (Level::Different, 0.236, 0.267, 0.98),
];

const OTHER_NUMBER: &[Line] = &[
    (Level::Exact, 0.80, 0.000_05, 0.000_000_5),
    (Level::Close, 0.02, 0.0001, 0.000_01),
    (Level::Different, 0.18, 0.999_85, 1.0),
];

/// A second number at one provider happens (re-registration), but seldom.
const PROVIDER: &[Line] = &[(Level::Exact, 0.08, 0.5, 0.3), (Level::Different, 0.92, 0.5, 0.7)];

/// A place of birth, an occupation: told alike by most, guessed by none, shared by few.
const ATTRIBUTE: &[Line] = &[
    (Level::Exact, 0.85, 0.3, 0.02),
    (Level::Close, 0.03, 0.005, 0.002),
    (Level::Different, 0.12, 0.695, 0.978),
];

const fn lines(field: Field) -> &'static [Line] {
    match field {
        Field::FamilyName => NAME_FAMILY,
        Field::GivenName => NAME_GIVEN,
        Field::BirthDate => BIRTH,
        Field::Sex => SEX,
        Field::Address => ADDRESS,
        Field::Phone => PHONE,
        Field::Insurance => INSURANCE,
        Field::OtherNumber => OTHER_NUMBER,
        Field::Provider => PROVIDER,
        Field::AttributeA | Field::AttributeB | Field::AttributeC => ATTRIBUTE,
        Field::Prior | Field::Household => &[],
    }
}

/// (one person, one household, strangers), each adding up to 1 over the levels of a field; a missing value is 1 for all.
pub(super) fn weights() -> (Weights, Weights, Weights) {
    let mut all = [[[0.0; LEVELS]; FIELDS]; 3];
    let [person, household, strangers] = &mut all;
    for field in Field::COMPARED {
        let (p, h, s) = (
            person.get_mut(field as usize),
            household.get_mut(field as usize),
            strangers.get_mut(field as usize),
        );
        if let (Some(p), Some(h), Some(s)) = (p, h, s) {
            fill(p, lines(field).iter().map(|line| (line.0, line.1)));
            fill(h, lines(field).iter().map(|line| (line.0, line.2)));
            fill(s, lines(field).iter().map(|line| (line.0, line.3)));
        }
    }
    let [person, household, strangers] = all;
    (person, household, strangers)
}

fn fill(levels: &mut [f64; LEVELS], shares: impl Iterator<Item = (Level, f64)> + Clone) {
    let beside = |level: Level| level == Level::Changed;
    let sum: f64 = shares.clone().filter(|(level, _)| !beside(*level)).map(|(_, share)| share).sum();
    for (level, share) in shares {
        if let Some(slot) = levels.get_mut(level as usize) {
            *slot = if beside(level) { share } else { share / sum };
        }
    }
    if let Some(missing) = levels.get_mut(Level::Missing as usize) {
        *missing = 1.0;
    }
}

/// Pairs of one person per statement, before anything is known.
pub(super) const MATCHES_PER_STATEMENT: f64 = 0.4;
/// Pairs of one household per statement.
pub(super) const HOUSEHOLD_PAIRS_PER_STATEMENT: f64 = 1.2;
