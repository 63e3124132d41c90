//! How the whole stands (全体の状態): what a run's report says of everybody, counted from the index after a change.

use super::Index;
use crate::{Statistics, review, statistics};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

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
        let (queue, (statistics, mut standing)) = rayon::join(
            || review::queue(table, scored, clustering, constraints, settings),
            || rayon::join(|| self.statistics(), || self.of_providers()),
        );
        let mut doubtful = vec![false; table.subjects.len()];
        for at in queue.iter().flat_map(|item| [item.a, item.b]).filter_map(|id| table.subject(id)) {
            if let Some(flag @ false) = doubtful.get_mut(at as usize) {
                *flag = true;
                let of = self.provider(at);
                standing.providers.entry(of.to_owned()).or_default().doubtful += 1;
            }
        }
        let size = |(subject, first): (u32, &u32)| {
            let size = if subject == *first { clustering.size_of(subject) as u64 } else { 1 };
            size * (size - 1) / 2
        };
        Standing {
            statistics,
            review: queue.len() as u64,
            pairs: scored.par_iter().map(|p| (p.probability(), clustering.together(p.a, p.b))).collect(),
            pairs_together: (0..).zip(&clustering.first_of).map(size).sum(),
            ..standing
        }
    }

    fn statistics(&self) -> Statistics {
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
        whole
    }

    /// Subjects by provider, and who of them is known to another.
    fn of_providers(&self) -> Standing {
        let Self { table, clustering, .. } = self;
        // Row by row: subjects stand all over the table. The first statement has the last word.
        let mut provider_of = vec![0; table.subjects.len()];
        for row in table.rows.iter().rev() {
            if let Some(provider) = provider_of.get_mut(row.subject as usize) {
                *provider = row.provider;
            }
        }
        let mut several = vec![false; provider_of.len()];
        for (provider, first) in provider_of.iter().zip(&clustering.first_of) {
            if provider_of.get(*first as usize) != Some(provider)
                && let Some(flag) = several.get_mut(*first as usize)
            {
                *flag = true;
            }
        }
        let mut by_provider: HashMap<u32, ProviderStanding> = HashMap::new();
        for (provider, first) in provider_of.iter().zip(&clustering.first_of) {
            let standing = by_provider.entry(*provider).or_default();
            standing.subjects += 1;
            standing.linked += u64::from(several.get(*first as usize) == Some(&true));
        }
        let named = |(code, standing)| (table.numbers.text(code).to_owned(), standing);
        Standing {
            shared: several.iter().filter(|flag| **flag).count() as u64,
            providers: by_provider.into_iter().map(named).collect(),
            ..Standing::default()
        }
    }

    fn provider(&self, subject: u32) -> &str {
        let first = self.table.rows_of(subject).first().and_then(|at| self.table.row(*at));
        self.table.numbers.text(first.map_or(0, |row| row.provider))
    }
}
