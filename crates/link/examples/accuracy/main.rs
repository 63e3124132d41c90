//! Precision, recall and time of linkage on a file of statements with truth.
//!
//! `cargo run --release -p kiban-link --example accuracy -- FILE.parquet [PEOPLE]`; without a file, the shared test data.
//! The file's columns: `person_id` (truth), `inst_id`, `name_kanji`, `name_kana`, `birth_date`, `sex`, `insurer_no`,
//! `ins_symbol`, `ins_number`, `ins_branch`, `postcode`, `address`, `phone`. Every row is taken as a subject of its own.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example's purpose is to print")]

mod truth;

use kiban_link::{Constraints, Settings, link};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().map_or_else(truth::shared_file, std::path::PathBuf::from);
    let people = arguments.next().map(|n| n.parse()).transpose()?.unwrap_or(usize::MAX);
    let loaded = Instant::now();
    let (records, persons) = truth::read(&path, people)?;
    println!("{} statements loaded in {:.2?}", records.len(), loaded.elapsed());
    let started = Instant::now();
    let linkage = link(&records, &Constraints::default(), &Settings::default());
    let elapsed = started.elapsed();
    let score = truth::score(&linkage, &persons);
    println!(
        "linked in {elapsed:.2?}: precision {:.4} recall {:.4} F1 {:.4}; persons exactly right {:.4}",
        score.precision, score.recall, score.f1, score.exact_persons
    );
    let statistics = &linkage.statistics;
    println!(
        "estimated precision {:.4?} recall {:.4?}; {} pairs compared in {} blocks, {} oversized, {} refused, {} to review",
        statistics.estimated_precision,
        statistics.estimated_recall,
        statistics.pairs_compared,
        statistics.blocks,
        statistics.oversized_blocks.len(),
        statistics.joins_refused,
        linkage.review.len()
    );
    println!(
        "blocking and scoring hold {:.4} of the true pairs",
        truth::pair_recall(&linkage, &persons, 0.0)
    );
    for threshold in [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99] {
        let (precision, recall) = truth::pair_quality(&linkage, &persons, threshold);
        println!("pairs at {threshold}: precision {precision:.4} recall {recall:.4}");
    }
    println!(
        "prior {:.2e}, household {:.2e}, {} rounds",
        linkage.model.prior_person, linkage.model.prior_household, linkage.model.rounds
    );
    for field in &linkage.model.fields {
        println!("{:?}", field.field);
        for level in &field.levels {
            println!(
                "  {:20} person {:.5} household {:.5} strangers {:.7} weight {:+.1}",
                format!("{:?}", level.level),
                level.person,
                level.household,
                level.strangers,
                level.weight
            );
        }
    }
    Ok(())
}
