//! The words of values that differ from group to group: nodes of the hierarchy, numbers `20-24`, sets `{a,b}`.

use super::Plan;
use super::csv::escaped;
use super::hierarchy::Hierarchy;
use super::policy::Forms;
use crate::search::local::{Form, Numbers, Value};
use std::collections::HashMap;

/// The words of each class, column by column, in one piece.
#[derive(Debug, Default)]
pub(super) struct Labels {
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    columns: usize,
}

impl Labels {
    pub(super) fn new(plan: &Plan, values: &[Vec<Value>]) -> Self {
        let mut labels = Self { columns: plan.quasi.len(), ..Self::default() };
        for values in values {
            for ((_, hierarchy), value) in plan.quasi.iter().zip(values) {
                labels.text.extend(escaped(&word(hierarchy, value), plan.separator));
                labels.ends.push(labels.text.len());
            }
        }
        labels
    }

    pub(super) fn get(&self, class: u32, column: usize) -> &[u8] {
        let at = class as usize * self.columns + column;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|to| self.text.get(from..*to)).unwrap_or(b"*")
    }
}

fn word(hierarchy: &Hierarchy, value: &Value) -> String {
    let label = |level: u8, group: u32| {
        let labels = hierarchy.labels.get(usize::from(level));
        labels.and_then(|labels| labels.get(group as usize)).map_or("*", String::as_str)
    };
    match value {
        Value::Node(level, group) => label(*level, *group).to_owned(),
        Value::Range(low, high) => format!("{}-{}", label(0, *low), label(0, *high)),
        Value::Set(leaves) => {
            let leaves: Vec<&str> = leaves.iter().map(|leaf| label(0, *leaf)).collect();
            format!("{{{}}}", leaves.join(","))
        }
        Value::Masked => "*".to_owned(),
    }
}

/// The form of each column's values: what the policy allows and what can be read back without doubt.
pub(super) fn forms(plan: &Plan, allowed: Forms) -> Vec<Form> {
    let of = |hierarchy: &Hierarchy| {
        let leaves = hierarchy.labels.first().map_or(&[][..], Vec::as_slice);
        let plain = leaves.iter().all(|leaf| !leaf.is_empty() && !leaf.contains([',', '{', '}']));
        match numbers(hierarchy) {
            _ if allowed.sets && plain => Form::Sets,
            Some(numbers) if allowed.ranges => Form::Ranges(numbers),
            _ => Form::Nodes,
        }
    };
    plan.quasi.iter().map(|(_, hierarchy)| of(hierarchy)).collect()
}

/// A column whose leaves are whole numbers, each once.
fn numbers(hierarchy: &Hierarchy) -> Option<Numbers> {
    let leaves = hierarchy.labels.first()?;
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let values: Vec<u64> = leaves.iter().map(|leaf| number(leaf)).collect::<Option<_>>()?;
    let leaf_of: HashMap<u64, u32> = values.iter().copied().zip(0..).collect();
    if leaf_of.len() < values.len() {
        return None;
    }
    let mut sorted = values.clone();
    sorted.sort_unstable();
    let places = values.iter().map(|value| sorted.partition_point(|other| other < value) as u32).collect();
    let mut taken = Vec::new();
    for (level, labels) in hierarchy.column.levels.iter().zip(&hierarchy.labels).skip(1) {
        for (label, group) in labels.iter().zip(0_u32..) {
            let ends = label.split_once('-').and_then(|(low, high)| Some((number(low)?, number(high)?)));
            let Some((low, high)) = ends else { continue };
            let inside = |value: &u64| (low..=high).contains(value);
            let same = values.iter().zip(&level.group_of).all(|(value, of)| (*of == group) == inside(value));
            if let (false, Some(low), Some(high)) = (same, leaf_of.get(&low), leaf_of.get(&high)) {
                taken.push((*low, *high));
            }
        }
    }
    Some(Numbers { places, taken })
}
