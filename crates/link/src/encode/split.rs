//! Names without a space, split along family and given names that other records state apart (姓と名の分割).
//!
//! A split is taken only if both halves are known; otherwise the name stays whole and is compared as a whole.

use super::dictionary::Dictionary;
use super::row::{Flags, Part, Row};
use super::{NameDictionaries, Table};
use std::collections::HashMap;

/// Splits what can be split, in kanji and in kana.
pub(super) fn split_names(table: &mut Table) {
    let Table { rows, names, .. } = table;
    for script in SCRIPTS {
        if rows.iter().any(|row| row.flags.has(script.whole)) {
            let dictionary = (script.dictionary)(names);
            let (families, givens) = counts(rows, dictionary.len(), &script);
            split_script(rows, dictionary, &families, &givens, &script);
        }
    }
    split_written(rows, &mut names.kanji);
}

/// Splits names of new rows along those that stand in the table.
pub(super) fn split_new(table: &mut Table, rows: &mut [Row]) {
    let Table { names, frequencies, .. } = table;
    for (at, script) in SCRIPTS.into_iter().enumerate() {
        if let (Some(families), Some(givens)) = (frequencies.family.get(at), frequencies.given.get(at))
            && rows.iter().any(|row| row.flags.has(script.whole))
        {
            let dictionary = (script.dictionary)(names);
            split_script(rows, dictionary, families.by_code(), givens.by_code(), &script);
        }
    }
    split_written(rows, &mut names.kanji);
}

/// Where the parts of a name in one script stand.
struct Script {
    whole: Flags,
    pick: fn(&mut Part) -> &mut u32,
    dictionary: fn(&mut NameDictionaries) -> &mut Dictionary,
}

/// In the order of the frequencies.
const SCRIPTS: [Script; 2] = [
    Script { whole: Flags::WHOLE_KANJI, pick: |part| &mut part.kanji, dictionary: |names| &mut names.kanji },
    Script { whole: Flags::WHOLE_KANA, pick: |part| &mut part.kana, dictionary: |names| &mut names.kana },
];

/// How often each code is a family and a given name where names are split.
fn counts(rows: &mut [Row], size: usize, script: &Script) -> (Vec<u32>, Vec<u32>) {
    let (mut families, mut givens) = (vec![0u32; size], vec![0u32; size]);
    for row in rows.iter_mut().filter(|row| !row.flags.has(script.whole)) {
        for (counts, part) in [(&mut families, &mut row.family), (&mut givens, &mut row.given)] {
            if let Some(count) = counts.get_mut(*(script.pick)(part) as usize) {
                *count += 1;
            }
        }
    }
    (families, givens)
}

fn split_script(
    rows: &mut [Row],
    dictionary: &mut Dictionary,
    families: &[u32],
    givens: &[u32],
    script: &Script,
) {
    let pick = script.pick;
    let mut splits: HashMap<u32, Option<(u32, u32)>> = HashMap::new();
    for row in rows.iter_mut().filter(|row| row.flags.has(script.whole)) {
        let code = *pick(&mut row.given);
        let split = *splits.entry(code).or_insert_with(|| {
            let count = best_split(dictionary, families, givens, code)?;
            let (family, given) = cut(dictionary.chars(code), count);
            Some((dictionary.code(&family), dictionary.code(&given)))
        });
        if let Some((family, given)) = split {
            (*pick(&mut row.family), *pick(&mut row.given)) = (family, given);
            row.flags.put(script.whole, false);
        }
    }
}

/// 々 and the like can change the bytes of the form as written but never the number of characters.
fn split_written(rows: &mut [Row], kanji: &mut Dictionary) {
    let mut written: HashMap<(u32, u32), (u32, u32)> = HashMap::new();
    for row in rows.iter_mut().filter(|row| row.family.kanji != 0 && row.family.written == 0) {
        let (family, whole) = (row.family.kanji, row.given.written);
        (row.family.written, row.given.written) = *written.entry((family, whole)).or_insert_with(|| {
            let count = kanji.chars(family).len();
            let (family, given) = cut(kanji.chars(whole), count);
            (kanji.code(&family), kanji.code(&given))
        });
    }
}

fn cut(chars: &[char], at: usize) -> (String, String) {
    (chars.iter().take(at).collect(), chars.iter().skip(at).collect())
}

/// The split whose halves are commonest together; of equals the longer family name.
fn best_split(dictionary: &Dictionary, families: &[u32], givens: &[u32], whole: u32) -> Option<usize> {
    let text = dictionary.text(whole);
    let seen = |counts: &[u32], part: &str| {
        let code = dictionary.find(part);
        if code == 0 { 0 } else { counts.get(code as usize).copied().map_or(0, u64::from) }
    };
    let cuts = text.char_indices().enumerate().skip(1).take(6);
    cuts.filter_map(|(count, (byte, _))| {
        let (family, given) = text.split_at_checked(byte)?;
        let score = seen(families, family) * seen(givens, given);
        (score > 0).then_some((score, count))
    })
    .max()
    .map(|(_, count)| count)
}
