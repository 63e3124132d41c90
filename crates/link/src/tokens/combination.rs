//! Which fields together name one person (照合に用いる項目の組合せ).
//!
//! Tokens match by equality alone: no nearness, no weights. Three rules follow, and each combination obeys all of them.
//!
//! 1. *One is enough.* Every combination separates the members of a household and twins, so each holds a whole given name,
//!    a whole name, or a number of one person. An initial does not: in a file rich in twins, insurance number + birth
//!    date + initial joined wrongly in 9 of 100 pairs, with the whole given name in 1 of 200.
//! 2. *Whatever one record gets wrong, another combination goes without.* Names in kana, kanji or Latin letters; a new
//!    family name (given name only); a birth date with a wrong day (year only); a move (no address); another insurer.
//! 3. *No field that says nothing more.* A whole name nearly always tells the sex: adding it separates nobody and loses the
//!    pairs in which it was mistyped.

use crate::normalise::{Name, Normalised, WILDCARD};
use std::borrow::Cow;

/// One combination of fields. The numbers are part of the hashed bytes: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Combination {
    /// Name in kana, date of birth.
    KanaBirth = 1,
    /// Name in kanji, date of birth.
    KanjiBirth = 2,
    /// Name in Latin letters, parts in any order, date of birth: people without a Japanese name.
    RomanBirth = 3,
    /// Given name in kana, date of birth, postal code: another family name.
    GivenBirthPostal = 4,
    /// Given name in kana, year of birth, address to the block: another family name, a wrong day.
    GivenYearDoor = 5,
    /// Name in kanji, year of birth, postal code: a wrong day, a wrong reading.
    KanjiYearPostal = 6,
    /// Insurance number of the household, given name in kana, year of birth: a move, a marriage.
    InsuranceGivenYear = 7,
    /// Insurance number of one person (with the branch 枝番, or 後期高齢者医療), year of birth: any mistake in a name.
    PersonalInsuranceYear = 8,
    /// Telephone, given name in kana, year of birth: a move within reach of the same phone, another insurer.
    PhoneGivenYear = 9,
    /// Another number of one person (公費受給者番号, 医療等ID), year of birth.
    NumberYear = 10,
}

impl Combination {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::KanaBirth,
        Self::KanjiBirth,
        Self::RomanBirth,
        Self::GivenBirthPostal,
        Self::GivenYearDoor,
        Self::KanjiYearPostal,
        Self::InsuranceGivenYear,
        Self::PersonalInsuranceYear,
        Self::PhoneGivenYear,
        Self::NumberYear,
    ];

    /// The values of this combination in one statement: none where a part is missing or partly unreadable, several where the
    /// statement has several phones or numbers, or a former family name (旧姓) beside the present one.
    pub(super) fn values(self, person: &Normalised) -> Vec<Vec<Cow<'_, str>>> {
        let (names, address, insurance) = (&person.names, &person.address, &person.insurance);
        let maiden = names.maiden.as_ref();
        let given = names.kana.given.as_str();
        let number_and = |part| {
            // Many schemes have no symbol: its absence is a value here.
            let symbol = if insurance.symbol.is_empty() { "-" } else { &insurance.symbol };
            one(&[&insurance.insurer, symbol, &insurance.number, part])
        };
        let alternatives = match self {
            // The name that stands there is its mother's.
            Self::KanaBirth | Self::KanjiBirth | Self::RomanBirth | Self::KanjiYearPostal
                if names.newborn =>
            {
                Vec::new()
            }
            Self::KanaBirth => whole(&names.kana, maiden.map(|former| &former.kana), &[]),
            Self::KanjiBirth => whole(&names.kanji, maiden.map(|former| &former.kanji), &[]),
            // Its parts are sorted, so that nobody can say which one the former name replaces.
            Self::RomanBirth => one(&[&names.roman.whole]),
            Self::GivenBirthPostal => one(&[given, &address.postal_code]),
            Self::GivenYearDoor => one(&[given, &address.locality, &address.blocks]),
            Self::KanjiYearPostal => {
                whole(&names.kanji, maiden.map(|former| &former.kanji), &[&address.postal_code])
            }
            Self::InsuranceGivenYear => number_and(given),
            Self::PersonalInsuranceYear if insurance.personal => number_and("personal"),
            Self::PersonalInsuranceYear => number_and(&insurance.branch),
            Self::PhoneGivenYear => person.phones.iter().flat_map(|phone| one(&[phone, given])).collect(),
            Self::NumberYear => person.others.iter().flat_map(|number| one(&[number])).collect(),
        };
        alternatives.into_iter().filter(|parts| parts.iter().all(|part| readable(part))).collect()
    }

    /// Date of birth as eight digits, or its year as four; `None` where it is not known so precisely.
    pub(super) fn birth(self, person: &Normalised) -> Option<String> {
        let birth = person.birth?;
        match self {
            Self::KanaBirth | Self::KanjiBirth | Self::RomanBirth | Self::GivenBirthPostal => {
                birth.is_full().then(|| format!("{:08}", birth.packed()))
            }
            _ => Some(format!("{:04}", birth.year)),
        }
    }
}

fn one<'a>(parts: &[&'a str]) -> Vec<Vec<Cow<'a, str>>> {
    vec![parts.iter().map(|part| Cow::Borrowed(*part)).collect()]
}

/// The name as it is, and with the former family name, if the record states one; each followed by `others`.
fn whole<'a>(name: &'a Name, former: Option<&String>, others: &[&'a str]) -> Vec<Vec<Cow<'a, str>>> {
    let former = former.filter(|family| !family.is_empty() && !name.given.is_empty());
    let names =
        [Some(Cow::Borrowed(name.whole.as_str())), former.map(|f| Cow::Owned(f.clone() + &name.given))];
    let with_others =
        |name| std::iter::once(name).chain(others.iter().map(|part| Cow::Borrowed(*part))).collect();
    names.into_iter().flatten().map(with_others).collect()
}

fn readable(part: &str) -> bool {
    !part.is_empty() && !part.contains(WILDCARD)
}
