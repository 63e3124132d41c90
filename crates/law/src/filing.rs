//! The provider's filing with the ministers (主務大臣への届出) and its publication: COL-02.

use kiban_model::{DateAsGiven, Reason};
use serde::{Deserialize, Serialize};

/// What is on record of a provider's filing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// Day of filing (届出日), ISO 8601.
    pub filed_on: Option<String>,
    /// Day on which the minister published it (公表日), ISO 8601.
    pub published_on: Option<String>,
}

/// COL-02: without a filing nothing may be taken.
pub static NOT_FILED: Reason = Reason {
    code: "law.not-filed",
    japanese: "提供元が主務大臣に届け出たことを確認できません（法の定めにより受け取れません）",
    english: "the provider's filing with the ministers is not on record, so nothing may be taken from it",
    advice_japanese: "届出日を確認して `kiban provider` で登録してください",
    advice_english: "confirm the day of filing and record it with `kiban provider`",
};

/// COL-02: without publication nothing may be taken.
pub static NOT_PUBLISHED: Reason = Reason {
    code: "law.not-published",
    japanese: "提供元の届出が主務大臣によりまだ公表されていません",
    english: "the minister has not yet published the provider's filing",
    advice_japanese: "公表日を確認して `kiban provider` で登録し、もう一度 `kiban intake` を実行してください",
    advice_english: "record the day of publication with `kiban provider`, then run `kiban intake` again",
};

/// Whether the filing allows taking data on `day`.
///
/// # Errors
/// [`NOT_FILED`] or [`NOT_PUBLISHED`]; a date that cannot be read counts as no date.
pub fn confirm(filing: Option<&Filing>, day: &DateAsGiven) -> Result<(), &'static Reason> {
    let by_then = |date: &Option<String>| {
        date.as_deref().and_then(|d| DateAsGiven::parse_iso(d).ok()).is_some_and(|d| d <= *day)
    };
    match filing {
        Some(filing) if !by_then(&filing.filed_on) => Err(&NOT_FILED),
        Some(filing) if !by_then(&filing.published_on) => Err(&NOT_PUBLISHED),
        Some(_) => Ok(()),
        None => Err(&NOT_FILED),
    }
}
