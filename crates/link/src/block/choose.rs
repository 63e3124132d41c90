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

/// Up to so many rows every rule is used: there is nothing to be won.
const FEW: usize = 200_000;
/// Rows of the sample; pairs in it grow with its square.
const SAMPLE: usize = 400_000;
/// Share of the matches all rules find together that the chosen ones may leave out.
const MAY_MISS: f64 = 0.0005;
/// What a candidate pair costs in rows sorted.
const PAIR: f64 = 4.0;

/// The rules that can find anything here, the most useful first.
pub(crate) fn choose(table: &Table, settings: &Settings, statistics: &mut Statistics) -> Vec<Rule> {
    let step = (table.rows.len() / 20_000).max(1);
    let has_key = |rule: &Rule| {
        table.rows.iter().step_by(step).any(|row| rule.keys(table, row).iter().any(|key| *key != 0))
            || (rule.is_rare() && table.rows.iter().any(|row| rule.keys(table, row).iter().any(|key| *key != 0)))
    };
    let rules: Vec<Rule> = Rule::ALL.into_iter().filter(has_key).collect();
    if table.rows.len() <= FEW {
        return rules;
    }
    let one_in = u32::try_from(table.rows.len() / (SAMPLE.min(table.rows.len() / 6)).max(1)).unwrap_or(u32::MAX).max(1);
    let sampled = |(_, row): &(u32, &Row)| mix(0, u64::from(row.subject)) % u64::from(one_in) == 0;
    let sample: Vec<u32> = (0..).zip(&table.rows).filter(sampled).map(|(at, _)| at).collect();
    let found = candidates(table, &rules, Some(sample), settings, &mut Statistics::default());
    let model = Model::built_in(table);
    let pairs: Vec<(u32, f64)> = found
        .iter()
        .flatten()
        .map(|pair| (found_by(table, &rules, pair), model.probability_of(pair.pattern)))
        .collect();
    let all: f64 = pairs.iter().map(|(_, probability)| probability).sum();
    let entries: Vec<f64> = rules
        .iter()
        .map(|rule| {
            let rows = table.rows.iter().step_by(step);
            let with_key = rows.clone().filter(|row| rule.keys(table, row).iter().any(|key| *key != 0)).count();
            with_key as f64 / rows.count().max(1) as f64 * table.rows.len() as f64 / f64::from(one_in)
        })
        .collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut covered = 0u32;
    let missed = |covered: u32| -> f64 {
        pairs.iter().filter(|(by, _)| by & covered == 0).map(|(_, probability)| probability).sum()
    };
    while missed(covered) > MAY_MISS * all {
        let gain = |at: usize| -> f64 {
            let mut gain = 0.0;
            let mut new = 0.0;
            for (_, probability) in pairs.iter().filter(|(by, _)| by & covered == 0 && by & 1 << at != 0) {
                gain += probability;
                new += 1.0;
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
    statistics.rule_choice = Some(RuleChoice { sampled_one_in: one_in, of_rules: rules.len() as u64, recall });
    chosen.into_iter().filter_map(|at| rules.get(at).copied()).collect()
}

/// The rules two rows share a key by, one bit each.
fn found_by(table: &Table, rules: &[Rule], pair: &Candidate) -> u32 {
    let Some((a, b)) = table.row(pair.a).zip(table.row(pair.b)) else { return 0 };
    rules.iter().enumerate().filter(|(_, rule)| rule.shares(table, a, b)).fold(0, |bits, (at, _)| bits | 1 << at)
}
