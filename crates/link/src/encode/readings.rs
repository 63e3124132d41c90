//! What a name sounds like where the record does not say (読みの補い): Latin letters from kana, and which readings kanji
//! have, as far as other records show it.
//!
//! 裕子 is ヒロコ or ユウコ: a record in kanji alone and one in kana alone do not contradict if other people's records read
//! these kanji so. That is weak evidence, never a reading put into a record. Only where someone is known by Latin letters
//! alone do the readings of the others need a Latin form.

use super::row::{Flags, Part, Row};
use super::{NameDictionaries, Table};
use crate::hash::mix;
use crate::normalise::{WILDCARD, kana_to_roman, sound};
use hashbrown::HashTable;
use std::collections::{HashMap, HashSet};

pub(super) fn complete(table: &mut Table) {
    let latin_only = |row: &Row| is_latin(row) && row.given.kana == 0 && row.family.kana == 0;
    table.latin = table.rows.iter().any(latin_only);
    let mut rows = std::mem::take(&mut table.rows);
    complete_new(table, &mut rows);
    table.rows = rows;
    table.readings = Readings::of(&table.rows);
}

const fn is_latin(row: &Row) -> bool {
    row.given.roman != 0 || row.family.roman != 0
}

/// Gives rows the Latin form of their kana where it is needed, and says of new texts what comparing needs to know.
pub(super) fn complete_new(table: &mut Table, rows: &mut [Row]) {
    if table.latin {
        let mut forms: HashMap<u32, u32> = HashMap::from([(0, 0)]);
        let NameDictionaries { kana, roman, .. } = &mut table.names;
        let mut form =
            |code: u32| *forms.entry(code).or_insert_with(|| roman.code(&kana_to_roman(kana.text(code))));
        let in_kana = |row: &Row| row.given.kana != 0 || row.family.kana != 0;
        for row in rows.iter_mut().filter(|row| in_kana(row) && !is_latin(row)) {
            row.family.roman = form(row.family.kana);
            row.given.roman = form(row.given.kana);
            row.flags.put(Flags::WHOLE_ROMAN, row.flags.has(Flags::WHOLE_KANA));
        }
    }
    let Table { names, wildcards, sounds, sound_codes, .. } = table;
    wildcards.extend(names.kanji.texts().skip(wildcards.len()).map(|text| text.contains(WILDCARD)));
    sounds.extend(names.roman.texts().skip(sounds.len()).map(|text| sound_codes.code(&sound(text))));
}

/// Records that must read kanji so before it counts as a reading and not as a slip of the pen.
const LEAST: u32 = 2;
/// Share of a name's records, one in so many.
const ONE_IN: u32 = 50;

/// Readings that kanji are known to have; with 0 kanji of which any is known.
#[derive(Default)]
pub(crate) struct Readings(pub(super) HashSet<(u32, u32)>);

impl Readings {
    fn of(rows: &[Row]) -> Self {
        let (family, given) = rayon::join(|| usual(rows, |row| row.family), || usual(rows, |row| row.given));
        Self(family.into_iter().chain(given).collect())
    }

    /// Whether any reading of these kanji is known.
    pub(crate) fn known(&self, kanji: u32) -> bool {
        self.0.contains(&(kanji, 0))
    }

    /// Whether one side's kanji are read as the other side says.
    pub(crate) fn explain(&self, a: &Part, b: &Part) -> bool {
        let read = |kanji: u32, kana: u32| kanji != 0 && kana != 0 && self.0.contains(&(kanji, kana));
        read(a.kanji, b.kana) || read(b.kanji, a.kana)
    }
}

/// Pairs of kanji and kana that are met often enough.
fn usual(rows: &[Row], pick: fn(&Row) -> Part) -> Vec<(u32, u32)> {
    let mut seen: HashTable<((u32, u32), u32)> = HashTable::new();
    let mut kanji: HashMap<u32, u32> = HashMap::new();
    let hash = |pair: (u32, u32)| mix(0, u64::from(pair.0) << 32 | u64::from(pair.1));
    for row in
        rows.iter().filter(|row| !row.flags.has(Flags::WHOLE_KANJI) && !row.flags.has(Flags::WHOLE_KANA))
    {
        let part = pick(row);
        if part.kanji != 0 && part.kana != 0 {
            let pair = (part.kanji, part.kana);
            seen.entry(hash(pair), |(other, _)| *other == pair, |(other, _)| hash(*other))
                .or_insert((pair, 0))
                .into_mut()
                .1 += 1;
        }
    }
    for (pair, count) in &seen {
        *kanji.entry(pair.0).or_default() += count;
    }
    let often = |(pair, count): &((u32, u32), u32)| {
        *count >= LEAST && *count >= kanji.get(&pair.0).copied().unwrap_or(0) / ONE_IN
    };
    seen.iter().filter(|entry| often(entry)).flat_map(|(pair, _)| [*pair, (pair.0, 0)]).collect()
}
