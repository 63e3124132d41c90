//! One stream of randomness per chunk, all from the caller's generator, so that chunks run side by side and the outcome
//! depends on the generator alone, not on the number of threads.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{CryptoRng, Rng, SeedableRng};

/// A stream in the form `voprf` asks for (rand_core 0.6).
pub(super) struct Stream(ChaCha20Rng);

/// `count` independent streams.
pub(super) fn streams(rng: &mut impl CryptoRng, count: usize) -> Vec<Stream> {
    (0..count).map(|_| Stream(ChaCha20Rng::from_rng(rng))).collect()
}

impl rand_core_06::RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl rand_core_06::CryptoRng for Stream {}
