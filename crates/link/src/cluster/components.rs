//! Connected parts of the graph of probable pairs (連結成分).

use crate::estimate::SubjectPair;
use rayon::prelude::*;

/// A connected part: at least two subjects.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Sorted.
    pub(crate) subjects: Vec<u32>,
    /// Positions in the scored pairs.
    pub(crate) edges: Vec<usize>,
    /// Human joins.
    pub(crate) must: Vec<(u32, u32)>,
}

/// All connected parts.
pub(super) struct Components {
    /// Parts of one pair of subjects and nothing else: most of them.
    pub(super) pairs: Vec<usize>,
    pub(super) parts: Vec<Part>,
}

impl Components {
    pub(super) fn new(subjects: usize, scored: &[SubjectPair], edges: &[usize], must: &[(u32, u32)]) -> Self {
        let count = u32::try_from(subjects).unwrap_or(u32::MAX);
        let ends = |at: &usize| scored.get(*at).map(|pair| (pair.a, pair.b));
        let mut degrees = vec![0u8; subjects];
        let of_must = must.iter().flat_map(|(a, b)| [*a, *b, *a, *b]);
        for subject in edges.iter().filter_map(ends).flat_map(|(a, b)| [a, b]).chain(of_must) {
            if let Some(degree) = degrees.get_mut(subject as usize) {
                *degree = degree.saturating_add(1);
            }
        }
        let alone = |subject: u32| degrees.get(subject as usize) == Some(&1);
        let (pairs, edges): (Vec<usize>, Vec<usize>) =
            edges.iter().partition(|at| ends(at).is_some_and(|(a, b)| alone(a) && alone(b)));
        let mut parents: Vec<u32> = (0..count).collect();
        for (a, b) in edges.iter().filter_map(ends).chain(must.iter().copied()) {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            // The smaller becomes the root: a part's number does not depend on the order of its edges.
            if let Some(parent) = parents.get_mut(a.max(b) as usize) {
                *parent = a.min(b);
            }
        }
        // A part's number is its smallest subject; edges stand in it in the order of the scored pairs.
        let mut by_part: Vec<(u32, usize)> =
            edges.iter().filter_map(|at| Some((root(&mut parents, ends(at)?.0), *at))).collect();
        by_part.par_sort_unstable();
        let mut joined: Vec<(u32, (u32, u32))> =
            must.iter().map(|pair| (root(&mut parents, pair.0), *pair)).collect();
        joined.sort_unstable();
        let joins_of = |number: u32| {
            let from = joined.partition_point(|(other, _)| *other < number);
            joined.iter().skip(from).take_while(move |(other, _)| *other == number).map(|(_, pair)| *pair)
        };
        let part = |edges: Vec<usize>, must: Vec<(u32, u32)>| {
            let of_edges = edges.iter().filter_map(ends).flat_map(|(a, b)| [a, b]);
            let mut subjects: Vec<u32> = of_edges.chain(must.iter().flat_map(|(a, b)| [*a, *b])).collect();
            subjects.sort_unstable();
            subjects.dedup();
            Part { subjects, edges, must }
        };
        let with_edges = by_part.par_chunk_by(|a, b| a.0 == b.0).map(|edges| {
            let number = edges.first().map_or(u32::MAX, |(number, _)| *number);
            part(edges.iter().map(|(_, at)| *at).collect(), joins_of(number).collect())
        });
        let mut parts: Vec<Part> = with_edges.collect();
        let has_edges = |number: u32| by_part.binary_search_by_key(&number, |(other, _)| *other).is_ok();
        let numbers = joined.chunk_by(|a, b| a.0 == b.0).filter_map(|joins| joins.first());
        let alone = numbers.map(|(number, _)| *number).filter(|number| !has_edges(*number));
        parts.extend(alone.map(|number| part(Vec::new(), joins_of(number).collect())));
        Self { pairs, parts }
    }
}

/// The root of a subject; paths are halved on the way.
fn root(parents: &mut [u32], mut at: u32) -> u32 {
    loop {
        let parent = parents.get(at as usize).copied().unwrap_or(at);
        if parent == at {
            return at;
        }
        let grandparent = parents.get(parent as usize).copied().unwrap_or(parent);
        if let Some(slot) = parents.get_mut(at as usize) {
            *slot = grandparent;
        }
        at = grandparent;
    }
}
