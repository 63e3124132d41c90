//! Decisions of humans (統合・分離の判断): pairs that are one person and pairs that are not (LNK-02).
//!
//! They always hold. Where they contradict one another the separation holds — a wrong join shows one person's care to
//! another, a missed one only loses some — and the contradiction is counted.

use crate::encode::Table;
use crate::statistics::Statistics;
use kiban_model::SubjectId;
use std::collections::HashSet;

/// What humans decided about pairs of subjects. Order within a pair and among pairs is of no meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// One person (統合).
    pub must: Vec<(SubjectId, SubjectId)>,
    /// Two persons (分離).
    pub must_not: Vec<(SubjectId, SubjectId)>,
}

/// The same, as positions in the table.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Sorted, each with the smaller position first.
    pub(crate) must: Vec<(u32, u32)>,
    must_not: HashSet<(u32, u32)>,
}

impl Resolved {
    pub(crate) fn forbids(&self, a: u32, b: u32) -> bool {
        !self.must_not.is_empty() && self.must_not.contains(&(a.min(b), a.max(b)))
    }

    /// Every decision in order, and whether it says one person.
    pub(crate) fn decisions(&self) -> Vec<((u32, u32), bool)> {
        let joined = self.must.iter().filter(|pair| !self.must_not.contains(pair)).map(|pair| (*pair, true));
        let mut all: Vec<_> = joined.chain(self.must_not.iter().map(|pair| (*pair, false))).collect();
        all.sort_unstable();
        all
    }

    pub(crate) fn decides(&self, a: u32, b: u32) -> bool {
        let pair = (a.min(b), a.max(b));
        self.must_not.contains(&pair) || self.must.binary_search(&pair).is_ok()
    }
}

impl Constraints {
    pub(crate) fn resolve(&self, table: &Table, statistics: &mut Statistics) -> Resolved {
        let mut unknown = 0;
        let mut contradicting = 0;
        let mut position = |pair: &(SubjectId, SubjectId)| {
            let found = table.subject(pair.0).zip(table.subject(pair.1));
            unknown += u64::from(found.is_none());
            found.map(|(a, b)| (a.min(b), a.max(b)))
        };
        let mut must: Vec<(u32, u32)> = self.must.iter().filter_map(&mut position).collect();
        let mut must_not: HashSet<(u32, u32)> = self.must_not.iter().filter_map(&mut position).collect();
        must_not.retain(|(a, b)| {
            contradicting += u64::from(a == b);
            a != b
        });
        must.retain(|pair| pair.0 != pair.1);
        must.sort_unstable();
        must.dedup();
        statistics.unknown_constraints = unknown;
        statistics.contradicting_constraints += contradicting;
        Resolved { must, must_not }
    }
}
