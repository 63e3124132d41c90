//! Finding and reading master files below a folder.

use super::rows::{LAYOUTS, Layout};
use super::{MasterFile, Masters};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of one file or of all texts of one archive. The largest published master has 8 MB.
const MOST_BYTES: u64 = 256 << 20;

/// Why masters could not be loaded. Names the file below the folder, and the line.
#[derive(Debug, thiserror::Error)]
pub enum MastersError {
    /// The folder or a file in it cannot be read.
    #[error("{file}: cannot be read")]
    Io {
        /// File below the folder.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// An archive cannot be unpacked.
    #[error("{file}: is not a readable zip archive")]
    Archive {
        /// File below the folder.
        file: String,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// A file unpacks to more than any master has.
    #[error("{file}: is larger than {} MiB, more than any master", MOST_BYTES >> 20)]
    TooLarge {
        /// File below the folder.
        file: String,
    },
    /// Text in neither encoding.
    #[error("{file}, line {line}: is neither Windows-31J nor UTF-8")]
    Encoding {
        /// File below the folder.
        file: String,
        /// Line, from 1.
        line: usize,
    },
    /// A row that is not of the master its file began with.
    #[error("{file}, line {line}: is not a row of this master (too few columns, another master, or no code)")]
    Row {
        /// File below the folder.
        file: String,
        /// Line, from 1.
        line: u64,
    },
    /// A file named like a master that holds something else.
    #[error("{file}: is named like a receipt master but its rows are not of one")]
    NotAMaster {
        /// File below the folder.
        file: String,
    },
}

impl Masters {
    /// Loads every receipt master below a folder: `.csv`, `.txt`, and `.zip` of these, told apart by their rows. Files are
    /// applied by the date in their names, then by name, so that the latest wins. Anything else in the folder is left alone.
    ///
    /// # Errors
    /// The first file that cannot be read, is damaged, or is named like a master and is none.
    pub fn load(folder: &Path) -> Result<Self, MastersError> {
        let mut found = Vec::new();
        for entry in walkdir::WalkDir::new(folder).follow_links(false).sort_by_file_name() {
            let entry = entry.map_err(|error| MastersError::Io {
                file: below(folder, error.path().unwrap_or(folder)),
                source: error.into(),
            })?;
            let extension = entry
                .path()
                .extension()
                .and_then(|extension| extension.to_str())
                .map(str::to_ascii_lowercase);
            if entry.file_type().is_file() && matches!(extension.as_deref(), Some("csv" | "txt" | "zip")) {
                let name = below(folder, entry.path());
                found.push((date_in(&name), name, entry.into_path(), extension.as_deref() == Some("zip")));
            }
        }
        found.sort();
        let mut masters = Self::default();
        for (_, name, path, zipped) in found {
            let file = File::open(&path).map_err(|source| MastersError::Io { file: name.clone(), source })?;
            if zipped {
                masters.add_archive(&name, file)?;
            } else {
                let bytes = read_bounded(file, MOST_BYTES, &name)?;
                masters.add(&name, &bytes)?;
            }
        }
        Ok(masters)
    }

    fn add_archive(&mut self, name: &str, file: File) -> Result<(), MastersError> {
        let unreadable = |source| MastersError::Archive { file: name.to_owned(), source };
        let mut archive = zip::ZipArchive::new(file).map_err(unreadable)?;
        let mut left = MOST_BYTES;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(unreadable)?;
            let inner = entry.name().map_err(unreadable)?.into_owned();
            let lower = inner.to_ascii_lowercase();
            if entry.is_file() && (lower.ends_with(".csv") || lower.ends_with(".txt")) {
                let name = format!("{name}/{inner}");
                let bytes = read_bounded(entry, left, &name)?;
                left = left.saturating_sub(bytes.len() as u64);
                self.add(&name, &bytes)?;
            }
        }
        Ok(())
    }

    /// Applies one file.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), MastersError> {
        let text = decode(name, bytes)?;
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut row = csv::StringRecord::new();
        let mut layout: Option<&Layout> = None;
        let mut entries = 0;
        loop {
            let wrong = |line| MastersError::Row { file: name.to_owned(), line };
            if !reader
                .read_record(&mut row)
                .map_err(|error| wrong(error.position().map_or(0, csv::Position::line)))?
            {
                break;
            }
            entries += 1;
            let of_row = Layout::of(&row);
            let expected = match layout.or(of_row) {
                Some(expected) => expected,
                None if named_like_a_master(name) => {
                    return Err(MastersError::NotAMaster { file: name.to_owned() });
                }
                None => return Ok(()),
            };
            if of_row.is_none_or(|of_row| of_row.kind != expected.kind) || !expected.apply(&row, self) {
                // Rows have no line breaks inside, and blank lines are not found in masters.
                return Err(wrong(entries as u64));
            }
            layout = Some(expected);
        }
        if let Some(layout) = layout {
            self.files.push(MasterFile { name: name.to_owned(), kind: layout.kind, entries });
        }
        Ok(())
    }
}

fn below(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn read_bounded(reader: impl Read, most: u64, name: &str) -> Result<Vec<u8>, MastersError> {
    let mut bytes = Vec::new();
    reader
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| MastersError::Io { file: name.to_owned(), source })?;
    if bytes.len() as u64 > most {
        return Err(MastersError::TooLarge { file: name.to_owned() });
    }
    Ok(bytes)
}

/// UTF-8 where the bytes are, else Windows-31J without replacement.
fn decode<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, MastersError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // 0x1A ends files written by older systems.
    let bytes = bytes.strip_suffix(b"\x1A").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let cp932 = |bytes| encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
    cp932(bytes).ok_or_else(|| {
        let line = bytes.split(|b| *b == b'\n').position(|line| cp932(line).is_none()).unwrap_or(0) + 1;
        MastersError::Encoding { file: name.to_owned(), line }
    })
}

/// The date in a file's name (`y_ALL20240321`, `b_20240601`), by which vintages are ordered; 0 without one.
fn date_in(name: &str) -> u32 {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 8)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// `b_20240601.txt`, `s_ALL20220218.csv`.
fn named_like_a_master(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    LAYOUTS.iter().any(|layout| {
        let rest = file
            .get(..1)
            .filter(|first| first.eq_ignore_ascii_case(layout.letter))
            .and_then(|_| file.get(1..));
        rest.is_some_and(|rest| {
            rest.strip_prefix("_ALL")
                .or(rest.strip_prefix('_'))
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    })
}
