//! `bench formats`: how fast files become records, beside a peer and above the floor, and whether memory stays bounded.

use super::corpus::{self, Corpus};
use super::measure::{Measured, Task, Work};
use super::peers::{Environment, FORMATS, PEERS};
use super::table::{number, print};
use crate::Done;
use std::process::Command;

pub(crate) fn run() -> Done {
    let folder = tempfile::tempdir()?;
    let corpora = corpus::make(folder.path())?;
    if corpora.is_empty() {
        println!("nothing to measure: set KIBAN_SHARED_DATA");
        return Ok(true);
    }
    let environment = Environment::make(folder.path(), FORMATS);
    if let Err(error) = &environment {
        println!("no peers, so no ratios to them: {error}");
    }
    let (mut speed, mut memory) = (Vec::new(), Vec::new());
    for corpus in &corpora {
        let peers: Vec<(&str, Measured)> = match &environment {
            Ok(environment) => {
                let peers = PEERS.iter().filter(|peer| peer.format == corpus.format);
                peers
                    .map(|peer| Ok((peer.name, environment.run(peer, &corpus.tar)?)))
                    .collect::<Result<_, String>>()?
            }
            Err(_) => Vec::new(),
        };
        speed.extend(speeds(corpus, &peers)?);
        memory.push(memories(corpus)?);
    }
    println!(
        "\nSpeed. Ratios above 1: Kiban is faster. Floor: the same bytes through zstd level 1 on 2 threads.\n"
    );
    let heading = ["format", "who and what", "MB/s", "messages/s", "× first peer", "× floor", "peak MB"];
    print(&heading, &speed);
    println!("Memory: one delivery, and one twenty times as large. Files no format claimed were not read.\n");
    print(
        &[
            "format",
            "MB",
            "peak MB",
            "20 ×, MB",
            "20 ×, peak MB",
            "records",
            "rejected",
            "rows",
            "unclaimed files",
        ],
        &memory,
    );
    Ok(true)
}

fn speeds(
    corpus: &Corpus,
    peers: &[(&str, Measured)],
) -> Result<Vec<Vec<String>>, Box<dyn std::error::Error>> {
    let measure = |task, threads| one(corpus, task, threads, 1, 3);
    let floor = measure(Task::Floor, 2)?;
    let mut ours = Vec::new();
    if corpus.format == "ssmix2" {
        ours.push(("Kiban tokenising, 1 thread", measure(Task::Tokenise, 1)?));
    }
    ours.extend([
        ("Kiban read, 1 thread", measure(Task::Read, 1)?),
        ("Kiban read + rows, 1 thread", measure(Task::Rows, 1)?),
        ("Kiban read + rows, 2 threads", measure(Task::Rows, 2)?),
    ]);
    let first = peers.first().map_or(f64::NAN, |(_, peer)| rate(peer));
    let row = |name: &str, m: &Measured| {
        // What nobody claimed was not read: a speed would be a lie.
        let honest = |value: f64| if m.unclaimed > 0 { "not read".into() } else { number(value) };
        vec![
            corpus.format.to_owned(),
            name.to_owned(),
            honest(rate(m) / 1e6),
            // The floor understands nothing, so it counts no messages.
            honest(if m.messages == 0 { f64::NAN } else { m.messages as f64 / m.seconds }),
            honest(rate(m) / first),
            honest(rate(m) / rate(&floor)),
            number(m.peak as f64 / 1024.0),
        ]
    };
    println!("{}: {}, {} MB", corpus.format, corpus.what, number(floor.bytes as f64 / 1e6));
    let mut rows: Vec<_> = peers.iter().map(|(name, peer)| row(name, peer)).collect();
    rows.extend(ours.iter().map(|(name, m)| row(name, m)));
    rows.push(row("floor, 2 threads", &floor));
    Ok(rows)
}

fn rate(measured: &Measured) -> f64 {
    measured.bytes as f64 / measured.seconds
}

fn memories(corpus: &Corpus) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let once = one(corpus, Task::Rows, 2, 1, 1)?;
    let twenty = one(corpus, Task::Rows, 2, 20, 1)?;
    let mut row = vec![corpus.format.to_owned()];
    for m in [&once, &twenty] {
        row.extend([m.bytes as f64 / 1e6, m.peak as f64 / 1024.0].map(number));
    }
    row.extend([once.records, once.rejected, once.rows, once.unclaimed].map(|n| n.to_string()));
    Ok(row)
}

/// One measurement, in a process of its own.
fn one(
    corpus: &Corpus,
    task: Task,
    threads: usize,
    times: u64,
    runs: u32,
) -> Result<Measured, Box<dyn std::error::Error>> {
    let work = Work { tar: corpus.tar.clone(), format: corpus.format.into(), task, threads, times, runs };
    let output = Command::new(std::env::current_exe()?)
        .args(["bench-inner", "formats-one", &serde_json::to_string(&work)?])
        .output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", corpus.format, String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
