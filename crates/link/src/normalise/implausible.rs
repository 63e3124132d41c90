//! Values that were typed because the form wanted something (仮の値). They are missing values, and they are reported.

/// Why a value was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Implausible {
    /// 1900-01-01, 000-0000, 99999999.
    Placeholder,
    /// Too short or too long to be what the field asks for.
    Length,
    /// Not to be read as what the field asks for.
    Unreadable,
    /// The name of a test patient (テスト太郎). The statement takes no part in linkage.
    TestPatient,
    /// Stated for so many different persons that it belongs to none (施設の電話番号).
    SharedByMany,
}

impl Implausible {
    /// In Japanese and English, without the value.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Placeholder => ("仮の値", "a placeholder"),
            Self::Length => ("桁数が合わない", "too short or too long"),
            Self::Unreadable => ("読み取れない値", "not readable"),
            Self::TestPatient => ("試験用の患者", "a test patient"),
            Self::SharedByMany => ("多数の人に共通の値", "shared by too many different persons"),
        }
    }
}
