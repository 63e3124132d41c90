//! How far a long use case has come.

use crate::error::AppError;
use kiban_model::DateAsGiven;

/// A stage of a use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Files of a delivery are being received and sealed into its pack.
    Receiving,
    /// Files are being read and checked.
    Surveying,
    /// Admitted records are being stored.
    Taking,
    /// Persons are being linked.
    Linking,
    /// Data are being measured and transformed.
    Processing,
}

impl Stage {
    /// In Japanese.
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Receiving => "受領",
            Self::Surveying => "検査",
            Self::Taking => "格納",
            Self::Linking => "名寄せ",
            Self::Processing => "加工",
        }
    }

    /// In English.
    pub const fn english(self) -> &'static str {
        match self {
            Self::Receiving => "receive",
            Self::Surveying => "survey",
            Self::Taking => "take in",
            Self::Linking => "link",
            Self::Processing => "process",
        }
    }
}

/// How far: `done` of `total`, in the stage's own unit (files, persons, tables).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is going on.
    pub stage: Stage,
    /// Done so far.
    pub done: u64,
    /// To do in all.
    pub total: u64,
}

/// Told about progress, from any thread.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Sync);

/// Reads a day given by a caller.
///
/// # Errors
/// It is none.
pub fn day(given: &str) -> Result<DateAsGiven, AppError> {
    match DateAsGiven::parse_iso(given) {
        Ok(day) if day.precision() == kiban_model::Precision::Day => Ok(day),
        _ => Err(AppError::Day { given: given.to_owned() }),
    }
}
