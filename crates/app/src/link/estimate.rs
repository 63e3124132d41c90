//! Precision and recall from a judged sample, and how far two distributions lie apart. Pure functions.
//!
//! In a stratum of N pairs of which n were judged and x are one person, x ÷ n estimates the stratum's share, with the limits
//! of E. B. Wilson (Probable inference…, JASA 1927). Strata are weighed back by N (the estimator of Horvitz and Thompson for
//! a stratified draw); limits of the weighted sum follow from the strata's by the method of variance recovery (G. Y. Zou,
//! G. Huang, X. Zhang, A note on confidence interval estimation for a linear function of binomial proportions,
//! Computational Statistics & Data Analysis 53 (2009)): each stratum's distance to its limit, squared and added. They hold
//! where every judged pair agreed, where a variance would say nought. See docs/linkage-quality.md.

use kiban_vault::Stratum;

/// A share with its 95 % limits.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// What people said of one stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct JudgedStratum {
    /// Whether the run made its pairs one person.
    pub joined: bool,
    /// Its bin of probability.
    pub bin: u8,
    /// Pairs it had.
    pub pairs: u64,
    /// Pairs drawn.
    pub drawn: u64,
    /// Pairs judged one person or two.
    pub judged: u64,
    /// Of them, one person.
    pub same: u64,
    /// Pairs of which it could not be told; they count for nothing.
    pub unsure: u64,
}

impl JudgedStratum {
    pub(super) const fn of(stratum: &Stratum) -> Self {
        let Stratum { joined, bin, pairs } = *stratum;
        Self { joined, bin, pairs, drawn: 0, judged: 0, same: 0, unsure: 0 }
    }
}

/// 97.5 % of a standard normal lies below.
const Z: f64 = 1.959_963_984_540_054;

/// Share x ÷ n with Wilson's limits.
fn wilson(x: u64, n: u64) -> Estimate {
    let (x, n) = (x as f64, n as f64);
    let share = x / n;
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Estimate { value: share, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// How many pairs of the strata are one person; `None` while a pair drawn waits for its answer. A part of a sample is no
/// sample: what was answered first was often answered for a reason, such as its place in the queue.
fn total<'a>(strata: impl Iterator<Item = &'a JudgedStratum>) -> Option<Estimate> {
    let mut sum = Estimate { value: 0.0, low: 0.0, high: 0.0 };
    let (mut below, mut above) = (0.0, 0.0);
    for stratum in strata {
        if stratum.judged == 0 || stratum.judged + stratum.unsure < stratum.drawn {
            return None;
        }
        let weight = stratum.pairs as f64;
        // A stratum judged whole is known, not estimated.
        let share = if stratum.judged == stratum.pairs {
            let known = stratum.same as f64 / stratum.judged as f64;
            Estimate { value: known, low: known, high: known }
        } else {
            wilson(stratum.same, stratum.judged)
        };
        sum.value += weight * share.value;
        below += (weight * (share.value - share.low)).powi(2);
        above += (weight * (share.high - share.value)).powi(2);
        sum.high += weight;
    }
    let all = sum.high;
    sum.low = (sum.value - f64::sqrt(below)).max(0.0);
    sum.high = (sum.value + f64::sqrt(above)).min(all);
    Some(sum)
}

/// Of the joined pairs, the share that is one person.
pub(super) fn precision(strata: &[JudgedStratum]) -> Option<Estimate> {
    let joined = || strata.iter().filter(|s| s.joined);
    let all: u64 = joined().map(|s| s.pairs).sum();
    let right = total(joined())?;
    let share = |part: f64| part / all as f64;
    (all > 0).then(|| Estimate { value: share(right.value), low: share(right.low), high: share(right.high) })
}

/// Of the pairs that are one person among those kept, the share that was joined. The limits pair the worst of the joined
/// with the worst of the others, so they are a little too wide rather than too narrow.
pub(super) fn recall(strata: &[JudgedStratum]) -> Option<Estimate> {
    let joined = total(strata.iter().filter(|s| s.joined))?;
    let missed = total(strata.iter().filter(|s| !s.joined))?;
    let share = |found: f64, lost: f64| if found + lost > 0.0 { found / (found + lost) } else { 1.0 };
    (joined.value + missed.value > 0.0).then(|| Estimate {
        value: share(joined.value, missed.value),
        low: share(joined.low, missed.high),
        high: share(joined.high, missed.low),
    })
}

/// Population stability index Σ (q − p) ln(q ÷ p) of two counts over the same classes; half a case is added to each class,
/// so that an empty one stays finite. `None` where one side has no cases.
pub(super) fn stability_index(before: &[u64], after: &[u64]) -> Option<f64> {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>();
    if sum(before) == 0 || sum(after) == 0 {
        return None;
    }
    let share =
        |count: u64, counts: &[u64]| (count as f64 + 0.5) / (sum(counts) as f64 + 0.5 * counts.len() as f64);
    let part = |(p, q): (&u64, &u64)| {
        let (p, q) = (share(*p, before), share(*q, after));
        (q - p) * (q / p).ln()
    };
    Some(before.iter().zip(after).map(part).sum())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn stratum(joined: bool, bin: u8, pairs: u64, judged: u64, same: u64) -> JudgedStratum {
        JudgedStratum { joined, bin, pairs, drawn: judged, judged, same, unsure: 0 }
    }

    #[test]
    fn wilson_gives_the_limits_of_the_textbooks() {
        // 8 of 10, 95 %: 0.490 to 0.943 (Brown, Cai, DasGupta 2001).
        let e = wilson(8, 10);
        assert!((e.low - 0.490).abs() < 5e-4 && (e.high - 0.943).abs() < 5e-4, "{e:?}");
        let all = wilson(20, 20);
        assert!(all.value == 1.0 && (all.low - 0.839).abs() < 5e-4, "certainty is not claimed: {all:?}");
    }

    #[test]
    fn strata_are_weighed_back_by_their_size() {
        let strata =
            [stratum(true, 5, 900, 30, 30), stratum(true, 3, 100, 30, 15), stratum(false, 1, 50, 25, 5)];
        let p = precision(&strata).unwrap();
        assert!((p.value - 0.95).abs() < 1e-12, "900·1 + 100·½ of 1000: {p:?}");
        assert!(p.low < 0.95 && p.low > 0.80 && p.high >= 0.95 && p.high < 1.0, "{p:?}");
        let r = recall(&strata).unwrap();
        assert!((r.value - 950.0 / 960.0).abs() < 1e-12, "{r:?}");
        assert!(r.low < r.value && r.value < r.high);
    }

    #[test]
    fn nothing_is_claimed_before_the_whole_sample_is_answered() {
        let strata =
            [stratum(true, 5, 900, 30, 30), stratum(true, 3, 100, 0, 0), stratum(false, 1, 50, 0, 0)];
        assert_eq!((precision(&strata), recall(&strata)), (None, None));
        assert_eq!(precision(&[]), None);
        let part = JudgedStratum { drawn: 31, ..stratum(true, 5, 900, 30, 30) };
        assert_eq!(precision(&[part]), None, "one pair waits");
        assert!(precision(&[JudgedStratum { unsure: 1, ..part }]).is_some());
    }

    #[test]
    fn a_stratum_judged_whole_is_known() {
        let p = precision(&[stratum(true, 5, 10, 10, 9)]).unwrap();
        assert_eq!((p.low, p.value, p.high), (0.9, 0.9, 0.9));
    }

    #[test]
    fn the_stability_index_is_nought_for_the_same_and_large_for_the_opposite() {
        assert!(stability_index(&[50, 50], &[500, 500]).unwrap().abs() < 1e-3);
        assert!(stability_index(&[90, 10], &[10, 90]).unwrap() > 0.25);
        assert!(stability_index(&[90, 0], &[80, 10]).unwrap().is_finite());
        assert_eq!(stability_index(&[0, 0], &[1, 1]), None);
    }

    proptest! {
        #[test]
        fn limits_enclose_the_estimate_and_stay_shares(
            a in (1u64..1000, 1u64..50, 0.0f64..=1.0), b in (1u64..1000, 1u64..50, 0.0f64..=1.0), c in (1u64..1000, 1u64..50, 0.0f64..=1.0),
        ) {
            let make = |joined, bin, (pairs, judged, share): (u64, u64, f64)| {
                let judged = judged.min(pairs);
                stratum(joined, bin, pairs, judged, (judged as f64 * share) as u64)
            };
            let strata = [make(true, 5, a), make(true, 4, b), make(false, 1, c)];
            for e in [precision(&strata), recall(&strata)].into_iter().flatten() {
                prop_assert!(e.low >= 0.0 && e.high <= 1.0 + 1e-12, "{:?}", e);
                prop_assert!(e.low <= e.value + 1e-12 && e.value <= e.high + 1e-12, "{:?}", e);
            }
        }
    }
}
