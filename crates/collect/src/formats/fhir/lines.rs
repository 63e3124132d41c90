//! NDJSON (bulk export): each line a resource of its own, in order, a batch at a time in parallel.

use super::checks::KnownDrugs;
use super::directory::Directory;
use super::resource::{self, Place};
use super::{BOM, reasons, trimmed};
use crate::Source;
use crate::formats::Reading;
use kiban_model::{Issue, Outcome};
use rayon::prelude::*;
use std::ops::Range;

/// A batch is read into memory before it is parsed: at most this many lines, and no new one beyond this many bytes.
const LINES: usize = 512;
const BYTES: usize = 8 << 20;

struct Line {
    number: u64,
    bytes: Range<u64>,
    /// `None` if it was longer than the limit.
    content: Option<Vec<u8>>,
}

/// Reads lines to the end. Blank lines are no records; a file without any record is refused as empty.
pub(super) fn read(
    mut source: Source<'_>,
    drugs: &KnownDrugs<'_>,
    sink: &mut dyn FnMut(Outcome),
) -> std::io::Result<Reading> {
    let (mut at, mut number, mut units) = (0, 0, 0);
    let directory = Directory::empty(source.limits.depth);
    let mut ended = false;
    while !ended {
        let (mut batch, mut held) = (Vec::new(), 0);
        while batch.len() < LINES && held < BYTES {
            let mut content = Vec::new();
            let Some(line) = source.read_line(&mut at, &mut content)? else {
                ended = true;
                break;
            };
            number += 1;
            if number == 1 && content.starts_with(BOM) {
                content.drain(..BOM.len());
            }
            if !line.oversized && content.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            held += content.len();
            let bytes = line.offset..line.offset + line.length;
            batch.push(Line { number, bytes, content: (!line.oversized).then_some(content) });
        }
        units += batch.len() as u64;
        let outcomes: Vec<Outcome> = batch.par_iter().map(|line| outcome(line, &directory, drugs)).collect();
        outcomes.into_iter().for_each(&mut *sink);
    }
    if units == 0 {
        let whole = Place { number: 0, bytes: 0..at, prefix: String::new() };
        sink(whole.rejected("FHIR", Issue::rejected(&reasons::EMPTY, "")));
        units = 1;
    }
    Ok(Reading { units })
}

fn outcome(line: &Line, directory: &Directory<'_>, drugs: &KnownDrugs<'_>) -> Outcome {
    let place =
        Place { number: line.number, bytes: line.bytes.clone(), prefix: format!("line {}", line.number) };
    let Some(content) = &line.content else {
        return place.rejected("FHIR", Issue::rejected(&reasons::LINE_TOO_LONG, ""));
    };
    match std::str::from_utf8(content) {
        Ok(text) => resource::read(trimmed(text).1, &place, directory, drugs),
        Err(error) => place
            .rejected("FHIR", Issue::rejected(&reasons::ENCODING, format!("byte {}", error.valid_up_to()))),
    }
}
