//! How often strangers agree, from random pairs with a fixed seed.
//!
//! In small data many random pairs are matches or relatives: what the built-in weights take for either is left out, and
//! the built-in opinion counts as `opinion` pairs of its own.

use super::Model;
use super::parameters::{STRANGERS, all_pairs};
use crate::compare::{FIELDS, Field, LEVELS, Level, Pattern, compare};
use crate::encode::{Row, Table};
use crate::hash::Stream;
use crate::settings::Settings;
use rayon::prelude::*;

/// Pairs the built-in opinion is worth: much for levels strangers hardly ever reach, little for the others.
const fn opinion(field: Field) -> f64 {
    match field {
        Field::Sex | Field::Provider => 200.0,
        _ => 20_000.0,
    }
}

/// Pairs whose rows are fetched together, so that memory answers many at a time.
const CHUNK: u64 = 256;

pub(super) fn learn_strangers(table: &Table, model: &mut Model, settings: &Settings) {
    let rows = table.rows.len() as u64;
    if rows < 2 {
        return;
    }
    // The cast saturates; more pairs than the setting asks for are never drawn.
    let draws = settings.random_pairs.min(all_pairs(table) as u64);
    let counts = (0..draws.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut random = Stream(settings.seed ^ (chunk + 1).wrapping_mul(0xA076_1D64_78BD_642F));
            let mut draw =
                || usize::try_from(random.below(rows)).ok().and_then(|at| table.rows.get(at).copied());
            let drawn: Vec<(Row, Row)> =
                (0..CHUNK.min(draws - chunk * CHUNK)).filter_map(|_| draw().zip(draw())).collect();
            let usable =
                drawn.iter().filter(|(a, b)| a.subject != b.subject && !a.is_aside() && !b.is_aside());
            let mut patterns: Vec<Pattern> = usable.map(|(a, b)| compare(table, a, b)).collect();
            patterns.sort_unstable();
            let mut counts = [[0u64; LEVELS]; FIELDS];
            for same in patterns.chunk_by(|x, y| x == y) {
                let Some(pattern) = same.first().filter(|p| model.kinds(**p)[STRANGERS] >= 0.5) else {
                    continue;
                };
                for (field, level) in pattern.levels() {
                    if let Some(slot) = counts.get_mut(field as usize).and_then(|l| l.get_mut(level as usize))
                    {
                        *slot += same.len() as u64;
                    }
                }
            }
            counts
        })
        .reduce(|| [[0u64; LEVELS]; FIELDS], add);
    for (field, counts) in Field::COMPARED.into_iter().zip(counts) {
        let opinion = opinion(field);
        let Some(shares) = model.shares[STRANGERS].get_mut(field as usize) else { continue };
        let known: u64 = counts.iter().skip(1).sum();
        for (share, count) in shares.iter_mut().zip(counts).skip(1) {
            *share = (count as f64 + opinion * *share) / (known as f64 + opinion);
        }
    }
    // Strangers' family names differ whatever their given names.
    if let Some(shares) = model.shares[STRANGERS].get_mut(Field::FamilyName as usize) {
        let different =
            [Level::Different, Level::OtherName].iter().filter_map(|l| shares.get(*l as usize)).sum();
        if let Some(changed) = shares.get_mut(Level::Changed as usize) {
            *changed = different;
        }
    }
    model.take_logs();
}

fn add(mut a: [[u64; LEVELS]; FIELDS], b: [[u64; LEVELS]; FIELDS]) -> [[u64; LEVELS]; FIELDS] {
    for (x, y) in a.iter_mut().flatten().zip(b.iter().flatten()) {
        *x += y;
    }
    a
}
