//! Who is paired with whom (候補対の隣接): the pairs of a subject, and the connected part it belongs to.

use crate::cluster::Part;
use crate::constraints::Resolved;
use crate::estimate::SubjectPair;
use crate::lists::Lists;
use std::collections::{HashMap, HashSet};

/// Positions in the scored pairs by subject.
#[derive(Default)]
pub(super) struct Links {
    standing: Lists,
    new: HashMap<u32, Vec<u32>>,
}

impl Links {
    pub(super) fn new(subjects: usize, scored: &[SubjectPair]) -> Self {
        let ends = (0u32..).zip(scored).flat_map(|(at, pair)| [(pair.a, at), (pair.b, at)]);
        Self { standing: Lists::new(subjects, ends), new: HashMap::new() }
    }

    /// Takes in the pair at a position.
    pub(super) fn add(&mut self, pair: &SubjectPair, at: usize) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.new.entry(pair.a).or_default().push(at);
        self.new.entry(pair.b).or_default().push(at);
    }

    /// The pairs of a subject.
    pub(super) fn of(&self, subject: u32) -> impl Iterator<Item = usize> + '_ {
        let new = self.new.get(&subject).map_or(&[] as &[u32], Vec::as_slice);
        self.standing.of(subject).iter().chain(new).map(|at| *at as usize)
    }

    /// The pair of two subjects.
    pub(super) fn of_pair(&self, scored: &[SubjectPair], a: u32, b: u32) -> Option<usize> {
        self.of(a).find(|at| scored.get(*at).is_some_and(|pair| (pair.a, pair.b) == (a, b)))
    }

    /// How sure it is that one who is alone is alone: as sure as its best pair is improbable.
    pub(super) fn loneliness(&self, scored: &[SubjectPair], subject: u32) -> f32 {
        let probabilities = self.of(subject).filter_map(|at| scored.get(at)).map(SubjectPair::probability);
        1.0 - probabilities.fold(0.0, f64::max) as f32
    }

    /// The connected parts of probable pairs and human joins that hold the given subjects.
    pub(super) fn parts(
        &self,
        scored: &[SubjectPair],
        constraints: &Resolved,
        from: &[u32],
        least: f64,
    ) -> Vec<Part> {
        let mut joined: HashMap<u32, Vec<u32>> = HashMap::new();
        for (a, b) in &constraints.must {
            joined.entry(*a).or_default().push(*b);
            joined.entry(*b).or_default().push(*a);
        }
        let mut seen: HashSet<u32> = HashSet::new();
        let mut parts = Vec::new();
        for subject in from {
            if !seen.insert(*subject) {
                continue;
            }
            let mut part = Part { subjects: vec![*subject], ..Part::default() };
            let mut edges: HashSet<usize> = HashSet::new();
            let mut next = 0;
            while let Some(subject) = part.subjects.get(next).copied() {
                next += 1;
                let mut reach = |other: u32, subjects: &mut Vec<u32>| {
                    if seen.insert(other) {
                        subjects.push(other);
                    }
                };
                for at in self.of(subject) {
                    if let Some(pair) = scored.get(at).filter(|pair| pair.weight >= least) {
                        edges.insert(at);
                        reach(if pair.a == subject { pair.b } else { pair.a }, &mut part.subjects);
                    }
                }
                for other in joined.get(&subject).into_iter().flatten() {
                    part.must.push((subject.min(*other), subject.max(*other)));
                    reach(*other, &mut part.subjects);
                }
            }
            part.subjects.sort_unstable();
            part.must.sort_unstable();
            part.must.dedup();
            part.edges = edges.into_iter().collect();
            part.edges.sort_unstable();
            parts.push(part);
        }
        parts
    }
}
