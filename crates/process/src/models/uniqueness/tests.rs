//! Populations of which everything is known, and samples of them: the estimates are near the truth.

use super::*;
use crate::risk::mixed;
use proptest::prelude::*;

/// Numbers between 0 and 1 by a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(1);
        (mixed(self.0) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The class of everybody, by Pitman's process: a newcomer joins a class in proportion to its size less α, or opens one.
fn pitman_population(people: usize, theta: f64, alpha: f64, random: &mut Random) -> Vec<usize> {
    let mut of: Vec<usize> = Vec::new();
    let mut sizes: Vec<f64> = Vec::new();
    for n in 0..people {
        let opens = (theta + sizes.len() as f64 * alpha) / (theta + n as f64);
        let class = if n == 0 || random.next() < opens {
            sizes.push(0.0);
            sizes.len() - 1
        } else {
            // Size less α: join somebody's class, and take it back with chance α ÷ size.
            loop {
                let class = of[(random.next() * n as f64) as usize];
                if random.next() >= alpha / sizes[class] {
                    break class;
                }
            }
        };
        sizes[class] += 1.0;
        of.push(class);
    }
    of
}

/// Classes of 1 + a negative binomial number: Poisson by a gamma of whole shape.
fn snb_population(classes: usize, shape: u32, p: f64, random: &mut Random) -> Vec<usize> {
    let mut of = Vec::new();
    for class in 0..classes {
        let mean: f64 = (0..shape).map(|_| -(1.0 - random.next()).ln()).sum::<f64>() * (1.0 - p) / p;
        let (mut extra, mut left) = (0, (-mean).exp());
        let (mut chance, drawn) = (left, random.next());
        while drawn > left && extra < 10_000 {
            extra += 1;
            chance *= mean / f64::from(extra);
            left += chance;
        }
        of.extend(std::iter::repeat_n(class, 1 + extra as usize));
    }
    of
}

fn sizes_of(classes: impl Iterator<Item = usize>) -> Sizes {
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    classes.for_each(|class| *counts.entry(class).or_default() += 1);
    let mut sizes = Sizes::new();
    counts.values().for_each(|count| *sizes.entry(*count).or_default() += 1);
    sizes
}

/// The true share of unique people, and the classes of a sample.
fn sampled(population: &[usize], share: f64, random: &mut Random) -> (f64, Sizes) {
    let truth =
        sizes_of(population.iter().copied()).get(&1).copied().unwrap_or(0) as f64 / population.len() as f64;
    (truth, sizes_of(population.iter().copied().filter(|_| random.next() < share)))
}

#[test]
fn pitman_finds_the_process_it_came_from() {
    for (theta, alpha, seed) in [(200.0, 0.3, 1), (50.0, 0.6, 2), (2_000.0, 0.1, 3)] {
        let mut random = Random(mixed(seed));
        let population = pitman_population(60_000, theta, alpha, &mut random);
        let (truth, sizes) = sampled(&population, 0.1, &mut random);
        let found = pitman::share(&sizes, 60_000);
        assert!((found / truth - 1.0).abs() < 0.15, "θ {theta} α {alpha}: {found} for {truth}");
        let (_, fitted) = pitman::fitted(&sizes);
        assert!((fitted - alpha).abs() < 0.1, "α {alpha}: {fitted}");
    }
}

#[test]
fn the_slide_negative_binomial_finds_its_own_population() {
    for (shape, p, seed) in [(1, 0.3, 1), (2, 0.2, 2), (1, 0.6, 3)] {
        let mut random = Random(mixed(seed));
        let population = snb_population(20_000, shape, p, &mut random);
        let (truth, sizes) = sampled(&population, 0.3, &mut random);
        let found = snb::share(&sizes, population.len() as u64);
        assert!((found / truth - 1.0).abs() < 0.25, "shape {shape} p {p}: {found} for {truth}");
    }
}

/// By hand: four classes of one, one of two, in a population twice the sample: H₁ = 6/12 = .5, H₂ = 2·C(10,5)/C(12,6) = .5454….
#[test]
fn zayatz_by_hand() {
    let sizes = Sizes::from([(1, 4), (2, 1)]);
    let (one, two) = (0.5, 2.0 * 252.0 / 924.0);
    let expected = 4.0 / 6.0 * (4.0 * one) / (4.0 * one + two);
    assert!((zayatz::share(&sizes, 12) - expected).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // Whatever the sizes: a share, never more than those alone in the sample where they say so, and none where nobody is alone.
    #[test]
    fn every_estimate_is_a_share(sizes in prop::collection::btree_map(1u64..400, 1u64..2_000, 1..8), times in 2u64..2_000) {
        let n: u64 = sizes.iter().map(|(size, count)| size * count).sum();
        for found in [pitman::share(&sizes, n * times), zayatz::share(&sizes, n * times), snb::share(&sizes, n * times)] {
            prop_assert!((0.0..=1.0).contains(&found), "{found}");
        }
        prop_assert!(zayatz::share(&sizes, n * times) <= sizes.get(&1).copied().unwrap_or(0) as f64 / n as f64 + 1e-9);
        // A larger population has fewer unique people.
        prop_assert!(pitman::share(&sizes, n * times * 2) <= pitman::share(&sizes, n * times) + 1e-9);
    }
}
