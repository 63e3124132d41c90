//! Two statements to one agreement pattern: a level per field (一致の水準).
//!
//! Comparing never weighs and never decides; which level is worth what is estimated (`estimate`). The order of the levels
//! follows what a registrar would look at: as written, as variants, as read aloud, nearly, not at all.

mod address;
mod insurance;
mod level;
pub(crate) mod names;
mod similarity;

pub use level::{Evidence, Field, Level};
pub(crate) use level::{FIELDS, LEVELS, Pattern};
pub(crate) use similarity::within_one_edit;

use crate::encode::{Row, Table};
use kiban_model::Sex;

/// The agreement pattern of two statements.
pub(crate) fn compare(table: &Table, a: &Row, b: &Row) -> Pattern {
    let mut pattern = Pattern::default();
    let (family, given) = names::compare(table, a, b);
    pattern.set(Field::GivenName, given);
    pattern.set(Field::FamilyName, names::after_marriage(family, given, a.sex, b.sex));
    pattern.set(Field::BirthDate, a.birth.zip(b.birth).map_or(Level::Missing, |(a, b)| a.compare(b)));
    pattern.set(Field::Sex, sex(a.sex, b.sex));
    pattern.set(Field::Address, address::compare(table, &a.address, &b.address));
    pattern.set(Field::Phone, phones(table, &a.phones, &b.phones));
    pattern.set(Field::Insurance, insurance::compare(table, &a.insurance, &b.insurance));
    pattern.set(Field::OtherNumber, others(&a.others, &b.others));
    pattern.set(Field::Provider, if a.provider == b.provider { Level::Exact } else { Level::Different });
    pattern
}

fn sex(a: Option<Sex>, b: Option<Sex>) -> Level {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Level::Exact,
        (Some(_), Some(_)) => Level::Different,
        _ => Level::Missing,
    }
}

fn phones(table: &Table, a: &[u32], b: &[u32]) -> Level {
    if a.is_empty() || b.is_empty() {
        return Level::Missing;
    }
    if a.iter().any(|phone| b.contains(phone)) {
        return Level::Exact;
    }
    let near = |x: &u32, y: &u32| within_one_edit(table.numbers.chars(*x), table.numbers.chars(*y));
    if a.iter().any(|x| b.iter().any(|y| near(x, y))) { Level::Close } else { Level::Different }
}

/// Other numbers speak only where both have one; different systems number differently, so disagreement says little and
/// is left out unless nothing else could be meant.
fn others(a: &[u32], b: &[u32]) -> Level {
    if a.iter().any(|number| b.contains(number)) { Level::Exact } else { Level::Missing }
}

#[cfg(test)]
mod tests;
