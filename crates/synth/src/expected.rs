//! What a correct reader counts in a world: `world.json`, and the same numbers for tests.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that was written, counted while writing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Seed of the world.
    pub seed: u64,
    /// First day, ISO 8601.
    pub from: String,
    /// Last day, ISO 8601.
    pub to: String,
    /// Day of provision, ISO 8601.
    pub provided_on: String,
    /// People in the world.
    pub persons: usize,
    /// People known to two or more of the three institutions.
    pub shared_persons: usize,
    /// People known to all three institutions.
    pub persons_at_all_three: usize,
    /// People with a twin.
    pub twins: usize,
    /// Marriages with a change of name in the period.
    pub marriages: usize,
    /// Households that moved in the period.
    pub households_moved: usize,
    /// Households whose insurance changed in the period.
    pub insurance_changes: usize,
    /// People who died in the period.
    pub deaths: usize,
    /// ICD-10 code → people with that rare disease; each code occurs in as many records.
    pub rare_diseases: BTreeMap<String, usize>,
    /// By provider id.
    pub providers: BTreeMap<String, ProviderExpected>,
}

/// What one provider delivers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderExpected {
    /// `ssmix2`, `fhir` or `uke`.
    pub format: String,
    /// Files in the delivery, bad ones included.
    pub files: usize,
    /// People the delivery is about.
    pub persons: usize,
    /// Records by kind (SS-MIX2 kind, FHIR resource type, `receipt`), bad files not counted.
    pub records: BTreeMap<String, Standings>,
    /// Files that a reader must put in quarantine.
    pub bad_files: Vec<Bad>,
    /// People whose objection stands on the day of provision.
    pub objectors: usize,
    /// People who took their objection back before that day.
    pub objections_withdrawn: usize,
    /// People whose every notice is younger than 30 days on that day, objectors among them not counted.
    pub not_yet: usize,
    /// People under 16 on that day.
    pub under_16: usize,
    /// People who turned 16 between their guardian's notice and that day.
    pub turned_16: usize,
    /// Of those: their own notice is younger than 30 days.
    pub turned_16_waiting: usize,
}

/// Records by standing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standings {
    /// Valid now.
    pub current: usize,
    /// Superseded by a later version (SS-MIX2 condition 2).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub superseded: usize,
    /// Withdrawn (SS-MIX2 condition 0).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cancelled: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A file that is bad on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bad {
    /// Path below the delivery folder.
    pub path: String,
    /// What is wrong with it.
    pub why: String,
}

impl ProviderExpected {
    /// One more record of a kind.
    pub(crate) fn count(&mut self, kind: &str) {
        self.records.entry(kind.to_owned()).or_default().current += 1;
    }

    /// Sum of all records.
    pub fn total(&self) -> usize {
        self.records.values().map(|s| s.current + s.superseded + s.cancelled).sum()
    }
}
