//! Characters as they come: widths, compositions, variation selectors, and what could not be written.
//!
//! NFKC with care: the stand-alone voiced marks `゛゜` are joined first (NFKC would set a space before them), variation
//! selectors go, and every sign for "a character was here" becomes one wildcard (formats §2.4).

use unicode_normalization::UnicodeNormalization;

/// Stands for exactly one character that could not be written.
pub const WILDCARD: char = '■';

/// Width and composition folded, variation selectors and controls dropped, unwritable characters as [`WILDCARD`].
///
/// ```
/// assert_eq!(kiban_link::normalise::fold("ﾀｶﾊｼ　ﾊﾅｺ"), "タカハシ ハナコ");
/// assert_eq!(kiban_link::normalise::fold("葛\u{E0100}西〓\u{E000}"), "葛西■■");
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_owned();
    }
    if text.chars().all(is_folded) {
        return text.trim().replace('\u{3000}', " ");
    }
    let prepared = text.chars().filter_map(|c| match c {
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' => None,
        '゛' => Some('\u{3099}'),
        '゜' => Some('\u{309A}'),
        '\u{FFFD}' | '〓' | '□' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}' => Some(WILDCARD),
        '\t' | '\u{3000}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    });
    let folded: String = prepared.nfkc().collect();
    folded.trim().to_owned()
}

/// What folding leaves as it is (or makes a space): nearly all of what a name or an address is written in.
pub(super) const fn is_folded(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | '\u{3000}'
        | '々'..='〇'
        | 'ぁ'..='ゖ'
        | 'ゝ' | 'ゞ'
        | 'ァ'..='ヾ'
        | '㐀'..='䶿'
        | '一'..='鿿'
        | WILDCARD)
}

/// The many dashes people type for one.
pub(crate) const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '‐'
            | '‑'
            | '‒'
            | '–'
            | '—'
            | '―'
            | '−'
            | 'ー'
            | 'ｰ'
            | '~'
            | '〜'
            | '～'
            | '－'
            | '─'
            | '━'
            | '﹣'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_folded_is() {
        for c in ('\0'..=char::MAX).filter(|c| is_folded(*c) && *c != '\u{3000}') {
            assert!(std::iter::once(c).nfkc().eq([c]), "{c}");
        }
    }
}
