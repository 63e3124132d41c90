//! What can go wrong with a ledger, in words for the person who must act. No message carries anything of an event's body.

use std::io;

/// Why a ledger could not be opened, written or trusted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("the ledger's files could not be read or written: {0}")]
    Io(#[from] io::Error),
    /// Another process holds the ledger.
    #[error("another process is writing this ledger; only one may append at a time")]
    Locked,
    /// The ledger is not what was written. Nothing was repaired: keep the files as they are and compare them with a copy
    /// and with a published head.
    #[error("the ledger is damaged: {0}")]
    Damaged(#[from] Damage),
    /// The event cannot be written as given.
    #[error("the event was refused: {0}")]
    Refused(&'static str),
    /// An earlier write failed half-way, so what is on the disk is not known.
    #[error("an earlier write to this ledger failed; open it again before writing")]
    WriteFailed,
    /// A proof was asked for entries that are not there.
    #[error("the ledger has {size} entries; the proof asks for more")]
    OutOfRange {
        /// Entries there are.
        size: u64,
    },
}

/// Where a ledger is damaged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// An entry of `events.jsonl`, counted from 0.
    #[error("entry {index}: {fault}")]
    Entry {
        /// Its place, from 0.
        index: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A signed head, line of `heads.jsonl` counted from 0.
    #[error("signed head {index}: {fault}")]
    Head {
        /// Its place, from 0.
        index: u64,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with an entry or a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The line is not one that this software wrote.
    #[error("the line is not in canonical form")]
    NotCanonical,
    /// The line is longer than any that is ever written.
    #[error("the line is too long")]
    TooLong,
    /// The number does not follow that of the line before.
    #[error("its number is not the next one")]
    OutOfOrder,
    /// `previous` is not the hash of the entry before.
    #[error("it does not follow from the entry before it")]
    BrokenChain,
    /// `hash` is not the hash of the content.
    #[error("its hash is not that of its content")]
    WrongHash,
    /// The signature is not one of the head's key over the head.
    #[error("its signature does not hold")]
    BadSignature,
    /// The key is not among those the caller trusts.
    #[error("it is signed by a key that is not trusted")]
    UntrustedKey,
    /// It covers fewer entries than the head before it.
    #[error("it covers fewer entries than the head before it")]
    Shrinks,
    /// It covers more entries than there are: entries were removed from the end.
    #[error("it covers entries that are missing from the end of the ledger")]
    EntriesMissing,
    /// The tree over the entries has another root.
    #[error("the entries it covers are not those that were signed")]
    RootDiffers,
}
