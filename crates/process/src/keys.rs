//! Secrets of one project and what is derived from them for one person.
//!
//! Everything random about a person comes from HMAC-SHA256 under the operator's secret, so that nobody without the secret
//! can repeat it (PSE-01: replacement only by a method without regularity that could be reversed), and two projects
//! have nothing in common (PSE-06). Nothing here is ever printed.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// 32 letters that are not mistaken for one another.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Keys of one project. `Debug` prints nothing of them.
#[derive(Clone)]
pub(crate) struct Keys {
    secret: [u8; 32],
    project: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(▇▇)")
    }
}

impl Keys {
    pub(crate) fn new(secret: &[u8; 32], project: &str) -> Self {
        Self { secret: *secret, project: project.to_owned() }
    }

    /// HMAC-SHA256 over a purpose, the project and the parts, each preceded by its length so that no two inputs collide.
    pub(crate) fn derive(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // A key of 32 bytes is always accepted; an empty MAC cannot happen, but must not panic either.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else { return [0; 32] };
        for part in [purpose.as_bytes(), self.project.as_bytes()].into_iter().chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The key of a person's date shift when they first enter the project; kept with the pseudonym from then on.
    pub(crate) fn shift_key(&self, seed: u64, person: i64) -> u64 {
        first_u64(&self.derive("date shift", &[&seed.to_be_bytes(), &person.to_be_bytes()]))
    }

    /// Whether a person is in the project's sample of a share of people. A smaller sample is part of a larger one, and the seed of a
    /// release does not matter: two samples of one project would tell who is in only one.
    pub(crate) fn is_sampled(&self, person: i64, share: f64) -> bool {
        let drawn = first_u64(&self.derive("sample", &[&person.to_be_bytes()]));
        // 53 bits are a fraction without rounding.
        ((drawn >> 11) as f64) < share * (1u64 << 53) as f64
    }

    /// The seed of the noise on a value of a person, whom their key in this project stands for.
    pub(crate) fn noise(&self, person: u64, column: &str, value: &str) -> [u8; 32] {
        self.derive("noise", &[&person.to_be_bytes(), column.as_bytes(), value.as_bytes()])
    }

    /// A provider's pseudonym in this project: `P` and 10 letters (50 bits).
    pub(crate) fn provider(&self, provider: &str) -> String {
        let derived = self.derive("provider", &[provider.as_bytes()]);
        std::iter::once('P').chain(derived.iter().take(10).map(|byte| letter(u64::from(*byte)))).collect()
    }
}

/// The letter of the low five bits.
pub(crate) fn letter(bits: u64) -> char {
    ALPHABET.get((bits & 31) as usize).map_or('0', |b| char::from(*b))
}

fn first_u64(bytes: &[u8; 32]) -> u64 {
    bytes.iter().take(8).fold(0, |n, b| (n << 8) | u64::from(*b))
}

/// Whose cell a treatment is working on: what it may know of them. `Debug` prints nothing of them.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The person's secret in this project, from when they first entered it.
    pub(crate) shift_key: u64,
    /// The day of the person's index event.
    pub(crate) index: Option<i32>,
    /// The person's place in the run.
    pub(crate) place: u32,
    pub(crate) keys: &'a Keys,
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(▇▇)")
    }
}

impl<'a> Subject<'a> {
    /// Somebody of whom nothing is known but how their dates are shifted.
    pub(crate) const fn shifted(shift_key: u64, keys: &'a Keys) -> Self {
        Self { shift_key, index: None, place: u32::MAX, keys }
    }

    /// The same, of whom the day of the index event is known.
    pub(crate) const fn with_index(self, index: Option<i32>) -> Self {
        Self { index, ..self }
    }

    /// Nobody in particular: for what does not depend on whose it is.
    pub(crate) const fn anybody(keys: &'a Keys) -> Self {
        Self::shifted(0, keys)
    }

    /// The person's shift in days: uniform over −days…−1 and 1…days. Never 0, so that no released date is the true one;
    /// an attacker gains nothing by knowing that but one excluded candidate in 2 × days + 1.
    pub(crate) fn shift(&self, days: u16) -> i32 {
        let days = i32::from(days);
        // The high half of key × (2 × days) is uniform up to 2 × days ÷ 2^64.
        let index = ((u128::from(self.shift_key) * (2 * days as u128)) >> 64) as i32;
        if index < days { index - days } else { index - days + 1 }
    }
}
