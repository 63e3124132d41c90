//! The keys (キー): combinations that errors of one kind leave intact. A value that is missing gives no key.
//!
//! Together they leave each kind of change a way through: marriage (given name and birth date), a move (name and birth
//! date), a new insurer (the same), a wrong birth date or given name (the household's door and numbers), a kanji that could not be written
//! (the reading), a wrong reading (the kanji). The national cancer registries combine keys likewise.

use super::given;
use crate::encode::{NameCodes, Row, Table};

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
    /// Postal code and given name.
    PostalGiven,
    /// Door (locality and block numbers).
    Door,
    /// Locality and birth date.
    LocalityBirth,
    /// Another identifying number.
    OtherNumber,
}

const RULES: [Rule; 19] = [
    Rule::GivenKanaBirth,
    Rule::GivenKanjiBirth,
    Rule::PartRomanBirth,
    Rule::FamilyKanaBirth,
    Rule::FamilyKanjiBirth,
    Rule::NameSoundBirth,
    Rule::NameKanaYear,
    Rule::NameKanjiYear,
    Rule::NameRomanYear,
    Rule::NameKanaDay,
    Rule::NameRomanDay,
    Rule::Phone,
    Rule::Insurance,
    Rule::InsuranceBirth,
    Rule::PostalBirth,
    Rule::PostalGiven,
    Rule::Door,
    Rule::LocalityBirth,
    Rule::OtherNumber,
];

const RULE_BITS: u32 = 5;

/// The rule a key was made by.
pub(super) fn rule_of(key: u64) -> Rule {
    let code = key >> (u64::BITS - RULE_BITS);
    usize::try_from(code).ok().and_then(|at| RULES.get(at)).copied().unwrap_or(Rule::OtherNumber)
}

/// How often an oversized block is split further before it is given up.
pub(super) const REFINEMENTS: u32 = 3;

/// The key with one more thing that must agree; `None` where the row does not state it.
pub(super) fn refine(key: u64, row: &Row, round: u32) -> Option<u64> {
    let more = match round {
        0 => row.birth.map(|b| u64::from(b.packed())),
        1 => given(row).map(|(_, code)| u64::from(code)),
        _ => Some(row.address.door.max(row.address.postal_code)).filter(|code| *code != 0).map(u64::from),
    }?;
    Some(tagged(rule_of(key), mix(mix(key, u64::from(round) + 1), more)))
}

fn tagged(rule: Rule, hash: u64) -> u64 {
    (rule as u64) << (u64::BITS - RULE_BITS) | hash >> RULE_BITS
}

/// A finaliser of the SplitMix kind: keys of equal content are equal on every machine; a collision costs one comparison.
fn mix(hash: u64, value: u64) -> u64 {
    let mut x = hash.rotate_left(23) ^ value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// All keys of a row.
pub(super) fn keys(table: &Table, row: &Row) -> Vec<u64> {
    let mut keys = Vec::with_capacity(16);
    let mut add = |rule: Rule, parts: &[u32]| {
        if parts.iter().all(|part| *part != 0) {
            keys.push(tagged(rule, parts.iter().fold(0, |hash, part| mix(hash, u64::from(*part)))));
        }
    };
    let birth = row.birth.filter(|b| b.is_full()).map_or(0, |b| b.packed());
    let year = row.birth.map_or(0, |b| u32::from(b.year));
    // A wildcard is no key: it would meet only others whose same character could not be written.
    let clear =
        |code: u32| if table.kanji.chars(code).contains(&crate::normalise::WILDCARD) { 0 } else { code };
    let whole = |name: &NameCodes| if name.given == 0 && name.family != 0 { 0 } else { name.whole };
    add(Rule::GivenKanaBirth, &[row.kana.given, birth]);
    add(Rule::GivenKanjiBirth, &[clear(row.kanji.given), birth]);
    add(Rule::PartRomanBirth, &[row.roman.given, birth]);
    add(Rule::PartRomanBirth, &[row.roman.family, birth]);
    add(Rule::FamilyKanaBirth, &[row.kana.family, birth]);
    add(Rule::FamilyKanjiBirth, &[clear(row.kanji.family), birth]);
    add(Rule::NameSoundBirth, &[table.sound(row.roman.whole), birth]);
    add(Rule::NameKanaYear, &[whole(&row.kana), year]);
    add(Rule::NameKanjiYear, &[clear(whole(&row.kanji)), year]);
    add(Rule::NameRomanYear, &[row.roman.whole, year]);
    add(Rule::NameKanaDay, &[whole(&row.kana), birth % 10_000]);
    add(Rule::NameRomanDay, &[row.roman.whole, birth % 10_000]);
    for phone in &row.phones {
        add(Rule::Phone, &[*phone]);
    }
    let given_code = given(row).map_or(0, |(_, code)| code);
    add(Rule::Insurance, &[row.insurance.household]);
    add(Rule::InsuranceBirth, &[row.insurance.number, birth]);
    add(Rule::PostalBirth, &[row.address.postal_code, birth]);
    add(Rule::PostalGiven, &[row.address.postal_code, given_code]);
    add(Rule::PostalGiven, &[row.address.postal_code, clear(row.kanji.given)]);
    add(Rule::Door, &[row.address.door]);
    add(Rule::LocalityBirth, &[row.address.locality, birth]);
    for other in &row.others {
        add(Rule::OtherNumber, &[*other]);
    }
    keys
}
