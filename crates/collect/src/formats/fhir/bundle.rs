//! Bundles: the wrapper is one record about nobody, each entry one outcome of its own.
//!
//! The text is looked at one level deep to find its entries; each is then parsed by itself, in parallel, a chunk at a
//! time, so that no more than a chunk of trees is in memory (COL-08).

use super::checks::KnownDrugs;
use super::cut;
use super::directory::Directory;
use super::json::{self, Fault};
use super::kinds::is_person;
use super::people::Person;
use super::resource::{self, Place, reason_of};
use super::subject::{self, Subject};
use super::{dates, keys, reasons};
use kiban_model::{DateAsGiven, Identity, Issue, Outcome, Private, Reason, Record};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Entries parsed at a time.
const CHUNK: usize = 256;

/// One entry seen from outside; spans are in the Bundle's text.
struct Entry {
    span: Range<usize>,
    full_url: Option<String>,
    resource: Result<Range<usize>, &'static Reason>,
}

/// Reads a Bundle already checked to be JSON, and returns its units: itself and its entries. `at` is where its text
/// stands in the file.
pub(super) fn read(
    text: &str,
    at: u64,
    depth: usize,
    drugs: &KnownDrugs<'_>,
    sink: &mut dyn FnMut(Outcome),
) -> u64 {
    let bytes = |span: &Range<usize>| at + span.start as u64..at + span.end as u64;
    let whole = Place { number: 0, bytes: bytes(&(0..text.len())), prefix: String::new() };
    let found = match entries(text, depth) {
        Ok(Some(found)) => found,
        Ok(None) => {
            sink(whole.rejected("FHIR Bundle", Issue::rejected(&reasons::WRONG_TYPE, "entry")));
            return 1;
        }
        Err(fault) => {
            sink(whole.rejected(
                "FHIR Bundle",
                Issue::rejected(reason_of(fault.kind), format!("byte {}", fault.at)),
            ));
            return 1;
        }
    };
    sink(wrapper(text, &found, &whole, depth));
    let directory = directory(text, &found, depth);
    let mut number = 0;
    for chunk in found.chunks(CHUNK) {
        let outcomes: Vec<Outcome> = chunk
            .par_iter()
            .enumerate()
            .map(|(index, entry)| {
                let index = number + index;
                let place = |span: &Range<usize>, prefix| Place {
                    number: index as u64 + 1,
                    bytes: bytes(span),
                    prefix,
                };
                match &entry.resource {
                    Ok(span) => {
                        let place = place(span, format!("entry[{index}].resource"));
                        resource::read(text.get(span.clone()).unwrap_or(""), &place, &directory, drugs)
                    }
                    Err(reason) => place(&entry.span, format!("entry[{index}]"))
                        .rejected("FHIR Bundle entry", Issue::rejected(reason, "")),
                }
            })
            .collect();
        number += chunk.len();
        outcomes.into_iter().for_each(&mut *sink);
    }
    1 + found.len() as u64
}

/// The entries; `None` if `entry` is there but no array.
fn entries(text: &str, depth: usize) -> Result<Option<Vec<Entry>>, Fault> {
    let members = json::members(text, depth)?.unwrap_or_default();
    let Some((_, list)) = members.into_iter().find(|(name, _)| name == "entry") else {
        return Ok(Some(Vec::new()));
    };
    let Some(spans) = json::elements(text.get(list.clone()).unwrap_or(""), depth)? else { return Ok(None) };
    Ok(Some(
        spans
            .into_iter()
            .map(|span| entry(text, list.start + span.start..list.start + span.end, depth))
            .collect(),
    ))
}

fn entry(text: &str, span: Range<usize>, depth: usize) -> Entry {
    let raw = text.get(span.clone()).unwrap_or("");
    let members = match json::members(raw, depth) {
        Ok(Some(members)) => members,
        Ok(None) => return Entry { span, full_url: None, resource: Err(&reasons::WRONG_TYPE) },
        Err(fault) => return Entry { span, full_url: None, resource: Err(reason_of(fault.kind)) },
    };
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, range)| range.clone());
    let full_url = member("fullUrl").and_then(|range| string(raw.get(range)?));
    let resource = match member("resource") {
        Some(range) if raw.get(range.clone()) != Some("null") => {
            Ok(span.start + range.start..span.start + range.end)
        }
        _ => Err(&reasons::NO_RESOURCE),
    };
    Entry { span, full_url, resource }
}

fn string(raw: &str) -> Option<String> {
    json::parse(raw, 1).ok()?.text().map(str::to_owned)
}

/// The Bundle without its resources: identifier, time, signature, requests, links. It may name persons, so it is the vault's.
fn wrapper(text: &str, entries: &[Entry], place: &Place, depth: usize) -> Outcome {
    let spans = entries
        .iter()
        .filter_map(|e| e.resource.as_ref().ok())
        .map(|span| (String::new(), span.clone()))
        .collect();
    let envelope = cut::keep(text, &spans);
    let node = match json::parse(&envelope, depth) {
        Ok(node) => node,
        // Faults within an entry are the entry's own; what remains is a fault of the Bundle's metadata.
        Err(fault) => {
            return place.rejected("FHIR Bundle", Issue::rejected(reason_of(fault.kind), "metadata"));
        }
    };
    let mut record = Record::new(place.number, place.bytes.clone(), 1, "FHIR Bundle");
    let meta = |name: &str| node.get("meta").and_then(|meta| meta.text_of(name));
    record.key = keys::key(&node, "Bundle").map(Private::new);
    record.version =
        dates::version(meta("lastUpdated").or_else(|| node.text_of("timestamp")), meta("versionId"));
    record.recorded_at = meta("lastUpdated")
        .or_else(|| node.text_of("timestamp"))
        .and_then(|t| DateAsGiven::parse_iso(t).ok());
    if node.text_of("type").is_none() {
        record.warnings.push(Issue::warning(&reasons::MISSING, "type"));
    }
    let extra = Some(Private::new(cut::whole_for_vault("Bundle", &envelope)));
    record.identities.push(Identity { extra, ..Identity::default() });
    Outcome::Record(Box::new(record))
}

/// Goes over the entries once for what others need to know of them: Patients whole, of the rest where they stand.
fn directory<'a>(text: &'a str, entries: &[Entry], depth: usize) -> Directory<'a> {
    let mut directory = Directory::empty(depth);
    let mut ids_by_key: HashMap<String, HashSet<Option<String>>> = HashMap::new();
    let mut composition = None;
    for entry in entries {
        let Some(raw) = entry.resource.as_ref().ok().and_then(|span| text.get(span.clone())) else {
            continue;
        };
        let Ok(Some(members)) = json::members(raw, depth) else { continue };
        let member = |name: &str| {
            members.iter().find(|(key, _)| key == name).and_then(|(_, range)| raw.get(range.clone()))
        };
        let Some(kind) = member("resourceType").and_then(string) else { continue };
        let id = member("id").and_then(string);
        let full_url = entry.full_url.as_deref();
        if kind == "Patient" {
            if let Ok(node) = json::parse(raw, depth) {
                directory.add_person(Person::from_resource(&node), full_url);
            }
            continue;
        }
        if kind == "Composition" && composition.is_none() {
            composition = Some(raw);
        }
        if let Some(identifier) = member("identifier")
            && !is_person(&kind)
            && let Ok(node) = json::parse(&format!("{{\"identifier\":{identifier}}}"), depth)
            && let Some(key) = keys::key(&node, &kind)
        {
            ids_by_key.entry(key).or_default().insert(id.clone());
        }
        directory.add_other(&kind, id.as_deref(), full_url, raw);
    }
    directory.shared_keys =
        ids_by_key.into_iter().filter(|(_, ids)| ids.len() > 1).map(|(key, _)| key).collect();
    directory.document_subject = composition.and_then(|raw| document_subject(raw, text, &directory));
    directory
}

/// The person a document is about: its only Patient, if its Composition says so.
fn document_subject(composition: &str, text: &str, directory: &Directory<'_>) -> Option<Person> {
    let [only] = directory.everyone() else { return None };
    let members = json::members(text, directory.depth).ok()??;
    let kind =
        members.iter().find(|(key, _)| key == "type").and_then(|(_, range)| string(text.get(range.clone())?));
    if kind.as_deref() != Some("document") {
        return None;
    }
    let node = json::parse(composition, directory.depth).ok()?;
    match subject::of(&node, directory) {
        Ok(Subject::Person(person)) if person.local_number() == only.local_number() => Some(only.clone()),
        _ => None,
    }
}
