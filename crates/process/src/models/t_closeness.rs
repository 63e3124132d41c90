//! t-closeness (t-近接性): the values of a sensitive attribute in a class are spread nearly as over everybody (ANO-05).
//! Li, Li and Venkatasubramanian, ICDE 2007: the Earth Mover's Distance between class P and product Q is at most t.
//!
//! - `equal`: ½ Σ |pᵢ − qᵢ|.
//! - `ordered`: values in order (as numbers where all are, else as text), Σᵢ |Σ_{j≤i} (pⱼ − qⱼ)| ÷ (m − 1).
//! - `hierarchy`: on the code tree, the distance of two values is the height at which they meet ÷ the height H of the tree; then
//!   EMD = Σ over nodes below the root of |P(node) − Q(node)| ÷ 2H. With H = 1 it is `equal`.
//!
//! **Several values.** A person spreads weight 1 evenly over their values in both P and Q. That alone would let a disease which a
//! whole class shares drown among their other diseases, so for `equal` and `hierarchy` every node is also taken as a yes-or-no
//! attribute: (height of its parent ÷ H) × |share of the class with a value below it − share of everybody| is at most t too.
//! Mass that leaves a node travels at least as far as that, so with one value each this adds nothing. Having no value is a value.
//!
//! Against a fixed Q all of it is convex: joining classes never increases it. Suppressing people moves Q, so it is asked again.

use super::{Attribute, Model, Scene, Word, name_with};
use crate::decimal::Decimal;
use crate::policy::{Node, Protect, Reader, attribute};
use crate::transforms::{ColumnOf, path_of_code, required};
use kiban_model::report::Bilingual;
use std::collections::HashMap;

pub(super) const WORD: Word = Word {
    name: "t_closeness",
    japanese: "t-近接性",
    doc: (
        "準識別子の同じ人の間の `of` の列の値の分布が、提供する全員の分布から距離 t 以内にあること。`distance` は `\"equal\"`(等距離)、`\"ordered\"`(順序)、\
         `\"hierarchy\"`(ICD-10・薬剤コード・DPC の木の上の距離)。値を複数もつ人は重みを等分し、加えて木の節ごとに、もつ人の割合の差も t 以内とする(順序を除く)。\
         成り立たない組の人は抑制する。",
        "Among people with the same quasi-identifiers the values of column `of` are spread within distance t of how they are over everybody \
         in the product. `distance` is `\"equal\"`, `\"ordered\"` or `\"hierarchy\"` (along the tree of ICD-10, drug codes or DPC). People \
         with several values share their weight among them, and for every node of the tree the share of people with a value below \
         it differs by no more than t either (not for `ordered`). Classes that break it are suppressed.",
    ),
    example: "t_closeness = { of = \"condition.code\", t = 0.4, distance = \"hierarchy\" }",
    read,
};

/// How far apart two values are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Distance {
    Equal,
    Ordered,
    Hierarchy,
}

#[derive(Debug)]
struct TCloseness {
    of: ColumnOf,
    t: f64,
    distance: Distance,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    for value in value.items().unwrap_or_else(|| vec![value.clone()]) {
        if let Some(model) = read_one(&value, reader, protect) {
            protect.models.push(Box::new(model));
        }
    }
}

fn read_one(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) -> Option<TCloseness> {
    let fields = reader.fields(value, &["of", "t", "distance"])?;
    let (of, t) = (required(&fields, "of", reader), required(&fields, "t", reader));
    let of = of.and_then(|node| attribute(&node, reader, protect));
    let t = t.and_then(|node| reader.share(&node));
    let distance = match fields.get("distance") {
        None => Distance::Equal,
        Some(node) => match reader.choice(&node, &["equal", "ordered", "hierarchy"])? {
            0 => Distance::Equal,
            1 => Distance::Ordered,
            _ => Distance::Hierarchy,
        },
    };
    Some(TCloseness { of: of?, t: t?, distance })
}

impl TCloseness {
    fn by_class(&self, scene: &Scene<'_>) -> Vec<f64> {
        // Nothing is known of it: no class passes.
        let Some(attribute) = scene.attribute(self.of) else {
            return vec![f64::INFINITY; scene.members.len()];
        };
        match self.distance {
            Distance::Equal => Tree::new(attribute, |_| Vec::new()).by_class(scene, attribute),
            Distance::Hierarchy => Tree::new(attribute, |label| path_of_code(self.of.table.name, label))
                .by_class(scene, attribute),
            Distance::Ordered => ordered(scene, attribute),
        }
    }
}

impl Model for TCloseness {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        // What is exactly t must not fail by rounding.
        scene.people_of(self.by_class(scene).into_iter().map(|found| found > self.t + 1e-12))
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        self.by_class(scene).into_iter().fold(f64::NEG_INFINITY, f64::max)
    }
    fn looks_at(&self) -> Option<ColumnOf> {
        Some(self.of)
    }
    fn name(&self) -> Bilingual {
        let (ja, en) = match self.distance {
            Distance::Equal => ("t-近接性(等距離)", "t-closeness (equal distance)"),
            Distance::Ordered => ("t-近接性(順序距離)", "t-closeness (ordered distance)"),
            Distance::Hierarchy => ("t-近接性(階層距離)", "t-closeness (hierarchical distance)"),
        };
        name_with(ja, en, self.of)
    }
    fn required(&self) -> Bilingual {
        Bilingual::new(format!("{} 以下", self.t), format!("at most {}", self.t))
    }
}

/// The nodes below the root of a tree whose leaves are the labels.
struct Tree {
    /// Nodes of each label, from below the root down to the label.
    paths: Vec<Vec<u32>>,
    /// Height of a node's parent ÷ height of the tree.
    weights: Vec<f64>,
    height: usize,
}

impl Tree {
    /// `above`: the classes above a label, coarsest first; labels with fewer hang below the last of them.
    fn new(attribute: &Attribute, above: impl Fn(&str) -> Vec<String>) -> Self {
        let paths: Vec<Vec<String>> = attribute
            .labels
            .iter()
            .map(|label| {
                let mut path = above(label);
                path.push(label.clone());
                path
            })
            .collect();
        let height = paths.iter().map(Vec::len).max().unwrap_or(1);
        let mut known: HashMap<(usize, &str), u32> = HashMap::new();
        let mut weights = Vec::new();
        let mut number = |depth: usize, name| {
            let next = weights.len() as u32;
            *known.entry((depth, name)).or_insert_with(|| {
                weights.push((height - depth) as f64 / height as f64);
                next
            })
        };
        let paths = paths.iter().map(|path| {
            let last = path.last().into_iter().cycle();
            path.iter()
                .chain(last)
                .take(height)
                .enumerate()
                .map(|(depth, name)| number(depth, name))
                .collect()
        });
        let paths = paths.collect();
        Self { paths, weights, height }
    }

    fn by_class(&self, scene: &Scene<'_>, attribute: &Attribute) -> Vec<f64> {
        let mut counts = Counts::new(self);
        let everybody = counts.of(scene.members.iter().flatten(), attribute);
        let mut overall = vec![(0.0, 0.0); self.weights.len()];
        for (node, spread, share) in &everybody {
            if let Some(slot) = overall.get_mut(*node as usize) {
                *slot = (*spread, *share);
            }
        }
        // Nodes that nobody of a class has count too: together for the distance, the most frequent of them for the shares.
        let total: f64 = overall.iter().map(|(spread, _)| spread).sum();
        let weighted =
            |node: u32, share: f64| share * self.weights.get(node as usize).copied().unwrap_or(1.0);
        let mut by_share: Vec<(u32, f64)> =
            everybody.iter().map(|(n, _, share)| (*n, weighted(*n, *share))).collect();
        by_share.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
        let members = scene.members.iter();
        members
            .map(|people| {
                let found = counts.of(people.iter(), attribute);
                let (mut moved, mut furthest) = (total, 0.0f64);
                for (node, spread, share) in &found {
                    let (q, all) = overall.get(*node as usize).copied().unwrap_or_default();
                    moved += (spread - q).abs() - q;
                    furthest = furthest.max(weighted(*node, (share - all).abs()));
                }
                let absent = by_share.iter().find(|(node, _)| !counts.has(*node));
                let distance = moved / (2.0 * self.height as f64);
                distance.max(furthest).max(absent.map_or(0.0, |(_, share)| *share))
            })
            .collect()
    }
}

/// Spread weights and people by node, for one group of people after the other.
struct Counts<'t> {
    tree: &'t Tree,
    spread: Vec<f64>,
    people: Vec<u32>,
    last: Vec<u32>,
    touched: Vec<u32>,
    asked: u32,
    /// In which question a node was last touched.
    touched_in: Vec<u32>,
}

impl<'t> Counts<'t> {
    fn new(tree: &'t Tree) -> Self {
        let nodes = tree.weights.len();
        Self {
            tree,
            spread: vec![0.0; nodes],
            people: vec![0; nodes],
            last: vec![u32::MAX; nodes],
            touched: Vec::new(),
            asked: 0,
            touched_in: vec![0; nodes],
        }
    }

    /// (node, spread weight, share of people with a value below it), of the nodes that these people have.
    fn of<'a>(
        &mut self,
        people: impl Iterator<Item = &'a u32>,
        attribute: &Attribute,
    ) -> Vec<(u32, f64, f64)> {
        self.asked += 1;
        self.touched.clear();
        let mut n = 0.0;
        for person in people {
            n += 1.0;
            let values = attribute.values.of(*person as usize);
            let weight = 1.0 / values.len() as f64;
            for node in values.iter().filter_map(|value| self.tree.paths.get(*value as usize)).flatten() {
                self.add(*node, *person, weight);
            }
        }
        let found = self.touched.iter().map(|node| {
            let at = *node as usize;
            let spread = self.spread.get(at).copied().unwrap_or(0.0);
            (*node, spread / n, f64::from(self.people.get(at).copied().unwrap_or(0)) / n)
        });
        found.collect()
    }

    fn add(&mut self, node: u32, person: u32, weight: f64) {
        let at = node as usize;
        let slots = (
            self.spread.get_mut(at),
            self.people.get_mut(at),
            self.last.get_mut(at),
            self.touched_in.get_mut(at),
        );
        let (Some(spread), Some(people), Some(last), Some(touched_in)) = slots else { return };
        if *touched_in != self.asked {
            (*spread, *people, *last, *touched_in) = (0.0, 0, u32::MAX, self.asked);
            self.touched.push(node);
        }
        *spread += weight;
        // A person's values stand together: several below one node count once.
        if *last != person {
            *last = person;
            *people += 1;
        }
    }

    /// Whether the people last asked for have it.
    fn has(&self, node: u32) -> bool {
        self.touched_in.get(node as usize) == Some(&self.asked)
    }
}

/// The ordered distance of every class. Between two values of a class its cumulated share stands still, so a stretch is summed
/// up from prefix sums of everybody's.
fn ordered(scene: &Scene<'_>, attribute: &Attribute) -> Vec<f64> {
    let ranks = ranks(&attribute.labels);
    let weigh = |people: &mut dyn Iterator<Item = &u32>| {
        let mut weights: Vec<(usize, f64)> = Vec::new();
        let mut n = 0.0;
        for person in people {
            n += 1.0;
            let values = attribute.values.of(*person as usize);
            let each = 1.0 / values.len() as f64;
            weights.extend(values.iter().filter_map(|v| ranks.get(*v as usize)).map(|rank| (*rank, each)));
        }
        weights.sort_unstable_by_key(|(rank, _)| *rank);
        (weights, n)
    };
    let (everybody, n) = weigh(&mut scene.members.iter().flatten());
    // Ranks of values that nobody has any more are none: m counts those of the product.
    let mut present: Vec<usize> = everybody.iter().map(|(rank, _)| *rank).collect();
    present.dedup();
    let place = |rank: usize| present.partition_point(|known| *known < rank);
    let mut cumulated = vec![0.0; present.len()];
    for (rank, weight) in &everybody {
        if let Some(slot) = cumulated.get_mut(place(*rank)) {
            *slot += weight / n;
        }
    }
    let mut sums = vec![0.0];
    let (mut below, mut sum) = (0.0, 0.0);
    for slot in &mut cumulated {
        below += *slot;
        *slot = below;
        sum += below;
        sums.push(sum);
    }
    let steps = present.len().saturating_sub(1).max(1) as f64;
    let at = |list: &[f64], place: usize| list.get(place).copied().unwrap_or(0.0);
    // Σ |c − Q| over the places from..to.
    let stretch = |from: usize, to: usize, c: f64| {
        let turn = cumulated.partition_point(|q| *q < c).clamp(from, to);
        let (low, high) = (at(&sums, turn) - at(&sums, from), at(&sums, to) - at(&sums, turn));
        (turn - from) as f64 * c - low + high - (to - turn) as f64 * c
    };
    let members = scene.members.iter();
    members
        .map(|people| {
            let (weights, n) = weigh(&mut people.iter());
            let (mut from, mut c, mut distance) = (0, 0.0, 0.0);
            for (rank, weight) in weights {
                let to = place(rank);
                distance += stretch(from, to, c);
                (from, c) = (to, c + weight / n);
            }
            (distance + stretch(from, present.len(), c)) / steps
        })
        .collect()
}

/// The place of every label in order; the empty one comes first.
fn ranks(labels: &[String]) -> Vec<usize> {
    let numbers: Option<Vec<Decimal>> =
        labels.iter().filter(|label| !label.is_empty()).map(|label| Decimal::parse(label)).collect();
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let text = |at: usize| labels.get(at).map_or("", String::as_str);
    match numbers {
        Some(_) => order.sort_by(|a, b| {
            let (a, b) = (text(*a), text(*b));
            let number = |label: &str| Decimal::parse(label);
            number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal)
        }),
        None => order.sort_by(|a, b| text(*a).cmp(text(*b))),
    }
    let mut ranks = vec![0; labels.len()];
    for (rank, at) in order.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(at) {
            *slot = rank;
        }
    }
    ranks
}

#[cfg(test)]
mod tests;
