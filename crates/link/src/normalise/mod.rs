//! From what a record states to forms that can be compared (照合用の形).
//!
//! The match form is for comparing only: it is never stored in place of what was given, and nothing here decides who is
//! who. Rules come from the character sets of Japanese records (SS-MIX2 writes `■` for what it cannot write, formats §2.4;
//! old and variant kanji; half-width kana) and from how addresses and insurance numbers are written.
//!
//! What is nearly unique per record is read off the raw text without allocating ([`split_at_blocks`], [`blocks`],
//! [`plain_name`], [`phone_number`], [`parse_birth`] of an ISO date); what repeats ([`place`], the parts of names) is for
//! the caller to keep per distinct text.

mod address;
mod birth;
mod birth_text;
mod blocks;
mod characters;
mod implausible;
mod insurance;
mod kana;
mod name;
mod name_notes;
mod numbers;
mod phone;
mod place;
mod plain_name;
mod roman;
mod variants;

pub use address::{Address, normalise_address};
pub use birth::{Birth, normalise_birth};
pub use birth_text::parse_birth;
pub use blocks::{Blocks, blocks, split_at_blocks};
pub use characters::{WILDCARD, fold};
pub use implausible::Implausible;
pub use insurance::{Insurance, insurance_symbol, normalise_insurance};
pub use kana::{kana_match_form, same_but_for_voicing};
pub use name::{FormerFamilyName, Name, Names, normalise_names};
pub(crate) use numbers::is_placeholder;
pub use numbers::{normalise_identifier, normalise_postal_code};
pub use phone::{normalise_phone, phone_number, phone_numbers};
pub use place::{Place, place};
pub use plain_name::plain_name;
pub(crate) use roman::sound;
pub use roman::{kana_to_roman, roman_match_form};
pub use variants::kanji_match_form;

use crate::compare::Field;
use kiban_model::{Identity, Private, Sex};

/// One statement in match forms. Empty text is a missing value. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Normalised {
    /// Names in every script.
    pub names: Names,
    /// Date of birth.
    pub birth: Option<Birth>,
    /// Administrative sex; unknown is missing.
    pub sex: Option<Sex>,
    /// Address and postal code.
    pub address: Address,
    /// Telephone numbers, digits only, sorted.
    pub phones: Vec<String>,
    /// Insurance.
    pub insurance: Insurance,
    /// Other identifying numbers, `system|value`, sorted.
    pub others: Vec<String>,
    /// What was set aside as a placeholder.
    pub implausible: Vec<(Field, Implausible)>,
}

/// Brings one statement into match forms. Placeholders become missing values and are listed.
pub fn normalise(identity: &Identity) -> Normalised {
    fn text(value: Option<&Private<String>>) -> &str {
        value.map_or("", |v| v.expose().as_str())
    }
    let mut implausible = Vec::new();
    let names = normalise_names(
        text(identity.name.as_ref()),
        text(identity.kana.as_ref()),
        text(identity.roman.as_ref()),
    );
    if names.test_patient {
        implausible.push((Field::GivenName, Implausible::TestPatient));
    }
    let birth = identity.birth_date.as_ref().and_then(|date| {
        let birth = normalise_birth(date.expose());
        if birth.is_none() {
            implausible.push((Field::BirthDate, Implausible::Placeholder));
        }
        birth
    });
    let mut address = normalise_address(text(identity.address.as_ref()));
    match normalise_postal_code(text(identity.postal_code.as_ref())) {
        Ok(code) => address.postal_code = code,
        Err(reason) => implausible.push((Field::Address, reason)),
    }
    let mut phones = Vec::new();
    for number in identity.phones.iter().flat_map(|phone| phone_numbers(phone.expose())) {
        match number.map(phone::digits) {
            Ok(digits) if phones.contains(&digits) => {}
            Ok(digits) => phones.push(digits),
            Err(reason) => implausible.push((Field::Phone, reason)),
        }
    }
    phones.sort();
    let (insurance, reason) = normalise_insurance(
        text(identity.insurer.as_ref()),
        text(identity.insurance_symbol.as_ref()),
        text(identity.insurance_number.as_ref()),
        text(identity.insurance_branch.as_ref()),
    );
    implausible.extend(reason.map(|reason| (Field::Insurance, reason)));
    let mut others: Vec<String> = Vec::new();
    for (system, value) in &identity.other_numbers {
        let value = normalise_identifier(value.expose());
        if numbers::is_placeholder(&value) {
            implausible.push((Field::OtherNumber, Implausible::Placeholder));
        } else if !value.is_empty() {
            others.push(format!("{system}|{value}"));
        }
    }
    others.sort();
    others.dedup();
    let sex = identity.sex.filter(|sex| *sex != Sex::Unknown);
    Normalised { names, birth, sex, address, phones, insurance, others, implausible }
}

#[cfg(test)]
mod tests;
