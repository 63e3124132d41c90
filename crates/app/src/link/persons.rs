//! Which number each cluster's person has (本人番号の引継ぎ): stable for those a change does not concern.

use crate::{AppError, Operator};
use kiban_link::Cluster;
use kiban_model::{PersonId, SubjectId};
use kiban_vault::PersonOf;
use std::collections::{BTreeMap, HashMap, HashSet};

impl Operator {
    /// Gives each cluster its person number. Whoever was one person with a subject of these clusters is in one of them.
    pub(super) fn name_persons(&self, clusters: &[Cluster]) -> Result<Vec<PersonOf>, AppError> {
        let subjects: Vec<SubjectId> = clusters.iter().flat_map(|c| c.subjects.iter().copied()).collect();
        let standing: HashMap<SubjectId, PersonId> =
            self.vault.persons_of(&subjects)?.into_iter().map(|l| (l.subject, l.person)).collect();
        // Larger claims first: a person's number stays with the part that has most of its subjects, ties with the smaller subject.
        let mut claims: Vec<(usize, SubjectId, PersonId, usize)> = Vec::new();
        for (at, cluster) in clusters.iter().enumerate() {
            let mut votes: BTreeMap<PersonId, (usize, SubjectId)> = BTreeMap::new();
            for subject in &cluster.subjects {
                if let Some(person) = standing.get(subject) {
                    votes.entry(*person).or_insert((0, *subject)).0 += 1;
                }
            }
            claims.extend(votes.into_iter().map(|(person, (count, first))| (count, first, person, at)));
        }
        claims.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut named: Vec<Option<PersonId>> = vec![None; clusters.len()];
        let mut taken = HashSet::new();
        for (_, _, person, at) in claims {
            if let Some(slot @ None) = named.get_mut(at)
                && taken.insert(person)
            {
                *slot = Some(person);
            }
        }
        self.found_persons(clusters, &mut named)?;
        let named = clusters.iter().zip(named).filter_map(|(cluster, person)| Some((cluster, person?)));
        let links = named.flat_map(|(cluster, person)| {
            cluster.subjects.iter().map(move |subject| PersonOf {
                subject: *subject,
                person,
                confidence: cluster.confidence,
            })
        });
        Ok(links.collect())
    }

    /// New numbers for those that have none. One that was ever given is never given again to somebody else.
    fn found_persons(&self, clusters: &[Cluster], named: &mut [Option<PersonId>]) -> Result<(), AppError> {
        let mut given = HashSet::new();
        for attempt in 0.. {
            let unnamed = named.iter_mut().zip(clusters).filter(|(slot, _)| slot.is_none());
            let number = |cluster: &Cluster| {
                let founder = cluster.subjects.first().copied().unwrap_or(SubjectId(0));
                self.vault.secret().person(founder, attempt)
            };
            let proposed: Vec<(&mut Option<PersonId>, PersonId)> =
                unnamed.map(|(slot, cluster)| (slot, number(cluster))).collect();
            if proposed.is_empty() {
                break;
            }
            let numbers: Vec<PersonId> = proposed.iter().map(|(_, number)| *number).collect();
            given.extend(self.vault.persons_given(&numbers)?);
            for (slot, number) in proposed {
                *slot = given.insert(number).then_some(number);
            }
        }
        Ok(())
    }
}
