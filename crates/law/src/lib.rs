//! The Act as pure functions, one file an instrument: facts in, decision and reason out.
//!
//! Nothing here reads a clock, a file or a database; the same facts give the same answer for ever, so that "could this
//! record be used on that day, and why?" can be asked again years later. Every refusal names the requirement and says
//! what to do. Doubt refuses (fail closed).
//!
//! Sources: Next-Generation Medical Infrastructure Act (次世代医療基盤法) and its guideline, by the ids of the requirements.

pub mod admission;
pub mod filing;
pub mod notice;
pub mod objection;
pub mod rules;

pub use admission::{Admitted, Facts, Ground, Refusal, admit, admit_reference, decide};
pub use filing::Filing;
pub use notice::{Notice, Recipient};
pub use objection::{Match, Objection, match_objection};
pub use rules::Rules;
