//! Measures the pairs by SQL beside a run of the engine, on one machine.
//! `cargo run --release -p kiban-app --example link_sql -- TABLE.parquet SCHEMA.toml OUT.parquet [PARTITIONS]`
//!
//! Prints JSON: what each compared and joined, and seconds. The engine's are from reading the table to writing the persons
//! to OUT; those of SQL are the keys, the joins and the comparison, with weights learnt before.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use kiban_app::link_sql::pairs_by_sql;
use kiban_app::link_table::{Request, comparer, link_table};
use kiban_app::{LinkSettings, Progress};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let partitions = arguments.get(3).map_or(2, |number| number.parse().unwrap());
    let [table, schema, out] = [0, 1, 2].map(|at| Path::new(&arguments[at]));
    let settings = LinkSettings::default();
    let tell = |_: Progress| ();
    let begin = Instant::now();
    let request =
        Request { table, schema, out, pairs: None, explain: None, japanese: false, settings: &settings };
    let run = link_table(&request, &tell).unwrap().statistics;
    let engine = begin.elapsed().as_secs_f64();
    let comparer = Arc::new(comparer(table, schema, &settings, &tell).unwrap());
    let begin = Instant::now();
    let found = pairs_by_sql(&comparer, &settings, partitions).unwrap();
    let sql = begin.elapsed().as_secs_f64();
    let joined = |weight: f64| 1.0 / (1.0 + (-weight).exp2()) >= settings.link_above;
    println!(
        "{{\"records\": {}, \"rules\": {}, \"keys\": {}, \"blocks_left_out\": {}, \"partitions\": {partitions},\n \"engine\": {{\"compared\": {}, \"joined\": {}, \"seconds\": {engine:.2}}},\n \"sql\": {{\"compared\": {}, \"kept\": {}, \"joined\": {}, \"seconds\": {sql:.2}}}}}",
        comparer.rows(),
        comparer.rules().len(),
        found.keys,
        found.blocks_left_out,
        run.pairs_compared,
        run.pairs_linked,
        found.compared,
        found.pairs.len(),
        found.pairs.iter().filter(|(.., weight)| joined(*weight)).count(),
    );
}
