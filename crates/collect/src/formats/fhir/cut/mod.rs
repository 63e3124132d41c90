//! The cut between identity and content **(law)**: which bytes of a resource go to the vault, and which stay.
//!
//! What identifies is cut out of the text by its span and `null` put in its place; the pieces go, byte for byte and by
//! JSON pointer, into the vault. Everything else — extensions, digits, order, white space — stays exactly as delivered,
//! and [`restore`] puts both together again. Nothing may be rewritten on the way, and in doubt a piece is cut: what is
//! in the vault is not lost, what stays in a row may be seen (blueprint §3, SEC-07).

mod rules;

pub(super) use rules::Marks;

use super::json::{self, Kind, Node};
use std::fmt::Write as _;
use std::ops::Range;

/// What was cut: JSON pointers and the bytes they stood for, in the order of the text.
pub(super) type Cuts = Vec<(String, Range<usize>)>;

/// Finds what identifies in a clinical resource.
pub(super) fn find(resource: &Node<'_>, marks: &Marks, is_person: &dyn Fn(&str) -> bool) -> Cuts {
    let mut finder = rules::Finder::new(marks, is_person);
    finder.resource(resource);
    finder.cuts
}

/// The text without what was cut.
pub(super) fn keep(text: &str, cuts: &Cuts) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for (_, span) in cuts {
        kept.push_str(text.get(at..span.start).unwrap_or(""));
        kept.push_str("null");
        at = span.end;
    }
    kept.push_str(text.get(at..).unwrap_or(""));
    kept
}

/// What was cut, for the vault: `{"resource":"Observation","cut":{"/subject/display":"…"}}`, each value as it was written.
pub(super) fn for_vault(kind: &str, text: &str, cuts: &Cuts) -> String {
    let mut json = format!("{{\"resource\":\"{kind}\",\"cut\":{{");
    for (index, (pointer, span)) in cuts.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // A pointer is a text and always becomes JSON.
        let name = serde_json::to_string(pointer).unwrap_or_default();
        let _ = write!(json, "{comma}{name}:{}", text.get(span.clone()).unwrap_or("null"));
    }
    json.push_str("}}");
    json
}

/// A whole resource for the vault: cut at the root.
pub(super) fn whole_for_vault(kind: &str, text: &str) -> String {
    for_vault(kind, text, &vec![(String::new(), 0..text.len())])
}

/// Puts a resource together again from what stayed (`extra` of its first row) and what was cut (`extra` of its identity).
/// `None` if the two do not belong together.
///
/// ```
/// use kiban_collect::formats::fhir::restore;
/// let kept = r#"{"resourceType":"Observation","subject":null,"valueQuantity":{"value":3.50}}"#;
/// let cut = r#"{"resource":"Observation","cut":{"/subject":{"reference":"Patient/1"}}}"#;
/// assert_eq!(
///     restore(Some(kept), Some(cut)).unwrap(),
///     r#"{"resourceType":"Observation","subject":{"reference":"Patient/1"},"valueQuantity":{"value":3.50}}"#
/// );
/// ```
pub fn restore(kept: Option<&str>, cut: Option<&str>) -> Option<String> {
    let kept = kept.unwrap_or("null");
    let Some(cut) = cut else { return Some(kept.to_owned()) };
    let pieces = json::parse(cut, usize::MAX).ok()?;
    let tree = json::parse(kept, usize::MAX).ok()?;
    let mut whole = String::with_capacity(kept.len() + cut.len());
    let mut at = 0;
    for (pointer, piece) in pieces.get("cut")?.members() {
        let place = follow(&tree, pointer)?;
        if !matches!(place.kind, Kind::Null) {
            return None;
        }
        whole.push_str(kept.get(at..place.span.start)?);
        whole.push_str(cut.get(piece.span.clone())?);
        at = place.span.end;
    }
    whole.push_str(kept.get(at..)?);
    Some(whole)
}

fn follow<'n, 'a>(tree: &'n Node<'a>, pointer: &str) -> Option<&'n Node<'a>> {
    pointer.split('/').skip(1).try_fold(tree, |here, step| match &here.kind {
        Kind::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => here.get(&step.replace("~1", "/").replace("~0", "~")),
    })
}

#[cfg(test)]
mod tests;
