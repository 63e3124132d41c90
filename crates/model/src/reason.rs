//! Reasons: why something was refused, held back or doubted, in words for the person who must act.
//!
//! A reason is static text: it can never carry a value out of a record, so it can be logged and shown. Where it
//! happened goes into [`Issue::place`] as coordinates (segment, field, line, byte), again without values.

/// How much an issue matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Severity {
    /// The record was taken; somebody may want to look.
    Warning,
    /// The record was not taken: it is in quarantine.
    Rejected,
}

/// One kind of trouble, declared once as a `static` beside the code that finds it.
///
/// `code` is stable and dotted (`ssmix2.patient-mismatch`); `japanese` and `english` say what is wrong and why it
/// matters; `advice_*` say what the reader can do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable identifier, `format.what`.
    pub code: &'static str,
    /// What is wrong, in Japanese.
    pub japanese: &'static str,
    /// What is wrong, in English.
    pub english: &'static str,
    /// What to do, in Japanese.
    pub advice_japanese: &'static str,
    /// What to do, in English.
    pub advice_english: &'static str,
}

/// A [`Reason`] at a place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What is wrong.
    pub reason: &'static Reason,
    /// Where, in the format's own coordinates: `PID-3`, `line 12 column 4`, `entry[3].resource`. Never a value.
    pub place: String,
    /// Whether the record was taken in spite of it.
    pub severity: Severity,
}

impl Issue {
    /// An issue that keeps its record out of the store.
    pub fn rejected(reason: &'static Reason, place: impl Into<String>) -> Self {
        Self { reason, place: place.into(), severity: Severity::Rejected }
    }

    /// An issue that is noted while its record goes on.
    pub fn warning(reason: &'static Reason, place: impl Into<String>) -> Self {
        Self { reason, place: place.into(), severity: Severity::Warning }
    }
}
