//! What a name sounds like where the record does not say (読みの補い): Latin letters from kana.
//!
//! Only where someone is known by Latin letters alone do the readings of the others need a Latin form.

use super::Table;
use super::row::{Flags, Row};
use crate::normalise::{WILDCARD, kana_to_roman, sound};
use std::collections::HashMap;

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
    table.wildcards = table.names.kanji.texts().map(|text| text.contains(WILDCARD)).collect();
    table.sounds = table.names.roman.texts().map(|text| codes.code(&sound(text))).collect();
}
