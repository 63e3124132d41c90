//! Damaged files, each with its reason and place; and what is taken in spite of a warning.

use super::*;

/// The one refusal of a file: (reason, place, lines).
fn refusal(bytes: &[u8]) -> (&'static str, String, u64) {
    let outcomes = read(bytes);
    let refused = refusals(&outcomes);
    assert_eq!(refused.len(), 1, "one refusal expected of {}", encoding_rs::SHIFT_JIS.decode(bytes).0);
    assert!(receipts(&outcomes).is_empty(), "nothing is half taken");
    (refused[0].issue.reason.code, refused[0].issue.place.clone(), refused[0].units)
}

/// The warnings of the one receipt of a file.
fn warnings(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let outcomes = read(bytes);
    assert!(refusals(&outcomes).is_empty(), "{:?}", refusals(&outcomes));
    let receipts = receipts(&outcomes);
    assert_eq!(receipts.len(), 1);
    receipts[0].warnings.iter().map(|w| (w.reason.code, w.place.clone())).collect()
}

fn file(lines: &[&str]) -> Vec<u8> {
    cp932(&lines.join("\r\n"))
}

#[test]
fn what_leaves_doubt_refuses_the_receipt_whole_with_its_place() {
    let si = act("SI,11,1,111000110,,288,1", &[(3, 1)]);
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (receipt(&["SI,11,1"]), "uke.too-few-columns", "line 4"),
        (receipt(&[si.strip_suffix(',').unwrap()]), "uke.too-few-columns", "line 4"),
        (receipt(&[&si.replacen(",,", ",,,", 1)]), "uke.too-many-columns", "line 4"),
        (receipt(&[&format!("{si},1")]), "uke.too-many-columns", "line 4"),
        (receipt(&["SY,2500013,20200401,1,,架空,の病,01,"]), "uke.too-many-columns", "line 4"),
        (receipt(&[&si, "続きの文字"]), "uke.not-a-record", "line 5"),
        (receipt(&[&si.replace("288", "二八八")]), "uke.number", "line 4, SI-5"),
        (receipt(&[&act("SI,11,1,11100011,,288,1", &[])]), "uke.code", "line 4, SI-3"),
        (receipt(&[&act("IY,21,1,111000110,,288,1", &[])]), "uke.code", "line 4, IY-3"),
        (receipt(&["SY,250001,20200401,1,,,01,"]), "uke.code", "line 4, SY-1"),
        (receipt(&[&act("SI,11,1,111000110,,288,1", &[(31, 1)])]), "uke.day-not-in-month", "line 4, SI-43"),
        (file(&[IR, &RE.replace("202004", "202013"), HO]), "uke.month", "line 2, RE-3"),
        (file(&[IR, &RE.replace("202004", "20200401"), HO]), "uke.month", "line 2, RE-3"),
        (file(&[IR, &RE.replace("20030726", "20030231"), HO]), "uke.birth-date", "line 2, RE-6"),
        (file(&[IR, &RE.replace("20030726", "5010430"), HO]), "uke.birth-date", "line 2, RE-6"),
        (file(&[IR, &RE.replace("20030726", "00000000"), HO]), "uke.birth-date", "line 2, RE-6"),
        (file(&[IR, RE, &si]), "uke.no-payer", "line 2"),
        (
            file(&[
                IR,
                &RE.replace(",B002,", ",,").replace("コウロウ　ハナコ", "").replace("厚労　花子", ""),
                HO,
            ]),
            "uke.no-subject",
            "line 2",
        ),
        (file(&[&IR.replace("13,1,", "13,3,"), RE, HO, "SS,1", "GO,1,1,99"]), "uke.dental", "line 2"),
        (file(&[IR, &RE.replace("1112", "3112"), HO]), "uke.other-point-table", "line 2, RE-2"),
        (receipt(&["BU,060100xx99x0xx,20200401,,"]), "uke.dpc", "line 4"),
        (receipt(&["CD,20200401,1"]), "uke.dpc", "line 4"),
        (receipt(&["TR,1,1", &si]), "uke.donor", "line 4"),
        (file(&["MN,1,,,,,", &si, RE, HO]), "uke.no-common-record", "line 2, SI-0"),
        (file(&["MN,1,,,,,", IR]), "uke.no-common-record", "line 1"),
        (file(&[&si, IR]), "uke.no-receipt", "line 1"),
        (file(&["IR,1,13"]), "uke.institution", "line 1"),
        (file(&["GO,1,x,99"]), "uke.total", "line 1"),
    ];
    for (bytes, reason, place) in cases {
        let (found, at, _) = refusal(&bytes);
        assert_eq!((found, at.as_str()), (reason, place));
    }
}

#[test]
fn a_pharmacy_file_is_refused_line_by_line_into_whole_receipts() {
    let outcomes = read(&file(&[
        "YK,1,13,4,1234567,,架空薬局,202004,00",
        "RE,1,4112,202004,架空",
        "IY,1,620098801,1",
        "RE,2,4112,202004,架空",
        "GO,2,2,99",
    ]));
    let found: Vec<_> = refusals(&outcomes).iter().map(|r| (r.issue.reason.code, r.units)).collect();
    assert_eq!(found, [("uke.pharmacy", 1), ("uke.pharmacy", 2), ("uke.pharmacy", 1)]);
    assert!(receipts(&outcomes).is_empty());
}

#[test]
fn one_bad_receipt_does_not_take_its_neighbours_along() {
    let bad = RE.replace("20030726", "20031326");
    let outcomes = read(&file(&[IR, RE, HO, &bad, HO, "SY,0000999,20200401,1,,,,", RE, HO, "GO,3,864,99"]));
    assert_eq!(receipts(&outcomes).len(), 2);
    assert_eq!(refusals(&outcomes)[0].units, 3);
    assert!(records(&outcomes).last().unwrap().warnings.is_empty(), "the total counts refused receipts too");
}

#[test]
fn what_leaves_no_doubt_is_taken_with_a_warning() {
    let twice = act("SI,11,1,111000110,,288,2", &[(3, 1)]);
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (receipt(&["\"SJ\",\"01\",\"経過\"", "SJ,\"01\",経過"]), "uke.quotes", "line 4 (2 times)"),
        (receipt(&["SI,11,1,111000110,,288,1,,,,,,"]), "uke.fewer-columns", "line 4"),
        (receipt(&["CO,11,1,810000001,左,右"]), "uke.extra-columns", "line 4"),
        (file(&[IR, &format!("{RE},X"), HO]), "uke.extra-columns", "line 2"),
        (receipt(&["ZZ,1"]), "uke.unknown-record", "line 4"),
        (receipt(&["SY,0000999,4310501,1,,,,"]), "uke.start-date", ""),
        (receipt(&["SY,0000999,20200431,1,,,,"]), "uke.start-date", "line 4, SY-2"),
        (receipt(&["SY,0000999,20200401,1,800,,,"]), "uke.modifiers", "line 4, SY-4"),
        (receipt(&[&twice]), "uke.day-count", "line 4, SI-6"),
        (receipt(&["CO,11,1,12,左"]), "uke.comment-code", "line 4, CO-3"),
        (receipt(&[HO]), "uke.second-insurer", "line 4"),
        (file(&[RE, HO]), "uke.no-institution", "line 1"),
        (file(&[IR, &RE.replace(",2,2003", ",9,2003"), HO]), "uke.sex", "line 2, RE-5"),
        (file(&[IR, &RE.replace("20030726", "20210726"), HO]), "uke.birth-after-care", "line 2, RE-6"),
        (file(&[IR, &RE.replace(",B002,", ",0000,"), HO]), "uke.chart-number", "line 2, RE-13"),
        (
            file(&[IR, &RE.replace("20030726,,", "20030726,,20209999"), HO]),
            "uke.admission-date",
            "line 2, RE-8",
        ),
    ];
    for (bytes, reason, place) in cases {
        let found = warnings(&bytes);
        if place.is_empty() {
            // 平成31年5月1日 is 令和元年5月1日 on paper that outlived its era.
            assert!(found.is_empty(), "{found:?}");
        } else {
            assert_eq!(found, [(reason, place.to_owned())]);
        }
    }
}

#[test]
fn what_is_kept_as_written_is_in_extra() {
    let outcomes = read(&receipt(&["SY,0000999,20200431,1,800,,,", "CO,11,1,810000001,左,右", "ZZ,1,二"]));
    let rows = format!("{:?}", receipts(&outcomes)[0].rows);
    assert!(rows.contains(r#"\"診療開始日\":\"20200431\""#) && rows.contains(r#"\"修飾語コード\":\"800\""#));
    assert!(rows.contains(r#"Some("左,右")"#), "a comma in the last text moves nothing");
    assert!(rows.contains(r#"\"unknown\":[{\"line\":6,\"fields\":[\"ZZ\",\"1\",\"二\"]}]"#));
}

#[test]
fn text_is_never_guessed() {
    // A byte that no encoding has, inside a name.
    let mut bytes = receipt(&[]);
    let name = bytes.windows(2).position(|w| w == [0x8C, 0xFA]).unwrap();
    bytes[name] = 0xFF;
    assert_eq!(refusal(&bytes), ("uke.encoding", "line 2, RE-4".into(), 2));
    // The last character of a disease cut at the byte limit: left out, and said so.
    let mut bytes = receipt(&["SY,0000999,20200401,1,,架空の病,,"]);
    let end = bytes.windows(4).rposition(|w| w == [0x95, 0x61, b',', b',']).unwrap();
    bytes.remove(end + 1);
    assert_eq!(warnings(&bytes), [("uke.cut-character", "line 4, SY-5".to_owned())]);
    assert!(format!("{:?}", receipts(&read(&bytes))[0].rows).contains("架空の\""));
    // A gaiji: kept, and said so.
    let mut bytes = receipt(&["SJ,01,"]);
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(b"\xF0\x40\r\n");
    assert_eq!(warnings(&bytes), [("uke.private-character", "line 4, SJ-2".to_owned())]);
    // A file that begins with the mark of UTF-8 and goes on in CP932.
    let mixed = [BYTE_ORDER_MARK, &receipt(&[])].concat();
    let codes: Vec<_> = refusals(&read(&mixed)).iter().map(|r| r.issue.reason.code).collect();
    assert_eq!(codes, ["uke.encoding", "uke.encoding"]);
    // UTF-16 is no receipt at all.
    let wide: Vec<u8> = IR.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(records(&read(&wide)).is_empty());
}

#[test]
fn totals_that_disagree_are_a_warning_on_the_total() {
    let outcomes = read(&[receipt(&[]), file(&["GO,2,999,99"])].concat());
    let reasons: Vec<_> = records(&outcomes).last().unwrap().warnings.iter().map(|w| w.reason.code).collect();
    assert_eq!(reasons, ["uke.total-count", "uke.total-points"]);
}

#[test]
fn giants_are_counted_but_not_held() {
    let limits = crate::Limits { line: 200, document: 2_000, depth: 1 };
    // One line of two hundred megabytes would look the same: its beginning is held, the rest passed over.
    let giant = format!("CO,11,1,810000001,{}", "あ".repeat(200));
    let outcomes =
        read_within(&[receipt(&[&giant, "SJ,01,x"]), file(&[RE, HO])].concat(), limits, &Masters::default());
    assert_eq!(
        (refusals(&outcomes)[0].issue.reason.code, refusals(&outcomes)[0].units),
        ("uke.line-too-long", 4)
    );
    assert_eq!(receipts(&outcomes).len(), 1, "the next receipt is read");
    let long = vec!["SJ,01,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; 100];
    let outcomes = read_within(&receipt(&long), limits, &Masters::default());
    assert_eq!(
        (refusals(&outcomes)[0].issue.reason.code, refusals(&outcomes)[0].units),
        ("uke.receipt-too-large", 102)
    );
    let many = "ZZ\n".repeat(100_001);
    let outcomes = read(&[receipt(&[]), many.into_bytes()].concat());
    assert_eq!(
        (refusals(&outcomes)[0].issue.reason.code, refusals(&outcomes)[0].units),
        ("uke.receipt-too-large", 100_003)
    );
    let lone = read_within(&[b'x'; 500], limits, &Masters::default());
    assert_eq!(refusals(&lone)[0].issue.reason.code, "uke.no-receipt");
    let institution = format!("IR,{}", "1".repeat(500));
    assert_eq!(
        refusals(&read_within(institution.as_bytes(), limits, &Masters::default()))[0].issue.reason.code,
        "uke.line-too-long"
    );
}

#[test]
fn empty_files_and_blank_lines_hold_no_units() {
    assert!(read(b"").is_empty());
    assert!(read(b"\x1A").is_empty());
    assert!(read(b"\r\n\r\n \r\n").is_empty());
    let spaced = [receipt(&[]), b"\r\n\r\n\x1A".to_vec()].concat();
    assert_eq!(receipts(&read(&spaced))[0].units, 2);
}

#[test]
fn files_are_claimed_by_name_or_first_record() {
    let claims = |path: &str, head: &[u8]| Uke.claims(path, head);
    assert!(claims("a/RECEIPTC.UKE", b"") && claims("receiptc.uke", b"") && claims("x.Uke", b"rubbish"));
    assert!(
        claims("x.dat", IR.as_bytes()) && claims("x", b"\xEF\xBB\xBFMN,1") && claims("x", b"\"IR\",\"1\"")
    );
    assert!(
        !claims("x.csv", b"IR,name")
            && !claims("uke", b"")
            && !claims("x.csv", b"")
            && !claims("x.csv", b"IR")
    );
}

#[test]
fn every_reason_is_stable_and_advises() {
    let mut codes: Vec<_> =
        reasons::REFUSALS.iter().chain(reasons::WARNINGS).map(|reason| reason.code).collect();
    assert!(codes.iter().all(|code| code.starts_with("uke.")));
    assert!(
        reasons::REFUSALS
            .iter()
            .chain(reasons::WARNINGS)
            .all(|r| !r.japanese.is_empty() && !r.advice_japanese.is_empty())
    );
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}
