//! Addresses to codes: the part before the block numbers is read once per distinct text, the numbers every time.

use super::dictionary::{Dictionary, Sought};
use super::row::Row;
use super::statement::Statement;
use crate::hash;
use crate::normalise::{self, Place};

/// Texts of municipalities and localities, and the heads of addresses already read. Has no `Debug`: an address
/// identifies a person.
#[derive(Clone)]
pub(crate) struct Places {
    pub(crate) texts: Dictionary,
    heads: Dictionary,
    /// By head: prefecture, municipality, locality.
    read: Vec<(u8, u32, u32)>,
}

impl Default for Places {
    fn default() -> Self {
        Self { texts: Dictionary::default(), heads: Dictionary::default(), read: vec![(0, 0, 0)] }
    }
}

impl Places {
    /// Reads an address, split at its block numbers, into a row.
    pub(super) fn read(&mut self, row: &mut Row, head: &Sought<'_>, tail: &str) {
        let head_code = self.heads.code_of(head) as usize;
        if head_code == self.read.len() {
            let place = normalise::place(head.text);
            let codes = self.codes(&place);
            self.read.push(codes);
        }
        (row.prefecture, row.municipality, row.locality) =
            self.read.get(head_code).copied().unwrap_or_default();
        let blocks = normalise::blocks(tail);
        row.blocks = blocks.numbers;
        row.room = blocks.room;
    }

    /// See [`Dictionary::seek`]. The answer says nothing.
    pub(super) fn seek(&self, head: &mut Sought<'_>) -> u32 {
        let locality = |(code, byte): (u32, u8)| Some(self.read.get(code as usize)?.2 ^ u32::from(byte));
        self.heads.seek(head).and_then(locality).unwrap_or(0)
    }

    /// Reads an address whose parts stand in columns of their own; a street and a house number are the door.
    pub(super) fn read_apart(&mut self, row: &mut Row, statement: &Statement<'_>) {
        let [prefecture, municipality, town, number] =
            [statement.prefecture, statement.municipality, statement.town, statement.block_number]
                .map(normalise::normalise_identifier);
        row.prefecture = normalise::place(statement.prefecture).prefecture.parse().unwrap_or(0);
        row.municipality = self.texts.code(if municipality.is_empty() { &prefecture } else { &municipality });
        row.locality = self.texts.code(&town);
        if !number.is_empty() {
            let hash = hash::text(&number);
            row.blocks = [(hash >> 32) as u16 | 1, (hash >> 16) as u16, hash as u16];
        }
    }

    fn codes(&mut self, place: &Place) -> (u8, u32, u32) {
        let prefecture = place.prefecture.parse().unwrap_or(0);
        (prefecture, self.texts.code(&place.municipality), self.texts.code(&place.locality))
    }
}
