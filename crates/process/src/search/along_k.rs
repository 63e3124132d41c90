//! What other values of k would suppress and lose at the node that was chosen, from one count of its classes
//! ([`crate::utility`] has the same for a release).

use super::lattice::Judged;
use super::space::Space;
use super::{Aggregation, mean};
use kiban_model::report::utility::AtK;

/// The largest k of the curve.
const MOST: usize = 50;

/// Classes by their size; those of more than [`MOST`] rows in the last place.
#[derive(Debug)]
pub(super) struct BySize {
    classes: Vec<u64>,
    /// What is lost where they go.
    lost: Vec<Judged>,
    /// The smallest of those that no k of the curve suppresses.
    smallest_large: Option<u64>,
}

impl BySize {
    pub(super) fn new(columns: usize) -> Self {
        let lost = vec![Judged { suppressed: 0, extra: vec![0; columns] }; MOST + 1];
        Self { classes: vec![0; MOST + 2], lost, smallest_large: None }
    }

    /// A class of so many rows; `suppress` adds what is lost with it.
    pub(super) fn add(&mut self, rows: u64, suppress: impl FnOnce(&mut Judged)) {
        let place = usize::try_from(rows).unwrap_or(MOST + 1).min(MOST + 1);
        if let Some(classes) = self.classes.get_mut(place) {
            *classes += 1;
        }
        match self.lost.get_mut(place) {
            Some(lost) => suppress(lost),
            None => {
                self.smallest_large = Some(self.smallest_large.map_or(rows, |smallest| smallest.min(rows)))
            }
        }
    }

    /// The curve, at a node of the space.
    pub(super) fn curve(&self, space: &Space, node: &[u8]) -> Vec<AtK> {
        let mut gone = Judged { suppressed: 0, extra: vec![0; node.len()] };
        let mut classes: u64 = self.classes.iter().sum();
        let mut along = Vec::with_capacity(MOST);
        let weights = || space.columns.iter().map(|column| column.weight);
        for (k, (lost, fewer)) in (1u64..).zip(self.lost.iter().zip(&self.classes)).take(MOST) {
            // Of fewer than k rows: the classes of k − 1 go now.
            gone.suppressed += lost.suppressed;
            gone.extra.iter_mut().zip(&lost.extra).for_each(|(sum, extra)| *sum += extra);
            classes -= fewer;
            let sizes = (k..).zip(self.classes.iter().skip(k as usize).take(MOST + 1 - k as usize));
            let smallest = sizes.filter(|(_, classes)| **classes > 0).map(|(size, _)| size).next();
            let smallest = smallest.or(self.smallest_large);
            let rows = space.rows - gone.suppressed;
            let part = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
            let losses = space.losses_without(node, &gone.extra);
            along.push(AtK {
                k,
                suppressed: gone.suppressed,
                share: part(gone.suppressed, space.rows),
                highest_risk: smallest.map_or(0.0, |smallest| part(1, smallest)),
                average_risk: part(classes, rows),
                loss: mean(Aggregation::Arithmetic, losses.into_iter().zip(weights())),
                figures: Vec::new(),
            });
        }
        along
    }
}
