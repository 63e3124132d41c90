//! An axis with round numbers on it.

/// From a round number to a round number, in round steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

/// Beyond that a drawing says nothing.
const MOST: f64 = 1e15;

impl Scale {
    /// The narrowest that holds all the numbers; what is not a number is not looked at.
    pub(crate) fn around(numbers: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers.filter(|number| number.abs() < MOST) {
            (low, high) = (low.min(number), high.max(number));
        }
        let size = low.abs().max(high.abs());
        if size == 0.0 || low > high {
            (low, high) = (0.0, 1.0);
        } else if high - low < size * 1e-6 {
            (low, high) = (low - size / 2.0, high + size / 2.0);
        }
        let step = step((high - low) / 4.0);
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// From nothing to a round number.
    pub(crate) fn up_to(most: f64) -> Self {
        Self::around([0.0, most].into_iter())
    }

    /// Where a number stands, 0 to 1.
    pub(crate) fn share(&self, number: f64) -> f64 {
        let share = (number - self.low) / (self.high - self.low);
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The round numbers.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = f64> {
        let (low, step) = (self.low, self.step);
        let count = ((self.high - low) / step).round().clamp(1.0, 12.0) as u8;
        (0..=count).map(move |at| low + step * f64::from(at))
    }

    /// A tick in words.
    pub(crate) fn label(&self, tick: f64) -> String {
        if self.step >= 1e5 || self.step < 1e-4 {
            return if tick == 0.0 { "0".to_owned() } else { format!("{tick:.0e}") };
        }
        let decimals = (-self.step.log10().floor()).clamp(0.0, 9.0) as usize;
        let text = format!("{tick:.decimals$}");
        if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
            text.trim_start_matches('-').to_owned()
        } else {
            text
        }
    }
}

/// The next of 1, 2, 5, 10, … at or above.
pub(crate) fn step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|part| part * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn round_numbers() {
        let scale = Scale::around([5.2, 6.9].into_iter());
        assert_eq!(
            scale.ticks().map(|tick| scale.label(tick)).collect::<Vec<_>>(),
            ["5.0", "5.5", "6.0", "6.5", "7.0"]
        );
        assert_eq!([step(0.3), step(2.0), step(70.0)], [0.5, 2.0, 100.0]);
        let scale = Scale::up_to(0.08);
        assert_eq!(
            scale.ticks().map(|tick| scale.label(tick)).collect::<Vec<_>>(),
            ["0.00", "0.02", "0.04", "0.06", "0.08"]
        );
    }

    proptest! {
        #[test]
        fn every_number_is_on_it(a in -1e9f64..1e9, b in -1e9f64..1e9) {
            let scale = Scale::around([a, b, f64::NAN].into_iter());
            prop_assert!((3..=8).contains(&scale.ticks().count()), "{}", scale.ticks().count());
            prop_assert!(scale.low <= a.min(b) + 1e-3 && scale.high >= a.max(b) - 1e-3);
        }
    }
}
