//! Third pass: the product is read as anybody would read it, and its classes are counted again (ANO-05).
//!
//! Rows are told apart by 128 bits of their cells' text, which depend on no hierarchy, no code and no search. That two of a
//! hundred million combinations share them by chance happens once in some 10²² products.

use super::csv::{Block, Rows, text};
use super::words::Fingerprint;
use super::{FlatReport, Job, Lanes, Plan, Refusal, Released, each_block, open};
use crate::search::{Combinations, Requirement};
use std::collections::HashMap;

/// What the product holds.
pub(super) struct Verified {
    rows: u64,
    smallest_class: u64,
    holds: bool,
}

/// A class and one of its sensitive values.
type Values = HashMap<(u128, u128), u64>;

/// Counts the product.
pub(super) fn verify(job: &Job<'_>, plan: &Plan, requirement: &dyn Requirement) -> Result<Verified, Refusal> {
    let (header, mut blocks) = open(job.written, plan.separator)?;
    if header.len() != plan.released.len() {
        return Err(broken());
    }
    let places = |wanted: &dyn Fn(&Released) -> bool| -> Vec<usize> {
        plan.released.iter().enumerate().filter(|(_, column)| wanted(column)).map(|(at, _)| at).collect()
    };
    let quasi = places(&|column| matches!(column, Released::Quasi(_)));
    let sensitive = places(&|column| plan.sensitive.is_some_and(|at| *column == Released::Same(at)));
    let lanes: Lanes<(Combinations<u128>, Values)> = Lanes::default();
    let work = |block: &Block| {
        let (mut classes, mut values) = lanes.take();
        let mut rows = Rows::new(block, plan.separator, header.len());
        let bytes = rows.bytes;
        let mut number = 0;
        while let Some(cells) = rows.next()? {
            number += 1;
            let mut fingerprint = Fingerprint::default();
            let mut suppressed = true;
            for cell in quasi.iter().filter_map(|at| cells.get(*at)) {
                let text = text(bytes, cell);
                suppressed &= *text == *b"*";
                fingerprint.add(&text);
            }
            if suppressed {
                continue;
            }
            classes.add(fingerprint.value());
            if let Some(cell) = sensitive.first().and_then(|at| cells.get(*at)) {
                let mut value = Fingerprint::default();
                value.add(&text(bytes, cell));
                *values.entry((fingerprint.value(), value.value())).or_default() += 1;
            }
        }
        lanes.give((classes, values));
        Ok(number)
    };
    let mut rows = 0;
    each_block(&mut blocks, work, |number: u64| {
        rows += number;
        Ok(())
    })?;
    let (mut classes, mut values) = (Vec::new(), HashMap::<u128, HashMap<u128, u64>>::new());
    for (counted, of_lane) in lanes.all() {
        classes.push(counted);
        for ((class, value), rows) in of_lane {
            *values.entry(class).or_default().entry(value).or_default() += rows;
        }
    }
    let classes = Combinations::join(classes);
    let holds = classes.iter().all(|(class, rows)| {
        let values = values.get(class).into_iter().flat_map(HashMap::values);
        let values: Vec<(u32, u64)> = values.zip(0..).map(|(rows, number)| (number, *rows)).collect();
        requirement.holds(u64::from(*rows), &values)
    });
    let smallest_class = classes.iter().map(|(_, rows)| u64::from(*rows)).min().unwrap_or(0);
    Ok(Verified { rows, smallest_class, holds })
}

impl Verified {
    /// Whether the product is what was meant.
    pub(super) fn agrees(&self, report: &FlatReport) -> Result<(), Refusal> {
        // Where every value is as coarse as it can be, rows that stay look like suppressed ones, and there is no class.
        let smallest = self.smallest_class == 0 || self.smallest_class >= report.smallest_class;
        if self.holds && smallest && self.rows == report.rows { Ok(()) } else { Err(broken()) }
    }
}

fn broken() -> Refusal {
    Refusal::new(
        "書き出した表を数え直したところ、方針を満たしていません。出力は作られていません。このプログラムの誤りです。報告してください",
        "counted again, what was written does not meet the policy, so there is no product. This is a fault of the program: please report it",
    )
}
