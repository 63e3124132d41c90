//! A signed head (署名付き先頭): "at this time the ledger had so many entries and this root", signed with Ed25519.
//!
//! # The bytes
//! The signature is over the UTF-8 text `kiban ledger head 1⏎<size>⏎<root, 64 hex>⏎<at>⏎`. A line of `heads.jsonl` is
//! `{"size":1,"root":"<64 hex>","at":"…","signature":"<128 hex>","key":"<64 hex>"}⏎`, in exactly this order and without
//! white space.

use crate::hash::{from_hex, to_hex};
use crate::{Fault, Hash, SigningKey, VerifyingKey, canonical};
use ed25519_dalek::{Signature, Signer};
use serde::{Deserialize, Serialize};

/// What a key holder stated about the ledger. Publish it: it is what others can hold the operator to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many entries it covers.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// When it was signed, ISO 8601, as the caller's clock gave it.
    pub at: String,
    /// Ed25519 signature, 128 hexadecimal digits.
    pub signature: String,
    /// Ed25519 public key, 64 hexadecimal digits.
    pub key: String,
}

impl Head {
    /// States and signs.
    pub fn sign(size: u64, root: Hash, at: &str, key: &SigningKey) -> Self {
        let signature = key.sign(message(size, &root, at).as_bytes());
        Self {
            size,
            root,
            at: at.to_owned(),
            signature: to_hex(&signature.to_bytes()),
            key: to_hex(key.verifying_key().as_bytes()),
        }
    }

    /// Whether the signature is that of the head's own key, and the key one of `trusted` (any, where that is empty).
    ///
    /// # Errors
    /// [`Fault::BadSignature`] or [`Fault::UntrustedKey`].
    pub fn check(&self, trusted: &[VerifyingKey]) -> Result<(), Fault> {
        let key = from_hex::<32>(&self.key)
            .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
            .ok_or(Fault::BadSignature)?;
        let signature = from_hex::<64>(&self.signature).ok_or(Fault::BadSignature)?;
        // Strict: one signature has one spelling, and keys under which anything verifies are refused.
        key.verify_strict(
            message(self.size, &self.root, &self.at).as_bytes(),
            &Signature::from_bytes(&signature),
        )
        .map_err(|_| Fault::BadSignature)?;
        if trusted.is_empty() || trusted.contains(&key) { Ok(()) } else { Err(Fault::UntrustedKey) }
    }

    /// The line, newline included.
    pub fn line(&self) -> String {
        let mut at = String::new();
        canonical::write_string(&self.at, &mut at);
        let Self { size, root, signature, key, .. } = self;
        format!(
            "{{\"size\":{size},\"root\":\"{root}\",\"at\":{at},\"signature\":\"{signature}\",\"key\":\"{key}\"}}\n"
        )
    }

    /// Reads a line (without its newline).
    ///
    /// # Errors
    /// [`Fault::NotCanonical`].
    pub fn parse(line: &[u8]) -> Result<Self, Fault> {
        let head: Self = serde_json::from_slice(line).map_err(|_| Fault::NotCanonical)?;
        let spelled = head.line().strip_suffix('\n').is_some_and(|own| own.as_bytes() == line);
        if spelled { Ok(head) } else { Err(Fault::NotCanonical) }
    }
}

fn message(size: u64, root: &Hash, at: &str) -> String {
    format!("kiban ledger head 1\n{size}\n{root}\n{at}\n")
}
