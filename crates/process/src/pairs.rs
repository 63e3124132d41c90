//! Distinct pairs (person, number). A life repeats itself: what is kept in memory are distinct pairs, not rows.

use crate::models::Groups;
use rayon::prelude::*;

/// Pairs while rows are read.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    pairs: Vec<(u32, u32)>,
    settled: usize,
}

impl Pairs {
    pub(crate) fn push(&mut self, person: u32, number: u32) {
        if self.pairs.len() > 2 * self.settled.max(1 << 20) {
            self.settle();
        }
        self.pairs.push((person, number));
    }

    fn settle(&mut self) {
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
        self.settled = self.pairs.len();
    }

    /// The numbers of every person, ascending.
    pub(crate) fn groups(mut self, persons: usize) -> Groups {
        self.settle();
        Groups::of_pairs(persons, self.pairs.iter().copied())
    }
}
