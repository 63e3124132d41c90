//! Links a Parquet file by a schema and prints stages, memory and, where the truth is given, accuracy.
//! `cargo run --release -p kiban-link --example table -- IN.parquet SCHEMA.toml [TRUTH.parquet ID PERSON]`
//! `MODEL=1` prints the weights, `ERRORS=1` the commonest patterns of errors, `OUT=folder` writes clusters.csv and pairs.csv.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use kiban_link::Settings;
use kiban_link::table::{Schema, TableEncoder, Wanted, link_table};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::Mutex;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let schema = Schema::parse(&std::fs::read_to_string(&arguments[1]).unwrap()).unwrap();
    let begin = Instant::now();
    let rows = ParquetRecordBatchReaderBuilder::try_new(File::open(&arguments[0]).unwrap())
        .unwrap()
        .metadata()
        .file_metadata()
        .num_rows();
    let rows = usize::try_from(rows).unwrap();
    let threads = 2;
    let piece = rows.div_ceil(threads);
    let parts: Vec<TableEncoder> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|part| {
                let (schema, path) = (&schema, &arguments[0]);
                scope.spawn(move || {
                    let builder =
                        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
                    let mask = ProjectionMask::columns(
                        builder.parquet_schema(),
                        schema.columns().iter().map(String::as_str),
                    );
                    let reader = builder
                        .with_projection(mask)
                        .with_batch_size(8192)
                        .with_offset(part * piece)
                        .with_limit(piece)
                        .build()
                        .unwrap();
                    let mut encoder = TableEncoder::new(schema);
                    encoder.reserve(piece);
                    for batch in reader {
                        encoder.push(&batch.unwrap()).unwrap();
                    }
                    encoder
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    println!("read {:.3}", begin.elapsed().as_secs_f64());
    let errors = std::env::var("ERRORS").is_ok();
    let out = std::env::var("OUT").ok();
    let last = Mutex::new((None, Instant::now()));
    let tell = |stage| {
        let mut last = last.lock().unwrap();
        if let Some(before) = last.0 {
            println!("{before:?} {:.3}", last.1.elapsed().as_secs_f64());
        }
        *last = (Some(stage), Instant::now());
    };
    let linkage = link_table(
        parts,
        &Settings::default(),
        Wanted { pairs: errors || out.is_some(), evidence: errors || out.is_some(), review: out.is_some() },
        &tell,
    );
    let (stage, since) = *last.lock().unwrap();
    println!("{stage:?} {:.3}", since.elapsed().as_secs_f64());
    println!("total {:.3}", begin.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
    let digest = linkage.cluster_of.iter().fold(0u64, |hash, first| {
        hash.rotate_left(5).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(*first)
    });
    println!("clusters {digest:016x}");
    let s = &linkage.statistics;
    println!(
        "records {} statements {} persons {} compared {} linked {} doubt {} refused {} P~{:?} R~{:?} oversized {} aside {}",
        s.records,
        s.statements,
        s.persons,
        s.pairs_compared,
        s.pairs_linked,
        s.pairs_in_doubt,
        s.joins_refused,
        s.estimated_precision,
        s.estimated_recall,
        s.oversized_blocks.len(),
        s.implausible.len()
    );
    println!("{:?} {:?}", s.rules, s.rule_choice);
    if std::env::var("MODEL").is_ok() {
        for field in &linkage.model.as_ref().unwrap().fields {
            for level in &field.levels {
                println!(
                    "{:?} {:?} p {:.6} h {:.6} s {:.8} w {:.2}",
                    field.field, level.level, level.person, level.household, level.strangers, level.weight
                );
            }
        }
    }
    if let Some(folder) = out {
        write(&folder, &arguments[0], schema.record_id(), &linkage);
    }
    if let [_, _, truth, id, person] = arguments.as_slice() {
        if errors {
            explain_errors(&arguments[0], schema.record_id(), &linkage, truth, id, person);
        }
        score(&arguments[0], schema.record_id(), &linkage.cluster_of, truth, id, person);
    }
}

fn texts(path: &str, column: &str) -> Vec<String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
    let mut all = Vec::new();
    for batch in builder.with_projection(mask).build().unwrap() {
        let array = cast(batch.unwrap().column(0), &DataType::Utf8).unwrap();
        let array = array.as_string::<i32>();
        all.extend((0..array.len()).map(|at| array.value(at).to_owned()));
    }
    all
}

/// The clusters, and the pairs with a mark on those in the review queue.
fn write(folder: &str, path: &str, record_id: &str, linkage: &kiban_link::table::TableLinkage) {
    let records = texts(path, record_id);
    let queue: HashSet<(i64, i64)> = linkage.review.iter().map(|item| (item.a.0, item.b.0)).collect();
    let mut clusters = format!("{record_id},cluster_id\n");
    for (record, cluster) in records.iter().zip(&linkage.cluster_of) {
        clusters.push_str(&format!("{record},{cluster}\n"));
    }
    let compared = kiban_link::Field::COMPARED;
    let mut pairs = String::from("a,b,probability,review");
    compared.iter().for_each(|field| pairs.push_str(&format!(",{field:?}")));
    pairs.push('\n');
    for pair in &linkage.pairs {
        let (a, b) = (&records[pair.a as usize], &records[pair.b as usize]);
        let review = queue.contains(&(i64::from(pair.a), i64::from(pair.b)));
        pairs.push_str(&format!("{a},{b},{:.6},{review}", pair.probability));
        let levels = pair.evidence.iter().filter(|e| compared.contains(&e.field));
        levels.for_each(|e| pairs.push_str(&format!(",{:?}", e.level)));
        pairs.push('\n');
    }
    std::fs::write(format!("{folder}/clusters.csv"), clusters).unwrap();
    std::fs::write(format!("{folder}/pairs.csv"), pairs).unwrap();
}

fn score(path: &str, record_id: &str, cluster_of: &[u32], truth: &str, id: &str, person: &str) {
    let person_of: HashMap<String, String> = texts(truth, id).into_iter().zip(texts(truth, person)).collect();
    let pairs = |n: u64| n * (n - 1) / 2;
    let (mut clusters, mut persons, mut both) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (record, cluster) in texts(path, record_id).iter().zip(cluster_of) {
        let person = person_of[record].as_str();
        *clusters.entry(*cluster).or_insert(0u64) += 1;
        *persons.entry(person).or_insert(0u64) += 1;
        *both.entry((*cluster, person)).or_insert(0u64) += 1;
    }
    let sum = |counts: &mut dyn Iterator<Item = u64>| counts.map(pairs).sum::<u64>() as f64;
    let (found, real, right) = (
        sum(&mut clusters.values().copied()),
        sum(&mut persons.values().copied()),
        sum(&mut both.values().copied()),
    );
    let (p, r) = (right / found, right / real);
    println!("P {p:.5} R {r:.5} F1 {:.5}", 2.0 * p * r / (p + r));
}

/// The commonest agreement patterns of pairs of different persons that were thought one, and of pairs missed.
fn explain_errors(
    path: &str,
    record_id: &str,
    linkage: &kiban_link::table::TableLinkage,
    truth: &str,
    id: &str,
    person: &str,
) {
    let person_of: HashMap<String, String> = texts(truth, id).into_iter().zip(texts(truth, person)).collect();
    let persons: Vec<&str> = texts(path, record_id).iter().map(|r| person_of[r].as_str()).collect();
    let mut patterns: HashMap<(bool, String), (u64, f64)> = HashMap::new();
    for pair in &linkage.pairs {
        let same = persons[pair.a as usize] == persons[pair.b as usize];
        let joined = linkage.cluster_of[pair.a as usize] == linkage.cluster_of[pair.b as usize];
        if same == joined {
            continue;
        }
        let words: Vec<String> = pair
            .evidence
            .iter()
            .filter(|e| e.level != kiban_link::Level::Missing)
            .map(|e| format!("{:?}:{:?}", e.field, e.level))
            .collect();
        let entry = patterns.entry((same, words.join(" "))).or_default();
        entry.0 += 1;
        entry.1 += pair.weight;
    }
    for side in [false, true] {
        let mut list: Vec<_> = patterns.iter().filter(|((same, _), _)| *same == side).collect();
        list.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        println!(
            "{} {}",
            if side { "MISSED" } else { "FALSE" },
            list.iter().map(|(_, (count, _))| count).sum::<u64>()
        );
        for ((_, words), (count, weight)) in list.iter().take(14) {
            println!("{count} {:.1} {words}", weight / *count as f64);
        }
    }
}
