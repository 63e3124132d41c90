//! Use cases, one file each: authorise, run the stage, write the ledger. The only crate that sees both vault and store.
//!
//! An [`Operator`] is one operator's folder. Every use case takes the day it acts on as a parameter and reports its
//! progress through a callback; none reads a clock or prints.

pub mod anonymize_table;
mod config;
pub mod delivery;
mod error;
pub mod inquiry;
pub mod intake;
pub mod link;
pub mod link_sql;
pub mod link_table;
mod operator;
mod owner_file;
mod pack;
pub mod progress;
pub mod provider;
pub mod query;
pub mod release;
pub mod risk_table;
pub mod snapshot;
pub mod statistics;

pub use config::Config;
pub use error::AppError;
pub use kiban_link::Settings as LinkSettings;
pub use kiban_provide::verify as verify_package;
pub use kiban_vault::{Provider, Secret};
pub use operator::Operator;
pub use progress::{Progress, Stage};
