//! From identified records to anonymized (匿名加工) or pseudonymized (仮名加工) ones, by a policy that a committee can read.
//!
//! A [`Policy`] is parsed and checked against the canonical tables; [`process`] reads the tables twice — once to
//! measure, once to transform; what a treatment measures for itself once more — and hands the product to a sink, with the risk, the utility and the flow of counts
//! beside it. It never reads a clock, a file or the environment, never releases a column the policy does not name, and
//! emits nothing before every check has passed. Blueprint §5; requirements ANO-01 to ANO-09, PSE-01 to PSE-06.
//!
//! # Folders
//! - [`policy`]: the grammar, its errors and its reference page.
//! - [`transforms`]: one file a transform, one visible list ([`transforms::ALL`]).
//! - [`models`]: privacy models over persons and lives, each a word of the policy.
//! - [`risk`]: group sizes, simulated attackers and their ceilings. [`utility`]: columns before and after.
//! - [`questions`]: what the product is wanted for, asked before and after.
//! - [`engine`]: plan, measure, transform, emit.
//! - [`search`]: the generalisation that keeps a requirement and loses least. [`flat`]: any flat table with a policy of its own.
//!
//! # Example
//! ```
//! use kiban_process::Policy;
//! let text = r#"
//! kind = "pseudonymized"
//! free_text = "held-back"
//! [person.birth_date]
//! keep = true
//! [observation.valeu]
//! keep = true
//! "#;
//! let errors = Policy::parse(text, "policy.toml", &|_| Err(std::io::ErrorKind::NotFound.into())).unwrap_err();
//! assert!(errors.to_string().contains("policy.toml:6:14: unknown column in table observation: `valeu`"));
//! assert!(errors.to_string().contains("did you mean `value`?"));
//! assert!(Policy::parse(&text.replace("valeu", "value"), "policy.toml", &|_| Ok(String::new())).is_ok());
//! ```
//!
//! # Memory
//! A product's rows leave ordered by pseudonym: the order of the store would let two projects be joined row by row (PSE-06).
//! So a table is held while it is made, as codes: every distinct value once, a few bytes a cell. Above some thirty million rows it
//! is read several times, each time for a part of the persons, so that memory is bounded by distinct values, not by rows. The
//! persons with their quasi-identifiers are held throughout.
//!
//! # Architecture invariants
//! - An error, a remark and a report carry counts, column names and places, never a value of a person.
//! - The same policy, tables, pseudonyms, seed and secret give the same bytes.
//! - Nothing here knows a name: identities live in the vault, and the map from person to pseudonym goes back there.

mod cell;
mod decimal;
pub mod engine;
pub mod flat;
mod keys;
pub mod models;
mod pairs;
pub mod policy;
mod pseudonyms;
pub mod questions;
pub mod risk;
pub mod search;
pub mod statistics;
pub mod transforms;
pub mod utility;

#[cfg(test)]
mod tests;

pub use cell::Cell;
pub use engine::{
    Attacked, OutputColumn, OutputTable, ProcessError, Processed, SinkError, Step, TableRows, Tables,
    TablesError, WorstPerson, attack, process,
};
pub use keys::Subject;
pub use models::ReleaseClasses;
pub use policy::{Kind, Policy, PolicyError, PolicyErrors};
pub use pseudonyms::{PseudonymEntry, Pseudonyms};
