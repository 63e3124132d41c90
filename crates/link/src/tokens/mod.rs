//! Tokens for the support agency (支援機関のための照合トークン): how two operators find that they hold the same person
//! without showing a name to each other or to the agency.
//!
//! It must never let an identifier leave in the clear, hand out a token that the agency's published key did not make, or
//! make tokens of two purposes comparable. The rule comes from 連結可能匿名加工 (linkage between operators through the support
//! agency, SUP-01, PSE-06) and from RFC 9497, verifiable mode (VOPRF), suite ristretto255-SHA512, by the crate `voprf`.
//!
//! ```text
//! match forms ─ inputs ─▶ TokenInput ─ Client::blind ─▶ Blinded ──▶ Server::evaluate ─▶ Evaluated + proofs
//!                                        └─▶ Pending ─────────────────── finalize ◀──┘      └─▶ Token (32 bytes)
//! ```
//!
//! - [`inputs`]: several [`Combination`]s of fields per person, each a versioned, length-prefixed byte string. One equal
//!   token is enough to say *the same person*, so every combination must name one person by itself.
//! - [`Census`]: an input that names several of the operator's own persons names none of them; it is withheld.
//! - [`Domain`]: purpose and epoch. Both are in the server's key and in what is hashed: tokens of two purposes or epochs
//!   have nothing in common, even if an agency used one key twice by mistake.
//! - [`Client`], [`Pending`], [`Server`]: each step takes what the step before gave, and [`Pending::finalize`] consumes its
//!   state, so that no blinding factor serves twice. What travels is plain bytes; the network belongs to the exchange.
//!
//! # Who learns what
//!
//! | who | learns | does not learn |
//! |---|---|---|
//! | key holder (鍵を持つ者) | how many inputs an operator asks for and when | the inputs, whatever it computes (RFC 9497 §7.1, unconditional input secrecy), the tokens, whether two questions were the same |
//! | operator | tokens of its own inputs; by the proof, that everybody is answered with one key | the key; anything about a person it does not hold |
//! | matcher (照合する者), who compares the operators' tokens | which tokens are equal, how many each operator has | the inputs, unless it also has the key |
//!
//! **Dictionary attack.** Names, birth dates and postal codes can be guessed, and tokens are random only to those who cannot
//! evaluate (RFC 9497 §7.1, pseudorandomness). Whoever can, turns guesses into tokens:
//!
//! - *The key holder* needs nobody's help. It must therefore never see a token: the matcher is another body, or the tokens
//!   are compared by the operators. A key in two halves, multiplied one after the other (threshold evaluation), would
//!   take away the guess even from an agency that breaks this rule. It is not there yet; the group allows it.
//! - *An operator* can ask for guesses. A name, a birth date and a postal code are some 10⁹ to 10¹² guesses for a
//!   nation; a limit on the number asked per epoch near the number of persons it really holds makes that useless. The
//!   server counts inputs ([`Blinded::elements`]); the limit belongs to the exchange.
//! - *Somebody who steals tokens alone* can guess nothing without evaluations. When the epoch ends its key is destroyed,
//!   and stolen tokens are random numbers for good.
//!
//! **Frequencies.** Who sees only tokens still sees which repeat. [`Census`] withholds what repeats within an operator, and
//! a token does not say which combination it came from.
//!
//! **One key for everybody.** A malicious server could use a key of its own for one operator and recognise its tokens
//! later. The proof binds every answer to the public key; operators must take that key from a common published place.
//!
//! **Limits of what is proven.** Every answer is a static Diffie–Hellman sample: Q answers cost log₂(Q)/2 bits of 128
//! (§7.2.3), so a nation's 2³⁰ leave 113; epochs bound Q. The proofs of security are for one key without batching; for many
//! keys and batches there is no published analysis (§7.2.1). ristretto255 is not on the CRYPTREC list, which has no
//! algorithm for this purpose; what it is built from is: the curve of Ed25519 (in EdDSA) and SHA-512.
//!
//! # Accuracy
//!
//! On 100,000 fictional people of two operators: precision .9997, recall .981 (.9967 and .981 in a file rich in twins). On
//! one core an operator makes the tokens of 1,000 persons a second, the key holder answers for 2,200.
//! `cargo run --release -p kiban-link --example tokens -- FILE.parquet` measures both.

mod census;
mod client;
mod combination;
mod domain;
mod error;
mod input;
mod randomness;
mod server;
mod wire;

pub use census::{Census, Common};
pub use client::{Client, Pending, Token};
pub use combination::Combination;
pub use domain::{Domain, VERSION};
pub use error::TokenError;
pub use input::{TokenInput, inputs};
pub use server::Server;
pub use wire::{Blinded, Evaluated, LARGEST_BATCH, PublicKey};

/// What RFC 9497 §4.1 calls ristretto255-SHA512.
type Suite = voprf::Ristretto255;
