//! What a name sounds like where the record does not say (読みの補い): Latin letters from kana, and which readings kanji
//! have, as far as other records show it.
//!
//! 裕子 is ヒロコ or ユウコ: a record in kanji alone and one in kana alone do not contradict if other people's records read
//! these kanji so. That is weak evidence, never a reading put into a record. Only where someone is known by Latin letters
//! alone do the readings of the others need a Latin form.

use super::Table;
use super::row::{Flags, Part, Row};
use crate::normalise::{WILDCARD, kana_to_roman, sound};
use std::collections::{HashMap, HashSet};

pub(super) fn complete(table: &mut Table) {
    let latin = |row: &Row| row.given.roman != 0 || row.family.roman != 0;
    let in_kana = |row: &Row| row.given.kana != 0 || row.family.kana != 0;
    if table.rows.iter().any(|row| latin(row) && !in_kana(row)) {
        let mut forms: HashMap<u32, u32> = HashMap::from([(0, 0)]);
        let names = &mut table.names;
        let mut form = |code: u32| {
            let roman = &mut names.roman;
            let kana = &names.kana;
            *forms.entry(code).or_insert_with(|| roman.code(&kana_to_roman(kana.text(code))))
        };
        for row in table.rows.iter_mut().filter(|row| in_kana(row) && !latin(row)) {
            row.family.roman = form(row.family.kana);
            row.given.roman = form(row.given.kana);
            row.flags.put(Flags::WHOLE_ROMAN, row.flags.has(Flags::WHOLE_KANA));
        }
    }
    let mut codes = super::Dictionary::default();
    table.readings = Readings::of(&table.rows);
    table.wildcards = table.names.kanji.texts().map(|text| text.contains(WILDCARD)).collect();
    table.sounds = table.names.roman.texts().map(|text| codes.code(&sound(text))).collect();
}

/// Records that must read kanji so before it counts as a reading and not as a slip of the pen.
const LEAST: u32 = 2;
/// Share of a name's records, one in so many.
const ONE_IN: u32 = 50;

/// Readings that kanji are known to have.
#[derive(Default)]
pub(crate) struct Readings(HashSet<(u32, u32)>);

impl Readings {
    fn of(rows: &[Row]) -> Self {
        let mut seen: HashMap<(u32, u32), u32> = HashMap::new();
        let mut kanji: HashMap<u32, u32> = HashMap::new();
        let whole = |row: &&Row| !row.flags.has(Flags::WHOLE_KANJI) && !row.flags.has(Flags::WHOLE_KANA);
        for part in rows.iter().filter(whole).flat_map(|row| [row.family, row.given]) {
            if part.kanji != 0 && part.kana != 0 {
                *seen.entry((part.kanji, part.kana)).or_default() += 1;
                *kanji.entry(part.kanji).or_default() += 1;
            }
        }
        let usual = |(pair, count): (&(u32, u32), &u32)| {
            let all = kanji.get(&pair.0).copied().unwrap_or(0);
            (*count >= LEAST && *count >= all / ONE_IN).then_some(*pair)
        };
        Self(seen.iter().filter_map(usual).collect())
    }

    /// Whether one side's kanji are read as the other side says.
    pub(crate) fn explain(&self, a: &Part, b: &Part) -> bool {
        let read = |kanji: u32, kana: u32| kanji != 0 && kana != 0 && self.0.contains(&(kanji, kana));
        read(a.kanji, b.kana) || read(b.kanji, a.kana)
    }
}
