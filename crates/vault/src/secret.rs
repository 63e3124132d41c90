//! The vault's master secret and the keyed digests made with it: HMAC-SHA-256 (CRYPTREC).
//!
//! Subject and person numbers are digests of what they stand for, so that the same record read twice, or on another day
//! after a crash, is the same subject, while nobody without the secret can go back.

use crate::VaultError;
use hmac::{Hmac, KeyInit, Mac};
use kiban_model::{PersonId, Private, SubjectId};
use sha2::Sha256;
use std::io::Write as _;
use std::path::Path;

/// 32 secret bytes. `Debug` does not print them.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(▇▇)")
    }
}

impl Secret {
    /// From bytes the caller vouches for (a demo's seed, a test).
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From the operating system's randomness.
    ///
    /// # Errors
    /// The operating system gives none.
    pub fn random() -> Result<Self, VaultError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| VaultError::Folder {
            path: "randomness".into(),
            source: std::io::Error::other("none available"),
        })?;
        Ok(Self(bytes))
    }

    pub(crate) fn write_new(&self, path: &Path) -> Result<(), VaultError> {
        let at = |source| VaultError::Folder { path: path.to_path_buf(), source };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(at)?;
        let text: String = self.0.iter().map(|b| format!("{b:02x}")).collect();
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at)
    }

    pub(crate) fn read(path: &Path) -> Result<Self, VaultError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| VaultError::Folder { path: path.to_path_buf(), source })?;
        let text = text.trim();
        let damaged = || VaultError::KeyFile { path: path.to_path_buf() };
        if text.len() != 64 || !text.is_ascii() {
            return Err(damaged());
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = text
                .get(at..at + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .ok_or_else(damaged)?;
        }
        Ok(Self(bytes))
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length so that no two lists of parts collide.
    pub fn digest(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // A key of any length is accepted: this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The first 128 bits of [`Secret::digest`], in hexadecimal.
    pub fn digest_text(&self, purpose: &str, parts: &[&[u8]]) -> String {
        self.digest(purpose, parts).iter().take(16).map(|b| format!("{b:02x}")).collect()
    }

    fn number(&self, purpose: &str, parts: &[&[u8]]) -> i64 {
        let digest = self.digest(purpose, parts);
        let first = digest.first_chunk::<8>().map_or(1, |bytes| i64::from_be_bytes(*bytes));
        (first & i64::MAX).max(1)
    }

    /// The number of a person as one provider knows them.
    pub fn subject(&self, provider: &str, local_id: &Private<String>) -> SubjectId {
        SubjectId(self.number("subject", &[provider.as_bytes(), local_id.expose().as_bytes()]))
    }

    /// The number of the person whose smallest subject, when the person was first linked, is `founder`.
    pub fn person(&self, founder: SubjectId, attempt: u32) -> PersonId {
        PersonId(self.number("person", &[&founder.0.to_be_bytes(), &attempt.to_be_bytes()]))
    }

    /// A secret of one project's own, for its pseudonyms and shifts: knowing one tells nothing of another.
    pub fn project(&self, project: &str) -> [u8; 32] {
        self.digest("project", &[project.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_depend_on_every_boundary_and_on_the_secret() {
        let secret = Secret::from_bytes([1; 32]);
        let id = |text: &str| Private::new(text.to_owned());
        assert_eq!(secret.subject("a", &id("12")), secret.subject("a", &id("12")));
        assert_ne!(secret.subject("a", &id("12")), secret.subject("a1", &id("2")));
        assert_ne!(secret.subject("a", &id("12")), Secret::from_bytes([2; 32]).subject("a", &id("12")));
        assert!(secret.subject("a", &id("12")).0 > 0);
        assert!(!format!("{secret:?}").contains('1'));
    }

    #[test]
    fn a_key_file_is_private_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        Secret::from_bytes([7; 32]).write_new(&path).unwrap();
        assert_eq!(Secret::read(&path).unwrap().0, [7; 32]);
        assert!(Secret::from_bytes([8; 32]).write_new(&path).is_err(), "a key is never overwritten");
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions()) & 0o777,
            0o600
        );
        std::fs::write(&path, "short").unwrap();
        assert!(matches!(Secret::read(&path), Err(VaultError::KeyFile { .. })));
    }
}
