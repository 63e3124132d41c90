//! What is kept of an answer: its figures, and who was where, by ordinal. One file an answer, readable by its owner alone.
//!
//! A line of JSON, then the persons' numbers, compressed. Under noise there are no numbers: exact counts are kept nowhere.

use super::history::Before;
use super::{Asked, grammar};
use crate::owner_file::create;
use crate::{AppError, Operator};
use kiban_model::Private;
use kiban_process::statistics::{Answer, Earlier, Partition, Set};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Fast rather than small.
const COMPRESSION: i32 = 1;

/// An answer with what later questions are compared with.
pub(super) struct Kept {
    pub(super) question: String,
    /// What was asked, for those who look after the operator's answers.
    pub(super) asks: String,
    pub(super) answer: Answer,
    pub(super) shown: Vec<Set>,
    /// Who was where; `None` under noise.
    pub(super) partition: Option<Partition>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    question: String,
    asks: String,
    answer: Answer,
    shown: Vec<Set>,
    /// Ways to be outside, cells, persons.
    partition: Option<(u32, u32, usize)>,
}

/// A question that was not answered: for review, never for comparison.
#[derive(Serialize)]
struct Unanswered<'a> {
    question: &'a str,
    asks: &'a str,
    reason: &'a str,
}

impl Kept {
    /// As differencing needs it.
    pub(super) fn earlier(self, number: u32) -> Option<Earlier> {
        Some(Earlier { number, partition: self.partition?, shown: self.shown })
    }
}

impl Operator {
    fn answer_file(&self, project: &str, number: u32) -> PathBuf {
        self.folder("statistics").join("answers").join(project).join(format!("{number:06}"))
    }

    /// Keeps an answer, durably; gives the seal that the ledger holds.
    pub(super) fn keep(&self, project: &str, number: u32, kept: &Kept) -> Result<String, AppError> {
        let path = self.answer_file(project, number);
        let partition = kept.partition.as_ref();
        let head = Head {
            question: kept.question.clone(),
            asks: kept.asks.clone(),
            answer: kept.answer.clone(),
            shown: kept.shown.clone(),
            partition: partition.map(|p| (p.lost, p.cells, p.labels.expose().len())),
        };
        let mut bytes = serde_json::to_vec(&head).map_err(grammar(&path))?;
        bytes.push(b'\n');
        if let Some(partition) = partition {
            let labels: Vec<u8> =
                partition.labels.expose().iter().flat_map(|label| label.to_le_bytes()).collect();
            bytes.extend(zstd::bulk::compress(&labels, COMPRESSION).map_err(AppError::at(&path))?);
        }
        self.put(&path, &bytes)
    }

    /// Keeps what was asked and not answered, refused or failed; gives the seal that the ledger holds.
    pub(super) fn keep_unanswered(
        &self,
        asked: &Asked<'_>,
        number: u32,
        reason: &str,
    ) -> Result<String, AppError> {
        let folder = self.folder("statistics").join("unanswered").join(asked.request.project);
        let path = folder.join(format!("{number:06}"));
        let unanswered = Unanswered { question: &asked.digest, asks: &asked.question.canonical, reason };
        self.put(&path, &serde_json::to_vec(&unanswered).map_err(grammar(&path))?)
    }

    /// Writes a file whole, for its owner alone; gives its seal.
    fn put(&self, path: &Path, bytes: &[u8]) -> Result<String, AppError> {
        let beside = path.with_extension("new");
        let mut file = create(&beside)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(AppError::at(&beside))?;
        std::fs::rename(&beside, path).map_err(AppError::at(path))?;
        Ok(self.seal(bytes))
    }

    fn seal(&self, bytes: &[u8]) -> String {
        // Keyed: the answer's few possible figures could be tried against a plain digest.
        self.vault.secret().digest_text("statistics answer", &[&Sha256::digest(bytes)])
    }

    /// An answer kept before; `None` where it is missing or not what the ledger sealed.
    pub(super) fn kept(&self, project: &str, before: &Before) -> Result<Option<Kept>, AppError> {
        let path = self.answer_file(project, before.number);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(AppError::at(&path)(error)),
        };
        if self.seal(&bytes) != before.answer {
            return Ok(None);
        }
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let (head, rest) = bytes.split_at(end);
        let head: Head = serde_json::from_slice(head).map_err(grammar(&path))?;
        let partition = match head.partition {
            None => None,
            Some((lost, cells, persons)) => {
                let packed = rest.strip_prefix(b"\n").unwrap_or_default();
                let labels = zstd::bulk::decompress(packed, persons * 4).map_err(AppError::at(&path))?;
                let labels = labels.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect();
                Some(Partition { lost, cells, labels: Private::new(labels) })
            }
        };
        Ok(Some(Kept {
            question: head.question,
            asks: head.asks,
            answer: head.answer,
            shown: head.shown,
            partition,
        }))
    }
}
