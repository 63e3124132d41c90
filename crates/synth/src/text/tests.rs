use super::*;
use proptest::prelude::*;

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    assert!(!had_errors);
    text.into_owned()
}

#[test]
fn names_outside_jis_x_0208_become_a_box_or_their_plain_form() {
    let read = |gaiji| decoded(ISO_2022_JP, &to_iso2022jp("髙橋 山﨑 𠮷田 齋藤 渡邉", gaiji));
    assert_eq!(read(Gaiji::Box), "■橋 山■ ■田 齋藤 渡邉");
    assert_eq!(read(Gaiji::PlainForm), "高橋 山崎 吉田 齋藤 渡邉");
    assert_eq!(decoded(SHIFT_JIS, &to_cp932("髙橋 山﨑 𠮷田①")), "髙橋 山﨑 吉田①");
}

#[test]
fn dashes_waves_units_and_kana_have_equivalents() {
    let read = |text| decoded(ISO_2022_JP, &to_iso2022jp(text, Gaiji::Box));
    assert_eq!(read("１〜２−３ Ⅳ期 ５㎎ ㈱ ｶﾞﾊﾟｰ"), "１～２－３ IV期 ５mg (株) ガパー");
}

#[test]
fn a_segment_is_back_in_ascii_before_its_end() {
    let bytes = to_iso2022jp("PID|患者\rPV1|医師\r", Gaiji::Box);
    for segment in bytes.split(|b| *b == b'\r').filter(|s| !s.is_empty()) {
        assert!(segment.ends_with(b"\x1b(B"));
    }
    assert_eq!(bytes.iter().filter(|b| **b == b'\r').count(), 2);
}

proptest! {
    #[test]
    fn whatever_is_written_reads_back_and_writes_the_same_again(text in "\\PC{0,60}") {
        let bytes = to_iso2022jp(&text, Gaiji::PlainForm);
        let read = decoded(ISO_2022_JP, &bytes);
        prop_assert_eq!(&to_iso2022jp(&read, Gaiji::Box), &bytes);
        let read = decoded(SHIFT_JIS, &to_cp932(&text));
        prop_assert_eq!(to_cp932(&read), to_cp932(&text));
    }

    #[test]
    fn no_character_reference_is_ever_written(text in "[髙﨑😀ｱ〜①亜a|]{0,40}") {
        prop_assert!(!to_iso2022jp(&text, Gaiji::Box).windows(2).any(|w| w == b"&#"));
        prop_assert!(!to_cp932(&text).windows(2).any(|w| w == b"&#"));
    }
}
