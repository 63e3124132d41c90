//! Dates of birth (生年月日) with their parts at hand, for near misses: a digit, day and month exchanged, another era.
//!
//! How people write them is read in `birth_text`.

use super::Implausible;
use crate::compare::Level;
use kiban_model::DateAsGiven;
use kiban_model::japanese_era::Era;

/// A date of birth. Month and day are 0 where not given.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Birth {
    /// Gregorian year.
    pub year: u16,
    /// 1 to 12, or 0.
    pub month: u8,
    /// 1 to 31, or 0.
    pub day: u8,
}

/// The parts of a date, or `None` for the dates systems write when they do not know one.
pub fn normalise_birth(date: &DateAsGiven) -> Option<Birth> {
    Birth { year: date.year(), month: date.month().unwrap_or(0), day: date.day().unwrap_or(0) }.stated().ok()
}

impl Birth {
    /// The date itself, unless it is one that systems write when they do not know one: the first days of calendars and of
    /// counting (1900 in spreadsheets, 1753 in a database), 11 November 1111, the year 9999.
    pub(super) fn stated(self) -> Result<Self, Implausible> {
        let placeholder = matches!(
            (self.year, self.month, self.day),
            (1 | 1753 | 1868 | 1899 | 1900 | 1901, 0 | 1, 0 | 1)
                | (1899, 12, 30 | 31)
                | (1111, 11, 11)
                | (2099 | 2199 | 9999, ..)
        );
        if placeholder { Err(Implausible::Placeholder) } else { Ok(self) }
    }

    /// Whether the day is known.
    pub const fn is_full(self) -> bool {
        self.day != 0
    }

    /// The date as eight digits.
    pub const fn packed(self) -> u32 {
        self.year as u32 * 10_000 + self.month as u32 * 100 + self.day as u32
    }

    /// How two dates of birth agree.
    pub(crate) fn compare(self, other: Self) -> Level {
        if self == other {
            return if self.is_full() { Level::Exact } else { Level::Compatible };
        }
        if !self.is_full() || !other.is_full() {
            let known = self.month != 0 && other.month != 0;
            let month = !known || self.month == other.month;
            return if self.year == other.year && month { Level::Compatible } else { Level::Different };
        }
        let years = self.year.abs_diff(other.year);
        let exchanged = years == 0 && self.month == other.day && self.day == other.month;
        let same_day = self.month == other.month && self.day == other.day;
        let slip_of_year = same_day && (years == 1 || era_mistaken(self.year, other.year));
        if exchanged
            || slip_of_year
            || self.next_day() == other
            || other.next_day() == self
            || one_digit_off(self.packed(), other.packed())
        {
            return Level::Close;
        }
        let parts = [years == 0, self.month == other.month, self.day == other.day];
        if parts.into_iter().filter(|same| *same).count() == 2 {
            return Level::Similar;
        }
        // 1 January stands for an unknown day.
        let new_year = |date: Self| (date.month, date.day) == (1, 1);
        if years == 0 && (new_year(self) || new_year(other)) { Level::Compatible } else { Level::Different }
    }

    fn next_day(self) -> Self {
        if self.day < days_of(self.year, self.month) {
            Self { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Self { month: self.month + 1, day: 1, ..self }
        } else {
            Self { year: self.year.saturating_add(1), month: 1, day: 1 }
        }
    }
}

/// Whether two years are the same year number of two eras: 昭和 typed for 平成. The number must exist in both.
fn era_mistaken(a: u16, b: u16) -> bool {
    let (early, late) = (a.min(b), a.max(b));
    Era::ALL.into_iter().any(|era| {
        let first = era.gregorian_year(1);
        let last =
            Era::ALL.into_iter().find(|next| *next > era).map_or(u16::MAX, |next| next.gregorian_year(1));
        let Some(number) = early.checked_sub(first).filter(|_| early <= last) else { return false };
        Era::ALL.into_iter().filter(|other| *other > era).any(|other| {
            let end = Era::ALL
                .into_iter()
                .find(|next| *next > other)
                .map_or(u16::MAX, |next| next.gregorian_year(1));
            other.gregorian_year(1) + number == late && late <= end
        })
    })
}

/// Days of a month of the Gregorian calendar; 0 where there is no such month.
pub(super) const fn days_of(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// One of eight digits differs, or two neighbours are exchanged.
fn one_digit_off(a: u32, b: u32) -> bool {
    let digits = |n: u32| -> [u32; 8] { std::array::from_fn(|at| n / 10u32.pow(7 - at as u32) % 10) };
    crate::compare::within_one_edit(&digits(a), &digits(b))
}
