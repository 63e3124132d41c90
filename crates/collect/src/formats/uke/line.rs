//! One line split into columns, with an account of which of them were used: what is left goes to `extra`.
//!
//! Bytes are split before they are decoded: neither the comma nor the quotation mark can be a second byte of CP932 or
//! part of a character of UTF-8. Only columns that are kept are decoded.

use super::encoding::{Encoding, has_private_character};
use super::layout::Layout;
use super::reasons;
use super::warnings::Warnings;
use kiban_model::{Issue, Reason};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cell::Cell;

/// Columns of one line.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    /// The line, without quotation marks.
    text: Cow<'a, [u8]>,
    /// Where each column ends in `text`; the next begins one byte later.
    ends: Vec<usize>,
    /// A bit for each column that is not empty.
    filled: u128,
    /// Whether quotation marks were removed.
    pub(super) quoted: bool,
}

impl<'a> Columns<'a> {
    /// Splits a line at its commas. Quotation marks are not in the specification but come with files saved by other
    /// tools: a column wholly in quotes may hold commas, any other quotation mark is removed.
    pub(super) fn split(line: &'a [u8]) -> Self {
        Self::split_into(line, Vec::with_capacity(48))
    }

    /// [`Columns::split`] into memory of an earlier line, which [`Columns::recycle`] gave back.
    pub(super) fn split_into(line: &'a [u8], mut ends: Vec<usize>) -> Self {
        ends.clear();
        let (mut filled, mut start) = (0u128, 0);
        // Columns are a few bytes long, so a plain loop is faster than a search for each comma.
        for (at, byte) in line.iter().enumerate() {
            if *byte == b',' {
                filled |= bit(ends.len(), at > start);
                ends.push(at);
                start = at + 1;
            } else if *byte == b'"' {
                return Self::split_quoted(line);
            }
        }
        filled |= bit(ends.len(), line.len() > start);
        ends.push(line.len());
        Self { text: Cow::Borrowed(line), ends, filled, quoted: false }
    }

    /// The memory of a line that is done with.
    pub(super) fn recycle(self) -> Vec<usize> {
        self.ends
    }

    fn split_quoted(line: &[u8]) -> Self {
        let (mut text, mut ends) = (Vec::with_capacity(line.len()), Vec::new());
        let mut rest = line;
        loop {
            let closing = rest.strip_prefix(b"\"").and_then(|inner| {
                let end = memchr::memchr_iter(b'"', inner)
                    .find(|at| matches!(inner.get(at + 1), None | Some(b',')))?;
                Some((inner.get(..end)?, inner.get(end + 1..)?))
            });
            let (column, after) = closing.unwrap_or_else(|| {
                let end = memchr::memchr(b',', rest).unwrap_or(rest.len());
                rest.split_at_checked(end).unwrap_or((rest, b""))
            });
            text.extend(column.iter().filter(|b| **b != b'"'));
            ends.push(text.len());
            match after.split_first() {
                Some((_, next)) => rest = next,
                None => break,
            }
            text.push(b',');
        }
        let mut columns = Self { text: Cow::Owned(text), ends, filled: 0, quoted: true };
        for column in 0..columns.len() {
            columns.filled |= bit(column, !columns.get(column).is_empty());
        }
        columns
    }

    /// Number of columns.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A column as it stands; empty if the line has no such column.
    pub(super) fn get(&self, column: usize) -> &[u8] {
        let start = match column.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).map_or(usize::MAX, |end| end.saturating_add(1)),
        };
        self.ends.get(column).and_then(|end| self.text.get(start..*end)).unwrap_or(b"")
    }

    /// The columns of a range that are not empty.
    pub(super) fn filled_in(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = usize> {
        let mut left =
            self.filled & bit(range.end, true).wrapping_sub(1) & !bit(range.start, true).wrapping_sub(1);
        std::iter::from_fn(move || {
            let column = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (column < MARKED).then_some(column)
        })
    }

    /// Joins the columns from `column` on into one, commas and all: for text that ends its line.
    pub(super) fn join_from(&mut self, column: usize) {
        let last = self.text.len();
        self.ends.truncate(column + 1);
        if let Some(end) = self.ends.get_mut(column) {
            *end = last;
        }
        self.filled &= bit(column, true) - 1;
        self.filled |= bit(column, !self.get(column).is_empty());
    }
}

/// Columns beyond this number are never marked as used: no record has so many.
const MARKED: usize = 128;

fn bit(column: usize, set: bool) -> u128 {
    if set && column < MARKED { 1 << column } else { 0 }
}

/// A line of a known record being read.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    pub(super) layout: &'static Layout,
    pub(super) columns: &'a Columns<'a>,
    encoding: Encoding,
    /// A bit for each column that was used. The record id always is.
    taken: Cell<u128>,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        number: u64,
        layout: &'static Layout,
        columns: &'a Columns<'a>,
        encoding: Encoding,
    ) -> Self {
        Self { number, layout, columns, encoding, taken: Cell::new(1) }
    }

    /// Where a column is, for people: `line 12, SI-13`.
    pub(super) fn place(&self, column: usize) -> String {
        format!("line {}, {}-{column}", self.number, self.layout.id)
    }

    /// An issue that refuses the receipt.
    pub(super) fn refuse(&self, reason: &'static Reason, column: usize) -> Issue {
        Issue::rejected(reason, self.place(column))
    }

    fn mark(&self, column: usize) {
        self.taken.set(self.taken.get() | bit(column, true));
    }

    /// Takes back a use, so that the column goes to `extra` as written.
    pub(super) fn leave(&self, column: usize) {
        self.taken.set(self.taken.get() & !bit(column, true));
    }

    /// Uses a column: its bytes without the spaces around them.
    pub(super) fn take(&self, column: usize) -> &'a [u8] {
        self.mark(column);
        self.columns.get(column).trim_ascii()
    }

    /// Uses a column as text; `None` if blank. Errors: characters of no known encoding.
    pub(super) fn text(&self, column: usize, warnings: &mut Warnings) -> Result<Option<String>, Issue> {
        self.decode(column, self.take(column), warnings)
    }

    fn decode(&self, column: usize, bytes: &[u8], warnings: &mut Warnings) -> Result<Option<String>, Issue> {
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.is_ascii()
            && let Ok(text) = std::str::from_utf8(bytes.trim_ascii())
        {
            return Ok((!text.is_empty()).then(|| text.to_owned()));
        }
        let decoded = self.encoding.decode(bytes).ok_or_else(|| self.refuse(&reasons::ENCODING, column))?;
        if decoded.cut {
            warnings.at(&reasons::CUT_CHARACTER, self, column);
        }
        if has_private_character(&decoded.text) {
            warnings.at(&reasons::PRIVATE_CHARACTER, self, column);
        }
        let text = decoded.text.trim_matches([' ', '\u{3000}']);
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// Uses a column as a whole number; `None` if blank. Errors: anything else than up to 15 digits.
    pub(super) fn number(&self, column: usize) -> Result<Option<i64>, Issue> {
        let bytes = self.take(column);
        if bytes.is_empty() {
            return Ok(None);
        }
        digits(bytes).map(Some).ok_or_else(|| self.refuse(&reasons::NUMBER, column))
    }

    /// Everything that was not used, with its names; `None` if nothing is left.
    pub(super) fn rest(&self, warnings: &mut Warnings) -> Result<Option<Map<String, Value>>, Issue> {
        if self.columns.filled & !self.taken.get() == 0 && self.columns.len() <= MARKED {
            return Ok(None);
        }
        let mut rest = Map::new();
        for column in 0..self.columns.len() {
            let taken = self.taken.get() & bit(column, true) != 0;
            let bytes = if taken { b"" } else { self.columns.get(column) };
            if bytes.is_empty() {
                continue;
            }
            if let Some(text) = self.decode(column, bytes, warnings)? {
                rest.insert(self.layout.name(column), Value::String(text));
            }
        }
        Ok((!rest.is_empty()).then_some(rest))
    }

    /// [`Line::rest`] as JSON text.
    pub(super) fn rest_json(&self, warnings: &mut Warnings) -> Result<Option<String>, Issue> {
        Ok(self.rest(warnings)?.map(|rest| Value::Object(rest).to_string()))
    }
}

/// Up to 15 ASCII digits as a number.
pub(super) fn digits(bytes: &[u8]) -> Option<i64> {
    (!bytes.is_empty() && bytes.len() <= 15 && bytes.iter().all(u8::is_ascii_digit))
        .then(|| bytes.iter().fold(0, |number, b| number * 10 + i64::from(b - b'0')))
}

/// The record id of a line, if it begins with one: two letters or digits and a comma, or nothing more.
pub(super) fn record_id(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (id, after) = line.split_at_checked(2)?;
    let ends = matches!(after.first(), None | Some(b',' | b'"'));
    (ends && id.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::uke::layout;

    fn split(line: &str) -> Vec<String> {
        let columns = Columns::split(line.as_bytes());
        (0..columns.len()).map(|i| String::from_utf8_lossy(columns.get(i)).into_owned()).collect()
    }

    #[test]
    fn quotes_are_removed_wherever_they_stray() {
        assert_eq!(split(r#"CO,"22",2,"810000001","a,b""#), ["CO", "22", "2", "810000001", "a,b"]);
        assert_eq!(split(r#"CO,22,2,810000001,5" disc"#), ["CO", "22", "2", "810000001", "5 disc"]);
        assert_eq!(split(r#""CO,22"#), ["CO", "22"]);
        assert_eq!(split(r#"CO,"","#), ["CO", "", ""]);
        assert_eq!(record_id(br#""CO","22""#), Some(b"CO".as_slice()));
    }

    #[test]
    fn what_was_not_used_is_left_with_its_name() {
        let columns = Columns::split(b"RE,7,1112,202110,,1,19911121,,,,,,28,,00697,X");
        let line = Line::new(3, &layout::RE, &columns, Encoding::Cp932);
        for used in [2, 3, 5, 6] {
            line.take(used);
        }
        let rest = line.rest_json(&mut Warnings::default()).unwrap().unwrap();
        assert_eq!(rest, r#"{"レセプト番号":"7","病床数":"28","割引点数単価":"00697","RE-15":"X"}"#);
        assert_eq!(line.place(13), "line 3, RE-13");
    }

    #[test]
    fn ids_are_two_capitals_or_digits() {
        assert_eq!(record_id(b"SI,1"), Some(b"SI".as_slice()));
        assert_eq!(record_id(b"GO"), Some(b"GO".as_slice()));
        assert!(record_id(b"SIX,1").is_none());
        assert!(record_id(b"S").is_none());
        assert!(record_id("糖尿".as_bytes()).is_none());
    }
}
