//! The two languages of the interface, numbers as people read them, and the colours of the house's pages.
//!
//! Every page is Japanese first with English one click away (blueprint §7); whoever draws one takes its words from here, so
//! that the same number reads the same everywhere.

use crate::report::Bilingual;

/// A language of the interface; Japanese comes first (blueprint §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    En,
}

impl Lang {
    /// The one of two that is in this language.
    pub const fn pick<T: Copy>(self, ja: T, en: T) -> T {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }

    /// The text in this language.
    pub fn of(self, text: &Bilingual) -> &str {
        self.pick(&text.ja, &text.en)
    }

    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        self.pick("ja", "en")
    }
}

/// Style of what every page has: colours, type, the bar at the top, the choice of language, tables.
pub const PAGE_STYLE: &str = include_str!("page.css");

/// 12,345.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A rate between 0 and 1 as a percentage: 20%, 4.3%, below 0.1%. Small rates never round to a false zero.
pub fn percent(rate: f64, lang: Lang) -> String {
    if !rate.is_finite() {
        return "—".to_owned();
    }
    let hundredths = (rate * 100.0).clamp(0.0, 100.0);
    if hundredths == 0.0 {
        "0%".to_owned()
    } else if hundredths < 0.1 {
        lang.pick("0.1%未満", "under 0.1%").to_owned()
    } else if hundredths > 99.9 && hundredths < 100.0 {
        lang.pick("99.9%超", "over 99.9%").to_owned()
    } else {
        let text = format!("{hundredths:.1}");
        format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// A measured number with as many digits as help: 1,234 / 53.4 / 4.81 / 0.0042.
pub fn measure(value: f64) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let size = value.abs();
    if size >= 1e15 {
        format!("{value:.2e}")
    } else if size >= 1000.0 {
        // Below 1e15, so the whole part fits.
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", count(size.round() as u64))
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 0.1 || size == 0.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.2e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!([0, 12, 999, 1000, 1_234_567].map(count), ["0", "12", "999", "1,000", "1,234,567"]);
        let ja = |r| percent(r, Lang::Ja);
        assert_eq!([ja(0.0), ja(0.2), ja(0.043), ja(1.0)], ["0%", "20%", "4.3%", "100%"]);
        assert_eq!([ja(0.0001), ja(0.99999), ja(f64::NAN)], ["0.1%未満", "99.9%超", "—"]);
        assert_eq!([1234.4, 53.42, 4.8, 0.0].map(measure), ["1,234", "53.4", "4.80", "0.00"]);
        assert_eq!(measure(f64::INFINITY), "—");
    }
}
