//! The search against brute force over the whole lattice, on small random tables.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::{BTreeMap, BTreeSet};

/// Hierarchies and rows; each row has a code for each column and a sensitive value.
#[derive(Debug, Clone)]
pub(super) struct Small {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<(Vec<u32>, u32)>,
}

/// A hierarchy by joining neighbours, level by level, up to one group.
fn column() -> impl Strategy<Value = Column> {
    let joins = prop::collection::vec(prop::collection::vec(any::<bool>(), 8), 0..3);
    (1_u32..8, joins, prop::sample::select(vec![1.0, 1.0, 0.5, 3.0])).prop_map(|(leaves, joins, weight)| {
        let mut group_of: Vec<u32> = (0..leaves).collect();
        let mut levels = vec![group_of.clone()];
        for join in joins {
            let mut next = vec![0_u32; leaves as usize];
            for group in 1..leaves as usize {
                next[group] = next[group - 1] + u32::from(!join[group]);
            }
            group_of = group_of.iter().map(|group| next[*group as usize]).collect();
            levels.push(group_of.clone());
        }
        levels.push(vec![0; leaves as usize]);
        let level = |group_of: Vec<u32>| {
            let mut leaves_in = vec![0; group_of.iter().max().map_or(0, |most| *most as usize + 1)];
            group_of.iter().for_each(|group| leaves_in[*group as usize] += 1);
            Level { group_of, leaves_in }
        };
        Column { levels: levels.into_iter().map(level).collect(), weight }
    })
}

pub(super) fn small(rows: std::ops::Range<usize>) -> impl Strategy<Value = Small> {
    prop::collection::vec(column(), 1..5).prop_flat_map(move |columns| {
        let codes: Vec<_> = columns.iter().map(|column| 0..column.leaves() as u32).collect();
        let rows = prop::collection::vec((codes, 0_u32..4), rows.clone());
        rows.prop_map(move |rows| Small { columns: columns.clone(), rows })
    })
}

impl Small {
    pub(super) fn entries<K: Key>(&self, layout: &Layout) -> Vec<(K, u32)> {
        let mut counted: BTreeMap<K, u32> = BTreeMap::new();
        for (codes, sensitive) in &self.rows {
            let start = K::field(if layout.sensitive > 0 { *sensitive } else { 0 }, 0);
            let fields = codes.iter().zip(&layout.fields);
            let key = fields.fold(start, |key, (code, (shift, _))| key | K::field(*code, *shift));
            *counted.entry(key).or_default() += 1;
        }
        counted.into_iter().collect()
    }

    /// Loss and suppressed rows of a node, by the definition.
    fn by_definition(&self, node: &[u8], asked: &KAnonymity, aggregation: Aggregation) -> (f64, u64) {
        let group =
            |c: usize, leaf: u32| self.columns[c].levels[usize::from(node[c])].group_of[leaf as usize];
        let mut classes: BTreeMap<Vec<u32>, (u64, BTreeSet<u32>)> = BTreeMap::new();
        let class_of =
            |codes: &[u32]| codes.iter().enumerate().map(|(c, leaf)| group(c, *leaf)).collect::<Vec<_>>();
        for (codes, sensitive) in &self.rows {
            let class = classes.entry(class_of(codes)).or_default();
            class.0 += 1;
            class.1.insert(*sensitive);
        }
        let stays =
            |class: &(u64, BTreeSet<u32>)| class.0 >= asked.k && class.1.len() as u64 >= asked.distinct;
        let suppressed = classes.values().filter(|class| !stays(class)).map(|class| class.0).sum();
        let losses = self.columns.iter().enumerate().map(|(c, column)| {
            let leaves = column.leaves() as f64;
            let cost = |codes: &[u32]| {
                let in_group = column.levels[usize::from(node[c])].leaves_in[group(c, codes[c]) as usize];
                if stays(&classes[&class_of(codes)]) { f64::from(in_group) / leaves } else { 1.0 }
            };
            let mean = self.rows.iter().map(|(codes, _)| cost(codes)).sum::<f64>() / self.rows.len() as f64;
            let loss = if leaves > 1.0 { (mean - 1.0 / leaves) / (1.0 - 1.0 / leaves) } else { 0.0 };
            (loss, column.weight)
        });
        (mean(aggregation, losses), suppressed)
    }

    fn nodes(&self) -> Vec<Vec<u8>> {
        self.columns.iter().fold(vec![Vec::new()], |nodes, column| {
            let levels = 0..column.levels.len() as u8;
            nodes.iter().flat_map(|node| levels.clone().map(|l| [node.clone(), vec![l]].concat())).collect()
        })
    }
}

fn optimum<K: Key>(
    small: &Small,
    asked: &KAnonymity,
    aggregation: Aggregation,
    limit: u64,
) -> Result<Optimum<K>, NoNode> {
    let layout = Layout::new(&small.columns, if asked.distinct > 1 { 2 } else { 0 });
    let (columns, budget) = (&small.columns, u64::MAX);
    let question = Question { columns, layout: &layout, requirement: asked, aggregation, limit, budget };
    full_domain(&question, small.entries::<K>(&layout))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_search_finds_what_brute_force_finds(
        small in small(1..120),
        k in 1_u64..6,
        distinct in 0_u64..4,
        share in prop::sample::select(vec![0.0, 0.02, 0.1, 0.5, 1.0]),
        arithmetic: bool,
    ) {
        let asked = KAnonymity { k, distinct };
        let aggregation = if arithmetic { Aggregation::Arithmetic } else { Aggregation::Geometric };
        let limit = (small.rows.len() as f64 * share) as u64;
        let of = |node: &[u8]| small.by_definition(node, &asked, aggregation);
        let within = small.nodes().into_iter().map(|node| of(&node)).filter(|(_, suppressed)| *suppressed <= limit);
        let best = within.map(|(loss, _)| loss).min_by(f64::total_cmp);
        let found = optimum::<u64>(&small, &asked, aggregation, limit);
        let wide = optimum::<u128>(&small, &asked, aggregation, limit);
        match (found, best) {
            (Ok(found), Some(best)) => {
                prop_assert!((found.loss - best).abs() < 1e-9, "{} is not {}", found.loss, best);
                prop_assert!((found.bound - found.loss).abs() < 1e-12);
                let (loss, suppressed) = of(&found.node);
                prop_assert!((loss - found.loss).abs() < 1e-9);
                prop_assert_eq!(suppressed, found.suppressed_rows);
                prop_assert!(found.classes == 0 || found.smallest_class >= k);
                prop_assert_eq!(wide.unwrap().node, found.node);
            }
            (Err(none), None) => {
                let top: Vec<u8> = small.columns.iter().map(|c| c.levels.len() as u8 - 1).collect();
                prop_assert_eq!(none.suppressed, of(&top).1);
            }
            (found, best) => prop_assert!(false, "search {:?}, brute force {:?}", found.is_ok(), best),
        }
    }

    #[test]
    fn a_search_that_is_cut_short_tells_how_far_it_may_be_off(small in small(20..60), budget in 1_u64..8) {
        let asked = KAnonymity { k: 3, distinct: 0 };
        let layout = Layout::new(&small.columns, 0);
        let ask = |budget| {
            let (columns, aggregation) = (&small.columns, Aggregation::Geometric);
            let question = Question { columns, layout: &layout, requirement: &asked, aggregation, limit: 2, budget };
            full_domain(&question, small.entries::<u64>(&layout))
        };
        if let (Ok(whole), Ok(cut)) = (ask(u64::MAX), ask(budget)) {
            prop_assert!(cut.bound <= whole.loss + 1e-12 && whole.loss <= cut.loss + 1e-12);
        }
    }
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let small = small(50..60).new_tree(&mut runner).unwrap().current();
    let asked = KAnonymity { k: 3, distinct: 2 };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| optimum::<u64>(&small, &asked, Aggregation::Geometric, 3).unwrap())
    };
    let (one, four) = (with(1), with(4));
    assert_eq!((one.node, one.loss, one.suppressed_rows), (four.node, four.loss, four.suppressed_rows));
}
