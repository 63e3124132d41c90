//! What a reader hands over: one [`Record`] taken whole, or one [`Rejected`] with its place and reason. Never half.
//!
//! A record is the smallest thing that is admitted as one: an SS-MIX2 message, a receipt, a FHIR resource. Each also
//! counts its units (segments, lines, resources), so that every unit of a file is accounted for (COL-08).

use crate::{DateAsGiven, Identity, Issue, Private, Row};
use std::borrow::Cow;
use std::ops::Range;

/// Whether a record still stands, as its source said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Valid now.
    Current,
    /// History of a later version (SS-MIX2 condition 2): kept, not used.
    Superseded,
    /// Withdrawn (SS-MIX2 condition 0): it withdraws every earlier version under the same key.
    Cancelled,
}

/// One admissible record, parsed, not yet admitted.
///
/// `Debug` shows no identity: the subject, key and identities are [`Private`].
#[derive(Debug, Clone)]
pub struct Record {
    /// Number of the record's first unit in its file, from 1: segment, line or entry.
    pub number: u64,
    /// The bytes it was read from.
    pub bytes: Range<u64>,
    /// How many units (segments, lines, resources) it is made of; at least 1.
    pub units: u64,
    /// What the source calls it: `ADT-00`, `UKE medical`, `FHIR Observation`.
    pub kind: Cow<'static, str>,
    /// The number by which the provider knows the person (提供元患者番号); `None` for records about no person, such as an
    /// institution, which go to the reference records of the vault.
    pub subject: Option<Private<String>>,
    /// What the record says of who the person is.
    pub identities: Vec<Identity>,
    /// Clinical rows.
    pub rows: Vec<Row>,
    /// Natural key that successive versions of the same record share; `None` where a format has none. Unique only within
    /// one provider and one format.
    pub key: Option<Private<String>>,
    /// Sorts versions under one key, later last; empty where a format has no version.
    pub version: String,
    /// Whether it stands.
    pub standing: Standing,
    /// When the source recorded it.
    pub recorded_at: Option<DateAsGiven>,
    /// Noted without refusing the record.
    pub warnings: Vec<Issue>,
}

impl Record {
    /// A current record without rows, to be filled.
    pub fn new(number: u64, bytes: Range<u64>, units: u64, kind: impl Into<Cow<'static, str>>) -> Self {
        Self {
            number,
            bytes,
            units,
            kind: kind.into(),
            subject: None,
            identities: Vec::new(),
            rows: Vec::new(),
            key: None,
            version: String::new(),
            standing: Standing::Current,
            recorded_at: None,
            warnings: Vec::new(),
        }
    }
}

/// Something read that cannot be a record: it goes to quarantine (隔離) with its place and reason.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Number of its first unit in the file, from 1; 0 for the file as a whole.
    pub number: u64,
    /// The bytes concerned.
    pub bytes: Range<u64>,
    /// How many units it holds.
    pub units: u64,
    /// What the source calls it, as far as known.
    pub kind: Cow<'static, str>,
    /// Why.
    pub issue: Issue,
}

/// What a reader says of each piece of a file, in file order.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A record.
    Record(Box<Record>),
    /// Not a record.
    Rejected(Rejected),
}

impl Outcome {
    /// Units (segments, lines, resources) it accounts for.
    pub fn units(&self) -> u64 {
        match self {
            Self::Record(record) => record.units,
            Self::Rejected(rejected) => rejected.units,
        }
    }
}
