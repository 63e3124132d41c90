//! Search (最適な一般化の探索): which generalisation of the quasi-identifiers keeps the requirement and loses least (ANO-05).
//!
//! The table is counted once as packed combinations of values ([`Layout`]); nothing here looks at a value. [`full_domain`]
//! finds the best level for each column, one for all rows, with proof; [`local`] lets groups of rows have different values.
//! Loss is the share of a hierarchy's leaves under what is released (Iyengar 2002), over columns as ARX aggregates it.
//! Neither weakens a requirement: what cannot be kept within the limit of suppression has no result.

mod along_k;
mod combinations;
mod counter;
mod key;
mod lattice;
pub(crate) mod local;
mod requirement;
mod space;
mod tuples;

pub(crate) use combinations::Combinations;
pub(crate) use counter::Counter;
pub(crate) use key::{Key, mix};
pub use requirement::{KAnonymity, Requirement};
pub use space::{Aggregation, Column, Level, Node, mean};

use along_k::BySize;
use counter::Pool;
use kiban_model::report::utility::AtK;
use rayon::prelude::*;
use space::{Space, Steps};
use std::sync::Arc;
use tuples::Tuples;

/// Where each column's code is in a packed key; below them all, the sensitive value's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Shift and width of each quasi-identifier.
    pub(crate) fields: Vec<(u32, u32)>,
    /// Width of the sensitive value, at shift 0.
    pub(crate) sensitive: u32,
    /// Bits of it all.
    pub(crate) bits: u32,
}

impl Layout {
    /// One field behind the other.
    pub(crate) fn new(columns: &[Column], sensitive: u32) -> Self {
        let mut bits = sensitive;
        let mut fields = Vec::with_capacity(columns.len());
        for column in columns {
            let width = usize::BITS - column.leaves().saturating_sub(1).leading_zeros();
            fields.push((bits, width));
            bits += width;
        }
        Self { fields, sensitive, bits }
    }

    fn whole<K: Key>(&self) -> K {
        self.fields.iter().fold(K::default(), |whole, (shift, width)| whole | K::field(mask(*width), *shift))
    }
}

/// As many ones.
pub(crate) const fn mask(width: u32) -> u32 {
    match width {
        0 => 0,
        1..=31 => (1 << width) - 1,
        _ => u32::MAX,
    }
}

/// What is asked of a search.
pub(crate) struct Question<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) layout: &'a Layout,
    pub(crate) requirement: &'a dyn Requirement,
    pub(crate) aggregation: Aggregation,
    /// Rows that may be suppressed.
    pub(crate) limit: u64,
    /// How often combinations may be counted before the best so far must do.
    pub(crate) budget: u64,
}

/// A node, what it costs, and which classes are suppressed at it.
#[derive(Debug)]
pub(crate) struct Optimum<K: Key> {
    pub(crate) node: Node,
    /// Each column's loss.
    pub(crate) losses: Vec<f64>,
    pub(crate) loss: f64,
    /// No node has a smaller loss than this: `loss` itself where the search was carried to its end.
    pub(crate) bound: f64,
    pub(crate) suppressed_rows: u64,
    /// Classes that stay.
    pub(crate) classes: u64,
    pub(crate) smallest_class: u64,
    /// How often combinations were counted.
    pub(crate) counted: u64,
    /// What other values of k would cost at the node.
    pub(crate) along_k: Vec<AtK>,
    /// Classes that go, by their key at the node.
    pub(crate) suppressed: Counter<K>,
}

/// Why there is no node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoNode {
    /// Rows that would have to go even where every value is as coarse as it can be.
    pub(crate) suppressed: u64,
}

/// A table and everything its generalisations cost.
struct Lattice<K> {
    space: Space,
    table: Arc<Tuples<K>>,
    whole: K,
}

impl<K: Key> Lattice<K> {
    fn new(question: &Question<'_>, entries: Vec<(K, u32)>) -> Self {
        let space = space(question, &entries);
        let node = question.columns.iter().map(|_| 0).collect();
        Self { space, table: Arc::new(Tuples::new(node, entries)), whole: question.layout.whole() }
    }

    /// Every column at its coarsest.
    fn top(&self) -> Node {
        self.space.columns.iter().map(Steps::highest).collect()
    }

    fn search<'a>(&'a self, question: &'a Question<'_>) -> lattice::Search<'a, K> {
        let fields = (self.whole, mask(question.layout.sensitive));
        lattice::Search::new(&self.space, question.requirement, fields, question.limit, question.budget)
    }

    /// A node at which no row is suppressed and that loses less than `loss`, if there is one.
    fn better(&self, question: &Question<'_>, loss: f64) -> Option<Node> {
        let question = Question { limit: 0, ..*question };
        let search = self.search(&question).less_than(loss);
        Some(search.run(&self.table, self.table.node.clone(), self.top()).best?.node)
    }
}

fn space<K: Key>(question: &Question<'_>, entries: &[(K, u32)]) -> Space {
    let least = question.requirement.least_rows();
    let columns = question.columns.par_iter().zip(&question.layout.fields);
    let columns = columns.map(|(column, (shift, width))| {
        let mut rows = vec![0; column.leaves()];
        for (key, count) in entries {
            if let Some(sum) = rows.get_mut(key.code(*shift, mask(*width)) as usize) {
                *sum += u64::from(*count);
            }
        }
        Steps::new(column, &rows, least, *shift, mask(*width))
    });
    let columns = columns.collect();
    let rows = entries.iter().map(|(_, count)| u64::from(*count)).sum();
    Space { columns, rows, aggregation: question.aggregation }
}

/// The best level for each column, one for all rows. `entries` has each combination once with its rows.
pub(crate) fn full_domain<K: Key>(
    question: &Question<'_>,
    entries: Vec<(K, u32)>,
) -> Result<Optimum<K>, NoNode> {
    let lattice = Lattice::new(question, entries);
    let (space, table, whole) = (&lattice.space, &lattice.table, lattice.whole);
    let found = lattice.search(question).run(table, table.node.clone(), lattice.top());
    let Some(best) = found.best else {
        let judged = lattice.search(question).judge(table, &lattice.top(), &|_| false);
        return Err(NoNode { suppressed: judged.map_or(space.rows, |judged| judged.suppressed) });
    };
    let mut optimum = Optimum {
        losses: space.losses(&best.node, &best.judged.extra),
        loss: best.loss,
        bound: found.bound,
        suppressed_rows: best.judged.suppressed,
        classes: 0,
        smallest_class: 0,
        counted: found.counted,
        along_k: Vec::new(),
        suppressed: Counter::new(Vec::new(), 0, whole),
        node: best.node,
    };
    let search = lattice.search(question);
    let node = optimum.node.clone();
    let mut by_size = BySize::new(node.len());
    table.count(space, &node, whole, &Pool::default(), &mut |classes, _| {
        search.each_class(classes, &mut |key, rows, stays| {
            by_size.add(rows, |lost| search.suppress(key, rows, &node, lost));
            if stays {
                optimum.classes += 1;
                let smallest = optimum.smallest_class;
                optimum.smallest_class = if smallest == 0 { rows } else { smallest.min(rows) };
            } else {
                optimum.suppressed.add(key & whole, 1);
            }
        });
        true
    });
    optimum.along_k = by_size.curve(space, &node);
    Ok(optimum)
}

#[cfg(test)]
mod tests;
