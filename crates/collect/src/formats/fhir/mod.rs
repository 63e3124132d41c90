//! FHIR R4 JSON as Japan writes it: JP Core, JP-CLINS/eCS (電子カルテ情報共有), eCheckup (健診結果報告書), eReferral
//! (診療情報提供書); single resources, Bundles of every type, and NDJSON.
//!
//! It turns each resource into one outcome: rows for what our tables hold, the resource's own text in `extra` for all
//! the rest, and a statement of identity for the vault. It must never let a name, number or narrative into a row
//! **(law)**, never lose or rewrite a byte ([`restore`] proves it), and never attribute a resource to a person it does not
//! clearly name. Rules: HL7 FHIR R4 (4.0.1), JP Core 1.1.2, JP-CLINS 1.5.2; COL-01, COL-08; design formats §4.
//!
//! The way of a resource, file by file: [`json`] text → tree with spans; `bundle`, `lines` find resources; `directory`
//! what stands around one; `subject` whose it is; `checks` whether it can be relied upon; `cut` identity from content;
//! `views` rows.
//!
//! **Units** are resources: a Bundle's wrapper counts as one (number 0, no rows), each entry as one; contained resources
//! belong to their parent.

mod bundle;
mod checks;
mod concept;
mod cut;
mod dates;
mod directory;
mod insurance;
mod json;
mod keys;
mod kinds;
mod lines;
mod links;
mod people;
mod reasons;
mod resource;
mod subject;
mod systems;
mod view;
mod views;

pub use cut::restore;

use super::{Format, Reading};
use crate::{Masters, Source};
use checks::KnownDrugs;
use directory::Directory;
use json::FaultKind;
use kiban_model::{Issue, Outcome};
use memchr::memmem;
use resource::Place;

/// FHIR R4 JSON.
#[derive(Debug, Clone, Copy)]
pub struct Fhir;

/// UTF-8 byte order mark: tolerated, though FHIR does not write one.
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Format for Fhir {
    fn id(&self) -> &'static str {
        "fhir"
    }

    fn japanese(&self) -> &'static str {
        "FHIR R4（JP Core、電子カルテ情報共有、健診結果報告書、診療情報提供書）"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        let body = head.strip_prefix(BOM).unwrap_or(head);
        let brace = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        has_extension(path, ".json")
            || has_extension(path, ".ndjson")
            || brace && memmem::find(body, b"\"resourceType\"").is_some()
    }

    fn read(
        &self,
        mut source: Source<'_>,
        masters: &Masters,
        sink: &mut dyn FnMut(Outcome),
    ) -> std::io::Result<Reading> {
        let drugs = KnownDrugs::new(masters);
        if has_extension(source.path, ".ndjson") {
            return lines::read(source, &drugs, sink);
        }
        let length = source.length;
        let Some(bytes) = source.read_whole()? else {
            let whole = Place { number: 0, bytes: 0..length, prefix: String::new() };
            sink(whole.rejected("FHIR", Issue::rejected(&reasons::DOCUMENT_TOO_LARGE, "")));
            return Ok(Reading { units: 1 });
        };
        document(&source, &bytes, &drugs, sink)
    }
}

/// Reads a file held in memory: one resource, a Bundle, or lines under another name.
fn document(
    source: &Source<'_>,
    bytes: &[u8],
    drugs: &KnownDrugs<'_>,
    sink: &mut dyn FnMut(Outcome),
) -> std::io::Result<Reading> {
    let depth = source.limits.depth;
    let mut refuse = |reason, place: String| {
        let whole = Place { number: 0, bytes: 0..bytes.len() as u64, prefix: String::new() };
        sink(whole.rejected("FHIR", Issue::rejected(reason, place)));
        Ok(Reading { units: 1 })
    };
    let marked = bytes.strip_prefix(BOM);
    let text = match std::str::from_utf8(marked.unwrap_or(bytes)) {
        Ok(text) => text,
        Err(error) => return refuse(&reasons::ENCODING, format!("byte {}", error.valid_up_to())),
    };
    let mark = if marked.is_some() { BOM.len() } else { 0 };
    let (start, text) = trimmed(text);
    let at = (mark + start) as u64;
    if text.is_empty() {
        return refuse(&reasons::EMPTY, String::new());
    }
    match json::check(text, depth) {
        Ok(()) => {}
        Err(fault) if fault.kind == FaultKind::Trailing && next_line_begins(text, fault.at) => {
            let again = Source { limits: source.limits, ..Source::from_bytes(source.path, bytes) };
            return lines::read(again, drugs, sink);
        }
        Err(fault) => {
            return refuse(resource::reason_of(fault.kind), format!("byte {}", at + fault.at as u64));
        }
    }
    if is_bundle(text, depth) {
        return Ok(Reading { units: bundle::read(text, at, depth, drugs, sink) });
    }
    let place = Place { number: 1, bytes: at..at + text.len() as u64, prefix: String::new() };
    sink(resource::read(text, &place, &Directory::empty(depth), drugs));
    Ok(Reading { units: 1 })
}

/// Whether the first value is one line and another object begins on the next: NDJSON named `.json`.
fn next_line_begins(text: &str, at: usize) -> bool {
    let (first, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let one_line = !first.trim_end().contains(['\n', '\r']);
    one_line && first.ends_with(['\n', '\r']) && rest.starts_with('{')
}

fn is_bundle(text: &str, depth: usize) -> bool {
    let Ok(Some(members)) = json::members(text, depth) else {
        // A name stated twice: then it is refused as a whole, Bundle or not.
        return false;
    };
    let kind = members.iter().find(|(name, _)| name == "resourceType");
    let kind = kind.and_then(|(_, range)| json::parse(text.get(range.clone())?, 1).ok());
    kind.is_some_and(|kind| kind.text() == Some("Bundle"))
}

/// The text without JSON white space around it, and where it begins.
fn trimmed(text: &str) -> (usize, &str) {
    let space = [' ', '\n', '\r', '\t'];
    let body = text.trim_start_matches(space);
    (text.len() - body.len(), body.trim_end_matches(space))
}

fn has_extension(path: &str, extension: &str) -> bool {
    path.len()
        .checked_sub(extension.len())
        .and_then(|at| path.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests;
