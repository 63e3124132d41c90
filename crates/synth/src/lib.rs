//! Synthetic hospitals, insurers and patients, written in the real formats: for the demo, the tests and the benchmarks.
//!
//! A [`World`] is made from a seed alone and [`World::write`] lays it out as four providers would deliver it, together with
//! the papers that the Act asks for and with the truth against which linkage and counts are judged. It must never hold a
//! real person: names, addresses, numbers and lots are put together at random, and codes that are not public facts are
//! marked as made up in `data/`. What it must contain comes from COL-01 (formats), OPT-01 to OPT-08 (notices, objections),
//! LNK-01 (why linkage is hard) and ANO-04 (rare and extreme).
//!
//! ```
//! use kiban_model::DateAsGiven;
//! let from = DateAsGiven::from_day(2023, 4, 1).unwrap();
//! let to = DateAsGiven::from_day(2024, 3, 31).unwrap();
//! let world = kiban_synth::World::generate(7, 20, from, to);
//! assert_eq!(world.persons(), 20);
//! ```
//!
//! # What is written
//!
//! | path | what |
//! |---|---|
//! | `<provider>/delivery/` | the files: SS-MIX2 (`hospital-a`, `hospital-b`), FHIR (`clinic-c`), receipts (`insurer-d`) |
//! | `<provider>/manifest.toml` | [`kiban_model::delivery::Manifest`], every file with size and SHA-256 |
//! | `<provider>/notices.csv` | individual notices (OPT-01 to OPT-03) |
//! | `<provider>/objections.csv` | objections (OPT-04, OPT-07) |
//! | `truth.csv` | which local number is which person |
//! | `world.json` | [`Expected`]: what a correct reader counts |
//!
//! # Grammar of the CSV files
//!
//! UTF-8 without mark, LF, a first line of column names, commas; no value holds a comma, a quote or a line break. Days are
//! ISO 8601. The first columns are the same everywhere; `insurer` to `birth_date` are filled for `insurer-d`, whose claims
//! carry no local number (`local_id` is empty there), and identify the insured as the claims do: symbol and number in full
//! width, the insurer number in its 6 or 8 digits (claims precede 6 digits by two spaces), one line for each insurance.
//!
//! ```text
//! notices.csv     local_id,notice_date,recipient,insurer,symbol,number,branch,kana,birth_date      recipient: person | guardian
//! objections.csv  local_id,name,kana,birth_date,received_on,withdrawn_on,insurer,symbol,number,branch
//! truth.csv       provider,local_id,person,insurer,symbol,number,branch,kana,birth_date            person: from 1
//! ```

mod calendar;
mod care;
mod dice;
mod expected;
mod governance;
mod illness;
mod life_events;
mod person;
mod population;
mod registration;
mod tables;
mod text;
mod worked_example;
mod world;
mod write;

pub use expected::{Bad, Expected, ProviderExpected, Standings};
pub use text::{Gaiji, to_cp932, to_iso2022jp};
pub use worked_example::worked_example;
pub use world::{SynthError, World, Written};

#[cfg(test)]
mod tests;
