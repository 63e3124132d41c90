//! Name parts seen before (氏名の部品): reading a text costs microseconds, having read it costs a look-up.
//!
//! Most names are a family and a given name with one space between and nothing else (`plain_name` says which), and each
//! part is met many times: whether it is plain is asked once. Every other name is read as a whole, by `normalise`.

use super::dictionary::{Dictionary, Sought};
use super::row::Part;
use crate::normalise::{fold, kana_match_form, kanji_match_form, plain_name};

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

/// A text of a name's part, read.
#[derive(Clone, Copy, Default)]
struct Token {
    part: Part,
    /// Whether a name with this as its family name, and a plain given name, is plain; and the other way round.
    plain_family: bool,
    plain_given: bool,
}

/// Parts of one column already read.
#[derive(Clone, Default)]
struct Cache {
    texts: Dictionary,
    /// By code of the text; the empty text is code 0.
    tokens: Vec<Token>,
}

impl Cache {
    fn token(&mut self, names: &mut NameDictionaries, column: Column, sought: &Sought<'_>) -> Token {
        let code = self.texts.code_of(sought) as usize;
        if let Some(token) = self.tokens.get(code) {
            return *token;
        }
        let token = read(names, column, sought.text);
        self.tokens.resize(code, Token::default());
        self.tokens.push(token);
        token
    }
}

/// Parts of names already read, of both columns.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    kanji: Cache,
    kana: Cache,
}

/// The two parts of a text with a space in it.
pub(super) fn parts(text: &str) -> Option<[Sought<'_>; 2]> {
    const SPACES: [char; 2] = [' ', '\u{3000}'];
    let (family, rest) = text.trim().split_once(SPACES)?;
    let given = rest.trim_start_matches(SPACES);
    (!family.is_empty() && !given.is_empty()).then(|| [family, given].map(Sought::new))
}

impl Tokens {
    /// Family and given name of a text of two parts that is nothing else; `None` for every other.
    pub(super) fn two_parts(
        &mut self,
        names: &mut NameDictionaries,
        column: Column,
        [family, given]: [Sought<'_>; 2],
    ) -> Option<(Part, Part)> {
        let cache = if column == Column::Kanji { &mut self.kanji } else { &mut self.kana };
        let (family, given) = (cache.token(names, column, &family), cache.token(names, column, &given));
        (family.plain_family && given.plain_given).then_some((family.part, given.part))
    }

    /// See [`Dictionary::seek`]. The answer says nothing.
    pub(super) fn seek(&self, column: Column, sought: &mut Sought<'_>) -> u32 {
        let cache = if column == Column::Kanji { &self.kanji } else { &self.kana };
        let part =
            |(code, byte): (u32, u8)| Some(cache.tokens.get(code as usize)?.part.kana ^ u32::from(byte));
        cache.texts.seek(sought).and_then(part).unwrap_or(0)
    }
}

fn read(names: &mut NameDictionaries, column: Column, text: &str) -> Token {
    let plain_family = plain_name(&format!("{text}\u{3000}花子")) == Some((text, "花子"));
    let plain_given = plain_name(&format!("山田\u{3000}{text}")) == Some(("山田", text));
    let plain = plain_family || plain_given;
    let part = if plain { read_part(names, column, text) } else { Part::default() };
    Token { part, plain_family, plain_given }
}

fn read_part(names: &mut NameDictionaries, column: Column, text: &str) -> Part {
    let folded = fold(text);
    match column {
        Column::Kana => Part { kana: names.kana.code(&kana_match_form(&folded)), ..Part::default() },
        Column::Kanji => {
            // さくら and キヨ are their own reading.
            let aloud = if folded.chars().all(is_kana) { kana_match_form(&folded) } else { String::new() };
            Part {
                written: names.kanji.code(&folded),
                kanji: names.kanji.code(&kanji_match_form(&folded)),
                kana: names.kana.code(&aloud),
                roman: 0,
            }
        }
    }
}

const fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn part_by_part_says_what_the_whole_says(text in "[山田君故様テス試々ｶﾞさく一 　A・■()]{0,8}") {
            let mut names = NameDictionaries::default();
            let mut tokens = Tokens::default();
            let apart = parts(&text).filter(|parts| tokens.two_parts(&mut names, Column::Kanji, *parts).is_some());
            prop_assert_eq!(apart.map(|[family, given]| (family.text, given.text)), plain_name(&text));
        }
    }
}
