//! Zayatz's estimator (Bureau of the Census, Statistical Research Report 91/08, 1991).
//!
//! Classes of the population are taken to have the sizes of those of the sample: size j with chance π_j = f_j ÷ u. A class of size j
//! leaves one person in a sample of n out of N with the hypergeometric chance
//!   H_j = j × C(N − j, n − 1) ÷ C(N, n).
//! The chance that somebody alone in the sample is alone in the population is π_1 H_1 ÷ Σ_j π_j H_j; times f_1 ÷ n it is the share
//! of people. It tends to overestimate where the sample is a small part.

use super::Sizes;
use super::gamma::ln_gamma;

pub(super) fn share(sizes: &Sizes, people: u64) -> f64 {
    let n: u64 = sizes.iter().map(|(size, count)| size * count).sum();
    let alone = sizes.get(&1).copied().unwrap_or(0) as f64;
    let (population, sample) = (people as f64, n as f64);
    // ln C(N − j, n − 1), less what is the same for every j.
    let chance = |size: u64| {
        let rest = population - size as f64;
        if rest - sample + 1.0 < 0.0 {
            return f64::NEG_INFINITY;
        }
        let one = ln_gamma(population) - ln_gamma(population - sample + 1.0);
        (size as f64).ln() + ln_gamma(rest + 1.0) - ln_gamma(rest - sample + 2.0) - one
    };
    let all: f64 = sizes.iter().map(|(size, count)| *count as f64 * chance(*size).exp()).sum();
    let unique = alone * chance(1).exp() / all;
    (alone * unique / sample).clamp(0.0, 1.0)
}
