//! Dates of birth (生年月日) with their parts at hand, for near misses: a digit, day and month exchanged, another era.

use crate::compare::Level;
use kiban_model::DateAsGiven;

/// A date of birth. Month and day are 0 where not given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    let birth = Birth { year: date.year(), month: date.month().unwrap_or(0), day: date.day().unwrap_or(0) };
    let placeholder = matches!(
        (birth.year, birth.month, birth.day),
        (1868 | 1899 | 1900 | 1901, 0 | 1, 0 | 1) | (1899, 12, 30 | 31) | (2099 | 2199, ..)
    );
    (!placeholder).then_some(birth)
}

/// Years between the same year number of two eras: 昭和 typed for 平成, and so on.
const ERA_SLIPS: [u16; 6] = [44, 14, 63, 30, 77, 93];

impl Birth {
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
        let known = |a: u8, b: u8| a != 0 && b != 0;
        if !self.is_full() || !other.is_full() {
            let year = self.year == other.year;
            let month = !known(self.month, other.month) || self.month == other.month;
            return if year && month { Level::Compatible } else { Level::Different };
        }
        let exchanged = self.year == other.year && self.month == other.day && self.day == other.month;
        let same_day = self.month == other.month && self.day == other.day;
        let era = same_day && ERA_SLIPS.contains(&self.year.abs_diff(other.year));
        if exchanged || era || one_digit_off(self.packed(), other.packed()) {
            return Level::Close;
        }
        let parts = [self.year == other.year, self.month == other.month, self.day == other.day];
        if parts.into_iter().filter(|same| *same).count() == 2 { Level::Similar } else { Level::Different }
    }
}

/// One of eight digits differs, or two neighbours are exchanged.
fn one_digit_off(a: u32, b: u32) -> bool {
    let digits = |n: u32| -> [u32; 8] { std::array::from_fn(|at| n / 10u32.pow(7 - at as u32) % 10) };
    crate::compare::within_one_edit(&digits(a), &digits(b))
}
