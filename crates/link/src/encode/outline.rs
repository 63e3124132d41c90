//! What shows of a statement before any of it is looked up (あらまし), so that the look-ups of many can follow one another.

use super::dictionary::Dictionary;
use super::places::Places;
use super::statement::Statement;
use super::tokens::{Column, Tokens, parts};
use crate::normalise::split_at_blocks;

/// The texts of a statement that are looked up as they stand. Has no `Debug`: it identifies a person.
pub(super) struct Outline<'a> {
    /// What stands before and after a space.
    pub(super) kanji: Option<(&'a str, &'a str)>,
    pub(super) kana: Option<(&'a str, &'a str)>,
    /// Up to the block numbers, and from there.
    pub(super) address: (&'a str, &'a str),
}

/// Where the texts of an outline are to be looked for.
struct Whereabouts {
    kanji: [u64; 2],
    kana: [u64; 2],
    head: u64,
}

impl<'a> Outline<'a> {
    pub(super) fn of(statement: &Statement<'a>) -> Self {
        let address =
            if statement.address.is_empty() { ("", "") } else { split_at_blocks(statement.address) };
        Self { kanji: parts(statement.name), kana: parts(statement.kana), address }
    }
}

/// Brings nearer what looking up the texts of these outlines will read. Changes nothing but time.
pub(super) fn fetch(outlines: &[Outline<'_>], tokens: &Tokens, places: &Places) {
    let of_name = |name: Option<(&str, &str)>| {
        name.map_or([0; 2], |(a, b)| [Dictionary::place(a), Dictionary::place(b)])
    };
    let all: Vec<Whereabouts> = outlines
        .iter()
        .map(|outline| Whereabouts {
            kanji: of_name(outline.kanji),
            kana: of_name(outline.kana),
            head: Dictionary::place(outline.address.0),
        })
        .collect();
    let mut sum = 0u32;
    for Whereabouts { kanji, kana, head } in all {
        for place in kanji {
            sum ^= tokens.fetch(Column::Kanji, place);
        }
        for place in kana {
            sum ^= tokens.fetch(Column::Kana, place);
        }
        sum ^= places.fetch(head);
    }
    std::hint::black_box(sum);
}
