//! The key holder's side (支援機関のうち鍵を持つ側): evaluates what it cannot read, and proves with which key.

use super::randomness::streams;
use super::wire::{PER_PROOF, bounded};
use super::{Blinded, Domain, Evaluated, PublicKey, Suite, TokenError};
use rand_chacha::rand_core::CryptoRng;
use rayon::prelude::*;
use voprf::{BlindedElement, VoprfServer, VoprfServerBatchEvaluateResult};

/// The key of one domain. Has no `Debug`; the key is wiped from memory when dropped.
pub struct Server(VoprfServer<Suite>);

impl Server {
    /// Derives the domain's key from the master secret (RFC 9497 §3.2.1). Whoever destroys the secret of an epoch makes
    /// its tokens random numbers for good: use a fresh secret each epoch.
    pub fn derive(secret: &[u8; 32], domain: &Domain) -> Result<Self, TokenError> {
        VoprfServer::new_from_seed(secret, domain.info()).map(Self).map_err(|_| TokenError::Library)
    }

    /// The key to publish.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.get_public_key())
    }

    /// Evaluates a batch, on all cores.
    pub fn evaluate(&self, question: &Blinded, rng: &mut impl CryptoRng) -> Result<Evaluated, TokenError> {
        bounded(question.elements.len())?;
        let streams = streams(rng, question.elements.len().div_ceil(PER_PROOF));
        let answers: Vec<(Vec<[u8; 32]>, [u8; 64])> = question
            .elements
            .par_chunks(PER_PROOF)
            .zip(streams)
            .enumerate()
            .map(|(at, (elements, mut stream))| {
                let elements = elements
                    .iter()
                    .enumerate()
                    .map(|(within, element)| {
                        BlindedElement::<Suite>::deserialize(element)
                            .map_err(|_| TokenError::Element(at * PER_PROOF + within))
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                let VoprfServerBatchEvaluateResult { messages, proof } =
                    self.0.batch_blind_evaluate(&mut stream, &elements).map_err(|_| TokenError::Library)?;
                let elements = messages.iter().map(|message| message.serialize().into()).collect();
                Ok((elements, proof.serialize().into()))
            })
            .collect::<Vec<Result<_, _>>>()
            .into_iter()
            .collect::<Result<_, _>>()?;
        let (elements, proofs): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        Ok(Evaluated { elements: elements.concat(), proofs })
    }
}
