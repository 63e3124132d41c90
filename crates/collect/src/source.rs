//! One delivered file as a reader sees it: its path, its length, and its bytes as a bounded stream.
//!
//! The path may hold a patient number (SS-MIX2), so [`Source`] has no `Debug`.

use std::io::{self, BufRead, Read};

/// Sizes beyond which input is refused rather than held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest line or segment in bytes (default 1 MiB). The longest honest ones are a few kilobytes.
    pub line: usize,
    /// Largest document that is read whole, in bytes (default 64 MiB): an SS-MIX2 message, a FHIR bundle.
    pub document: usize,
    /// Deepest nesting of structured documents (default 100).
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: 1 << 20, document: 64 << 20, depth: 100 }
    }
}

/// One delivered file.
pub struct Source<'a> {
    /// Path below the delivery folder, `/` between parts.
    pub path: &'a str,
    /// Length in bytes.
    pub length: u64,
    /// The bytes.
    pub bytes: Box<dyn BufRead + Send + 'a>,
    /// What is refused.
    pub limits: Limits,
}

/// One line of a file, without its terminator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Offset of its first byte.
    pub offset: u64,
    /// Bytes it took, terminator included.
    pub length: u64,
    /// Whether it was longer than [`Limits::line`]; its bytes were then passed over and the buffer holds only its beginning.
    pub oversized: bool,
}

impl<'a> Source<'a> {
    /// A source over bytes in memory, with default limits.
    pub fn from_bytes(path: &'a str, bytes: &'a [u8]) -> Self {
        Self { path, length: bytes.len() as u64, bytes: Box::new(bytes), limits: Limits::default() }
    }

    /// The whole file, or `None` if it is longer than [`Limits::document`] (nothing is read then).
    ///
    /// # Errors
    /// I/O errors of the stream.
    pub fn read_whole(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.length > self.limits.document as u64 {
            return Ok(None);
        }
        let mut whole = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        (&mut self.bytes).take(self.limits.document as u64 + 1).read_to_end(&mut whole)?;
        Ok((whole.len() <= self.limits.document).then_some(whole))
    }

    /// Reads one line into `buffer` (cleared first); lines end at LF, CR LF or CR. `None` at the end of the file.
    /// `at` is the offset of the next unread byte and is moved on.
    ///
    /// # Errors
    /// I/O errors of the stream.
    pub fn read_line(&mut self, at: &mut u64, buffer: &mut Vec<u8>) -> io::Result<Option<Line>> {
        buffer.clear();
        let offset = *at;
        let mut oversized = false;
        let mut ended = false;
        while !ended {
            let chunk = self.bytes.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let stop = memchr::memchr2(b'\n', b'\r', chunk);
            let content = stop.unwrap_or(chunk.len());
            let room = self.limits.line.saturating_sub(buffer.len());
            buffer.extend_from_slice(chunk.get(..content.min(room)).unwrap_or(chunk));
            oversized |= content > room;
            let mut consumed = content;
            let mut carriage_return = false;
            if let Some(stop) = stop {
                carriage_return = chunk.get(stop) == Some(&b'\r');
                consumed += 1;
                ended = true;
            }
            self.bytes.consume(consumed);
            *at += consumed as u64;
            if carriage_return && self.bytes.fill_buf()?.first() == Some(&b'\n') {
                self.bytes.consume(1);
                *at += 1;
            }
        }
        if *at == offset {
            return Ok(None);
        }
        Ok(Some(Line { offset, length: *at - offset, oversized }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], limit: usize) -> Vec<(String, u64, u64, bool)> {
        let mut source = Source::from_bytes("f", bytes);
        source.limits.line = limit;
        // A tiny buffer puts every terminator at a boundary.
        source.bytes = Box::new(io::BufReader::with_capacity(1, bytes));
        let (mut at, mut buffer, mut found) = (0, Vec::new(), Vec::new());
        while let Some(line) = source.read_line(&mut at, &mut buffer).unwrap() {
            found.push((
                String::from_utf8_lossy(&buffer).into_owned(),
                line.offset,
                line.length,
                line.oversized,
            ));
        }
        assert_eq!(at, bytes.len() as u64, "every byte belongs to a line");
        found
    }

    #[test]
    fn mixed_line_ends_and_an_unterminated_last_line() {
        let found = lines(b"a\r\nb\n\rc\rd", 10);
        let texts: Vec<_> = found.iter().map(|l| l.0.as_str()).collect();
        assert_eq!(texts, ["a", "b", "", "c", "d"]);
        assert_eq!(found[0].2, 3);
    }

    #[test]
    fn a_giant_line_is_passed_over_in_bounded_memory() {
        let found = lines(b"aaaaaaaaaa\nb\n", 4);
        assert_eq!(found[0], ("aaaa".into(), 0, 11, true));
        assert_eq!(found[1], ("b".into(), 11, 2, false));
    }

    #[test]
    fn a_document_over_the_limit_is_not_read() {
        let mut source = Source::from_bytes("f", b"12345");
        source.limits.document = 4;
        assert!(source.read_whole().unwrap().is_none());
    }
}
