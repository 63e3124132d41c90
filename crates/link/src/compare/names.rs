//! Names: as written, as variants, as read aloud, alike (氏名の比較).

use super::similarity::{jaro_winkler, same_under_wildcards, within_one_edit};
use super::{Field, Level};
use crate::encode::{Dictionary, NameCodes, Row, Table};
use crate::normalise::same_but_for_voicing;
use kiban_model::Sex;

/// One part of a name in every script; 0 is unknown.
#[derive(Clone, Copy)]
struct Part {
    written: u32,
    kanji: u32,
    kana: u32,
    roman: u32,
}

fn part(row: &Row, pick: fn(&NameCodes) -> u32) -> Part {
    Part {
        written: pick(&row.written),
        kanji: pick(&row.kanji),
        kana: pick(&row.kana),
        roman: pick(&row.roman),
    }
}

/// Levels of the family and the given name.
pub(super) fn compare(table: &Table, a: &Row, b: &Row) -> (Level, Level) {
    let japanese = |row: &Row| row.kanji.whole != 0 || row.kana.whole != 0;
    if (a.roman_unordered || b.roman_unordered) && !(japanese(a) && japanese(b)) {
        return compare_unordered(table, &a.roman, &b.roman);
    }
    let family = compare_part(table, part(a, |n| n.family), part(b, |n| n.family));
    let given = compare_part(table, part(a, |n| n.given), part(b, |n| n.given));
    if !family.agrees() && !given.agrees() {
        if exchanged(a, b) {
            return (Level::Exchanged, Level::Exchanged);
        }
        // One of them is not split: the names as a whole are all there is to compare.
        if family == Level::Missing && given == Level::Missing {
            return as_a_whole(table, part(a, |n| n.whole), part(b, |n| n.whole));
        }
        if let (level @ (Level::Exact | Level::Variant | Level::Reading), _) =
            as_a_whole(table, part(a, |n| n.whole), part(b, |n| n.whole))
        {
            return (level, level);
        }
    }
    (family, given)
}

fn as_a_whole(table: &Table, a: Part, b: Part) -> (Level, Level) {
    match compare_part(table, a, b) {
        level @ (Level::Missing | Level::Different | Level::Similar) => (level, Level::Missing),
        level => (level, level),
    }
}

/// Latin names of unknown order, in the order that agrees better. Where only one part agrees it is taken for the family
/// name: that is what relatives share.
fn compare_unordered(table: &Table, a: &NameCodes, b: &NameCodes) -> (Level, Level) {
    if a.family == 0 || b.family == 0 {
        let level = if a.whole != 0 && b.whole != 0 {
            compare_roman(table, a.whole, b.whole)
        } else {
            Level::Missing
        };
        return if level.agrees() && level != Level::Similar {
            (level, level)
        } else {
            (level, Level::Missing)
        };
    }
    let straight = (compare_roman(table, a.family, b.family), compare_roman(table, a.given, b.given));
    let crossed = (compare_roman(table, a.family, b.given), compare_roman(table, a.given, b.family));
    // Levels are declared from the same to the different.
    let distance = |levels: (Level, Level)| levels.0 as u8 + levels.1 as u8;
    match if distance(crossed) < distance(straight) { crossed } else { straight } {
        (Level::Different, level) => (level, Level::Different),
        levels => levels,
    }
}

fn exchanged(a: &Row, b: &Row) -> bool {
    let crossed = |a: &NameCodes, b: &NameCodes| {
        a.family != 0 && a.given != 0 && a.family == b.given && a.given == b.family
    };
    crossed(&a.kanji, &b.kanji) || crossed(&a.kana, &b.kana) || crossed(&a.roman, &b.roman)
}

fn compare_part(table: &Table, a: Part, b: Part) -> Level {
    let both = |a: u32, b: u32| a != 0 && b != 0;
    let (kanji, kana, roman) = (both(a.kanji, b.kanji), both(a.kana, b.kana), both(a.roman, b.roman));
    if kanji {
        if a.kanji == b.kanji {
            return if a.written == b.written { Level::Exact } else { Level::Variant };
        }
        if same_under_wildcards(table.kanji.chars(a.kanji), table.kanji.chars(b.kanji)) {
            return Level::Variant;
        }
    }
    if kana {
        if a.kana == b.kana {
            return if kanji { Level::ReadingOtherKanji } else { Level::Reading };
        }
        let alike = alike_kana(&table.kana, a.kana, b.kana);
        if alike != Level::Different || !kanji {
            return alike;
        }
    }
    if kanji {
        return alike_kanji(&table.kanji, a.kanji, b.kanji);
    }
    if roman {
        return compare_roman(table, a.roman, b.roman);
    }
    Level::Missing
}

fn alike_kana(kana: &Dictionary, a: u32, b: u32) -> Level {
    let (a, b) = (kana.chars(a), kana.chars(b));
    if same_but_for_voicing(a, b) || (a.len().min(b.len()) >= 4 && within_one_edit(a, b)) {
        return Level::Close;
    }
    match jaro_winkler(a, b) {
        score if score >= 0.92 => Level::Close,
        score if score >= 0.82 => Level::Similar,
        _ => Level::Different,
    }
}

/// Names in kanji are two characters: half of one in common (和子, 和美) is no likeness, two of three are.
fn alike_kanji(kanji: &Dictionary, a: u32, b: u32) -> Level {
    let (a, b) = (kanji.chars(a), kanji.chars(b));
    if a.len().min(b.len()) >= 2 && a.len().max(b.len()) >= 3 && within_one_edit(a, b) {
        Level::Similar
    } else {
        Level::Different
    }
}

fn compare_roman(table: &Table, a: u32, b: u32) -> Level {
    if a == b {
        return Level::Exact;
    }
    if table.sounds_alike(a, b) {
        return Level::Reading;
    }
    let (a, b) = (table.roman.chars(a), table.roman.chars(b));
    if a.len().min(b.len()) >= 4 && within_one_edit(a, b) {
        return Level::Close;
    }
    match jaro_winkler(a, b) {
        score if score >= 0.92 => Level::Close,
        score if score >= 0.82 => Level::Similar,
        _ => Level::Different,
    }
}

/// Another family name is less of a contradiction where it may have changed: the given name is the same and no side is a
/// man. (In Japan 95 of 100 couples take the husband's name: 厚生労働省 人口動態統計.)
pub(super) fn after_marriage(family: Level, given: Level, a: Option<Sex>, b: Option<Sex>) -> Level {
    let same_given =
        matches!(given, Level::Exact | Level::Variant | Level::Reading | Level::ReadingOtherKanji);
    let man = a == Some(Sex::Male) || b == Some(Sex::Male);
    if family == Level::Different && same_given && !man { Level::Changed } else { family }
}

/// The code whose frequency says how telling an agreement on this part is, by script.
pub(crate) fn frequency_code(row: &Row, field: Field, level: Level) -> Option<(Script, u32)> {
    let pick: fn(&NameCodes) -> u32 = if field == Field::FamilyName { |n| n.family } else { |n| n.given };
    let some = |script, code: u32| (code != 0).then_some((script, code));
    match level {
        Level::Exact | Level::Variant => {
            some(Script::Kanji, pick(&row.kanji)).or_else(|| some(Script::Roman, pick(&row.roman)))
        }
        Level::Reading | Level::ReadingOtherKanji => some(Script::Kana, pick(&row.kana)),
        _ => None,
    }
}

/// The scripts names come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Kanji,
    Kana,
    Roman,
}
