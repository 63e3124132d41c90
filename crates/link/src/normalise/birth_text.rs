//! Dates of birth as people and systems write them: ISO, eight digits, slashes and dots, 和暦 in kanji or letters.
//!
//! Never a guess: 02/03/1970 keeps its year only, because two customs read it differently. Eras are those of
//! `kiban_model::japanese_era`; unlike clinical dates, years before 1868 are read, for history has patients too.

use super::birth::days_of;
use super::blocks::numeral;
use super::characters::fold;
use super::{Birth, Implausible};
use kiban_model::japanese_era::Era;

/// Reads a date of birth. `None` for a blank; an error says whether it is a placeholder or cannot be read. A day that does
/// not exist (30 February) keeps month and year.
///
/// ```
/// use kiban_link::normalise::parse_birth;
/// let packed = |text| parse_birth(text).map(|birth| birth.map(|b| b.packed()));
/// assert_eq!(packed("1970-03-02"), Ok(Some(19700302)));
/// assert_eq!(packed("昭和４５年３月２日"), Ok(Some(19700302)));
/// assert_eq!(packed("S45.3"), Ok(Some(19700300)));
/// assert_eq!(packed(""), Ok(None));
/// assert!(packed("1900-01-01").is_err());
/// ```
pub fn parse_birth(text: &str) -> Result<Option<Birth>, Implausible> {
    if let Some(birth) = iso(text.as_bytes()) {
        return birth.stated().map(Some);
    }
    let folded = fold(text);
    if folded.is_empty() {
        return Ok(None);
    }
    read(&folded).ok_or(Implausible::Unreadable)?.stated().map(Some)
}

/// `1970-03-02` and `1970/03/02`: what nearly every record has, without allocating. Days that do not exist go the long way.
fn iso(text: &[u8]) -> Option<Birth> {
    let [y1, y2, y3, y4, b'-' | b'/', m1, m2, b'-' | b'/', d1, d2] = text else { return None };
    let digit = |b: &u8| b.is_ascii_digit().then(|| b - b'0');
    let year = [y1, y2, y3, y4].into_iter().try_fold(0u16, |n, b| Some(n * 10 + u16::from(digit(b)?)))?;
    let (month, day) = (digit(m1)? * 10 + digit(m2)?, digit(d1)? * 10 + digit(d2)?);
    (year > 0 && day > 0 && day <= days_of(year, month)).then_some(Birth { year, month, day })
}

fn read(folded: &str) -> Option<Birth> {
    // 昭和45(1970)年3月2日, 昭和45年（1970年）3月2日: said twice.
    let text = without_brackets(folded);
    let (era, rest) = era(&text);
    let (numbers, count) = numbers(rest)?;
    let [first, second, third] = numbers;
    let Some(era) = era else {
        return match (first.digits, count) {
            (8, 1) => sound(first.value / 10_000, first.value / 100 % 100, first.value % 100),
            // A receipt's GYYMMDD.
            (7, 1) => {
                let era = Era::from_digit(b'0' + u8::try_from(first.value / 1_000_000).ok()?)?;
                in_era(era, first.value / 10_000 % 100, first.value / 100 % 100, first.value % 100)
            }
            (6, 1)
                if (1..=12).contains(&(first.value % 100))
                    && (1_600..=2_199).contains(&(first.value / 100)) =>
            {
                sound(first.value / 100, first.value % 100, 0)
            }
            (4, _) => sound(first.value, second.value, third.value),
            // 25/12/1970 can be read in one way, 02/03/1970 in two: then the year is what is sure.
            (1 | 2, 3) if third.digits == 4 => match (first.value, second.value) {
                (day, month) if day > 12 || day == month => sound(third.value, month, day),
                (month, day) if day > 12 => sound(third.value, month, day),
                _ => sound(third.value, 0, 0),
            },
            _ => None,
        };
    };
    match (first.digits, count) {
        // S450302
        (6, 1) => in_era(era, first.value / 10_000, first.value / 100 % 100, first.value % 100),
        (1 | 2, _) => in_era(era, first.value, second.value, third.value),
        _ => None,
    }
}

/// Paper lives on after an era: 昭和70年 is read as 1995.
fn in_era(era: Era, year: u32, month: u32, day: u32) -> Option<Birth> {
    let year = u16::try_from(year).ok().filter(|year| (1..=99).contains(year))?;
    sound(u32::from(era.gregorian_year(year)), month, day)
}

/// What of a date can be: an impossible day leaves year and month, an impossible month the year.
fn sound(year: u32, month: u32, day: u32) -> Option<Birth> {
    let year = u16::try_from(year).ok().filter(|year| (1..=9_999).contains(year))?;
    let month = u8::try_from(month).ok().filter(|month| *month <= 12).unwrap_or(0);
    let day = u8::try_from(day).ok().filter(|day| *day <= days_of(year, month)).unwrap_or(0);
    Some(Birth { year, month, day })
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '[' | '〔' | '【' => depth += 1,
            ')' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    // Everything in brackets, or a bracket never closed: the text as it is.
    if kept.chars().any(|c| value_of(c).is_some()) { kept } else { text.to_owned() }
}

fn era(text: &str) -> (Option<Era>, &str) {
    let text = text.trim_start();
    for era in Era::ALL {
        for spelling in era.spellings() {
            if let Some(rest) = text.strip_prefix(spelling) {
                return (Some(era), rest.trim_start_matches(['.', '-', '/', ' ']));
            }
        }
    }
    let western = text.strip_prefix("西暦").unwrap_or(text);
    (None, western)
}

#[derive(Clone, Copy, Default)]
struct Number {
    value: u32,
    digits: u32,
}

/// Up to three numbers and how many there are; `None` where a text is no date. A time of day after the date is left.
fn numbers(text: &str) -> Option<([Number; 3], usize)> {
    let mut found = [Number::default(); 3];
    let mut count = 0;
    let mut rest = text.trim_start();
    while count < 3 {
        let (number, after) = number(rest)?;
        *found.get_mut(count)? = number;
        count += 1;
        let next =
            after.trim_start_matches([' ', '年', '月', '日', '-', '/', '.', '−', '‐', '–', 'ー', '・', ',']);
        let done = next.is_empty() || next.starts_with('生');
        if done || (count == 3 && after.starts_with([' ', '日', 'T'])) {
            return Some((found, count));
        }
        let separated = next.len() < after.len();
        if !separated {
            return None;
        }
        rest = next;
    }
    None
}

/// Digits, kanji numerals (十二 or 一二), or 元.
fn number(text: &str) -> Option<(Number, &str)> {
    if let Some(rest) = text.strip_prefix('元') {
        return Some((Number { value: 1, digits: 1 }, rest));
    }
    let end = text.find(|c| value_of(c).is_none()).unwrap_or(text.len());
    let (run, rest) = text.split_at_checked(end)?;
    let (mut total, mut last, mut digits) = (0u32, None, 0u32);
    for value in run.chars().filter_map(value_of) {
        match value {
            10 | 100 | 1000 => {
                total = total.checked_add(last.take().unwrap_or(1u32).checked_mul(value)?)?;
                digits = digits.max(1);
            }
            value => {
                last = Some(last.unwrap_or(0).checked_mul(10)?.checked_add(value)?);
                digits += 1;
            }
        }
    }
    let value = total.checked_add(last.unwrap_or(0))?;
    // 千九百七十 has four digits, and so has 二〇〇〇.
    let digits = if total > 0 { value.checked_ilog10().map_or(1, |log| log + 1) } else { digits };
    (!run.is_empty()).then_some((Number { value, digits }, rest))
}

fn value_of(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| numeral(c))
}
