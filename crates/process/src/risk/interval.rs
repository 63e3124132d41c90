//! How far a rate measured on n people may be off: the 95 % interval of Wilson (JASA 1927).
//!
//! For a rate p over n people and z = 1.96: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) ÷ (1 + z²/n). It stays within 0 and 1 and is
//! honest where n is small or p is 0. The attackers' rates are means of values between 0 and 1; no such value varies more than a
//! yes or no of the same mean (variance ≤ p(1 − p)), so the interval is never too narrow for them.

const Z: f64 = 1.959_963_984_540_054;

/// (lower, upper) for a rate over `n` people; everything is possible where there is nobody.
pub fn wilson(rate: f64, n: u64) -> (f64, f64) {
    let rate = rate.clamp(0.0, 1.0);
    if n == 0 {
        return (0.0, 1.0);
    }
    let n = n as f64;
    let spread = Z * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).max(0.0).sqrt();
    let (middle, scale) = (rate + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
    // Rounding must not leave the rate outside.
    (((middle - spread) / scale).max(0.0).min(rate), ((middle + spread) / scale).min(1.0).max(rate))
}

/// The fewest people over whom a rate of nothing found shows that it lies below a ceiling.
pub fn people_needed(ceiling: f64) -> u64 {
    if ceiling <= 0.0 { u64::MAX } else { (Z * Z * (1.0 - ceiling) / ceiling).ceil() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_figures() {
        // Newcombe, Statistics in Medicine 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (found, n, lower, upper) in [
            (81.0, 263, 0.2553, 0.3662),
            (15.0, 148, 0.0624, 0.1605),
            (0.0, 20, 0.0, 0.1611),
            (1.0, 29, 0.0061, 0.1718),
        ] {
            let (low, high) = wilson(found / n as f64, n);
            assert!((low - lower).abs() < 5e-5 && (high - upper).abs() < 5e-5, "{found}/{n}: {low} {high}");
        }
        assert_eq!(wilson(0.0, 0), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn it_holds_the_rate_and_narrows(rate in 0.0..=1.0f64, n in 1u64..100_000) {
            let (low, high) = wilson(rate, n);
            prop_assert!((0.0..=rate + 1e-12).contains(&low) && high >= rate - 1e-12 && high <= 1.0);
            let (closer, further) = wilson(rate, 2 * n);
            prop_assert!(closer >= low - 1e-12 && further <= high + 1e-12);
        }

        #[test]
        fn so_many_people_are_enough_and_fewer_are_not(ceiling in 0.001..0.99f64) {
            let n = people_needed(ceiling);
            prop_assert!(wilson(0.0, n).1 <= ceiling + 1e-12 && (n < 2 || wilson(0.0, n - 1).1 > ceiling - 1e-12));
        }
    }
}
