//! Seeded chance: the same seed and the same purpose give the same throws, on every machine and in every version.
//!
//! Only whole-number arithmetic and correctly rounded floating-point operations are used, never a library's choice of
//! distribution, so that an update of a dependency cannot change a world. Never seeded from a clock or the system.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream of throws is for. Each purpose and number has its own stream, so that adding a throw to one person's
/// illnesses moves nobody else's address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Household = 1,
    Marriage = 2,
    LifeEvents = 3,
    Illness = 4,
    Care = 5,
    Registration = 6,
    Governance = 7,
    Writing = 8,
}

/// A stream of throws.
pub(crate) struct Dice(ChaCha12Rng);

impl Dice {
    pub(crate) fn new(seed: u64, purpose: Purpose, number: usize) -> Self {
        let mut stream = ChaCha12Rng::seed_from_u64(seed);
        stream.set_stream(((purpose as u64) << 48) | number as u64);
        Self(stream)
    }

    /// A whole number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below(usize::try_from(high - low + 1).unwrap_or(1)) as i32
    }

    /// True with probability `per_mille` ÷ 1000.
    pub(crate) fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    /// One of a list, which must not be empty: the tables are static and a test holds them filled.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// One of a list that must not be empty, by weight.
    pub(crate) fn weighted<'a, T>(&mut self, list: &'a [T], weight: impl Fn(&T) -> usize) -> &'a T {
        let mut left = self.below(list.iter().map(&weight).sum());
        for item in list {
            let own = weight(item);
            if left < own {
                return item;
            }
            left -= own;
        }
        &list[0]
    }

    /// Bell-shaped noise: mean 0, deviation 1, never beyond ±6 (a sum of twelve even throws).
    pub(crate) fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.below(1 << 20) as f64 / f64::from(1 << 20)).sum::<f64>() - 6.0
    }

    /// A random UUID (version 4), lower case.
    pub(crate) fn uuid(&mut self) -> String {
        let (a, b) = (self.0.next_u64(), self.0.next_u64());
        let (a, b) = (a & !0xF000 | 0x4000, b & !(0xC << 60) | (0x8 << 60));
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xFFFF,
            a & 0xFFFF,
            b >> 48,
            b & 0xFFFF_FFFF_FFFF
        )
    }

    /// The order of `count` things, shuffled.
    pub(crate) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}
