//! The operator's side: blind, and turn the verified answer into tokens.

use super::randomness::streams;
use super::wire::{PER_PROOF, bounded};
use super::{Blinded, Domain, Evaluated, PublicKey, Suite, TokenError, TokenInput};
use rand_chacha::rand_core::CryptoRng;
use rayon::prelude::*;
use voprf::{EvaluationElement, Proof, VoprfClient};
use zeroize::Zeroizing;

/// A token (照合トークン). Equal tokens of one domain are one person. It stands for a person: it has no `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token([u8; 32]);

impl Token {
    /// The token as the matcher gets it.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// An operator that asks for tokens of one domain.
#[derive(Debug, Clone)]
pub struct Client {
    domain: Domain,
    public_key: PublicKey,
}

/// What the operator keeps until the answer comes: inputs and blinding factors, wiped when dropped. Has no `Debug`.
pub struct Pending {
    public_key: PublicKey,
    chunks: Vec<Chunk>,
}

/// Inputs under one proof.
#[derive(Default)]
struct Chunk {
    inputs: Vec<Zeroizing<Vec<u8>>>,
    states: Vec<VoprfClient<Suite>>,
}

impl Client {
    /// `public_key` must come from where it is published for everybody, not from the answering server.
    pub const fn new(domain: Domain, public_key: PublicKey) -> Self {
        Self { domain, public_key }
    }

    /// Blinds the inputs, on all cores; the outcome depends on `rng` alone. Send [`Blinded`], keep [`Pending`].
    pub fn blind(
        &self,
        inputs: &[TokenInput],
        rng: &mut impl CryptoRng,
    ) -> Result<(Pending, Blinded), TokenError> {
        bounded(inputs.len())?;
        let streams = streams(rng, inputs.len().div_ceil(PER_PROOF));
        let blinded: Vec<(Chunk, Vec<[u8; 32]>)> = inputs
            .par_chunks(PER_PROOF)
            .zip(streams)
            .map(|(inputs, mut stream)| {
                let mut chunk = Chunk::default();
                let mut elements = Vec::with_capacity(inputs.len());
                for input in inputs {
                    let bytes = self.domain.bind(input);
                    let blinded =
                        VoprfClient::<Suite>::blind(&bytes, &mut stream).map_err(|_| TokenError::Library)?;
                    chunk.inputs.push(bytes);
                    chunk.states.push(blinded.state);
                    elements.push(blinded.message.serialize().into());
                }
                Ok((chunk, elements))
            })
            .collect::<Vec<Result<_, _>>>()
            .into_iter()
            .collect::<Result<_, _>>()?;
        let (chunks, elements): (Vec<_>, Vec<_>) = blinded.into_iter().unzip();
        Ok((Pending { public_key: self.public_key, chunks }, Blinded { elements: elements.concat() }))
    }
}

impl Pending {
    /// Verifies every proof and makes the tokens, in the order of the inputs. All or none: one bad proof spoils the batch.
    pub fn finalize(self, answer: &Evaluated) -> Result<Vec<Token>, TokenError> {
        let inputs: usize = self.chunks.iter().map(|chunk| chunk.inputs.len()).sum();
        if answer.elements.len() != inputs || answer.proofs.len() != self.chunks.len() {
            return Err(TokenError::Length);
        }
        let chunks = self.chunks.par_iter().zip(answer.elements.par_chunks(PER_PROOF)).zip(&answer.proofs);
        let tokens: Vec<Vec<Token>> = chunks
            .enumerate()
            .map(|(at, ((chunk, elements), proof))| {
                let elements = elements
                    .iter()
                    .enumerate()
                    .map(|(within, element)| {
                        EvaluationElement::<Suite>::deserialize(element)
                            .map_err(|_| TokenError::Element(at * PER_PROOF + within))
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                let proof = Proof::<Suite>::deserialize(proof).map_err(|_| TokenError::Proof(at))?;
                let key = self.public_key.element();
                let outputs =
                    VoprfClient::batch_finalize(&chunk.inputs, &chunk.states, &elements, &proof, key)
                        .map_err(|_| TokenError::Proof(at))?;
                outputs
                    .map(|output| {
                        // Half of SHA-512 is as hard to collide with as tokens need, and half the bytes to exchange.
                        let output = output.map_err(|_| TokenError::Library)?;
                        output.first_chunk().copied().map(Token).ok_or(TokenError::Library)
                    })
                    .collect()
            })
            .collect::<Vec<Result<_, _>>>()
            .into_iter()
            .collect::<Result<_, _>>()?;
        Ok(tokens.concat())
    }
}
