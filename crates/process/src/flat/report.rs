//! What was done to a table, for people and machines.

use super::{Plan, TablePolicy};
use crate::search::local::Grouping;
use crate::search::{Aggregation, Key, Optimum, mean};
use kiban_model::report::utility::AtK;
use serde::Serialize;

/// A quasi-identifier in the product.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnReport {
    /// Name.
    pub name: String,
    /// The level chosen for all rows; `None` where it differs.
    pub level: Option<u8>,
    /// The coarsest level there is.
    pub highest: u8,
    /// Loss, from 0 (untouched) to 1 (nothing left).
    pub loss: f64,
}

/// What was done to a table. Counts and levels only.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlatReport {
    /// Rows of the table and of the product.
    pub rows: u64,
    /// Different combinations of quasi-identifiers (and sensitive value).
    pub combinations: u64,
    /// k asked for.
    pub k: u64,
    /// Quasi-identifiers in the table's order.
    pub columns: Vec<ColumnReport>,
    /// Geometric mean over columns.
    pub loss_geometric: f64,
    /// Arithmetic mean over columns.
    pub loss_arithmetic: f64,
    /// No choice of levels loses less than this, by the aggregation asked for; `None` for local recoding.
    pub loss_at_least: Option<f64>,
    /// Whether it is proven that no choice of levels is better.
    pub optimal: bool,
    /// Classes that stay.
    pub classes: u64,
    /// Rows of the smallest of these.
    pub smallest_class: u64,
    /// Rows with `*` in every quasi-identifier.
    pub suppressed: u64,
    /// Rows that might have been suppressed.
    pub limit: u64,
    /// How often combinations were counted.
    pub counted: u64,
    /// What other values of k would cost at the levels chosen (by the arithmetic mean, k alone deciding); empty for local recoding.
    pub along_k: Vec<AtK>,
    /// Columns of the table that are not released.
    pub dropped: Vec<String>,
}

impl FlatReport {
    pub(super) fn full_domain<K: Key>(plan: &Plan, policy: &TablePolicy, optimum: &Optimum<K>) -> Self {
        let levels = optimum.node.iter().map(|level| Some(*level));
        let mut report = Self::new(plan, policy, &optimum.losses, levels);
        report.loss_at_least = Some(optimum.bound);
        report.optimal = optimum.bound >= optimum.loss;
        report.classes = optimum.classes;
        report.smallest_class = optimum.smallest_class;
        report.suppressed = optimum.suppressed_rows;
        report.counted = optimum.counted;
        report.along_k.clone_from(&optimum.along_k);
        report
    }

    pub(super) fn local<K>(plan: &Plan, policy: &TablePolicy, grouping: &Grouping<K>) -> Self {
        let mut report = Self::new(plan, policy, &grouping.losses, grouping.losses.iter().map(|_| None));
        report.classes = grouping.values.len() as u64;
        report.smallest_class = grouping.smallest_class;
        report
    }

    fn new(
        plan: &Plan,
        policy: &TablePolicy,
        losses: &[f64],
        levels: impl Iterator<Item = Option<u8>>,
    ) -> Self {
        let columns =
            plan.quasi.iter().zip(losses).zip(levels).map(|(((at, hierarchy), loss), level)| ColumnReport {
                name: plan.header.get(*at).cloned().unwrap_or_default(),
                level,
                highest: hierarchy.column.levels.len().saturating_sub(1) as u8,
                loss: *loss,
            });
        let weighted = || losses.iter().zip(&plan.quasi).map(|(loss, (_, h))| (*loss, h.column.weight));
        Self {
            rows: 0,
            combinations: 0,
            k: policy.k,
            columns: columns.collect(),
            loss_geometric: mean(Aggregation::Geometric, weighted()),
            loss_arithmetic: mean(Aggregation::Arithmetic, weighted()),
            loss_at_least: None,
            optimal: false,
            classes: 0,
            smallest_class: 0,
            suppressed: 0,
            limit: 0,
            counted: 0,
            along_k: Vec::new(),
            dropped: Vec::new(),
        }
    }
}
