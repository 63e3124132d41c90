//! Hands a prepared product over: writes release packages (提供パッケージ, Type I) and draws the report a committee reads.
//!
//! It must never decide anything about a person: what arrives here is already de-identified, and a table, column or policy
//! that was not described is refused, not guessed at. It knows nothing of the vault or of how the product was made.
//! The rules come from the briefing's sections on provision (USE-01, USE-08, USE-13), publication (REG-02), the ban on
//! re-identification (ANO-08) and small cells (ANO-10).
//!
//! **Invariant.** Same inputs, same bytes: no clock, no environment, no random number, no hash-map order.

pub mod audience;
mod chart;
#[cfg(test)]
mod fixture;
mod markup;
pub mod package;
pub mod report;
mod words;

pub use audience::Audience;
pub use package::{
    ColumnDescription, DeliveryLineage, Error, Lineage, PackageFile, PackageSpec, PackageSummary,
    PackageWriter, Party, TableDescription, Verified, VerifyError, verify,
};
