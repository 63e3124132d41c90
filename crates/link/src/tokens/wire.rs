//! What travels between operator and key holder: elements of the group and proofs as bytes, nothing else.

use super::{Suite, TokenError};
use voprf::Group;

/// Inputs in one batch. Bounds the memory of both sides to some 30 MB a batch.
pub const LARGEST_BATCH: usize = 65_536;

/// Inputs under one proof: large enough that the proof costs little, small enough that all cores have chunks to work on.
pub(super) const PER_PROOF: usize = 256;

/// Blinded inputs, from the operator. Uniformly random to everybody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blinded {
    /// One an input, in their order.
    pub elements: Vec<[u8; 32]>,
}

/// The key holder's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// One an input, in their order.
    pub elements: Vec<[u8; 32]>,
    /// One for every chunk of inputs.
    pub proofs: Vec<[u8; 64]>,
}

/// The published key of one domain (公開鍵).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(<Suite as Group>::Elem);

impl PublicKey {
    /// Reads a published key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, TokenError> {
        Suite::deserialize_elem(bytes).map(Self).map_err(|_| TokenError::PublicKey)
    }

    /// The key as it is published.
    pub fn to_bytes(self) -> [u8; 32] {
        Suite::serialize_elem(self.0).into()
    }

    pub(super) const fn new(element: <Suite as Group>::Elem) -> Self {
        Self(element)
    }

    pub(super) const fn element(self) -> <Suite as Group>::Elem {
        self.0
    }
}

/// Refuses a batch that would take more memory than a batch may.
pub(super) const fn bounded(inputs: usize) -> Result<(), TokenError> {
    if inputs > LARGEST_BATCH { Err(TokenError::TooMany) } else { Ok(()) }
}
