//! One measurement in one process: what Kiban does with a corpus, how long it took, how much memory it had.

use super::corpus::{self, Repeated};
use crate::Done;
use kiban_collect::hl7::{self, Message};
use kiban_collect::{Format, Limits, Masters, Source, claim};
use kiban_model::{Outcome, RowContext, SubjectId, TableSet};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// What is done with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Bytes into segments and fields, understanding none: what a parsing library does.
    Tokenise,
    /// The format's reader, its outcomes dropped.
    Read,
    /// The reader, and its rows into Arrow batches, as an intake does.
    Rows,
    /// The least an intake could do: take the bytes and seal-sized work on them (zstd level 1), understanding nothing.
    Floor,
}

/// One measurement to make.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Work {
    pub(crate) tar: PathBuf,
    pub(crate) format: String,
    pub(crate) task: Task,
    pub(crate) threads: usize,
    /// How many times the corpus is read, as one delivery.
    pub(crate) times: u64,
    /// Of how many runs the fastest counts.
    pub(crate) runs: u32,
}

/// What was measured; peers print the same.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) bytes: u64,
    /// Messages, receipts' lines or documents: whatever the format counts as its units of parsing.
    pub(crate) messages: u64,
    /// Peak resident memory in KiB.
    #[serde(default)]
    pub(crate) peak: u64,
    /// Files no format of this name claimed: they were not read.
    #[serde(default)]
    pub(crate) unclaimed: u64,
    #[serde(default)]
    pub(crate) records: u64,
    #[serde(default)]
    pub(crate) rejected: u64,
    #[serde(default)]
    pub(crate) rows: u64,
}

/// Makes one measurement and prints it as JSON.
pub(crate) fn one(work: &Work) -> Done {
    let files = corpus::read(&work.tar)?;
    let mut best: Option<Measured> = None;
    for _ in 0..work.runs.max(1) {
        let start = Instant::now();
        let mut measured = run(&files, work)?;
        measured.seconds = start.elapsed().as_secs_f64();
        if best.as_ref().is_none_or(|best| measured.seconds < best.seconds) {
            best = Some(measured);
        }
    }
    let mut measured = best.unwrap_or_default();
    measured.peak = peak()?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(true)
}

type Files = [(String, Vec<u8>)];

/// Spreads the files (the corpus `times` over) on the threads. Claims files are made longer instead of more, because that
/// is how claims grow, and a reader that holds a file would show.
fn run(files: &Files, work: &Work) -> io::Result<Measured> {
    let times = usize::try_from(work.times).unwrap_or(1);
    let (lengthen, jobs) =
        if work.format == "uke" { (work.times, files.len()) } else { (1, files.len() * times) };
    let next = AtomicUsize::new(0);
    let results: Vec<io::Result<Measured>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..work.threads.max(1))
            .map(|_| scope.spawn(|| thread(files, work, jobs, lengthen, &next)))
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err(io::Error::other("a reader panicked"))))
            .collect()
    });
    let mut total = Measured::default();
    for result in results {
        let part = result?;
        total.bytes += part.bytes;
        total.messages += part.messages;
        total.unclaimed += part.unclaimed;
        total.records += part.records;
        total.rejected += part.rejected;
        total.rows += part.rows;
    }
    Ok(total)
}

fn thread(
    files: &Files,
    work: &Work,
    jobs: usize,
    lengthen: u64,
    next: &AtomicUsize,
) -> io::Result<Measured> {
    let mut total = Measured::default();
    let mut intake = Intake { masters: Masters::default(), tables: TableSet::default() };
    let mut floor = zstd::stream::write::Encoder::new(io::sink(), 1)?;
    while let Some(job) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|job| *job < jobs) {
        let Some((path, bytes)) = files.get(job % files.len()) else { break };
        let long = (lengthen > 1).then(|| Repeated::new(bytes, lengthen));
        let length = long.as_ref().map_or(bytes.len() as u64, Repeated::length);
        let mut stream: Box<dyn BufRead + Send + '_> = match long {
            Some(long) => Box::new(BufReader::with_capacity(64 << 10, long)),
            None => Box::new(bytes.as_slice()),
        };
        total.bytes += length;
        if work.task == Task::Floor {
            copy(&mut stream, &mut floor)?;
            continue;
        }
        if work.task == Task::Tokenise {
            total.messages += tokenise(bytes);
            continue;
        }
        let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
        match claim(path, head).filter(|format| format.id() == work.format) {
            None => total.unclaimed += 1,
            Some(format) => {
                let source = Source { path, length, bytes: stream, limits: Limits::default() };
                intake.take(format, source, work.task == Task::Rows, &mut total)?;
            }
        }
    }
    floor.finish()?;
    Ok(total)
}

/// Whether the bytes are a message of HL7 v2: 1 after splitting all of it down to components, else 0.
fn tokenise(bytes: &[u8]) -> u64 {
    let lines = hl7::lines(bytes);
    let Ok(message) = Message::parse(&lines) else { return 0 };
    // The peer splits fields, repetitions and components when it parses: so must we, or we compare laziness.
    for segment in &message.segments {
        for field in segment.fields() {
            for repetition in field.repetitions() {
                std::hint::black_box(repetition.components().count());
            }
        }
    }
    1
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    io::copy(from, to).map(drop)
}

struct Intake {
    masters: Masters,
    tables: TableSet,
}

/// Rows that make a batch.
const BATCH: usize = 8192;

impl Intake {
    fn take(
        &mut self,
        format: &dyn Format,
        source: Source<'_>,
        rows: bool,
        total: &mut Measured,
    ) -> io::Result<()> {
        let mut broken = None;
        let reading = format.read(source, &self.masters, &mut |outcome| match outcome {
            Outcome::Rejected(_) => total.rejected += 1,
            Outcome::Record(record) => {
                total.records += 1;
                total.rows += record.rows.len() as u64;
                if !rows {
                    return;
                }
                let context = RowContext {
                    subject: SubjectId(1),
                    provider: "hospital-a",
                    delivery: "hospital-a-0001",
                    file_no: 1,
                    record_no: record.number,
                    source_kind: &record.kind,
                    recorded_at: record.recorded_at,
                };
                record.rows.iter().for_each(|row| self.tables.append(&context, row));
                if self.tables.len() >= BATCH {
                    broken = broken.take().or(self.tables.finish().err());
                }
            }
        })?;
        // SS-MIX2 counts messages, which are files; the others count their units.
        total.messages += if format.id() == "uke" { reading.units } else { 1 };
        broken.map_or(Ok(()), |error| Err(io::Error::other(error)))
    }
}

/// This process's peak resident memory in KiB.
fn peak() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(task: Task, threads: usize, times: u64) -> Work {
        Work { tar: PathBuf::new(), format: "nobody".into(), task, threads, times, runs: 1 }
    }

    #[test]
    fn every_file_is_taken_as_often_as_asked_by_any_number_of_threads() {
        let files: Vec<(String, Vec<u8>)> = (0..5).map(|n| (format!("{n}"), vec![b'x'; n])).collect();
        for threads in 1..3 {
            let floor = run(&files, &work(Task::Floor, threads, 3)).unwrap();
            assert_eq!(floor.bytes, 30);
            let read = run(&files, &work(Task::Rows, threads, 3)).unwrap();
            assert_eq!((read.bytes, read.unclaimed, read.records), (30, 15, 0), "what nobody claims is said");
        }
    }

    #[test]
    fn a_claims_file_is_made_longer() {
        let files = [("a".to_owned(), b"IR\nRE\nGO\n".to_vec())];
        let claims = Work { format: "uke".into(), ..work(Task::Floor, 2, 20) };
        assert_eq!(run(&files, &claims).unwrap().bytes, 6 + 20 * 3);
    }

    #[test]
    fn messages_are_counted_only_if_they_are_messages() {
        assert_eq!(tokenise(b"MSH|^~\\&|A||B||20240101||ADT^A08|1|P|2.5\rPID|1|a~b^c\r"), 1);
        assert_eq!(tokenise(b"nothing of the kind"), 0);
    }

    #[test]
    fn this_process_has_used_memory() {
        assert!(peak().unwrap() > 1000);
    }
}
