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
    /// A table of persons is being read and normalised.
    Reading,
    /// A stage of linking a table of persons.
    Table(kiban_link::Stage),
    /// The best generalisation of a table is being looked for.
    Searching,
    /// Results are being written.
    Writing,
    /// What was written is being counted again.
    Verifying,
    /// Data are being measured and transformed.
    Processing,
    /// A snapshot is being indexed for counting.
    Indexing,
}

impl Stage {
    /// In Japanese.
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Receiving => "受領",
            Self::Surveying => "検査",
            Self::Taking => "格納",
            Self::Linking => "名寄せ",
            Self::Reading => "読込",
            Self::Table(stage) => words(stage).0,
            Self::Searching => "探索",
            Self::Writing => "書出",
            Self::Verifying => "検算",
            Self::Processing => "加工",
            Self::Indexing => "索引",
        }
    }

    /// In English.
    pub const fn english(self) -> &'static str {
        match self {
            Self::Receiving => "receive",
            Self::Surveying => "survey",
            Self::Taking => "take in",
            Self::Linking => "link",
            Self::Reading => "read",
            Self::Table(stage) => words(stage).1,
            Self::Searching => "search",
            Self::Writing => "write",
            Self::Verifying => "verify",
            Self::Processing => "process",
            Self::Indexing => "index",
        }
    }
}

/// A stage of the linkage engine, in Japanese and English.
const fn words(stage: kiban_link::Stage) -> (&'static str, &'static str) {
    match stage {
        kiban_link::Stage::Assemble => ("符号化", "assemble"),
        kiban_link::Stage::Compare => ("比較", "compare"),
        kiban_link::Stage::Estimate => ("推定", "estimate"),
        kiban_link::Stage::Score => ("採点", "score"),
        kiban_link::Stage::Cluster => ("同定", "cluster"),
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
