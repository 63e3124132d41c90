//! The words of values that differ from group to group: nodes of the hierarchy, numbers `20-24`, sets `{a,b}`.

use super::csv::escaped;
use super::hierarchy::Hierarchy;
use super::policy::Forms;
use super::Plan;
use crate::search::local::{Form, Value};

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
        let places = places(leaves).filter(|_| clear(hierarchy));
        match places {
            _ if allowed.sets && plain => Form::Sets,
            Some(places) if allowed.ranges => Form::Ranges(places),
            _ => Form::Nodes,
        }
    };
    plan.quasi.iter().map(|(_, hierarchy)| of(hierarchy)).collect()
}

/// Each leaf's place in the order of numbers; `None` if some are none.
fn places(leaves: &[String]) -> Option<Vec<u32>> {
    let digits = |leaf: &&String| leaf.bytes().all(|byte| byte.is_ascii_digit());
    let numbers: Option<Vec<u64>> =
        leaves.iter().map(|leaf| Some(leaf).filter(digits).and_then(|leaf| leaf.parse().ok())).collect();
    let numbers = numbers?;
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by_key(|leaf| numbers.get(*leaf));
    let mut places = vec![0; numbers.len()];
    for (place, leaf) in (0..).zip(&order) {
        if let Some(of_leaf) = places.get_mut(*leaf) {
            *of_leaf = place;
        }
    }
    let same = order.windows(2).any(|pair| match pair {
        [one, two] => numbers.get(*one) == numbers.get(*two),
        _ => false,
    });
    (!same).then_some(places)
}

/// Whether every group that is called like a range of numbers holds just these numbers.
fn clear(hierarchy: &Hierarchy) -> bool {
    let leaves = hierarchy.labels.first().map_or(&[][..], Vec::as_slice);
    let number = |text: &str| text.parse::<u64>().ok();
    hierarchy.column.levels.iter().zip(&hierarchy.labels).skip(1).all(|(level, labels)| {
        labels.iter().zip(0_u32..).all(|(label, group)| {
            let Some((low, high)) = label.split_once('-').and_then(|(low, high)| number(low).zip(number(high))) else {
                return true;
            };
            leaves.iter().zip(&level.group_of).all(|(leaf, of)| {
                (*of == group) == number(leaf).is_some_and(|number| (low..=high).contains(&number))
            })
        })
    })
}
