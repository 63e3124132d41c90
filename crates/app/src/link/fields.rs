//! The fields of identity a reviewer compares (照合項目), and how much of each they need to see (SEC-07).

use kiban_model::Identity;
use kiban_vault::Statement;

/// One field of identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityField {
    /// 氏名
    Name,
    /// カナ氏名
    Kana,
    /// ローマ字氏名
    Roman,
    /// 生年月日
    BirthDate,
    /// 性別
    Sex,
    /// 郵便番号
    PostalCode,
    /// 住所
    Address,
    /// 電話番号
    Phones,
    /// 保険者番号
    Insurer,
    /// 記号
    InsuranceSymbol,
    /// 番号
    InsuranceNumber,
    /// 枝番
    InsuranceBranch,
    /// その他の番号
    OtherNumbers,
    /// 提供元での番号
    LocalId,
}

/// How much of a value is shown before somebody asks for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exposure {
    /// All of it: people judge by it.
    Open,
    /// All of it where it differs, nothing where it agrees.
    Disagreement,
    /// Only the characters that differ; of a number that agrees, the last digits.
    Digits,
    /// Nothing: these numbers are not compared digit by digit, only as the same or not.
    Nothing,
}

impl IdentityField {
    /// Every field, in the order of the page.
    pub const ALL: [Self; 14] = [
        Self::Name,
        Self::Kana,
        Self::Roman,
        Self::BirthDate,
        Self::Sex,
        Self::PostalCode,
        Self::Address,
        Self::Phones,
        Self::Insurer,
        Self::InsuranceSymbol,
        Self::InsuranceNumber,
        Self::InsuranceBranch,
        Self::OtherNumbers,
        Self::LocalId,
    ];

    /// In Japanese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("氏名", "name"),
            Self::Kana => ("カナ氏名", "name in kana"),
            Self::Roman => ("ローマ字氏名", "name in Latin letters"),
            Self::BirthDate => ("生年月日", "date of birth"),
            Self::Sex => ("性別", "sex"),
            Self::PostalCode => ("郵便番号", "postal code"),
            Self::Address => ("住所", "address"),
            Self::Phones => ("電話番号", "telephone"),
            Self::Insurer => ("保険者番号", "insurer number"),
            Self::InsuranceSymbol => ("記号", "insurance symbol"),
            Self::InsuranceNumber => ("番号", "insurance number"),
            Self::InsuranceBranch => ("枝番", "insurance branch"),
            Self::OtherNumbers => ("その他の番号", "other numbers"),
            Self::LocalId => ("提供元での番号", "number at the provider"),
        }
    }

    /// Its name in forms and in the ledger.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Roman => "roman",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::PostalCode => "postal_code",
            Self::Address => "address",
            Self::Phones => "phones",
            Self::Insurer => "insurer",
            Self::InsuranceSymbol => "insurance_symbol",
            Self::InsuranceNumber => "insurance_number",
            Self::InsuranceBranch => "insurance_branch",
            Self::OtherNumbers => "other_numbers",
            Self::LocalId => "local_id",
        }
    }

    /// The field of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    pub(super) const fn exposure(self) -> Exposure {
        match self {
            Self::Name | Self::Kana | Self::Roman | Self::BirthDate | Self::Sex => Exposure::Open,
            Self::Address => Exposure::Disagreement,
            Self::OtherNumbers | Self::LocalId => Exposure::Nothing,
            _ => Exposure::Digits,
        }
    }

    /// What a statement says of it; nothing where it is silent. The values leave their wrapper here.
    pub(super) fn values(self, statement: &Statement) -> Vec<String> {
        let i = &statement.identity;
        let one = |value: &Option<kiban_model::Private<String>>| {
            value.iter().map(|v| v.expose().clone()).collect::<Vec<_>>()
        };
        match self {
            Self::Name => one(&i.name),
            Self::Kana => one(&i.kana),
            Self::Roman => one(&i.roman),
            Self::BirthDate => i.birth_date.iter().map(|b| b.expose().to_string()).collect(),
            Self::Sex => i.sex.iter().map(|s| s.code().to_owned()).collect(),
            Self::PostalCode => one(&i.postal_code),
            Self::Address => one(&i.address),
            Self::Phones => i.phones.iter().map(|p| p.expose().clone()).collect(),
            Self::Insurer => one(&i.insurer),
            Self::InsuranceSymbol => one(&i.insurance_symbol),
            Self::InsuranceNumber => one(&i.insurance_number),
            Self::InsuranceBranch => one(&i.insurance_branch),
            Self::OtherNumbers => i.other_numbers.iter().map(|(_, v)| v.expose().clone()).collect(),
            Self::LocalId => vec![statement.local_id.expose().clone()],
        }
    }

    /// Whether a statement is silent about it; `None` for what every statement has or hardly any should.
    pub(super) fn missing(self, i: &Identity) -> Option<bool> {
        Some(match self {
            Self::Name => i.name.is_none(),
            Self::Kana => i.kana.is_none(),
            Self::BirthDate => i.birth_date.is_none(),
            Self::Sex => i.sex.is_none(),
            Self::PostalCode => i.postal_code.is_none(),
            Self::Address => i.address.is_none(),
            Self::Phones => i.phones.is_empty(),
            Self::InsuranceNumber => i.insurance_number.is_none(),
            _ => return None,
        })
    }
}
