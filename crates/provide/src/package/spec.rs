//! What the caller says about a package: who gives it to whom, what its tables are, where it came from.
//!
//! Plain data that `process` and `law` know and this crate does not; the application maps it.

use crate::Audience;
use kiban_model::report::Bilingual;
use std::path::PathBuf;

/// A corporation that gives or receives (事業者).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Registered id.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
}

/// What a package is, apart from its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSpec {
    /// Title of the package.
    pub title: Bilingual,
    /// The certified operator (認定作成事業者) that made it.
    pub operator: Party,
    /// Who receives this copy (USE-13).
    pub recipient: Party,
    /// The contract and its terms, in a sentence (USE-01).
    pub terms: Bilingual,
    /// The software that made it, with its version.
    pub software: String,
    /// Who will read `report.html` and `report.json`: see [`Audience`].
    pub audience: Audience,
}

/// One table of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDescription {
    /// Name: lower-case letters, digits and `_`, beginning with a letter. It becomes the file name.
    pub name: String,
    /// Japanese name.
    pub japanese: String,
    /// What one row is.
    pub doc: String,
    /// Every column, in order.
    pub columns: Vec<ColumnDescription>,
}

/// One column of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDescription {
    /// Name.
    pub name: String,
    /// Japanese name.
    pub japanese: String,
    /// Meaning, units, source.
    pub doc: String,
    /// What the policy did to it.
    pub treatment: Bilingual,
}

/// Where the product came from (来歴): counts only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineage {
    /// The deliveries in the snapshot, in the order they are to be shown.
    pub deliveries: Vec<DeliveryLineage>,
}

/// One delivery that went into the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLineage {
    /// A label that does not name the provider: hospital names do not go out (ANO-05). The ledger knows which it is.
    pub label: String,
    /// SHA-256 of the receipt, so that the operator can prove which delivery it was.
    pub receipt_sha256: Option<String>,
    /// Formats it came in.
    pub formats: Vec<String>,
    /// Records admitted.
    pub records: u64,
}

/// One finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Path in the package, `/` between parts.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// A finished package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSummary {
    /// Where it is.
    pub path: PathBuf,
    /// Every file but `SHA256SUMS`, by path.
    pub files: Vec<PackageFile>,
    /// Table and rows, in the order the tables were declared.
    pub rows: Vec<(String, u64)>,
    /// SHA-256 of `SHA256SUMS`: it stands for the whole package, in the ledger and on the delivery note (USE-08).
    pub digest: String,
}
