//! Which column is which kind of field (列の意味), written by whoever knows the table.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 氏名: whole name as written, family and given with a space between or not.
    Name,
    /// カナ氏名: whole name in kana.
    Kana,
    /// ローマ字氏名: whole name in Latin letters.
    Roman,
    /// 姓
    FamilyName,
    /// 名
    GivenName,
    /// 姓（カナ）
    FamilyKana,
    /// 名（カナ）
    GivenKana,
    /// 生年月日
    BirthDate,
    /// 性別
    Sex,
    /// 郵便番号
    PostalCode,
    /// 住所: the whole address.
    Address,
    /// 都道府県
    Prefecture,
    /// 市区町村
    Municipality,
    /// 町字、通り
    Town,
    /// 番地
    BlockNumber,
    /// 電話番号
    Phone,
    /// 保険者番号
    Insurer,
    /// 記号
    InsuranceSymbol,
    /// 番号
    InsuranceNumber,
    /// 枝番
    InsuranceBranch,
    /// A number that should be one person's (医療等ID、個人番号でない識別子).
    Identifier,
    /// A place that belongs to the person and is not the address (出生地).
    Place,
    /// A category that belongs to the person (職業).
    Category,
}

impl Kind {
    /// Whether a table may have several columns of this kind.
    const fn may_repeat(self) -> bool {
        matches!(self, Self::Phone | Self::Identifier | Self::Place | Self::Category)
    }

    const fn is_attribute(self) -> bool {
        matches!(self, Self::Place | Self::Category)
    }
}

/// The columns of a table of persons.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    record_id: String,
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    provider_knows_a_person_once: bool,
    columns: BTreeMap<String, Kind>,
}

/// Why a schema cannot be used: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Not TOML, or not this grammar; says line and column.
    #[error("the schema cannot be read: {0}")]
    Syntax(String),
    /// A kind that a person has once stands on two columns.
    #[error("two columns are `{0}`: a person has one of it; keep one, or join the two before linking")]
    Repeated(String),
    /// More attributes than a comparison has room for.
    #[error("{0} columns are `place` or `category`: at most {limit} can be compared; keep the most telling", limit = crate::encode::ATTRIBUTES)]
    TooManyAttributes(usize),
    /// Nothing to compare.
    #[error("no column says anything about a person: list columns under [columns], as `column = \"kind\"`")]
    Empty,
}

impl Schema {
    /// Reads a schema.
    ///
    /// ```
    /// let schema = kiban_link::table::Schema::parse(r#"
    ///     record_id = "id"
    ///     [columns]
    ///     full_name = "name"
    ///     dob = "birth_date"
    /// "#).unwrap();
    /// assert_eq!(schema.columns(), ["dob", "full_name"]);
    /// ```
    ///
    /// # Errors
    /// What is wrong, with line and column where the text is at fault.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let schema: Self = toml::from_str(text).map_err(|error| SchemaError::Syntax(error.to_string()))?;
        let mut seen: Vec<Kind> = Vec::new();
        for (column, kind) in &schema.columns {
            if seen.contains(kind) && !kind.may_repeat() {
                return Err(SchemaError::Repeated(column.clone()));
            }
            seen.push(*kind);
        }
        let attributes = seen.iter().filter(|kind| kind.is_attribute()).count();
        if attributes > crate::encode::ATTRIBUTES {
            return Err(SchemaError::TooManyAttributes(attributes));
        }
        if seen.is_empty() {
            return Err(SchemaError::Empty);
        }
        Ok(schema)
    }

    /// The column that names a record.
    pub fn record_id(&self) -> &str {
        &self.record_id
    }

    /// Whether one provider's records are never one person.
    pub const fn provider_knows_a_person_once(&self) -> bool {
        self.provider_knows_a_person_once
    }

    /// The columns to be read besides the record's id; no other column is looked at.
    pub fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.columns.keys().cloned().chain(self.provider.clone()).collect();
        columns.sort();
        columns.dedup();
        columns
    }

    pub(super) fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.columns.iter().map(|(column, kind)| (column.as_str(), *kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        let error = |text: &str| Schema::parse(text).unwrap_err().to_string();
        assert!(error("record_id = 'id'\n[columns]\na = 'nam'").contains("line 3"));
        assert!(error("record_id = 'id'\n[columns]\na = 'name'\nb = 'name'").contains("keep one"));
        assert!(error("record_id = 'id'\n[columns]").contains("list columns"));
        assert!(error("record_id = 'id'\nproviders = 'x'\n[columns]\na = 'name'").contains("unknown field"));
        let four: String = (0..4).map(|n| format!("c{n} = 'category'\n")).collect();
        assert!(error(&format!("record_id = 'id'\n[columns]\n{four}")).contains("at most 3"));
    }
}
