//! Numbers in a file (索引の保存): lists of numbers of a fixed width, a sum over all of it, nothing read that was not written.
//!
//! Little-endian, field by field, so that a file is the same on every machine. Pieces of some megabytes are laid out, summed
//! and read on all cores: a list needs no memory beyond itself and one piece. A reader never makes room for more than what is
//! left of the file, whatever a damaged length claims, and what was read counts only once [`Input::finish`] has agreed.

mod plain;

pub(crate) use plain::{Plain, plain};

use crate::hash;
use rayon::prelude::*;
use std::io::{Error, ErrorKind, Read, Result, Write};

/// Bytes laid out or read at a time, and the part of them one core sums.
const PIECE: usize = 1 << 22;
const SUMMED: usize = 1 << 18;

/// Values one core lays out or makes at a time.
const TOGETHER: usize = 4_096;

/// The sum of what went through so far, piece by piece. Finds what was torn or rotted; it is no seal.
#[derive(Default)]
struct Sum(u64);

impl Sum {
    fn add(&mut self, piece: &[u8]) {
        let sums: Vec<u64> = piece.par_chunks(SUMMED).map(hash::bytes).collect();
        self.0 = sums.into_iter().fold(self.0, hash::mix);
    }
}

/// A file being written: one piece is written while the next is laid out.
pub(crate) struct Output<W> {
    to: W,
    sum: Sum,
    /// Laid out and not yet written.
    waiting: Vec<u8>,
    piece: Vec<u8>,
}

impl<W: Write + Send> Output<W> {
    pub(crate) const fn new(to: W) -> Self {
        Self { to, sum: Sum(0), waiting: Vec::new(), piece: Vec::new() }
    }

    /// One value.
    pub(crate) fn put<T: Plain + Sync>(&mut self, value: &T) -> Result<()> {
        self.lay_out(T::WIDTH, |piece| value.put(piece))
    }

    /// How many, then each.
    pub(crate) fn list<T: Plain + Sync>(&mut self, list: &[T]) -> Result<()> {
        self.put(&(list.len() as u64))?;
        for some in list.chunks(PIECE / T::WIDTH) {
            self.lay_out(some.len() * T::WIDTH, |piece| {
                let places = piece.par_chunks_exact_mut(T::WIDTH).zip(some);
                places.with_min_len(TOGETHER).for_each(|(place, value)| value.put(place));
            })?;
        }
        Ok(())
    }

    /// Texts, one after the other.
    pub(crate) fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Result<()> {
        let (mut all, mut lengths) = (String::new(), Vec::new());
        for text in texts {
            all.push_str(text);
            lengths.push(u32::try_from(text.len()).map_err(|_| ErrorKind::InvalidInput)?);
        }
        self.list(&lengths)?;
        self.put(&(all.len() as u64))?;
        for some in all.as_bytes().chunks(PIECE) {
            self.lay_out(some.len(), |piece| piece.copy_from_slice(some))?;
        }
        Ok(())
    }

    fn lay_out(&mut self, bytes: usize, put: impl FnOnce(&mut [u8]) + Send) -> Result<()> {
        let Self { to, sum, waiting, piece } = self;
        let next = || {
            piece.resize(bytes, 0);
            put(piece);
            sum.add(piece);
        };
        let (written, ()) = rayon::join(|| to.write_all(waiting), next);
        std::mem::swap(waiting, piece);
        written
    }

    /// The sum goes last.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.to.write_all(&self.waiting)?;
        self.to.write_all(&self.sum.0.to_le_bytes())?;
        self.to.flush()
    }
}

/// A file being read: the next piece of a list is read while one is made values of.
pub(crate) struct Input<R> {
    from: R,
    sum: Sum,
    /// Bytes not yet read, the sum at the end not among them.
    left: u64,
    piece: Vec<u8>,
    coming: Vec<u8>,
}

impl<R: Read + Send> Input<R> {
    /// Of a file of so many bytes.
    pub(crate) const fn new(from: R, length: u64) -> Self {
        Self { from, sum: Sum(0), left: length.saturating_sub(8), piece: Vec::new(), coming: Vec::new() }
    }

    /// One value.
    pub(crate) fn get<T: Plain>(&mut self) -> Result<T> {
        self.fill(T::WIDTH)?;
        self.sum.add(&self.piece);
        Ok(T::get(&self.piece))
    }

    /// A list as [`Output::list`] wrote it.
    pub(crate) fn list<T: Plain + Send>(&mut self) -> Result<Vec<T>> {
        let count = self.count(T::WIDTH)?;
        let mut list: Vec<T> = Vec::with_capacity(count);
        let mut left = count * T::WIDTH;
        let piece = PIECE / T::WIDTH * T::WIDTH;
        self.fill(left.min(piece))?;
        while list.len() < count {
            left -= self.piece.len();
            let Self { from, sum, piece: here, coming, .. } = self;
            coming.resize(left.min(piece), 0);
            let values = || {
                sum.add(here);
                list.par_extend(here.par_chunks_exact(T::WIDTH).with_min_len(TOGETHER).map(T::get));
            };
            let (read, ()) = rayon::join(|| from.read_exact(coming), values);
            read?;
            self.left -= self.coming.len() as u64;
            std::mem::swap(&mut self.piece, &mut self.coming);
        }
        Ok(list)
    }

    /// Texts as [`Output::texts`] wrote them, each handed out once.
    pub(crate) fn texts(&mut self, mut take: impl FnMut(&str)) -> Result<()> {
        let lengths: Vec<u32> = self.list()?;
        let count = self.count(1)?;
        let mut all = Vec::with_capacity(count);
        while all.len() < count {
            self.fill((count - all.len()).min(PIECE))?;
            self.sum.add(&self.piece);
            all.extend_from_slice(&self.piece);
        }
        let all = String::from_utf8(all).map_err(|_| torn())?;
        let mut rest = all.as_str();
        for length in lengths {
            let (text, after) = rest.split_at_checked(length as usize).ok_or_else(torn)?;
            take(text);
            rest = after;
        }
        Ok(())
    }

    /// How many of a width there are to come; never more than there is room for in what is left.
    fn count(&mut self, width: usize) -> Result<usize> {
        let count: u64 = self.get()?;
        if count.checked_mul(width as u64).is_none_or(|bytes| bytes > self.left) {
            return Err(torn());
        }
        usize::try_from(count).map_err(|_| torn())
    }

    fn fill(&mut self, bytes: usize) -> Result<()> {
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(torn)?;
        self.piece.resize(bytes, 0);
        self.from.read_exact(&mut self.piece)
    }

    /// Whether it was all there and as it was written.
    pub(crate) fn finish(mut self) -> Result<()> {
        let mut sum = [0; 8];
        self.from.read_exact(&mut sum)?;
        if self.left == 0 && u64::from_le_bytes(sum) == self.sum.0 { Ok(()) } else { Err(torn()) }
    }
}

/// Not what was written: cut off, or changed since.
pub(crate) fn torn() -> Error {
    ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests;
