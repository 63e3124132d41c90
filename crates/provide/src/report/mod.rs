//! The report a committee reads about a release (加工・提供の報告書): one HTML page that needs nothing else, and the same as JSON.
//!
//! The page must never load, run or link to anything outside itself, and holds no script at all: language is chosen by a
//! radio button and the style sheet. It says in three sentences what a patient's family wants to know, then shows the
//! flow, the risk, the simulated attackers and what became of every column (REG-02, ANO-05; blueprint §7).

mod check;
mod columns;
mod json;
mod models;
mod page;
mod risk;
mod summary;
#[cfg(test)]
mod tests;
mod utility;

use crate::Audience;
use kiban_model::report::ReleaseReport;

pub use check::{Fault, check};
pub use json::json;

/// The page. Any report can be drawn; whether it may be is [`check`]'s to say.
pub fn html(report: &ReleaseReport, audience: Audience) -> String {
    page::page(report, audience).into_string()
}
