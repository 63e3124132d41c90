//! Reading an index: its directory at once, everything else where a question needs it.

use super::{
    CHUNK_HEAD, COLUMN_HEAD, ColumnEntry, Dictionary, Directory, IndexError, MAGIC, ShardEntry, Stretch,
    TAIL, TableEntry,
};
use sha2::{Digest, Sha256};
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

/// An index, open for reading. Its inner loops are compiled here, whatever it reads from.
pub struct Index {
    source: Box<dyn Source>,
    directory: Arc<Directory>,
}

/// A file, or bytes.
pub trait Source: Read + Seek + Send + Sync {}

impl<S: Read + Seek + Send + Sync> Source for S {}

/// Chunks that stand together in the file.
struct Run {
    stretch: Stretch,
    /// Rows, base and width of each.
    chunks: Vec<(u32, u32, u8)>,
}

/// Rows of one shard: columns of the same length, in the order they were asked for; the persons' ordinals first.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Columns of numbers.
    pub(crate) columns: Vec<Vec<u32>>,
}

impl Index {
    /// Opens the index of the snapshot with this digest.
    ///
    /// # Errors
    /// [`IndexError::NotThisIndex`] where it is torn, foreign or of another version.
    pub fn open(source: impl Source + 'static, digest: &[u8; 32]) -> Result<Self, IndexError> {
        let mut source: Box<dyn Source> = Box::new(source);
        let end = source.seek(SeekFrom::End(0))?;
        let mut head = [0; 48];
        let mut tail = [0; TAIL as usize];
        if end < head.len() as u64 + TAIL {
            return Err(IndexError::NotThisIndex);
        }
        source.seek(SeekFrom::Start(0))?;
        source.read_exact(&mut head)?;
        source.seek(SeekFrom::Start(end - TAIL))?;
        source.read_exact(&mut tail)?;
        let whose = head.strip_prefix(MAGIC.as_slice()).filter(|whose| whose == digest);
        let (length, rest) = tail.split_first_chunk::<8>().ok_or(IndexError::NotThisIndex)?;
        let length = u64::from_le_bytes(*length);
        let hash = rest.strip_suffix(MAGIC.as_slice());
        if whose.is_none() || hash.is_none() || length > end - TAIL - head.len() as u64 {
            return Err(IndexError::NotThisIndex);
        }
        let text = stretch(source.as_mut(), Stretch { at: end - TAIL - length, bytes: length })?;
        if hash != Some(Sha256::digest(&text).as_slice()) {
            return Err(IndexError::NotThisIndex);
        }
        let directory = serde_json::from_slice(&text).map_err(|_| IndexError::NotThisIndex)?;
        Ok(Self { source, directory: Arc::new(directory) })
    }

    /// The same index through another reader, for another thread.
    pub fn with(&self, source: impl Source + 'static) -> Self {
        Self { source: Box::new(source), directory: Arc::clone(&self.directory) }
    }

    /// How many persons there are.
    pub fn persons(&self) -> u32 {
        self.directory.persons
    }

    /// How many shards there are.
    pub fn shards(&self) -> u32 {
        self.directory.persons.div_ceil(self.directory.shard.max(1))
    }

    /// How many persons a shard has.
    pub fn persons_of(&self, shard: u32) -> u32 {
        let before = shard.saturating_mul(self.directory.shard);
        self.directory.persons.saturating_sub(before).min(self.directory.shard)
    }

    fn table(&self, name: &str) -> Result<&TableEntry, IndexError> {
        self.directory.tables.iter().find(|table| table.name == name).ok_or(IndexError::NotThisIndex)
    }

    fn column(&self, table: &str, name: &str) -> Result<(usize, &ColumnEntry), IndexError> {
        let columns = self.table(table)?.columns.iter().enumerate();
        columns.into_iter().find(|(_, column)| column.name == name).ok_or(IndexError::NotThisIndex)
    }

    /// The column whose codes narrow what is read of a table.
    ///
    /// # Errors
    /// The index does not know the table.
    pub(crate) fn leading(&self, table: &str) -> Result<Option<&str>, IndexError> {
        let lead = self.table(table)?.columns.first().map(|column| column.name.as_str());
        Ok(lead.filter(|_| table != "person"))
    }

    /// Whether a column is listed, and so can be asked.
    ///
    /// # Errors
    /// The index does not know it.
    pub(crate) fn askable(&self, table: &str, column: &str) -> Result<bool, IndexError> {
        Ok(!self.column(table, column)?.1.left_out)
    }

    /// The values of a column; `None` for days and flags.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn dictionary(&mut self, table: &str, column: &str) -> Result<Option<Dictionary>, IndexError> {
        let Some(at) = self.column(table, column)?.1.dictionary else { return Ok(None) };
        let bytes = stretch(self.source.as_mut(), at)?;
        Dictionary::from_bytes(&bytes).map(Some).ok_or(IndexError::NotThisIndex)
    }

    /// The rows of a table in a shard, of these columns. Where `only` has ranges of the leading column, rows of other codes
    /// may be missing; those of these codes are all there.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn rows(
        &mut self,
        shard: u32,
        table: &str,
        columns: &[&str],
        only: Option<&[(u32, u32)]>,
    ) -> Result<Rows, IndexError> {
        let directory = Arc::clone(&self.directory);
        let entry =
            directory.tables.iter().find(|entry| entry.name == table).ok_or(IndexError::NotThisIndex)?;
        let places: Result<Vec<usize>, IndexError> =
            columns.iter().map(|name| Ok(self.column(table, name)?.0 + 1)).collect();
        let places = places?;
        let stored = entry.shards.get(shard as usize).ok_or(IndexError::NotThisIndex)?;
        let heads = stretch(self.source.as_mut(), stored.chunks)?;
        let heads = Heads { bytes: &heads, columns: entry.columns.len() + 1 };
        let mut rows = Rows { columns: Vec::with_capacity(places.len() + 1) };
        for place in std::iter::once(0).chain(places) {
            rows.columns.push(self.decode(stored, &heads, place, only)?);
        }
        Ok(rows)
    }

    fn decode(
        &mut self,
        stored: &ShardEntry,
        heads: &Heads<'_>,
        place: usize,
        only: Option<&[(u32, u32)]>,
    ) -> Result<Vec<u32>, IndexError> {
        let whole = stored.columns.get(place).ok_or(IndexError::NotThisIndex)?;
        // Wanted chunks that stand together are read together.
        let mut wanted: Vec<Run> = Vec::new();
        let (mut at, mut length) = (whole.at, 0usize);
        for chunk in heads.iter(place) {
            let bytes = u64::from(chunk.rows) * u64::from(chunk.width);
            let touched = only.is_none_or(|ranges| {
                ranges.iter().any(|(from, to)| *from <= chunk.last && chunk.first <= *to)
            });
            if touched {
                length += chunk.rows as usize;
                let one = (chunk.rows, chunk.base, chunk.width);
                match wanted.last_mut() {
                    Some(run) if run.stretch.at + run.stretch.bytes == at => {
                        run.stretch.bytes += bytes;
                        run.chunks.push(one);
                    }
                    _ => wanted.push(Run { stretch: Stretch { at, bytes }, chunks: vec![one] }),
                }
            }
            at += bytes;
        }
        let mut values = Vec::with_capacity(length);
        for run in wanted {
            let bytes = stretch(self.source.as_mut(), run.stretch)?;
            let mut rest = bytes.as_slice();
            for (rows, base, width) in run.chunks {
                let (here, after) = rest
                    .split_at_checked(rows as usize * usize::from(width))
                    .ok_or(IndexError::NotThisIndex)?;
                rest = after;
                match width {
                    0 => values.resize(values.len() + rows as usize, base),
                    1 => values.extend(here.iter().map(|byte| base + u32::from(*byte))),
                    2 => values.extend(
                        here.as_chunks().0.iter().map(|two| base + u32::from(u16::from_le_bytes(*two))),
                    ),
                    _ => values.extend(
                        here.as_chunks().0.iter().map(|four| base.wrapping_add(u32::from_le_bytes(*four))),
                    ),
                }
            }
        }
        Ok(values)
    }
}

/// The heads of a shard's chunks.
struct Heads<'a> {
    bytes: &'a [u8],
    columns: usize,
}

struct Head {
    rows: u32,
    first: u32,
    last: u32,
    base: u32,
    width: u8,
}

impl Heads<'_> {
    fn iter(&self, place: usize) -> impl Iterator<Item = Head> {
        let number = |bytes: &[u8], at: usize| {
            bytes
                .get(at..at + 4)
                .and_then(|four| four.first_chunk())
                .map_or(0, |four| u32::from_le_bytes(*four))
        };
        self.bytes.chunks_exact(CHUNK_HEAD + self.columns * COLUMN_HEAD).map(move |head| {
            let column = CHUNK_HEAD + place * COLUMN_HEAD;
            Head {
                rows: number(head, 0),
                first: number(head, 4),
                last: number(head, 8),
                base: number(head, column),
                width: head.get(column + 4).copied().unwrap_or(0),
            }
        })
    }
}

fn stretch(source: &mut dyn Source, stretch: Stretch) -> Result<Vec<u8>, IndexError> {
    source.seek(SeekFrom::Start(stretch.at))?;
    let mut bytes = Vec::with_capacity(usize::try_from(stretch.bytes).map_err(|_| IndexError::NotThisIndex)?);
    source.take(stretch.bytes).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == stretch.bytes { Ok(bytes) } else { Err(IndexError::NotThisIndex) }
}
