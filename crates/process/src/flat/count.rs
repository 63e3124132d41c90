//! First pass: every combination of quasi-identifiers (and sensitive value) once, with its rows.

use super::csv::{Block, Cell, Rows, text};
use super::{Lanes, Open, Plan, Refusal, each_block, open};
use crate::search::{Combinations, Key, Layout};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Room for numbers of sensitive values.
pub(super) const SENSITIVE_BITS: u32 = 20;

/// A counted table.
pub(super) struct Counted<K> {
    pub(super) entries: Vec<(K, u32)>,
    pub(super) rows: u64,
}

/// Sensitive values, numbered as they turn up. Which number a value gets differs from run to run and decides nothing.
#[derive(Default)]
struct Sensitive(Mutex<HashMap<Vec<u8>, u32>>);

impl Sensitive {
    fn number(&self, value: &[u8], own: &mut HashMap<Vec<u8>, u32>) -> Result<u32, Refusal> {
        if let Some(number) = own.get(value) {
            return Ok(*number);
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = all.len() as u32;
        if next >= 1 << SENSITIVE_BITS {
            return Err(Refusal::new(
                "\"sensitive\" の列の値が百万種類を超えます。分類した列にしてください",
                "the sensitive column has more than a million different values: give it classes",
            ));
        }
        let number = *all.entry(value.to_vec()).or_insert(next);
        own.insert(value.to_vec(), number);
        Ok(number)
    }
}

/// Counts a table.
pub(super) fn count<K: Key>(table: &Open<'_>, plan: &Plan, layout: &Layout) -> Result<Counted<K>, Refusal> {
    let (_, mut blocks) = open(table, plan.separator)?;
    let sensitive = Sensitive::default();
    let lanes: Lanes<Combinations<K>> = Lanes::default();
    let work = |block: &Block| {
        let mut counter = lanes.take();
        let mut own = HashMap::new();
        let mut rows = Rows::new(block, plan.separator, plan.header.len());
        let mut number = 0;
        let bytes = rows.bytes;
        while let Some(cells) = rows.next()? {
            let key = match plan.key::<K>(bytes, cells, layout) {
                Ok(key) => key,
                Err(number) => {
                    let empty = plan.is_empty(number, bytes, cells);
                    return Err(plan.missing(number, empty, rows.line()));
                }
            };
            let value = match plan.sensitive.and_then(|at| cells.get(at)) {
                Some(cell) => K::field(sensitive.number(&text(bytes, cell), &mut own)?, 0),
                None => K::default(),
            };
            counter.add(key | value);
            number += 1;
        }
        lanes.give(counter);
        Ok(number)
    };
    let mut rows = 0_u64;
    each_block(&mut blocks, work, |number: u64| {
        rows += number;
        Ok(())
    })?;
    if rows > u64::from(u32::MAX) {
        return Err(Refusal::new(
            "行が 4,294,967,295 を超えます。表を分けてください",
            "more than 4,294,967,295 rows: split the table",
        ));
    }
    Ok(Counted { entries: Combinations::join(lanes.all()), rows })
}

impl Plan {
    /// The combination of a row, or the number of the quasi-identifier whose value its hierarchy lacks.
    pub(super) fn key<K: Key>(&self, bytes: &[u8], cells: &[Cell], layout: &Layout) -> Result<K, usize> {
        let mut key = K::default();
        for (number, ((at, hierarchy), (shift, _))) in self.quasi.iter().zip(&layout.fields).enumerate() {
            let leaf = cells.get(*at).and_then(|cell| hierarchy.leaf(bytes, cell));
            key = key | K::field(leaf.ok_or(number)?, *shift);
        }
        Ok(key)
    }

    fn is_empty(&self, number: usize, bytes: &[u8], cells: &[Cell]) -> bool {
        let cell = self.quasi.get(number).and_then(|(at, _)| cells.get(*at));
        cell.is_some_and(|cell| text(bytes, cell).is_empty())
    }

    /// A value that its hierarchy lacks.
    fn missing(&self, number: usize, empty: bool, line: u64) -> Refusal {
        let name = self.quasi.get(number).and_then(|(at, _)| self.header.get(*at)).map_or("", String::as_str);
        if empty {
            return Refusal::new(
                format!(
                    "表の{line}行目: 列「{name}」が空欄ですが、階層表に空欄の行がありません。空欄で始まる行を階層表に加えるか、欠測の多い列なら \"drop\" にしてください"
                ),
                format!(
                    "line {line} of the table: column {name} is empty, and its hierarchy has no line for that: add a line that begins with an empty cell, or drop a column that is mostly empty"
                ),
            );
        }
        Refusal::new(
            format!(
                "表の{line}行目: 列「{name}」の値が階層表にありません。その値の行を階層表に加えてください"
            ),
            format!(
                "line {line} of the table: the value of column {name} is not in its hierarchy: add a line for it there"
            ),
        )
    }
}
