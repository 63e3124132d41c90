//! Checking a ledger offline: chain, tree, heads, and that each head is the root of a beginning of this very log.
//!
//! Walking the whole log shows more than consistency proofs between successive heads would: every head's root is computed
//! from the entries. [`crate::merkle::verify_consistency`] is for those who do not hold the entries.

use crate::ledger::{open_or_empty, paths};
use crate::merkle::{Frontier, leaf};
use crate::reader::{Heads, Step};
use crate::{Damage, Entry, Error, Events, Fault, Hash, Head, VerifyingKey};
use std::io::BufRead;
use std::path::Path;

/// What a check found. That there is a report at all means: no damage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Entries, all of them chained.
    pub entries: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// Signed heads, all of them roots of a beginning of this log.
    pub heads: u64,
    /// The last of them.
    pub last_head: Option<Head>,
    /// Entries after the last head. Nobody has signed for these: cutting them off would not be seen.
    pub unsigned: u64,
    /// Bytes of an unfinished last line: a crash, or a write under way. [`crate::Ledger::open`] deals with it.
    pub unfinished: u64,
}

/// Checks the ledger in `folder`. Heads must be signed by one of `trusted`; where that is empty, by whatever key they name,
/// which shows that the log is whole but not whose it is.
///
/// Entries cut off together with the heads that cover them leave a shorter ledger that is sound in itself. Only a head
/// kept elsewhere shows it: [`Report::agrees_with`] compares sizes, [`crate::consistency_proof`] the content.
///
/// # Errors
/// [`Error::Damaged`] with the first entry or head that is not as written; [`Error::Io`].
pub fn verify(folder: &Path, trusted: &[VerifyingKey]) -> Result<Report, Error> {
    let (events, heads, _) = paths(folder);
    // A missing heads file is a ledger nobody signed; a missing events file is no ledger.
    verify_streams(std::io::BufReader::new(std::fs::File::open(events)?), open_or_empty(&heads)?, trusted)
}

/// [`verify`] over any bytes.
///
/// # Errors
/// As [`verify`].
pub fn verify_streams(
    events: impl BufRead,
    heads: impl BufRead,
    trusted: &[VerifyingKey],
) -> Result<Report, Error> {
    let walk = walk(events, heads, trusted, false)?;
    let signed = walk.last_head.as_ref().map_or(0, |head| head.size);
    let unfinished = |tail: &Option<Tail>| tail.as_ref().map_or(0, |tail| tail.bytes.len() as u64);
    Ok(Report {
        entries: walk.frontier.size(),
        root: walk.frontier.root(),
        heads: walk.heads,
        last_head: walk.last_head,
        unsigned: walk.frontier.size() - signed,
        unfinished: unfinished(&walk.events_tail) + unfinished(&walk.heads_tail),
    })
}

impl Report {
    /// Whether a head that somebody kept elsewhere (checked with [`Head::check`]) can be of this ledger: it covers no more
    /// than there is, and where it covers everything, its root is this one. `None`: it covers only a beginning, and a
    /// consistency proof must decide.
    pub fn agrees_with(&self, kept: &Head) -> Option<bool> {
        match kept.size.cmp(&self.entries) {
            std::cmp::Ordering::Greater => Some(false),
            std::cmp::Ordering::Equal => Some(kept.root == self.root),
            std::cmp::Ordering::Less => None,
        }
    }
}

/// An unfinished last line.
#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) bytes: Vec<u8>,
    /// Only the newline is missing.
    pub(crate) finished: bool,
}

/// Where a walk over the whole ledger ended.
#[derive(Debug)]
pub(crate) struct Walk {
    pub(crate) frontier: Frontier,
    pub(crate) previous: Hash,
    pub(crate) heads: u64,
    pub(crate) last_head: Option<Head>,
    pub(crate) events_tail: Option<Tail>,
    pub(crate) heads_tail: Option<Tail>,
}

/// Walks both files side by side. `finish`: an unfinished last line that lacks only its newline counts as written.
pub(crate) fn walk(
    events: impl BufRead,
    heads: impl BufRead,
    trusted: &[VerifyingKey],
    finish: bool,
) -> Result<Walk, Error> {
    let mut events = Events::new(events);
    let mut signed =
        Signed { heads: Heads::new(heads, trusted), pending: None, count: 0, last: None, tail: None, finish };
    signed.advance()?;
    let mut frontier = Frontier::default();
    signed.meet(&frontier)?;
    let mut events_tail = None;
    let mut previous = None;
    loop {
        let entry: Entry = match events.step()? {
            Step::Item(entry) => entry,
            Step::End => break,
            Step::Unfinished { bytes, finished } => {
                events_tail = Some(Tail { bytes, finished: finished.is_some() });
                match finished {
                    Some(entry) if finish => entry,
                    _ => break,
                }
            }
        };
        previous = Some(entry.hash);
        frontier.push(leaf(&entry.hash));
        signed.meet(&frontier)?;
        if events_tail.is_some() {
            break;
        }
    }
    if signed.pending.is_some() {
        return Err(Damage::Head { index: signed.count, fault: Fault::EntriesMissing }.into());
    }
    let previous = previous.unwrap_or_else(|| events.previous());
    Ok(Walk {
        frontier,
        previous,
        heads: signed.count,
        last_head: signed.last,
        events_tail,
        heads_tail: signed.tail,
    })
}

/// The heads, waiting for the entries to reach them.
struct Signed<'a, R> {
    heads: Heads<'a, R>,
    pending: Option<Head>,
    count: u64,
    last: Option<Head>,
    tail: Option<Tail>,
    finish: bool,
}

impl<R: BufRead> Signed<'_, R> {
    /// Checks every head that covers exactly what has been read.
    fn meet(&mut self, frontier: &Frontier) -> Result<(), Error> {
        while let Some(head) = self.pending.take_if(|head| head.size == frontier.size()) {
            if head.root != frontier.root() {
                return Err(Damage::Head { index: self.count, fault: Fault::RootDiffers }.into());
            }
            self.count += 1;
            self.last = Some(head);
            self.advance()?;
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), Error> {
        if self.tail.is_some() {
            return Ok(());
        }
        match self.heads.step()? {
            Step::Item(head) => self.pending = Some(head),
            Step::End => {}
            Step::Unfinished { bytes, finished } => {
                self.tail = Some(Tail { bytes, finished: finished.is_some() });
                self.pending = finished.filter(|_| self.finish);
            }
        }
        Ok(())
    }
}
