//! A table as text: blocks of whole rows, and rows as cells in place (RFC 4180).
//!
//! A block is read while the one before is worked on; every core then has its own block. Nothing is copied but what is
//! written in quotes.

use super::Refusal;
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes of a block: enough rows that sharing them out costs nothing, few enough to stay in the cache.
/// Tests cut small tables too.
const BLOCK: usize = if cfg!(test) { 64 } else { 1 << 20 };
/// A row longer than this is no row.
const LONGEST: usize = 64 << 20;

/// Whole rows as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// Lines of the file before it.
    lines_before: u64,
}

/// The blocks of a file.
pub(super) struct Blocks<'a> {
    input: Box<dyn Read + Send + 'a>,
    rest: Vec<u8>,
    /// Memory of blocks that are done with.
    spare: Vec<Vec<u8>>,
    lines: u64,
    ended: bool,
}

impl<'a> Blocks<'a> {
    /// Opens a table: its columns' names, and what follows them.
    pub(super) fn open(input: Box<dyn Read + Send + 'a>, separator: u8) -> io::Result<(Vec<String>, Self)> {
        let (rest, spare) = (Vec::new(), Vec::new());
        let mut blocks = Self { input, rest, spare, lines: 0, ended: false };
        let Some(first) = blocks.next()? else { return Ok((Vec::new(), blocks)) };
        let bytes = first.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first.bytes);
        let mut reader =
            ::csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(bytes);
        let mut header = ::csv::StringRecord::new();
        reader.read_record(&mut header)?;
        let end = reader.position().byte() as usize;
        let mut rest = bytes.get(end..).unwrap_or(&[]).to_vec();
        rest.append(&mut blocks.rest);
        blocks.lines = reader.position().line() - 1;
        blocks.rest = rest;
        Ok((header.iter().map(str::to_owned).collect(), blocks))
    }

    /// Takes memory back that can be read into again.
    pub(super) fn reuse(&mut self, blocks: Vec<Block>) {
        self.spare.extend(blocks.into_iter().map(|block| block.bytes));
    }

    /// Up to so many blocks; none at the end.
    pub(super) fn some(&mut self, most: usize) -> io::Result<Vec<Block>> {
        let mut blocks = Vec::with_capacity(most);
        while blocks.len() < most {
            let Some(block) = self.next()? else { break };
            blocks.push(block);
        }
        Ok(blocks)
    }

    fn next(&mut self) -> io::Result<Option<Block>> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.append(&mut self.rest);
        bytes.reserve((BLOCK + 1).saturating_sub(bytes.len()));
        let mut wanted = BLOCK;
        loop {
            while !self.ended && bytes.len() < wanted {
                let more = (wanted - bytes.len()) as u64;
                self.ended = self.input.by_ref().take(more).read_to_end(&mut bytes)? == 0;
            }
            if self.ended {
                if bytes.is_empty() {
                    return Ok(None);
                }
                if bytes.last() != Some(&b'\n') {
                    bytes.push(b'\n');
                }
                return Ok(Some(self.block(bytes)));
            }
            if let Some(end) = last_row_end(&bytes) {
                self.rest = bytes.split_off(end);
                return Ok(Some(self.block(bytes)));
            }
            if wanted >= LONGEST {
                let problem = "a row of more than 64 MB: is a quote left open, or the file no table?";
                return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
            }
            wanted *= 2;
        }
    }

    fn block(&mut self, bytes: Vec<u8>) -> Block {
        let lines_before = self.lines;
        self.lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Block { bytes, lines_before }
    }
}

/// Where the last whole row ends, of text that begins with a row.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    if memchr::memchr(b'"', bytes).is_none() {
        return memchr::memrchr(b'\n', bytes).map(|at| at + 1);
    }
    let (mut quoted, mut end) = (false, None);
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        if bytes.get(at) == Some(&b'"') {
            quoted = !quoted;
        } else if !quoted {
            end = Some(at + 1);
        }
    }
    end
}

/// A cell: where its text stands, with its quotes if it has any.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    from: u32,
    to: u32,
    pub(super) quoted: bool,
}

impl Cell {
    /// Its place in the block; blocks are far smaller than 4 GB.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.from as usize, self.to as usize)
    }

    /// As it stands there.
    pub(super) fn raw<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.from as usize..self.to as usize).unwrap_or(&[])
    }
}

/// Goes through the rows of a block.
pub(super) struct Rows<'a> {
    pub(super) bytes: &'a [u8],
    lines_before: u64,
    separator: u8,
    at: usize,
    line: u64,
    cells: Vec<Cell>,
}

impl<'a> Rows<'a> {
    /// Rows of so many cells.
    pub(super) fn new(block: &'a Block, separator: u8, columns: usize) -> Self {
        let cells = vec![Cell::default(); columns];
        Self { bytes: &block.bytes, lines_before: block.lines_before, separator, at: 0, line: 0, cells }
    }

    /// The cells of the next row.
    pub(super) fn next(&mut self) -> Result<Option<&[Cell]>, Refusal> {
        let last = self.cells.len().saturating_sub(1);
        // An empty line is no row, where a row has more than one cell.
        while last > 0 && matches!(self.bytes.get(self.at..), Some([b'\n', ..] | [b'\r', b'\n', ..])) {
            self.at += if self.bytes.get(self.at) == Some(&b'\n') { 1 } else { 2 };
            self.line += 1;
        }
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        self.line += 1;
        let mut ended = false;
        let mut lines_inside = 0;
        for (number, cell) in self.cells.iter_mut().enumerate() {
            if ended {
                return Err(self.ragged());
            }
            let from = self.at;
            let quoted = self.bytes.get(from) == Some(&b'"');
            let mut to = if quoted {
                let to = closing(self.bytes, from + 1).unwrap_or(self.bytes.len());
                let inside = self.bytes.get(from..to).unwrap_or(&[]);
                lines_inside += memchr::memchr_iter(b'\n', inside).count() as u64;
                to
            } else {
                cell_end(self.bytes, from, self.separator)
            };
            let end = self.bytes.get(to).copied();
            if end == Some(b'\n') || end == Some(b'\r') && quoted {
                ended = true;
                self.at = to + if end == Some(b'\r') { 2 } else { 1 };
                if !quoted && to > from && self.bytes.get(to - 1) == Some(&b'\r') {
                    to -= 1;
                }
            } else if end == Some(self.separator) && number < last {
                self.at = to + 1;
            } else {
                return Err(self.ragged());
            }
            *cell = Cell { from: from as u32, to: to as u32, quoted };
        }
        if !ended {
            return Err(self.ragged());
        }
        self.line += lines_inside;
        Ok(Some(&self.cells))
    }

    fn ragged(&self) -> Refusal {
        let (columns, line) = (self.cells.len(), self.line());
        Refusal::new(
            format!("表の{line}行目: {columns}列ではありません。区切り文字と引用符を確かめてください"),
            format!("line {line} of the table has not {columns} cells: check the separator and the quotes"),
        )
    }

    /// The line of the row last read.
    pub(super) fn line(&self) -> u64 {
        self.lines_before + self.line
    }
}

/// A cell's text without its quotes.
pub(super) fn text<'a>(bytes: &'a [u8], cell: &Cell) -> Cow<'a, [u8]> {
    if !cell.quoted {
        return Cow::Borrowed(cell.raw(bytes));
    }
    let raw = cell.raw(bytes);
    let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or(&[]);
    if memchr::memchr(b'"', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut plain = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter();
    while let Some(byte) = bytes.next() {
        plain.push(*byte);
        if *byte == b'"' {
            bytes.next();
        }
    }
    Cow::Owned(plain)
}

/// Behind the quote that closes a cell.
fn closing(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Where a cell without quotes ends: eight bytes at a time, because cells are short.
fn cell_end(bytes: &[u8], mut at: usize, separator: u8) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([128; 8]);
    let (separators, ends) = (ONES * separator as u64, ONES * b'\n' as u64);
    // The lowest byte marked is one that is zero; those above it may be marked in error.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let found = zeros(word ^ separators) | zeros(word ^ ends);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or(&[]);
    rest.iter().position(|byte| *byte == separator || *byte == b'\n').map_or(bytes.len(), |found| at + found)
}

/// A text as a cell: in quotes where it needs them.
pub(super) fn escaped(text: &str, separator: u8) -> Vec<u8> {
    let needs = text.bytes().any(|byte| byte == separator || matches!(byte, b'"' | b'\n' | b'\r'));
    if needs { format!("\"{}\"", text.replace('"', "\"\"")).into_bytes() } else { text.as_bytes().to_vec() }
}
