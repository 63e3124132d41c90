//! How the whole stands (全体の状態): what a run's report says of everybody, counted from the index after a change.

use super::Index;
use crate::{Statistics, review, statistics};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Everybody in numbers, however they came in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// Persons, pairs and the model's own estimate. What belongs to a single run — records, blocks, rules, pairs compared,
    /// levels, values set aside — is left out.
    pub statistics: Statistics,
    /// Persons known to more than one provider.
    pub shared: u64,
    /// Pairs a human should look at.
    pub review: u64,
    /// Every kept pair: its probability and whether it is one person; in no particular order.
    pub pairs: Vec<(f64, bool)>,
    /// Pairs of subjects that are one person, whether or not they were kept as a pair.
    pub pairs_together: u64,
    /// By provider.
    pub providers: BTreeMap<String, ProviderStanding>,
}

/// How one provider's subjects fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProviderStanding {
    /// Subjects.
    pub subjects: u64,
    /// Those known to another provider too.
    pub linked: u64,
    /// Those with a pair for a human to look at.
    pub doubtful: u64,
}

impl Index {
    /// How the whole stands. A subject belongs to the provider of its first statement.
    pub fn standing(&self) -> Standing {
        let Self { table, clustering, constraints, settings, scored, .. } = self;
        let mut whole = Statistics {
            statements: self.statements(),
            subjects: table.subjects.len() as u64,
            ..Statistics::default()
        };
        statistics::summarise(&mut whole, &[], scored, clustering, settings);
        whole.fields.clear();
        let unmet = constraints.must.iter().filter(|(a, b)| !clustering.together(*a, *b));
        whole.contradicting_constraints = unmet.count() as u64;

        let subjects = u32::try_from(table.subjects.len()).unwrap_or(u32::MAX);
        // Row by row: subjects stand all over the table. The first statement has the last word.
        let mut providers = vec![0; table.subjects.len()];
        for row in table.rows.iter().rev() {
            if let Some(provider) = providers.get_mut(row.subject as usize) {
                *provider = row.provider;
            }
        }
        let of = |subject: u32| providers.get(subject as usize).copied().unwrap_or(0);
        let mut several = vec![false; providers.len()];
        for (subject, first) in (0..subjects).zip(&clustering.first_of) {
            if of(subject) != of(*first)
                && let Some(flag) = several.get_mut(*first as usize)
            {
                *flag = true;
            }
        }
        let queue = review::queue(table, scored, clustering, constraints, settings);
        let mut doubtful = vec![false; providers.len()];
        for id in queue.iter().flat_map(|item| [item.a, item.b]) {
            if let Some(flag) = table.subject(id).and_then(|at| doubtful.get_mut(at as usize)) {
                *flag = true;
            }
        }
        let mut by_provider: BTreeMap<u32, ProviderStanding> = BTreeMap::new();
        let flag = |flags: &[bool], at: u32| u64::from(flags.get(at as usize).copied().unwrap_or(false));
        for (subject, first) in (0..subjects).zip(&clustering.first_of) {
            let standing = by_provider.entry(of(subject)).or_default();
            standing.subjects += 1;
            standing.linked += flag(&several, *first);
            standing.doubtful += flag(&doubtful, subject);
        }
        let size = |(subject, first): (u32, &u32)| {
            let size = if subject == *first { clustering.size_of(subject) as u64 } else { 1 };
            size * (size - 1) / 2
        };
        Standing {
            statistics: whole,
            shared: several.iter().filter(|flag| **flag).count() as u64,
            review: queue.len() as u64,
            pairs: scored.par_iter().map(|p| (p.probability(), clustering.together(p.a, p.b))).collect(),
            pairs_together: (0..subjects).zip(&clustering.first_of).map(size).sum(),
            providers: by_provider
                .into_iter()
                .map(|(code, standing)| (table.numbers.text(code).to_owned(), standing))
                .collect(),
        }
    }
}
