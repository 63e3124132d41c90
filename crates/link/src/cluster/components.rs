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
        let mut number = vec![u32::MAX; subjects];
        let mut parts: Vec<Part> = Vec::new();
        let mut part_of = |subject: u32, parents: &mut Vec<u32>, parts: &mut Vec<Part>| -> Option<usize> {
            let slot = number.get_mut(root(parents, subject) as usize)?;
            if *slot == u32::MAX {
                *slot = u32::try_from(parts.len()).ok()?;
                parts.push(Part::default());
            }
            Some(*slot as usize)
        };
        for at in &edges {
            if let Some((a, _)) = ends(at)
                && let Some(part) = part_of(a, &mut parents, &mut parts).and_then(|at| parts.get_mut(at))
            {
                part.edges.push(*at);
            }
        }
        for pair in must {
            if let Some(part) = part_of(pair.0, &mut parents, &mut parts).and_then(|at| parts.get_mut(at)) {
                part.must.push(*pair);
            }
        }
        parts.par_iter_mut().for_each(|part| {
            let of_edges = part.edges.iter().filter_map(ends).flat_map(|(a, b)| [a, b]);
            part.subjects = of_edges.chain(part.must.iter().flat_map(|(a, b)| [*a, *b])).collect();
            part.subjects.sort_unstable();
            part.subjects.dedup();
        });
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
