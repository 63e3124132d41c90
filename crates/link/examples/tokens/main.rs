//! How well tokens find the same person, and what they cost.
//!
//! `cargo run --release -p kiban-link --example tokens -- [FILE.parquet]`; without a file, the shared test data. Columns as
//! the synthetic file of people with truth.

#![allow(clippy::print_stdout, reason = "an example's purpose is to print")]

mod judge;
#[path = "../../tests/accuracy/truth.rs"]
#[allow(dead_code, reason = "this example only reads")]
mod truth;

use judge::{among_records, between_operators};
use kiban_link::PersonRecord;
use kiban_link::normalise::normalise;
use kiban_link::tokens::{Client, Domain, Server, TokenError, TokenInput, inputs};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::time::Instant;

/// Persons whose tokens are made for the measurement of time.
const TIMED: usize = 4_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).map_or_else(truth::shared_file, std::path::PathBuf::from);
    let (records, persons) = truth::read(&path, usize::MAX)?;
    println!("{} records", records.len());
    let (alone, together) = among_records(&records, &persons);
    for (combination, quality) in alone {
        println!(
            "  {:22} precision {:.5} recall {:.4}",
            format!("{combination:?}"),
            quality.precision,
            quality.recall
        );
    }
    println!(
        "pairs of records: precision {:.4} recall {:.4} F1 {:.4}",
        together.precision, together.recall, together.f1
    );
    for (most, agreeing) in [(1, 1), (3, 1), (1, 2)] {
        let found = between_operators(&records, &persons, most, agreeing);
        println!(
            "persons of two operators, inputs of more than {most} withheld, {agreeing} equal: precision {:.4} recall {:.4} \
             F1 {:.4}",
            found.precision, found.recall, found.f1
        );
    }
    let threads = std::thread::available_parallelism()?.get();
    for threads in if threads > 1 { vec![1, threads] } else { vec![1] } {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build()?.install(|| time(&records, threads))?;
    }
    Ok(())
}

fn time(records: &[PersonRecord], threads: usize) -> Result<(), TokenError> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let domain = Domain::new("measurement", 1)?;
    let server = Server::derive(&[7; 32], &domain)?;
    let client = Client::new(domain, server.public_key());
    let started = Instant::now();
    let people: Vec<Vec<TokenInput>> =
        records.iter().take(TIMED).map(|r| inputs([&normalise(&r.identity)])).collect();
    let normalised = started.elapsed();
    let (people, all) = (people.len(), people.into_iter().flatten().collect::<Vec<_>>());
    let step = Instant::now();
    let (pending, blinded) = client.blind(&all, &mut rng)?;
    let blind = step.elapsed();
    let step = Instant::now();
    let answer = server.evaluate(&blinded, &mut rng)?;
    let evaluate = step.elapsed();
    let step = Instant::now();
    let tokens = pending.finalize(&answer)?;
    let finalize = step.elapsed();
    let per_second = |elapsed: std::time::Duration| people as f64 / elapsed.as_secs_f64();
    println!(
        "{threads} thread(s), {people} persons, {} tokens: inputs {:.0}, blind {:.0}, evaluate {:.0}, verify and finalize \
         {:.0} persons/s; operator {:.0}, key holder {:.0} persons/s",
        tokens.len(),
        per_second(normalised),
        per_second(blind),
        per_second(evaluate),
        per_second(finalize),
        per_second(normalised + blind + finalize),
        per_second(evaluate)
    );
    Ok(())
}
