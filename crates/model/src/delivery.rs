//! A delivery (提供): what one provider hands over at one time, its manifest and its receipt (COL-01, COL-03, COL-08).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the provider says it delivers (提供目録), `manifest.toml` beside the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The provider's registered id (医療情報取扱事業者), such as `hospital-a`.
    pub provider: String,
    /// First and last day of care covered, ISO 8601.
    pub period: Option<Period>,
    /// The day of provision (提供年月日), ISO 8601.
    pub provided_on: String,
    /// Default format of files no reader claims, and what the provider says of the content.
    #[serde(default)]
    pub note: String,
    /// Files with their hashes and sizes, where the provider states them. Empty: no statement, nothing to disagree with.
    #[serde(default)]
    pub files: Vec<ManifestFile>,
}

/// First and last day, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// One file as the provider states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Path below the delivery folder, `/` between parts.
    pub path: String,
    /// Size in bytes.
    pub bytes: Option<u64>,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: Option<String>,
}

/// Where the records of a file or delivery ended.
///
/// The accounting identity `read = admitted + objected + not_yet + quarantined` holds for every value (COL-08);
/// [`Counts::balances`] says so and tests check it on every path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Records read.
    pub read: u64,
    /// Records that passed the gate. `admitted = stored + history + cancellations + already_held + reference`.
    pub admitted: u64,
    /// Stopped by an objection (提供停止の求め).
    pub objected: u64,
    /// Not yet allowed: no notice, or the waiting time runs.
    pub not_yet: u64,
    /// In quarantine with a reason.
    pub quarantined: u64,
    /// Of the admitted: now in the clinical store.
    pub stored: u64,
    /// Of the admitted: superseded versions, kept in the delivery only.
    pub history: u64,
    /// Of the admitted: cancellations, whose effect is to retire earlier versions.
    pub cancellations: u64,
    /// Of the admitted: the same content was already held from this provider.
    pub already_held: u64,
    /// Of the admitted: records about no person (institutions, staff), kept apart in the vault.
    pub reference: u64,
}

impl Counts {
    /// The accounting identity of COL-08.
    pub const fn balances(&self) -> bool {
        self.read == self.admitted + self.objected + self.not_yet + self.quarantined
            && self.admitted
                == self.stored + self.history + self.cancellations + self.already_held + self.reference
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.admitted += other.admitted;
        self.objected += other.objected;
        self.not_yet += other.not_yet;
        self.quarantined += other.quarantined;
        self.stored += other.stored;
        self.history += other.history;
        self.cancellations += other.cancellations;
        self.already_held += other.already_held;
        self.reference += other.reference;
    }
}

/// The receipt the provider sees (受領書): counts per file and in total, and why things were held back. No identities;
/// files are named by their number and path hash-free kind, because an SS-MIX2 path holds a patient number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Delivery id.
    pub delivery: String,
    /// Provider id.
    pub provider: String,
    /// The day the gate decided for, ISO 8601.
    pub decided_for: String,
    /// Totals.
    pub total: Counts,
    /// Units (segments, lines, resources) read and accounted for.
    pub units: u64,
    /// Per file, in file order.
    pub files: Vec<FileReceipt>,
    /// Reason code → how many records.
    pub reasons: BTreeMap<String, u64>,
    /// Clinical rows stored, by table.
    pub rows: BTreeMap<String, u64>,
}

/// One file's part of the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReceipt {
    /// Number of the file in the delivery, from 1, in path order.
    pub file: u32,
    /// Format that read it; empty where none claimed it.
    pub format: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Units (segments, lines, resources).
    pub units: u64,
    /// Where its records ended.
    pub counts: Counts,
}
