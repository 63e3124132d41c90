//! Groups for values that are nodes of hierarchies: neighbours are whoever shares a cheap node of the lattice.
//!
//! The nodes are walked once by what they lose. At each, the classes of what remains that satisfy the requirement become
//! groups. A group may then hold many more rows than it must, so each is grouped again within itself, and what was only caught
//! by a dear node joins a better group.

use super::cover::Covers;
use super::pool::{self, Group};
use super::{Items, MOST};
use crate::search::space::{Space, Steps};
use crate::search::tuples::Climb;
use crate::search::{Counter, Key, Node, Requirement};
use rayon::prelude::*;
use std::collections::HashMap;

/// A lattice of more nodes is not walked.
const MOST_NODES: usize = 1 << 20;
/// So many combinations are looked at in all; of a lattice that would take more, only every so many nodes are walked.
const LOOKS: u64 = 400_000_000;
/// A group is dear if a row of it costs so much.
const DEAR: f64 = 0.2;
/// Combinations of dear groups that are given a try elsewhere.
const TRIES: usize = 512;

/// Groups of some of the combinations; what no node could group is left in `rest`.
pub(super) fn groups<K: Key>(
    covers: &[Covers<'_>],
    items: &Items,
    (space, keys, whole): (&Space, &[K], K),
    rest: &mut Vec<u32>,
    requirement: &dyn Requirement,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let rows: u64 = rest.iter().map(|number| items.item(*number).rows).sum();
    let mut nodes = nodes(space);
    // Where nearly every row would be alone there is nothing to find.
    nodes.retain(|node| space.classes(node) as u64 <= rows.saturating_mul(8));
    let (mut at, mut looks) = (0, LOOKS);
    while let Some(node) = nodes.get(at).filter(|_| !rest.is_empty()) {
        let left = (nodes.len() - at) as u64;
        at += 1 + (left * rest.len() as u64 / looks.max(1)) as usize;
        looks = looks.saturating_sub(rest.len() as u64);
        let climb = Climb::new(space, &vec![0; node.len()], node);
        let key = |number: u32| keys.get(number as usize).map_or(K::default(), |key| climb.key(*key));
        let mut counter = Counter::new(Vec::new(), 0, whole);
        let classes: Vec<K> = rest.iter().map(|number| key(*number)).collect();
        for (class, number) in classes.iter().zip(rest.iter()) {
            counter.add(*class, items.item(*number).rows as u32);
        }
        let least = requirement.least_rows();
        let mut found: HashMap<K, Vec<u32>> = HashMap::new();
        for (class, number) in classes.iter().zip(rest.iter()) {
            if u64::from(counter.rows(*class)) >= least {
                found.entry(*class).or_default().push(*number);
            }
        }
        let mut new: Vec<Group> =
            found.into_values().map(|numbers| whole_group(covers, items, &numbers)).collect();
        new.retain(|group| requirement.holds(group.rows, &group.sensitive));
        if new.is_empty() {
            continue;
        }
        let mut taken: Vec<u32> = new.iter().flat_map(|group| group.items.iter().copied()).collect();
        taken.sort_unstable();
        rest.retain(|number| taken.binary_search(number).is_err());
        new.sort_by(|a, b| a.items.cmp(&b.items));
        groups.append(&mut new);
    }
    let refined: Vec<Vec<Group>> =
        groups.into_par_iter().map(|group| within(covers, items, group, requirement)).collect();
    dissolve(covers, items, refined.into_iter().flatten().collect())
}

fn whole_group(covers: &[Covers<'_>], items: &Items, numbers: &[u32]) -> Group {
    let mut group = Group::default();
    numbers.iter().for_each(|number| group.take(covers, items.codes(*number), *number, items.item(*number)));
    group
}

/// Every node of the lattice, by what it loses where no row is suppressed.
fn nodes(space: &Space) -> Vec<Node> {
    let number = space.columns.iter().map(|column| usize::from(column.highest()) + 1);
    if number.fold(1, usize::saturating_mul) > MOST_NODES {
        return Vec::new();
    }
    let levels = |column: &Steps| 0..=column.highest();
    let nodes = space.columns.iter().fold(vec![Vec::new()], |nodes: Vec<Vec<u8>>, column| {
        nodes
            .iter()
            .flat_map(|node| levels(column).map(move |level| [&node[..], &[level]].concat()))
            .collect()
    });
    let mut nodes: Vec<(f64, Node)> =
        nodes.into_iter().map(|node| (space.values_lose(&node), node.into())).collect();
    nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
    nodes.into_iter().map(|(_, node)| node).collect()
}

/// A group again as several, if that loses less.
fn within(covers: &[Covers<'_>], items: &Items, group: Group, requirement: &dyn Requirement) -> Vec<Group> {
    if group.rows < 2 * requirement.least_rows() || group.items.len() > MOST {
        return vec![group];
    }
    let cost = |groups: &[Group]| groups.iter().map(|g| g.price(covers) * g.rows as f64).sum::<f64>();
    let several = pool::groups(covers, items, &group.items, requirement);
    if !several.is_empty() && cost(&several) < cost(std::slice::from_ref(&group)) {
        several
    } else {
        vec![group]
    }
}

/// Gives up dear groups whose combinations cost less elsewhere.
fn dissolve(covers: &[Covers<'_>], items: &Items, groups: Vec<Group>) -> Vec<Group> {
    let (mut dear, mut groups): (Vec<Group>, Vec<Group>) =
        groups.into_iter().partition(|group| group.price(covers) > DEAR);
    dear.sort_by(|a, b| b.price(covers).total_cmp(&a.price(covers)));
    let mut tries = TRIES;
    for group in dear {
        let enough = tries >= group.items.len() && !groups.is_empty();
        tries = tries.saturating_sub(group.items.len());
        let elsewhere: f64 = if enough {
            group.items.iter().map(|number| pool::least_cost(covers, items, *number, &groups)).sum()
        } else {
            f64::INFINITY
        };
        if elsewhere < group.price(covers) * group.rows as f64 {
            group.items.iter().for_each(|number| pool::join(covers, items, *number, &mut groups));
        } else {
            groups.push(group);
        }
    }
    groups
}
