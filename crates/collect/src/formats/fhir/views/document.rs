//! Composition, DocumentReference, DiagnosticReport and every kind without a table of its own → Document; a checkup's
//! Composition → Checkup besides.
//!
//! Bodies are free text and may identify: they are released only through text de-identification.

use super::super::json::Node;
use super::super::systems;
use super::super::view::View;
use super::observation;
use kiban_model::Row;
use kiban_model::tables::{Checkup, Document};

/// LOINC 検診・健診報告書.
const CHECKUP_REPORT: &str = "53576-5";

pub(super) fn rows(view: &mut View<'_, '_>, kind: &str) -> Vec<Row> {
    let node = view.node;
    let code = match kind {
        "Composition" | "DocumentReference" | "Specimen" | "Media" => "type",
        "CarePlan" | "Consent" => "category",
        "FamilyMemberHistory" => "relationship",
        _ => "code",
    };
    let concept = view.concept(node, &[code], systems::ANY);
    let (body, media_type) = match kind {
        "Composition" => (sections(node), Some("application/xhtml+xml".to_owned())),
        "DiagnosticReport" => (node.text_of("conclusion").map(str::to_owned), Some("text/plain".to_owned())),
        "DocumentReference" => attachment(node.at(&["content", "attachment"])),
        _ => (None, None),
    };
    let document = Document {
        category: Some(format!("FHIR {kind}")),
        code: concept.code,
        code_system: concept.system,
        title: view.text(node, &["title"]).or_else(|| view.text(node, &["description"])).or(concept.text),
        date: view.date(
            node,
            &[
                &["date"],
                &["effectiveDateTime"],
                &["effectivePeriod", "start"],
                &["period", "start"],
                &["dateTime"],
                &["authored"],
                &["created"],
                &["createdDateTime"],
                &["collection", "collectedDateTime"],
                &["receivedTime"],
                &["issued"],
            ],
        ),
        media_type: body.as_ref().and(media_type.clone()).or(if kind == "DocumentReference" {
            media_type
        } else {
            None
        }),
        body,
        status: view.text(node, &["status"]),
        ..Document::default()
    };
    let mut rows = vec![document.into()];
    match kind {
        "Composition" if is_checkup(node) => rows.push(checkup(view).into()),
        "DiagnosticReport" => rows.extend(observation::contained(view, node)),
        _ => {}
    }
    rows
}

fn is_checkup(node: &Node<'_>) -> bool {
    let report = node
        .get("type")
        .is_some_and(|t| t.list("coding").iter().any(|c| c.text_of("code") == Some(CHECKUP_REPORT)));
    let profiles = node.get("meta").map_or(&[][..], |meta| meta.list("profile"));
    report || profiles.iter().filter_map(Node::text).any(|url| url.contains("/eCheckup/"))
}

fn checkup(view: &mut View<'_, '_>) -> Checkup {
    let node = view.node;
    let stated = view.concept(node, &["category"], systems::ANY);
    let program =
        if stated.is_empty() { view.concept(node, &["event", "code"], systems::ANY) } else { stated };
    Checkup {
        program: program.code,
        program_system: program.system,
        text: program.text.or_else(|| view.text(node, &["title"])),
        date: view.date(node, &[&["event", "period", "start"], &["date"]]),
        ..Checkup::default()
    }
}

/// Titles and narratives of all sections, in order.
fn sections(node: &Node<'_>) -> Option<String> {
    let mut body = String::new();
    let mut waiting: Vec<&Node<'_>> = node.list("section").iter().rev().collect();
    while let Some(section) = waiting.pop() {
        for text in [section.text_of("title"), section.at(&["text", "div"]).and_then(Node::text)]
            .into_iter()
            .flatten()
        {
            body.push_str(text);
            body.push('\n');
        }
        waiting.extend(section.list("section").iter().rev());
    }
    (!body.is_empty()).then_some(body)
}

/// Text of an attachment, where it is text; the media type in any case.
fn attachment(attachment: Option<&Node<'_>>) -> (Option<String>, Option<String>) {
    let media_type = attachment.and_then(|a| a.text_of("contentType"));
    let textual =
        media_type.is_some_and(|t| t.starts_with("text/") || t.contains("xml") || t.contains("json"));
    let bytes = attachment.and_then(|a| a.text_of("data")).filter(|_| textual).and_then(base64);
    let charset = media_type
        .and_then(|t| t.split_once("charset="))
        .map_or("utf-8", |(_, label)| label.trim_matches('"'));
    let text = bytes.and_then(|bytes| {
        let encoding = encoding_rs::Encoding::for_label(charset.trim().as_bytes())?;
        let (text, _, damaged) = encoding.decode(&bytes);
        (!damaged).then(|| text.into_owned())
    });
    (text, media_type.map(str::to_owned))
}

/// RFC 4648 base64, white space ignored as FHIR allows; `None` if it is anything else.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    let body = text.trim_end_matches(|c: char| c == '=' || c.is_ascii_whitespace());
    for byte in body.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFF_FFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::super::json::parse;
    use super::*;

    #[test]
    fn base64_of_every_remainder() {
        assert_eq!(base64("").unwrap(), b"");
        assert_eq!(base64("Zg==").unwrap(), b"f");
        assert_eq!(base64("Zm8=").unwrap(), b"fo");
        assert_eq!(base64("Zm9v\n Ym Fy").unwrap(), b"foobar");
        assert_eq!(base64("Zm9v!"), None);
    }

    #[test]
    fn only_text_becomes_a_body() {
        let node = parse(r#"{"contentType":"text/plain; charset=Shift_JIS","data":"lKo="}"#, 9).unwrap();
        assert_eq!(attachment(Some(&node)).0.as_deref(), Some("八"));
        let node = parse(r#"{"contentType":"application/pdf","data":"lKo="}"#, 9).unwrap();
        assert_eq!(attachment(Some(&node)), (None, Some("application/pdf".to_owned())));
        let node = parse(r#"{"contentType":"text/plain","data":"/w=="}"#, 9).unwrap();
        assert_eq!(attachment(Some(&node)).0, None, "not UTF-8");
    }
}
