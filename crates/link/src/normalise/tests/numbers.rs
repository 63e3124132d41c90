//! Dates of birth, telephones and insurance as people type them.

use super::super::*;
use crate::compare::Level;

#[test]
fn numbers_lose_width_dashes_and_leading_zeros() {
    assert_eq!(normalise_phone("（０３）１２３４ー５６７８").as_deref(), Ok("0312345678"));
    assert_eq!(normalise_phone("").as_deref(), Ok(""));
    assert_eq!(normalise_phone("12"), Err(Implausible::Length));
    assert_eq!(normalise_phone("99999999999"), Err(Implausible::Placeholder));
    assert_eq!(normalise_postal_code("〒１００－８９１６").as_deref(), Ok("1008916"));
    assert_eq!(normalise_postal_code("000-0000"), Err(Implausible::Placeholder));
    let (a, none) = normalise_insurance("00140077", "０１", "０００１２３４", "01");
    let (b, _) = normalise_insurance("140077", "1", "1234", "1");
    assert!(a == b && none.is_none());
    assert!(normalise_insurance("39110566", "", "13757837", "").0.personal);
    let (aside, reason) = normalise_insurance("06130012", "1", "99999999", "");
    assert!(aside.number.is_empty() && reason == Some(Implausible::Placeholder));
}

#[test]
fn births_are_read_however_written() {
    let packed = |text: &str| parse_birth(text).map(|birth| birth.map(Birth::packed));
    let march = [
        "1970-03-02",
        "1970/3/2",
        "1970.03.02",
        "１９７０年３月２日",
        "19700302",
        "１９７００３０２",
        "昭和45年3月2日",
        "昭和四十五年三月二日",
        "S45.3.2",
        "s45/03/02",
        "Ｓ４５．３．２",
        "昭45.3.2",
        "S450302",
        "3450302",
        "昭和45年(1970年)3月2日",
        "1970(昭和45)年3月2日",
        "昭和45年3月2日生",
        "1970-03-02T00:00:00",
        "1970-03-02 00:00:00",
        "西暦1970年3月2日",
        "一九七〇年三月二日",
        "昭和 45年 3月 2日",
        "S.45.3.2",
        " 1970-03-02 ",
        "1970年03月02日",
    ];
    for text in march {
        assert_eq!(packed(text), Ok(Some(19700302)), "{text}");
    }
    let cases = [
        ("令和元年5月1日", 20190501),
        ("R1.5.1", 20190501),
        ("明治33年2月11日", 19000211),
        ("大正十四年十二月三十一日", 19251231),
        ("1970", 19700000),
        ("1970-03", 19700300),
        ("1970年3月", 19700300),
        ("197003", 19700300),
        ("昭和45年", 19700000),
        ("1650-04-01", 16500401),
        ("0987-04-01", 9870401),
        ("1970-02-30", 19700200),
        ("1970-13-02", 19700000),
        ("1970-00-00", 19700000),
        ("1970-05-00", 19700500),
        ("25/12/1970", 19701225),
        ("12/25/1970", 19701225),
        ("02/03/1970", 19700000),
        ("03/03/1970", 19700303),
        ("2000-02-29", 20000229),
        ("1900-02-29", 19000200),
    ];
    for (text, date) in cases {
        assert_eq!(packed(text), Ok(Some(date)), "{text}");
    }
    for text in ["", "  ", "\u{3000}"] {
        assert_eq!(packed(text), Ok(None));
    }
    for text in ["1900-01-01", "明治33年1月1日", "1900", "9999-12-31", "1899/12/30", "1111-11-11"] {
        assert_eq!(packed(text), Err(Implausible::Placeholder), "{text}");
    }
    for text in [
        "不明",
        "0000-00-00",
        "昭和",
        "12",
        "1970-03-02-04x",
        "昭和120年1月1日",
        "山田太郎",
        "99999999999999999999",
    ] {
        assert_eq!(packed(text), Err(Implausible::Unreadable), "{text}");
    }
}

#[test]
fn slips_of_births_have_their_level() {
    let birth = |text| parse_birth(text).ok().flatten().unwrap();
    let cases = [
        ("1970-03-31", "1970-04-01", Level::Close),
        ("1970-12-31", "1971-01-01", Level::Close),
        ("1969-08-15", "1970-08-15", Level::Close),
        // 昭和5年 and 平成5年; 平成2年 and 令和2年; 大正3年 and 昭和3年.
        ("1930-08-15", "1993-08-15", Level::Close),
        ("1990-08-15", "2020-08-15", Level::Close),
        ("1914-08-15", "1928-08-15", Level::Close),
        // 明治30年 and 昭和30年; there was no 大正30年, and no 平成50年.
        ("1897-08-15", "1955-08-15", Level::Close),
        ("1941-08-15", "1955-09-15", Level::Different),
        ("1975-08-14", "2038-08-14", Level::Similar),
        ("1970-01-01", "1970-08-15", Level::Compatible),
        ("1970-01-01", "1971-08-15", Level::Different),
    ];
    for (a, b, level) in cases {
        assert_eq!(birth(a).compare(birth(b)), level, "{a} {b}");
        assert_eq!(birth(b).compare(birth(a)), level, "{b} {a}");
    }
}

#[test]
fn telephone_numbers_are_found_in_what_people_type() {
    let all = |text: &str| phone_numbers(text).map(|n| n.map(phone::digits)).collect::<Vec<_>>();
    let ok = |numbers: &[&str]| numbers.iter().map(|n| Ok((*n).to_owned())).collect::<Vec<_>>();
    let cases: [(&str, &[&str]); 16] = [
        ("03-1234-5678", &["0312345678"]),
        ("０３（１２３４）５６７８", &["0312345678"]),
        ("+81 90-1234-5678", &["09012345678"]),
        ("＋81-(0)3-1234-5678", &["0312345678"]),
        ("03-1234-5678 内線21", &["0312345678"]),
        ("03-1234-5678（内）21", &["0312345678"]),
        ("03-1234-5678 ext. 21", &["0312345678"]),
        ("03-1234-5678/090-1234-5678", &["0312345678", "09012345678"]),
        ("03-1234-5678、内線21、090-1234-5678", &["0312345678", "09012345678"]),
        ("自宅03-1234-5678 携帯090-1234-5678", &["0312345678", "09012345678"]),
        ("03-1234-5678 090-1234-5678", &["0312345678", "09012345678"]),
        ("0312345678　09012345678(妻)", &["0312345678", "09012345678"]),
        ("090 1234 5678", &["09012345678"]),
        ("TEL:03 1234 5678", &["0312345678"]),
        ("+1 (650) 253-0000", &["16502530000"]),
        ("なし", &[]),
    ];
    for (text, numbers) in cases {
        assert_eq!(all(text), ok(numbers), "{text}");
    }
    for text in ["090-0000-0000", "03-9999-9999", "0123456789", "11111111"] {
        assert_eq!(phone_number(text), Err(Implausible::Placeholder), "{text}");
    }
    assert_eq!(phone_number("1234567890123456"), Err(Implausible::Length));
    assert_eq!(phone_number("  "), Ok(0));
}

#[test]
fn insurance_typed_into_one_field_comes_apart() {
    let read = |symbol: &str, number: &str, branch: &str| {
        let (found, _) = normalise_insurance("01130012", symbol, number, branch);
        (found.symbol, found.number, found.branch)
    };
    let whole = [
        ("", "123・4567", "1"),
        ("", "記号123番号4567(枝番)01", ""),
        ("", "記号 123 番号 4567 枝番 01", ""),
        ("", "記号・番号 123・4567-01", ""),
        ("", "１２３−４５６７（０１）", ""),
        ("", "123-4567-01", ""),
        ("123・4567", "", "01"),
        ("123", "4567-01", ""),
        ("0123", "0004567(01)", ""),
        ("１２３", "４５６７", "０１"),
    ];
    for (symbol, number, branch) in whole {
        let expected = ("123".to_owned(), "4567".to_owned(), "1".to_owned());
        assert_eq!(read(symbol, number, branch), expected, "{symbol} {number} {branch}");
    }
    assert_eq!(read("公立東京", "4567", ""), ("公立東京".to_owned(), "4567".to_owned(), String::new()));
    assert_eq!(read("", "13757837", ""), (String::new(), "13757837".to_owned(), String::new()));
    assert_eq!(read("", "千代田・12", ""), ("千代田".to_owned(), "12".to_owned(), String::new()));
}
