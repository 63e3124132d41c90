//! From pairs to persons (同一人のまとまり), without chaining.
//!
//! Joins go from the surest down. Before two groups become one, *all* pairs across them are looked at, not only the one
//! that proposes the join: A like B and B like C does not make A and C one if those two contradict. A refused join goes to
//! the review queue. Decisions of humans hold whatever the weights say; separations before joins.

mod groups;

use crate::compare::{Field, Level, compare};
use crate::constraints::Resolved;
use crate::encode::{Row, Table};
use crate::estimate::{Model, SubjectPair, score_any};
use crate::settings::Settings;
use groups::Groups;
use kiban_model::SubjectId;

/// Subjects that are one person.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cluster {
    /// Sorted; at least one.
    pub subjects: Vec<SubjectId>,
    /// Probability that nothing is wrong with it: the weakest join; for one alone, that no pair was missed.
    pub confidence: f64,
}

/// Groups of subject positions and what was refused.
#[derive(Debug)]
pub(crate) struct Clustering {
    group_of: Vec<u32>,
    clusters: Vec<(Vec<u32>, f64)>,
    /// Positions in the scored pairs whose join the checks refused.
    pub(crate) refused: Vec<usize>,
    /// Human joins that a human separation forbids.
    pub(crate) contradicting: u64,
}

impl Clustering {
    /// Whether two subjects came to be one person.
    pub(crate) fn together(&self, a: u32, b: u32) -> bool {
        self.group_of.get(a as usize).is_some_and(|group| self.group_of.get(b as usize) == Some(group))
    }

    /// How many subjects are one person with this one.
    pub(crate) fn size_of(&self, subject: u32) -> usize {
        let group = self.group_of.get(subject as usize).and_then(|group| self.clusters.get(*group as usize));
        group.map_or(1, |(members, _)| members.len())
    }

    pub(crate) fn clusters(&self) -> &[(Vec<u32>, f64)] {
        &self.clusters
    }

    pub(crate) fn into_clusters(self, table: &Table) -> Vec<Cluster> {
        let cluster = |(members, confidence): (Vec<u32>, f64)| Cluster {
            subjects: members.into_iter().map(|at| table.subject_id(at)).collect(),
            confidence,
        };
        self.clusters.into_iter().map(cluster).collect()
    }
}

/// Weights are cut off here before they are averaged, so that one certain pair cannot outvote several contradictions.
const MOST: f64 = 12.0;

pub(crate) fn cluster(
    table: &Table,
    model: &Model,
    scored: &[SubjectPair],
    constraints: &Resolved,
    settings: &Settings,
) -> Clustering {
    let mut groups = Groups::new(table.subjects.len());
    let mut contradicting = 0;
    for (a, b) in &constraints.must {
        let forbidden =
            !groups.together(*a, *b) && any_across(&groups, *a, *b, |x, y| constraints.forbids(x, y));
        if forbidden || constraints.forbids(*a, *b) {
            contradicting += 1;
        } else {
            groups.join(*a, *b, 1.0);
        }
    }
    let mut order: Vec<usize> = scored
        .iter()
        .enumerate()
        .filter(|(_, pair)| pair.probability >= settings.link_above)
        .map(|(at, _)| at)
        .collect();
    let pair_at = |at: &usize| scored.get(*at).map(|p| (p.weight, p.a, p.b)).unwrap_or_default();
    order.sort_unstable_by(|x, y| {
        let (x, y) = (pair_at(x), pair_at(y));
        y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2)))
    });
    let mut refused = Vec::new();
    for at in order {
        let Some(pair) = scored.get(at) else { continue };
        if groups.together(pair.a, pair.b) {
            continue;
        }
        if may_join(table, model, pair, &groups, constraints, settings) {
            groups.join(pair.a, pair.b, pair.probability);
        } else {
            refused.push(at);
        }
    }
    finish(table, scored, &groups, refused, contradicting)
}

fn any_across(groups: &Groups, a: u32, b: u32, mut test: impl FnMut(u32, u32) -> bool) -> bool {
    groups.members(a).iter().any(|x| groups.members(b).iter().any(|y| test(*x, *y)))
}

fn may_join(
    table: &Table,
    model: &Model,
    pair: &SubjectPair,
    groups: &Groups,
    constraints: &Resolved,
    settings: &Settings,
) -> bool {
    let (left, right) = (groups.members(pair.a), groups.members(pair.b));
    if left.len() + right.len() > settings.largest_cluster {
        return false;
    }
    if constraints.has_separations() && any_across(groups, pair.a, pair.b, |x, y| constraints.forbids(x, y)) {
        return false;
    }
    if any_across(groups, pair.a, pair.b, |x, y| contradict(table, x, y)) {
        return false;
    }
    if left.len() == 1 && right.len() == 1 {
        return true;
    }
    let across = left.iter().flat_map(|x| right.iter().map(move |y| (*x, *y)));
    let sum: f64 = across.map(|(x, y)| score_any(table, model, x, y).clamp(-MOST, MOST)).sum();
    sum > 0.0
}

/// Whether all that two subjects state about birth date and given name differs: nobody changes both.
fn contradict(table: &Table, a: u32, b: u32) -> bool {
    let (a, b) = (table.rows_of(a), table.rows_of(b));
    let differ = |x: &Row, y: &Row| {
        let pattern = compare(table, x, y);
        [Field::BirthDate, Field::GivenName].into_iter().all(|field| pattern.get(field) == Level::Different)
    };
    a.iter().all(|x| b.iter().all(|y| differ(x, y)))
}

fn finish(
    table: &Table,
    scored: &[SubjectPair],
    groups: &Groups,
    refused: Vec<usize>,
    contradicting: u64,
) -> Clustering {
    let count = u32::try_from(table.subjects.len()).unwrap_or(u32::MAX);
    let mut group_of = vec![u32::MAX; table.subjects.len()];
    let mut clusters: Vec<(Vec<u32>, f64)> = Vec::new();
    for subject in 0..count {
        if group_of.get(subject as usize).is_none_or(|group| *group != u32::MAX) {
            continue;
        }
        let number = u32::try_from(clusters.len()).unwrap_or(u32::MAX);
        let mut members = groups.members(subject).to_vec();
        members.sort_unstable();
        for member in &members {
            if let Some(group) = group_of.get_mut(*member as usize) {
                *group = number;
            }
        }
        clusters.push((members, groups.confidence(subject)));
    }
    // One alone is as sure as its best pair was improbable.
    for pair in scored {
        for subject in [pair.a, pair.b] {
            let group = group_of.get(subject as usize).and_then(|group| clusters.get_mut(*group as usize));
            if let Some((members, confidence)) = group
                && members.len() == 1
            {
                *confidence = confidence.min(1.0 - pair.probability);
            }
        }
    }
    Clustering { group_of, clusters, refused, contradicting }
}
