//! Documents of the extended storage (拡張ストレージ): CDA R2 and other XML, kept whole but for who they are about.
//!
//! **Invariant.** The participants in a CDA header (patient, relatives, staff) go to the identity, never into the body.
//! The body is free text: it is released only through text de-identification.

use super::path::Filed;
use crate::hl7::{Charset, Line};
use kiban_model::tables::{Document, systems};
use kiban_model::{DateAsGiven, Identity, Private};

/// Header elements of a CDA that name people (HL7 CDA R2, POCD_HD000040).
const PARTICIPANTS: [&str; 9] = [
    "recordTarget",
    "author",
    "dataEnterer",
    "informant",
    "informationRecipient",
    "legalAuthenticator",
    "authenticator",
    "participant",
    "componentOf",
];

/// Whether bytes begin like XML.
pub(super) fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    bytes.first() == Some(&b'<')
}

/// Reads a document; `None` if its text cannot be decoded.
pub(super) fn read(
    bytes: &[u8],
    filed: &Filed<'_>,
    date: Option<DateAsGiven>,
) -> Option<(Document, Option<Identity>)> {
    let declared = bytes.get(..bytes.len().min(200)).map(String::from_utf8_lossy).unwrap_or_default();
    let declared = declared
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next().map(str::to_owned));
    let declared = declared.map_or(Some(Charset::Utf8), |name| Charset::declared(&name));
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let line = Line { number: 1, offset: 0, bytes: body };
    let (charset, _) = Charset::of_message(&[line], declared).ok()?;
    let text = charset.decode(&line, &mut Vec::new()).ok()?;
    let (body, participants) = without_participants(&text);
    let mut codes = filed.kind.split('^');
    let [local, local_name, local_system, standard, standard_name, standard_system] =
        std::array::from_fn(|_| codes.next().unwrap_or(""));
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let system =
        if standard_system == "LN" { Some(systems::LOINC.to_owned()) } else { filled(standard_system) };
    let document = Document {
        position: 1,
        category: Some("extended".to_owned()),
        code: filled(standard).or_else(|| filled(local)),
        code_system: if standard.is_empty() { filled(local_system) } else { system },
        title: filled(standard_name).or_else(|| filled(local_name)),
        date,
        body: Some(body),
        media_type: Some("application/xml".to_owned()),
        extra: serde_json::to_string(&serde_json::json!({ "SS-MIX2-kind": filed.kind })).ok(),
        ..Document::default()
    };
    let identity =
        participants.map(|extra| Identity { extra: Some(Private::new(extra)), ..Identity::default() });
    Some((document, identity))
}

/// The text without the elements that name people, and these as JSON.
fn without_participants(text: &str) -> (String, Option<String>) {
    let mut kept = String::with_capacity(text.len());
    let mut cut: Vec<serde_json::Value> = Vec::new();
    let mut rest = text;
    while let Some((at, end)) = next_participant(rest) {
        kept.push_str(rest.get(..at).unwrap_or(""));
        cut.push(rest.get(at..end).unwrap_or("").into());
        rest = rest.get(end..).unwrap_or("");
    }
    kept.push_str(rest);
    let participants = (!cut.is_empty()).then(|| serde_json::json!({ "CDA-participants": cut }).to_string());
    (kept, participants)
}

/// (begin, end) of the next such element, whatever its namespace prefix; to the end of the text if it is never closed.
fn next_participant(text: &str) -> Option<(usize, usize)> {
    for (at, _) in text.match_indices('<') {
        let tag = text.get(at + 1..)?;
        let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or("");
        let local = name.rsplit(':').next().unwrap_or("");
        if PARTICIPANTS.contains(&local) {
            let close = format!("</{name}");
            let head = tag.find('>').unwrap_or(tag.len());
            if tag.get(..head).is_some_and(|head| head.ends_with('/')) {
                return Some((at, at + 1 + head + 1));
            }
            let end = tag.find(&close).and_then(|from| Some(from + tag.get(from..)?.find('>')? + 1));
            return Some((at, end.map_or(text.len(), |end| at + 1 + end)));
        }
    }
    None
}
