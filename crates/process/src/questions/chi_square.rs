//! How likely a χ² as large would be by chance: the regularised incomplete gamma function Q(f/2, χ²/2).
//!
//! By the series below a + 1 and the continued fraction of Lentz above (Abramowitz and Stegun 6.5.29 and 6.5.31).

use crate::models::ln_gamma;

/// Steps at most; tens are enough.
const STEPS: u32 = 1_000;

/// P(X ≥ `chi_square`) for `degrees` of freedom.
pub(super) fn p_of(chi_square: f64, degrees: u32) -> f64 {
    let (a, x) = (f64::from(degrees) / 2.0, chi_square / 2.0);
    if x <= 0.0 || degrees == 0 {
        return 1.0;
    }
    let scale = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..STEPS {
            term *= x / (a + f64::from(n));
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        return (1.0 - scale * sum).clamp(0.0, 1.0);
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / f64::MIN_POSITIVE, 1.0 / b);
    let mut fraction = d;
    for n in 1..STEPS {
        let n = f64::from(n);
        let step = -n * (n - a);
        b += 2.0;
        d = 1.0 / (step * d + b);
        c = b + step / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    (scale * fraction).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn critical_values_of_the_tables() {
        // 5 %, 1 % and 0.1 % points (Abramowitz and Stegun, table 26.8).
        for (degrees, chi_square, p) in [
            (1, 3.841_458_821, 0.05),
            (1, 6.634_896_601, 0.01),
            (2, 13.815_510_558, 0.001),
            (10, 18.307_038_053, 0.05),
            (10, 2.558_212, 0.99),
        ] {
            assert!(
                (p_of(chi_square, degrees) - p).abs() < 1e-7,
                "{degrees} {chi_square}: {}",
                p_of(chi_square, degrees)
            );
        }
        assert_eq!((p_of(0.0, 3), p_of(1e6, 3)), (1.0, 0.0));
    }
}
