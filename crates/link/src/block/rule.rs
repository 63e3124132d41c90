//! The rules (キー): combinations that errors of one kind leave intact. A value that is missing gives no key.
//!
//! Together they leave each kind of change a way through: marriage (given name and birth date), a move (name and birth
//! date), a new insurer (the same), a wrong birth date or given name (the household's door and numbers), a kanji that could
//! not be written (the reading), a wrong reading (the kanji), a slip in a Latin name (its sound, its beginning). The
//! national cancer registries combine keys likewise. Which rules a run uses is chosen from its data (`choose`).

use crate::compare::names::{unordered_hash, whole_hash};
use crate::encode::{Flags, Row, Table};
use crate::hash::mix;

/// A blocking rule, by what must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Rule {
    /// Given name (kana) and birth date.
    GivenKanaBirth,
    /// Given name (kanji) and birth date.
    GivenKanjiBirth,
    /// Family or given name (Latin) and birth date.
    PartRomanBirth,
    /// Family name (kana) and birth date.
    FamilyKanaBirth,
    /// Family name (kanji) and birth date.
    FamilyKanjiBirth,
    /// Sound of the full name (Latin) and birth date.
    NameSoundBirth,
    /// Full name (kana) and birth year.
    NameKanaYear,
    /// Full name (kanji) and birth year.
    NameKanjiYear,
    /// Full name (Latin) and birth year.
    NameRomanYear,
    /// Full name (kana) and day of birth without the year.
    NameKanaDay,
    /// Full name (kanji) and day of birth without the year.
    NameKanjiDay,
    /// Full name (Latin) and day of birth without the year.
    NameRomanDay,
    /// Telephone.
    Phone,
    /// Household insurance number.
    Insurance,
    /// Insurance number and birth date.
    InsuranceBirth,
    /// Postal code and birth date.
    PostalBirth,
    /// Postal code and given name (kana).
    PostalGivenKana,
    /// Postal code and given name (kanji).
    PostalGivenKanji,
    /// Postal code and family or given name (Latin).
    PostalPartRoman,
    /// Door (locality and block numbers).
    Door,
    /// Locality and birth date.
    LocalityBirth,
    /// Another identifying number.
    OtherNumber,
    /// Full name (Latin).
    NameRoman,
    /// Beginnings of family and given name (Latin).
    BeginningsRoman,
    /// Beginnings of family and given name (Latin) and birth year.
    BeginningsRomanYear,
    /// Family name (Latin) and an attribute.
    FamilyRomanAttribute,
    /// Birth date and an attribute.
    BirthAttribute,
    /// Birth date and the beginning of the postal code.
    BirthPostalArea,
    /// Block number or street number and postal code.
    BlocksPostal,
}

impl Rule {
    /// Every rule, the most telling first: a pair is found by the first rule that has it.
    pub const ALL: [Self; 29] = [
        Self::GivenKanaBirth,
        Self::GivenKanjiBirth,
        Self::PartRomanBirth,
        Self::FamilyKanaBirth,
        Self::FamilyKanjiBirth,
        Self::NameSoundBirth,
        Self::NameKanaYear,
        Self::NameKanjiYear,
        Self::NameRomanYear,
        Self::NameKanaDay,
        Self::NameKanjiDay,
        Self::NameRomanDay,
        Self::Phone,
        Self::Insurance,
        Self::InsuranceBirth,
        Self::PostalBirth,
        Self::PostalGivenKana,
        Self::PostalGivenKanji,
        Self::PostalPartRoman,
        Self::Door,
        Self::LocalityBirth,
        Self::OtherNumber,
        Self::NameRoman,
        Self::BeginningsRoman,
        Self::BeginningsRomanYear,
        Self::FamilyRomanAttribute,
        Self::BirthAttribute,
        Self::BirthPostalArea,
        Self::BlocksPostal,
    ];
}

/// The values of one rule that a row has; 0 is none.
pub(crate) type Keys = [u64; 3];

const NONE: Keys = [0; 3];

/// A key of parts that must all be known.
fn key(parts: &[u64]) -> u64 {
    if parts.contains(&0) { 0 } else { parts.iter().fold(1, |hash, part| mix(hash, *part)) | 1 }
}

fn one(parts: &[u64]) -> Keys {
    [key(parts), 0, 0]
}

fn either(first: &[u64], second: &[u64]) -> Keys {
    let (first, second) = (key(first), key(second));
    if first == second { [first, 0, 0] } else { [first, second, 0] }
}

const fn number_key(value: u64) -> u64 {
    mix(1, value) | 1
}

/// The first number and the first two further ones; more than three of one kind are not looked up.
fn several(first: u64, further: impl Iterator<Item = u64>) -> Keys {
    let mut keys = NONE;
    let values = std::iter::once(first).chain(further).filter(|value| *value != 0);
    for (slot, value) in keys.iter_mut().zip(values) {
        *slot = number_key(value);
    }
    keys
}

struct Parts<'a> {
    table: &'a Table,
    row: &'a Row,
}

impl Parts<'_> {
    fn split(&self, flag: Flags, code: u32) -> u64 {
        if self.row.flags.has(flag) { 0 } else { u64::from(code) }
    }

    fn given_kana(&self) -> u64 {
        self.split(Flags::WHOLE_KANA, self.row.given.kana)
    }

    fn family_kana(&self) -> u64 {
        self.split(Flags::WHOLE_KANA, self.row.family.kana)
    }

    /// A wildcard is no key: it would meet only others whose same character could not be written.
    fn clear(&self, code: u32) -> u64 {
        if self.table.has_wildcard(code) { 0 } else { u64::from(code) }
    }

    fn given_kanji(&self) -> u64 {
        self.split(Flags::WHOLE_KANJI, self.row.given.kanji).min(self.clear(self.row.given.kanji))
    }

    fn family_kanji(&self) -> u64 {
        self.split(Flags::WHOLE_KANJI, self.row.family.kanji).min(self.clear(self.row.family.kanji))
    }

    fn whole_kana(&self) -> u64 {
        if self.row.given.kana == 0 {
            0
        } else {
            whole_hash(&self.table.names.kana, self.row.family.kana, self.row.given.kana)
        }
    }

    fn whole_kanji(&self) -> u64 {
        let row = self.row;
        let known = row.given.kanji != 0 && self.clear(row.given.kanji) != 0;
        let family = row.family.kanji == 0 || self.clear(row.family.kanji) != 0;
        if known && family {
            whole_hash(&self.table.names.kanji, row.family.kanji, row.given.kanji)
        } else {
            0
        }
    }

    fn whole_roman(&self) -> u64 {
        let row = self.row;
        if row.given.roman == 0 {
            0
        } else {
            unordered_hash(&self.table.names.roman, row.family.roman, row.given.roman)
        }
    }

    fn sound(&self) -> u64 {
        let (family, given) =
            (self.table.sound(self.row.family.roman), self.table.sound(self.row.given.roman));
        if given == 0 || family == 0 {
            0
        } else {
            u64::from(family.min(given)) << 32 | u64::from(family.max(given))
        }
    }

    /// The first letters of both Latin parts, whichever is which.
    fn beginnings(&self) -> u64 {
        let beginning = |code: u32| {
            let chars = self.table.names.roman.chars(code);
            chars
                .get(..3.min(chars.len()))
                .unwrap_or(&[])
                .iter()
                .fold(0, |hash, c| mix(hash, u64::from(*c as u32)))
        };
        let (family, given) = (beginning(self.row.family.roman), beginning(self.row.given.roman));
        if self.row.family.roman == 0 || self.row.given.roman == 0 {
            0
        } else {
            family.wrapping_add(given) | 1
        }
    }

    /// The first three digits of a Japanese postal code; of another the code without its last three characters.
    fn postal_area(&self) -> u64 {
        self.table.postal_area(self.row.postal)
    }
}

impl Rule {
    /// The hash by which a telephone is sorted.
    pub(crate) const fn hash_of_number(number: u64) -> u64 {
        spread(number_key(number))
    }

    /// The keys of a row.
    pub(crate) fn keys(self, table: &Table, row: &Row) -> Keys {
        let parts = Parts { table, row };
        let birth = u64::from(row.day_of_birth());
        let year = u64::from(row.birth.year);
        let day = birth % 10_000;
        let postal = u64::from(row.postal);
        let family_roman = || parts.split(Flags::WHOLE_ROMAN, row.family.roman);
        let given_roman = || parts.split(Flags::WHOLE_ROMAN, row.given.roman);
        let [a, b, c] = row.attributes.map(u64::from);
        let further = || table.further(row).into_iter();
        match self {
            Self::GivenKanaBirth => one(&[parts.given_kana(), birth]),
            Self::GivenKanjiBirth => one(&[parts.given_kanji(), birth]),
            Self::PartRomanBirth => either(&[given_roman(), birth], &[family_roman(), birth]),
            Self::FamilyKanaBirth => one(&[parts.family_kana(), birth]),
            Self::FamilyKanjiBirth => one(&[parts.family_kanji(), birth]),
            Self::NameSoundBirth => one(&[parts.sound(), birth]),
            Self::NameKanaYear => one(&[parts.whole_kana(), year]),
            Self::NameKanjiYear => one(&[parts.whole_kanji(), year]),
            Self::NameRomanYear => one(&[parts.whole_roman(), year]),
            Self::NameKanaDay => one(&[parts.whole_kana(), day]),
            Self::NameKanjiDay => one(&[parts.whole_kanji(), day]),
            Self::NameRomanDay => one(&[parts.whole_roman(), day]),
            Self::Phone => several(row.phone, further().flat_map(|f| f.phones.iter().copied())),
            Self::Insurance => one(&[row.insurance_hash()]),
            Self::InsuranceBirth => one(&[row.number, birth]),
            Self::PostalBirth => one(&[postal, birth]),
            Self::PostalGivenKana => one(&[postal, parts.given_kana()]),
            Self::PostalGivenKanji => one(&[postal, parts.given_kanji()]),
            Self::PostalPartRoman => either(&[postal, given_roman()], &[postal, family_roman()]),
            Self::Door => one(&[row.door_hash()]),
            Self::LocalityBirth => one(&[u64::from(row.locality), birth]),
            Self::OtherNumber => {
                let further = further().flat_map(|f| f.identifiers.iter().copied().map(u64::from));
                several(u64::from(row.identifier), further)
            }
            Self::NameRoman => one(&[parts.whole_roman()]),
            Self::BeginningsRoman => one(&[parts.beginnings()]),
            Self::BeginningsRomanYear => one(&[parts.beginnings(), year]),
            Self::FamilyRomanAttribute => either(&[family_roman(), a], &[family_roman(), b]),
            Self::BirthAttribute => {
                let keys = either(&[birth, a, 1], &[birth, b, 2]);
                [keys[0], keys[1], key(&[birth, c, 3])]
            }
            Self::BirthPostalArea => one(&[birth, parts.postal_area()]),
            Self::BlocksPostal => one(&[postal, row.block_code()]),
        }
    }

    /// Whether two rows have a key in common: what `keys` says, without hashing where the values themselves can be seen.
    pub(crate) fn shares(self, table: &Table, a: &Row, b: &Row) -> bool {
        let same_birth = a.birth == b.birth && a.birth.is_full();
        let whole = |flag: Flags| a.flags.has(flag) || b.flags.has(flag);
        let split = |flag: Flags, x: u32, y: u32| x == y && x != 0 && !whole(flag);
        let kanji = |x: u32, y: u32| split(Flags::WHOLE_KANJI, x, y) && !table.has_wildcard(x);
        match self {
            Self::GivenKanaBirth => same_birth && split(Flags::WHOLE_KANA, a.given.kana, b.given.kana),
            Self::GivenKanjiBirth => same_birth && kanji(a.given.kanji, b.given.kanji),
            Self::FamilyKanaBirth => same_birth && split(Flags::WHOLE_KANA, a.family.kana, b.family.kana),
            Self::FamilyKanjiBirth => same_birth && kanji(a.family.kanji, b.family.kanji),
            Self::PostalBirth => same_birth && a.postal == b.postal && a.postal != 0,
            Self::LocalityBirth => same_birth && a.locality == b.locality && a.locality != 0,
            Self::InsuranceBirth => same_birth && a.number == b.number && a.number != 0,
            Self::Insurance => {
                a.number == b.number && a.insurer == b.insurer && a.symbol == b.symbol && a.has_insurance()
            }
            Self::Door => a.locality == b.locality && a.blocks == b.blocks && a.has_door(),
            Self::Phone if a.further | b.further == 0 => a.phone == b.phone && a.phone != 0,
            Self::OtherNumber if a.further | b.further == 0 => {
                a.identifier == b.identifier && a.identifier != 0
            }
            Self::PostalGivenKana => {
                a.postal == b.postal && a.postal != 0 && split(Flags::WHOLE_KANA, a.given.kana, b.given.kana)
            }
            Self::PostalGivenKanji => {
                a.postal == b.postal && a.postal != 0 && kanji(a.given.kanji, b.given.kanji)
            }
            // No Latin name, no key: the commonest case by far.
            Self::PartRomanBirth | Self::NameSoundBirth if !same_birth || a.given.roman == 0 => false,
            _ => self.meet(table, a, b) != 0,
        }
    }

    /// A key two rows have in common; 0 for none.
    fn meet(self, table: &Table, a: &Row, b: &Row) -> u64 {
        let (a, b) = (self.keys(table, a), self.keys(table, b));
        a.into_iter().find(|key| *key != 0 && b.contains(key)).unwrap_or(0)
    }

    /// All keys two rows have in common.
    pub(super) fn common(self, table: &Table, a: &Row, b: &Row) -> impl Iterator<Item = u64> {
        let (a, b) = (self.keys(table, a), self.keys(table, b));
        a.into_iter().filter(move |key| *key != 0 && b.contains(key))
    }

    /// Whether few rows may have a key that says much: a sample of rows does not tell whether there are any.
    pub(super) const fn is_rare(self) -> bool {
        matches!(self, Self::OtherNumber | Self::PartRomanBirth | Self::NameSoundBirth)
    }

    /// Whether a row may have more than one key by this rule.
    pub(super) const fn is_several(self) -> bool {
        matches!(
            self,
            Self::PartRomanBirth
                | Self::Phone
                | Self::OtherNumber
                | Self::PostalPartRoman
                | Self::FamilyRomanAttribute
                | Self::BirthAttribute
        )
    }
}

/// Keys are products of a good mixer but for their lowest bit, which says "known".
pub(crate) const fn spread(key: u64) -> u64 {
    mix(0, key)
}

/// How often an oversized block is split further before it is given up.
pub(crate) const REFINEMENTS: u64 = 3;

/// The key with one more thing that must agree; `None` where the row does not state it.
pub(crate) fn refine(table: &Table, key: u64, row: &Row, round: u64) -> Option<u64> {
    let parts = Parts { table, row };
    let more = match round {
        0 => u64::from(row.birth.packed()),
        1 => [parts.given_kana(), u64::from(row.given.roman), parts.given_kanji()]
            .into_iter()
            .find(|code| *code != 0)
            .unwrap_or(0),
        _ => {
            let door = row.door_hash();
            if door == 0 { u64::from(row.postal) } else { door }
        }
    };
    (more != 0).then(|| mix(mix(key, round + 1), more) | 1)
}
