//! Name parts seen before (氏名の部品): reading a text costs microseconds, having read it costs a look-up.
//!
//! Most names are a family and a given name with one space between and nothing else (`plain_name` says which), and each
//! part is met many times. Every other name is read as a whole, by `normalise`.

use super::dictionary::Dictionary;
use super::row::Part;
use crate::normalise::{fold, kana_match_form, kanji_match_form};

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

/// Parts of one column already read.
#[derive(Clone, Default)]
struct Cache {
    texts: Dictionary,
    /// By code of the text; the empty text is code 0.
    parts: Vec<Part>,
}

impl Cache {
    fn part(&mut self, names: &mut NameDictionaries, column: Column, text: &str) -> Part {
        let code = self.texts.code(text) as usize;
        if let Some(part) = self.parts.get(code) {
            return *part;
        }
        let part = read(names, column, text);
        self.parts.resize(code, Part::default());
        self.parts.push(part);
        part
    }
}

/// Parts of names already read, of both columns.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    kanji: Cache,
    kana: Cache,
}

impl Tokens {
    /// Family and given name of a plain name.
    pub(super) fn two_parts(
        &mut self,
        names: &mut NameDictionaries,
        column: Column,
        (family, given): (&str, &str),
    ) -> (Part, Part) {
        let cache = if column == Column::Kanji { &mut self.kanji } else { &mut self.kana };
        (cache.part(names, column, family), cache.part(names, column, given))
    }

    /// See [`Dictionary::fetch`]. The answer says nothing.
    pub(super) fn fetch(&self, column: Column, place: u64) -> u32 {
        let cache = if column == Column::Kanji { &self.kanji } else { &self.kana };
        let part = |(code, byte): (u32, u8)| Some(cache.parts.get(code as usize)?.kana ^ u32::from(byte));
        cache.texts.fetch(place).and_then(part).unwrap_or(0)
    }
}

fn read(names: &mut NameDictionaries, column: Column, text: &str) -> Part {
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
