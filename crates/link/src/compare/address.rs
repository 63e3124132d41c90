//! Addresses: from the same door to nothing in common (住所の比較).

use super::Level;
use super::similarity::jaro_winkler;
use crate::encode::{AddressCodes, Table};

pub(super) fn compare(table: &Table, a: &AddressCodes, b: &AddressCodes) -> Level {
    let both = |a: u32, b: u32| a != 0 && b != 0;
    let places = both(a.locality, b.locality);
    let postal = both(a.postal_code, b.postal_code);
    if !places && !postal {
        let prefectures = both(a.prefecture, b.prefecture);
        return match prefectures {
            true if a.prefecture == b.prefecture => Level::Prefecture,
            true => Level::Different,
            false => Level::Missing,
        };
    }
    if places {
        let locality = a.locality == b.locality || alike(table, a.locality, b.locality);
        if locality && both(a.blocks, b.blocks) && same_blocks(table, a.blocks, b.blocks) {
            return Level::Exact;
        }
        if locality {
            return Level::Locality;
        }
    }
    if postal && a.postal_code == b.postal_code {
        return Level::PostalCode;
    }
    if both(a.municipality, b.municipality) && a.municipality == b.municipality {
        return Level::Municipality;
    }
    if both(a.prefecture, b.prefecture) {
        return if a.prefecture == b.prefecture { Level::Prefecture } else { Level::Different };
    }
    Level::Different
}

/// 1-9 and 1-9-1 are one door as far as both say, if both say at least two numbers.
fn same_blocks(table: &Table, a: u32, b: u32) -> bool {
    if a == b {
        return true;
    }
    let (a, b) = (table.places.text(a), table.places.text(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.contains('-') && long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'))
}

fn alike(table: &Table, a: u32, b: u32) -> bool {
    let (a, b) = (table.places.chars(a), table.places.chars(b));
    a.len().min(b.len()) >= 5 && jaro_winkler(a, b) >= 0.95
}
