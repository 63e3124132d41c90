//! Measured values: when a text is a number, and what stands before or after it.
//!
//! A number is taken only where the text is one; a comparator only where it is written. Source: HL7 v2.5 NM and SN, and
//! the spellings hospitals use for limits of detection (国立病院機構 定性結果・不等号の表現, formats §2.4).

/// A text as a number, with its comparator.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Measurement {
    /// The number, where the text is one.
    pub(super) number: Option<f64>,
    /// `<`, `<=`, `>=` or `>`.
    pub(super) comparator: Option<&'static str>,
}

/// Comparators before a number. Longer spellings first.
const BEFORE: [(&str, &str); 12] = [
    (">=", ">="),
    ("=>", ">="),
    ("<=", "<="),
    ("=<", "<="),
    ("< =", "<="),
    ("≧", ">="),
    ("≦", "<="),
    (">", ">"),
    ("<", "<"),
    ("〉", ">"),
    ("〈", "<"),
    ("↑", ">="),
];

/// Comparators after a number: `100以上`, and `100<` (more than a hundred).
const AFTER: [(&str, &str); 13] = [
    ("以上", ">="),
    ("以下", "<="),
    ("未満", "<"),
    ("超過", ">"),
    ("<=", ">="),
    ("=<", ">="),
    (">=", "<="),
    ("=>", "<="),
    ("<", ">"),
    (">", "<"),
    ("≦", ">="),
    ("≧", "<="),
    ("↑", ">="),
];

/// Reads a text. Full-width digits and signs count as their ASCII forms; anything else beside the number makes it text.
pub(super) fn measure(text: &str) -> Measurement {
    if text.len() > 64 {
        return Measurement::default();
    }
    let folded: String = text.trim().chars().map(narrow).collect();
    let folded = folded.trim();
    if let Some(number) = number(folded) {
        return Measurement { number: Some(number), comparator: None };
    }
    let before = BEFORE
        .iter()
        .find_map(|(spelling, sign)| Some((number(folded.strip_prefix(spelling)?.trim())?, *sign)));
    let after = || {
        AFTER
            .iter()
            .find_map(|(spelling, sign)| Some((number(folded.strip_suffix(spelling)?.trim())?, *sign)))
    };
    match before.or_else(after) {
        Some((number, sign)) => Measurement { number: Some(number), comparator: Some(sign) },
        None => Measurement::default(),
    }
}

/// A structured numeric (SN): comparator, number, separator, number. A ratio or a range is not a number.
pub(super) fn structured(comparator: &str, first: &str, separator: &str, second: &str) -> Measurement {
    let sign = BEFORE.iter().find(|(spelling, _)| *spelling == comparator.trim()).map(|(_, sign)| *sign);
    let alone = separator.is_empty()
        && second.is_empty()
        && (sign.is_some() || matches!(comparator.trim(), "" | "="));
    Measurement { number: alone.then(|| number(first.trim())).flatten(), comparator: sign.filter(|_| alone) }
}

/// `[+-] digits [. digits]`, as HL7 NM, and nothing else: no exponent, no grouping, no `NaN`.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty())
        || !all_digits(whole)
        || !all_digits(fraction)
        || text.len() > 40
    {
        return None;
    }
    text.strip_prefix('+').unwrap_or(text).parse().ok().filter(|number: &f64| number.is_finite())
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '＜' | '＞' | '＝' | '．' | '＋' | '－' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        '−' => '-',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_comparators_as_hospitals_write_them() {
        let cases: &[(&str, Option<f64>, Option<&str>)] = &[
            ("62", Some(62.0), None),
            ("-14", Some(-14.0), None),
            ("+3.50", Some(3.5), None),
            (".5", Some(0.5), None),
            (" 7.2 ", Some(7.2), None),
            ("１２．５", Some(12.5), None),
            (">= 10", Some(10.0), Some(">=")),
            ("< 0.5", Some(0.5), Some("<")),
            ("＜0.5", Some(0.5), Some("<")),
            ("≦ 3", Some(3.0), Some("<=")),
            ("100以上", Some(100.0), Some(">=")),
            ("100未満", Some(100.0), Some("<")),
            ("100超過", Some(100.0), Some(">")),
            ("100<", Some(100.0), Some(">")),
            // Not numbers: qualitative, ratios, powers, ranges, units, several values.
            (" 1 +", None, None),
            ("  +-", None, None),
            ("(2+)", None, None),
            ("1:128", None, None),
            ("500×10^4", None, None),
            ("1.2-2.0", None, None),
            ("102ml/hr", None, None),
            ("3+(300)", None, None),
            ("NaN", None, None),
            ("1e5", None, None),
            ("inf", None, None),
            ("1,000", None, None),
            ("", None, None),
            ("-", None, None),
            (".", None, None),
            ("<", None, None),
        ];
        for (text, number, comparator) in cases {
            assert_eq!(measure(text), Measurement { number: *number, comparator: *comparator }, "{text:?}");
        }
        assert_eq!(measure(&"9".repeat(400)), Measurement::default());
    }

    #[test]
    fn structured_numerics() {
        assert_eq!(
            structured(">=", "10", "", ""),
            Measurement { number: Some(10.0), comparator: Some(">=") }
        );
        assert_eq!(structured("", "10", "", ""), Measurement { number: Some(10.0), comparator: None });
        assert_eq!(structured("", "1", ":", "128"), Measurement::default());
        assert_eq!(structured("", "1", "+", ""), Measurement::default());
        assert_eq!(structured("<>", "1", "", ""), Measurement::default());
    }
}
