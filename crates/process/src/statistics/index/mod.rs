//! The index of a snapshot (集計用索引): the columns of its tables as small numbers, sorted so that a question reads only what it
//! asks for.
//!
//! It holds ordinals of persons, codes, numbers and days, never an identity and no person number. Persons are cut into shards,
//! in which every question is answered by itself. A table's rows in a shard are sorted by its leading code, then person, then
//! day, and cut into chunks; a chunk's column is a base and 0, 1, 2 or 4 bytes a row. Where a question asks for codes of the
//! leading column, only their chunks are read.
//!
//! # The bytes
//! ```text
//! magic · digest of the snapshot (32) · sections … · directory (JSON) · its length (u64) · its SHA-256 (32) · magic
//! ```
//! All numbers are little-endian. The end is written last: a file that was cut off has none, and is no index.

mod build;
mod coder;
mod dictionary;
mod read;

pub use build::{Layout, build};
pub(super) use dictionary::Dictionary;
pub use read::Index;

use crate::TablesError;
use serde::{Deserialize, Serialize};
use std::io;

const MAGIC: &[u8; 16] = b"kiban-index-0001";
/// Length, digest and magic.
const TAIL: u64 = 8 + 32 + 16;
/// Day 0 of an index: earlier than any day that can be given. An empty date is 0.
pub(super) const DAY_ZERO: i32 = -40_000;
/// Flags as numbers; empty is 0.
pub(super) const FLAGS: [u32; 2] = [1, 2];

/// Why an index cannot be built or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The tables cannot be read.
    #[error(transparent)]
    Tables(#[from] TablesError),
    /// The file cannot be read or written.
    #[error("the index cannot be read or written: {0}")]
    File(#[from] io::Error),
    /// Torn, of another snapshot, or written by another version: build it again.
    #[error("this is not the index of this snapshot")]
    NotThisIndex,
    /// A column comes as something its kind is not.
    #[error("column {table}.{column} comes in an unexpected form")]
    Column {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
    },
    /// More than can be counted.
    #[error("more than {} persons", u32::MAX)]
    TooMany,
}

/// A stretch of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    at: u64,
    bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Directory {
    persons: u32,
    /// Persons of a shard.
    shard: u32,
    tables: Vec<TableEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct TableEntry {
    name: String,
    /// The leading one first.
    columns: Vec<ColumnEntry>,
    shards: Vec<ShardEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ColumnEntry {
    name: String,
    /// Where its values are listed, for those whose numbers stand for values.
    dictionary: Option<Stretch>,
    /// Too many different values to be listed: it cannot be asked.
    left_out: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct ShardEntry {
    chunks: Stretch,
    /// The persons' ordinals within the shard, then each column.
    columns: Vec<Stretch>,
}

/// What every chunk says of itself: rows, least and greatest number of the leading column, then base and width of each column.
const CHUNK_HEAD: usize = 12;
const COLUMN_HEAD: usize = 5;

/// A day as the index numbers it.
pub(super) fn day_number(days_since_epoch: i32) -> u32 {
    u32::try_from(days_since_epoch.saturating_sub(DAY_ZERO)).unwrap_or(0)
}
