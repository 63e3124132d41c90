//! From pairs to persons (同一人のまとまり), without chaining.
//!
//! Joins go from the surest down. Before two groups become one, *all* pairs across them are looked at, not only the one
//! that proposes the join: A like B and B like C does not make A and C one if those two contradict. A refused join goes to
//! the review queue. Decisions of humans hold whatever the weights say; separations before joins.
//!
//! Subjects that no chain of probable pairs connects cannot come together, so that each connected part is decided by
//! itself: side by side on all cores, and again when something new arrives there (`index`).

mod components;
mod groups;
mod siblings;

use crate::compare::{Field, Level, Pattern, compare, compare_insurance};
use crate::constraints::Resolved;
use crate::encode::{Row, Table};
use crate::estimate::{Model, SubjectPair, score_any, weight_of};
use crate::settings::Settings;
use components::Components;
pub(crate) use components::Part;
use groups::Groups;
use kiban_model::SubjectId;
use rayon::prelude::*;

/// Subjects that are one person.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cluster {
    /// Sorted; at least one.
    pub subjects: Vec<SubjectId>,
    /// Probability that nothing is wrong with it: the weakest join; for one alone, that no pair was missed.
    pub confidence: f64,
}

/// What became of the subjects of a run: everyone is in one group.
#[derive(Debug, Default)]
pub(crate) struct Clustering {
    /// By subject: the smallest subject of its group.
    pub(crate) first_of: Vec<u32>,
    /// By subject: how many are in the group, and how sure it is; meant where the subject is the smallest of its group.
    pub(crate) sizes: Vec<u32>,
    pub(crate) confidence: Vec<f32>,
    /// Positions in the scored pairs whose join the checks refused.
    pub(crate) refused: Vec<usize>,
    /// Human joins that a human separation forbids.
    pub(crate) contradicting: u64,
}

impl Clustering {
    fn first(&self, subject: u32) -> u32 {
        self.first_of.get(subject as usize).copied().unwrap_or(subject)
    }

    /// Whether two subjects came to be one person.
    pub(crate) fn together(&self, a: u32, b: u32) -> bool {
        self.first(a) == self.first(b)
    }

    /// How many subjects are one person with this one.
    pub(crate) fn size_of(&self, subject: u32) -> usize {
        self.sizes.get(self.first(subject) as usize).map_or(1, |size| *size as usize)
    }

    /// How sure the group of a subject is.
    pub(crate) fn confidence_of(&self, subject: u32) -> f32 {
        self.confidence.get(self.first(subject) as usize).copied().unwrap_or(1.0)
    }

    /// How many persons there are.
    pub(crate) fn persons(&self) -> u64 {
        (0u32..).zip(&self.first_of).filter(|(subject, first)| subject == *first).count() as u64
    }

    /// The persons, by first subject.
    pub(crate) fn clusters(&self, table: &Table) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut at = vec![u32::MAX; self.first_of.len()];
        for (subject, first) in (0u32..).zip(&self.first_of) {
            let Some(slot) = at.get_mut(*first as usize) else { continue };
            if *slot == u32::MAX {
                *slot = u32::try_from(clusters.len()).unwrap_or(u32::MAX);
                let confidence = f64::from(self.confidence_of(*first));
                clusters.push(Cluster { subjects: Vec::new(), confidence });
            }
            if let Some(cluster) = clusters.get_mut(*slot as usize) {
                cluster.subjects.push(table.subject_id(subject));
            }
        }
        clusters
    }
}

/// Weights are cut off here before they are averaged, so that one certain pair cannot outvote several contradictions.
const MOST: f64 = 6.0;

/// What joining looks at.
pub(crate) struct Judge<'a> {
    pub(crate) table: &'a Table,
    pub(crate) model: &'a Model,
    pub(crate) scored: &'a [SubjectPair],
    pub(crate) constraints: &'a Resolved,
    pub(crate) settings: &'a Settings,
}

/// One connected part, decided.
pub(crate) struct Decided {
    /// Groups of at least two, sorted, with the probability of the weakest join.
    groups: Vec<(Vec<u32>, f64)>,
    pub(crate) refused: Vec<usize>,
    contradicting: u64,
}

pub(crate) fn cluster(
    table: &Table,
    model: &Model,
    scored: &[SubjectPair],
    constraints: &Resolved,
    settings: &Settings,
) -> Clustering {
    let judge = Judge { table, model, scored, constraints, settings };
    // Where every record has at most one partner, the likelier of two is taken: the rival needs no distance of its own.
    let least = if settings.provider_knows_a_person_once {
        settings.link_above.min(0.5)
    } else {
        settings.link_above
    };
    let least = weight_of(least);
    let probable = |at: &usize| scored.get(*at).is_some_and(|pair| pair.weight >= least);
    let edges: Vec<usize> = (0..scored.len()).filter(probable).collect();
    let components = Components::new(table.subjects.len(), scored, &edges, &constraints.must);
    let decided: Vec<Decided> = components.parts.par_iter().map(|part| judge.decide(part)).collect();
    let pair_at = |at: &usize| scored.get(*at);
    let may: Vec<bool> = components
        .pairs
        .par_iter()
        .map(|at| pair_at(at).is_some_and(|pair| judge.may_join_two(pair)))
        .collect();
    let subjects = u32::try_from(table.subjects.len()).unwrap_or(u32::MAX);
    let mut clustering = Clustering {
        first_of: (0..subjects).collect(),
        sizes: vec![1; subjects as usize],
        confidence: vec![1.0; subjects as usize],
        ..Clustering::default()
    };
    for (at, may) in components.pairs.iter().zip(may) {
        match pair_at(at) {
            Some(pair) if may => clustering.put(&[pair.a, pair.b], pair.probability()),
            _ => clustering.refused.push(*at),
        }
    }
    for part in decided {
        clustering.contradicting += part.contradicting;
        clustering.refused.extend(part.refused);
        for (members, confidence) in part.groups {
            clustering.put(&members, confidence);
        }
    }
    // One alone is as sure as its best pair was improbable.
    let alone = scored.par_iter().flat_map_iter(|pair| {
        let alone = [pair.a, pair.b].into_iter().filter(|subject| clustering.size_of(*subject) == 1);
        alone.map(|subject| (subject, 1.0 - pair.probability() as f32))
    });
    for (subject, sure) in alone.collect::<Vec<(u32, f32)>>() {
        if let Some(confidence) = clustering.confidence.get_mut(subject as usize) {
            *confidence = confidence.min(sure);
        }
    }
    clustering
}

impl Clustering {
    /// Everybody up to `subjects`, new ones alone.
    pub(crate) fn grow(&mut self, subjects: usize) {
        let new = u32::try_from(self.first_of.len()).unwrap_or(u32::MAX);
        self.first_of.extend(new..u32::try_from(subjects).unwrap_or(u32::MAX));
        self.sizes.resize(subjects, 1);
        self.confidence.resize(subjects, 1.0);
    }

    /// Puts what was decided of a connected part in the place of what was before. `alone` says how sure one is who
    /// stays alone.
    pub(crate) fn replace(&mut self, part: &Part, decided: &Decided, alone: impl Fn(u32) -> f32) {
        for subject in &part.subjects {
            self.put(&[*subject], f64::from(alone(*subject)));
        }
        for (members, confidence) in &decided.groups {
            self.put(members, *confidence);
        }
    }

    fn put(&mut self, members: &[u32], confidence: f64) {
        let Some(first) = members.first() else { return };
        for member in members {
            if let Some(slot) = self.first_of.get_mut(*member as usize) {
                *slot = *first;
            }
        }
        if let Some(size) = self.sizes.get_mut(*first as usize) {
            *size = u32::try_from(members.len()).unwrap_or(u32::MAX);
        }
        if let Some(slot) = self.confidence.get_mut(*first as usize) {
            *slot = confidence as f32;
        }
    }
}

impl Judge<'_> {
    pub(crate) fn decide(&self, part: &Part) -> Decided {
        let mut groups = Groups::new(&part.subjects);
        let mut decided = Decided { groups: Vec::new(), refused: Vec::new(), contradicting: 0 };
        for (a, b) in &part.must {
            let forbidden = !groups.together(*a, *b)
                && any_across(&groups, *a, *b, |x, y| self.constraints.forbids(x, y));
            if forbidden || self.constraints.forbids(*a, *b) {
                decided.contradicting += 1;
            } else {
                groups.join(*a, *b, 1.0);
            }
        }
        let mut known: Vec<(usize, &SubjectPair)> =
            part.edges.iter().filter_map(|at| Some((*at, self.scored.get(*at)?))).collect();
        known.sort_unstable_by_key(|(_, pair)| (pair.a, pair.b));
        let mut order = known.clone();
        order.sort_unstable_by(|(_, x), (_, y)| {
            y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        for (at, pair) in order {
            if groups.together(pair.a, pair.b) {
                continue;
            }
            if self.may_join(pair, &known, &groups) {
                groups.join(pair.a, pair.b, pair.probability());
            } else {
                decided.refused.push(at);
            }
        }
        decided.groups = groups.into_groups();
        decided
    }

    fn may_join(&self, pair: &SubjectPair, known: &[(usize, &SubjectPair)], groups: &Groups<'_>) -> bool {
        let (left, right) = (groups.members(pair.a), groups.members(pair.b));
        if left.len() + right.len() > self.settings.largest_cluster
            || any_across(groups, pair.a, pair.b, |x, y| !self.may_pair(known, x, y))
        {
            return false;
        }
        let across = || left.iter().flat_map(|x| right.iter().map(move |y| (*x, *y)));
        if self.may_be_twins(pair.a, across().flat_map(|(x, y)| self.patterns(known, x, y))) {
            return false;
        }
        if left.len() == 1 && right.len() == 1 {
            return true;
        }
        if self.attested(left).zip(self.attested(right)).is_some_and(|(a, b)| a != b) {
            return false;
        }
        let weight = |(x, y)| match scored_of(known, x, y) {
            Some(pair) if self.table.has_one_row_each() => pair.weight,
            _ => score_any(self.table, self.model, x, y),
        };
        across().map(|across| weight(across).clamp(-MOST, MOST)).sum::<f64>() > 0.0
    }

    /// The same for two subjects alone.
    fn may_join_two(&self, pair: &SubjectPair) -> bool {
        let known = [(0, pair)];
        self.may_pair(&known, pair.a, pair.b)
            && !self.may_be_twins(pair.a, self.patterns(&known, pair.a, pair.b))
    }

    /// Whether nothing forbids that two subjects are one person.
    fn may_pair(&self, known: &[(usize, &SubjectPair)], a: u32, b: u32) -> bool {
        let forbidden = self.constraints.forbids(a, b)
            || self.settings.provider_knows_a_person_once && self.same_provider(a, b);
        let apart = || match self.pattern_of(known, a, b) {
            Some(pattern) => is_contradiction(pattern) || pattern.get(Field::Insurance) == Level::OtherBranch,
            None => self.contradict(a, b) || self.other_branch(a, b),
        };
        !forbidden && !apart()
    }

    /// How two subjects of one statement each agree, if that is known already.
    fn pattern_of(&self, known: &[(usize, &SubjectPair)], x: u32, y: u32) -> Option<Pattern> {
        let pair = if self.table.has_one_row_each() { scored_of(known, x, y) } else { None };
        pair.map(|pair| pair.pattern)
    }

    /// How two subjects agree, statement by statement.
    fn patterns(&self, known: &[(usize, &SubjectPair)], x: u32, y: u32) -> impl Iterator<Item = Pattern> {
        let known = self.pattern_of(known, x, y);
        let pairs = self.rows(x).flat_map(move |a| self.rows(y).map(move |b| (a, b)));
        let compared = pairs.map(|(a, b)| compare(self.table, a, b));
        known.into_iter().chain(known.is_none().then_some(compared).into_iter().flatten())
    }

    fn rows(&self, subject: u32) -> impl Iterator<Item = &Row> + Clone {
        self.table.rows_of(subject).iter().filter_map(|at| self.table.row(*at))
    }

    fn same_provider(&self, a: u32, b: u32) -> bool {
        self.rows(a).any(|x| self.rows(b).any(|y| x.provider == y.provider))
    }

    /// Whether whatever two subjects state is a contradiction.
    fn contradict(&self, a: u32, b: u32) -> bool {
        let differ = |x: &Row, y: &Row| {
            (x.birth != y.birth || x.sex != y.sex) && is_contradiction(compare(self.table, x, y))
        };
        self.rows(a).all(|x| self.rows(b).all(|y| differ(x, y)))
    }

    /// Whether two subjects are two members of a household by its insurance: a person has one branch of a number (枝番).
    fn other_branch(&self, a: u32, b: u32) -> bool {
        let met = |level| self.rows(a).any(|x| self.rows(b).any(|y| compare_insurance(x, y) == level));
        met(Level::OtherBranch) && !met(Level::Insured)
    }
}

/// The scored pair of two subjects, among those in the order of their subjects.
fn scored_of<'a>(known: &[(usize, &'a SubjectPair)], x: u32, y: u32) -> Option<&'a SubjectPair> {
    let sought = (x.min(y), x.max(y));
    let at = known.binary_search_by(|(_, pair)| (pair.a, pair.b).cmp(&sought)).ok()?;
    known.get(at).map(|(_, pair)| *pair)
}

fn any_across(groups: &Groups, a: u32, b: u32, mut test: impl FnMut(u32, u32) -> bool) -> bool {
    groups.members(a).iter().any(|x| groups.members(b).iter().any(|y| test(*x, *y)))
}

/// Nobody changes birth date and given name both, and where the given name is not quite the same and the sex is another in
/// one household there are brother and sister. A number that is one person's own says that the rest was mistyped.
fn is_contradiction(pattern: Pattern) -> bool {
    let given = pattern.get(Field::GivenName);
    let other_name = matches!(given, Level::Different | Level::OtherName);
    let not_quite = matches!(given, Level::Close | Level::Similar | Level::ReadingOtherKanji);
    let one_household = pattern.get(Field::Address) == Level::Exact
        || pattern.get(Field::Phone) == Level::Exact
        || pattern.get(Field::Insurance) == Level::InsuredHousehold;
    let siblings = (other_name || not_quite) && pattern.get(Field::Sex) == Level::Different && one_household;
    (siblings || other_name && pattern.get(Field::BirthDate) == Level::Different)
        && !matches!(pattern.get(Field::OtherNumber), Level::Exact | Level::Close)
}
