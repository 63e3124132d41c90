//! Numbers of the Act's ordinance and guideline that Kiban keeps as settings, with their defaults (marked [R] in the requirements).

use serde::{Deserialize, Serialize};

/// Settings with the ordinance's numbers as defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// OPT-02: days between notice and provision.
    pub wait_days: u16,
    /// OPT-03: age from which the person gets their own notice.
    pub own_notice_age: u16,
    /// COL-03, OPT-05: years for which provision records and objection receipts are kept.
    pub keep_records_years: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Self { wait_days: 30, own_notice_age: 16, keep_records_years: 3 }
    }
}
