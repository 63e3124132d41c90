use super::*;
use proptest::prelude::*;

#[test]
fn eras_reach_exactly_their_first_days() {
    let read = |text| DateAsGiven::parse_receipt(text).map(|d| d.to_string());
    assert_eq!(read("3010101"), Err(DateError::BeforeEra), "昭和元年 began on 25 December");
    assert_eq!(read("3011225").as_deref(), Ok("1926-12-25"));
    assert_eq!(read("4010107"), Err(DateError::BeforeEra));
    assert_eq!(read("4010108").as_deref(), Ok("1989-01-08"));
    assert_eq!(read("5010430"), Err(DateError::BeforeEra));
    assert_eq!(read("5010501").as_deref(), Ok("2019-05-01"));
    assert_eq!(read("50105").as_deref(), Ok("2019-05"));
    assert_eq!(read("4310501").as_deref(), Ok("2019-05-01"), "paper lives on after its era");
    assert_eq!(read("202110").as_deref(), Ok("2021-10"));
    assert_eq!(read("19911121").as_deref(), Ok("1991-11-21"));
    assert_eq!(read("5030231"), Err(DateError::NoSuchDay));
    assert_eq!(read("00000000"), Err(DateError::YearOutOfRange));
    assert_eq!(read("6010101"), Err(DateError::Shape));
    assert_eq!(read(""), Err(DateError::Shape));
}

#[test]
fn hl7_times_of_every_length_met_in_the_wild() {
    let read = |text| DateAsGiven::parse_hl7(text).map(|d| d.to_string());
    assert_eq!(read("20111220224447.3399").as_deref(), Ok("2011-12-20T22:44:47"));
    assert_eq!(read("20111220224447999").as_deref(), Ok("2011-12-20T22:44:47"));
    assert_eq!(read("201112202244+0900").as_deref(), Ok("2011-12-20T22:44"));
    assert_eq!(read("201112202244.999").as_deref(), Ok("2011-12-20T22:44"));
    assert_eq!(read("2011122024").as_deref(), Ok("2011-12-21T00:00"), "24 o'clock ends its day");
    assert_eq!(read("201112").as_deref(), Ok("2011-12"));
    assert_eq!(read("00000000"), Err(DateError::YearOutOfRange));
    assert_eq!(read("20110231"), Err(DateError::NoSuchDay));
    assert_eq!(read("2011122O"), Err(DateError::Shape));
}

#[test]
fn fhir_dates_keep_their_precision() {
    let read = |text| DateAsGiven::parse_iso(text).map(|d| d.to_string());
    assert_eq!(read("1970").as_deref(), Ok("1970"));
    assert_eq!(read("1970-01").as_deref(), Ok("1970-01"));
    assert_eq!(read("2020-08-03T10:30:00+09:00").as_deref(), Ok("2020-08-03T10:30:00"));
    assert_eq!(read("2020-08-03T10:30Z").as_deref(), Ok("2020-08-03T10:30"));
    assert_eq!(read("2020-13"), Err(DateError::NoSuchDay));
    assert_eq!(read("2020-8-3"), Err(DateError::Shape));
    assert_eq!(read("2020-08-03-01"), Err(DateError::Shape));
    assert_eq!(read("2020T10:00"), Err(DateError::Shape));
}

#[test]
fn written_japanese_dates() {
    let read = |text| DateAsGiven::parse_japanese(text).map(|d| d.to_string());
    assert_eq!(read("昭和５１年３月２日").as_deref(), Ok("1976-03-02"));
    assert_eq!(read("令和元年5月").as_deref(), Ok("2019-05"));
    assert_eq!(read("S51.3.2").as_deref(), Ok("1976-03-02"));
    assert_eq!(read("明治45").as_deref(), Ok("1912"));
    assert_eq!(read("2003/7/26").as_deref(), Ok("2003-07-26"));
    assert_eq!(read("大昔"), Err(DateError::Shape));
    assert_eq!(read("昭和99999年"), Err(DateError::Shape));
    assert_eq!(read("昭和51年300月"), Err(DateError::NoSuchDay));
}

#[test]
fn ages_turn_on_the_birthday() {
    let born = DateAsGiven::from_day(2004, 2, 29).unwrap();
    assert_eq!(born.age_on(&DateAsGiven::from_day(2020, 2, 28).unwrap()), 15);
    assert_eq!(born.age_on(&DateAsGiven::from_day(2020, 2, 29).unwrap()), 16);
    assert_eq!(born.age_on(&DateAsGiven::from_day(1990, 1, 1).unwrap()), 0);
}

proptest! {
    #[test]
    fn days_and_back(days in -37_000i32..84_000) {
        let date = DateAsGiven::from_days_since_epoch(days).unwrap();
        prop_assert_eq!(date.days_since_epoch(), days);
        prop_assert_eq!(DateAsGiven::parse_iso(&date.to_string()).unwrap(), date);
    }

    #[test]
    fn text_order_is_time_order(a in any_date(), b in any_date()) {
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }

    #[test]
    fn shifting_keeps_intervals(a in any_day(), b in any_day(), shift in -30i32..30) {
        let (a2, b2) = (a.plus_days(shift).unwrap(), b.plus_days(shift).unwrap());
        prop_assert_eq!(b2.days_since_epoch() - a2.days_since_epoch(), b.days_since_epoch() - a.days_since_epoch());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,24}") {
        let _ = (DateAsGiven::parse_hl7(&text), DateAsGiven::parse_iso(&text));
        let _ = (DateAsGiven::parse_receipt(&text), DateAsGiven::parse_japanese(&text));
    }

    #[test]
    fn no_digits_panic(text in "[0-9.+T:-]{0,24}") {
        let _ = (DateAsGiven::parse_hl7(&text), DateAsGiven::parse_iso(&text));
        let _ = (DateAsGiven::parse_receipt(&text), DateAsGiven::parse_japanese(&text));
    }
}

fn any_day() -> impl Strategy<Value = DateAsGiven> {
    (-30_000i32..80_000).prop_map(|d| DateAsGiven::from_days_since_epoch(d).unwrap())
}

fn any_date() -> impl Strategy<Value = DateAsGiven> {
    (any_day(), 0u8..24, 0u8..60, 0u8..60, 0usize..5).prop_map(|(day, h, m, s, p)| {
        let all = [Precision::Year, Precision::Month, Precision::Day, Precision::Minute, Precision::Second];
        day.with_time(h, m, s, Precision::Second).unwrap().truncated(all[p])
    })
}
