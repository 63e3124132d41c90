//! Days as whole numbers, and the ways the formats write them.
//!
//! A [`Day`] counts from 1970-01-01, as `kiban_model::DateAsGiven` does; nothing here knows the clock.

use kiban_model::DateAsGiven;
use kiban_model::japanese_era::Era;

/// Days since 1970-01-01.
pub(crate) type Day = i32;

/// Year, month and day. Days outside 1868–2199 do not occur in a world.
pub(crate) fn ymd(day: Day) -> (u16, u8, u8) {
    DateAsGiven::from_days_since_epoch(day).map_or((1970, 1, 1), |date| date.ymd())
}

/// The day of a year, month and day; a day that a month has not (31 February) becomes its 28th.
pub(crate) fn day_of(year: u16, month: u8, day: u8) -> Day {
    DateAsGiven::from_day(year, month, day)
        .or_else(|_| DateAsGiven::from_day(year, month, 28))
        .map_or(0, |date| date.days_since_epoch())
}

/// Completed years from `birth` to `day`.
pub(crate) fn age(birth: Day, day: Day) -> u16 {
    let (born, on) = (ymd(birth), ymd(day));
    let years = on.0.saturating_sub(born.0);
    if (on.1, on.2) < (born.1, born.2) { years.saturating_sub(1) } else { years }
}

/// The birthday on which somebody becomes `years` old.
pub(crate) fn birthday(birth: Day, years: u16) -> Day {
    let (year, month, day) = ymd(birth);
    day_of(year + years, month, day)
}

/// `YYYYMMDD`.
pub(crate) fn compact(day: Day) -> String {
    let (y, m, d) = ymd(day);
    format!("{y:04}{m:02}{d:02}")
}

/// `YYYY-MM-DD`.
pub(crate) fn iso(day: Day) -> String {
    let (y, m, d) = ymd(day);
    format!("{y:04}-{m:02}-{d:02}")
}

/// `YYYYMMDDhhmmss` at a minute of the day.
pub(crate) fn compact_time(day: Day, minute: u16) -> String {
    format!("{}{:02}{:02}00", compact(day), minute / 60 % 24, minute % 60)
}

/// `YYYY-MM-DDThh:mm:ss+09:00` at a minute of the day.
pub(crate) fn iso_time(day: Day, minute: u16) -> String {
    format!("{}T{:02}:{:02}:00+09:00", iso(day), minute / 60 % 24, minute % 60)
}

/// (year, month) of a day as one number, 202008.
pub(crate) fn month(day: Day) -> u32 {
    let (y, m, _) = ymd(day);
    u32::from(y) * 100 + u32::from(m)
}

/// `GYYMMDD` of receipts: era digit and year of the era.
pub(crate) fn era_day(day: Day) -> String {
    let (y, m, d) = ymd(day);
    let era = Era::of_day((y, m, d)).unwrap_or(Era::Meiji);
    format!("{}{:02}{m:02}{d:02}", era.digit(), y - era.first_day().0 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_and_ages() {
        assert_eq!(era_day(day_of(2019, 5, 1)), "5010501");
        assert_eq!(era_day(day_of(2019, 4, 30)), "4310430");
        assert_eq!(era_day(day_of(1926, 12, 25)), "3011225");
        assert_eq!(age(day_of(2004, 2, 29), day_of(2020, 2, 28)), 15);
        assert_eq!(age(day_of(2004, 2, 29), day_of(2020, 2, 29)), 16);
        assert_eq!(compact_time(day_of(2020, 8, 3), 9 * 60 + 5), "20200803090500");
    }
}
