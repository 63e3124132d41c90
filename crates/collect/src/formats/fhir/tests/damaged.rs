//! What is wrong with a file, and what becomes of it (design formats §4): refused with a reason, never passed over.

use super::*;
use proptest::prelude::*;

const GLUCOSE: &str = r#"{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"血糖"},"subject":{"reference":"Patient/77"},"valueQuantity":{"value":5.10,"unit":"mmol/L"}}"#;

fn without(name: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(GLUCOSE).unwrap();
    value.as_object_mut().unwrap().shift_remove(name).unwrap();
    value.to_string()
}

fn with(change: &str) -> String {
    format!("{},{change}}}", GLUCOSE.strip_suffix('}').unwrap())
}

#[test]
fn files_that_are_no_fhir_json() {
    assert_eq!(why(""), "fhir.empty @ ");
    assert_eq!(why(" \n"), "fhir.empty @ ");
    assert_eq!(why("{"), "fhir.not-json @ byte 1");
    assert_eq!(why("hello"), "fhir.not-json @ byte 0");
    assert_eq!(why("[1]"), "fhir.not-a-resource @ resourceType");
    assert_eq!(why("{\"a\":1}"), "fhir.not-a-resource @ resourceType");
    assert_eq!(why("{\"resourceType\":\"山田太郎\"}"), "fhir.not-a-resource @ resourceType");
    assert_eq!(why("{\"resourceType\":7}"), "fhir.not-a-resource @ resourceType");
    assert_eq!(why(&format!("{GLUCOSE} x")), format!("fhir.not-json @ byte {}", GLUCOSE.len() + 1));
    assert_eq!(why(&("[".repeat(10_000) + &"]".repeat(10_000))), "fhir.too-deep @ byte 100");
}

#[test]
fn encodings_other_than_utf_8_are_refused_and_a_byte_order_mark_is_not() {
    let marked = [b"\xEF\xBB\xBF".as_slice(), GLUCOSE.as_bytes()].concat();
    let outcomes = read("a.json", &marked);
    assert_eq!(records(&outcomes)[0].bytes, 3..marked.len() as u64);
    let utf_16: Vec<u8> =
        [0xFEFF].into_iter().chain(GLUCOSE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (shift_jis, ..) = encoding_rs::SHIFT_JIS.encode(GLUCOSE);
    for bytes in [utf_16.as_slice(), &shift_jis] {
        assert_eq!(rejected(&read("a.json", bytes))[0].issue.reason.code, "fhir.encoding");
    }
}

#[test]
fn limits_refuse_without_holding() {
    let mut source = Source::from_bytes("a.json", GLUCOSE.as_bytes());
    source.limits.document = 20;
    assert_eq!(
        rejected(&read_with(source, &Masters::default()))[0].issue.reason.code,
        "fhir.document-too-large"
    );
    let lines = format!("{GLUCOSE}\n{GLUCOSE}{}\n{GLUCOSE}", " ".repeat(600));
    let mut source = Source::from_bytes("a.ndjson", lines.as_bytes());
    source.limits.line = 500;
    let outcomes = read_with(source, &Masters::default());
    assert_eq!(records(&outcomes).len(), 2);
    assert_eq!(
        (rejected(&outcomes)[0].number, rejected(&outcomes)[0].issue.reason.code),
        (2, "fhir.line-too-long")
    );
}

#[test]
fn a_name_stated_twice_refuses_its_resource_only() {
    assert_eq!(why(&with("\"status\":\"final\"")), "fhir.duplicate-key @ byte 0");
    let twice = with("\"note\":[{\"text\":\"a\",\"text\":\"b\"}]");
    assert!(why(&twice).starts_with("fhir.duplicate-key"));
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{twice}}},{{"resource":{GLUCOSE}}},{{"fullUrl":"a","fullUrl":"b"}}]}}"#
    );
    let outcomes = read("b.json", bundle.as_bytes());
    assert_eq!(
        rejected(&outcomes).iter().map(|r| r.number).collect::<Vec<_>>(),
        [0, 1, 3],
        "the envelope repeats a name too"
    );
    assert_eq!(records(&outcomes)[0].number, 2);
}

#[test]
fn entries_without_a_resource_do_not_stop_the_rest() {
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"transaction","entry":[{{"request":{{"method":"DELETE"}}}},7,{{"resource":null}},{{"resource":[]}},{{"resource":{{"resourceType":"Bundle"}}}},{{"resource":{GLUCOSE}}}]}}"#
    );
    let outcomes = read("b.json", bundle.as_bytes());
    let reasons: Vec<_> =
        rejected(&outcomes).iter().map(|r| (r.number, r.issue.reason.code, r.issue.place.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (1, "fhir.entry-without-resource", "entry[0]"),
            (2, "fhir.wrong-type", "entry[1]"),
            (3, "fhir.entry-without-resource", "entry[2]"),
            (4, "fhir.not-a-resource", "entry[3].resource.resourceType"),
            (5, "fhir.nested-bundle", "entry[4].resource"),
        ]
    );
    assert_eq!(records(&outcomes).iter().map(|r| r.number).collect::<Vec<_>>(), [0, 6]);
    assert_eq!(read("b.json", br#"{"resourceType":"Bundle"}"#).len(), 1);
    assert_eq!(why(r#"{"resourceType":"Bundle","entry":{}}"#), "fhir.wrong-type @ entry");
    assert_eq!(why(r#"{"resourceType":"Bundle","entry":[],"entry":[]}"#), "fhir.duplicate-key @ byte 0");
}

#[test]
fn what_cannot_be_relied_upon() {
    assert_eq!(why(&without("status")), "fhir.missing-element @ status");
    assert_eq!(why(&without("code")), "fhir.missing-element @ code");
    assert_eq!(why(&without("subject")), "fhir.no-subject @ subject");
    let swapped = |from: &str, to: &str| {
        assert!(GLUCOSE.contains(from));
        why(&GLUCOSE.replace(from, to))
    };
    assert_eq!(swapped("\"final\"", "\"finished\""), "fhir.unknown-status @ status");
    assert_eq!(swapped("\"final\"", "1"), "fhir.wrong-type @ status");
    assert_eq!(swapped("{\"text\":\"血糖\"}", "\"血糖\""), "fhir.wrong-type @ code");
    assert_eq!(swapped("{\"text\":\"血糖\"}", "{\"coding\":{\"code\":\"1\"}}"), "fhir.wrong-type @ code");
    assert_eq!(swapped("{\"text\":\"血糖\"}", "{\"coding\":[]}"), "fhir.missing-element @ code");
    assert_eq!(swapped("5.10", "\"5.10\""), "fhir.wrong-type @ valueQuantity.value");
}

#[test]
fn other_versions_of_fhir() {
    assert_eq!(why(&with("\"comment\":\"STU3\"")), "fhir.not-r4 @ comment");
    assert_eq!(
        why(
            r#"{"resourceType":"Condition","clinicalStatus":"active","code":{"text":"a"},"subject":{"reference":"Patient/77"}}"#
        ),
        "fhir.not-r4 @ clinicalStatus"
    );
    assert_eq!(
        why(r#"{"resourceType":"MedicationOrder","patient":{"reference":"Patient/77"}}"#),
        "fhir.not-r4 @ resourceType"
    );
    let r5 = r#"{"resourceType":"Encounter","status":"finished","class":[{"coding":[]}],"subject":{"reference":"Patient/77"}}"#;
    assert_eq!(why(r5), "fhir.not-r4 @ class");
}

#[test]
fn an_unknown_type_with_a_subject_is_kept_and_without_one_refused() {
    let record = one(r#"{"resourceType":"Moonshot","subject":{"reference":"Patient/77"},"x":1.0}"#);
    assert_eq!(record.kind, "FHIR Moonshot");
    assert_eq!(record.rows[0].table().name, "document");
    assert_eq!(why(r#"{"resourceType":"Moonshot","x":1.0}"#), "fhir.no-subject @ subject");
}

#[test]
fn dates() {
    let record = one(&with(r#""effectiveDateTime":"2021-02-30","issued":"2021-03-01T00:00:00Z""#));
    assert_eq!(warnings(&record), ["fhir.bad-date @ effectiveDateTime"]);
    assert!(restored(&record).contains("2021-02-30"));
    let record = one(&with(r#""effectiveDateTime":"2021-03-01T23:00:00Z""#));
    assert_eq!(warnings(&record), ["fhir.other-zone @ effectiveDateTime"]);
    let patient = |birth: &str| format!(r#"{{"resourceType":"Patient","id":"77","birthDate":{birth}}}"#);
    assert_eq!(why(&patient("\"1970-02-30\"")), "fhir.birth-date @ birthDate");
    assert_eq!(why(&patient("0")), "fhir.birth-date @ birthDate");
    for partial in ["1970", "1970-02"] {
        let record = one(&patient(&format!("\"{partial}\"")));
        assert_eq!(record.identities[0].birth_date.as_ref().unwrap().expose().to_string(), partial);
    }
}

#[test]
fn lines_are_records_whatever_stands_between_them() {
    let text = format!("\u{feff}{GLUCOSE}\n\n \t\r\n{{\"resourceType\":\n{GLUCOSE}");
    let outcomes = read("Observation.NDJSON", text.as_bytes());
    assert_eq!(records(&outcomes).iter().map(|r| r.number).collect::<Vec<_>>(), [1, 5]);
    assert_eq!(rejected(&outcomes)[0].issue.place, "line 4.byte 16");
    assert_eq!(rejected(&read("a.ndjson", b"\n\n"))[0].issue.reason.code, "fhir.empty");
    let misnamed = format!("{GLUCOSE}\n{GLUCOSE}\n");
    assert_eq!(records(&read("a.json", misnamed.as_bytes())).len(), 2);
    let bundle_line = format!("{GLUCOSE}\n{{\"resourceType\":\"Bundle\"}}\n");
    assert_eq!(
        rejected(&read("a.ndjson", bundle_line.as_bytes()))[0].issue.reason.code,
        "fhir.nested-bundle"
    );
    let invalid = [GLUCOSE.as_bytes(), b"\n{\"\xff\"}\n"].concat();
    assert_eq!(rejected(&read("a.ndjson", &invalid))[0].issue.place, "line 2.byte 2");
}

#[test]
fn two_documents_in_one_file_are_one_fault_and_not_a_fault_a_line() {
    let pretty = GLUCOSE.replace(",\"", ",\n\"");
    assert_eq!(why(&format!("{pretty}\n{pretty}\n")), format!("fhir.not-json @ byte {}", pretty.len() + 1));
}

/// More than a chunk or batch: read in parallel, handed over in order.
#[test]
fn order_is_kept_across_chunks() {
    let resource = |i: usize| {
        GLUCOSE.replace("\"o1\"", &format!("\"o{i}\"")).replace("Patient/77", &format!("Patient/{i}"))
    };
    let lines: Vec<String> = (1..=1_300).map(resource).collect();
    let entries: Vec<String> = lines.iter().map(|line| format!("{{\"resource\":{line}}}")).collect();
    let bundle =
        format!("{{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{}]}}", entries.join(","));
    for (path, text, skipped) in [("a.ndjson", lines.join("\n"), 0), ("b.json", bundle, 1)] {
        let outcomes = read(path, text.as_bytes());
        let records = records(&outcomes);
        assert_eq!(records.len(), 1_300 + skipped);
        for (index, record) in records.iter().skip(skipped).enumerate() {
            let number = index as u64 + 1;
            assert_eq!((record.number, subject(record)), (number, Some(number.to_string().as_str())));
            let bytes = &text.as_bytes()[record.bytes.start as usize..record.bytes.end as usize];
            assert_eq!(restored(record), std::str::from_utf8(bytes).unwrap().trim_end());
        }
    }
}

#[test]
fn files_are_claimed_by_name_or_by_their_beginning() {
    let claims = |path: &str, head: &str| Fhir.claims(path, head.as_bytes());
    assert!(claims("x/Patient.JSON", "anything"));
    assert!(claims("x/patient.ndjson", ""));
    assert!(claims("x/export", "\u{feff} \n{ \"resourceType\" : \"Patient\""));
    assert!(!claims("x/export", "{\"a\":1}"));
    assert!(!claims("x/export", "MSH|^~\\&|\"resourceType\""));
    assert!(!claims("", ""));
}

proptest! {
    #[test]
    fn random_bytes_balance(bytes in prop::collection::vec(any::<u8>(), 0..400), lines in any::<bool>()) {
        read(if lines { "a.ndjson" } else { "a.json" }, &bytes);
    }

    /// One byte changed, a piece dropped or doubled in a Bundle: still every unit in one outcome, and no panic.
    #[test]
    fn mutations_balance(at in any::<prop::sample::Index>(), length in 0usize..60, byte in any::<u8>(), what in 0u8..3) {
        let patient = r#"{"resourceType":"Patient","id":"77","identifier":[{"system":"urn:oid:1.2.392.100495.20.3.51.1","value":"0077"}]}"#;
        let text = format!(r#"{{"resourceType":"Bundle","type":"document","entry":[{{"fullUrl":"urn:uuid:1","resource":{patient}}},{{"resource":{GLUCOSE}}}]}}"#);
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        let end = (at + length).min(bytes.len());
        match what {
            0 => bytes[at] = byte,
            1 => drop(bytes.drain(at..end)),
            _ => { let piece = bytes[at..end].to_vec(); bytes.splice(at..at, piece); }
        }
        read("b.json", &bytes);
        read("b.ndjson", &bytes);
    }
}
