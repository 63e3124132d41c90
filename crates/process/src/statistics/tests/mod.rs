//! The fast way and the naive way agree; guards keep what they promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod definitions;
mod guards;
mod oracle;
mod people;
mod sequences;
