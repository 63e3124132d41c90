//! Reading the files of a delivery from its pack: small ones on both cores, large ones streamed one by one, results
//! always handed over in file order. Memory is bounded by the limits of one batch.

use crate::pack::{Frame, Pack};
use crate::{
    AppError,
    progress::{Progress, Stage, Tell},
};
use kiban_collect::{Limits, Masters, Source, claim};
use kiban_model::{Issue, Outcome, Reason, Rejected};
use kiban_vault::{DeliveredFile, Secret};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Files up to this size are read whole, several at once.
const SMALL: u64 = 8 << 20;
/// Small files of one batch together.
const BATCH_BYTES: u64 = 64 << 20;
/// Small files of one batch.
const BATCH_FILES: usize = 512;
/// Pieces of a large file handed over together.
const BATCH_PIECES: usize = 2_048;

static EMPTY: Reason = Reason {
    code: "delivery.empty-file",
    japanese: "ファイルが空です",
    english: "the file is empty",
    advice_japanese: "出力の途中で失敗していないか確認し、提供し直してください",
    advice_english: "check whether its export failed, and deliver it again",
};
static ARCHIVE: Reason = Reason {
    code: "delivery.archive",
    japanese: "圧縮ファイル・アーカイブは展開しません（展開爆弾を防ぐため）",
    english: "archives are not unpacked (a small archive can hide an endless one)",
    advice_japanese: "展開したファイルを提供してください",
    advice_english: "deliver the files unpacked",
};
static UNKNOWN: Reason = Reason {
    code: "delivery.unknown-format",
    japanese: "対応している形式ではありません",
    english: "no reader knows this format",
    advice_japanese: "形式を確認してください。バイト列はそのまま保管され、対応後に `kiban intake` で再読込できます",
    advice_english: "check the format; the bytes are kept and can be read with `kiban intake` once a reader exists",
};

/// One outcome of a file, with its order in the file and the keyed digest of its bytes.
pub(crate) struct Piece {
    pub(crate) seq: u64,
    pub(crate) outcome: Outcome,
    pub(crate) content: String,
}

/// How a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileRead {
    pub(crate) format: &'static str,
    pub(crate) units: u64,
}

/// What reading needs besides the files.
pub(crate) struct Reader<'a> {
    pub(crate) delivery: &'a str,
    pub(crate) pack: Pack,
    pub(crate) masters: Masters,
    pub(crate) secret: &'a Secret,
    pub(crate) limits: Limits,
}

impl Reader<'_> {
    /// Reads every file that was not refused. `map` turns a piece into something or nothing, on any thread; `take` gets
    /// what came of each file in file order, once or more often, the last time with how the file was read.
    pub(crate) fn read_all<T: Send>(
        &self,
        files: &[DeliveredFile],
        stage: Stage,
        tell: Tell<'_>,
        map: impl Fn(&DeliveredFile, Piece) -> Option<T> + Sync,
        mut take: impl FnMut(&DeliveredFile, Vec<T>, Option<FileRead>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let readable: Vec<&DeliveredFile> = files.iter().filter(|f| f.refused.is_empty()).collect();
        let total = readable.len() as u64;
        let mut rest = readable.as_slice();
        while let Some(first) = rest.first() {
            tell(Progress { stage, done: total - rest.len() as u64, total });
            if first.bytes > SMALL {
                self.read_large(first, &map, &mut take)?;
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let mut bytes = 0;
            let fits = |f: &&&DeliveredFile| {
                bytes += f.bytes;
                f.bytes <= SMALL && bytes <= BATCH_BYTES
            };
            let batch = rest.iter().take(BATCH_FILES).take_while(fits).count().max(1);
            let (now, later) = rest.split_at(batch.min(rest.len()));
            let read: Vec<Result<(Vec<T>, FileRead), AppError>> =
                now.par_iter().map(|file| self.read_small(file, &map)).collect();
            for (file, result) in now.iter().zip(read) {
                let (things, read) = result?;
                take(file, things, Some(read))?;
            }
            rest = later;
        }
        tell(Progress { stage, done: total, total });
        Ok(())
    }

    fn frame(&self, file: &DeliveredFile) -> Result<&Frame, AppError> {
        self.pack.frame(file.file_no).ok_or_else(|| self.altered(file))
    }

    fn altered(&self, file: &DeliveredFile) -> AppError {
        AppError::Altered { delivery: self.delivery.to_owned(), file_no: file.file_no }
    }

    fn read_small<T>(
        &self,
        file: &DeliveredFile,
        map: &impl Fn(&DeliveredFile, Piece) -> Option<T>,
    ) -> Result<(Vec<T>, FileRead), AppError> {
        let whole = self.pack.whole(self.frame(file)?).map_err(|_| self.altered(file))?;
        let bytes = whole.ok_or_else(|| self.altered(file))?;
        let mut things = Vec::new();
        let mut seq = 0;
        let mut sink = |outcome: Outcome| {
            let content = self.content(&outcome, |range| bytes.get(range).unwrap_or_default());
            things.extend(map(file, Piece { seq, outcome, content }));
            seq += 1;
        };
        let head = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
        let source = Source {
            path: file.path.expose(),
            length: file.bytes,
            bytes: Box::new(bytes.as_slice()),
            limits: self.limits,
        };
        let read = self.read_source(source, head, &mut sink).map_err(|_| self.altered(file))?;
        Ok((things, read))
    }

    fn read_large<T>(
        &self,
        file: &DeliveredFile,
        map: &impl Fn(&DeliveredFile, Piece) -> Option<T>,
        take: &mut impl FnMut(&DeliveredFile, Vec<T>, Option<FileRead>) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let frame = self.frame(file)?;
        let mut head = Vec::new();
        self.pack
            .stream(frame)
            .and_then(|s| s.take(4_096).read_to_end(&mut head))
            .map_err(|_| self.altered(file))?;
        let window = Arc::new(Mutex::new(Window::default()));
        let stream = self.pack.stream(frame).map_err(|_| self.altered(file))?;
        let tee = Tee { inner: BufReader::with_capacity(1 << 18, stream), window: Arc::clone(&window) };
        let source = Source {
            path: file.path.expose(),
            length: file.bytes,
            bytes: Box::new(tee),
            limits: self.limits,
        };
        let mut waiting = Vec::new();
        let mut failed = None;
        let mut seq = 0;
        let mut sink = |outcome: Outcome| {
            let content = {
                let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
                let content =
                    self.content(&outcome, |range| window.slice(range.start as u64..range.end as u64));
                if let Outcome::Record(record) = &outcome {
                    window.forget(record.bytes.end);
                }
                content
            };
            waiting.extend(map(file, Piece { seq, outcome, content }));
            seq += 1;
            if waiting.len() >= BATCH_PIECES && failed.is_none() {
                failed = take(file, std::mem::take(&mut waiting), None).err();
            }
        };
        let read = self.read_source(source, &head, &mut sink).map_err(|_| self.altered(file))?;
        if let Some(error) = failed {
            return Err(error);
        }
        let window = window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.end() == file.bytes && crate::pack::hex(&window.hash.clone().finalize()) != frame.sha256 {
            return Err(self.altered(file));
        }
        take(file, waiting, Some(read))
    }

    fn read_source(
        &self,
        source: Source<'_>,
        head: &[u8],
        sink: &mut dyn FnMut(Outcome),
    ) -> std::io::Result<FileRead> {
        match claim(source.path, head) {
            Some(format) => {
                Ok(FileRead { format: format.id(), units: format.read(source, &self.masters, sink)?.units })
            }
            None => {
                let reason = if source.length == 0 {
                    &EMPTY
                } else if is_archive(head) {
                    &ARCHIVE
                } else {
                    &UNKNOWN
                };
                let issue = Issue::rejected(reason, "file");
                sink(Outcome::Rejected(Rejected {
                    number: 0,
                    bytes: 0..source.length,
                    units: 1,
                    kind: "file".into(),
                    issue,
                }));
                Ok(FileRead { format: "", units: 1 })
            }
        }
    }

    /// Digest of a record's bytes; a rejected piece needs none.
    fn content<'b>(
        &self,
        outcome: &Outcome,
        slice: impl FnOnce(std::ops::Range<usize>) -> &'b [u8],
    ) -> String {
        let Outcome::Record(record) = outcome else { return String::new() };
        let bound = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        self.secret.digest_text("content", &[slice(bound(record.bytes.start)..bound(record.bytes.end))])
    }
}

/// Magic numbers of zip, gzip, xz, 7-Zip, bzip2, zstd, rar, and tar's at byte 257.
fn is_archive(head: &[u8]) -> bool {
    let magics: [&[u8]; 7] =
        [b"PK\x03\x04", b"\x1f\x8b", b"\xfd7zXZ", b"7z\xbc\xaf", b"BZh", b"\x28\xb5\x2f\xfd", b"Rar!"];
    magics.iter().any(|magic| head.starts_with(magic)) || head.get(257..262) == Some(b"ustar")
}

/// The bytes of a large file between the last record's end and the reader's position.
#[derive(Default)]
struct Window {
    start: u64,
    data: Vec<u8>,
    hash: Sha256,
}

impl Window {
    fn end(&self) -> u64 {
        self.start + self.data.len() as u64
    }
    fn slice(&self, range: std::ops::Range<u64>) -> &[u8] {
        let at = |offset: u64| usize::try_from(offset.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.data.get(at(range.start)..at(range.end).min(self.data.len())).unwrap_or_default()
    }
    /// Drops what lies before `offset`, once that is worth the move.
    fn forget(&mut self, offset: u64) {
        let passed = usize::try_from(offset.saturating_sub(self.start)).unwrap_or(0).min(self.data.len());
        if passed > 1 << 20 || passed == self.data.len() {
            self.data.drain(..passed);
            self.start += passed as u64;
        }
    }
}

/// A reader that remembers what it gave until the window forgets it.
struct Tee<R> {
    inner: R,
    window: Arc<Mutex<Window>>,
}

impl<R: BufRead> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buffer.len());
        buffer.get_mut(..n).unwrap_or_default().copy_from_slice(available.get(..n).unwrap_or_default());
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Tee<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.inner.fill_buf()
    }
    fn consume(&mut self, amount: usize) {
        if let Ok(available) = self.inner.fill_buf() {
            let passed = available.get(..amount.min(available.len())).unwrap_or_default();
            let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
            window.hash.update(passed);
            window.data.extend_from_slice(passed);
        }
        self.inner.consume(amount);
    }
}
