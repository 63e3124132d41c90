//! The definition as a transport problem, solved greedily on small tables; the paper's own example; and what joining does.

use super::super::support::{Small, sensitive};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

type People = Vec<(u32, BTreeSet<u32>)>;
const CODES: [&str; 7] = ["", "E10", "E11", "E162", "I10", "I200", "その他"];

fn distances(distance: Distance, people: &People, labels: &[&str]) -> Vec<f64> {
    TCloseness { of: sensitive(), t: 0.0, distance }.by_class(&Small::new(people, labels).scene())
}

/// The distance of two values by the definition.
fn ground(distance: Distance, a: &str, b: &str, labels: &[&str], present: &[usize]) -> f64 {
    if a == b {
        return 0.0;
    }
    let place = |label: &str| {
        let mut order: Vec<&str> = present.iter().map(|at| labels[*at]).collect();
        order.sort_unstable();
        order.iter().position(|known| *known == label).unwrap() as f64
    };
    match distance {
        Distance::Equal => 1.0,
        Distance::Ordered => (place(a) - place(b)).abs() / (present.len() as f64 - 1.0).max(1.0),
        Distance::Hierarchy => {
            let pad = |label: &str| {
                let mut path = path_of_code("condition", label);
                path.push(label.to_owned());
                let height = 4;
                while path.len() < height {
                    path.push(path.last().unwrap().clone());
                }
                path
            };
            let (a, b) = (pad(a), pad(b));
            (4.0 - a.iter().zip(&b).take_while(|(x, y)| x == y).count() as f64) / 4.0
        }
    }
}

/// Earth Mover's Distance by shortest augmenting paths: small, slow and only from the definition.
fn transport(p: &[f64], q: &[f64], cost: &dyn Fn(usize, usize) -> f64) -> f64 {
    let m = p.len();
    let (mut supply, mut demand) = (p.to_vec(), q.to_vec());
    let mut flow = vec![vec![0.0; m]; m];
    let mut total = 0.0;
    while let Some(from) = (0..m).find(|i| supply[*i] > 1e-12) {
        // Bellman–Ford over sources (0..m) and sinks (m..2m).
        let mut far = vec![(f64::INFINITY, usize::MAX); 2 * m];
        far[from].0 = 0.0;
        for _ in 0..2 * m {
            for i in 0..m {
                for j in 0..m {
                    if far[i].0 + cost(i, j) < far[m + j].0 - 1e-12 {
                        far[m + j] = (far[i].0 + cost(i, j), i);
                    }
                    if flow[i][j] > 1e-12 && far[m + j].0 - cost(i, j) < far[i].0 - 1e-12 {
                        far[i] = (far[m + j].0 - cost(i, j), m + j);
                    }
                }
            }
        }
        let Some(to) =
            (0..m).filter(|j| demand[*j] > 1e-12).min_by(|a, b| far[m + a].0.total_cmp(&far[m + b].0))
        else {
            break;
        };
        let mut way = Vec::new();
        let mut at = m + to;
        while at != from {
            let before = far[at].1;
            way.push((before, at));
            at = before;
        }
        let mut amount = supply[from].min(demand[to]);
        for (a, b) in &way {
            if *a >= m {
                amount = amount.min(flow[*b][*a - m]);
            }
        }
        for (a, b) in way {
            if a < m { flow[a][b - m] += amount } else { flow[b][a - m] -= amount }
        }
        supply[from] -= amount;
        demand[to] -= amount;
        total += amount * far[m + to].0;
    }
    total
}

fn spread<'a>(people: impl Iterator<Item = &'a BTreeSet<u32>>) -> Vec<f64> {
    let mut weights = vec![0.0; CODES.len()];
    let mut n = 0.0;
    for set in people {
        n += 1.0;
        set.iter().for_each(|value| weights[*value as usize] += 1.0 / set.len() as f64);
    }
    weights.iter().map(|weight| weight / n).collect()
}

/// For every class in the order of its first person: the transport, and the furthest yes-or-no share.
fn oracle(distance: Distance, people: &People) -> Vec<(f64, f64)> {
    let mut order: Vec<u32> = Vec::new();
    people.iter().for_each(|(class, _)| {
        if !order.contains(class) {
            order.push(*class)
        }
    });
    let present: Vec<usize> =
        (0..CODES.len()).filter(|v| people.iter().any(|(_, set)| set.contains(&(*v as u32)))).collect();
    let q = spread(people.iter().map(|(_, set)| set));
    let of_class = |class: u32| people.iter().filter(move |(c, _)| *c == class).map(|(_, set)| set);
    order
        .into_iter()
        .map(|class| {
            let p = spread(of_class(class));
            let pick = |list: &[f64]| present.iter().map(|at| list[*at]).collect::<Vec<_>>();
            let cost =
                |i: usize, j: usize| ground(distance, CODES[present[i]], CODES[present[j]], &CODES, &present);
            let share = |people: &mut dyn Iterator<Item = &BTreeSet<u32>>, value: u32| {
                let all: Vec<bool> = people.map(|set| set.contains(&value)).collect();
                all.iter().filter(|has| **has).count() as f64 / all.len() as f64
            };
            let furthest = (0..CODES.len() as u32).map(|value| {
                let everybody = share(&mut people.iter().map(|(_, set)| set), value);
                (share(&mut of_class(class), value) - everybody).abs()
            });
            (transport(&pick(&p), &pick(&q), &cost), furthest.fold(0.0, f64::max))
        })
        .collect()
}

fn people(most: usize) -> impl Strategy<Value = People> {
    prop::collection::vec((0u32..4, prop::collection::btree_set(0u32..7, 1..=most)), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_value_each_is_the_earth_movers_distance(people in people(1)) {
        for distance in [Distance::Equal, Distance::Ordered, Distance::Hierarchy] {
            for (fast, (slow, _)) in distances(distance, &people, &CODES).iter().zip(oracle(distance, &people)) {
                // The tree of those labels is four high only where all of them are there.
                prop_assert!((fast - slow).abs() < 1e-9, "{distance:?} {fast} {slow}");
            }
        }
    }

    #[test]
    fn several_values_are_the_spread_and_no_share_is_further_off(people in people(3)) {
        for (fast, (slow, share)) in distances(Distance::Equal, &people, &CODES).iter().zip(oracle(Distance::Equal, &people)) {
            prop_assert!((fast - slow.max(share)).abs() < 1e-9, "{fast} {slow} {share}");
        }
        for (fast, (slow, _)) in distances(Distance::Ordered, &people, &CODES).iter().zip(oracle(Distance::Ordered, &people)) {
            prop_assert!((fast - slow).abs() < 1e-9, "{fast} {slow}");
        }
    }

    // Generalisation joins classes, and everybody stays.
    #[test]
    fn joining_classes_never_moves_them_further_off(people in people(3)) {
        let joined: People = people.iter().map(|(class, set)| (class / 2, set.clone())).collect();
        for distance in [Distance::Equal, Distance::Ordered, Distance::Hierarchy] {
            let worst = |people: &People| distances(distance, people, &CODES).into_iter().fold(0.0, f64::max);
            prop_assert!(worst(&joined) <= worst(&people) + 1e-9, "{distance:?}");
        }
    }
}

/// The paper's table 3: salaries 3k … 11k over nine people; the class {3k, 4k, 5k} is 0.375 off, {6k, 8k, 11k} is 0.167 off.
#[test]
fn the_papers_salaries() {
    let salaries = ["3000", "4000", "5000", "6000", "7000", "8000", "9000", "10000", "11000"];
    let class = |salary: &str| match salary {
        "3000" | "4000" | "5000" => 0,
        "6000" | "8000" | "11000" => 1,
        _ => 2,
    };
    let labels: Vec<&str> = [""].into_iter().chain(salaries).collect();
    let people = salaries.iter().zip(1u32..).map(|(s, value)| (class(s), BTreeSet::from([value]))).collect();
    let found = distances(Distance::Ordered, &people, &labels);
    assert!((found[0] - 0.375).abs() < 1e-9 && (found[1] - 1.0 / 6.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn a_disease_that_a_class_shares_does_not_drown_among_others() {
    let sick = (1u32..4).map(|other| (0, BTreeSet::from([4, other])));
    let well = (0..60).map(|n| (1, BTreeSet::from([1 + n % 3])));
    let found = distances(Distance::Hierarchy, &sick.chain(well).collect(), &CODES);
    // All three have I10, of 63 everybody: the chapter above it is a whole tree's height away.
    assert!(found[0] > 0.9 && found[1] < 0.06, "{found:?}");
}
