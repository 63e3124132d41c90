//! Addresses: from the same door to nothing in common (住所の比較).

use super::Level;
use super::names::Script;
use super::similarity::jaro_winkler;
use crate::encode::{Row, Table};

/// Place names, after the scripts of names.
const PLACES: u8 = Script::Roman as u8 + 1;

pub(super) fn compare(table: &Table, a: &Row, b: &Row) -> Level {
    let both = |a: u32, b: u32| a != 0 && b != 0;
    let places = both(a.locality, b.locality);
    let postal = both(a.postal, b.postal);
    let prefectures = a.prefecture != 0 && b.prefecture != 0;
    if !places && !postal {
        return match prefectures {
            true if a.prefecture == b.prefecture => Level::Prefecture,
            true => Level::Different,
            false => Level::Missing,
        };
    }
    if places && (a.locality == b.locality || alike(table, a.locality, b.locality)) {
        return if same_blocks(a, b) { Level::Exact } else { Level::Locality };
    }
    if postal && a.postal == b.postal {
        return Level::PostalCode;
    }
    if both(a.municipality, b.municipality) && a.municipality == b.municipality {
        return Level::Municipality;
    }
    if prefectures && a.prefecture == b.prefecture { Level::Prefecture } else { Level::Different }
}

/// 1-9 and 1-9-1 are one door as far as both say, if both say at least two numbers.
const fn same_blocks(a: &Row, b: &Row) -> bool {
    let ([a1, a2, a3], [b1, b2, b3]) = (a.blocks, b.blocks);
    a1 != 0 && a1 == b1 && a2 == b2 && (a3 == b3 || (a2 != 0 && (a3 == 0 || b3 == 0)))
}

fn alike(table: &Table, a: u32, b: u32) -> bool {
    let level = table.memory.level(PLACES, a, b, || {
        let (a, b) = (table.places.chars(a), table.places.chars(b));
        let alike = a.len().min(b.len()) >= 5 && jaro_winkler(a, b) >= 0.95;
        if alike { Level::Close } else { Level::Different }
    });
    level == Level::Close
}
