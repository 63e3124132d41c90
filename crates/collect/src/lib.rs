//! Stage 1, bytes → records: recognising formats, reading them, and saying why something could not be read.
//!
//! Readers know nothing of the law, of identities' homes or of storage: they turn bytes into [`kiban_model::Outcome`]s in
//! file order. They never panic on input, never skip a unit silently, and never hold more than a record and a line in
//! memory, except documents that only make sense whole, which have a size limit (COL-08).

pub mod formats;
pub mod hl7;
pub mod masters;
pub mod source;

pub use formats::{FORMATS, Format, Reading, claim};
pub use masters::Masters;
pub use source::{Limits, Source};
