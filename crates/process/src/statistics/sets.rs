//! Sets of persons, as ranges of the numbers of a partition: what an answer shows the size of.

use serde::{Deserialize, Serialize};

/// A set of persons of one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// Numbers of a [`super::Partition`], both ends included, ascending.
    pub ranges: Vec<(u32, u32)>,
    /// For everybody, the steps and the cohort: after how many steps. `None` for cells and sums of a breakdown.
    pub step: Option<u32>,
}

impl Set {
    /// Whoever remains after so many steps.
    pub(super) fn from_step(step: u32, lost: u32, cells: u32) -> Self {
        Self { ranges: vec![(step, (lost + cells).saturating_sub(1))], step: Some(step) }
    }

    /// Cells of a breakdown, ascending.
    pub(super) fn from_cells(cells: &[usize], lost: u32) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for label in cells.iter().map(|cell| lost + *cell as u32) {
            match ranges.last_mut() {
                Some((_, to)) if *to + 1 == label => *to = label,
                _ => ranges.push((label, label)),
            }
        }
        Self { ranges, step: None }
    }

    /// How many persons, by the counts of the partition.
    pub(super) fn size(&self, counts: &[u64]) -> u64 {
        self.labels().filter_map(|label| counts.get(label)).sum()
    }

    /// The numbers in it.
    pub(super) fn labels(&self) -> impl Iterator<Item = usize> + '_ {
        self.ranges.iter().flat_map(|(from, to)| *from as usize..=*to as usize)
    }
}
