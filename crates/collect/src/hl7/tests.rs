use super::*;

fn texts(bytes: &[u8]) -> Vec<&[u8]> {
    lines(bytes).into_iter().map(|line| line.bytes).collect()
}

#[test]
fn lines_end_at_cr_lf_or_both() {
    assert_eq!(texts(b"\x0BMSH|a\rPID|b\n\r\nAL1\r\n\x1C\r"), [&b"MSH|a"[..], b"PID|b", b"AL1"]);
    assert_eq!(texts(b""), Vec::<&[u8]>::new());
    assert_eq!(texts(b"\xEF\xBB\xBFMSH|"), [b"MSH|"]);
    let found = lines(b"a\r\n b");
    assert_eq!((found[1].number, found[1].offset), (2, 3));
}

#[test]
fn delimiters_come_from_the_header() {
    let of = |header: &[u8]| Delimiters::of_header(header);
    let usual = of(b"MSH|^~\\&|A").unwrap();
    assert_eq!((usual.field, usual.escape, usual.subcomponent), (b'|', Some(b'\\'), Some(b'&')));
    let short = of(b"MSH|^~|A").unwrap();
    assert_eq!((short.escape, short.subcomponent), (None, None));
    assert!(
        of(b"MSH").is_none()
            && of(b"MSH|").is_none()
            && of(b"MSH|^|").is_none()
            && of(b"MSH|^^\\&|").is_none()
    );
    assert!(of(b"MSHABCD").is_none() && of(b"PID|^~\\&|").is_none());
    let other = lines(b"MSH#*!?%#A#B#C#D#2024##ADT*A08\rPID###1*2!3%4");
    let message = Message::parse(&other).unwrap();
    let pid = message.first("PID").unwrap();
    assert_eq!(pid.field(3).repetition(2).component(1).subcomponent(2).text(), "4");
    assert_eq!(message.first("MSH").unwrap().field(9).component(2).text(), "A08");
}

#[test]
fn header_fields_count_the_separator() {
    let header = lines(b"MSH|^~\\&|HIS|SEND");
    let message = Message::parse(&header).unwrap();
    let field = |number| message.segments[0].field(number).raw().to_owned();
    assert_eq!(
        [field(0), field(1), field(2), field(3), field(4), field(5)],
        ["MSH", "|", "^~\\&", "HIS", "SEND", ""]
    );
}

#[test]
fn escapes_are_resolved_or_left_as_written() {
    let text = |raw: &str| {
        let bytes = format!("MSH|^~\\&|\rNTE|{raw}");
        let lines = lines(bytes.as_bytes());
        Message::parse(&lines).unwrap().segments[1].field(1).text().into_owned()
    };
    assert_eq!(text("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f"), "a|b^c&d~e\\f");
    assert_eq!(text("a\\.br\\b\\X0D\\c\\X4142\\"), "a\nb\rcAB");
    assert_eq!(text("\\H\\bold\\N\\"), "bold");
    assert_eq!(
        text("\\Z9\\ \\XZZ\\ \\XE38182\\ \\X4\\"),
        "\\Z9\\ \\XZZ\\ \\XE38182\\ \\X4\\",
        "unknown: kept"
    );
    assert_eq!(text("\\1000 and C:\\dir"), "\\1000 and C:\\dir", "a lone escape character");
    assert_eq!(text("\\E\\F\\"), "\\F\\", "resolved once");
}

#[test]
fn null_and_empty_differ() {
    let lines = lines(b"MSH|^~\\&|\rPID||\"\"|a^\"\"");
    let message = Message::parse(&lines).unwrap();
    let pid = message.first("PID").unwrap();
    assert!(pid.field(1).is_empty() && !pid.field(1).is_null());
    assert!(pid.field(2).is_null() && !pid.field(2).is_empty());
    assert!(pid.field(3).component(2).is_null());
    assert!(pid.field(99).is_empty());
}

#[test]
fn messages_and_envelopes_cover_every_line() {
    let shape = |bytes: &[u8]| -> Vec<(usize, usize)> {
        let lines = lines(bytes);
        chunks(&lines).iter().map(|chunk| (chunk.lines.len(), chunk.message.len())).collect()
    };
    assert_eq!(shape(b""), []);
    assert_eq!(shape(b"MSH|^~\\&|\rPID|"), [(2, 2)]);
    assert_eq!(shape(b"FHS|^~\\&|\rBHS|\rMSH|^~\\&|\rPID|\rMSH|^~\\&|\rBTS|\rFTS|"), [(4, 2), (3, 1)]);
    assert_eq!(shape(b"BHS|^~\\&|\rEVN|\rPID|\rBTS|"), [(4, 0)]);
    assert_eq!(shape(b"MSH|^~\\&|\rEVN|\rBHS|\rPID|\rMSH|^~\\&|"), [(2, 2), (2, 0), (1, 1)]);
    assert_eq!(shape(b"BHS|\rBTS|"), [(2, 0)]);
    assert_eq!(shape(b"MSH|^~\\&|\rMSH\rPID|"), [(3, 3)], "a bare MSH opens nothing");
}

#[test]
fn character_sets_by_name() {
    let of = Charset::declared;
    for name in ["~ISO IR87", "~ISOIR87", "ISO IR87", "ISO-2022-JP", "~ISO IR14~ISO IR87"] {
        assert_eq!(of(name), Some(Charset::Iso2022Jp), "{name}");
    }
    assert_eq!(of("UNICODE UTF-8"), Some(Charset::Utf8));
    assert_eq!(of("Shift_JIS"), Some(Charset::Windows31J));
    assert_eq!(of("EUC-JP"), Some(Charset::EucJp));
    assert_eq!(of(""), None);
    assert_eq!(of("ASCII"), None);
}

#[test]
fn ascii_is_borrowed() {
    let lines = lines(b"MSH|^~\\&|A|B");
    let mut issues = Vec::new();
    let text = Charset::Iso2022Jp.decode(&lines[0], &mut issues).unwrap();
    assert!(matches!(text, std::borrow::Cow::Borrowed(_)));
}
