//! A release package (提供パッケージ): one folder that holds the data, what it means, how it was made and how to check it.
//!
//! It must never look finished before it is: everything is written into a sibling folder that is renamed at the end, and
//! removed when anything fails. The contents follow RO-Crate 1.1, REG-02 (items and their meaning) and USE-13 (who holds
//! which copy).
//!
//! | file | what |
//! |---|---|
//! | `README.md` | what this is, what its holder must not do, how to verify |
//! | `data/<table>.parquet`, `data/<table>.csv` | the product; CSV up to as many rows as a spreadsheet opens |
//! | `dictionary.csv`, `dictionary.md` | データ辞書 |
//! | `policy.toml` | the policy, verbatim |
//! | `report.json`, `report.html` | what was done, and the risk before and after |
//! | `ro-crate-metadata.json` | all of this for machines |
//! | `SHA256SUMS` | the hash of every other file |

mod dictionary;
mod error;
mod hashing;
mod readme;
mod ro_crate;
mod spec;
mod sums;
mod table_file;
#[cfg(test)]
mod tests;
mod verify;
#[cfg(test)]
pub(crate) use hashing::sha256;
mod writer;

pub use error::Error;
pub use spec::{
    ColumnDescription, DeliveryLineage, Lineage, PackageFile, PackageSpec, PackageSummary, Party,
    TableDescription,
};
pub use verify::{Verified, VerifyError, verify};
pub use writer::PackageWriter;

/// Name of the file that lists the hashes of all others.
pub const SUMS: &str = "SHA256SUMS";
