//! Dates and times as they were given: a year, a month, a day, or a moment, each kept at its own precision.
//!
//! Nothing is invented (a birth year does not become 1 January) and nothing is guessed. The text form is the ISO 8601
//! prefix of the same precision, so that text order is time order: `1970`, `1970-03`, `1970-03-02`, `1970-03-02T09:05`.
//! Times are wall-clock times of the place of care; a zone, where a format carries one, is kept by the format in `extra`.

use crate::japanese_era::Era;
use std::fmt;

/// How much of a date was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// `1970`
    Year,
    /// `1970-03`
    Month,
    /// `1970-03-02`
    Day,
    /// `1970-03-02T09:05`
    Minute,
    /// `1970-03-02T09:05:07`
    Second,
}

/// Why a text is not a date. Carries no value: it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text has another shape than the format asks for.
    #[error("not in the form of a date")]
    Shape,
    /// Month 13, 31 February, hour 25.
    #[error("no such day or time in the calendar")]
    NoSuchDay,
    /// Outside 1868–2199, such as year 0000 or 9999.
    #[error("year outside 1868 to 2199")]
    YearOutOfRange,
    /// A 和暦 date before its era began.
    #[error("before the first day of its era")]
    BeforeEra,
}

/// A date or time at the precision it was given (日付・時刻). Years 1868 to 2199.
///
/// ```
/// use kiban_model::DateAsGiven;
/// assert_eq!(DateAsGiven::parse_hl7("202008031030").unwrap().to_string(), "2020-08-03T10:30");
/// assert_eq!(DateAsGiven::parse_receipt("5020803").unwrap().to_string(), "2020-08-03");
/// assert_eq!(DateAsGiven::parse_japanese("令和元年5月").unwrap().to_string(), "2019-05");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateAsGiven {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    precision: Precision,
}

impl DateAsGiven {
    /// The first day that can be given: 1868-01-25, 明治元年.
    pub const EARLIEST: Self =
        Self { year: 1868, month: 1, day: 25, hour: 0, minute: 0, second: 0, precision: Precision::Day };

    /// A year. Errors: [`DateError::YearOutOfRange`].
    pub fn from_year(year: u16) -> Result<Self, DateError> {
        Self::build(year, 1, 1, 0, 0, 0, Precision::Year)
    }

    /// A month. Errors: out of range.
    pub fn from_month(year: u16, month: u8) -> Result<Self, DateError> {
        Self::build(year, month, 1, 0, 0, 0, Precision::Month)
    }

    /// A day. Errors: no such day, out of range.
    pub fn from_day(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        Self::build(year, month, day, 0, 0, 0, Precision::Day)
    }

    fn build(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
        precision: Precision,
    ) -> Result<Self, DateError> {
        if !(1868..=2199).contains(&year) {
            return Err(DateError::YearOutOfRange);
        }
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return Err(DateError::NoSuchDay);
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(DateError::NoSuchDay);
        }
        Ok(Self { year, month, day, hour, minute, second, precision })
    }

    /// HL7 v2 DT and TS: `YYYY[MM[DD[HH[MM[SS[.f]]]]]][±ZZZZ]`, and SS-MIX2's 17 digits without the dot.
    ///
    /// `24:00` is read as the end of its day, which is `00:00` of the next (formats §2.6). An hour without minutes counts
    /// as a full hour.
    pub fn parse_hl7(text: &str) -> Result<Self, DateError> {
        let text = text.trim();
        let text = text.split(['+', '-']).next().unwrap_or("");
        let digits = text.split('.').next().unwrap_or("");
        let digits = if digits.len() == 17 { digits.get(..14).unwrap_or("") } else { digits };
        let bytes = digits.as_bytes();
        if !bytes.iter().all(u8::is_ascii_digit) {
            return Err(DateError::Shape);
        }
        match bytes.len() {
            4 => Self::from_year(number(bytes)),
            6 => Self::from_month(number(&bytes[..4]), small(&bytes[4..])),
            8 => Self::from_day(number(&bytes[..4]), small(&bytes[4..6]), small(&bytes[6..])),
            10 | 12 | 14 => {
                let at = |from: usize| bytes.get(from..from + 2).map_or(0, small);
                let day = Self::from_day(number(&bytes[..4]), small(&bytes[4..6]), small(&bytes[6..8]))?;
                let precision = if bytes.len() == 14 { Precision::Second } else { Precision::Minute };
                day.with_time(at(8), at(10), at(12), precision)
            }
            _ => Err(DateError::Shape),
        }
    }

    fn with_time(self, hour: u8, minute: u8, second: u8, precision: Precision) -> Result<Self, DateError> {
        if hour == 24 && minute == 0 && second == 0 {
            let next = self.plus_days(1)?;
            return Ok(Self { precision, ..next });
        }
        // A leap second is real but no clock of ours can hold it: it is read as the last ordinary second.
        let second = if second == 60 { 59 } else { second };
        Self::build(self.year, self.month, self.day, hour, minute, second, precision)
    }

    /// ISO 8601 as FHIR writes it: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm[:ss[.f]][Z|±hh:mm]`.
    /// The zone is dropped here: the caller keeps it where it is not +09:00.
    pub fn parse_iso(text: &str) -> Result<Self, DateError> {
        if let Some(date) = Self::parse_plain(text.as_bytes()) {
            return Ok(date);
        }
        let (date, time) = match text.split_once(['T', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let field = |part: Option<&str>, width: usize| match part {
            Some(p) if p.len() == width && p.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(Some(number(p.as_bytes())))
            }
            Some(_) => Err(DateError::Shape),
            None => Ok(None),
        };
        let year = field(parts.next(), 4)?.ok_or(DateError::Shape)?;
        let month = field(parts.next(), 2)?;
        let day = field(parts.next(), 2)?;
        if parts.next().is_some() {
            return Err(DateError::Shape);
        }
        let date = match (month, day) {
            (None, _) => Self::from_year(year)?,
            (Some(month), None) => Self::from_month(year, month as u8)?,
            (Some(month), Some(day)) => Self::from_day(year, month as u8, day as u8)?,
        };
        let Some(time) = time else { return Ok(date) };
        if date.precision != Precision::Day {
            return Err(DateError::Shape);
        }
        let time = time.trim_end_matches('Z');
        let time = time.split(['+', '-']).next().unwrap_or("");
        let mut clock = time.split(':');
        let mut next = || match clock.next() {
            None => Ok(None),
            Some(p) => {
                let whole = p.split('.').next().unwrap_or("");
                if whole.len() == 2 && whole.bytes().all(|b| b.is_ascii_digit()) {
                    Ok(Some(small(whole.as_bytes())))
                } else {
                    Err(DateError::Shape)
                }
            }
        };
        let (hour, minute, second) = (next()?.ok_or(DateError::Shape)?, next()?, next()?);
        let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
        date.with_time(hour, minute.unwrap_or(0), second.unwrap_or(0), precision)
    }

    /// Receipts (レセプト電算), decided by length: `GYYMM`, `YYYYMM`, `GYYMMDD`, `YYYYMMDD` (formats §5).
    pub fn parse_receipt(text: &str) -> Result<Self, DateError> {
        let bytes = text.trim().as_bytes();
        if !bytes.iter().all(u8::is_ascii_digit) {
            return Err(DateError::Shape);
        }
        match bytes.len() {
            6 => Self::from_month(number(&bytes[..4]), small(&bytes[4..])),
            8 => Self::from_day(number(&bytes[..4]), small(&bytes[4..6]), small(&bytes[6..])),
            5 | 7 => {
                let era = Era::from_digit(bytes[0]).ok_or(DateError::Shape)?;
                let year = u16::from(small(&bytes[1..3]));
                let month = small(&bytes[3..5]);
                let day = (bytes.len() == 7).then(|| small(&bytes[5..]));
                Self::from_era(era, year, Some(month), day)
            }
            _ => Err(DateError::Shape),
        }
    }

    /// A date of an era: `year` from 1 (元年). Errors: no such day, before the era's first day.
    pub fn from_era(era: Era, year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, DateError> {
        if year == 0 || year > 99 {
            return Err(DateError::NoSuchDay);
        }
        let gregorian = era.gregorian_year(year);
        let date = match (month, day) {
            (None, _) => Self::from_year(gregorian)?,
            (Some(month), None) => Self::from_month(gregorian, month)?,
            (Some(month), Some(day)) => Self::from_day(gregorian, month, day)?,
        };
        // A month that contains the first day is fine: 令和元年5月, 平成元年1月.
        let last = match date.precision {
            Precision::Year => (date.year, 12, 31),
            Precision::Month => (date.year, date.month, days_in_month(date.year, date.month)),
            _ => date.ymd(),
        };
        if era.before_start(last) { Err(DateError::BeforeEra) } else { Ok(date) }
    }

    /// Written Japanese dates (和暦): `昭和51年3月2日`, `令和元年5月`, `S51.3.2`, `平成3`, full-width digits too;
    /// and Gregorian ones written the same way (`2020年8月3日`, `2020/8/3`).
    pub fn parse_japanese(text: &str) -> Result<Self, DateError> {
        let folded: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '\u{3000}').map(fold_width).collect();
        let era = Era::ALL.into_iter().find_map(|era| {
            era.spellings()
                .into_iter()
                .find_map(|s| folded.strip_prefix(s).map(|rest| (era, rest.to_owned())))
        });
        let (era, rest) = match era {
            Some((era, rest)) => (Some(era), rest),
            None => (None, folded),
        };
        let rest = rest.replacen("元", "1", 1);
        let mut fields = [None; 3];
        let parts = rest.split(['年', '月', '日', '.', '/', '-']).filter(|p| !p.is_empty());
        for (count, part) in parts.enumerate() {
            let value: u16 = part.parse().map_err(|_| DateError::Shape)?;
            *fields.get_mut(count).ok_or(DateError::Shape)? = Some(value);
        }
        let year = fields[0].ok_or(DateError::Shape)?;
        let narrow =
            |v: Option<u16>| v.map(|v| u8::try_from(v).map_err(|_| DateError::NoSuchDay)).transpose();
        let (month, day) = (narrow(fields[1])?, narrow(fields[2])?);
        match era {
            Some(era) => Self::from_era(era, year, month, day),
            None => match (month, day) {
                (None, _) => Self::from_year(year),
                (Some(month), None) => Self::from_month(year, month),
                (Some(month), Some(day)) => Self::from_day(year, month, day),
            },
        }
    }

    /// `1970-03-02`, `1970-03-02T09:05`, `1970-03-02T09:05:07`: what nearly every row has.
    fn parse_plain(text: &[u8]) -> Option<Self> {
        let two = |a: &u8, b: &u8| {
            let digits = a.is_ascii_digit() && b.is_ascii_digit();
            digits.then(|| (a - b'0') * 10 + (b - b'0'))
        };
        let [c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2, time @ ..] = text else { return None };
        let year = u16::from(two(c1, c2)?) * 100 + u16::from(two(y1, y2)?);
        let (month, day) = (two(m1, m2)?, two(d1, d2)?);
        let (hour, minute, second, precision) = match time {
            [] => (0, 0, 0, Precision::Day),
            [b'T', h1, h2, b':', n1, n2] => (two(h1, h2)?, two(n1, n2)?, 0, Precision::Minute),
            [b'T', h1, h2, b':', n1, n2, b':', s1, s2] => {
                (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?, Precision::Second)
            }
            _ => return None,
        };
        Self::build(year, month, day, hour, minute, second, precision).ok()
    }

    /// The date without its time of day, and that time as a number; 0 where none was given.
    ///
    /// ```
    /// use kiban_model::DateAsGiven;
    /// let moment = DateAsGiven::parse_iso("2020-08-03T09:05").unwrap();
    /// let (day, time) = moment.apart();
    /// assert_eq!((day.to_string().as_str(), day.at(time)), ("2020-08-03", moment));
    /// ```
    pub fn apart(self) -> (Self, u32) {
        if self.precision < Precision::Minute {
            return (self, 0);
        }
        let clock = (u32::from(self.hour) << 6 | u32::from(self.minute)) << 6 | u32::from(self.second);
        let second = u32::from(self.precision == Precision::Second);
        (self.truncated(Precision::Day), 1 << 18 | second << 17 | clock)
    }

    /// This day at a time of day that [`Self::apart`] gave; a year or a month stays as it is.
    pub fn at(self, time: u32) -> Self {
        let mut parts = Self::clock(time);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(hour), Some(minute), second) if self.precision == Precision::Day => {
                let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
                Self { hour, minute, second: second.unwrap_or(0), precision, ..self }
            }
            _ => self,
        }
    }

    /// Hour, minute and, where it was given, second of a time of day that [`Self::apart`] gave.
    pub fn clock(time: u32) -> impl Iterator<Item = u8> {
        let count = if time == 0 { 0 } else { 2 + (time >> 17 & 1) as usize };
        // Five bits for the hour and six for the others: nothing is cut off.
        [time >> 12 & 31, time >> 6 & 63, time & 63].map(|part| part as u8).into_iter().take(count)
    }

    /// Year, 1868 to 2199.
    pub const fn year(&self) -> u16 {
        self.year
    }

    /// Month 1 to 12, where given.
    pub fn month(&self) -> Option<u8> {
        (self.precision >= Precision::Month).then_some(self.month)
    }

    /// Day of the month, where given.
    pub fn day(&self) -> Option<u8> {
        (self.precision >= Precision::Day).then_some(self.day)
    }

    /// How much was given.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// (year, month, day), with 1 for what was not given.
    pub const fn ymd(&self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The same date at a coarser precision; a finer one is not invented.
    pub fn truncated(self, precision: Precision) -> Self {
        let precision = precision.min(self.precision);
        let keep = |least: Precision, value: u8, none: u8| if precision >= least { value } else { none };
        Self {
            year: self.year,
            month: keep(Precision::Month, self.month, 1),
            day: keep(Precision::Day, self.day, 1),
            hour: keep(Precision::Minute, self.hour, 0),
            minute: keep(Precision::Minute, self.minute, 0),
            second: keep(Precision::Second, self.second, 0),
            precision,
        }
    }

    /// Days since 1970-01-01 of this day (of its first day, where less was given).
    pub fn days_since_epoch(&self) -> i32 {
        days_from_civil(self.year, self.month, self.day)
    }

    /// The day `days` after 1970-01-01. Errors: out of range.
    pub fn from_days_since_epoch(days: i32) -> Result<Self, DateError> {
        let (year, month, day) = civil_from_days(days);
        let year = u16::try_from(year).map_err(|_| DateError::YearOutOfRange)?;
        Self::from_day(year, month, day)
    }

    /// The same time of day, `days` later (negative: earlier). Years and months cannot be moved by days and are an error of shape.
    pub fn plus_days(self, days: i32) -> Result<Self, DateError> {
        if self.precision < Precision::Day {
            return Err(DateError::Shape);
        }
        let moved = Self::from_days_since_epoch(self.days_since_epoch().saturating_add(days))?;
        Ok(Self {
            hour: self.hour,
            minute: self.minute,
            second: self.second,
            precision: self.precision,
            ..moved
        })
    }

    /// Completed years from this (birth) date to `on`, both at their first possible day; negative ages are 0.
    pub fn age_on(&self, on: &Self) -> u16 {
        let years = on.year.saturating_sub(self.year);
        if (on.month, on.day) < (self.month, self.day) { years.saturating_sub(1) } else { years }
    }
}

impl PartialOrd for DateAsGiven {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateAsGiven {
    /// Text order of the ISO form: a month sorts before its days.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |d: &Self| {
            (
                d.year,
                d.month().unwrap_or(0),
                d.day().unwrap_or(0),
                d.precision >= Precision::Minute,
                d.hour,
                d.minute,
                d.precision,
                d.second,
            )
        };
        key(self).cmp(&key(other))
    }
}

impl fmt::Display for DateAsGiven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", self.month)?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", self.day)?;
        }
        if self.precision >= Precision::Minute {
            write!(f, "T{:02}:{:02}", self.hour, self.minute)?;
        }
        if self.precision >= Precision::Second {
            write!(f, ":{:02}", self.second)?;
        }
        Ok(())
    }
}

fn number(digits: &[u8]) -> u16 {
    digits.iter().fold(0u16, |n, b| n.wrapping_mul(10).wrapping_add(u16::from(b.wrapping_sub(b'0'))))
}

fn small(digits: &[u8]) -> u8 {
    u8::try_from(number(digits)).unwrap_or(u8::MAX)
}

fn fold_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '／' | '．' | '－' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        _ => c,
    }
}

/// Days in a month of the Gregorian calendar; 0 for a month outside 1 to 12.
pub const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

// Days of the proleptic Gregorian calendar counted from a March-based year, so that the leap day is the last.
fn days_from_civil(year: u16, month: u8, day: u8) -> i32 {
    let shifted = i32::from(year) - i32::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
    (era * 400 + year_of_era + i32::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
