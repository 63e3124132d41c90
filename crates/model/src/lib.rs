//! The words every stage of Kiban speaks: canonical tables, dates, codes, identities, records and reasons.
//!
//! No I/O happens here and nothing is decided here: this crate only says what things *are*. Stages never import
//! one another; what they hand over is a type of this crate (blueprint §1, §3).
//!
//! **Invariant.** A type that carries an identity ([`Private`], [`Identity`]) has no `Debug` or `Display` that
//! prints it, and no canonical table has a column for one: names, addresses, phones, insurance numbers and local
//! patient numbers live in the vault only.

pub mod date;
pub mod delivery;
pub mod identity;
pub mod japanese_era;
pub mod private;
pub mod reason;
pub mod record;
pub mod region;
pub mod report;
pub mod sex;
pub mod tables;
pub mod words;

pub use date::{DateAsGiven, DateError, Precision};
pub use identity::Identity;
pub use private::Private;
pub use reason::{Issue, Reason, Severity};
pub use record::{Outcome, Record, Rejected, Standing};
pub use sex::Sex;
pub use tables::{Row, RowContext, TableSet};

/// Opaque, immutable number of one person *as one provider knows them* (提供元ごとの本人).
///
/// Clinical rows carry it. Which subjects are the same person is kept beside the rows, in the person map, so that
/// joining or separating persons never rewrites a clinical row (LNK-02). Always positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct SubjectId(pub i64);

/// Opaque number of one person across providers (名寄せ後の本人). Always positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct PersonId(pub i64);

/// Something that concerns exactly one subject, such as the rows of one record.
pub trait OfSubject {
    /// Whose it is.
    fn subject(&self) -> SubjectId;
}

impl OfSubject for SubjectId {
    fn subject(&self) -> SubjectId {
        *self
    }
}
