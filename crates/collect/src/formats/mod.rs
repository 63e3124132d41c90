//! The formats Kiban reads: one folder each, one line each in [`FORMATS`]. No registration by magic.
//!
//! To add a format: a folder here with its module docs, reader and golden cases; one line in the list below.

use crate::{Masters, Source};
use kiban_model::Outcome;

pub mod fhir;
pub mod ssmix2;
pub mod uke;

/// A format of delivered files.
pub trait Format: Sync {
    /// Short stable name, used in receipts and lineage: `ssmix2`, `uke`, `fhir`.
    fn id(&self) -> &'static str;

    /// Japanese name for people.
    fn japanese(&self) -> &'static str;

    /// Whether this format reads the file: from its path below the delivery folder (`/` between parts) and its first
    /// bytes (up to 4,096). Claiming is not judging: a damaged file of this format is claimed, read and rejected with a reason.
    fn claims(&self, path: &str, head: &[u8]) -> bool;

    /// Reads the whole file, handing over outcomes in file order. Every unit (segment, line, resource) is in exactly one
    /// outcome: the sum of [`Outcome::units`] equals [`Reading::units`]. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// Only when the bytes cannot be fetched; what is wrong *in* them is an outcome.
    fn read(
        &self,
        source: Source<'_>,
        masters: &Masters,
        sink: &mut dyn FnMut(Outcome),
    ) -> std::io::Result<Reading>;
}

/// What a reader says about a file as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Units (segments, lines, resources) in the file.
    pub units: u64,
}

/// Every format, asked in this order; the first that claims a file reads it.
pub static FORMATS: [&dyn Format; 3] = [&ssmix2::SsMix2, &uke::Uke, &fhir::Fhir];

/// The format that claims a file.
pub fn claim(path: &str, head: &[u8]) -> Option<&'static dyn Format> {
    FORMATS.into_iter().find(|format| format.claims(path, head))
}
