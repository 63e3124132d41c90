//! Exact sampling of the discrete Laplace and the discrete Gaussian distribution. Canonne, Kamath and Steinke, "The Discrete Gaussian for
//! Differential Privacy", NeurIPS 2020, algorithms 1 to 3.
//!
//! Whole numbers only: every coin is a comparison of a uniform whole number with another, so that no rounding shows in what comes
//! out (Mironov, CCS 2012, finds people through the low bits of floating-point noise).

use crate::decimal::Decimal;
use rand::Rng;

/// The width of a distribution as a fraction in lowest terms. Both parts are small enough for the squares of the Gaussian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    numerator: u128,
    denominator: u128,
}

/// Neither part of a scale may be larger.
const LARGEST: u128 = 100_000_000;
/// No distribution may be wider, in steps.
const WIDEST: u128 = 1_000_000;

impl Scale {
    /// `scale ÷ per ÷ step`, all of them positive. `None` where it is less than 1 step, too wide, or has too many digits.
    pub(super) fn of(scale: Decimal, per: Decimal, step: Decimal) -> Option<Self> {
        let (numerator, scale_by) = scale.ratio()?;
        let ((per, per_by), (step, step_by)) = (per.ratio()?, step.ratio()?);
        let numerator = numerator.checked_mul(per_by)?.checked_mul(step_by)?;
        let denominator = scale_by.checked_mul(per)?.checked_mul(step)?;
        let common = greatest_common_divisor(numerator, denominator).max(1);
        let (numerator, denominator) = (numerator / common, denominator / common);
        let is_usable = numerator <= LARGEST
            && denominator > 0
            && numerator >= denominator
            && numerator <= WIDEST * denominator;
        is_usable.then_some(Self { numerator, denominator })
    }

    /// A number n with a probability in proportion to exp(−|n| ÷ scale).
    pub(super) fn laplace(self, random: &mut impl Rng) -> i64 {
        loop {
            // In units of 1 ÷ denominator: a geometric number whose low part is chosen first.
            let low = below(random, self.numerator);
            if !bernoulli_exp(random, low, self.numerator) {
                continue;
            }
            let mut high = 0u128;
            while bernoulli_exp(random, 1, 1) {
                high += 1;
            }
            let size = (low + self.numerator * high) / self.denominator;
            // Zero would come from either sign.
            let is_negative = below(random, 2) == 1;
            if is_negative && size == 0 {
                continue;
            }
            let size = i64::try_from(size).unwrap_or(i64::MAX);
            return if is_negative { -size } else { size };
        }
    }

    /// A number n with a probability in proportion to exp(−n² ÷ (2 scale²)).
    pub(super) fn gaussian(self, random: &mut impl Rng) -> i64 {
        let (p, q) = (self.numerator, self.denominator);
        // A Laplace number of a whole width near the scale is proposed, and taken with the chance that corrects it.
        let width = p / q + 1;
        let proposal = Self { numerator: width, denominator: 1 };
        loop {
            let proposed = proposal.laplace(random);
            // (|n| − scale² ÷ width)² ÷ (2 scale²), over one denominator. What would not fit has no chance to be taken.
            let reached = u128::from(proposed.unsigned_abs()).checked_mul(width * q * q);
            let above = reached.map(|reached| reached.abs_diff(p * p)).and_then(|d| d.checked_mul(d));
            let beneath = 2 * (p * q * width) * (p * q * width);
            if above.is_some_and(|above| bernoulli_exp(random, above, beneath)) {
                return proposed;
            }
        }
    }
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// True with probability exp(−above ÷ beneath).
fn bernoulli_exp(random: &mut impl Rng, mut above: u128, beneath: u128) -> bool {
    while above > beneath {
        if !bernoulli_exp_below_one(random, 1, 1) {
            return false;
        }
        above -= beneath;
    }
    bernoulli_exp_below_one(random, above, beneath)
}

/// The same for a fraction that is at most 1: the place of the first tail among coins of above ÷ (beneath × 1, 2, 3, …) is odd.
fn bernoulli_exp_below_one(random: &mut impl Rng, above: u128, beneath: u128) -> bool {
    let mut place = 1;
    while below(random, beneath.saturating_mul(place)) < above {
        place += 1;
    }
    place % 2 == 1
}

/// A whole number below `end`, each as likely as another; 0 where there is none.
fn below(random: &mut impl Rng, end: u128) -> u128 {
    let bits = u128::BITS - end.saturating_sub(1).leading_zeros();
    if bits == 0 {
        return 0;
    }
    loop {
        let mut drawn = u128::from(random.next_u64());
        if bits > 64 {
            drawn |= u128::from(random.next_u64()) << 64;
        }
        let drawn = drawn >> (if bits > 64 { 128 } else { 64 } - bits);
        if drawn < end {
            return drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opendp::traits::samplers::{sample_discrete_gaussian, sample_discrete_laplace};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;
    use std::collections::BTreeMap;

    const DRAWN: usize = 40_000;

    fn scale(numerator: i64, denominator: i64) -> Scale {
        Scale::of(Decimal::whole(numerator), Decimal::whole(denominator), Decimal::whole(1)).unwrap()
    }

    fn histogram(numbers: impl Iterator<Item = i64>) -> BTreeMap<i64, f64> {
        let mut counts = BTreeMap::new();
        numbers.for_each(|n| *counts.entry(n).or_default() += 1.0);
        counts
    }

    /// Pearson's statistic per degree of freedom, over numbers that are expected often enough; near 1 where they agree.
    fn distance(counts: &BTreeMap<i64, f64>, weight: impl Fn(f64) -> f64) -> f64 {
        let all: f64 = (-2_000..=2_000).map(|n| weight(f64::from(n))).sum();
        let expected = |n: i64| weight(n as f64) / all * DRAWN as f64;
        let often: Vec<i64> = (-2_000..=2_000).filter(|n| expected(*n) >= 20.0).collect();
        let found = |n: &i64| counts.get(n).copied().unwrap_or(0.0);
        let sum: f64 = often.iter().map(|n| (found(n) - expected(*n)).powi(2) / expected(*n)).sum();
        sum / often.len() as f64
    }

    /// The two samples as if of one distribution.
    fn between(a: &BTreeMap<i64, f64>, b: &BTreeMap<i64, f64>) -> f64 {
        let of = |counts: &BTreeMap<i64, f64>, n: &i64| counts.get(n).copied().unwrap_or(0.0);
        let often: Vec<i64> = a.keys().copied().filter(|n| of(a, n) + of(b, n) >= 40.0).collect();
        let sum: f64 = often.iter().map(|n| (of(a, n) - of(b, n)).powi(2) / (of(a, n) + of(b, n))).sum();
        sum / often.len() as f64
    }

    /// Tails of the statistic: with ten or more degrees of freedom 5 comes by chance once in ten million.
    const FAR: f64 = 5.0;

    #[test]
    fn laplace_is_what_the_formula_and_opendp_say() {
        let mut random = ChaCha20Rng::from_seed([1; 32]);
        for (p, q) in [(3, 1), (20, 1), (7, 2), (1, 1)] {
            let (width, b) = (scale(p, q), p as f64 / q as f64);
            let own = histogram((0..DRAWN).map(|_| width.laplace(&mut random)));
            assert!(distance(&own, |n| (-n.abs() / b).exp()) < FAR, "{p}/{q}");
            let ratio = format!("{p}/{q}");
            let peer = histogram((0..DRAWN).map(|_| {
                sample_discrete_laplace(ratio.parse().unwrap()).unwrap().to_string().parse::<i64>().unwrap()
            }));
            assert!(between(&own, &peer) < FAR, "{p}/{q}");
        }
    }

    #[test]
    fn gaussian_is_what_the_formula_and_opendp_say() {
        let mut random = ChaCha20Rng::from_seed([2; 32]);
        for (p, q) in [(3, 1), (20, 1), (7, 2), (1, 1)] {
            let (width, sigma) = (scale(p, q), p as f64 / q as f64);
            let own = histogram((0..DRAWN).map(|_| width.gaussian(&mut random)));
            assert!(distance(&own, |n| (-n * n / (2.0 * sigma * sigma)).exp()) < FAR, "{p}/{q}");
            let ratio = format!("{p}/{q}");
            let peer = histogram((0..DRAWN).map(|_| {
                sample_discrete_gaussian(ratio.parse().unwrap()).unwrap().to_string().parse::<i64>().unwrap()
            }));
            assert!(between(&own, &peer) < FAR, "{p}/{q}");
        }
    }

    // A coin of exp(−1) that came from an approximation would be off by more than this over so many throws.
    #[test]
    fn coins_are_as_likely_as_they_should_be() {
        let mut random = ChaCha20Rng::from_seed([3; 32]);
        for (above, beneath) in [(0, 1), (1, 3), (1, 1), (5, 2)] {
            let heads = (0..DRAWN).filter(|_| bernoulli_exp(&mut random, above, beneath)).count() as f64;
            let expected = (-(above as f64) / beneath as f64).exp();
            let deviation = (expected * (1.0 - expected) / DRAWN as f64).sqrt();
            assert!((heads / DRAWN as f64 - expected).abs() <= 5.0 * deviation, "{above}/{beneath}");
        }
        let wide = (1u128 << 100) + 1;
        assert!((0..100).all(|_| below(&mut random, wide) < wide) && below(&mut random, 0) == 0);
        assert!((0..100).any(|_| below(&mut random, wide) > 1 << 98));
    }

    #[test]
    fn scales_are_exact_or_refused() {
        let d = |text: &str| Decimal::parse(text).unwrap();
        assert_eq!(Scale::of(d("2.0"), d("1"), d("0.1")), Some(scale(20, 1)));
        assert_eq!(Scale::of(d("5"), d("0.7"), d("0.5")), Some(scale(100, 7)));
        for (width, step) in [("0.05", "0.1"), ("1.23456789123", "1"), ("1000001", "1")] {
            assert_eq!(Scale::of(d(width), d("1"), d(step)), None, "{width}");
        }
    }
}
