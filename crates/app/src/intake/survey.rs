//! The first reading: what records there are, of whom, and what is said of them. Rows are read and let go.

use super::gate::{Known, People, Word, second_numbers};
use super::reader::{FileRead, Piece, Reader};
use crate::progress::{Stage, Tell};
use crate::{AppError, Operator, delivery};
use kiban_model::{Outcome, Standing};
use kiban_vault::{DeliveredFile, RecordEntry, Secret};

/// What one piece of a file comes to.
struct Surveyed {
    entry: RecordEntry,
    person: Option<Word>,
}

impl Operator {
    /// Registers every record and rejected piece of a delivery; returns its people.
    pub(super) fn survey(
        &self,
        reader: &Reader<'_>,
        provider: &str,
        files: &[DeliveredFile],
        tell: Tell<'_>,
    ) -> Result<People, AppError> {
        let refused: Vec<RecordEntry> = files.iter().filter_map(refused_unread).collect();
        self.vault.survey(reader.delivery, provider, &[], &refused)?;
        let mut people = People::default();
        let mut entries = Vec::new();
        let mut formats = Vec::new();
        let map = |file: &DeliveredFile, piece: Piece| Some(surveyed(reader.secret, provider, file, piece));
        reader.read_all(files, Stage::Surveying, tell, map, |file, found, read| {
            for one in found {
                if let Some(word) = one.person {
                    people.add(word);
                }
                entries.push(one.entry);
            }
            if let Some(FileRead { format, units }) = read {
                formats.push((file.file_no, format, units));
            }
            if entries.len() >= 8_192 {
                self.vault.survey(reader.delivery, provider, &formats, &entries)?;
                entries.clear();
                formats.clear();
            }
            Ok(())
        })?;
        self.vault.survey(reader.delivery, provider, &formats, &entries)?;
        Ok(people)
    }
}

/// The people of a delivery, without registering anything: for finishing a planned run.
pub(super) fn people(
    reader: &Reader<'_>,
    provider: &str,
    files: &[DeliveredFile],
    tell: Tell<'_>,
) -> Result<People, AppError> {
    let mut people = People::default();
    let map = |file: &DeliveredFile, piece: Piece| surveyed(reader.secret, provider, file, piece).person;
    reader.read_all(files, Stage::Surveying, tell, map, |_, found, _| {
        for word in found {
            people.add(word);
        }
        Ok(())
    })?;
    Ok(people)
}

fn surveyed(secret: &Secret, provider: &str, file: &DeliveredFile, piece: Piece) -> Surveyed {
    let Piece { seq, outcome, content } = piece;
    match outcome {
        Outcome::Record(record) => {
            let subject = record.subject.as_ref().map(|local_id| secret.subject(provider, local_id));
            let key = match &record.key {
                // With the subject in it, no mistake in a source's numbering lets one person's record retire another's.
                Some(key) => {
                    let whose = subject.map_or(0, |s| s.0).to_be_bytes();
                    secret.digest_text("key", &[record.kind.as_bytes(), &whose, key.expose().as_bytes()])
                }
                None => format!("content:{content}"),
            };
            let person = subject.zip(record.subject).map(|(subject, local_id)| Word {
                subject,
                local_id,
                known: record.identities.iter().map(Known::of).collect(),
                second: record.identities.iter().flat_map(|i| second_numbers(secret, provider, i)).collect(),
            });
            let standing = match record.standing {
                Standing::Current => 0,
                Standing::Superseded => 1,
                Standing::Cancelled => 2,
            };
            let entry = RecordEntry {
                file_no: file.file_no,
                seq,
                record_no: record.number,
                bytes: record.bytes,
                units: record.units,
                kind: record.kind.into_owned(),
                subject,
                key,
                version: record.version,
                standing,
                content,
                rejected: None,
            };
            Surveyed { entry, person }
        }
        Outcome::Rejected(rejected) => {
            let entry = RecordEntry {
                file_no: file.file_no,
                seq,
                record_no: rejected.number,
                bytes: rejected.bytes,
                units: rejected.units,
                kind: rejected.kind.into_owned(),
                subject: None,
                key: String::new(),
                version: String::new(),
                standing: 0,
                content: String::new(),
                rejected: Some((rejected.issue.reason, rejected.issue.place)),
            };
            Surveyed { entry, person: None }
        }
    }
}

/// A file that was refused on arrival counts as one record read and quarantined.
fn refused_unread(file: &DeliveredFile) -> Option<RecordEntry> {
    let reason = delivery::reason(&file.refused)?;
    Some(RecordEntry {
        file_no: file.file_no,
        seq: 0,
        record_no: 0,
        bytes: 0..file.bytes,
        units: 1,
        kind: "file".into(),
        subject: None,
        key: String::new(),
        version: String::new(),
        standing: 0,
        content: String::new(),
        rejected: Some((reason, "file".into())),
    })
}
