//! What a group of rows releases of a column, and how many leaves of the hierarchy that covers.

use crate::search::Column;

/// Which values a column may take, beside the nodes of its hierarchy.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// Nodes only.
    Nodes,
    /// From the least to the greatest.
    Ranges(Numbers),
    /// Exactly the leaves of the group.
    Sets,
}

/// Leaves that are numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    /// Each leaf's place in their order.
    pub(crate) places: Vec<u32>,
    /// The least and the greatest leaf of ranges that cannot be released, because their words mean a group of other leaves.
    pub(crate) taken: Vec<(u32, u32)>,
}

impl Numbers {
    fn place(&self, leaf: u32) -> u32 {
        self.places.get(leaf as usize).copied().unwrap_or(0)
    }

    fn wider(&self, (low, high): (u32, u32), leaf: u32) -> (u32, u32) {
        let at = self.place(leaf);
        (if at < self.place(low) { leaf } else { low }, if at > self.place(high) { leaf } else { high })
    }

    /// Leaves from one to another, if that can be said.
    fn between(&self, range: (u32, u32)) -> u32 {
        if self.taken.contains(&range) {
            return u32::MAX;
        }
        self.place(range.1) - self.place(range.0) + 1
    }
}

/// A value that a group of rows releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A group of a level; at level 0 the value itself.
    Node(u8, u32),
    /// From one leaf to another.
    Range(u32, u32),
    /// These leaves, in the hierarchy's order.
    Set(Vec<u32>),
    /// Nothing: no node covers all.
    Masked,
}

/// A column as local recoding sees it.
#[derive(Debug)]
pub(super) struct Covers<'a> {
    form: &'a Form,
    pub(super) column: &'a Column,
    /// What one leaf more costs a row.
    pub(super) price: f64,
}

/// What a group of rows has of a column so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Covered {
    /// For sets: the leaves, each once.
    leaves: Vec<u32>,
    /// For ranges: the leaves with the least and the greatest number.
    range: (u32, u32),
    /// For nodes: the level, and a leaf under the node.
    node: (u8, u32),
    /// Leaves covered.
    pub(super) size: u32,
}

impl<'a> Covers<'a> {
    /// `weights` is the sum of all columns'.
    pub(super) fn new(column: &'a Column, form: &'a Form, weights: f64) -> Self {
        let others = column.leaves().saturating_sub(1);
        let price = if others == 0 { 0.0 } else { column.weight / weights / others as f64 };
        Self { form, column, price }
    }

    /// Levels whose groups are worth being together in, the dearest first, with what leaving the group costs a row at least.
    pub(super) fn steps(&self) -> Vec<(f64, u8)> {
        let top = self.column.levels.len() as u8;
        if matches!(self.form, Form::Sets) || top < 2 {
            return vec![(self.price, 0)];
        }
        let leaves = |level: u8| {
            let level = self.column.levels.get(usize::from(level));
            let sizes = level.map_or(&[][..], |level| &level.leaves_in);
            sizes.iter().map(|size| f64::from(*size)).sum::<f64>() / sizes.len().max(1) as f64
        };
        (0..top - 1).rev().map(|level| (self.price * (leaves(level + 1) - leaves(level)), level)).collect()
    }

    /// A group of one row.
    pub(super) fn start(&self, covered: &mut Covered, leaf: u32) {
        covered.leaves.clear();
        covered.leaves.push(leaf);
        covered.range = (leaf, leaf);
        covered.node = (0, leaf);
        covered.size = 1;
    }

    /// The lowest level, from one on, at which two leaves are in one group, and the group's size.
    fn node_over(&self, (from, one): (u8, u32), two: u32) -> (u8, u32) {
        for (level, number) in self.column.levels.iter().zip(0_u8..).skip(usize::from(from)) {
            let group = level.group_of.get(one as usize);
            if group == level.group_of.get(two as usize) {
                let leaves = group.and_then(|group| level.leaves_in.get(*group as usize));
                return (number, leaves.copied().unwrap_or(1));
            }
        }
        (u8::MAX, self.column.leaves() as u32)
    }

    /// Leaves covered with one leaf more.
    pub(super) fn with(&self, covered: &Covered, leaf: u32) -> u32 {
        match self.form {
            Form::Sets => covered.size + u32::from(!covered.leaves.contains(&leaf)),
            Form::Nodes => self.node_over(covered.node, leaf).1,
            Form::Ranges(numbers) => {
                let range = numbers.between(numbers.wider(covered.range, leaf));
                range.min(self.node_over(covered.node, leaf).1)
            }
        }
    }

    /// Takes one leaf more in; whether it covers more now.
    pub(super) fn add(&self, covered: &mut Covered, leaf: u32) -> bool {
        let size = self.with(covered, leaf);
        match self.form {
            Form::Sets if size > covered.size => covered.leaves.push(leaf),
            Form::Sets => {}
            Form::Nodes => covered.node.0 = self.node_over(covered.node, leaf).0,
            Form::Ranges(numbers) => {
                covered.range = numbers.wider(covered.range, leaf);
                covered.node.0 = self.node_over(covered.node, leaf).0;
            }
        }
        let changed = size != covered.size;
        covered.size = size;
        changed
    }

    /// What is released: the plainest value that covers no more.
    pub(super) fn value(&self, covered: &Covered) -> Value {
        let mut node = covered.node;
        if let Form::Sets = self.form {
            node.0 = covered.leaves.iter().fold(0, |level, leaf| self.node_over((level, node.1), *leaf).0);
        }
        let level = self.column.levels.get(usize::from(node.0));
        let group = level.and_then(|level| level.group_of.get(node.1 as usize)).copied();
        let leaves = level.zip(group).and_then(|(level, group)| level.leaves_in.get(group as usize));
        match (group, self.form) {
            (Some(group), _) if leaves == Some(&covered.size) => Value::Node(node.0, group),
            (_, Form::Sets) => {
                let mut leaves = covered.leaves.clone();
                leaves.sort_unstable();
                Value::Set(leaves)
            }
            (_, Form::Ranges(_)) if covered.size < self.column.leaves() as u32 => {
                Value::Range(covered.range.0, covered.range.1)
            }
            (Some(group), _) => Value::Node(node.0, group),
            (None, _) => Value::Masked,
        }
    }
}
