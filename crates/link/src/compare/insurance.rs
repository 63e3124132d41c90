//! Insurance: the insured person, the household, or only the insurer (被保険者記号・番号の比較).
//!
//! Symbol and number name a household (世帯); the branch (枝番, from 2021) names the person. 後期高齢者医療 insures persons.

use super::Level;
use super::similarity::within_one_edit;
use crate::encode::{InsuranceCodes, Table};

pub(super) fn compare(table: &Table, a: &InsuranceCodes, b: &InsuranceCodes) -> Level {
    let both = |a: u32, b: u32| a != 0 && b != 0;
    if !both(a.number, b.number) {
        return if both(a.insurer, b.insurer) && a.insurer == b.insurer {
            Level::Insurer
        } else {
            Level::Missing
        };
    }
    // An insurer or symbol not stated does not contradict; a short number without them says too little.
    let agrees = |a: u32, b: u32| a == b || a == 0 || b == 0;
    let insurer = agrees(a.insurer, b.insurer) && (both(a.insurer, b.insurer) || a.symbol == b.symbol);
    if insurer && a.number == b.number && agrees(a.symbol, b.symbol) {
        return if a.personal && b.personal {
            Level::Insured
        } else if !both(a.branch, b.branch) {
            Level::InsuredHousehold
        } else if a.branch == b.branch {
            Level::Insured
        } else {
            Level::OtherBranch
        };
    }
    if both(a.insurer, b.insurer) && a.insurer == b.insurer {
        let (x, y) = (table.numbers.chars(a.number), table.numbers.chars(b.number));
        let slip = a.symbol == b.symbol && x.len().min(y.len()) >= 4 && within_one_edit(x, y);
        return if slip { Level::Close } else { Level::Insurer };
    }
    Level::Different
}
