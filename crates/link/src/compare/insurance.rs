//! Insurance: the insured person, the household, or only the insurer (被保険者記号・番号の比較).
//!
//! Symbol and number name a household (世帯); the branch (枝番, from 2021) names the person. 後期高齢者医療 insures persons.

use super::Level;
use super::similarity::numbers_within_one_edit;
use crate::encode::{Flags, Row};

pub(crate) fn compare(a: &Row, b: &Row) -> Level {
    let both = |a: u32, b: u32| a != 0 && b != 0;
    let same_insurer = both(a.insurer, b.insurer) && a.insurer == b.insurer;
    if a.number == 0 || b.number == 0 {
        return if same_insurer { Level::Insurer } else { Level::Missing };
    }
    // An insurer or symbol not stated does not contradict; a short number without them says too little.
    let agrees = |a: u32, b: u32| a == b || a == 0 || b == 0;
    let insurer = agrees(a.insurer, b.insurer) && (both(a.insurer, b.insurer) || a.symbol == b.symbol);
    if insurer && a.number == b.number && agrees(a.symbol, b.symbol) {
        let persons = a.flags.has(Flags::INSURED_PERSON) && b.flags.has(Flags::INSURED_PERSON);
        return match (a.branch, b.branch) {
            _ if persons => Level::Insured,
            (0, _) | (_, 0) => Level::InsuredHousehold,
            (x, y) if x == y => Level::Insured,
            _ => Level::OtherBranch,
        };
    }
    if same_insurer {
        // Numbers stand behind a 1: four digits of their own are five.
        let long = a.number.min(b.number) >= 10_000;
        let slip = long && a.symbol == b.symbol && numbers_within_one_edit(a.number, b.number);
        return if slip { Level::Close } else { Level::Insurer };
    }
    Level::Different
}
