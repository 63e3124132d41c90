//! The product-limit estimate (Kaplan and Meier, JASA 1958): S(t) = Π (1 − d ÷ n) over the days up to t on which d of n at risk
//! had the event. Variance by Greenwood; the band is that of log(−log S), which stays within 0 and 1.

use super::Followed;
use crate::questions::mean::Z;
use kiban_model::report::SMALL_CELL;
use kiban_model::report::utility::CurvePoint;

/// A day on which somebody had the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) day: u32,
    /// At risk just before.
    pub(super) at_risk: u64,
    pub(super) events: u64,
    /// From this day on.
    pub(super) survival: f64,
    /// Σ d ÷ n(n − d): the variance of log S.
    pub(super) greenwood: f64,
}

/// The steps of a curve.
#[derive(Debug)]
pub(super) struct KaplanMeier<'f> {
    followed: &'f [Followed],
    pub(super) steps: Vec<Step>,
}

impl<'f> KaplanMeier<'f> {
    /// Of people in the order of their days.
    pub(super) fn of(followed: &'f [Followed]) -> Self {
        let mut steps = Vec::new();
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let mut before = 0usize;
        for day in followed.chunk_by(|a, b| a.days == b.days) {
            let at_risk = (followed.len() - before) as u64;
            let events = day.iter().filter(|one| !one.censored).count() as u64;
            before += day.len();
            if events == 0 {
                continue;
            }
            let (n, d) = (at_risk as f64, events as f64);
            survival *= (n - d) / n;
            greenwood += d / (n * (n - d));
            let day = day.first().map_or(0, |one| one.days);
            steps.push(Step { day, at_risk, events, survival, greenwood });
        }
        Self { followed, steps }
    }

    fn at_risk(&self, day: u32) -> u64 {
        (self.followed.len() - self.followed.partition_point(|one| one.days < day)) as u64
    }

    /// The first day on which at most half are without the event.
    pub(super) fn median(&self) -> Option<f64> {
        self.steps.iter().find(|step| step.survival <= 0.5).map(|step| f64::from(step.day))
    }

    /// The area under the curve up to a day, and its standard error. After the last record the curve goes on as it is.
    pub(super) fn restricted_mean(&self, within: u32) -> (f64, f64) {
        let steps: Vec<&Step> = self.steps.iter().take_while(|step| step.day < within).collect();
        let (mut area, mut variance, mut end) = (0.0, 0.0, within);
        // From the last step back: the area that lies behind each.
        for (at, step) in steps.iter().enumerate().rev() {
            area += f64::from(end - step.day) * step.survival;
            end = step.day;
            let before = at.checked_sub(1).and_then(|at| steps.get(at)).map_or(0.0, |step| step.greenwood);
            if step.survival > 0.0 {
                variance += area * area * (step.greenwood - before);
            }
        }
        (area + f64::from(end), variance.sqrt())
    }

    /// Points for the reader: at most so many after day 0, on days that `within` alone decides: cut by the longest time they would
    /// tell one person's. A step is told only together with ten events or more since the point before, and as long as ten are at risk.
    pub(super) fn points(&self, most: u32, within: u32) -> Vec<CurvePoint> {
        let days: std::collections::BTreeSet<u32> =
            (0..=most).map(|at| (u64::from(within) * u64::from(at) / u64::from(most)) as u32).collect();
        let mut points = Vec::new();
        let mut told = 0;
        for day in days {
            let at_risk = self.at_risk(day);
            if at_risk < SMALL_CELL {
                break;
            }
            let until = self.steps.partition_point(|step| step.day <= day);
            let events: u64 = self.steps.iter().take(until).skip(told).map(|step| step.events).sum();
            if events > 0 && events < SMALL_CELL {
                continue;
            }
            told = until;
            let step = until.checked_sub(1).and_then(|at| self.steps.get(at));
            let (survival, greenwood) = step.map_or((1.0, 0.0), |step| (step.survival, step.greenwood));
            let (low, high) = band(survival, greenwood);
            points.push(CurvePoint { day, survival, low, high, at_risk });
        }
        points
    }
}

/// The 95 % band at a point: S^exp(±1.96 √g ÷ log S).
pub(super) fn band(survival: f64, greenwood: f64) -> (f64, f64) {
    if survival <= 0.0 || survival >= 1.0 {
        return (survival, survival);
    }
    let half = Z * greenwood.sqrt() / survival.ln();
    let (a, b) = (survival.powf(half.exp()), survival.powf((-half).exp()));
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::survival::tests::{MERCAPTOPURINE, PLACEBO, followed};
    use proptest::prelude::*;

    // Freireich and others, Blood 1963; as worked out in Kalbfleisch and Prentice and in Collett.
    #[test]
    fn remissions_of_leukaemia() {
        let people = followed(&MERCAPTOPURINE);
        let estimate = KaplanMeier::of(&people);
        let steps: Vec<(u32, u64, u64)> =
            estimate.steps.iter().map(|s| (s.day, s.at_risk, s.events)).collect();
        assert_eq!(
            steps,
            [(6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1)]
        );
        for (step, (survival, error)) in estimate.steps.iter().zip([
            (0.857, 0.0764),
            (0.807, 0.0869),
            (0.753, 0.0963),
            (0.690, 0.1068),
            (0.627, 0.1141),
            (0.538, 0.1282),
            (0.448, 0.1346),
        ]) {
            assert!((step.survival - survival).abs() < 5e-4);
            assert!((step.survival * step.greenwood.sqrt() - error).abs() < 5e-5);
        }
        assert_eq!(estimate.median(), Some(23.0));
        let people = followed(&PLACEBO);
        let estimate = KaplanMeier::of(&people);
        assert_eq!((estimate.median(), estimate.steps.last().unwrap().survival), (Some(8.0), 0.0));
        // Nobody is censored: the mean until the end is the mean of the times.
        let (mean, _) = estimate.restricted_mean(23);
        let times: u32 = PLACEBO.iter().map(|(days, _)| days).sum();
        assert!((mean - f64::from(times) / 21.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn without_censoring_it_is_the_share_that_is_left(days in prop::collection::vec(0u32..30, 1..60)) {
            let people = followed(&days.iter().map(|day| (*day, true)).collect::<Vec<_>>());
            for step in KaplanMeier::of(&people).steps {
                let left = days.iter().filter(|day| **day > step.day).count() as f64;
                prop_assert!((step.survival - left / days.len() as f64).abs() < 1e-12);
                let (low, high) = band(step.survival, step.greenwood);
                prop_assert!(low <= step.survival && step.survival <= high);
            }
        }

        #[test]
        fn points_tell_of_no_step_of_fewer_than_ten(people in prop::collection::vec((0u32..400, any::<bool>()), 10..300)) {
            let people = followed(&people);
            let estimate = KaplanMeier::of(&people);
            let points = estimate.points(20, 365);
            prop_assert!(points.iter().all(|point| point.at_risk >= 10));
            // Days are the policy's: every 365 ÷ 20 days, whoever is followed.
            prop_assert!(points.iter().all(|point| (0..=20).any(|at| point.day == 365 * at / 20)));
            for pair in points.windows(2) {
                let between = people.iter().filter(|p| !p.censored && p.days > pair[0].day && p.days <= pair[1].day).count();
                prop_assert!(between == 0 || between >= 10);
            }
        }
    }
}
