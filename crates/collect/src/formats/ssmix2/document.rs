//! Documents of the extended storage (拡張ストレージ): CDA R2 and other XML, kept whole but for who they are about.
//!
//! **Invariant.** The participants in a CDA header (patient, relatives, staff) go to the identity, never into the body.
//! The body is free text: it is released only through text de-identification.

use super::path::Filed;
use super::reasons;
use crate::hl7::{self, Charset, Line};
use kiban_model::tables::{Document, systems};
use kiban_model::{DateAsGiven, Identity, Issue, Private};

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

/// Reads a document.
///
/// # Errors
/// Its text cannot be decoded, or it names another patient than its folder.
pub(super) fn read(
    bytes: &[u8],
    filed: &Filed<'_>,
    date: Option<DateAsGiven>,
) -> Result<(Document, Option<Identity>), Issue> {
    let text = decoded(bytes).ok_or_else(|| Issue::rejected(&hl7::reasons::UNDECODABLE, "file"))?;
    let (body, participants) = without_participants(&text);
    // A patient number is an attribute: extension="7654321".
    let own = [format!("\"{}\"", filed.patient), format!("'{}'", filed.patient)];
    let patient = participants.iter().find(|element| local_name(element) == "recordTarget");
    if patient.is_some_and(|patient| !own.iter().any(|number| patient.contains(number))) {
        return Err(Issue::rejected(&reasons::PATIENT_MISMATCH, "recordTarget"));
    }
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
        extra: Some(serde_json::json!({ "SS-MIX2-kind": filed.kind }).to_string()),
        ..Document::default()
    };
    let identity = (!participants.is_empty()).then(|| {
        let extra = serde_json::json!({ "CDA-participants": participants }).to_string();
        Identity { extra: Some(Private::new(extra)), ..Identity::default() }
    });
    Ok((document, identity))
}

/// The text, in the character set the XML declaration names (UTF-8 without one) or the bytes prove.
fn decoded(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200)).map(String::from_utf8_lossy).unwrap_or_default();
    let name = head.split_once("encoding=").and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next());
    let declared = name.map_or(Some(Charset::Utf8), Charset::declared);
    let line = Line { number: 1, offset: 0, bytes: bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) };
    let (charset, _) = Charset::of_message(&[line], declared).ok()?;
    charset.decode(&line, &mut Vec::new()).ok().map(std::borrow::Cow::into_owned)
}

/// The text without the elements that name people, and these elements.
fn without_participants(text: &str) -> (String, Vec<&str>) {
    let mut kept = String::with_capacity(text.len());
    let mut cut = Vec::new();
    let mut rest = text;
    while let Some((at, end)) = next_participant(rest) {
        kept.push_str(rest.get(..at).unwrap_or(""));
        cut.push(rest.get(at..end).unwrap_or(""));
        rest = rest.get(end..).unwrap_or("");
    }
    kept.push_str(rest);
    (kept, cut)
}

/// Name of the element that text begins with, with its namespace prefix.
fn tag_name(element: &str) -> &str {
    let tag = element.strip_prefix('<').unwrap_or(element);
    // A name longer than any of ours need not be read to its end, however many of them follow.
    let end = tag.bytes().take(64).position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    end.and_then(|end| tag.get(..end)).unwrap_or("")
}

fn local_name(element: &str) -> &str {
    tag_name(element).rsplit(':').next().unwrap_or("")
}

/// (begin, end) of the next such element, whatever its prefix; to the end of the text if it is never closed.
fn next_participant(text: &str) -> Option<(usize, usize)> {
    for (at, _) in text.match_indices('<') {
        let element = text.get(at..)?;
        if PARTICIPANTS.contains(&local_name(element)) {
            let head = element.find('>').map_or(element.len(), |at| at + 1);
            if element.get(..head).is_some_and(|head| head.ends_with("/>")) {
                return Some((at, at + head));
            }
            let close = format!("</{}", tag_name(element));
            let end = element.find(&close).and_then(|from| Some(from + element.get(from..)?.find('>')? + 1));
            return Some((at, at + end.unwrap_or(element.len())));
        }
    }
    None
}
