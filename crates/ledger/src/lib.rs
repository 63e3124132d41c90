//! The append-only proof of what happened (台帳): every decision and every use of data, in order, signed.
//!
//! It must never hold an identity or a clinical value: what is in the ledger cannot be erased, so whoever writes an
//! [`Event`] names people by opaque numbers only (SEC-07, OPT-06). The rule comes from SEC-06 (logs kept two years or more,
//! tampering and deletion prevented) and from blueprint §4.
//!
//! # Three layers, each checked without the one above
//! - **Chain.** One line an entry in `events.jsonl`; each names the SHA-256 of the one before ([`entry`] defines the bytes).
//! - **Tree.** The entries' hashes are the leaves of a Merkle tree (RFC 9162), so that one entry's presence
//!   ([`merkle::verify_inclusion`]) and the log's growth ([`merkle::verify_consistency`]) can be shown to somebody who
//!   does not hold the log.
//! - **Heads.** `heads.jsonl` holds Ed25519-signed statements of size and root ([`Head`]). A head that was given to
//!   somebody else is what makes cutting off the end of the log visible: publish heads.
//!
//! # A crash
//! An append is one write and one `fsync`. A crash leaves at most one unfinished last line; [`Ledger::open`] finishes it
//! if only its newline is missing, else cuts it off and keeps it aside. Any other damage is an error that names the
//! entry, and nothing is repaired.
//!
//! ```
//! use kiban_ledger::{Event, Ledger, SigningKey, verify};
//! let folder = std::env::temp_dir().join(format!("kiban-ledger-doc-{}", std::process::id()));
//! let key = SigningKey::from_bytes(&[7; 32]);
//! let mut ledger = Ledger::open(&folder, key.clone())?;
//! ledger.append(Event {
//!     kind: "DeliveryAccepted".into(),
//!     at: "2026-04-01T09:00:00+09:00".into(),
//!     actor: "intake".into(),
//!     body: serde_json::json!({ "delivery": "hospital-a-0001", "records": 12 }),
//! })?;
//! ledger.sign_head("2026-04-01T09:00:01+09:00")?;
//! drop(ledger);
//! let report = verify(&folder, &[key.verifying_key()])?;
//! assert_eq!((report.entries, report.unsigned), (1, 0));
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), kiban_ledger::Error>(())
//! ```

pub mod canonical;
pub mod entry;
pub mod error;
pub mod hash;
pub mod head;
mod ledger;
pub mod merkle;
pub mod reader;
mod verify;

pub use ed25519_dalek::{SigningKey, VerifyingKey};
pub use entry::{Entry, Event};
pub use error::{Damage, Error, Fault};
pub use hash::Hash;
pub use head::Head;
pub use ledger::{
    EVENTS_FILE, HEADS_FILE, LOCK_FILE, Ledger, consistency_proof, events, heads, inclusion_proof,
};
pub use reader::Events;
pub use verify::{Report, verify, verify_streams};

#[cfg(test)]
mod tests;
