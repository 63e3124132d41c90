//! What a release is called, and rates in people. The languages and the numbers are the house's ([`kiban_model::words`]).

pub(crate) use kiban_model::words::{Lang, count, measure, percent};

/// What was made, of [`kiban_model::report::ReleaseReport::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Anonymized,
    Pseudonymized,
    Linkable,
    Statistics,
    Other,
}

impl Kind {
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            "anonymized" => Self::Anonymized,
            "pseudonymized" => Self::Pseudonymized,
            "linkable" => Self::Linkable,
            "statistics" => Self::Statistics,
            _ => Self::Other,
        }
    }

    pub(crate) const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Anonymized => lang.pick("匿名加工医療情報", "Anonymized medical information"),
            Self::Pseudonymized => lang.pick("仮名加工医療情報", "Pseudonymized medical information"),
            Self::Linkable => {
                lang.pick("連結可能匿名加工医療情報", "Linkable anonymized medical information")
            }
            Self::Statistics => lang.pick("統計情報", "Statistics"),
            Self::Other => lang.pick("種類の指定がない情報", "Information of no stated kind"),
        }
    }
}

/// A rate as people in a hundred, for those who do not read percentages: 「100人中20人」.
pub(crate) fn of_hundred(rate: f64, lang: Lang) -> String {
    let people = rate * 100.0;
    if !people.is_finite() {
        return "—".to_owned();
    }
    if people <= 0.0 {
        return lang.pick("1人もいません", "nobody").to_owned();
    }
    if people < 1.0 {
        return lang.pick("100人中1人未満", "fewer than 1 in 100").to_owned();
    }
    let rounded = people.round();
    match lang {
        Lang::Ja => format!("100人中およそ{rounded}人"),
        Lang::En => format!("about {rounded} in 100"),
    }
}

/// An estimate: small ones to three digits rather than as a power of ten, for coefficients stand beside one another.
pub(crate) fn estimate(value: f64) -> String {
    let size = value.abs();
    if (1e-4..0.1).contains(&size) {
        let decimals = (2.0 - size.log10().floor()) as usize;
        return format!("{value:.decimals$}");
    }
    measure(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_no_powers_of_ten() {
        assert_eq!(
            [0.09, -0.0077, 0.000_123_4, 1.21].map(estimate),
            ["0.0900", "-0.00770", "0.000123", "1.21"]
        );
    }

    #[test]
    fn rates_read_as_people() {
        assert_eq!(of_hundred(0.004, Lang::En), "fewer than 1 in 100");
        assert_eq!(of_hundred(0.434, Lang::Ja), "100人中およそ43人");
    }
}
