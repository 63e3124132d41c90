//! Risk before and after: how many people share a combination, and how often a simulated attacker finds the right one.
//!
//! It is measured on what leaves, not on what was asked for, and it reports counts and rates only. Formulae:
//!
//! - **Group sizes.** With groups of sizes s₁…sₘ over n people: highest risk 1 ÷ min sᵢ; average risk m ÷ n, which is the
//!   mean over people of 1 ÷ (size of their group); unique are those with sᵢ = 1 (prosecutor model).
//! - **Attack** ([`attacks`]). The attacker knows true facts of a target and guesses uniformly among the candidates of the
//!   product that agree with them. Success = mean over targets of 1 ÷ |candidates|, 0 for a suppressed target.
//!   A generalised fact agrees with every value in its class; a shifted date agrees with every date that some possible
//!   shift makes of the true one, and two dates of one candidate must agree through the *same* shift.

pub mod attacks;
pub(crate) mod ceilings;
pub(crate) mod events;
mod interval;
pub(crate) mod trajectories;

pub use ceilings::{Ceilings, Exceeded};
pub use interval::{people_needed, wilson};
pub use trajectories::{Trajectories, Uniqueness};

use crate::models::Classes;
use kiban_model::report::GroupSizes;
use std::collections::{BTreeMap, BTreeSet};

/// The report of some classes.
pub fn group_sizes(classes: &Classes) -> GroupSizes {
    let mut histogram: BTreeMap<u64, u64> = BTreeMap::new();
    for size in classes.sizes() {
        *histogram.entry(*size).or_default() += size;
    }
    let people = classes.people();
    let smallest = histogram.keys().next().copied().unwrap_or(0);
    GroupSizes {
        smallest,
        unique: histogram.get(&1).copied().unwrap_or(0),
        highest_risk: if smallest == 0 { 0.0 } else { 1.0 / smallest as f64 },
        average_risk: if people == 0 { 0.0 } else { classes.sizes().len() as f64 / people as f64 },
        histogram: histogram.into_iter().collect(),
    }
}

/// SplitMix64: spreads a number over 64 bits. Chooses for simulations and spreads keys; nothing secret depends on it.
pub(crate) const fn mixed(n: u64) -> u64 {
    let n = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

/// Some of a list, each as likely as another, by a seed; in the order of the list. All of it where there are no more.
pub(crate) fn drawn<T: Copy>(list: &[T], most: usize, seed: u64) -> Vec<T> {
    if list.len() <= most {
        return list.to_vec();
    }
    // The least numbers of a hash of the places are a uniform choice of places.
    let mut places: Vec<(u64, usize)> =
        (0..list.len()).map(|at| (mixed(seed ^ mixed(at as u64)), at)).collect();
    places.select_nth_unstable(most);
    places.truncate(most);
    places.sort_unstable_by_key(|(_, at)| *at);
    places.into_iter().filter_map(|(_, at)| list.get(at).copied()).collect()
}

/// One key for every different combination of shifts: the shift of `days` changes at multiples of 2^64 ÷ (2 × days).
pub(crate) fn representative_keys(days: &BTreeSet<u16>) -> Vec<u64> {
    let mut keys: BTreeSet<u64> = BTreeSet::from([0]);
    for days in days.iter().filter(|days| **days > 0) {
        let parts = 2 * u128::from(*days);
        keys.extend((0..parts).map(|part| (part << 64).div_ceil(parts) as u64));
    }
    keys.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Keys, Subject};

    #[test]
    fn representative_keys_reach_every_shift_once() {
        let keys = Keys::new(&[7; 32], "p");
        let shifts: Vec<i32> = representative_keys(&BTreeSet::from([3]))
            .into_iter()
            .map(|shift_key| Subject::shifted(shift_key, &keys).shift(3))
            .collect();
        assert_eq!(shifts, [-3, -2, -1, 1, 2, 3]);
    }
}
