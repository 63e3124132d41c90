//! The best node of the lattice, with proof: branch and bound on boxes (分枝限定法).
//!
//! A box is all nodes between a low and a high corner. Suppression falls along generalisation and loss of the values that
//! stay rises, so the low corner's values with the high corner's suppressed rows bound everything between them. A box goes
//! when that bound is no better than the best node known, or when even its high corner suppresses too much; else its
//! sides are shaved by the same test on slabs, the table is rolled up to the low corner, and the box is halved.

use super::counter::Pool;
use super::key::Key;
use super::requirement::Requirement;
use super::space::{Node, Space, at, below};
use super::tuples::Tuples;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// What a node costs: rows suppressed, and the leaves that are lost by it in each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) suppressed: u64,
    pub(super) extra: Vec<u64>,
}

/// A node within the limit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) node: Node,
    pub(super) loss: f64,
    pub(super) judged: Judged,
}

/// The result of a search.
#[derive(Debug)]
pub(super) struct Searched {
    pub(super) best: Option<Found>,
    /// No node has a smaller loss than this; the best one's own where the search was carried to its end.
    pub(super) bound: f64,
    /// How often combinations were counted.
    pub(super) counted: u64,
}

/// A box that may hold a better node.
struct Region<K> {
    low: Node,
    high: Node,
    /// Of the high corner: every node of the box suppresses these rows too.
    extra: Vec<u64>,
    /// At the low corner, or at a node below it.
    table: Arc<Tuples<K>>,
}

/// Sides of a box that are looked at before it is halved: those whose column tells most apart. More would cost more than
/// they save, by trial on both tables of the bench.
const SIDES: usize = 2;

fn level(node: &[u8], column: usize) -> u8 {
    node.get(column).copied().unwrap_or(0)
}

pub(super) struct Search<'a, K> {
    space: &'a Space,
    requirement: &'a dyn Requirement,
    /// The bits of the quasi-identifiers.
    whole: K,
    /// Below them: the sensitive value.
    sensitive: u32,
    pool: Pool<K>,
    limit: u64,
    budget: u64,
    counted: u64,
    /// Only what loses less than this is of interest.
    less_than: f64,
    best: Option<Found>,
    judged: HashMap<Node, Judged>,
    /// Nodes that suppress too much; so does everything below them.
    beyond: Vec<Node>,
}

/// How a look at a node ended.
enum Look {
    Known(Judged),
    Counted(Judged),
    /// Too much is suppressed, here and below.
    Beyond,
    /// No better than what is known, for the box it was looked at for.
    Worse,
}

impl<'a, K: Key> Search<'a, K> {
    pub(super) fn new(
        space: &'a Space,
        requirement: &'a dyn Requirement,
        (whole, sensitive): (K, u32),
        limit: u64,
        budget: u64,
    ) -> Self {
        let (judged, beyond, less_than) = (HashMap::new(), Vec::new(), f64::INFINITY);
        Self {
            space,
            requirement,
            whole,
            pool: Pool::default(),
            sensitive,
            limit,
            budget,
            counted: 0,
            less_than,
            best: None,
            judged,
            beyond,
        }
    }

    /// Counts a node. `stop` may end it early by what is suppressed so far.
    pub(super) fn judge(
        &self,
        table: &Tuples<K>,
        node: &[u8],
        stop: &dyn Fn(&Judged) -> bool,
    ) -> Result<Judged, Judged> {
        let mut judged = Judged { suppressed: 0, extra: vec![0; self.space.columns.len()] };
        let whole = table.count(self.space, node, self.whole, &self.pool, &mut |classes, _| {
            self.judge_part(classes, node, &mut judged);
            !stop(&judged)
        });
        if whole { Ok(judged) } else { Err(judged) }
    }

    fn judge_part(&self, part: &mut Vec<(K, u32)>, node: &[u8], judged: &mut Judged) {
        if self.sensitive == 0 {
            // The loop that everything else waits for.
            let least = u32::try_from(self.requirement.least_rows()).unwrap_or(u32::MAX);
            for (key, rows) in part.iter().filter(|(_, rows)| *rows > 0 && *rows < least) {
                self.suppress(*key, u64::from(*rows), node, judged);
            }
            return;
        }
        self.each_class(part, &mut |key, rows, stays| {
            if !stays {
                self.suppress(key, rows, node, judged);
            }
        });
    }

    /// Each class of what was counted: a key of it, its rows, and whether it stays.
    pub(super) fn each_class(&self, part: &mut Vec<(K, u32)>, see: &mut dyn FnMut(K, u64, bool)) {
        part.retain(|(_, rows)| *rows > 0);
        part.sort_unstable();
        let mut values = Vec::new();
        for class in part.chunk_by(|a, b| a.0 & self.whole == b.0 & self.whole) {
            let Some((key, _)) = class.first() else { continue };
            let rows = class.iter().map(|(_, rows)| u64::from(*rows)).sum();
            values.clear();
            if self.sensitive > 0 {
                values
                    .extend(class.iter().map(|(key, rows)| (key.code(0, self.sensitive), u64::from(*rows))));
            }
            see(*key, rows, self.requirement.holds(rows, &values));
        }
    }

    /// What is lost where the rows of a class go.
    pub(super) fn suppress(&self, key: K, rows: u64, node: &[u8], judged: &mut Judged) {
        judged.suppressed += rows;
        for ((column, level), extra) in self.space.columns.iter().zip(node).zip(&mut judged.extra) {
            let group = key.code(column.shift, column.mask) as usize;
            let leaves = column.leaves_in.get(usize::from(*level)).and_then(|l| l.get(group)).copied();
            *extra += rows * (column.leaves - leaves.map_or(0, u64::from));
        }
    }

    /// Looks only for nodes that lose less.
    pub(super) fn less_than(self, loss: f64) -> Self {
        Self { less_than: loss, ..self }
    }

    fn worse(&self, bound: f64) -> bool {
        bound >= self.best.as_ref().map_or(self.less_than, |best| best.loss)
    }

    /// What is known already of the high corner of a box or a slab whose low corner is `low`.
    fn known(&self, low: &[u8], high: &[u8]) -> Option<Look> {
        match self.judged.get(high) {
            Some(judged) if self.worse(self.space.bound(low, &judged.extra)) => Some(Look::Worse),
            Some(judged) => Some(Look::Known(judged.clone())),
            None => self.beyond.iter().any(|node| below(high, node)).then_some(Look::Beyond),
        }
    }

    /// Counts that corner.
    fn count(&self, table: &Tuples<K>, low: &[u8], high: &[u8]) -> Look {
        let stop = |so_far: &Judged| {
            so_far.suppressed > self.limit || self.worse(self.space.bound(low, &so_far.extra))
        };
        match self.judge(table, high, &stop) {
            Ok(judged) if self.worse(self.space.bound(low, &judged.extra)) => Look::Worse,
            Ok(judged) => Look::Counted(judged),
            Err(judged) if judged.suppressed > self.limit => Look::Beyond,
            Err(_) => Look::Worse,
        }
    }

    fn look(&self, table: &Tuples<K>, low: &[u8], high: &[u8]) -> Look {
        self.known(low, high).unwrap_or_else(|| self.count(table, low, high))
    }

    /// Remembers what a look found; what it says about the box looked at, or `None` where nothing of it is left.
    fn note(&mut self, high: &[u8], look: Look) -> Option<Judged> {
        match look {
            Look::Known(judged) => Some(judged),
            Look::Beyond => {
                if !self.beyond.iter().any(|node| below(high, node)) {
                    self.counted += 1;
                    self.beyond.retain(|node| !below(node, high));
                    self.beyond.push(high.into());
                }
                None
            }
            Look::Worse => {
                self.counted += 1;
                None
            }
            Look::Counted(judged) => {
                self.counted += 1;
                self.judged.insert(high.into(), judged.clone());
                self.consider(high, &judged);
                Some(judged)
            }
        }
    }

    fn consider(&mut self, node: &[u8], judged: &Judged) {
        let loss = self.space.bound(node, &judged.extra);
        if !self.worse(loss) {
            self.best = Some(Found { node: node.into(), loss, judged: judged.clone() });
        }
    }

    /// The best node between two corners.
    pub(super) fn run(mut self, table: &Arc<Tuples<K>>, low: Node, high: Node) -> Searched {
        let none = vec![0; self.space.columns.len()];
        self.begin(table, &low, &high);
        let mut open = vec![Region { low, high, extra: none, table: Arc::clone(table) }];
        while let Some(region) = open.pop() {
            if self.counted >= self.budget {
                open.push(region);
                break;
            }
            if let Some(region) = self.shave(region) {
                self.halve(region, &mut open);
            }
        }
        let reached = self.best.as_ref().map_or(f64::INFINITY, |best| best.loss);
        let bound = open.iter().map(|r| self.space.bound(&r.low, &r.extra)).fold(reached, f64::min);
        let plainest = |found: Found| Found { node: self.space.plainest(&found.node), ..found };
        Searched { best: self.best.map(plainest), bound, counted: self.counted }
    }

    /// A first node that is good: those that lose least for the information they leave, and among these the first within
    /// the limit.
    fn begin(&mut self, table: &Arc<Tuples<K>>, low: &[u8], high: &[u8]) {
        let none = vec![0; self.space.columns.len()];
        let mut chain = self.chain(low, high);
        chain.retain(|node| !self.worse(self.space.bound(node, &none)));
        let (mut bad, mut good) = (0, chain.len());
        while bad < good {
            let middle = (bad + good) / 2;
            let Some(node) = chain.get(middle) else { break };
            let look = self.look(table, node, node);
            if self.note(node, look).is_some() {
                good = middle;
            } else {
                bad = middle + 1;
            }
        }
    }

    /// Nodes from low to high by what they lose for each bit of information they take away.
    fn chain(&self, low: &[u8], high: &[u8]) -> Vec<Node> {
        let none = vec![0; self.space.columns.len()];
        let mut chain: Vec<Node> = vec![low.into()];
        let mut node: Node = low.into();
        loop {
            let here = self.space.bound(&node, &none);
            let steps = self.space.columns.iter().enumerate().flat_map(|(c, column)| {
                let from = node.get(c).copied().unwrap_or(0);
                let to = high.get(c).copied().unwrap_or(0);
                (from + 1..=to).map(move |level| (c, level, column.bits(from) - column.bits(level)))
            });
            let best = steps
                .map(|(c, level, bits)| {
                    let up = at(&node, c, level);
                    ((self.space.bound(&up, &none) - here) / bits.max(1e-9), up)
                })
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, up)) = best else { break };
            node = up;
            chain.push(node.clone());
        }
        chain
    }

    /// Takes away the sides of a box that cannot hold anything better.
    fn shave(&mut self, mut region: Region<K>) -> Option<Region<K>> {
        let columns = self.space.columns.len();
        let mut high_moved = true;
        loop {
            if self.worse(self.space.bound(&region.low, &region.extra)) {
                return None;
            }
            for c in 0..columns {
                while let (Some(low), Some(high)) = (region.low.get(c), region.high.get(c)) {
                    let side = at(&region.low, c, *high);
                    if low >= high || !self.worse(self.space.bound(&side, &region.extra)) {
                        break;
                    }
                    region.high = at(&region.high, c, high - 1);
                    high_moved = true;
                }
            }
            if high_moved {
                let look = self.look(&region.table, &region.low, &region.high);
                region.extra = self.note(&region.high, look)?.extra;
                high_moved = false;
                if let Some(closed) = region.table.close(self.space, &region.high, self.whole) {
                    region.table = Arc::new(closed);
                }
            }
            let moved = self.raise(&mut region);
            if moved == 0 {
                return Some(region);
            }
            region.table = Arc::new(region.table.roll(self.space, &region.low, self.whole, &self.pool));
        }
    }

    /// Raises the low corner where a slab's high corner says so; how many sides moved.
    fn raise(&mut self, region: &mut Region<K>) -> usize {
        let mut sides: Vec<(usize, f64)> = Vec::new();
        let mut looks: Vec<(usize, Look)> = Vec::new();
        for (c, column) in self.space.columns.iter().enumerate() {
            let (low, high) = (level(&region.low, c), level(&region.high, c));
            if low < high {
                match self.known(&region.low, &at(&region.high, c, low)) {
                    Some(look) => looks.push((c, look)),
                    None => sides.push((c, column.bits(low) - column.bits(high))),
                }
            }
        }
        sides.sort_by(|a, b| b.1.total_cmp(&a.1));
        sides.truncate(SIDES);
        let count = |&(c, _): &(usize, f64)| {
            let corner = at(&region.high, c, level(&region.low, c));
            (c, self.count(&region.table, &region.low, &corner))
        };
        looks.append(&mut sides.par_iter().map(count).collect());
        let mut moved = 0;
        for (c, look) in looks {
            let low = level(&region.low, c);
            if self.note(&at(&region.high, c, low), look).is_none() {
                region.low = at(&region.low, c, low + 1);
                moved += 1;
            }
        }
        moved
    }

    /// Two boxes of one: the lowest level of the column that costs most above it, and the rest.
    fn halve(&mut self, region: Region<K>, open: &mut Vec<Region<K>>) {
        let none = vec![0; self.space.columns.len()];
        let choice = (0..self.space.columns.len())
            .filter_map(|c| {
                let (low, high) = (*region.low.get(c)?, *region.high.get(c)?);
                (low < high).then(|| (c, low, self.space.bound(&at(&region.low, c, low + 1), &none)))
            })
            .max_by(|a, b| a.2.total_cmp(&b.2));
        // Without a choice the box is one node, which has been counted as its own high corner.
        let Some((c, low, _)) = choice else { return };
        let upper = Region {
            low: at(&region.low, c, low + 1),
            high: region.high.clone(),
            extra: region.extra.clone(),
            table: Arc::clone(&region.table),
        };
        let corner = at(&region.high, c, low);
        let extra = self.judged.get(&corner).map_or_else(|| region.extra.clone(), |j| j.extra.clone());
        let lower = Region { low: region.low, high: corner, extra, table: region.table };
        open.push(upper);
        open.push(lower);
    }
}
