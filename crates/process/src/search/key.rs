//! A combination of values in one number: a field of bits for each column, so that equal combinations are equal numbers.

use std::fmt::Debug;
use std::hash::Hash;
use std::ops::{BitAnd, BitOr, Not};

/// A packed combination. Two widths stand behind it: most tables fit in 64 bits, wide ones in 128.
pub(crate) trait Key:
    Copy
    + Eq
    + Ord
    + Hash
    + Default
    + Send
    + Sync
    + Debug
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Not<Output = Self>
{
    /// How many bits there are.
    const BITS: u32;
    /// A code moved to its field.
    fn field(code: u32, shift: u32) -> Self;
    /// The code in a field.
    fn code(self, shift: u32, mask: u32) -> u32;
    /// Spread over 64 bits, the higher the better.
    fn hash(self) -> u64;
}

/// One multiplication to twice the width, folded: every bit of the input reaches every bit of the answer.
pub(crate) const fn mix(a: u64, factor: u64) -> u64 {
    let product = (a ^ 0x9e37_79b9_7f4a_7c15) as u128 * factor as u128;
    product as u64 ^ (product >> 64) as u64
}

const FACTOR: u64 = 0xd1b5_4a32_d192_ed03;

impl Key for u64 {
    const BITS: u32 = 64;
    fn field(code: u32, shift: u32) -> Self {
        Self::from(code) << shift
    }
    fn code(self, shift: u32, mask: u32) -> u32 {
        (self >> shift) as u32 & mask
    }
    fn hash(self) -> u64 {
        mix(self, FACTOR)
    }
}

impl Key for u128 {
    const BITS: u32 = 128;
    fn field(code: u32, shift: u32) -> Self {
        Self::from(code) << shift
    }
    fn code(self, shift: u32, mask: u32) -> u32 {
        (self >> shift) as u32 & mask
    }
    fn hash(self) -> u64 {
        mix(mix(self as u64, FACTOR) ^ (self >> 64) as u64, FACTOR)
    }
}
