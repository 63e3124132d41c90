//! Hashing of numbers that the house itself gave out: subjects and persons. Nobody outside chooses them, so that they need
//! no keyed hash; every row of a scan asks for one.

use std::hash::{BuildHasherDefault, Hasher};

/// Spreads a number over all bits.
pub(crate) type Spread = BuildHasherDefault<SpreadHasher>;

/// See [`Spread`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SpreadHasher(u64);

impl Hasher for SpreadHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }
}
