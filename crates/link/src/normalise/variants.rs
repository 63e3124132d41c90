//! Old and variant kanji (旧字体・異体字) to one match form, from `data/variants.csv`.
//!
//! Only characters that people use for the same name are one: 佐/左 are not. The list is general knowledge of the
//! 常用漢字 / 人名用漢字 tables and of family names in registers; a character missing from it costs a weaker level, not a link.

use super::characters::WILDCARD;
use std::collections::HashMap;
use std::sync::LazyLock;

static MATCH_FORM: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for line in include_str!("../../data/variants.csv").lines().skip(1) {
        if let Some((form, others)) = line.split_once(',')
            && let Some(form) = form.chars().next()
        {
            map.extend(others.chars().map(|other| (other, form)));
        }
    }
    map
});

/// The match form of a folded text in kanji: variants as one, 々 written out, hiragana as katakana, ヶ as ケ.
///
/// ```
/// use kiban_link::normalise::kanji_match_form;
/// assert_eq!(kanji_match_form("髙﨑"), kanji_match_form("高崎"));
/// assert_eq!(kanji_match_form("佐々木"), "佐佐木");
/// ```
pub fn kanji_match_form(folded: &str) -> String {
    let mut form = String::with_capacity(folded.len());
    let mut previous = None;
    for c in folded.chars() {
        let c = match c {
            '々' | '〻' | '仝' => previous.unwrap_or(WILDCARD),
            'ヵ' | 'ゕ' => 'カ',
            'ヶ' | 'ゖ' => 'ケ',
            'ぁ'..='ゔ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            c => MATCH_FORM.get(&c).copied().unwrap_or(c),
        };
        form.push(c);
        previous = Some(c);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_is_itself_a_variant_and_every_line_is_read() {
        assert!(MATCH_FORM.len() > 400);
        for form in MATCH_FORM.values() {
            assert!(!MATCH_FORM.contains_key(form), "{form} is both a form and a variant");
        }
    }
}
