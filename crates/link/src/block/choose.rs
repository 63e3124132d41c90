//! Which rules a run uses (規則の選択): as few as find nearly all that all of them together find, measured on a sample.
//!
//! A rule costs a pass over every row and what it alone has to give is often next to nothing: with kana everywhere, the
//! keys in kanji find little more. Which these are depends on what the records state, so that it is measured, not known.

use super::{Candidate, Rule, candidates};
use crate::encode::{Row, Table};
use crate::estimate::Model;
use crate::hash::mix;
use crate::settings::Settings;
use crate::statistics::{RuleChoice, Statistics};
use rayon::prelude::*;

/// Up to so many rows every rule is used: there is nothing to be won.
const FEW: usize = 200_000;
/// Rows of the sample for every row of the table, under a root: pairs in a sample grow with its square, so that a table ten
/// times as large needs three times the sample.
const SAMPLE: f64 = 15_000.0;
/// Share of the matches all rules find together that the chosen ones may leave out.
const MAY_MISS: f64 = 0.001;
/// What a candidate pair costs in rows sorted.
const PAIR: f64 = 4.0;

/// The rules that can find anything here, the most useful first.
pub(crate) fn choose(table: &Table, settings: &Settings, statistics: &mut Statistics) -> Vec<Rule> {
    let step = (table.rows.len() / 20_000).max(1);
    let few: Vec<Row> = table.rows.iter().step_by(step).copied().collect();
    let with_key = |rule: Rule, row: &Row| rule.keys(table, row).iter().any(|key| *key != 0);
    let (usual, unseen): (Vec<Rule>, Vec<Rule>) =
        Rule::ALL.into_iter().partition(|rule| few.iter().any(|row| with_key(*rule, row)));
    let unseen: Vec<Rule> = unseen.into_iter().filter(|rule| rule.is_rare()).collect();
    let bits = |row: &Row| {
        (0..).zip(&unseen).fold(0u32, |bits, (at, rule)| bits | u32::from(with_key(*rule, row)) << at)
    };
    let seen = table.rows.par_iter().map(bits).reduce(|| 0, |a, b| a | b);
    let rare = (0..).zip(unseen).filter(|(at, _)| seen >> at & 1 != 0).map(|(_, rule)| rule);
    let rules: Vec<Rule> = usual.into_iter().chain(rare).collect();
    if table.rows.len() <= FEW {
        return rules;
    }
    let rows = table.rows.len() as f64;
    let one_in = (rows / (rows * SAMPLE).sqrt()).max(1.0) as u32;
    let sampled = |row: &&Row| mix(0, u64::from(row.subject)).is_multiple_of(u64::from(one_in));
    let sample: Vec<Row> = table.rows.par_iter().filter(sampled).copied().collect();
    let found = candidates(table, (&sample, &[]), &rules, settings, &mut Statistics::default());
    let pairs = by_rules(table, &sample, &rules, &found);
    let all: f64 = pairs.iter().map(|found| found.probability).sum();
    let entries: Vec<f64> = rules
        .par_iter()
        .map(|rule| {
            let with_key = few.iter().filter(|row| with_key(*rule, row)).count();
            with_key as f64 / few.len().max(1) as f64 * table.rows.len() as f64 / f64::from(one_in)
        })
        .collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut covered = 0u32;
    let missed = |covered: u32| -> f64 {
        pairs.iter().filter(|found| found.by & covered == 0).map(|found| found.probability).sum()
    };
    while missed(covered) > MAY_MISS * all {
        let gain = |at: usize| -> f64 {
            let mut gain = 0.0;
            let mut new = 0.0;
            for found in pairs.iter().filter(|found| found.by & covered == 0 && found.by & 1 << at != 0) {
                gain += found.probability;
                new += found.pairs;
            }
            gain / (entries.get(at).copied().unwrap_or(1.0) + PAIR * new + 1.0)
        };
        let left = (0..rules.len()).filter(|at| !chosen.contains(at));
        let best = left.map(|at| (gain(at), at)).max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)));
        match best {
            Some((gain, at)) if gain > 0.0 => {
                covered |= 1 << at;
                chosen.push(at);
            }
            _ => break,
        }
    }
    let recall = if all > 0.0 { 1.0 - missed(covered) / all } else { 1.0 };
    statistics.rule_choice =
        Some(RuleChoice { sampled_one_in: one_in, of_rules: rules.len() as u64, recall });
    chosen.into_iter().filter_map(|at| rules.get(at).copied()).collect()
}

/// The pairs that the same rules find.
struct FoundBy {
    /// One bit a rule.
    by: u32,
    pairs: f64,
    /// Sum over the pairs.
    probability: f64,
}

fn by_rules(table: &Table, rows: &[Row], rules: &[Rule], found: &[Vec<Candidate>]) -> Vec<FoundBy> {
    let model = Model::built_in(table);
    let row = |at: u32| rows.get(at as usize);
    let bits = |pair: &Candidate| {
        let (a, b) = row(pair.a).zip(row(pair.b))?;
        let shared = (0..).zip(rules).filter(|(_, rule)| rule.shares(table, a, b));
        Some(shared.fold(0u32, |bits, (at, _)| bits | 1 << at))
    };
    let mut pairs: Vec<(u32, f64)> = found
        .par_iter()
        .flatten()
        .filter_map(|pair| Some((bits(pair)?, model.probability_of(pair.pattern))))
        .collect();
    pairs.par_sort_by_key(|(by, _)| *by);
    let same = pairs.chunk_by(|x, y| x.0 == y.0);
    same.filter_map(|pairs| {
        let probability = pairs.iter().map(|(_, probability)| probability).sum();
        Some(FoundBy { by: pairs.first()?.0, pairs: pairs.len() as f64, probability })
    })
    .collect()
}
