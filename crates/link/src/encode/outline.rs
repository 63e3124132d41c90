//! What shows of a statement before any of it is looked up (あらまし), so that the look-ups of many can follow one another.

use super::dictionary::Sought;
use super::places::Places;
use super::statement::Statement;
use super::tokens::{Column, Tokens, parts};
use crate::normalise::split_at_blocks;

/// The texts of a statement that are looked up as they stand. Has no `Debug`: it identifies a person.
pub(super) struct Outline<'a> {
    /// What stands before and after a space.
    pub(super) kanji: Option<[Sought<'a>; 2]>,
    pub(super) kana: Option<[Sought<'a>; 2]>,
    /// The address up to the block numbers, and from there.
    pub(super) head: Sought<'a>,
    pub(super) tail: &'a str,
}

impl<'a> Outline<'a> {
    pub(super) fn of(statement: &Statement<'a>) -> Self {
        let (head, tail) =
            if statement.address.is_empty() { ("", "") } else { split_at_blocks(statement.address) };
        Self { kanji: parts(statement.name), kana: parts(statement.kana), head: Sought::new(head), tail }
    }
}

/// Finds where the texts of these outlines stand, one look-up after the other.
pub(super) fn seek(outlines: &mut [Outline<'_>], tokens: &Tokens, places: &Places) {
    let mut sum = 0u32;
    for Outline { kanji, kana, head, .. } in outlines {
        for sought in kanji.iter_mut().flatten() {
            sum ^= tokens.seek(Column::Kanji, sought);
        }
        for sought in kana.iter_mut().flatten() {
            sum ^= tokens.seek(Column::Kana, sought);
        }
        sum ^= places.seek(head);
    }
    // What was read is near now; nobody needs it.
    std::hint::black_box(sum);
}
