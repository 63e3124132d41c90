//! Comparisons of two texts remembered (比較の記憶): the same two given names meet many thousand times.
//!
//! Forgetful by design: one place per pair of codes, the last one stays. What is remembered is a pure function of the
//! pair, so forgetting changes nothing but time.

use super::Level;
use std::sync::atomic::{AtomicU64, Ordering};

/// Places; a power of two.
const PLACES: usize = 1 << 17;

/// Levels by script and pair of codes. Shared by all cores.
pub(crate) struct Memory(Box<[AtomicU64]>);

impl Default for Memory {
    fn default() -> Self {
        Self((0..PLACES).map(|_| AtomicU64::new(u64::MAX)).collect())
    }
}

impl Memory {
    /// The level of two codes of a script; `find` is asked where it is not remembered. Codes above 2²⁸ are not.
    pub(crate) fn level(&self, script: u8, a: u32, b: u32, find: impl FnOnce() -> Level) -> Level {
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        if high >> 28 != 0 {
            return find();
        }
        let pair = (u64::from(script) << 56 | u64::from(low) << 28 | u64::from(high)) << 5;
        let at = crate::hash::mix(0, pair) as usize & (PLACES - 1);
        let Some(place) = self.0.get(at) else { return find() };
        let held = place.load(Ordering::Relaxed);
        if held & !0b1_1111 == pair
            && let Some(level) = Level::ALL.get((held & 0b1_1111) as usize)
        {
            return *level;
        }
        let level = find();
        place.store(pair | level as u64, Ordering::Relaxed);
        level
    }
}
