//! The malformed set of formats §2.6: each file has one expected end.

use super::support::{PID, header, message, path, reason, record, rejected, show, warnings, wire};
use crate::hl7::reasons as hl7;
use crate::{Format, Masters, Source};
use kiban_model::{Outcome, Standing};

const OBX: &str = "OBX|1|NM|9N001000000000001^身長^JC10||153.4|cm^cm^ISO+|||||F";

fn lab() -> String {
    path("OML-11", "20240503", "000000000000042")
}

fn good() -> Vec<u8> {
    message("OUL^R22^OUL_R22", &[OBX])
}

/// A lab message whose last segment is given in bytes.
fn with_segment(bytes: &[u8]) -> Vec<u8> {
    let mut message = message("OUL^R22^OUL_R22", &[]);
    message.extend_from_slice(bytes);
    message.push(b'\r');
    message
}

fn values(bytes: &[u8]) -> Vec<String> {
    let rows = record(&lab(), bytes).rows;
    let values = rows.iter().filter_map(|row| match row {
        kiban_model::Row::Observation(row) => row.value.clone(),
        _ => None,
    });
    values.collect()
}

#[test]
fn not_a_message() {
    assert_eq!(reason(&lab(), b""), "ssmix2.empty");
    assert_eq!(reason(&lab(), b"\r\n\x1C\r\n"), "ssmix2.empty");
    assert_eq!(reason(&lab(), b"\xFB\xFC"), "ssmix2.not-hl7");
    assert_eq!(reason(&lab(), b"MSH"), "ssmix2.not-hl7");
    assert_eq!(reason(&lab(), b"MSHello world"), "ssmix2.not-hl7");
    assert_eq!(reason(&lab(), b"MSH|A"), "hl7.no-delimiters");
    assert_eq!(reason("inbox/x.hl7", b"BHS|^~\\&|A\rEVN|A04\rPID|1||2\rBTS|1"), "ssmix2.stray-segments");
    let mut source = Source::from_bytes("inbox/x.hl7", b"MSH|^~\\&|");
    source.limits.document = 4;
    let mut seen = Vec::new();
    let reading =
        super::super::SsMix2.read(source, &Masters::default(), &mut |outcome| seen.push(outcome)).unwrap();
    assert_eq!(reading.units, 1);
    assert!(matches!(seen.as_slice(), [Outcome::Rejected(r)] if r.issue.reason.code == "ssmix2.too-large"));
}

#[test]
fn giants_end_in_quarantine_or_in_time() {
    let mut long = good();
    long.extend_from_slice(b"NTE|1||");
    long.resize(long.len() + (1 << 20), b'x');
    assert_eq!(reason(&lab(), &long), "ssmix2.too-large");
    assert_eq!(reason("inbox/x.hl7", &long), "ssmix2.too-large");
    // Nothing here may take time that grows with the square of the size.
    let many = |count: usize, each: &dyn Fn(usize) -> String| {
        message("OUL^R22", &[&(0..count).map(each).collect::<String>()])
    };
    let started = std::time::Instant::now();
    for bytes in [
        many(20_000, &|n| format!("NK1|{n}|A{n}\r")),
        many(20_000, &|n| format!("Z{n}|1\r")),
        many(20_000, &|_| "OBX|1|NM|A||1\rNTE|1\r".to_owned()),
        message("OUL^R22", &[&format!("PID|1||7654321||{}", "A^B~".repeat(100_000))]),
        message("OUL^R22", &[&format!("OBX|1|CWE|A||{}", "1^x^y~".repeat(100_000))]),
    ] {
        assert_eq!(reason(&lab(), &bytes), "");
    }
    let folder = "x/765/432/7654321/20240503/L^a^99";
    let document = format!("{folder}/7654321_20240503_L_1_20240503150032100_01_1/main_document.xml");
    assert_eq!(reason(&document, "<".repeat(1 << 16).as_bytes()), "");
    assert!(started.elapsed().as_secs() < 60, "quadratic: {:?}", started.elapsed());
}

#[test]
fn other_character_sets_are_read_when_proven_and_refused_when_not() {
    let text = String::from_utf8({
        let header = header("OUL^R22^OUL_R22");
        [header.as_str(), PID, OBX, ""].join("\r").into_bytes()
    })
    .unwrap();
    let expected =
        show(&record(&lab(), &wire(&[&header("OUL^R22^OUL_R22"), PID, OBX]))).replace("warnings=[]", "");
    let declared = text.replace("~ISO IR87", "UNICODE UTF-8");
    assert_eq!(warnings(&record(&lab(), declared.as_bytes())), Vec::<&str>::new());
    for (name, bytes) in [
        ("UTF-8", text.as_bytes().to_vec()),
        ("CP932", encoding_rs::SHIFT_JIS.encode(&text.replace('−', "－")).0.into_owned()),
    ] {
        let record = record(&lab(), &bytes);
        assert_eq!(warnings(&record), ["hl7.other-charset"], "{name}");
        let shown = show(&record).replace("warnings=[\"hl7.other-charset\"]", "");
        assert_eq!(shown.replace(['−', '－'], "-"), expected.replace(['−', '－'], "-"), "{name}");
    }
    let euc = encoding_rs::EUC_JP.encode(&text.replace('−', "－")).0.into_owned();
    assert_eq!(warnings(&record(&lab(), &euc)), ["hl7.other-charset"], "no CP932 text has these bytes");
    // Cut by a byte limit: what is left of a character must not turn the whole into another character set.
    let cut = |bytes: &[u8], name: &[u8]| {
        let at = bytes.windows(name.len()).position(|window| window == name).unwrap() + name.len() - 1;
        [&bytes[..at], &bytes[at + 1..]].concat()
    };
    assert_eq!(reason(&lab(), &cut(text.as_bytes(), "花子".as_bytes())), "hl7.undecodable", "damaged UTF-8");
    assert_eq!(
        reason(&lab(), &cut(&euc, &encoding_rs::EUC_JP.encode("花子").0)),
        "hl7.undecodable",
        "damaged EUC-JP"
    );
    let declared =
        encoding_rs::EUC_JP.encode(&text.replace("~ISO IR87", "EUC-JP").replace('−', "－")).0.into_owned();
    assert_eq!(record(&lab(), &declared).identities[0].name.as_ref().unwrap().expose(), "試験\u{3000}花子");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(reason(&lab(), &utf16), "hl7.undecodable");
    assert_eq!(reason(&lab(), &[b"\xFF\xFE".as_slice(), &utf16].concat()), "hl7.undecodable");
    // A declaration of UTF-8 that the bytes break; half-width kana that may be CP932 or EUC-JP.
    assert_eq!(reason(&lab(), &with_segment(b"NTE|1||\xB1\xB2\xB3\xB4")), "hl7.undecodable");
    assert_eq!(reason(&lab(), &with_segment(b"NTE|1||\xFF\xFF")), "hl7.undecodable");
}

#[test]
fn escapes_of_iso_2022_jp() {
    let end = |segment: &[u8]| reason(&lab(), &with_segment(segment));
    assert_eq!(end(b"OBX|1|ST|A||\x1B$B0!|x"), hl7::NOT_CLOSED.code, "the separator was swallowed");
    assert_eq!(end(b"OBX|1|ST|A||\x1B$B0"), hl7::UNDECODABLE.code, "half a character");
    assert_eq!(end(b"OBX|1|ST|A||\x1B$)C"), hl7::UNDECODABLE.code, "Korean");
    assert_eq!(end(b"OBX|1|ST|A||\x0E1\x0F"), hl7::UNDECODABLE.code, "shift-out kana");
    assert_eq!(end(b"OBX|1|ST|A||\x1B$B0!\x1B(B\xB1"), hl7::UNDECODABLE.code, "8-bit bytes among escapes");
    let read = |segment: &[u8]| {
        let bytes = with_segment(segment);
        (values(&bytes).concat(), warnings(&record(&lab(), &bytes)).concat())
    };
    assert_eq!(read(b"OBX|1|ST|A||\x1B$B0!0\""), ("亜唖".into(), hl7::LEFT_OPEN.code.into()));
    assert_eq!(read(b"OBX|1|ST|A||\x1B$(D0!\x1B(B"), ("丂".into(), hl7::JIS_X_0212.code.into()));
    assert_eq!(read(b"OBX|1|ST|A||\x1B(I13\x1B(B"), ("ｱｳ".into(), String::new()));
    assert_eq!(read(b"OBX|1|ST|A||\x1B$B0!\x1B(J|\x1B$B0!\x1B(B"), ("亜".into(), String::new()));
    assert_eq!(read(b"OBX|1|ST|A||\x1B$B\x7D\x7D\x1B(B"), ("\u{FFFD}".into(), hl7::UNMAPPED.code.into()));
    // 本 is 4B 5C in JIS X 0208: its second byte is the escape character, not an escape.
    assert_eq!(values(&with_segment(&wire(&["OBX|1|ST|A||日本~本^本"])[..])), ["日本~本^本"]);
    let gaiji = encoding_rs::SHIFT_JIS
        .encode(&format!("{}\r{PID}\r{OBX}", header("OUL^R22^OUL_R22")).replace('−', "－"))
        .0
        .into_owned();
    let gaiji = [gaiji, b"\rNTE|1||\xF0\x40\r".to_vec()].concat();
    assert_eq!(warnings(&record(&lab(), &gaiji)), ["hl7.other-charset", "hl7.private-use"]);
}

#[test]
fn terminators_and_frames_make_no_difference() {
    let expected = show(&record(&lab(), &good()));
    let cr = good();
    let replaced = |by: &[u8]| -> Vec<u8> {
        cr.iter().flat_map(|byte| if *byte == b'\r' { by.to_vec() } else { vec![*byte] }).collect()
    };
    let framed = [b"\x0B".as_slice(), &cr, b"\x1C\r"].concat();
    let marked = [b"\xEF\xBB\xBF".as_slice(), &cr].concat();
    let unterminated = cr[..cr.len() - 1].to_vec();
    for bytes in [replaced(b"\n"), replaced(b"\r\n"), replaced(b"\r\r\n"), framed, marked, unterminated] {
        assert_eq!(show(&record(&lab(), &bytes)), expected);
    }
}

#[test]
fn bare_segments_are_kept() {
    let shown = show(&record(&lab(), &message("OUL^R22^OUL_R22", &["AL1", "OBX", OBX, "ZZZ"])));
    assert!(shown.contains(r#"{"AL1":"","OBX":"","ZZZ":""}"#), "{shown}");
    assert!(shown.contains("units=6"));
}

#[test]
fn several_messages_in_one_file_of_the_storage() {
    let twice = [good(), good()].concat();
    let rejected = rejected(&lab(), &twice);
    assert_eq!(rejected.issue.reason.code, "ssmix2.several-messages");
    assert_eq!(rejected.units, 6);
    assert_eq!(reason(&lab(), &[b"ZZZ|1\r".as_slice(), &good()].concat()), "ssmix2.stray-segments");
    // A bare MSH opens no message.
    assert_eq!(reason(&lab(), &[good(), b"MSH\r".to_vec()].concat()), "");
}

#[test]
fn path_and_message_must_agree() {
    assert_eq!(reason(&lab().replace("/7654321_", "/7654322_"), &good()), "ssmix2.path-patient");
    assert_eq!(reason(&lab().replace("/OML-11/", "/OML-01/"), &good()), "ssmix2.path-kind");
    assert_eq!(reason(&lab().replace("/20240503/", "/20240504/"), &good()), "ssmix2.path-date");
    assert_eq!(reason(&lab().replace("_01_1", "_01_3"), &good()), "ssmix2.condition");
    assert_eq!(reason(&lab().replace("_01_1", "_1"), &good()), "ssmix2.file-name", "six parts");
    assert_eq!(reason(&lab().replace("_01_1", "_0_1_1"), &good()), "ssmix2.file-name", "eight parts");
    assert_eq!(reason(&lab(), &message("RDE^O11^RDE_O11", &[OBX])), "ssmix2.message-type");
    let other = String::from_utf8(good()).unwrap().replace("7654321^", "1234567890^");
    assert_eq!(reason(&lab(), other.as_bytes()), "ssmix2.patient-mismatch");
    let none = String::from_utf8(good()).unwrap().replace("7654321^^^^PI", "");
    assert_eq!(reason(&lab(), none.as_bytes()), "ssmix2.no-patient");
    assert_eq!(reason(&lab(), &message("OUL^R22^OUL_R22", &["PID|2||99"])), "ssmix2.several-patients");
}

#[test]
fn short_patient_numbers() {
    let path = "r/765/43/76543/20240503/OML-11/76543_20240503_OML-11_1_20240503101500123_01_1";
    let bytes = String::from_utf8(good()).unwrap().replace("7654321^", "76543^");
    assert_eq!(record(path, bytes.as_bytes()).subject.unwrap().expose(), "76543");
}

#[test]
fn conditions_decide_the_standing() {
    let superseded = record(&lab().replace("_01_1", "_01_2"), &good());
    assert_eq!(superseded.standing, Standing::Superseded);
    assert!(!superseded.rows.is_empty(), "history keeps its rows");
    for bytes in [good(), Vec::new(), b"\xFB\xFC".to_vec()] {
        let cancelled = record(&lab().replace("_01_1", "_01_0"), &bytes);
        assert_eq!(cancelled.standing, Standing::Cancelled);
        assert!(cancelled.rows.is_empty() && cancelled.identities.is_empty());
        assert_eq!(cancelled.key, superseded.key);
        assert!(cancelled.units >= 1);
    }
    assert_eq!(
        reason(&lab().replace("_01_1", "_01_0").replace("/7654321_", "/7654322_"), &good()),
        "ssmix2.path-patient"
    );
}

#[test]
fn dates_that_are_none() {
    let birth = |date: &str| {
        let bytes = String::from_utf8(good()).unwrap().replace("|19700302|", &format!("|{date}|"));
        let record = record(&lab(), bytes.as_bytes());
        let held = record.identities[0].extra.as_ref().is_some_and(|extra| extra.expose().contains(date));
        (warnings(&record).concat(), held)
    };
    assert_eq!(birth("19700302"), (String::new(), false));
    assert_eq!(birth("00000000"), ("ssmix2.date".into(), true));
    assert_eq!(birth("18500101"), ("ssmix2.date".into(), true));
    assert_eq!(birth("20990101"), ("ssmix2.birth-date".into(), false));
    assert_eq!(birth("19700231"), ("ssmix2.date".into(), true));
    let late = message("OUL^R22^OUL_R22", &["OBX|1|NM|A||1||||||F|||202405032400"]);
    assert!(show(&record(&lab(), &late)).contains("time: 2024-05-04T00:00"));
}

#[test]
fn names_of_staff_and_family_never_reach_clinical_rows() {
    let rows = |body: &[&str]| format!("{:?}", record(&lab(), &message("OUL^R22^OUL_R22", body)).rows);
    for segment in [
        "ZZ9|1|9999^医師^一郎^^^^^^^L^^^^^I",
        "ZZ9|1|医師^一郎^^^^^L^I",
        "PV1||I|||||607^医師一郎^^^^^^^^L^^^^^I",
        "PV1||I|||||医師一郎",
        "ORC|NW|1||||||||医師^一郎",
        "NK1|1|医師^一郎",
        "OBX|1|XPN|A||医師^一郎||||||F",
        "OBX|1|XCN|A||医師一郎||||||F",
        "GT1|1||医師^一郎",
        "IAM|1|FA|A^B|||||||||||医師^一郎",
    ] {
        let rows = rows(&[segment, OBX]);
        assert!(!rows.contains("医師") && !rows.contains("一郎"), "{segment}: {rows}");
        let record = record(&lab(), &message("OUL^R22^OUL_R22", &[segment, OBX]));
        assert!(record.identities[0].extra.as_ref().unwrap().expose().contains("医師"), "{segment}: lost");
    }
    let own = rows(&["PV1||I||||||||||||||||V-7654321-01", OBX]);
    assert!(!own.contains("7654321"), "the patient's number inside a visit number: {own}");
}

#[test]
fn issues_and_debug_show_no_values() {
    let record = record(&lab(), &good());
    let shown =
        format!("{:?} {:?} {:?} {:?}", record.identities, record.warnings, record.key, record.subject);
    assert!(!shown.contains("試験") && !shown.contains("7654321") && !shown.contains("1970"), "{shown}");
}

#[test]
fn claims() {
    let claims = |path: &str, head: &[u8]| super::super::SsMix2.claims(path, head);
    assert!(claims("x.hl7", b"MSH|^~\\&|"));
    assert!(claims("x.hl7", b"\x0BMSH|^~\\&|"));
    assert!(claims("x.hl7", b"\xEF\xBB\xBFMSH|^~\\&|"));
    assert!(claims("x.hl7", b"FHS|^~\\&|"));
    assert!(claims(&lab(), b""));
    assert!(claims(&lab().replace("_01_1", "_1"), b"\xFB"), "a misnamed file in the tree");
    assert!(!claims("RECEIPTC.UKE", b"IR,1,13"));
    assert!(!claims("a.json", b"{\"MSH\":1}"));
    assert!(!claims("notes.txt", b"MSHello world"));
    assert!(!claims("a/b/c/d/e/f/g/h", b""));
}
