//! Who reads a report, and how exactly they may see counts (ANO-10).
//!
//! The committee needs exact group sizes to judge a risk: a rounded "3 people alone" would hide what it decides about.
//! Outside, an exact small count helps nobody and can point at someone. There every count of people, records or cells
//! below [`SMALL_CELL`] is 「10未満」 and every other is rounded to tens, because a step from 1,240 to 1,237 would give
//! the 3 away by subtraction. Group *sizes*, the k of the policy and rates are properties of the method and stay exact.
//! Three things do not go out at all: the seed, from which date shifts and replaced ids could be computed again (ANO-06,
//! PSE-01); frequent values from before the treatment, which are the snapshot's and not the product's (ANO-05); and a column's
//! mean, deviation and number of values over everybody: N + 1 times the mean before less N times the mean after would be the
//! value of the one who was left out.

use crate::words::{Lang, count};
use kiban_model::report::SMALL_CELL;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The review committee and the operator itself: exact counts, the seed, values before the treatment.
    Committee,
    /// Whoever receives the package, and the public.
    Recipient,
}

impl Audience {
    /// Whether exact counts, the seed and values before the treatment are shown.
    pub const fn sees_exact(self) -> bool {
        matches!(self, Self::Committee)
    }
}

/// A count as an audience sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The number itself.
    Exact(u64),
    /// 1 to 9.
    Small,
    /// Rounded to tens.
    About(u64),
}

impl Shown {
    pub(crate) const fn of(n: u64, audience: Audience) -> Self {
        match (audience, n) {
            (Audience::Committee, _) | (_, 0) => Self::Exact(n),
            (Audience::Recipient, 1..SMALL_CELL) => Self::Small,
            (Audience::Recipient, _) => Self::About(n.saturating_add(5) / 10 * 10),
        }
    }

    pub(crate) fn text(self, lang: Lang) -> String {
        match self {
            Self::Exact(n) => count(n),
            Self::Small => lang.pick("10未満", "under 10").to_owned(),
            Self::About(n) => format!("{}{}", lang.pick("約", "about "), count(n)),
        }
    }

    /// With its unit where people put it: 「10人未満」, "12 people".
    pub(crate) fn with(self, unit: &str, lang: Lang) -> String {
        match (self, lang) {
            (Self::Small, Lang::Ja) => format!("10{unit}未満"),
            (_, Lang::Ja) => format!("{}{unit}", self.text(lang)),
            (_, Lang::En) => format!("{} {unit}", self.text(lang)).trim_end().to_owned(),
        }
    }

    /// What a chart draws: a length that does not tell more than the text.
    pub(crate) const fn length(self) -> u64 {
        match self {
            Self::Exact(n) | Self::About(n) => n,
            Self::Small => SMALL_CELL / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_count_is_neither_shown_nor_left_to_subtraction_outside() {
        let outside = |n| Shown::of(n, Audience::Recipient).text(Lang::Ja);
        assert_eq!(outside(0), "0");
        assert_eq!(outside(1), "10未満");
        assert_eq!(outside(9), "10未満");
        assert_eq!(outside(10), "約10");
        assert_eq!((outside(1240), outside(1237)), ("約1,240".to_owned(), "約1,240".to_owned()));
        assert_eq!(Shown::of(3, Audience::Committee).text(Lang::En), "3");
        assert_eq!(Shown::of(3, Audience::Recipient).with("人", Lang::Ja), "10人未満");
        assert_eq!(Shown::of(12, Audience::Recipient).with("people", Lang::En), "about 10 people");
        assert_eq!(Shown::of(1, Audience::Recipient).length(), Shown::of(9, Audience::Recipient).length());
    }
}
