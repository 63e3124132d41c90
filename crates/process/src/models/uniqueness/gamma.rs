//! The logarithm of the gamma function, which the standard library does not have.

/// ln Γ(x) for x > 0: the recurrence up to 10, then Stirling's series (Abramowitz and Stegun 6.1.41), good to 14 digits.
pub(crate) fn ln_gamma(mut x: f64) -> f64 {
    let mut below = 1.0;
    while x < 10.0 {
        below *= x;
        x += 1.0;
    }
    let i = 1.0 / (x * x);
    let series = (1.0 / 12.0 - i * (1.0 / 360.0 - i * (1.0 / 1260.0 - i * (1.0 / 1680.0 - i / 1188.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - f64::ln(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        for (x, expected) in [
            (1.0, 0.0),
            (0.5, 0.572_364_942_924_700_1),
            (5.0, 24f64.ln()),
            (0.001, 6.907_178_885_383_854),
            (100.0, 359.134_205_369_575_4),
            (1e6, 12_815_504.569_147_612),
        ] {
            assert!((ln_gamma(x) - expected).abs() <= 1e-12 * f64::max(1.0, expected), "{x} {}", ln_gamma(x));
        }
    }
}
