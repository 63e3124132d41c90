//! How a run goes (名寄せの進め方): on from the standing index with what is new, or in full, and why.
//!
//! In full whenever there is a doubt: an index is worth nothing beside the records it was made of. And from time to time, for
//! the weights and the counts of names stay those of the last full run.

use kiban_link::{Index, IndexError};
use kiban_vault::Since;

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Only what was new, and whoever it touched (増分).
    Incremental,
    /// Everybody (全件).
    Full(Cause),
}

/// Why everybody was linked anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nobody was linked before.
    First,
    /// Somebody asked for it.
    Asked,
    /// There is no index.
    NoIndex,
    /// Another version of this program made it.
    OtherEngine,
    /// It was made with other settings.
    OtherSettings,
    /// It belongs to another run: one was cut off, or the vault was restored.
    OtherState,
    /// It is damaged, or cannot be read.
    Damaged,
    /// A statement it was made of was changed or taken away.
    Withdrawn,
    /// More is new than [`MOST_NEW`] of what the weights were learnt from.
    MuchNew,
}

/// Statements since the last full run, of those there were then, up to which its weights are still good: a fifth.
pub const MOST_NEW: f64 = 0.2;

impl Way {
    /// In Japanese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Incremental => (
                "増分（新しい記述とそれに触れる人だけ。重みは前回の全件のもの）",
                "incremental (what is new and whom it touches; weights of the last full run)",
            ),
            Self::Full(cause) => cause.words(),
        }
    }
}

impl Cause {
    /// Why an index that is what the last run left is not gone on with all the same.
    pub(super) fn against(index: &Index, since: Since) -> Option<Self> {
        let new = index.statements() - index.linked_in_full() + since.came;
        if since.went > 0 {
            Some(Self::Withdrawn)
        } else if new as f64 > MOST_NEW * index.linked_in_full() as f64 {
            Some(Self::MuchNew)
        } else {
            None
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::First => ("全件（初回）", "in full (the first time)"),
            Self::Asked => ("全件（指定による）", "in full (as asked)"),
            Self::NoIndex => ("全件（索引がないため）", "in full (there was no index)"),
            Self::OtherEngine => (
                "全件（プログラムが索引を作った版と異なるため）",
                "in full (another version of the program made the index)",
            ),
            Self::OtherSettings => ("全件（設定が変わったため）", "in full (the settings have changed)"),
            Self::OtherState => (
                "全件（索引が別の回のものであるため。中断または復元の後）",
                "in full (the index is of another run: one was cut off, or the vault restored)",
            ),
            Self::Damaged => ("全件（索引が壊れているため）", "in full (the index was damaged)"),
            Self::Withdrawn => (
                "全件（記述の変更または削除があったため）",
                "in full (a statement was changed or taken away)",
            ),
            Self::MuchNew => (
                "全件（前回の全件から2割を超えて増えたため。重みを学び直す）",
                "in full (more than a fifth is new since the last full run: the weights are learnt anew)",
            ),
        }
    }
}

impl From<IndexError> for Cause {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::OtherEngine => Self::OtherEngine,
            IndexError::OtherSettings => Self::OtherSettings,
            IndexError::OtherState => Self::OtherState,
            IndexError::NotAnIndex | IndexError::Damaged | IndexError::Read(_) => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests;
