//! The ledger's folder: opening it (which checks all of it), appending, signing heads, proofs, and readers.

use crate::entry::looks_like_a_time;
use crate::merkle::{self, Frontier, leaf};
use crate::reader::Events;
use crate::verify::{Tail, walk};
use crate::{Entry, Error, Event, Hash, Head, SigningKey, VerifyingKey};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// The entries.
pub const EVENTS_FILE: &str = "events.jsonl";
/// The signed heads.
pub const HEADS_FILE: &str = "heads.jsonl";
/// Locked by the one process that may append.
pub const LOCK_FILE: &str = "lock";

/// A ledger open for appending. One process at a time; dropping it lets go of the lock.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) events: File,
    heads: File,
    key: SigningKey,
    frontier: Frontier,
    previous: Hash,
    last_head: Option<Head>,
    kept_aside: Vec<PathBuf>,
    /// A write failed, so the disk may hold half a line.
    failed: bool,
    _lock: File,
}

impl Ledger {
    /// Opens the ledger in `folder`, creating it where there is none, and checks all of it. An unfinished last line, which
    /// a crash leaves, is finished or kept aside (see [`Ledger::kept_aside`]). `key` signs the heads to come; earlier
    /// heads may be of earlier keys: [`crate::verify`] with the keys you trust says whose they are.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Damaged`] (nothing is repaired then), [`Error::Io`].
    pub fn open(folder: &Path, key: SigningKey) -> Result<Self, Error> {
        fs::create_dir_all(folder)?;
        let (events_path, heads_path, lock_path) = paths(folder);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock_path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::Locked,
            TryLockError::Error(error) => Error::Io(error),
        })?;
        let end =
            walk(open_or_empty(&events_path)?, open_or_empty(&heads_path)?, &[] as &[VerifyingKey], true)?;
        let mut kept_aside = Vec::new();
        let events = open_to_append(&events_path, end.events_tail, &mut kept_aside)?;
        let heads = open_to_append(&heads_path, end.heads_tail, &mut kept_aside)?;
        sync_folder(folder)?;
        Ok(Self {
            events,
            heads,
            key,
            frontier: end.frontier,
            previous: end.previous,
            last_head: end.last_head,
            kept_aside,
            failed: false,
            _lock: lock,
        })
    }

    /// Appends an event. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`Error::Refused`] (nothing was written), [`Error::Io`]: whether it was written is not known, and the ledger must be
    /// opened again, after which [`Ledger::size`] tells.
    pub fn append(&mut self, event: Event) -> Result<Entry, Error> {
        self.writable()?;
        let entry = Entry::new(self.frontier.size(), self.previous, event).map_err(Error::Refused)?;
        let line = entry.line().ok_or(Error::Refused("the body is nested too deep"))?;
        self.failed = true;
        write_durably(&mut self.events, line.as_bytes())?;
        self.failed = false;
        self.previous = entry.hash;
        self.frontier.push(leaf(&entry.hash));
        Ok(entry)
    }

    /// Signs for everything appended so far. Until then the last entries could be cut off without a trace: sign at the end
    /// of every use case, and publish the head.
    ///
    /// # Errors
    /// As [`Ledger::append`].
    pub fn sign_head(&mut self, at: &str) -> Result<Head, Error> {
        self.writable()?;
        if !looks_like_a_time(at) {
            return Err(Error::Refused("the time is not in ISO 8601 form"));
        }
        let head = Head::sign(self.frontier.size(), self.frontier.root(), at, &self.key);
        self.failed = true;
        write_durably(&mut self.heads, head.line().as_bytes())?;
        self.failed = false;
        self.last_head = Some(head.clone());
        Ok(head)
    }

    /// How many entries there are.
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Root of the tree over them.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The last signed head.
    pub const fn last_head(&self) -> Option<&Head> {
        self.last_head.as_ref()
    }

    /// Where [`Ledger::open`] put unfinished last lines, if it found any. Somebody should look at them.
    pub fn kept_aside(&self) -> &[PathBuf] {
        &self.kept_aside
    }

    const fn writable(&self) -> Result<(), Error> {
        if self.failed { Err(Error::WriteFailed) } else { Ok(()) }
    }
}

/// The entries of the ledger in `folder`, checked as they are read. Needs no lock.
///
/// # Errors
/// [`Error::Io`]; damage is an item of the iterator.
pub fn events(folder: &Path) -> Result<Events<BufReader<File>>, Error> {
    Ok(Events::new(BufReader::new(File::open(paths(folder).0)?)))
}

/// The signed heads of the ledger in `folder`, after checking the whole ledger against them.
///
/// # Errors
/// As [`crate::verify`].
pub fn heads(folder: &Path, trusted: &[VerifyingKey]) -> Result<Vec<Head>, Error> {
    crate::verify(folder, trusted)?;
    let mut reader = crate::reader::Heads::new(open_or_empty(&paths(folder).1)?, trusted);
    let mut heads = Vec::new();
    while let crate::reader::Step::Item(head) = reader.step()? {
        heads.push(head);
    }
    Ok(heads)
}

/// The path that shows a stranger that entry `index` is among the first `size` (see [`merkle::verify_inclusion`]).
///
/// # Errors
/// [`Error::OutOfRange`], or damage on the way.
pub fn inclusion_proof(folder: &Path, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
    let leaves = leaves(folder, size)?;
    usize::try_from(index)
        .ok()
        .and_then(|index| merkle::prove_inclusion(&leaves, index))
        .ok_or(Error::OutOfRange { size: leaves.len() as u64 })
}

/// The path that shows a stranger that the first `earlier` entries were only added to (see [`merkle::verify_consistency`]).
///
/// # Errors
/// [`Error::OutOfRange`], or damage on the way.
pub fn consistency_proof(folder: &Path, earlier: u64, later: u64) -> Result<Vec<Hash>, Error> {
    let leaves = leaves(folder, later)?;
    usize::try_from(earlier)
        .ok()
        .and_then(|earlier| merkle::prove_consistency(&leaves, earlier))
        .ok_or(Error::OutOfRange { size: leaves.len() as u64 })
}

fn leaves(folder: &Path, size: u64) -> Result<Vec<Hash>, Error> {
    let mut leaves = Vec::new();
    let mut entries = events(folder)?;
    while (leaves.len() as u64) < size {
        let entry = entries.next().ok_or(Error::OutOfRange { size: leaves.len() as u64 })??;
        leaves.push(leaf(&entry.hash));
    }
    Ok(leaves)
}

/// (events, heads, lock)
pub(crate) fn paths(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    (folder.join(EVENTS_FILE), folder.join(HEADS_FILE), folder.join(LOCK_FILE))
}

pub(crate) fn open_or_empty(path: &Path) -> io::Result<Box<dyn BufRead>> {
    match File::open(path) {
        Ok(file) => Ok(Box::new(BufReader::new(file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Box::new(io::empty())),
        Err(error) => Err(error),
    }
}

/// Opens a file for appending, after dealing with the unfinished line a crash left at its end.
fn open_to_append(path: &Path, tail: Option<Tail>, kept_aside: &mut Vec<PathBuf>) -> io::Result<File> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    match tail {
        None => {}
        Some(Tail { finished: true, .. }) => write_durably(&mut file, b"\n")?,
        Some(Tail { bytes, finished: false }) => {
            // Named by place and content: repairing twice writes the same file, another crash another one.
            let end = file.metadata()?.len().saturating_sub(bytes.len() as u64);
            let mut aside = path.as_os_str().to_owned();
            aside.push(format!(".unfinished-{end}-{}", &Hash::of(&[&bytes]).to_string()[..8]));
            let aside = PathBuf::from(aside);
            write_durably(&mut File::create(&aside)?, &bytes)?;
            file.set_len(end)?;
            file.sync_all()?;
            kept_aside.push(aside);
        }
    }
    Ok(file)
}

fn write_durably(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the files' names durable as well as their bytes; only Unix has a way to say so.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
