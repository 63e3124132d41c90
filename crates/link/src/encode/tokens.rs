//! Name parts seen before (氏名の部品): reading a text costs microseconds, having read it costs a look-up.
//!
//! Most names are a family and a given name with one space between, each part seen many times. A part is *plain* if
//! reading it inside a whole name gives what reading it alone gives; a name with any other part (a title, a maiden name in
//! brackets, a test patient) is read as a whole, by `normalise`.

use super::dictionary::Dictionary;
use super::row::Part;
use crate::normalise::{self, Name, Names};

/// Which text a part comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Kanji,
    Kana,
}

/// Dictionaries of name parts by script.
#[derive(Clone, Default)]
pub(crate) struct NameDictionaries {
    pub(crate) kanji: Dictionary,
    pub(crate) kana: Dictionary,
    pub(crate) roman: Dictionary,
}

#[derive(Clone, Copy)]
enum Token {
    Plain(Part),
    Special,
}

#[derive(Clone, Default)]
struct Cache {
    texts: Dictionary,
    tokens: Vec<Token>,
}

impl Cache {
    fn look_up(&mut self, text: &str, read: impl FnOnce(&str) -> Token) -> Token {
        let code = self.texts.code(text) as usize;
        // Code 0 is the empty text and has no token: tokens begin with code 1.
        if code > self.tokens.len() {
            self.tokens.push(read(text));
        }
        code.checked_sub(1).and_then(|at| self.tokens.get(at)).copied().unwrap_or(Token::Special)
    }
}

/// Parts of names already read: family and given names of both columns.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    caches: [Cache; 4],
}

impl Tokens {
    /// Family and given name of a text that is two plain parts with a space between; `None` for every other text.
    pub(super) fn two_parts(
        &mut self,
        names: &mut NameDictionaries,
        column: Column,
        text: &str,
    ) -> Option<(Part, Part)> {
        let (family, given) = split(text)?;
        let [kanji_family, kanji_given, kana_family, kana_given] = &mut self.caches;
        let (families, givens) = match column {
            Column::Kanji => (kanji_family, kanji_given),
            Column::Kana => (kana_family, kana_given),
        };
        let Token::Plain(family) = families.look_up(family, |t| read(names, column, t, true)) else { return None };
        let Token::Plain(given) = givens.look_up(given, |t| read(names, column, t, false)) else { return None };
        Some((family, given))
    }
}

/// The two parts of a text with one space, ideographic or not.
fn split(text: &str) -> Option<(&str, &str)> {
    let wide = |at: usize| text.get(at..at + 3) == Some("\u{3000}");
    let at = text.bytes().enumerate().position(|(at, b)| b == b' ' || (b == 0xE3 && wide(at)))?;
    let after = at + if text.as_bytes().get(at) == Some(&b' ') { 1 } else { 3 };
    let (family, given) = (text.get(..at)?, text.get(after..)?);
    (!family.is_empty() && !given.is_empty()).then_some((family, given))
}

fn read(names: &mut NameDictionaries, column: Column, token: &str, family: bool) -> Token {
    // A probe no rule of names has anything to say about.
    let (whole, other) = match (column, family) {
        (Column::Kanji, true) => (format!("{token}\u{3000}和子"), "和子"),
        (Column::Kanji, false) => (format!("山田\u{3000}{token}"), "山田"),
        (Column::Kana, true) => (format!("{token}\u{3000}カズコ"), "カズコ"),
        (Column::Kana, false) => (format!("ヤマダ\u{3000}{token}"), "ヤマダ"),
    };
    let part = |name: &Name| {
        let (this, that) = if family { (&name.family, &name.given) } else { (&name.given, &name.family) };
        (that == other && !this.is_empty()).then(|| this.clone())
    };
    let folded = normalise::fold(token);
    let (alone, form, found) = match column {
        Column::Kanji => {
            let form = normalise::normalise_names(&whole, "", "");
            (normalise::kanji_match_form(&folded), part(&form.kanji), form)
        }
        Column::Kana => {
            let form = normalise::normalise_names("", &whole, "");
            (normalise::kana_match_form(&folded), part(&form.kana), form)
        }
    };
    // A Latin part reads as kanji only beside kanji.
    let latin = folded.chars().any(|c| c.is_alphabetic() && (c as u32) < 0x250);
    if latin || form.as_ref() != Some(&alone) || !is_ordinary(&found) {
        return Token::Special;
    }
    Token::Plain(match column {
        Column::Kana => Part { kana: names.kana.code(&alone), ..Part::default() },
        Column::Kanji => {
            // さくら and キヨ are their own reading.
            let aloud = if folded.chars().all(is_kana) { normalise::kana_match_form(&folded) } else { String::new() };
            Part {
                written: names.kanji.code(&folded),
                kanji: names.kanji.code(&alone),
                kana: names.kana.code(&aloud),
                roman: 0,
            }
        }
    })
}

const fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

/// Nothing was found in the name but a name.
fn is_ordinary(names: &Names) -> bool {
    !names.test_patient && !names.newborn && names.maiden.is_none() && names.roman == Name::default()
}
