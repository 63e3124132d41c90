//! Old and variant kanji (旧字体・異体字) to one match form, from `data/variants.csv` (sources: `data/PROVENANCE.md`).
//!
//! Only characters that people use for the same name are one: 佐/左 are not. A character missing from the table costs a
//! weaker level, not a link.

use super::characters::WILDCARD;
use std::sync::LazyLock;

/// From the first radical to the last compatibility ideograph: everything the Basic Multilingual Plane has of Japanese.
const FIRST: u32 = 0x2E80;
const LAST: u32 = 0xFAFF;

/// One array for the common plane, so that a name costs a few loads; the few characters beyond it are searched.
struct MatchForms {
    plane: Vec<char>,
    beyond: Vec<(char, char)>,
}

static FORMS: LazyLock<MatchForms> = LazyLock::new(|| {
    let mut forms = MatchForms {
        plane: (FIRST..=LAST).map(|c| char::from_u32(c).unwrap_or(WILDCARD)).collect(),
        beyond: Vec::new(),
    };
    let hiragana = ('ぁ'..='ゔ').filter_map(|c| Some((c, char::from_u32(c as u32 + 0x60)?)));
    for (other, form) in
        hiragana.chain([('ヵ', 'カ'), ('ゕ', 'カ'), ('ヶ', 'ケ'), ('ゖ', 'ケ')]).chain(table())
    {
        match slot(other).and_then(|at| forms.plane.get_mut(at)) {
            Some(place) => *place = form,
            None => forms.beyond.push((other, form)),
        }
    }
    forms.beyond.sort_unstable();
    forms
});

/// (variant, match form) of the data file.
fn table() -> impl Iterator<Item = (char, char)> {
    let lines = include_str!("../../data/variants.csv").lines().skip(1);
    lines.filter_map(|line| line.split_once(',')).flat_map(|(form, others)| {
        form.chars().next().into_iter().flat_map(|form| others.chars().map(move |other| (other, form)))
    })
}

fn slot(c: char) -> Option<usize> {
    (c as u32).checked_sub(FIRST).filter(|at| *at <= LAST - FIRST).map(|at| at as usize)
}

impl MatchForms {
    fn of(&self, c: char) -> char {
        match slot(c) {
            Some(at) => self.plane.get(at).copied().unwrap_or(c),
            None if (c as u32) < FIRST => c,
            None => self
                .beyond
                .binary_search_by_key(&c, |(other, _)| *other)
                .ok()
                .and_then(|at| self.beyond.get(at))
                .map_or(c, |(_, form)| *form),
        }
    }
}

/// The match form of a folded text in kanji: variants as one, 々 and ゝ written out, hiragana as katakana, ヶ as ケ.
///
/// ```
/// use kiban_link::normalise::kanji_match_form;
/// assert_eq!(kanji_match_form("髙﨑"), kanji_match_form("高崎"));
/// assert_eq!(kanji_match_form("佐々木"), "佐佐木");
/// assert_eq!(kanji_match_form("みすゞ"), "ミスズ");
/// ```
pub fn kanji_match_form(folded: &str) -> String {
    let forms = &*FORMS;
    let mut form = String::with_capacity(folded.len());
    let mut previous = None;
    for c in folded.chars() {
        let c = match c {
            '々' | '〻' | '仝' => previous.unwrap_or(WILDCARD),
            'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' => super::kana::repeated(previous, c).unwrap_or(WILDCARD),
            c => forms.of(c),
        };
        form.push(c);
        previous = Some(c);
    }
    form
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::HashMap;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn no_form_is_itself_a_variant_and_no_variant_has_two_forms() {
        let map: HashMap<char, char> = table().collect();
        assert_eq!(map.len(), table().count());
        assert!(map.len() > 1_400);
        for (other, form) in &map {
            assert!(!map.contains_key(form), "{form} is both a form and a variant");
            let folded: String = other.nfkc().collect();
            assert_eq!(folded, other.to_string(), "{other} never comes through folding");
            assert_eq!(FORMS.of(*other), *form);
        }
    }

    #[test]
    fn kanji_of_different_names_stay_apart() {
        let apart = [
            "佐左", "太大", "川河", "祐佑", "裕浩", "岩巌", "庄荘", "葉叶", "裏裡", "杉椙", "実寔", "園苑",
            "吉𠮟", "原源", "健建", "幸孝", "浩洋", "和知", "智知", "美実", "真信", "恵江", "彦久", "英栄",
            "正政", "子女", "木本", "口田", "藤富", "今金", "金全", "土士", "末未", "千干", "荻萩", "熊態",
            "己巳", "棲栖", "碁棋",
        ];
        for pair in apart {
            let mut chars = pair.chars();
            let (a, b) = (chars.next().unwrap(), chars.next().unwrap());
            assert_ne!(FORMS.of(a), FORMS.of(b), "{pair}");
        }
    }
}
