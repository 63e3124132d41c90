//! Japanese eras (和暦): the five of the modern calendar and nothing else.
//!
//! Receipts write `GYYMMDD` (G: 1 明治, 2 大正, 3 昭和, 4 平成, 5 令和), checkups and people write `昭和51年3月2日` or `S51.3.2`.
//! Paper lives on after an era ends, so `平成31年5月` and `昭和64年2月` are read as the Gregorian day they mean and
//! marked [`Era::beyond_end`]. Source: the era orders (元号を改める政令) and the 1872 calendar reform.

/// An era of the modern Japanese calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Era {
    /// 明治, from 1868-01-25; Gregorian from 1873-01-01 (明治6年).
    Meiji,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    /// All eras, oldest first.
    pub const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// The era of a receipt's era digit.
    pub const fn from_digit(digit: u8) -> Option<Self> {
        match digit {
            b'1' => Some(Self::Meiji),
            b'2' => Some(Self::Taisho),
            b'3' => Some(Self::Showa),
            b'4' => Some(Self::Heisei),
            b'5' => Some(Self::Reiwa),
            _ => None,
        }
    }

    /// The receipt's era digit, `'1'..='5'`.
    pub const fn digit(self) -> char {
        match self {
            Self::Meiji => '1',
            Self::Taisho => '2',
            Self::Showa => '3',
            Self::Heisei => '4',
            Self::Reiwa => '5',
        }
    }

    /// The spellings people use: kanji, single kanji, Latin letter.
    pub const fn spellings(self) -> [&'static str; 4] {
        match self {
            Self::Meiji => ["明治", "明", "M", "m"],
            Self::Taisho => ["大正", "大", "T", "t"],
            Self::Showa => ["昭和", "昭", "S", "s"],
            Self::Heisei => ["平成", "平", "H", "h"],
            Self::Reiwa => ["令和", "令", "R", "r"],
        }
    }

    /// First day, (year, month, day) Gregorian.
    pub const fn first_day(self) -> (u16, u8, u8) {
        match self {
            Self::Meiji => (1868, 1, 25),
            Self::Taisho => (1912, 7, 30),
            Self::Showa => (1926, 12, 25),
            Self::Heisei => (1989, 1, 8),
            Self::Reiwa => (2019, 5, 1),
        }
    }

    /// Gregorian year of `year` of this era (1 = 元年).
    pub const fn gregorian_year(self, year: u16) -> u16 {
        self.first_day().0 + year - 1
    }

    /// The era a Gregorian day falls in; `None` before 明治. On a boundary day the newer era.
    pub fn of_day(day: (u16, u8, u8)) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|era| day >= era.first_day())
    }

    /// Whether a day written in this era lies before its first day (no such day) .
    pub fn before_start(self, day: (u16, u8, u8)) -> bool {
        day < self.first_day()
    }

    /// Whether a day written in this era lies after its last day (昭和64年2月): readable, worth a warning.
    pub fn beyond_end(self, day: (u16, u8, u8)) -> bool {
        let next = Self::ALL.into_iter().find(|era| *era > self);
        next.is_some_and(|next| day > next.first_day())
    }
}
