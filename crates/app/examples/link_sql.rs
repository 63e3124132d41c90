//! Measures the pairs by SQL beside the engine's own, on one machine.
//! `cargo run --release -p kiban-app --example link_sql -- TABLE.parquet SCHEMA.toml [PARTITIONS]`
//!
//! Prints JSON: what was compared and kept by each, and seconds. The engine's are from reading the table to clusters, its
//! weights learnt; those of SQL are the keys, the joins and the comparison with these weights.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use kiban_app::link_sql::pairs_by_sql;
use kiban_app::{LinkSettings, link_table};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let partitions = arguments.get(2).map_or(2, |number| number.parse().unwrap());
    let settings = LinkSettings::default();
    let begin = Instant::now();
    let (table, schema) = (Path::new(&arguments[0]), Path::new(&arguments[1]));
    let comparer = Arc::new(link_table::comparer(table, schema, &settings, &|_| ()).unwrap());
    let engine = begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let found = pairs_by_sql(&comparer, &settings, partitions).unwrap();
    let sql = begin.elapsed().as_secs_f64();
    println!(
        "{{\"records\": {}, \"rules\": {}, \"keys\": {}, \"compared\": {}, \"pairs\": {}, \"blocks_left_out\": {}, \"partitions\": {partitions}, \"engine_seconds\": {engine:.2}, \"sql_seconds\": {sql:.2}}}",
        comparer.rows(),
        comparer.rules().len(),
        found.keys,
        found.compared,
        found.pairs.len(),
        found.blocks_left_out
    );
}
