//! What a token is good for: purpose, epoch and version (用途・鍵の世代・版).

use super::{TokenError, TokenInput};
use zeroize::Zeroizing;

/// Raise it whenever a match form or a combination changes: operators of two versions must not seem to have nobody in
/// common, so they share no domain at all, and the golden test in `tests/tokens.rs` fails until this is raised.
pub const VERSION: u8 = 1;

const LABEL: &[u8] = b"kiban-token";
const LONGEST_PURPOSE: usize = 64;

/// Purpose and epoch of a set of tokens. Both parties must state the same; then and only then are tokens comparable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Domain(Vec<u8>);

impl Domain {
    /// `purpose` is the name of a project or of a kind of linkage, of lower-case letters, digits, `-`, `.` and `_`, so that
    /// two operators cannot write one purpose differently. `epoch` counts the key's generations (鍵の世代).
    ///
    /// ```
    /// use kiban_link::tokens::{Domain, TokenError};
    /// assert!(Domain::new("stroke-registry-2027", 1).is_ok());
    /// assert_eq!(Domain::new("Stroke registry", 1), Err(TokenError::Purpose));
    /// ```
    pub fn new(purpose: &str, epoch: u32) -> Result<Self, TokenError> {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'.' | b'_');
        let length = u8::try_from(purpose.len()).map_err(|_| TokenError::Purpose)?;
        if purpose.is_empty() || purpose.len() > LONGEST_PURPOSE || !purpose.bytes().all(plain) {
            return Err(TokenError::Purpose);
        }
        let epoch = epoch.to_be_bytes();
        Ok(Self([LABEL, &[VERSION], &[length], purpose.as_bytes(), &epoch].concat()))
    }

    /// The `info` of DeriveKeyPair (RFC 9497 §3.2.1): every domain has its own key.
    pub(super) fn info(&self) -> &[u8] {
        &self.0
    }

    /// What is hashed and blinded: the domain, whose length its own bytes tell, then the input.
    pub(super) fn bind(&self, input: &TokenInput) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.0.len() + input.bytes().len()));
        bytes.extend_from_slice(&self.0);
        bytes.extend_from_slice(input.bytes());
        bytes
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::normalise::Normalised;
    use crate::tokens::inputs;

    #[test]
    fn what_is_hashed_tells_purpose_and_epoch_apart() {
        let person = Normalised { others: vec!["system|1".to_owned()], ..Normalised::default() };
        let birth = crate::normalise::Birth { year: 1980, month: 2, day: 3 };
        let person = Normalised { birth: Some(birth), ..person };
        let inputs = inputs([&person]);
        let input = inputs.first().unwrap();
        let domains = [("a", 1), ("a", 2), ("b", 1), ("a1", 1)].map(|(p, e)| Domain::new(p, e).unwrap());
        let mut hashed: Vec<_> = domains.iter().map(|domain| domain.bind(input).to_vec()).collect();
        hashed.sort();
        hashed.dedup();
        assert_eq!(hashed.len(), domains.len());
    }
}
