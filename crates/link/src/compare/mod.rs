//! Two statements to one agreement pattern: a level per field (一致の水準).
//!
//! Comparing never weighs and never decides; which level is worth what is estimated (`estimate`). The order of the levels
//! follows what a registrar would look at: as written, as variants, as read aloud, nearly, not at all.

mod address;
mod insurance;
mod level;
mod memory;
pub(crate) mod names;
mod similarity;

pub(crate) use insurance::compare as compare_insurance;
pub use level::{Evidence, Field, Level};
pub(crate) use level::{FIELDS, LEVELS, Pattern};
pub(crate) use memory::Memory;
pub(crate) use similarity::within_one_edit;

use crate::encode::{Row, Table};
use kiban_model::Sex;
use similarity::numbers_within_one_edit;

/// The agreement pattern of two statements.
pub(crate) fn compare(table: &Table, a: &Row, b: &Row) -> Pattern {
    let mut pattern = Pattern::default();
    let (family, given) = names::compare(table, a, b);
    pattern.set(Field::GivenName, given);
    pattern.set(Field::FamilyName, names::after_marriage(family, given, a.sex, b.sex));
    pattern.set(Field::BirthDate, a.birth().zip(b.birth()).map_or(Level::Missing, |(a, b)| a.compare(b)));
    pattern.set(Field::Sex, sex(a.sex, b.sex));
    pattern.set(Field::Address, address::compare(table, a, b));
    pattern.set(Field::Phone, phones(table, a, b));
    pattern.set(Field::Insurance, insurance::compare(a, b));
    pattern.set(Field::OtherNumber, identifiers(table, a, b));
    pattern.set(Field::Provider, if a.provider == b.provider { Level::Exact } else { Level::Different });
    for (field, (a, b)) in Field::ATTRIBUTES.into_iter().zip(a.attributes.into_iter().zip(b.attributes)) {
        if a != 0 && b != 0 {
            pattern.set(field, attribute(table, a, b));
        }
    }
    pattern
}

fn sex(a: Option<Sex>, b: Option<Sex>) -> Level {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Level::Exact,
        (Some(_), Some(_)) => Level::Different,
        _ => Level::Missing,
    }
}

fn phones(table: &Table, a: &Row, b: &Row) -> Level {
    if a.phone == 0 || b.phone == 0 {
        return Level::Missing;
    }
    if a.phone == b.phone {
        return Level::Exact;
    }
    if a.further | b.further != 0 {
        let all = |row: &Row| {
            let further = table.further(row).into_iter().flat_map(|f| f.phones.iter().copied());
            std::iter::once(row.phone).chain(further).collect::<Vec<u64>>()
        };
        let (a, b) = (all(a), all(b));
        if a.iter().any(|phone| b.contains(phone)) {
            return Level::Exact;
        }
    }
    if numbers_within_one_edit(a.phone, b.phone) { Level::Close } else { Level::Different }
}

/// Two numbers speak against one another only where one system gave both.
fn identifiers(table: &Table, a: &Row, b: &Row) -> Level {
    if a.identifier == 0 || b.identifier == 0 {
        return Level::Missing;
    }
    let all = |row: &Row| {
        let further = table.further(row).into_iter().flat_map(|f| f.identifiers.iter().copied());
        std::iter::once(row.identifier).chain(further).collect::<Vec<u32>>()
    };
    if a.identifier == b.identifier {
        return Level::Exact;
    }
    if a.further | b.further != 0 {
        let (all_a, all_b) = (all(a), all(b));
        if all_a.iter().any(|number| all_b.contains(number)) {
            return Level::Exact;
        }
    }
    let (text_a, text_b) = (table.numbers.text(a.identifier), table.numbers.text(b.identifier));
    match text_a.rsplit_once('|').zip(text_b.rsplit_once('|')) {
        Some(((system_a, number_a), (system_b, number_b))) if system_a == system_b => {
            let long = number_a.len().min(number_b.len()) >= 6;
            let slip = long && within_one_edit(number_a.as_bytes(), number_b.as_bytes());
            if slip { Level::Close } else { Level::Different }
        }
        _ => Level::Missing,
    }
}

fn attribute(table: &Table, a: u32, b: u32) -> Level {
    if a == b {
        return Level::Exact;
    }
    let (a, b) = (table.numbers.chars(a), table.numbers.chars(b));
    if a.len().min(b.len()) >= 4 && within_one_edit(a, b) { Level::Close } else { Level::Different }
}

#[cfg(test)]
mod tests;
