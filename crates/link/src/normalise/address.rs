//! Addresses (住所) to prefecture, municipality, locality and block numbers; the building is dropped.
//!
//! `東京都千代田区大字丸の内一丁目９番地１　○○ビル３０１` and `千代田区丸ノ内1-9-1` are one. The three steps — cut, place,
//! numbers — are public so that a caller with many records can keep the slow one (the place) per distinct text.

use super::blocks::{blocks, split_at_blocks};
use super::place::place;

/// An address in match form. Empty or 0 is unknown. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// 2-digit prefecture code.
    pub prefecture: String,
    /// 5-digit municipality code, or the text up to 市, 区, 町 or 村 where the table does not know it.
    pub municipality: String,
    /// From the municipality to before the first block number, county (郡) and 大字 dropped.
    pub locality: String,
    /// 丁目, 番地, 号 as `1-9-1`; at most three.
    pub blocks: String,
    /// Postal code.
    pub postal_code: String,
}

/// Brings an address into match form.
pub fn normalise_address(text: &str) -> Address {
    let (head, tail) = split_at_blocks(text);
    let place = place(head);
    let numbers: Vec<String> = blocks(tail).given().iter().map(u16::to_string).collect();
    Address {
        prefecture: place.prefecture,
        municipality: place.municipality,
        locality: place.locality,
        blocks: numbers.join("-"),
        postal_code: String::new(),
    }
}
