//! The pairs by SQL (SQLによる名寄せ): the rows that share a key as a join, compared by a function of the query engine, so that
//! a cluster that speaks SQL can run what grows with the nation (LNK-01; the plan stands in `docs/linkage.md`).
//!
//! Only numbers enter the engine: a rule, a key that is a digest, a row. What a row states stays in the [`Comparer`], and the
//! pairs have the weights of a run. Two things differ: a block too large, which a run splits by further keys, is left out and
//! counted; and strangers whose values differ but whose digests are equal are compared.

use crate::AppError;
use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt8Array};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, UInt32Type};
use kiban_link::kernel::Comparer;
use kiban_link::{Rule, Settings};
use kiban_store::{Relations, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows handed to the engine at a time.
const BATCH: usize = 8_192;

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairsBySql {
    /// Two rows, the smaller first, and log₂ of the odds that they are one person's; in the order of the rows.
    pub pairs: Vec<(u32, u32, f64)>,
    /// Keys the rows have by all rules: what is shuffled.
    pub keys: u64,
    /// Pairs compared.
    pub compared: u64,
    /// Blocks with more rows than [`Settings::largest_block`], left out.
    pub blocks_left_out: u64,
}

/// The pairs at least as probable as [`Settings::keep_above`], in so many partitions.
///
/// # Errors
/// The machine refuses threads, or the engine refuses the question.
pub fn pairs_by_sql(
    comparer: &Arc<Comparer>,
    settings: &Settings,
    partitions: usize,
) -> Result<PairsBySql, AppError> {
    let tables = comparer.rules().iter().map(|rule| keys(comparer, *rule));
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    let Some(schema) = tables.iter().flatten().map(RecordBatch::schema).next() else {
        return Ok(PairsBySql::default());
    };
    let mut found = PairsBySql {
        keys: tables.iter().flatten().map(|batch| batch.num_rows() as u64).sum(),
        ..PairsBySql::default()
    };
    let relations = Relations::new(partitions)?;
    relations.table("keys", schema, tables)?;
    let kernel = Arc::clone(comparer);
    let compared = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&compared);
    relations.function("link_weight", move |a, b| {
        counter.fetch_add(a.len() as u64, Ordering::Relaxed);
        kernel.weights(a, b)
    });

    let largest = settings.largest_block;
    let least = (settings.keep_above / (1.0 - settings.keep_above)).log2();
    let left_out = format!("SELECT count(*) FROM ({BLOCKS} HAVING count(*) > {largest})");
    for batch in relations.query(&left_out)?.batches {
        let counts = batch.columns().iter().flat_map(|column| column.as_primitive::<Int64Type>().values());
        found.blocks_left_out += counts.sum::<i64>().unsigned_abs();
    }
    let pairs = format!(
        "SELECT DISTINCT a.record AS a, b.record AS b
         FROM ({BLOCKS} HAVING count(*) BETWEEN 2 AND {largest}) AS block
         JOIN keys AS a ON a.rule = block.rule AND a.key = block.key
         JOIN keys AS b ON b.rule = a.rule AND b.key = a.key AND a.record < b.record"
    );
    let scored = format!(
        "SELECT a, b, weight FROM (SELECT a, b, link_weight(a, b) AS weight FROM ({pairs}))
         WHERE weight >= {least:?} ORDER BY a, b"
    );
    for batch in relations.query(&scored)?.batches {
        let [a, b, weight] = batch.columns() else { continue };
        let rows =
            a.as_primitive::<UInt32Type>().values().iter().zip(b.as_primitive::<UInt32Type>().values());
        let weights = weight.as_primitive::<Float64Type>().values();
        found.pairs.extend(rows.zip(weights).map(|((a, b), weight)| (*a, *b, *weight)));
    }
    found.compared = compared.load(Ordering::Relaxed);
    Ok(found)
}

/// Rows that share a key of a rule.
const BLOCKS: &str = "SELECT rule, key FROM keys GROUP BY rule, key";

/// `keys(rule, key, record)` of one rule.
fn keys(comparer: &Comparer, rule: Rule) -> Result<Vec<RecordBatch>, StoreError> {
    let (rows, keys) = comparer.keys(rule);
    let schema = Schema::new(vec![
        Field::new("rule", DataType::UInt8, false),
        Field::new("key", DataType::UInt64, false),
        Field::new("record", DataType::UInt32, false),
    ]);
    let rules: ArrayRef = Arc::new(UInt8Array::from_value(rule as u8, rows.len()));
    let all = RecordBatch::try_new(Arc::new(schema), vec![rules, Arc::new(keys), Arc::new(rows)])?;
    let starts = (0..all.num_rows()).step_by(BATCH);
    Ok(starts.map(|start| all.slice(start, BATCH.min(all.num_rows() - start))).collect())
}
