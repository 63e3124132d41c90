//! The lattice of generalisations (一般化の束): for each quasi-identifier its levels, and what each level costs.
//!
//! Loss is counted in whole leaves — for each row, how many values of the hierarchy lie under the value released — so that
//! sums are the same in whatever order they are made.

/// One level of a hierarchy: every leaf is in one group.
#[derive(Debug, Clone)]
pub struct Level {
    /// The group of each leaf.
    pub group_of: Vec<u32>,
    /// Leaves in each group.
    pub leaves_in: Vec<u32>,
}

/// A quasi-identifier: level 0 is the value itself, each further level is coarser.
#[derive(Debug, Clone)]
pub struct Column {
    /// At least one level.
    pub levels: Vec<Level>,
    /// How much this column's loss counts beside the others'; 1 unless the policy says otherwise.
    pub weight: f64,
}

impl Column {
    /// Values of the hierarchy.
    pub fn leaves(&self) -> usize {
        self.levels.first().map_or(0, |level| level.group_of.len())
    }
}

/// How the losses of columns become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aggregation {
    /// The geometric mean of (1 + loss), less 1: a column that loses much weighs less.
    #[default]
    Geometric,
    /// The arithmetic mean.
    Arithmetic,
}

/// A level for each column.
pub type Node = Box<[u8]>;

/// Whether each level of `a` is at most that of `b`.
pub(super) fn below(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b)
}

/// A node with one level changed.
pub(super) fn at(node: &[u8], column: usize, level: u8) -> Node {
    let mut changed: Node = node.into();
    if let Some(place) = changed.get_mut(column) {
        *place = level;
    }
    changed
}

/// A column as the search sees it: only which group becomes which, and what groups cost.
#[derive(Debug)]
pub(super) struct Steps {
    /// The field in a packed key.
    pub(super) shift: u32,
    pub(super) mask: u32,
    /// `up[from][to - from]`: the group at `to` of each group at `from`.
    up: Vec<Vec<Vec<u32>>>,
    /// Leaves under each group, by level.
    pub(super) leaves_in: Vec<Vec<u32>>,
    pub(super) leaves: u64,
    /// Leaves under the values of all rows together, by level.
    marginal: Vec<u64>,
    /// The same, where a row whose group is too small by itself counts as suppressed; at this level or, if that costs less,
    /// at a higher one.
    floor: Vec<u64>,
    /// Bits of information in the column, by level; only ever a hint where to look first.
    entropy: Vec<f64>,
    pub(super) weight: f64,
}

impl Steps {
    /// From a column and how many rows have each of its leaves; groups of fewer than `k` rows cannot stay.
    pub(super) fn new(column: &Column, rows_of_leaf: &[u64], k: u64, shift: u32, mask: u32) -> Self {
        let leaves = column.leaves() as u64;
        let rows = rows_of_leaf.iter().sum::<u64>().max(1) as f64;
        let (mut marginal, mut floor, mut entropy) = (Vec::new(), Vec::new(), Vec::new());
        for level in &column.levels {
            let mut rows_in = vec![0_u64; level.leaves_in.len()];
            for (group, rows) in level.group_of.iter().zip(rows_of_leaf) {
                if let Some(sum) = rows_in.get_mut(*group as usize) {
                    *sum += rows;
                }
            }
            let groups = || rows_in.iter().zip(&level.leaves_in).filter(|(rows, _)| **rows > 0);
            marginal.push(groups().map(|(rows, size)| rows * u64::from(*size)).sum());
            floor.push(
                groups().map(|(rows, size)| rows * if *rows < k { leaves } else { u64::from(*size) }).sum(),
            );
            entropy.push(groups().map(|(of_group, _)| *of_group as f64 / rows).map(|p| -p * p.log2()).sum());
        }
        let mut least = u64::MAX;
        for cost in floor.iter_mut().rev() {
            least = least.min(*cost);
            *cost = least;
        }
        let up = (0..column.levels.len()).map(|from| steps_from(column, from)).collect();
        let leaves_in = column.levels.iter().map(|level| level.leaves_in.clone()).collect();
        Self { shift, mask, up, leaves_in, leaves, marginal, floor, entropy, weight: column.weight }
    }

    /// The group at `to` of each group at `from`.
    pub(super) fn up(&self, from: u8, to: u8) -> &[u32] {
        let to = usize::from(to.saturating_sub(from));
        self.up.get(usize::from(from)).and_then(|from| from.get(to)).map_or(&[], Vec::as_slice)
    }

    /// How many groups there are at a level.
    pub(super) fn groups(&self, level: u8) -> usize {
        self.leaves_in.get(usize::from(level)).map_or(0, Vec::len)
    }

    /// Bits of information that a level leaves.
    pub(super) fn bits(&self, level: u8) -> f64 {
        self.entropy.get(usize::from(level)).copied().unwrap_or(0.0)
    }

    pub(super) fn highest(&self) -> u8 {
        (self.leaves_in.len().saturating_sub(1)) as u8
    }

    /// The least loss of this column at a level, in leaves: `extra` more than what its values cost where they stay.
    fn leaves_lost(&self, level: u8, extra: u64) -> u64 {
        let of = |costs: &[u64]| costs.get(usize::from(level)).copied().unwrap_or(0);
        of(&self.floor).max(of(&self.marginal) + extra)
    }

    /// From leaves to the loss between 0 and 1.
    fn loss(&self, lost: u64, rows: u64) -> f64 {
        if self.leaves <= 1 || rows == 0 {
            return 0.0;
        }
        let untouched = 1.0 / self.leaves as f64;
        (lost as f64 / rows as f64 / self.leaves as f64 - untouched) / (1.0 - untouched)
    }
}

fn steps_from(column: &Column, from: usize) -> Vec<Vec<u32>> {
    let Some(lower) = column.levels.get(from) else { return Vec::new() };
    let upper = column.levels.iter().skip(from);
    upper
        .map(|level| {
            let mut step = vec![0; lower.leaves_in.len()];
            for (low, high) in lower.group_of.iter().zip(&level.group_of) {
                if let Some(place) = step.get_mut(*low as usize) {
                    *place = *high;
                }
            }
            step
        })
        .collect()
}

/// The lattice with its costs.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) columns: Vec<Steps>,
    pub(super) rows: u64,
    pub(super) aggregation: Aggregation,
}

impl Space {
    /// The loss of a node at least, if `extra` leaves are lost in each column beyond those its values cost: exactly its
    /// loss, where `extra` is of the rows that are suppressed there.
    pub(super) fn bound(&self, node: &[u8], extra: &[u64]) -> f64 {
        let columns = self.columns.iter().zip(node).zip(extra);
        self.over_columns(columns.map(|((column, level), extra)| column.leaves_lost(*level, *extra)))
    }

    /// The same generalisation at the lowest levels that have it: where a coarser level joins no values that occur.
    pub(super) fn plainest(&self, node: &[u8]) -> Node {
        let plainest = |(column, level): (&Steps, &u8)| {
            let cost = |level: u8| column.marginal.get(usize::from(level));
            (0..*level).find(|lower| cost(*lower) == cost(*level)).unwrap_or(*level)
        };
        self.columns.iter().zip(node).map(plainest).collect()
    }

    /// How many classes a node probably has, if there are rows enough.
    pub(super) fn classes(&self, node: &[u8]) -> usize {
        let bits: f64 = self.columns.iter().zip(node).map(|(column, level)| column.bits(*level)).sum();
        bits.min(60.0).exp2() as usize
    }

    /// What the values of a node lose, whatever the requirement.
    pub(super) fn values_lose(&self, node: &[u8]) -> f64 {
        let lost =
            self.columns.iter().zip(node).map(|(column, level)| column.marginal.get(usize::from(*level)));
        self.over_columns(lost.map(|lost| lost.copied().unwrap_or(0)))
    }

    /// From leaves lost in each column to one number.
    pub(super) fn over_columns(&self, lost: impl Iterator<Item = u64>) -> f64 {
        mean(
            self.aggregation,
            self.columns.iter().zip(lost).map(|(c, lost)| (c.loss(lost, self.rows), c.weight)),
        )
    }

    /// Each column's loss at a node where rows go that no requirement asks for: `extra` leaves beyond what its values cost.
    pub(super) fn losses_without(&self, node: &[u8], extra: &[u64]) -> Vec<f64> {
        let columns = self.columns.iter().zip(node).zip(extra);
        let lost = |column: &Steps, level: u8| column.marginal.get(usize::from(level)).copied().unwrap_or(0);
        columns.map(|((c, level), extra)| c.loss(lost(c, *level) + extra, self.rows)).collect()
    }

    /// Each column's loss at a node.
    pub(super) fn losses(&self, node: &[u8], extra: &[u64]) -> Vec<f64> {
        let columns = self.columns.iter().zip(node).zip(extra);
        columns.map(|((c, level), extra)| c.loss(c.leaves_lost(*level, *extra), self.rows)).collect()
    }
}

/// One number from columns' losses and their weights.
pub fn mean(aggregation: Aggregation, losses: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (loss, weight) in losses {
        weights += weight;
        sum += weight
            * match aggregation {
                Aggregation::Geometric => loss.max(0.0).ln_1p(),
                Aggregation::Arithmetic => loss,
            };
    }
    match aggregation {
        _ if weights <= 0.0 => 0.0,
        Aggregation::Geometric => (sum / weights).exp_m1(),
        Aggregation::Arithmetic => sum / weights,
    }
}
