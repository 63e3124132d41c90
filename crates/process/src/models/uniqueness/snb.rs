//! The slide negative binomial model (Chen and Keller-McNulty, Journal of Official Statistics 1998).
//!
//! Each of K classes of the population has 1 + X people, X negative binomial with α and p (q = 1 − p), so that E = 1 + αq ÷ p and a
//! class is one person with chance p^α. A sample takes everybody with chance π = n ÷ N: with a = 1 − q(1 − π) and r = qπ ÷ a, a class
//! leaves nobody in it with chance (1 − π)(p ÷ a)^α and exactly one with (p ÷ a)^α ((1 − π) α r + π).
//! K, α and p are those under which the population has N people, and the sample as many classes (u) and lone people (f_1) as it has.
//! The share of unique people is K p^α ÷ N.
//!
//! Both conditions are solved by halving: p, for each α, by u; then α by f_1. Where no α meets f_1, the nearest end is taken.

use super::Sizes;

pub(super) fn share(sizes: &Sizes, people: u64) -> f64 {
    let n: u64 = sizes.iter().map(|(size, count)| size * count).sum();
    let classes = sizes.values().sum::<u64>() as f64;
    let alone = sizes.get(&1).copied().unwrap_or(0) as f64;
    let model = Model { people: people as f64, taken: n as f64 / people as f64 };
    // ln α: with a small α a few classes are large and the many small ones lone.
    let at = |log: f64| {
        let alpha = log.exp();
        (alpha, model.p_for(alpha, classes))
    };
    let log = halved(-12.0, 12.0, |log| {
        let (alpha, p) = at(log);
        model.of(alpha, p).1 < alone
    });
    let (alpha, p) = at(log);
    let k = model.people / (1.0 + alpha * (1.0 - p) / p);
    (k * p.powf(alpha) / model.people).clamp(0.0, 1.0)
}

struct Model {
    people: f64,
    taken: f64,
}

impl Model {
    /// Expected classes and lone people of the sample.
    fn of(&self, alpha: f64, p: f64) -> (f64, f64) {
        let (q, taken) = (1.0 - p, self.taken);
        let k = self.people / (1.0 + alpha * q / p);
        let a = 1.0 - q * (1.0 - taken);
        let shrunk = (alpha * (p / a).ln()).exp();
        let lone = shrunk * ((1.0 - taken) * alpha * q * taken / a + taken);
        (k * (1.0 - (1.0 - taken) * shrunk), k * lone)
    }

    /// The p with which the sample has so many classes: from few large classes (p near 0) to lone people only (p = 1).
    fn p_for(&self, alpha: f64, classes: f64) -> f64 {
        halved(-40.0, 0.0, |log| self.of(alpha, log.exp()).0 > classes).exp()
    }
}

/// Where a condition turns true between two ends; the nearer end where it does not turn.
fn halved(mut low: f64, mut high: f64, is_beyond: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..100 {
        let middle = low.midpoint(high);
        if is_beyond(middle) { high = middle } else { low = middle }
    }
    low.midpoint(high)
}
