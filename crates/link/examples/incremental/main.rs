//! Measures the standing index: a table is linked and its index written; the file is read, new rows arrive, ten thousand at
//! once, and it is written again; then rows arrive one by one.
//! `cargo run --release -p kiban-link --example incremental -- STANDING.parquet NEW.parquet SCHEMA.toml INDEX`
//!
//! Prints JSON: seconds for each step, microseconds per single record (median, 99th percentile, most) from the Arrow batch to
//! the clusters, and how far the ten thousand came to what a full run over all comes to: pairs with one of them that are one
//! person in both, in the index alone, in the full run alone. INDEX is the file to write; it is left where it is.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use arrow::array::RecordBatch;
use kiban_link::table::{Schema, TableEncoder, Wanted, link_table};
use kiban_link::{Index, Settings};
use kiban_model::SubjectId;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::HashMap;
use std::fs::File;
use std::time::Instant;

/// Rows that arrive at once, and then one by one.
const BATCH: usize = 10_000;
const SINGLE: usize = 5_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let schema = Schema::parse(&std::fs::read_to_string(&arguments[2]).unwrap()).unwrap();
    let mut encoder = TableEncoder::new(&schema);
    for batch in read(&arguments[0], &schema, 8_192) {
        encoder.push(&batch).unwrap();
    }
    let settings = Settings::default();
    let (index, _) = Index::of_table(vec![encoder], &settings, Wanted::default(), &|_| {});
    let standing = index.subjects();
    index.write("", File::create(&arguments[3]).unwrap()).unwrap();
    drop(index);
    let begin = Instant::now();
    let file = File::open(&arguments[3]).unwrap();
    let bytes = file.metadata().unwrap().len();
    let mut index = Index::read(file, bytes, "", &settings).unwrap();
    let reading = begin.elapsed().as_secs_f64();
    let mut new = read(&arguments[1], &schema, BATCH);
    let batch = new.next().unwrap();
    let begin = Instant::now();
    let change = index.add_batch(&schema, &batch).unwrap();
    let at_once = begin.elapsed().as_secs_f64();
    let clusters = change.clusters.len();
    let begin = Instant::now();
    let whole = index.standing();
    let counting = begin.elapsed().as_secs_f64();
    // Beside, and then in its place, as the vault does it.
    let beside = format!("{}.new", arguments[3]);
    let begin = Instant::now();
    index.write("", File::create(&beside).unwrap()).unwrap();
    std::fs::rename(&beside, &arguments[3]).unwrap();
    let writing = begin.elapsed().as_secs_f64();
    let [both, bit_only, full_only] = compared(&index, &arguments[0], &batch, &schema);
    let singles = new.next().unwrap();
    let mut times: Vec<f64> = (0..SINGLE.min(singles.num_rows()))
        .map(|at| {
            let begin = Instant::now();
            index.add_batch(&schema, &singles.slice(at, 1)).unwrap();
            begin.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{{\"pairs_in_both\": {both}, \"pairs_in_index_only\": {bit_only}, \"pairs_in_full_only\": {full_only}, \"standing\": {standing}, \"persons\": {}, \"file_bytes\": {bytes}, \"read_seconds\": {reading:.3}, \"count_seconds\": {counting:.3}, \"write_seconds\": {writing:.3}, \"batch\": {}, \"batch_seconds\": {at_once:.3}, \"clusters_changed\": {clusters}, \"pairs_compared\": {}, \"single\": {}, \"single_us_median\": {:.0}, \"single_us_p99\": {:.0}, \"single_us_most\": {:.0}}}",
        whole.statistics.persons,
        batch.num_rows(),
        change.pairs_compared,
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// Pairs with a new row that are one person in the index and in a full run over the same rows, in the first alone, in the
/// second alone.
fn compared(index: &Index, standing: &str, batch: &RecordBatch, schema: &Schema) -> [u64; 3] {
    let mut encoder = TableEncoder::new(schema);
    for batch in read(standing, schema, 8_192).chain([batch.clone()]) {
        encoder.push(&batch).unwrap();
    }
    let full = link_table(vec![encoder], &Settings::default(), Wanted::default(), &|_| {}).cluster_of;
    let ours: Vec<SubjectId> =
        (0..full.len()).map(|row| index.person_of(SubjectId(row as i64)).unwrap()).collect();
    let old = full.len() - batch.num_rows();
    let with_new = |pairs: &dyn Fn(usize) -> u64| pairs(full.len()) - pairs(old);
    let both = with_new(&|rows| pairs(ours[..rows].iter().zip(&full)));
    let in_index = with_new(&|rows| pairs(ours[..rows].iter()));
    let in_full = with_new(&|rows| pairs(full[..rows].iter()));
    [both, in_index - both, in_full - both]
}

/// Pairs within the same group.
fn pairs<K: std::hash::Hash + Eq>(groups: impl Iterator<Item = K>) -> u64 {
    let mut sizes: HashMap<K, u64> = HashMap::new();
    groups.for_each(|group| *sizes.entry(group).or_default() += 1);
    sizes.into_values().map(|size| size * (size - 1) / 2).sum()
}

fn read(path: &str, schema: &Schema, size: usize) -> impl Iterator<Item = RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let columns = schema.columns();
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().map(String::as_str));
    builder.with_projection(mask).with_batch_size(size).build().unwrap().map(Result::unwrap)
}
