//! How a word of the product is read: `50～55` as its middle, `201以上` as its bound, `2003/7` as the 15th of July.
//!
//! The original is read by the same rules, so that a difference comes from the treatment. What cannot be read counts as nothing
//! and is counted. The report says each rule beside the figure ([`Way::words`]).

use crate::decimal::Decimal;
use kiban_model::report::Bilingual;
use kiban_model::{DateAsGiven, Precision};

/// The way a cell was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// A number, a day or a code as it is.
    AsWritten,
    /// A class between two ends.
    Middle,
    /// A class open on one side, or a bounded result.
    Bound,
    /// A month or a year.
    Rounded,
    /// A class above the code asked for: not counted.
    Coarser,
    /// Neither.
    Unread,
}

impl Way {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::AsWritten, Self::Middle, Self::Bound, Self::Rounded, Self::Coarser, Self::Unread];

    /// In words.
    pub(crate) fn words(self) -> Bilingual {
        match self {
            Self::AsWritten => Bilingual::new("書かれたとおりに読んだ", "read as written"),
            Self::Middle => Bilingual::new(
                "区間（50～55 など）を中央の値として読んだ",
                "a class (such as 50～55) read as its middle",
            ),
            Self::Bound => Bilingual::new(
                "片側の開いた区間（201以上、～40、>300 など）を境の値として読んだ",
                "a class open on one side (201以上, ～40, >300) read as its bound",
            ),
            Self::Rounded => Bilingual::new(
                "年月だけの日付を15日、年だけの日付を7月1日として読んだ",
                "a date known to the month read as the 15th, to the year as 1 July",
            ),
            Self::Coarser => Bilingual::new(
                "問いのコードより上位の分類なので、数えなかった",
                "a class above the codes asked for: not counted",
            ),
            Self::Unread => Bilingual::new("読めないので、数えなかった", "not readable: not counted"),
        }
    }
}

/// The number a text stands for.
pub(super) fn number(text: &str) -> Option<(f64, Way)> {
    if let Some(number) = plain(text) {
        return Some((number, Way::AsWritten));
    }
    if let Some((low, high)) = text.split_once('～') {
        return match (plain(low), plain(high)) {
            (Some(low), Some(high)) => Some((f64::midpoint(low, high), Way::Middle)),
            (Some(end), None) if high.is_empty() => Some((end, Way::Bound)),
            (None, Some(end)) if low.is_empty() => Some((end, Way::Bound)),
            _ => None,
        };
    }
    let text = text.trim();
    let behind = ["以上", "超", "以下", "未満"].iter().find_map(|word| text.strip_suffix(word));
    let bound = behind.or_else(|| {
        let bare = text.trim_start_matches(['<', '>', '=', '≦', '≧', '≤', '≥', '＜', '＞']);
        (bare.len() < text.len()).then_some(bare)
    });
    Some((plain(bound?)?, Way::Bound))
}

/// A number as written; full-width digits too.
fn plain(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
    {
        return text.parse().ok();
    }
    Decimal::parse(text)?.to_string().parse().ok()
}

/// A day, and within how many days it is known. The order is that of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    /// Days since 1970-01-01.
    pub(crate) day: i32,
    /// Days it may be off.
    pub(crate) off: u16,
}

/// The day a text stands for: ISO or with slashes, a month as its 15th, a year as 1 July, `2000～2009` as its middle.
pub(super) fn moment(text: &str) -> Option<(Moment, Way)> {
    if let Some((first, last)) = text.split_once('～') {
        let (first, last) = (DateAsGiven::parse_iso(first).ok()?, DateAsGiven::parse_iso(last).ok()?);
        let (from, to) = (first.days_since_epoch(), last.year().checked_add(1)?);
        let to = DateAsGiven::from_year(to).ok()?.days_since_epoch();
        let half = (to - from) / 2;
        return Some((Moment { day: from + half, off: u16::try_from(half).ok()? }, Way::Middle));
    }
    let date = DateAsGiven::parse_iso(text).ok().or_else(|| slashed(text))?;
    let (year, month, _) = date.ymd();
    let (date, off) = match date.precision() {
        Precision::Year => (DateAsGiven::from_day(year, 7, 1).ok()?, 184),
        Precision::Month => (DateAsGiven::from_day(year, month, 15).ok()?, 16),
        _ => (date, 0),
    };
    let way = if off == 0 { Way::AsWritten } else { Way::Rounded };
    Some((Moment { day: date.days_since_epoch(), off }, way))
}

/// `2003/7`, `2020/7/29`, `2020/7/29 09:05`.
fn slashed(text: &str) -> Option<DateAsGiven> {
    let day = text.split(' ').next()?;
    let mut parts = day.split('/');
    let year = parts.next()?.parse().ok()?;
    let mut part = || parts.next().map(|part| part.parse::<u8>().ok());
    match (part(), part()) {
        (None, _) => DateAsGiven::from_year(year).ok(),
        (Some(month), None) => DateAsGiven::from_month(year, month?).ok(),
        (Some(month), Some(day)) => DateAsGiven::from_day(year, month?, day?).ok(),
    }
}

/// Whether a code begins with one of some; a class above them is told apart from another code. A class of chapters
/// (`E00-E90`) begins with what both its ends begin with.
pub(super) fn code(text: &str, starts_with: &[String]) -> Option<Way> {
    let text = text.trim();
    let dotless;
    let text = if text.contains('.') || text.bytes().any(|b| b.is_ascii_lowercase()) {
        dotless = super::selection::plain(text);
        dotless.as_str()
    } else {
        text
    };
    let ends = text.split_once('-').filter(|(first, last)| is_category(first) && is_category(last));
    let begins = |with: &String| match ends {
        Some((first, last)) => first.starts_with(with.as_str()) && last.starts_with(with.as_str()),
        None => text.starts_with(with.as_str()),
    };
    let is_above = |with: &String| match ends {
        Some((first, last)) => {
            let length = with.len().min(3);
            let of = |code: &'_ str| code.get(..length).map(str::to_owned);
            of(first) <= of(with) && of(with) <= of(last)
        }
        None => !text.is_empty() && with.starts_with(text),
    };
    if starts_with.iter().any(begins) {
        Some(Way::AsWritten)
    } else if starts_with.iter().any(is_above) {
        Some(Way::Coarser)
    } else {
        None
    }
}

/// A letter and two digits.
fn is_category(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, tens, ones] if letter.is_ascii_uppercase() && tens.is_ascii_digit() && ones.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_product_are_numbers() {
        for (text, expected) in [
            ("53.4", Some((53.4, Way::AsWritten))),
            ("-2", Some((-2.0, Way::AsWritten))),
            ("５３", Some((53.0, Way::AsWritten))),
            ("50～55", Some((52.5, Way::Middle))),
            ("～40", Some((40.0, Way::Bound))),
            ("90～", Some((90.0, Way::Bound))),
            ("201以上", Some((201.0, Way::Bound))),
            ("200超", Some((200.0, Way::Bound))),
            ("39以下", Some((39.0, Way::Bound))),
            (">300", Some((300.0, Way::Bound))),
            ("<=0.5", Some((0.5, Way::Bound))),
            ("陰性", None),
            ("～", None),
            ("1-2", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn words_of_the_product_are_days() {
        let day = |text: &str| DateAsGiven::parse_iso(text).unwrap().days_since_epoch();
        for (text, same, off) in [
            ("2020-07-29", "2020-07-29", 0),
            ("2020/7/29", "2020-07-29", 0),
            ("2020/7/29 09:05", "2020-07-29", 0),
            ("2020-07-29T09:05", "2020-07-29", 0),
            ("2003/7", "2003-07-15", 16),
            ("2003", "2003-07-01", 184),
        ] {
            let (moment, _) = moment(text).unwrap();
            assert_eq!((moment.day, moment.off), (day(same), off), "{text}");
        }
        assert_eq!(moment("2000～2009").unwrap().0.day, day("2004-12-31"));
        assert!(moment("その他").is_none() && moment("2020/13/1").is_none());
    }

    #[test]
    fn classes_of_codes_are_not_codes_below_them() {
        let asked = ["E11".to_owned(), "I2".to_owned()];
        let way = |text: &str| code(text, &asked);
        assert_eq!([way("E119"), way("E11"), way("e11.9"), way("I21")], [Some(Way::AsWritten); 4]);
        assert_eq!([way("E1"), way("E00-E90"), way("I"), way("I00-I99")], [Some(Way::Coarser); 4]);
        assert_eq!([way("E12"), way("その他"), way(""), way("J00-J99")], [None; 4]);
        assert_eq!(code("E00-E90", &["E".to_owned()]), Some(Way::AsWritten));
        assert_eq!(code("4548-4", &["4548".to_owned()]), Some(Way::AsWritten));
    }
}
