//! One hash for texts and numbers: the same on every machine and in every run, because sampling and the order of rows
//! depend on it. Not keyed: whoever can choose names can make two collide, which costs one comparison.

/// Mixes a value into a hash (a finaliser of the SplitMix kind: Steele, Lea, Flood 2014).
pub(crate) const fn mix(hash: u64, value: u64) -> u64 {
    let mut x = hash.rotate_left(23) ^ value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The high and the low half of a product folded into one number.
const fn fold_product(a: u64, b: u64) -> u64 {
    let wide = (a as u128) * (b as u128);
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// Hash of a text.
pub(crate) fn text(text: &str) -> u64 {
    bytes(text.as_bytes())
}

/// Hash of bytes.
pub(crate) fn bytes(bytes: &[u8]) -> u64 {
    let mut hash = 0x2D35_8DCC_AA6C_78A5 ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = fold_product(hash ^ u64::from_le_bytes(*word), 0x9FB2_1C65_1E98_DF25);
    }
    let mut last = 0;
    for byte in rest {
        last = last << 8 | u64::from(*byte);
    }
    fold_product(hash ^ last, 0xA0AA_D1B4_7E6F_15C3)
}

/// A hash of a text by which the hash of two texts joined follows from theirs (Rabin's polynomial).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rolling {
    hash: u64,
    power: u64,
}

impl Rolling {
    const BASE: u64 = 0x0000_0100_0000_01B3;
    /// Of the empty text.
    pub(crate) const EMPTY: Self = Self { hash: 0, power: 1 };

    pub(crate) fn of(text: &[char]) -> Self {
        text.iter().fold(Self::EMPTY, |sum, c| Self {
            hash: sum.hash.wrapping_mul(Self::BASE).wrapping_add(mix(1, u64::from(*c as u32))),
            power: sum.power.wrapping_mul(Self::BASE),
        })
    }

    /// Of this text followed by another.
    pub(crate) const fn then(self, next: Self) -> Self {
        Self {
            hash: self.hash.wrapping_mul(next.power).wrapping_add(next.hash),
            power: self.power.wrapping_mul(next.power),
        }
    }

    /// 0 for the empty text.
    pub(crate) const fn value(self) -> u64 {
        self.hash
    }
}

/// SplitMix64: a stream from a seed, the same on every machine.
pub(crate) struct Stream(pub(crate) u64);

impl Stream {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// Below `bound`, by the high half of a product; the bias of less than one in 2³² is of no matter here.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_whole_follows_from_its_parts() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let whole = Rolling::of(&chars("山田太郎"));
        for at in 0..=4 {
            let (family, given) =
                ("山田太郎".chars().take(at).collect::<Vec<_>>(), chars("山田太郎").split_off(at));
            assert_eq!(Rolling::of(&family).then(Rolling::of(&given)), whole);
        }
        assert_ne!(whole.value(), Rolling::of(&chars("山太田郎")).value());
    }

    #[test]
    fn texts_that_differ_by_a_byte_or_by_length_differ() {
        let texts = ["", "a", "aa", "aaaaaaaa", "aaaaaaaaa", "山田", "山口", "\0", "\0\0"];
        let hashes: std::collections::HashSet<u64> = texts.iter().map(|t| text(t)).collect();
        assert_eq!(hashes.len(), texts.len());
    }
}
