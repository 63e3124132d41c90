//! One line of `events.jsonl`: an event, its place and its hash.
//!
//! # The bytes
//! A line is the UTF-8 text (here broken for reading; on disk there is no white space between members)
//! ```text
//! {"index":0,"previous":"<64 hex>","kind":"…","at":"…","actor":"…","body":…,"hash":"<64 hex>"}⏎
//! ```
//! with members in exactly this order, each in the form of [`crate::canonical`]. `hash` is the SHA-256 of the same text
//! without the `hash` member: cut `,"hash":"…"` out of the line and hash what is left, without the newline. `previous` is
//! the `hash` of the line before, 64 zeros in the first. Anybody can check a line with `sed` and `sha256sum`.
//!
//! A line that differs in any byte from what this module would write for its own content is damage, so that an entry has
//! one spelling only.

use crate::{Fault, Hash, canonical};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest line in bytes, newline included.
pub const LONGEST: usize = 1 << 20;

/// What happened. **No identities, no clinical values**: a ledger cannot forget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What kind of fact: `NoticeGiven`, `DeliveryAccepted`, `ReleaseApproved` …
    pub kind: String,
    /// When, ISO 8601, as the caller's clock gave it.
    pub at: String,
    /// Who did it: the id of a role, a handler or a machine.
    pub actor: String,
    /// The particulars of its kind.
    pub body: Value,
}

/// An event in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 0.
    pub index: u64,
    /// Hash of the entry before; [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// What happened.
    pub event: Event,
    /// Its hash.
    pub hash: Hash,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    index: u64,
    previous: Hash,
    kind: String,
    at: String,
    actor: String,
    body: Value,
    hash: Hash,
}

impl Entry {
    /// Puts an event in its place: checks that it can be written and read back, and hashes it.
    ///
    /// # Errors
    /// In words, why the event cannot be written.
    pub fn new(index: u64, previous: Hash, event: Event) -> Result<Self, &'static str> {
        if event.kind.is_empty() || event.actor.is_empty() {
            return Err("kind and actor must not be empty");
        }
        if !looks_like_a_time(&event.at) {
            return Err("the time is not in ISO 8601 form");
        }
        // Read back what would be written: a float's exponent takes its one spelling, and a body that is not plain JSON
        // (a member whose name the JSON library keeps for itself) is found now, not when the ledger is next opened.
        let mut text = String::new();
        canonical::write(&event.body, &mut text).ok_or("the body is nested too deep")?;
        let body: Value = serde_json::from_str(&text).map_err(|_| "the body is not plain JSON")?;
        let mut again = String::new();
        canonical::write(&body, &mut again).ok_or("the body is nested too deep")?;
        if serde_json::from_str::<Value>(&again).ok().as_ref() != Some(&body) {
            return Err("the body is not plain JSON");
        }
        let event = Event { body, ..event };
        let content = content(index, previous, &event).ok_or("the body is nested too deep")?;
        if content.len() + HASH_MEMBER + 2 > LONGEST {
            return Err("the event is longer than a line may be");
        }
        let hash = Hash::of(&[content.as_bytes(), b"}"]);
        Ok(Self { index, previous, event, hash })
    }

    /// The line, newline included. `None` only for a body nested too deep, which [`Entry::new`] has excluded.
    pub fn line(&self) -> Option<String> {
        let content = content(self.index, self.previous, &self.event)?;
        Some(format!("{content},\"hash\":\"{}\"}}\n", self.hash))
    }

    /// Reads a line (without its newline) that must be the entry `index` after `previous`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &[u8], index: u64, previous: Hash) -> Result<Self, Fault> {
        let wire: Wire = serde_json::from_slice(line).map_err(|_| Fault::NotCanonical)?;
        let event = Event { kind: wire.kind, at: wire.at, actor: wire.actor, body: wire.body };
        let entry = Self { index: wire.index, previous: wire.previous, event, hash: wire.hash };
        let content = content(entry.index, entry.previous, &entry.event).ok_or(Fault::NotCanonical)?;
        let spelled = line.strip_prefix(content.as_bytes())
            == Some(format!(",\"hash\":\"{}\"}}", entry.hash).as_bytes());
        if !spelled {
            return Err(Fault::NotCanonical);
        }
        if Hash::of(&[content.as_bytes(), b"}"]) != entry.hash {
            return Err(Fault::WrongHash);
        }
        if entry.index != index {
            return Err(Fault::OutOfOrder);
        }
        if entry.previous != previous {
            return Err(Fault::BrokenChain);
        }
        Ok(entry)
    }
}

/// Bytes of `,"hash":"<64 hex>"`.
const HASH_MEMBER: usize = 74;

/// The line up to and without `,"hash"`.
fn content(index: u64, previous: Hash, event: &Event) -> Option<String> {
    let mut text = format!("{{\"index\":{index},\"previous\":\"{previous}\"");
    for (name, value) in [("kind", &event.kind), ("at", &event.at), ("actor", &event.actor)] {
        text.push_str(&format!(",\"{name}\":"));
        canonical::write_string(value, &mut text);
    }
    text.push_str(",\"body\":");
    canonical::write(&event.body, &mut text)?;
    Some(text)
}

/// A day, or a day and a time with or without a zone; the calendar is the caller's business.
pub(crate) fn looks_like_a_time(text: &str) -> bool {
    let (day, rest) = text.split_at_checked(10).unwrap_or(("", ""));
    let shaped =
        day.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    let rest_allowed = rest.is_empty()
        || (rest.starts_with('T')
            && rest.len() >= 6
            && rest.len() <= 32
            && rest.bytes().all(|b| b.is_ascii_digit() || b"T:.+-Z".contains(&b)));
    day.len() == 10 && shaped && rest_allowed
}
