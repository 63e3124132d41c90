//! Telephone numbers (電話番号), read character by character without allocating: nearly every record has its own.
//!
//! Width, brackets and dashes are of no meaning; an extension (内線) is not the number. Source: 電気通信番号規則 for the
//! lengths, and what people type where they have none.

use super::Implausible;
use super::characters::is_dash;

/// Digits only, in the form used inside Japan: +81 becomes a 0 in front; empty for a blank.
///
/// ```
/// use kiban_link::normalise::normalise_phone;
/// assert_eq!(normalise_phone("+81 (0)3－1234－5678").as_deref(), Ok("0312345678"));
/// assert!(normalise_phone("000-0000-0000").is_err());
/// ```
pub fn normalise_phone(text: &str) -> Result<String, Implausible> {
    phone_number(text).map(digits)
}

/// A number of [`phone_number`] as digits, without the 1 that keeps its zeros.
pub(super) fn digits(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string().split_off(1) }
}

/// The first number of a text, with a 1 in front so that leading zeros count; 0 for a blank.
///
/// ```
/// use kiban_link::normalise::phone_number;
/// assert_eq!(phone_number("０３（１２３４）５６７８ 内線 21"), Ok(10_312_345_678));
/// ```
pub fn phone_number(text: &str) -> Result<u64, Implausible> {
    phone_numbers(text).next().unwrap_or(Ok(0))
}

/// Every number of a text (`03-…/090-…`, `自宅 03-… 携帯 090-…`), as [`phone_number`] gives it.
pub fn phone_numbers(text: &str) -> impl Iterator<Item = Result<u64, Implausible>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (number, after) = next_number(rest)?;
        rest = after;
        Some(number)
    })
}

/// Digits collected so far.
#[derive(Default)]
struct Digits {
    value: u64,
    count: u32,
}

impl Digits {
    fn push(&mut self, digit: u64) {
        self.value = self.value.saturating_mul(10).saturating_add(digit);
        self.count += 1;
    }

    /// A number of Japan that needs no more digits: 03-1234-5678, 090-1234-5678.
    fn complete(&self) -> bool {
        let mobile = self.value / 100_000_000;
        self.count == 11 || (self.count == 10 && !matches!(mobile, 5 | 7 | 8 | 9))
    }
}

/// The next number and the text after it; `None` where no digit is left.
fn next_number(text: &str) -> Option<(Result<u64, Implausible>, &str)> {
    let mut digits = Digits::default();
    let mut international = false;
    let mut extension = false;
    for (at, c) in text.char_indices() {
        let digit = match c {
            '0'..='9' => Some(u64::from(c as u32 - '0' as u32)),
            '０'..='９' => Some(u64::from(c as u32 - '０' as u32)),
            _ => None,
        };
        let rest = || text.get(at..).unwrap_or("");
        match digit {
            Some(_) if extension => {}
            Some(digit) => digits.push(digit),
            None if is_dash(c) || matches!(c, '(' | ')' | '（' | '）' | '.' | '．' | 'の') => {}
            None if c.is_whitespace() && !digits.complete() => {}
            None if digits.count == 0 => {
                international |= matches!(c, '+' | '＋');
                // An extension without a number, or after a number that stood before.
                extension |= begins_extension(rest());
                if is_separator(c) {
                    extension = false;
                }
            }
            None if begins_extension(rest().trim_start()) => extension = true,
            None if extension && !is_separator(c) => {}
            None => return Some((checked(&digits, international), rest())),
        }
    }
    (digits.count > 0).then(|| (checked(&digits, international), ""))
}

fn begins_extension(rest: &str) -> bool {
    ["内", "ext", "EXT", "Ext", "x", "#", "＃"].iter().any(|word| rest.starts_with(word))
}

const fn is_separator(c: char) -> bool {
    matches!(c, '/' | '／' | ',' | '，' | '、' | ';' | '；' | '\n')
}

fn checked(digits: &Digits, international: bool) -> Result<u64, Implausible> {
    let mut count = digits.count;
    let mut value = digits.value;
    if !(1..=18).contains(&count) {
        return Err(Implausible::Length);
    }
    let country = || value / 10u64.pow(count.saturating_sub(2));
    if international && count > 2 && country() == 81 {
        count -= 2;
        value %= 10u64.pow(count);
        // +81 (0)3 and +81 3 are 03.
        let first = 10u64.pow(count - 1);
        if value >= first {
            count += 1;
        }
    }
    if is_dummy(value, count) {
        return Err(Implausible::Placeholder);
    }
    // A local number without its area code still tells neighbours apart; less does not.
    if (6..=15).contains(&count) { Ok(10u64.pow(count) + value) } else { Err(Implausible::Length) }
}

/// One digit over and over, 0123456789, or an area code and nothing but zeros or nines.
fn is_dummy(value: u64, count: u32) -> bool {
    let ones = (10u64.pow(count) - 1) / 9;
    let repeated = count >= 3 && value.is_multiple_of(ones) && value / ones < 10;
    let subscriber = value % 10_000_000;
    let row = (count, value) == (10, 123_456_789) || (count, value) == (10, 1_234_567_890);
    repeated || row || (count >= 10 && (subscriber == 0 || subscriber == 9_999_999))
}
