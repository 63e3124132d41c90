//! How easily a row of a table is singled out (一枚の表の再識別リスク), as it stands: a raw table or a product (ANO-05).
//!
//! Rows with the same text in every quasi-identifier are a class; nothing is generalised and no hierarchy is asked. A row with
//! `*` in every one of them is suppressed and in no class. Figures are those of El Emam's three attackers (Guide to the
//! De-Identification of Personal Health Information, 2013): whoever looks for a certain person of the table finds one of a
//! class of n with 1 ÷ n; over all rows that is on average classes ÷ rows.

use super::csv::{Block, Rows, text};
use super::words::Fingerprint;
use super::{Lanes, Open, Refusal, Role, TablePolicy, each_block, open};
use crate::models::uniqueness;
use crate::search::{Combinations, KAnonymity, Requirement};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Rows by the size of their class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassSizes {
    /// The smallest size.
    pub from: u64,
    /// The largest.
    pub to: u64,
    /// Classes of these sizes.
    pub classes: u64,
    /// Rows in them.
    pub rows: u64,
}

/// What a column nobody should learn gives away within the classes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SensitiveRisk {
    /// Different values of the class that has fewest (distinct l).
    pub distinct: u64,
    /// Entropy l: e to the power of the least entropy of a class.
    pub entropy: f64,
    /// The largest share of one value in a class: who is known to be in it is believed to have that value.
    pub largest_share: f64,
    /// t: how far a class is from the whole table at most, all values equally far from one another.
    pub distance: f64,
}

/// The share of rows that are alone in a population, as three estimators see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PopulationRisk {
    /// People of the population.
    pub people: u64,
    /// Pitman (Hoshino 2001).
    pub pitman: f64,
    /// Zayatz (1991).
    pub zayatz: f64,
    /// SNB (Chen and Keller-McNulty 1998).
    pub snb: f64,
}

/// The risk of a table. Counts and shares only.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlatRisk {
    /// Rows.
    pub rows: u64,
    /// Rows with `*` in every quasi-identifier.
    pub suppressed: u64,
    /// Quasi-identifiers, in the table's order.
    pub quasi_identifiers: Vec<String>,
    /// k that the policy asks for.
    pub k: u64,
    /// Whether every class has it, and as many different sensitive values as the policy asks for.
    pub meets: bool,
    /// Classes.
    pub classes: u64,
    /// Rows of the smallest; 0 where there is none.
    pub smallest_class: u64,
    /// Rows that are alone.
    pub unique: u64,
    /// Rows in classes below k.
    pub below_k: u64,
    /// 1 ÷ smallest class.
    pub highest_risk: f64,
    /// Classes ÷ rows in classes.
    pub average_risk: f64,
    /// How many rows are in classes of which size.
    pub sizes: Vec<ClassSizes>,
    /// Of the sensitive column, where the policy names one.
    pub sensitive: Option<SensitiveRisk>,
    /// Where the size of a population is given.
    pub population: Option<PopulationRisk>,
}

/// A class and one of its sensitive values.
type Values = HashMap<(u128, u128), u64>;

/// Measures a table.
///
/// # Errors
/// It cannot be read, a row has another number of cells, or a quasi-identifier of the policy is not there.
pub fn risk(policy: &TablePolicy, table: &Open<'_>, people: Option<u64>) -> Result<FlatRisk, Refusal> {
    let (header, mut blocks) = open(table, policy.separator)?;
    let quasi = places(policy, &header)?;
    let sensitive = policy.columns.iter().find(|(_, role)| *role == Role::Sensitive);
    let sensitive = sensitive.and_then(|(name, _)| header.iter().position(|other| other == name));
    let lanes: Lanes<(Combinations<u128>, Values)> = Lanes::default();
    let work = |block: &Block| {
        let (mut classes, mut values) = lanes.take();
        let mut rows = Rows::new(block, policy.separator, header.len());
        let bytes = rows.bytes;
        let (mut all, mut suppressed) = (0, 0);
        while let Some(cells) = rows.next()? {
            all += 1;
            let mut class = Fingerprint::default();
            let mut is_masked = true;
            for cell in quasi.iter().filter_map(|(at, _)| cells.get(*at)) {
                let text = text(bytes, cell);
                is_masked &= *text == *b"*";
                class.add(&text);
            }
            if is_masked {
                suppressed += 1;
                continue;
            }
            classes.add(class.value());
            if let Some(cell) = sensitive.and_then(|at| cells.get(at)) {
                let mut value = Fingerprint::default();
                value.add(&text(bytes, cell));
                *values.entry((class.value(), value.value())).or_default() += 1;
            }
        }
        lanes.give((classes, values));
        Ok((all, suppressed))
    };
    let (mut rows, mut suppressed) = (0_u64, 0_u64);
    each_block(&mut blocks, work, |(all, masked)| {
        rows += all;
        suppressed += masked;
        Ok(())
    })?;
    let (mut counted, mut values) = (Vec::new(), HashMap::<u128, Vec<(u128, u64)>>::new());
    let mut of_lanes = Values::new();
    for (classes, of_lane) in lanes.all() {
        counted.push(classes);
        for (key, rows) in of_lane {
            *of_lanes.entry(key).or_default() += rows;
        }
    }
    for ((class, value), rows) in of_lanes {
        values.entry(class).or_default().push((value, rows));
    }
    let classes = Combinations::join(counted);
    let sizes: Vec<u64> = classes.iter().map(|(_, rows)| u64::from(*rows)).collect();
    let mut risk = FlatRisk::of(&sizes, policy.k);
    risk.rows = rows;
    risk.suppressed = suppressed;
    risk.quasi_identifiers = quasi.into_iter().map(|(_, name)| name).collect();
    let requirement = KAnonymity { k: policy.k, distinct: policy.distinct };
    risk.meets = classes.iter().all(|(class, rows)| {
        let of_class = values.get(class).map_or(&[][..], Vec::as_slice);
        let numbered: Vec<(u32, u64)> = of_class.iter().zip(0..).map(|((_, rows), at)| (at, *rows)).collect();
        requirement.holds(u64::from(*rows), &numbered)
    });
    risk.sensitive = sensitive.is_some().then(|| SensitiveRisk::of(&values));
    risk.population = people.map(|people| PopulationRisk::of(&sizes, people));
    Ok(risk)
}

/// The quasi-identifiers: where they are, and their names.
pub(super) fn places(policy: &TablePolicy, header: &[String]) -> Result<Vec<(usize, String)>, Refusal> {
    let mut places = Vec::new();
    for (name, ..) in policy.quasi_identifiers() {
        let Some(at) = header.iter().position(|other| other == name) else {
            let there = header.join(", ");
            return Err(Refusal::new(
                format!("準識別子の列「{name}」が表にありません。表の列: {there}"),
                format!("there is no column {name}, a quasi-identifier; there are: {there}"),
            ));
        };
        places.push((at, name.to_owned()));
    }
    places.sort_unstable();
    Ok(places)
}

impl FlatRisk {
    fn of(sizes: &[u64], k: u64) -> Self {
        let rows: u64 = sizes.iter().sum();
        let smallest = sizes.iter().copied().min().unwrap_or(0);
        let sum = |of: &dyn Fn(u64) -> bool| sizes.iter().filter(|size| of(**size)).sum();
        Self {
            rows,
            suppressed: 0,
            quasi_identifiers: Vec::new(),
            k,
            meets: smallest >= k,
            classes: sizes.len() as u64,
            smallest_class: smallest,
            unique: sum(&|size| size == 1),
            below_k: sum(&|size| size < k),
            highest_risk: if smallest == 0 { 0.0 } else { 1.0 / smallest as f64 },
            average_risk: if rows == 0 { 0.0 } else { sizes.len() as f64 / rows as f64 },
            sizes: histogram(sizes),
            sensitive: None,
            population: None,
        }
    }
}

/// Sizes 1, 2, 3–4, 5–9, 10–19, 20–49, 50–99, 100–999 and more: as committees ask.
fn histogram(sizes: &[u64]) -> Vec<ClassSizes> {
    const BOUNDS: [(u64, u64); 9] =
        [(1, 1), (2, 2), (3, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, 999), (1000, u64::MAX)];
    let largest = sizes.iter().copied().max().unwrap_or(0);
    let mut counted = Vec::new();
    for (from, to) in BOUNDS {
        let inside: Vec<u64> = sizes.iter().copied().filter(|size| (from..=to).contains(size)).collect();
        if !inside.is_empty() {
            let (classes, rows) = (inside.len() as u64, inside.iter().sum());
            counted.push(ClassSizes { from, to: to.min(largest), classes, rows });
        }
    }
    counted
}

impl SensitiveRisk {
    fn of(values: &HashMap<u128, Vec<(u128, u64)>>) -> Self {
        let mut whole: BTreeMap<u128, u64> = BTreeMap::new();
        for (value, rows) in values.values().flatten() {
            *whole.entry(*value).or_default() += rows;
        }
        let all = whole.values().sum::<u64>().max(1) as f64;
        let mut risk = Self { distinct: u64::MAX, entropy: f64::INFINITY, largest_share: 0.0, distance: 0.0 };
        for of_class in values.values() {
            let rows = of_class.iter().map(|(_, rows)| rows).sum::<u64>() as f64;
            // In one order, so that sums do not depend on how the table was cut.
            let mut shares: BTreeMap<u128, f64> = BTreeMap::new();
            for (value, count) in of_class {
                shares.insert(*value, *count as f64 / rows);
            }
            let entropy: f64 = -shares.values().map(|share| share * share.ln()).sum::<f64>();
            let apart = |(value, rows): (&u128, &u64)| {
                (shares.get(value).copied().unwrap_or(0.0) - *rows as f64 / all).abs()
            };
            risk.distinct = risk.distinct.min(shares.len() as u64);
            risk.entropy = risk.entropy.min(entropy.exp());
            risk.largest_share = risk.largest_share.max(shares.values().copied().fold(0.0, f64::max));
            risk.distance = risk.distance.max(whole.iter().map(apart).sum::<f64>() / 2.0);
        }
        if values.is_empty() {
            (risk.distinct, risk.entropy) = (0, 0.0);
        }
        risk
    }
}

impl PopulationRisk {
    fn of(sizes: &[u64], people: u64) -> Self {
        let mut counted = uniqueness::Sizes::new();
        for size in sizes {
            *counted.entry(*size).or_default() += 1;
        }
        // A table is a part of its population.
        let people = people.max(sizes.iter().sum());
        let [pitman, zayatz, snb] = uniqueness::shares(&counted, people);
        Self { people, pitman, zayatz, snb }
    }
}
