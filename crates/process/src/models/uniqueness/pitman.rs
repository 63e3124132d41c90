//! Pitman's sampling formula (Hoshino, Computational Statistics 2001, applied to disclosure risk).
//!
//! Classes of a growing population follow Pitman's process with θ > −α and 0 ≤ α < 1. With u classes, f_j of them of size j, over n
//! people, the log-likelihood is
//!   Σ_{i=1}^{u−1} ln(θ + iα) − Σ_{i=1}^{n−1} ln(θ + i) + Σ_j f_j Σ_{i=1}^{j−1} ln(i − α).
//! By exchangeability the share of N people who are unique is the chance that the first of them stays alone,
//!   Π_{i=1}^{N−1} (θ + α + i − 1) ÷ (θ + i) = Γ(θ+α+N−1) Γ(θ+1) ÷ (Γ(θ+α) Γ(θ+N)),
//! which is exact where the usual N^{α−1} Γ(θ+1) ÷ Γ(θ+α) is its limit.
//!
//! The maximum is found by two nested searches by golden sections, over α and over ln(θ + α), without derivatives: it cannot leave
//! the region or diverge.

use super::Sizes;
use super::gamma::ln_gamma;

/// Below this α is none: sums over classes would lose their digits.
const LEAST_ALPHA: f64 = 1e-4;

/// Share of `people` who are unique in a population of that many.
pub(super) fn share(sizes: &Sizes, people: u64) -> f64 {
    let (theta, alpha) = fitted(sizes);
    let n = people as f64;
    let log = ln_gamma(theta + alpha + n - 1.0) - ln_gamma(theta + n) + ln_gamma(theta + 1.0)
        - ln_gamma(theta + alpha);
    log.exp().clamp(0.0, 1.0)
}

/// θ and α of the greatest likelihood.
pub(super) fn fitted(sizes: &Sizes) -> (f64, f64) {
    let classes = sizes.values().sum::<u64>() as f64;
    let people = sizes.iter().map(|(size, count)| size * count).sum::<u64>() as f64;
    let best_theta = |alpha: f64| {
        let at = |log: f64| log_likelihood(log.exp() - alpha, alpha, sizes, classes, people);
        golden(at, (1e-6f64).ln(), (people * 1e6).ln())
    };
    let (alpha, _) = golden(|alpha| best_theta(alpha).1, LEAST_ALPHA, 1.0 - LEAST_ALPHA);
    (best_theta(alpha).0.exp() - alpha, alpha)
}

fn log_likelihood(theta: f64, alpha: f64, sizes: &Sizes, classes: f64, people: f64) -> f64 {
    // Σ_{i=1}^{u−1} ln(θ + iα) = (u − 1) ln α + ln Γ(θ/α + u) − ln Γ(θ/α + 1); θ/α > −1.
    let start = theta / alpha;
    let growth = (classes - 1.0) * alpha.ln() + ln_gamma(start + classes) - ln_gamma(start + 1.0);
    let steps = ln_gamma(theta + people) - ln_gamma(theta + 1.0);
    let within: f64 = sizes
        .iter()
        .map(|(size, count)| *count as f64 * (ln_gamma(*size as f64 - alpha) - ln_gamma(1.0 - alpha)))
        .sum();
    growth - steps + within
}

/// Where a function with one hill is highest, and how high: golden sections, after a look at 32 places for the hill.
pub(super) fn golden(f: impl Fn(f64) -> f64, low: f64, high: f64) -> (f64, f64) {
    const PLACES: u32 = 32;
    let place = |i: u32| low + (high - low) * f64::from(i) / f64::from(PLACES);
    let top = (0..=PLACES).max_by(|a, b| f(place(*a)).total_cmp(&f(place(*b)))).unwrap_or(0);
    let (mut low, mut high) = (place(top.saturating_sub(1)), place((top + 1).min(PLACES)));
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    for _ in 0..60 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if f(a) < f(b) { low = a } else { high = b }
    }
    let best = low.midpoint(high);
    (best, f(best))
}
