//! Reading the ledger's files line by line, checking every link on the way, in the memory of one line.

use crate::entry::LONGEST;
use crate::{Damage, Entry, Error, Fault, Hash, Head};
use std::io::{self, BufRead, Read};

/// One line of a file.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Whole(Vec<u8>),
    /// The last line, without a newline: a crash cut it off, or it is being written.
    Unfinished(Vec<u8>),
    TooLong,
    End,
}

fn next_line(reader: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    reader.take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
    Ok(if line.len() > LONGEST {
        Line::TooLong
    } else if line.last() == Some(&b'\n') {
        line.pop();
        Line::Whole(line)
    } else if line.is_empty() {
        Line::End
    } else {
        Line::Unfinished(line)
    })
}

/// What comes next in a file.
#[derive(Debug)]
pub(crate) enum Step<T> {
    Item(T),
    /// An unfinished last line; `finished` is what it says if only its newline is missing.
    Unfinished {
        bytes: Vec<u8>,
        finished: Option<T>,
    },
    End,
}

/// The entries of `events.jsonl` in order (an iterator). Each is checked against its hash and the entry before; the first
/// damage is an error and the last item. An unfinished last line is no entry yet and ends the iteration.
#[derive(Debug)]
pub struct Events<R> {
    reader: R,
    next: u64,
    previous: Hash,
    finished: bool,
}

impl<R: BufRead> Events<R> {
    /// Reads from the first entry.
    pub const fn new(reader: R) -> Self {
        Self { reader, next: 0, previous: Hash::ZERO, finished: false }
    }

    /// Only the events of one kind. Every entry on the way is checked all the same.
    pub fn of_kind(self, kind: &str) -> impl Iterator<Item = Result<Entry, Error>> {
        self.filter(move |entry| entry.as_ref().map_or(true, |entry| entry.event.kind == kind))
    }

    /// The hash the next entry must name.
    pub(crate) const fn previous(&self) -> Hash {
        self.previous
    }

    pub(crate) fn step(&mut self) -> Result<Step<Entry>, Error> {
        let damaged = |index, fault| Error::from(Damage::Entry { index, fault });
        match next_line(&mut self.reader)? {
            Line::End => Ok(Step::End),
            Line::TooLong => Err(damaged(self.next, Fault::TooLong)),
            Line::Unfinished(bytes) => {
                let finished = Entry::parse(&bytes, self.next, self.previous).ok();
                Ok(Step::Unfinished { bytes, finished })
            }
            Line::Whole(bytes) => {
                let entry = Entry::parse(&bytes, self.next, self.previous)
                    .map_err(|fault| damaged(self.next, fault))?;
                self.next += 1;
                self.previous = entry.hash;
                Ok(Step::Item(entry))
            }
        }
    }
}

impl<R: BufRead> Iterator for Events<R> {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let item = match self.step() {
            Ok(Step::Item(entry)) => return Some(Ok(entry)),
            Ok(Step::Unfinished { .. } | Step::End) => None,
            Err(error) => Some(Err(error)),
        };
        self.finished = true;
        item
    }
}

/// The heads of `heads.jsonl` in order, each with a signature that holds, of a trusted key, never shrinking.
pub(crate) struct Heads<'a, R> {
    reader: R,
    next: u64,
    size: u64,
    trusted: &'a [crate::VerifyingKey],
}

impl<'a, R: BufRead> Heads<'a, R> {
    pub(crate) const fn new(reader: R, trusted: &'a [crate::VerifyingKey]) -> Self {
        Self { reader, next: 0, size: 0, trusted }
    }

    pub(crate) fn step(&mut self) -> Result<Step<Head>, Error> {
        let index = self.next;
        let damaged = |fault| Error::from(Damage::Head { index, fault });
        match next_line(&mut self.reader)? {
            Line::End => Ok(Step::End),
            Line::TooLong => Err(damaged(Fault::TooLong)),
            Line::Unfinished(bytes) => {
                let finished = self.read(&bytes).ok();
                Ok(Step::Unfinished { bytes, finished })
            }
            Line::Whole(bytes) => {
                let head = self.read(&bytes).map_err(damaged)?;
                self.next += 1;
                self.size = head.size;
                Ok(Step::Item(head))
            }
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<Head, Fault> {
        let head = Head::parse(bytes)?;
        head.check(self.trusted)?;
        if head.size < self.size { Err(Fault::Shrinks) } else { Ok(head) }
    }
}
