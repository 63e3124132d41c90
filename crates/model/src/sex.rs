//! Administrative sex (性別), as one letter of HL7 table 0001.

/// Administrative sex (性別).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
    /// その他
    Other,
    /// 不明
    Unknown,
}

impl Sex {
    /// One letter: `M`, `F`, `O`, `U`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Other => "O",
            Self::Unknown => "U",
        }
    }

    /// The Japanese word: 男, 女, その他, 不明.
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
            Self::Other => "その他",
            Self::Unknown => "不明",
        }
    }

    /// Reads the spellings met in SS-MIX2 (`M`), receipts (`1`, `2`), FHIR (`male`) and tables (`男`); `None` for any other.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "M" | "m" | "1" | "１" | "male" | "男" | "男性" => Self::Male,
            "F" | "f" | "2" | "２" | "female" | "女" | "女性" => Self::Female,
            "O" | "o" | "A" | "other" | "その他" => Self::Other,
            "U" | "u" | "N" | "unknown" | "不明" | "0" | "9" => Self::Unknown,
            _ => return None,
        })
    }
}
