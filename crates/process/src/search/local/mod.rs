//! Local recoding (局所再符号化): different groups of rows have different values, so that each loses only what it must.
//!
//! Combinations that satisfy the requirement by themselves stay as they are. The others are put in an order in which those
//! that share dear columns lie together, cut into pools of some dozens, and grouped within each pool. No row is suppressed:
//! a group never costs more than suppressing its rows. If one level for all rows loses less after all, its classes are taken. Pools are independent, so any number of cores makes the same groups.

mod cover;
mod pool;
mod walk;

pub(crate) use cover::{Form, Numbers, Value};

use super::{Aggregation, Key, Lattice, NoNode, Question, Requirement, mask};
use cover::Covers;
use pool::Group;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Rows of a pool, in multiples of what a group needs: more find better neighbours, and cost their square.
const POOL: u64 = 12;
/// A pool of so many combinations is enough, however few rows it has.
const MOST: usize = 1024;

/// A combination of quasi-identifiers.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    rows: u64,
    /// Each sensitive value once, with its rows; empty without a sensitive column.
    sensitive: Vec<(u32, u64)>,
}

/// Combinations by number.
#[derive(Debug, Default)]
pub(super) struct Items {
    items: Vec<Item>,
    /// Leaves, item by item.
    codes: Vec<u32>,
    columns: usize,
}

impl Items {
    fn item(&self, number: u32) -> &Item {
        static NONE: Item = Item { rows: 0, sensitive: Vec::new() };
        self.items.get(number as usize).unwrap_or(&NONE)
    }

    fn codes(&self, number: u32) -> &[u32] {
        let from = number as usize * self.columns;
        self.codes.get(from..from + self.columns).unwrap_or(&[])
    }
}

/// Groups of combinations and what each releases.
#[derive(Debug)]
pub(crate) struct Grouping<K> {
    /// The class of each combination of quasi-identifiers.
    pub(crate) class_of: Vec<(K, u32)>,
    /// What each class releases, column by column.
    pub(crate) values: Vec<Vec<Value>>,
    pub(crate) smallest_class: u64,
    /// Each column's loss.
    pub(crate) losses: Vec<f64>,
}

/// Groups the rows of a table. `entries` has each combination once with its rows; `forms` has a form for each column.
pub(crate) fn local<K: Key>(
    question: &Question<'_>,
    forms: &[Form],
    mut entries: Vec<(K, u32)>,
) -> Result<Grouping<K>, NoNode> {
    let weights: f64 = question.columns.iter().map(|column| column.weight).sum();
    let covers: Vec<Covers<'_>> =
        question.columns.iter().zip(forms).map(|(column, form)| Covers::new(column, form, weights)).collect();
    let whole: K = question.layout.whole();
    // The table is counted in no order; from here on there is one.
    entries.par_sort_unstable();
    let (keys, items) = items(question, &entries, whole);
    let holds = |number: u32| {
        let item = items.item(number);
        question.requirement.holds(item.rows, &item.sensitive)
    };
    let all: Vec<u32> = (0..items.items.len() as u32).collect();
    let (alone, mut rest): (Vec<u32>, Vec<u32>) = all.into_iter().partition(|number| holds(*number));
    let lattice =
        Lattice::new(&Question { aggregation: Aggregation::Arithmetic, limit: 0, ..*question }, entries);
    let mut walked = Vec::new();
    if forms.iter().any(|form| !matches!(form, Form::Sets)) {
        let of = (&lattice.space, keys.as_slice(), whole);
        walked = walk::groups(&covers, &items, of, &mut rest, question.requirement);
    }
    let grouped = grouped(&covers, &items, rest, question.requirement);
    let of_one = |number: u32| {
        let mut group = Group::default();
        group.take(&covers, items.codes(number), number, items.item(number));
        group
    };
    let alone: Vec<Group> = alone.into_iter().map(of_one).chain(walked).collect();
    let groups = match grouped {
        Grouped::Whole(mut groups) => {
            groups.extend(alone);
            groups
        }
        Grouped::TooFew(rest) => join_nearest(&covers, &items, rest, alone, question.requirement)?,
    };
    let made = grouping(&covers, &keys, &groups);
    let prices = covers.iter().map(|cover| cover.price * cover.column.leaves().saturating_sub(1) as f64);
    let loss = made.losses.iter().zip(prices).map(|(loss, price)| loss * price).sum();
    // Greedy groups are good, but nothing promises that one level for all is not better; then its classes are the groups.
    let Some(node) = lattice.better(question, loss) else { return Ok(made) };
    let mut classes: HashMap<Vec<Option<&u32>>, Group> = HashMap::new();
    for number in 0..items.items.len() as u32 {
        let groups = items.codes(number).iter().zip(question.columns).zip(&node);
        let class = groups.map(|((leaf, column), level)| {
            column.levels.get(usize::from(*level)).and_then(|level| level.group_of.get(*leaf as usize))
        });
        let group = classes.entry(class.collect()).or_default();
        group.take(&covers, items.codes(number), number, items.item(number));
    }
    let mut groups: Vec<Group> = classes.into_values().collect();
    groups.sort_by(|a, b| a.items.cmp(&b.items));
    Ok(grouping(&covers, &keys, &groups))
}

fn items<K: Key>(question: &Question<'_>, entries: &[(K, u32)], whole: K) -> (Vec<K>, Items) {
    let mut items = Items { columns: question.columns.len(), ..Items::default() };
    let mut keys = Vec::new();
    let sensitive = question.layout.sensitive;
    for same in entries.chunk_by(|a, b| a.0 & whole == b.0 & whole) {
        let Some((key, _)) = same.first() else { continue };
        let values = same.iter().map(|(key, rows)| (key.code(0, mask(sensitive)), u64::from(*rows)));
        let item = Item {
            rows: same.iter().map(|(_, rows)| u64::from(*rows)).sum(),
            sensitive: if sensitive > 0 { values.collect() } else { Vec::new() },
        };
        items.items.push(item);
        let fields = question.layout.fields.iter();
        items.codes.extend(fields.map(|(shift, width)| key.code(*shift, mask(*width))));
        keys.push(*key & whole);
    }
    (keys, items)
}

enum Grouped {
    Whole(Vec<Group>),
    /// These do not satisfy the requirement even together.
    TooFew(Vec<u32>),
}

/// Puts combinations in order, cuts the order into pools and groups each.
fn grouped(
    covers: &[Covers<'_>],
    items: &Items,
    mut rest: Vec<u32>,
    requirement: &dyn Requirement,
) -> Grouped {
    if rest.is_empty() {
        return Grouped::Whole(Vec::new());
    }
    order(covers, items, &mut rest);
    let enough = requirement.least_rows().saturating_mul(POOL);
    let mut pools: Vec<&[u32]> = Vec::new();
    let (mut from, mut rows) = (0, 0);
    for (at, number) in rest.iter().enumerate() {
        rows += items.item(*number).rows;
        let full = at + 1 - from >= MOST && rows >= enough / POOL * 2;
        if rows >= enough || full {
            pools.extend(rest.get(from..=at));
            (from, rows) = (at + 1, 0);
        }
    }
    let tail = rest.get(from..).unwrap_or(&[]);
    pools.extend((!tail.is_empty()).then_some(tail));
    let made: Vec<Vec<Group>> =
        pools.par_iter().map(|pool| pool::groups(covers, items, pool, requirement)).collect();
    // A pool that has no group joins the next one, the last one the groups before it.
    let (mut groups, mut waiting): (Vec<Group>, Vec<u32>) = (Vec::new(), Vec::new());
    for (pool, made) in pools.iter().zip(made) {
        if !made.is_empty() && waiting.is_empty() {
            groups.extend(made);
            continue;
        }
        waiting.extend_from_slice(pool);
        let again = pool::groups(covers, items, &waiting, requirement);
        if !again.is_empty() {
            groups.extend(again);
            waiting.clear();
        }
    }
    if groups.is_empty() {
        return Grouped::TooFew(waiting);
    }
    for number in waiting {
        pool::join(covers, items, number, &mut groups);
    }
    Grouped::Whole(groups)
}

/// Too few combinations to make a group of: they take the nearest ones that would have stood alone.
fn join_nearest(
    covers: &[Covers<'_>],
    items: &Items,
    rest: Vec<u32>,
    mut alone: Vec<Group>,
    requirement: &dyn Requirement,
) -> Result<Vec<Group>, NoNode> {
    let mut group = Group::default();
    for number in rest {
        group.take(covers, items.codes(number), number, items.item(number));
    }
    while !requirement.holds(group.rows, &group.sensitive) {
        let nearest = |other: &Group| {
            let numbers = other.items.iter();
            numbers
                .map(|number| group.cost_of(covers, items.codes(*number), items.item(*number)))
                .sum::<f64>()
        };
        let costs = alone.iter().map(nearest).enumerate();
        let Some((best, _)) = costs.min_by(|a, b| a.1.total_cmp(&b.1)) else {
            return Err(NoNode { suppressed: group.rows });
        };
        for number in alone.swap_remove(best).items {
            group.take(covers, items.codes(number), number, items.item(number));
        }
    }
    alone.push(group);
    Ok(alone)
}

/// Combinations that share what is dear lie together: columns, or where nodes are released their levels, by price.
fn order(covers: &[Covers<'_>], items: &Items, numbers: &mut [u32]) {
    let mut steps: Vec<(f64, usize, &[u32])> = Vec::new();
    for (c, cover) in covers.iter().enumerate() {
        for (price, level) in cover.steps() {
            let level = cover.column.levels.get(usize::from(level));
            steps.push((price, c, level.map_or(&[], |level| &level.group_of)));
        }
    }
    steps.sort_by(|a, b| b.0.total_cmp(&a.0));
    let group = |number: u32, c: usize, groups: &[u32]| {
        items.codes(number).get(c).and_then(|leaf| groups.get(*leaf as usize)).copied()
    };
    numbers.par_sort_unstable_by(|a, b| {
        let differ = steps.iter().map(|(_, c, groups)| group(*a, *c, groups).cmp(&group(*b, *c, groups)));
        differ.into_iter().find(|order| *order != Ordering::Equal).unwrap_or_else(|| a.cmp(b))
    });
}

fn grouping<K: Key>(covers: &[Covers<'_>], keys: &[K], groups: &[Group]) -> Grouping<K> {
    let mut class_of = Vec::with_capacity(keys.len());
    for (group, class) in groups.iter().zip(0_u32..) {
        class_of.extend(group.items.iter().filter_map(|number| Some((*keys.get(*number as usize)?, class))));
    }
    let values = groups.par_iter().map(|group| {
        covers.iter().zip(&group.covered).map(|(cover, covered)| cover.value(covered)).collect()
    });
    let rows: u64 = groups.iter().map(|group| group.rows).sum();
    let losses = covers.iter().enumerate().map(|(c, cover)| {
        let beyond = |group: &Group| group.covered.get(c).map_or(0, |covered| covered.size.saturating_sub(1));
        let lost: u64 = groups.iter().map(|group| group.rows * u64::from(beyond(group))).sum();
        lost as f64 / rows.max(1) as f64 / cover.column.leaves().saturating_sub(1).max(1) as f64
    });
    Grouping {
        class_of,
        values: values.collect(),
        smallest_class: groups.iter().map(|group| group.rows).min().unwrap_or(0),
        losses: losses.collect(),
    }
}
