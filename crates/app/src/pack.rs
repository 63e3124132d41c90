//! The pack: every byte of a delivery as it came, in one file, one zstd frame a delivered file (COL-08).
//!
//! Paths are not in it (the vault holds them: SS-MIX2 paths carry patient numbers). `pack.json` beside it says where each
//! frame begins. A frame is checked against the hash taken on arrival whenever it is read to the end.

use crate::AppError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Where one file's frame is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) file_no: u32,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// A pack being written.
pub(crate) struct PackWriter {
    folder: PathBuf,
    file: BufWriter<File>,
    at: u64,
    frames: Vec<Frame>,
}

impl PackWriter {
    pub(crate) fn create(folder: &Path) -> Result<Self, AppError> {
        std::fs::create_dir_all(folder).map_err(AppError::at(folder))?;
        let path = folder.join("pack");
        let file = File::create(&path).map_err(AppError::at(&path))?;
        Ok(Self { folder: folder.to_path_buf(), file: BufWriter::new(file), at: 0, frames: Vec::new() })
    }

    /// Copies one file in, hashing it on the way. I/O errors of reading the source are returned apart.
    pub(crate) fn add(&mut self, file_no: u32, source: &mut dyn Read) -> Result<io::Result<Frame>, AppError> {
        let fail = AppError::at(&self.folder);
        let mut counted = Counted { inner: &mut self.file, written: 0 };
        let mut hash = Sha256::new();
        let mut bytes = 0u64;
        let packed = (|| {
            let mut encoder = zstd::Encoder::new(&mut counted, 1)?;
            let mut buffer = vec![0u8; 1 << 16];
            let trouble = loop {
                match source.read(&mut buffer) {
                    Ok(0) => break None,
                    Ok(n) => {
                        let chunk = buffer.get(..n).unwrap_or_default();
                        hash.update(chunk);
                        bytes += n as u64;
                        encoder.write_all(chunk)?;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => break Some(error),
                }
            };
            encoder.finish()?;
            Ok::<_, io::Error>(trouble)
        })();
        let length = counted.written;
        let trouble = packed.map_err(fail)?;
        let frame = Frame { file_no, offset: self.at, length, bytes, sha256: hex(&hash.finalize()) };
        self.at += length;
        if let Some(error) = trouble {
            return Ok(Err(error));
        }
        self.frames.push(frame.clone());
        Ok(Ok(frame))
    }

    pub(crate) fn finish(mut self) -> Result<Vec<Frame>, AppError> {
        let fail = AppError::at(&self.folder);
        let index = self.folder.join("pack.json");
        let written = (|| {
            self.file.flush()?;
            self.file.get_ref().sync_all()?;
            std::fs::write(&index, serde_json::to_vec(&self.frames)?)?;
            File::open(&index)?.sync_all()
        })();
        written.map_err(fail)?;
        Ok(self.frames)
    }
}

struct Counted<'a, W> {
    inner: &'a mut W,
    written: u64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.written += n as u64;
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A pack that stands.
#[derive(Debug, Clone)]
pub(crate) struct Pack {
    path: PathBuf,
    frames: Vec<Frame>,
}

impl Pack {
    pub(crate) fn open(folder: &Path) -> Result<Self, AppError> {
        let index = folder.join("pack.json");
        let text = std::fs::read(&index).map_err(AppError::at(&index))?;
        let frames = serde_json::from_slice(&text)
            .map_err(|e| AppError::Grammar { path: index, problem: e.to_string() })?;
        Ok(Self { path: folder.join("pack"), frames })
    }

    pub(crate) fn frame(&self, file_no: u32) -> Option<&Frame> {
        self.frames.binary_search_by_key(&file_no, |f| f.file_no).ok().and_then(|at| self.frames.get(at))
    }

    /// The bytes of one file as a stream.
    pub(crate) fn stream(&self, frame: &Frame) -> io::Result<impl Read + Send + use<>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(frame.offset))?;
        zstd::Decoder::with_buffer(BufReader::new(file.take(frame.length)))
    }

    /// The whole of a small file, checked against its hash: `None` if it is not what was delivered.
    pub(crate) fn whole(&self, frame: &Frame) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::with_capacity(usize::try_from(frame.bytes).unwrap_or(0));
        self.stream(frame)?.take(frame.bytes + 1).read_to_end(&mut bytes)?;
        Ok((hex(&Sha256::digest(&bytes)) == frame.sha256).then_some(bytes))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_what_is_read_and_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = PackWriter::create(folder.path()).unwrap();
        writer.add(1, &mut "患者".as_bytes()).unwrap().unwrap();
        writer.add(3, &mut &b""[..]).unwrap().unwrap();
        writer.add(7, &mut &vec![b'x'; 300_000][..]).unwrap().unwrap();
        writer.finish().unwrap();
        let pack = Pack::open(folder.path()).unwrap();
        assert_eq!(pack.whole(pack.frame(1).unwrap()).unwrap().unwrap(), "患者".as_bytes());
        assert_eq!(pack.whole(pack.frame(3).unwrap()).unwrap().unwrap(), b"");
        assert_eq!(pack.whole(pack.frame(7).unwrap()).unwrap().unwrap().len(), 300_000);
        assert!(pack.frame(2).is_none());
        let mut frame = pack.frame(1).unwrap().clone();
        frame.sha256 = hex(&[0; 32]);
        assert!(pack.whole(&frame).unwrap().is_none());
    }
}
