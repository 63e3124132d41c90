//! Names: as written, as variants, as read aloud, alike (氏名の比較).

use super::similarity::{jaro_winkler, same_under_wildcards, within_one_edit};
use super::{Field, Level};
use crate::encode::{Dictionary, Flags, Part, Row, Table};
use crate::hash::Rolling;
use crate::normalise::same_but_for_voicing;
use kiban_model::Sex;

/// The code of a part in one script.
type Pick = fn(&Part) -> u32;

/// The scripts names come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Kanji,
    Kana,
    Roman,
}

const WHOLE: u8 = Flags::WHOLE_KANJI.0 | Flags::WHOLE_KANA.0 | Flags::WHOLE_ROMAN.0;

/// Levels of the family and the given name.
pub(super) fn compare(table: &Table, a: &Row, b: &Row) -> (Level, Level) {
    if (a.flags.0 | b.flags.0) & (WHOLE | Flags::ROMAN_UNORDERED.0) != 0 {
        return compare_unsplit(table, a, b);
    }
    let family = compare_part(table, &a.family, &b.family, alike_kana);
    let given = compare_part(table, &a.given, &b.given, alike_given);
    if crossed(a, b, |part| part.kanji) || (!family.agrees() && !given.agrees() && exchanged(table, a, b)) {
        return (Level::Exchanged, Level::Exchanged);
    }
    (maiden(table, a, b, family), given)
}

/// Names of which at least one is not split, or whose order is not known.
#[cold]
fn compare_unsplit(table: &Table, a: &Row, b: &Row) -> (Level, Level) {
    let japanese = |row: &Row| row.given.kanji | row.given.kana | row.family.kanji | row.family.kana != 0;
    let unordered = |row: &Row| row.flags.has(Flags::ROMAN_UNORDERED) || row.flags.has(Flags::WHOLE_ROMAN);
    if (unordered(a) || unordered(b)) && !(japanese(a) && japanese(b)) {
        return compare_unordered(table, a, b);
    }
    let (split_a, split_b) = (split_only(a), split_only(b));
    let family = compare_part(table, &split_a.0, &split_b.0, alike_kana);
    let given = compare_part(table, &split_a.1, &split_b.1, alike_given);
    if family.agrees() || given.agrees() {
        return (family, given);
    }
    // The names as a whole are all there is to compare.
    let whole = whole(table, a, b);
    match whole {
        Level::Exact | Level::Variant | Level::Reading | Level::Close => (whole, whole),
        _ if family == Level::Missing && given == Level::Missing => (whole, Level::Missing),
        _ => (family, given),
    }
}

/// The parts of the scripts whose names are split.
fn split_only(row: &Row) -> (Part, Part) {
    let keep = |flag: Flags, code: u32| if row.flags.has(flag) { 0 } else { code };
    let part = |part: &Part| Part {
        written: keep(Flags::WHOLE_KANJI, part.written),
        kanji: keep(Flags::WHOLE_KANJI, part.kanji),
        kana: keep(Flags::WHOLE_KANA, part.kana),
        roman: keep(Flags::WHOLE_ROMAN, part.roman),
    };
    (part(&row.family), part(&row.given))
}

/// The whole name in one script, by a hash that does not care where it is split; 0 is unknown.
pub(crate) fn whole_hash(dictionary: &Dictionary, family: u32, given: u32) -> u64 {
    dictionary.rolling(family).then(dictionary.rolling(given)).value()
}

/// The whole Latin name by a hash that does not care for the order of its parts; 0 is unknown.
pub(crate) fn unordered_hash(dictionary: &Dictionary, family: u32, given: u32) -> u64 {
    let (family, given) = (dictionary.rolling(family), dictionary.rolling(given));
    let joined = |first: Rolling, second: Rolling| first.then(second).value();
    joined(family, given).min(joined(given, family))
}

fn whole(table: &Table, a: &Row, b: &Row) -> Level {
    let names = &table.names;
    let scripts: [(&Dictionary, Pick, Level); 3] = [
        (&names.kanji, |p| p.kanji, Level::Variant),
        (&names.kana, |p| p.kana, Level::Reading),
        (&names.roman, |p| p.roman, Level::Reading),
    ];
    let mut best = Level::Missing;
    for (dictionary, pick, same) in scripts {
        let text = |row: &Row| -> Vec<char> {
            let (family, given) = (dictionary.chars(pick(&row.family)), dictionary.chars(pick(&row.given)));
            family.iter().chain(given).copied().collect()
        };
        let (x, y) = (text(a), text(b));
        if x.is_empty() || y.is_empty() {
            continue;
        }
        if x == y || same_under_wildcards(&x, &y) {
            return same;
        }
        best = if x.len().min(y.len()) >= 4 && within_one_edit(&x, &y) {
            Level::Close
        } else {
            Level::Different
        };
    }
    best
}

/// Latin names of unknown order, in the order that agrees better. Where only one part agrees it is taken for the family
/// name: that is what relatives share.
fn compare_unordered(table: &Table, a: &Row, b: &Row) -> (Level, Level) {
    let roman = |row: &Row| (row.family.roman, row.given.roman);
    let ((a_family, a_given), (b_family, b_given)) = (roman(a), roman(b));
    if a_family == 0 || b_family == 0 {
        let names = &table.names.roman;
        let same = unordered_hash(names, a_family, a_given) == unordered_hash(names, b_family, b_given);
        return match (a_given != 0 && b_given != 0, same) {
            (false, _) => (Level::Missing, Level::Missing),
            (true, true) => (Level::Exact, Level::Exact),
            (true, false) => {
                (compare_roman(table, a_family.max(a_given), b_family.max(b_given)), Level::Missing)
            }
        };
    }
    let straight = (compare_roman(table, a_family, b_family), compare_roman(table, a_given, b_given));
    let crossed = (compare_roman(table, a_family, b_given), compare_roman(table, a_given, b_family));
    // Levels are declared from the same to the different.
    let distance = |levels: (Level, Level)| levels.0 as u8 + levels.1 as u8;
    match if distance(crossed) < distance(straight) { crossed } else { straight } {
        (Level::Different, level) => (level, Level::Different),
        levels => levels,
    }
}

/// Whether family and given name are the other way round in one script, letter by letter.
fn crossed(a: &Row, b: &Row, pick: fn(&Part) -> u32) -> bool {
    let [family_a, given_a, family_b, given_b] = [&a.family, &a.given, &b.family, &b.given].map(pick);
    family_a != 0 && given_a != 0 && family_a == given_b && given_a == family_b && family_a != given_a
}

/// Whether they are the other way round in a reading or in Latin letters, where one or the other may have a slip.
fn exchanged(table: &Table, a: &Row, b: &Row) -> bool {
    let nearly = |pick: fn(&Part) -> u32, alike: fn(&Table, u32, u32) -> Level| {
        let [family_a, given_a, family_b, given_b] = [&a.family, &a.given, &b.family, &b.given].map(pick);
        if [family_a, given_a, family_b, given_b].contains(&0) {
            return false;
        }
        let (first, second) = (alike(table, family_a, given_b), alike(table, given_a, family_b));
        let good = |level| matches!(level, Level::Exact | Level::Reading | Level::Close);
        first.agrees() && second.agrees() && (good(first) || good(second))
    };
    crossed(a, b, |part| part.kana)
        || nearly(|part| part.kana, alike_kana)
        || nearly(|part| part.roman, compare_roman)
}

/// A name before marriage that the statement itself gives counts as well as the present one.
fn maiden(table: &Table, a: &Row, b: &Row, family: Level) -> Level {
    if family.agrees() || (a.further | b.further) == 0 {
        return family;
    }
    let former =
        |row: &Row| table.further(row).map(|further| further.maiden).filter(|p| *p != Part::default());
    let levels = [
        former(a).map(|p| compare_part(table, &p, &b.family, alike_kana)),
        former(b).map(|p| compare_part(table, &a.family, &p, alike_kana)),
    ];
    levels.into_iter().flatten().find(|level| level.agrees()).unwrap_or(family)
}

/// `alike` says how alike two readings are that are not the same.
fn compare_part(table: &Table, a: &Part, b: &Part, alike: fn(&Table, u32, u32) -> Level) -> Level {
    let both = |a: u32, b: u32| a != 0 && b != 0;
    let (kanji, kana, roman) = (both(a.kanji, b.kanji), both(a.kana, b.kana), both(a.roman, b.roman));
    if kanji && a.kanji == b.kanji {
        return if a.written == b.written { Level::Exact } else { Level::Variant };
    }
    let same_kana = kana && a.kana == b.kana;
    let both_stated = same_kana || (kanji && kana);
    if !both_stated && table.readings.explain(a, b) {
        return if kanji { Level::ReadingOtherKanji } else { Level::PossibleReading };
    }
    if !kanji && !kana && !roman {
        // Kanji here, a reading there that these kanji are not known to have: no agreement, if they are known at all.
        let unread = |a: &Part, b: &Part| b.kana != 0 && table.readings.known(a.kanji);
        return if unread(a, b) || unread(b, a) { Level::Different } else { Level::Missing };
    }
    let mut written = Level::Missing;
    if kanji {
        written = table.memory.level(Script::Kanji as u8, a.kanji, b.kanji, || {
            alike_kanji(table.names.kanji.chars(a.kanji), table.names.kanji.chars(b.kanji))
        });
        if written == Level::Variant {
            return written;
        }
        if !kana {
            // Whose reading is known, and is not among those the other's kanji have.
            let unread = if a.kana == 0 { (a.kanji, b.kana) } else { (b.kanji, a.kana) };
            let other = written == Level::Different && unread.1 != 0 && table.readings.known(unread.0);
            return if other { Level::OtherName } else { written };
        }
    }
    if kana {
        if a.kana == b.kana {
            return if kanji { Level::ReadingOtherKanji } else { Level::Reading };
        }
        let alike = alike(table, a.kana, b.kana);
        if !kanji {
            return alike;
        }
        // Other kanji and another reading is another name, like a twin's, unless both are a slip apart.
        return if written == Level::Similar && alike == Level::Close {
            Level::Similar
        } else {
            Level::OtherName
        };
    }
    compare_roman(table, a.roman, b.roman)
}

fn alike_kana(table: &Table, a: u32, b: u32) -> Level {
    if a == b {
        return Level::Exact;
    }
    table.memory.level(Script::Kana as u8, a, b, || {
        let (a, b) = (table.names.kana.chars(a), table.names.kana.chars(b));
        let slip = same_but_for_voicing(a, b) || (a.len().min(b.len()) >= 4 && within_one_edit(a, b));
        if slip { Level::Close } else { alike(a, b) }
    })
}

/// Records in which a name must stand before it says what is a name and what is not.
const ENOUGH: u32 = 20;
/// A slip made twice is still one: so many, and one in so many of the name it was meant to be.
const SLIPS: u32 = 2;
const SLIPS_ONE_IN: u32 = 2_000;

/// Readings of given names. One letter off what many are called, and nobody else is called so: a slip, however short the
/// name. Two names that others bear are two names, however alike: brothers are ケンイチ and ケンジ.
fn alike_given(table: &Table, a: u32, b: u32) -> Level {
    let alike = alike_kana(table, a, b);
    let borne = &table.frequencies.given[Script::Kana as usize];
    let (few, many) = (borne.of_code(a).min(borne.of_code(b)), borne.of_code(a).max(borne.of_code(b)));
    if many < ENOUGH {
        return alike;
    }
    let (a, b) = (table.names.kana.chars(a), table.names.kana.chars(b));
    if few <= SLIPS + many / SLIPS_ONE_IN {
        return if a.len().min(b.len()) >= 2 && within_one_edit(a, b) { Level::Close } else { alike };
    }
    if same_but_for_voicing(a, b) { alike } else { Level::OtherName }
}

fn alike(a: &[char], b: &[char]) -> Level {
    match jaro_winkler(a, b) {
        score if score >= 0.92 => Level::Close,
        score if score >= 0.82 => Level::Similar,
        _ => Level::Different,
    }
}

/// Names in kanji are two characters: half of one in common (和子, 和美) is no likeness, two of three are.
fn alike_kanji(a: &[char], b: &[char]) -> Level {
    if same_under_wildcards(a, b) {
        return Level::Variant;
    }
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
    table.memory.level(Script::Roman as u8, a, b, || {
        let (a, b) = (table.names.roman.chars(a), table.names.roman.chars(b));
        if a.len().min(b.len()) >= 4 && within_one_edit(a, b) { Level::Close } else { alike(a, b) }
    })
}

/// Another family name is less of a contradiction where it may have changed: the given name is the same and no side is a
/// man. (In Japan 95 of 100 couples take the husband's name: 厚生労働省 人口動態統計.)
pub(super) fn after_marriage(family: Level, given: Level, a: Option<Sex>, b: Option<Sex>) -> Level {
    let same_given =
        matches!(given, Level::Exact | Level::Variant | Level::Reading | Level::ReadingOtherKanji);
    let man = a == Some(Sex::Male) || b == Some(Sex::Male);
    if !family.agrees() && family != Level::Missing && same_given && !man { Level::Changed } else { family }
}

/// Whether the frequency of a name part counts at this level of agreement.
pub(crate) const fn counts_how_rare(level: Level) -> bool {
    matches!(
        level,
        Level::Exact | Level::Variant | Level::PossibleReading | Level::Reading | Level::ReadingOtherKanji
    )
}

/// The code whose frequency says how telling an agreement on this part is, by script.
pub(crate) fn frequency_code(row: &Row, field: Field, level: Level) -> Option<(Script, u32)> {
    let part = if field == Field::FamilyName { &row.family } else { &row.given };
    let some = |script, code: u32| (code != 0).then_some((script, code));
    match level {
        Level::Exact | Level::Variant => {
            some(Script::Kanji, part.kanji).or_else(|| some(Script::Roman, part.roman))
        }
        Level::PossibleReading => some(Script::Kanji, part.kanji),
        Level::Reading | Level::ReadingOtherKanji => {
            some(Script::Kana, part.kana).or_else(|| some(Script::Roman, part.roman))
        }
        _ => None,
    }
}
