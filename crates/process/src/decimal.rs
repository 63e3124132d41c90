//! Decimal numbers as they are written, so that 53.4 falls between 50 and 55 and 0.3 is not 0.299….
//!
//! It must never round: a value too long to be held exactly is not a number for it. Full-width digits are read, because
//! Japanese sources write them.

use std::cmp::Ordering;
use std::fmt;

/// `mantissa × 10^-scale`, exactly.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

const MOST_DIGITS: usize = 18;

impl Decimal {
    /// Reads `-12.50`, `５３．４`. `None` for anything else, exponents and more than 18 digits included.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix(['-', '－']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix(['+', '＋']).unwrap_or(text)),
        };
        let (mut mantissa, mut scale, mut count, mut in_fraction) = (0i128, 0u32, 0usize, false);
        for c in digits.chars() {
            match c {
                '0'..='9' | '０'..='９' => {
                    let base = if c.is_ascii() { '0' } else { '０' };
                    count += 1;
                    mantissa = mantissa * 10 + i128::from(c as u32 - base as u32);
                    scale += u32::from(in_fraction);
                    if count > MOST_DIGITS {
                        return None;
                    }
                }
                '.' | '．' if !in_fraction && count > 0 => in_fraction = true,
                _ => return None,
            }
        }
        if count == 0 || (in_fraction && scale == 0) {
            return None;
        }
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self { mantissa: number as i128, scale: 0 }
    }

    /// Whether there is no fraction: `211` and `211.0`.
    pub const fn is_whole(&self) -> bool {
        self.mantissa % 10i128.pow(self.scale) == 0
    }

    /// Whether it is greater than zero.
    pub const fn is_positive(&self) -> bool {
        self.mantissa > 0
    }

    /// This number plus a whole one.
    pub const fn plus(self, number: i64) -> Self {
        Self { mantissa: self.mantissa + number as i128 * 10i128.pow(self.scale), scale: self.scale }
    }

    /// Twice this number.
    pub const fn doubled(self) -> Self {
        Self { mantissa: self.mantissa * 2, scale: self.scale }
    }

    /// The greatest multiple of `width` that is not above this number, and the next one. `width` is positive.
    pub fn between_multiples(self, width: Self) -> (Self, Self) {
        let scale = self.scale.max(width.scale);
        let (value, step) = (self.at(scale), width.at(scale).max(1));
        let lower = Self { mantissa: value.div_euclid(step) * step, scale };
        (lower, Self { mantissa: lower.mantissa + step, scale })
    }

    /// The multiple of `step` nearest to this number, halves upwards. `step` is positive. `None` where there are too many digits.
    pub fn to_multiple(self, step: Self) -> Option<Self> {
        let scale = self.scale.max(step.scale);
        let (value, step) = (self.at(scale), step.at(scale).max(1));
        let multiple = value.checked_mul(2)?.checked_add(step)?.div_euclid(step.checked_mul(2)?);
        Some(Self { mantissa: multiple.checked_mul(step)?, scale })
    }

    /// This number plus so many times another.
    pub fn plus_multiples(self, times: i64, step: Self) -> Option<Self> {
        let scale = self.scale.max(step.scale);
        let more = step.at(scale).checked_mul(i128::from(times))?;
        Some(Self { mantissa: self.at(scale).checked_add(more)?, scale })
    }

    /// The mean of numbers that count so many times each, to so many digits of a fraction, halves away from zero. `None` of nothing,
    /// or where there are too many digits.
    pub fn mean(values: impl Iterator<Item = (Self, i64)> + Clone, digits: u32) -> Option<Self> {
        let finest = values.clone().map(|(value, _)| value.scale).max()?;
        let (mut sum, mut count) = (0i128, 0i128);
        for (value, times) in values {
            sum = sum.checked_add(value.at(finest).checked_mul(i128::from(times))?)?;
            count = count.checked_add(i128::from(times))?;
        }
        let sum = sum.checked_mul(10i128.pow(digits))?;
        let under = count.checked_mul(10i128.pow(finest))?;
        let rounded = sum.abs().checked_mul(2)?.checked_add(under)?.checked_div(under.checked_mul(2)?)?;
        Some(Self { mantissa: rounded * sum.signum(), scale: digits })
    }

    /// The number in the middle between this one and a greater one, to so many digits of a fraction: above this one, not above the other.
    /// Neither has more digits.
    pub fn middle(self, greater: Self, digits: u32) -> Option<Self> {
        let (low, high) = (self.with_fraction(digits)?, greater.with_fraction(digits)?);
        Some(Self { mantissa: low.checked_add(high)?.checked_add(1)?.div_euclid(2), scale: digits })
    }

    /// Digits of the fraction, zeros at its end aside.
    pub const fn fraction_digits(self) -> u32 {
        let (mut mantissa, mut scale) = (self.mantissa, self.scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        scale
    }

    /// In units of so many digits of a fraction, no fewer than it has.
    fn with_fraction(self, digits: u32) -> Option<i128> {
        let own = self.mantissa / 10i128.pow(self.scale - self.fraction_digits());
        own.checked_mul(10i128.checked_pow(digits.checked_sub(self.fraction_digits())?)?)
    }

    /// As a fraction; `None` below zero.
    pub fn ratio(self) -> Option<(u128, u128)> {
        Some((u128::try_from(self.mantissa).ok()?, 10u128.checked_pow(self.scale)?))
    }

    const fn at(self, scale: u32) -> i128 {
        self.mantissa * 10i128.pow(scale - self.scale)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Decimal {}
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at(scale).cmp(&other.at(scale))
    }
}

impl fmt::Display for Decimal {
    /// Without zeros at the end of the fraction: `50`, `7.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut mantissa, mut scale) = (self.mantissa, self.scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        let one = 10i128.pow(scale);
        let sign = if mantissa < 0 { "-" } else { "" };
        write!(f, "{sign}{}", mantissa.abs() / one)?;
        if scale > 0 {
            write!(f, ".{:0width$}", mantissa.abs() % one, width = scale as usize)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn reads_what_is_written_and_nothing_else() {
        for (text, shown) in
            [("53.4", "53.4"), ("５３．４０", "53.4"), ("-0.50", "-0.5"), ("007", "7"), (" 211.0 ", "211")]
        {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "-", ".5", "5.", "1e3", "1,000", "<5", "12kg", "1234567890123456789", "NaN", "1.2.3"]
        {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn means_and_middles_are_rounded_once() {
        let d = |t: &str| Decimal::parse(t).unwrap();
        let mean = |values: &[(&str, i64)], digits| {
            Decimal::mean(values.iter().map(|(value, times)| (d(value), *times)), digits)
                .map(|m| m.to_string())
        };
        assert_eq!(mean(&[("1", 1), ("2", 1)], 0).as_deref(), Some("2"));
        assert_eq!(mean(&[("-1", 1), ("-2", 1)], 0).as_deref(), Some("-2"));
        assert_eq!(mean(&[("0.1", 2), ("0.25", 1)], 2).as_deref(), Some("0.15"));
        assert_eq!(mean(&[], 2), None);
        assert_eq!(d("53.40").middle(d("53.5"), 1).unwrap().to_string(), "53.5");
        assert_eq!(d("-3").middle(d("4"), 0).unwrap().to_string(), "1");
        assert_eq!((d("2.50").fraction_digits(), d("20").fraction_digits()), (1, 0));
        assert_eq!(d("53.3").to_multiple(d("0.25")).unwrap().to_string(), "53.25");
        assert_eq!(d("-7").to_multiple(d("2")).unwrap().plus_multiples(3, d("2")).unwrap().to_string(), "0");
    }

    #[test]
    fn bands_and_order_are_exact() {
        let d = |t: &str| Decimal::parse(t).unwrap();
        let show = |(a, b): (Decimal, Decimal)| format!("{a} {b}");
        assert_eq!(show(d("53.4").between_multiples(d("5"))), "50 55");
        assert_eq!(show(d("0.3").between_multiples(d("0.1"))), "0.3 0.4");
        assert_eq!(show(d("-1").between_multiples(d("5"))), "-5 0");
        assert!(
            d("200.5") > d("200") && d("1.0") == d("1") && !d("200.5").is_whole() && d("211.0").is_whole()
        );
    }
}
