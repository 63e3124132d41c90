//! Building an index from a snapshot's tables, in the memory of so many rows: a table that is larger is read several times,
//! each time for other shards. Nothing goes to disk on the way.

use super::coder::Coder;
use super::{
    CHUNK_HEAD, COLUMN_HEAD, ColumnEntry, Dictionary, Directory, IndexError, MAGIC, ShardEntry, Stretch,
    TableEntry,
};
use crate::Tables;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use kiban_model::tables::{Column, ColumnKind, TABLES, Table};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, Write};

/// How an index is cut.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Persons of a shard.
    pub shard: u32,
    /// Rows of a chunk.
    pub chunk: usize,
    /// Cells held at once while building, four bytes each.
    pub cells: usize,
}

impl Default for Layout {
    fn default() -> Self {
        Self { shard: 1 << 16, chunk: 1 << 13, cells: 320_000_000 }
    }
}

/// Writes the index of the snapshot with this digest. `persons` are the person numbers of the snapshot, ascending: their
/// places are the ordinals. `tell` hears which table is being read.
///
/// # Errors
/// The tables cannot be read, the file cannot be written.
pub fn build(
    tables: &dyn Tables,
    persons: &[i64],
    digest: &[u8; 32],
    layout: Layout,
    out: &mut dyn Write,
    tell: &dyn Fn(&'static str),
) -> Result<(), IndexError> {
    let count = u32::try_from(persons.len()).map_err(|_| IndexError::TooMany)?;
    let ordinals: HashMap<i64, u32> = persons.iter().copied().zip(0..count).collect();
    let mut out = Counted { out, at: 0 };
    out.write_all(MAGIC)?;
    out.write_all(digest)?;
    let mut directory = Directory { persons: count, shard: layout.shard.max(1), tables: Vec::new() };
    for table in TABLES {
        tell(table.name);
        let mut builder = TableBuilder::new(table, layout, count);
        directory.tables.push(builder.build(tables, &ordinals, &mut out)?);
    }
    let text = serde_json::to_vec(&directory).map_err(io::Error::from)?;
    out.write_all(&text)?;
    out.write_all(&(text.len() as u64).to_le_bytes())?;
    out.write_all(&Sha256::digest(&text))?;
    out.write_all(MAGIC)?;
    out.flush()?;
    Ok(())
}

/// A writer that knows how far it is.
struct Counted<'a> {
    out: &'a mut dyn Write,
    at: u64,
}

impl Counted<'_> {
    fn stretch(&mut self, bytes: &[u8]) -> io::Result<Stretch> {
        let at = self.at;
        self.write_all(bytes)?;
        Ok(Stretch { at, bytes: bytes.len() as u64 })
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The column that rows are sorted by, and whose codes are asked most.
fn leading(table: &Table) -> Option<&'static Column> {
    let named = |name: &str| table.columns.iter().find(|column| column.name == name);
    if table.name == "person" {
        None
    } else {
        named("icd10").or_else(|| named("code")).or_else(|| table.columns.first())
    }
}

struct TableBuilder {
    table: &'static Table,
    layout: Layout,
    persons: u32,
    columns: Vec<&'static Column>,
    coders: Vec<Coder>,
    /// By which column rows of one code and person are sorted.
    date: Option<usize>,
}

impl TableBuilder {
    fn new(table: &'static Table, layout: Layout, persons: u32) -> Self {
        let lead = leading(table);
        let rest = table.columns.iter().filter(|column| {
            column.kind != ColumnKind::Json && lead.is_none_or(|lead| lead.name != column.name)
        });
        let columns: Vec<&'static Column> = lead.into_iter().chain(rest).collect();
        let coders = columns.iter().map(|column| Coder::of(column)).collect();
        let date = columns.iter().position(|column| column.kind == ColumnKind::Date);
        Self { table, layout, persons, columns, coders, date }
    }

    fn build(
        &mut self,
        tables: &dyn Tables,
        ordinals: &HashMap<i64, u32>,
        out: &mut Counted<'_>,
    ) -> Result<TableEntry, IndexError> {
        let shards = self.persons.div_ceil(self.layout.shard.max(1)) as usize;
        let mut entries = Vec::with_capacity(shards);
        // Of nobody there is nothing to read, and every column is listed all the same.
        let mut finished: Vec<Option<(Dictionary, Vec<u32>)>> =
            self.coders.iter().map(Coder::finish).collect();
        while entries.len() < shards {
            let first_pass = entries.is_empty();
            let held = self.pass(tables, ordinals, entries.len()..shards, first_pass)?;
            if first_pass {
                finished = self.coders.iter().map(Coder::finish).collect();
            }
            for cells in held {
                entries.push(self.shard(cells, &finished, out)?);
            }
        }
        let mut columns = Vec::new();
        for ((column, coder), done) in self.columns.iter().zip(&self.coders).zip(&finished) {
            let left_out = matches!(coder, Coder::Texts { too_many: true, .. });
            let dictionary = match done {
                Some((dictionary, _)) => Some(out.stretch(&dictionary.to_bytes())?),
                None => None,
            };
            columns.push(ColumnEntry { name: column.name.to_owned(), dictionary, left_out });
        }
        Ok(TableEntry { name: self.table.name.to_owned(), columns, shards: entries })
    }

    /// Reads the table once and holds the rows of as many of these shards as memory allows, at least one. A row is its person's
    /// ordinal in the shard, then a number for each column.
    fn pass(
        &mut self,
        tables: &dyn Tables,
        ordinals: &HashMap<i64, u32>,
        wanted: std::ops::Range<usize>,
        first_pass: bool,
    ) -> Result<Vec<Vec<u32>>, IndexError> {
        let names: Vec<&'static str> = self.columns.iter().map(|column| column.name).collect();
        let mut held: Vec<Vec<u32>> = wanted.clone().map(|_| Vec::new()).collect();
        let (mut total, mut coded) = (0, vec![Vec::new(); names.len()]);
        for batch in tables.scan_columns(self.table.name, &names)? {
            let batch: RecordBatch = batch?;
            let persons =
                batch.column_by_name("person_id").and_then(|column| column.as_primitive_opt::<Int64Type>());
            let Some(persons) = persons else { continue };
            if !first_pass && held.is_empty() {
                break;
            }
            for ((coder, name), into) in self.coders.iter_mut().zip(&names).zip(&mut coded) {
                let known = coder.code(batch.column_by_name(name), batch.num_rows(), into);
                known.ok_or(IndexError::Column { table: self.table.name, column: name })?;
            }
            for (row, person) in persons.values().iter().enumerate() {
                let Some(ordinal) = ordinals.get(person) else { continue };
                let (shard, local) = ((ordinal / self.layout.shard) as usize, ordinal % self.layout.shard);
                let Some(cells) = shard.checked_sub(wanted.start).and_then(|at| held.get_mut(at)) else {
                    continue;
                };
                cells.push(local);
                cells.extend(coded.iter().map(|column| column.get(row).copied().unwrap_or(0)));
                total += names.len() + 1;
            }
            while total > self.layout.cells && held.len() > 1 {
                total -= held.pop().map_or(0, |dropped| dropped.len());
            }
        }
        Ok(held)
    }

    /// Sorts the rows of a shard and writes them in chunks.
    fn shard(
        &self,
        mut cells: Vec<u32>,
        finished: &[Option<(Dictionary, Vec<u32>)>],
        out: &mut Counted<'_>,
    ) -> Result<ShardEntry, IndexError> {
        let width = self.columns.len() + 1;
        for row in cells.chunks_exact_mut(width) {
            for (cell, done) in row.iter_mut().skip(1).zip(finished) {
                if let Some((_, places)) = done {
                    *cell = places.get(*cell as usize).copied().unwrap_or(0);
                }
            }
        }
        let lead = usize::from(leading(self.table).is_some());
        let mut order: Vec<(u32, u32, u32, u32)> = cells
            .chunks_exact(width)
            .zip(0..)
            .map(|(row, at)| {
                let cell = |at: usize| row.get(at).copied().unwrap_or(0);
                (if lead == 1 { cell(1) } else { 0 }, cell(0), self.date.map_or(0, |date| cell(date + 1)), at)
            })
            .collect();
        order.sort_unstable();
        let mut chunks =
            Vec::with_capacity(order.len() / self.layout.chunk.max(1) * (CHUNK_HEAD + width * COLUMN_HEAD));
        let mut columns: Vec<Vec<u8>> = vec![Vec::new(); width];
        for rows in order.chunks(self.layout.chunk.max(1)) {
            let ends = (rows.first().map_or(0, |row| row.0), rows.last().map_or(0, |row| row.0));
            for head in [rows.len() as u32, ends.0, ends.1] {
                chunks.extend(head.to_le_bytes());
            }
            for (at, column) in columns.iter_mut().enumerate() {
                let values = || rows.iter().filter_map(|row| cells.get(row.3 as usize * width + at).copied());
                let base = values().min().unwrap_or(0);
                let bytes = match values().max().unwrap_or(0) - base {
                    0 => 0,
                    1..=0xff => 1,
                    0x100..=0xffff => 2,
                    _ => 4usize,
                };
                chunks.extend(base.to_le_bytes());
                chunks.push(bytes as u8);
                for value in values() {
                    column.extend((value - base).to_le_bytes().iter().take(bytes));
                }
            }
        }
        let chunks = out.stretch(&chunks)?;
        let columns: Result<Vec<Stretch>, io::Error> =
            columns.iter().map(|column| out.stretch(column)).collect();
        Ok(ShardEntry { chunks, columns: columns? })
    }
}
