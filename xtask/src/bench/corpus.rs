//! What is read: one tar a format, in a temporary folder, so that Kiban and the peers take the very same bytes.
//!
//! The data is other people's (see its PROVENANCE.md) and stays where it is: `$KIBAN_SHARED_DATA`, else `../shared/data`.

use crate::house::root;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// One format's files.
pub(crate) struct Corpus {
    /// Id of the format that should claim them.
    pub(crate) format: &'static str,
    /// What they are, for the reader of the table.
    pub(crate) what: &'static str,
    pub(crate) tar: PathBuf,
}

/// How to make one corpus below the shared data.
type Make = fn(&Path, &mut Builder) -> io::Result<()>;
type Builder = tar::Builder<File>;

const CORPORA: &[(&str, &str, Make)] = &[
    ("ssmix2", "6,458 files of 200 fictional patients", ssmix2),
    ("uke", "75 test receipts, 50 times in each of 4 files", uke),
    ("fhir", "JP Core, CLINS and check-up examples", fhir),
];

/// Makes every corpus whose source is here, and says which is not.
pub(crate) fn make(folder: &Path) -> io::Result<Vec<Corpus>> {
    let data =
        std::env::var_os("KIBAN_SHARED_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let mut corpora = Vec::new();
    for (format, what, make) in CORPORA {
        let tar = folder.join(format!("{format}.tar"));
        let mut builder = Builder::new(File::create(&tar)?);
        match make(&data, &mut builder).and_then(|()| builder.finish()) {
            Ok(()) => corpora.push(Corpus { format, what, tar }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                println!("{format}: no corpus here; not measured")
            }
            Err(error) => return Err(error),
        }
    }
    Ok(corpora)
}

/// The files of a corpus: (path below the delivery folder, bytes), in the tar's order.
pub(crate) fn read(tar: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in tar::Archive::new(io::BufReader::new(File::open(tar)?)).entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let path = entry.path()?.to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.push((path, bytes));
        }
    }
    Ok(files)
}

fn put(builder: &mut Builder, path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, path, bytes)
}

/// The archive's first folder stands for the institution, which is not part of an SS-MIX2 path.
fn ssmix2(data: &Path, builder: &mut Builder) -> io::Result<()> {
    let packed = zstd::stream::read::Decoder::new(File::open(data.join("ssmix2/ssmixtwins-200.tar.zst"))?)?;
    for entry in tar::Archive::new(packed).entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let path = entry.path()?.components().skip(1).collect::<PathBuf>().to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            put(builder, &path, &bytes)?;
        }
    }
    Ok(())
}

fn uke(data: &Path, builder: &mut Builder) -> io::Result<()> {
    let one = std::fs::read(data.join("uke/RECEIPTC_GAIRAI_SAMPLE.UKE"))?;
    let mut whole = Vec::new();
    Repeated::new(&one, 50).read_to_end(&mut whole)?;
    for number in 1..=4 {
        put(builder, &format!("{number}/RECEIPTC.UKE"), &whole)?;
    }
    Ok(())
}

fn fhir(data: &Path, builder: &mut Builder) -> io::Result<()> {
    let folder = data.join("fhir-jp");
    std::fs::metadata(&folder)?;
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry?;
        if entry.path().extension().is_some_and(|end| end == "json") {
            let bytes = std::fs::read(entry.path())?;
            let path = entry
                .path()
                .strip_prefix(&folder)
                .unwrap_or(entry.path())
                .to_string_lossy()
                .replace('\\', "/");
            // Package descriptions are JSON too, but not FHIR.
            if bytes.windows(14).any(|w| w == b"\"resourceType\"") {
                put(builder, &path, &bytes)?;
            }
        }
    }
    Ok(())
}

/// A claims file with its middle repeated (the first line opens it, the last closes it), without holding the repetitions.
pub(crate) struct Repeated<'a> {
    first: &'a [u8],
    middle: &'a [u8],
    last: &'a [u8],
    times: u64,
    current: &'a [u8],
}

impl<'a> Repeated<'a> {
    pub(crate) fn new(file: &'a [u8], times: u64) -> Self {
        let first_end = file.iter().position(|b| *b == b'\n').map_or(file.len(), |at| at + 1);
        let (first, rest) = file.split_at(first_end);
        let body = rest.strip_suffix(b"\x1a").unwrap_or(rest);
        let last_start = body.trim_ascii_end().iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (middle, _) = rest.split_at(last_start);
        let (_, last) = rest.split_at(last_start);
        Self { first: &[], middle, last, times, current: first }
    }

    /// Length of the whole.
    pub(crate) fn length(&self) -> u64 {
        (self.first.len() + self.current.len() + self.last.len()) as u64
            + self.middle.len() as u64 * self.times
    }
}

impl Read for Repeated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() {
            if self.times > 0 {
                self.times -= 1;
                self.current = self.middle;
            } else {
                self.current = std::mem::take(&mut self.last);
            }
        }
        self.current.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(file: &[u8], times: u64) -> String {
        let mut reader = Repeated::new(file, times);
        let (length, mut text) = (reader.length(), String::new());
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(length, text.len() as u64);
        text
    }

    #[test]
    fn the_middle_of_a_claims_file_is_repeated() {
        assert_eq!(repeated(b"IR\r\nRE\r\nSI\r\nGO\r\n\x1a", 2), "IR\r\nRE\r\nSI\r\nRE\r\nSI\r\nGO\r\n\x1a");
        assert_eq!(repeated(b"IR\nRE\nGO\n", 1), "IR\nRE\nGO\n");
        assert_eq!(repeated(b"IR\nRE\nGO", 3), "IR\nRE\nRE\nRE\nGO");
    }

    #[test]
    fn a_corpus_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let tar = folder.path().join("a.tar");
        let mut builder = Builder::new(File::create(&tar).unwrap());
        let long = "d/".repeat(80) + "file";
        put(&mut builder, &long, b"bytes").unwrap();
        builder.finish().unwrap();
        assert_eq!(read(&tar).unwrap(), [(long, b"bytes".to_vec())]);
    }
}
