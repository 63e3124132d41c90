//! A way past the slow reading of names: nearly every Japanese name is two words and nothing else.
//!
//! It never reads more than `normalise_names` would: what could be a note, an honorific or a test patient is left to it.

use super::characters::is_folded;
use super::name_notes::{HONORIFICS, begins_note};

/// Family and given name of a Japanese name that is nothing but the two, as they stand in the raw text; `None` where the
/// slow reading must decide. Their match forms are those of `fold` and then `kanji_match_form` (or `kana_match_form`), so a
/// caller with many records keeps them per distinct part. Allocates nothing.
///
/// ```
/// use kiban_link::normalise::plain_name;
/// assert_eq!(plain_name("髙橋　花子"), Some(("髙橋", "花子")));
/// assert_eq!(plain_name("佐藤(山田) 花子"), None);
/// assert_eq!(plain_name("テスト　太郎"), None);
/// ```
pub fn plain_name(raw: &str) -> Option<(&str, &str)> {
    let raw = raw.trim();
    let space = |c: char| c == ' ' || c == '\u{3000}';
    let (family, rest) = raw.split_once(space)?;
    let given = rest.trim_start_matches(space);
    let mut previous = ' ';
    for c in family.chars().chain(given.chars()) {
        // Half-width ﾋﾞ is ビ, which every word for a newborn has.
        if !is_plain(c) || (previous == 'ﾋ' && c == 'ﾞ') {
            return None;
        }
        previous = c;
    }
    let honorific = given == "君" || HONORIFICS.iter().any(|word| given.ends_with(word));
    (!honorific && is_name(family) && is_name(given) && family != "故").then_some((family, given))
}

/// A character of a name that is of no other meaning.
const fn is_plain(c: char) -> bool {
    let half_width_kana = matches!(c, 'ｦ'..='ﾟ');
    let separates = matches!(c, '・' | '■');
    (half_width_kana || (is_folded(c) && !c.is_ascii() && c != '\u{3000}')) && !separates && !begins_note(c)
}

/// No test patient can begin so. One kana alone may be the beginning of テスト.
fn is_name(part: &str) -> bool {
    const KANA: [&str; 15] = [
        "テス",
        "ダミ",
        "サンプ",
        "デモ",
        "シケン",
        "てす",
        "だみ",
        "さんぷ",
        "でも",
        "しけん",
        "ﾃｽ",
        "ﾀﾞﾐ",
        "ｻﾝﾌ",
        "ﾃﾞﾓ",
        "ｼｹﾝ",
    ];
    const KANJI: [char; 12] = ['試', '練', '研', '硏', '訓', '架', '見', '模', '検', '檢', '仮', '假'];
    let mut chars = part.chars();
    let Some(first) = chars.next() else { return false };
    let alone = chars.next().is_none() && !matches!(first, '一'..='鿿');
    // A repeat mark repeats nothing here.
    let mark = matches!(first, '々' | '〻' | '仝' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ');
    // Nearly every name is told by its first character.
    let begins = "テダサデシてださでしﾃﾀｻｼ".contains(first);
    let of_a_test = KANJI.contains(&first) || (begins && KANA.iter().any(|word| part.starts_with(word)));
    !alone && !mark && !of_a_test
}
