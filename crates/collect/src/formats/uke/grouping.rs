//! Lines into pieces, in file order: receipts, institution records, total records, and lines that belong to none.
//!
//! Only record ids are looked at here, and IR lines, whose point table the receipts after them depend on. Receipts that
//! grow beyond the limits stop being held but go on being counted.

use super::encoding::Encoding;
use super::institution::{Institution, PointTable, Totals, institution_record, total_record};
use super::line::{Columns, record_id};
use super::reasons;
use super::receipt::{MOST_LINES, RawReceipt};
use crate::{Masters, source};
use kiban_model::{Issue, Outcome, Reason, Record, Rejected};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Receipts and other pieces read at a time: enough for every core, few enough to hold.
const BATCH_PIECES: usize = 256;
/// Bytes read at a time. Day columns make rows of up to a hundred times their bytes.
const BATCH_BYTES: usize = 1 << 20;

/// One piece of a file.
enum Piece {
    /// A receipt, still to be read.
    Receipt(Box<RawReceipt>),
    /// An IR line of its own, already read: what follows depends on it.
    Institution(Outcome),
    /// A GO line, to be held against the receipts before it.
    Total { number: u64, bytes: Range<u64>, line: Vec<u8>, institution: Arc<Institution> },
    /// Lines that are no part of a readable receipt.
    Refused { number: u64, bytes: Range<u64>, units: u64, issue: Issue },
}

/// A piece after reading.
enum Read {
    Receipt(Outcome, Totals),
    Institution(Outcome),
    Total { number: u64, bytes: Range<u64>, line: Vec<u8>, institution: Arc<Institution> },
    Refused(Outcome),
}

impl Piece {
    fn read(self, mark: Option<Encoding>, masters: &Masters) -> Read {
        match self {
            Self::Receipt(receipt) => {
                let (outcome, totals) = receipt.read(mark, masters);
                Read::Receipt(outcome, totals)
            }
            Self::Institution(outcome) => Read::Institution(outcome),
            Self::Total { number, bytes, line, institution } => {
                Read::Total { number, bytes, line, institution }
            }
            Self::Refused { number, bytes, units, issue } => Read::Refused(Outcome::Rejected(Rejected {
                number,
                bytes,
                units,
                kind: "UKE line".into(),
                issue,
            })),
        }
    }
}

/// Cuts a file into pieces and reads them batch by batch.
pub(super) struct Grouping<'a> {
    masters: &'a Masters,
    /// UTF-8 if the file began with a byte order mark.
    mark: Option<Encoding>,
    /// Most bytes of one receipt.
    document: usize,
    institution: Arc<Institution>,
    open: Option<Box<RawReceipt>>,
    pieces: Vec<Piece>,
    held: usize,
    totals: Totals,
}

impl<'a> Grouping<'a> {
    pub(super) fn new(masters: &'a Masters, document: usize) -> Self {
        Self {
            masters,
            mark: None,
            document,
            institution: Arc::default(),
            open: None,
            pieces: Vec::new(),
            held: 0,
            totals: Totals::default(),
        }
    }

    /// The file begins with a byte order mark of UTF-8.
    pub(super) fn marked_utf8(&mut self) {
        self.mark = Some(Encoding::Utf8);
    }

    /// Takes the next line. `content` is what was read of it, without the end-of-file mark.
    pub(super) fn line(&mut self, number: u64, line: &source::Line, content: &[u8]) {
        let id = record_id(content).unwrap_or_default();
        let before_common = self.open.as_ref().is_some_and(|open| !open.has_common);
        match id {
            // Returned and audited files (返戻・再審査) write MN, IR, RE for each receipt: the IR then belongs to it.
            b"IR" if before_common => {
                self.institution_of_receipt(number, line, content);
                self.hold(number, line, content);
            }
            b"IR" => {
                self.close();
                self.institution(number, line, content);
            }
            b"MN" => self.open(number, line, content),
            b"RE" => {
                if !before_common {
                    self.open(number, line, content);
                } else {
                    self.hold(number, line, content);
                }
                if let Some(open) = &mut self.open {
                    open.has_common = true;
                    open.institution = Arc::clone(&self.institution);
                }
            }
            b"GO" => {
                self.close();
                let institution = Arc::clone(&self.institution);
                self.pieces.push(Piece::Total {
                    number,
                    bytes: line.offset..line.offset + line.length,
                    line: content.to_vec(),
                    institution,
                });
            }
            // The institution records of pharmacies and visiting nurses: nothing after them is read as medical.
            b"YK" | b"HM" => {
                self.close();
                let table = if id == b"YK" { PointTable::Pharmacy } else { PointTable::Other };
                self.institution = Arc::new(Institution { table, ..Institution::default() });
                self.stray(number, line, table.refusal().unwrap_or(&reasons::OTHER_TABLE));
            }
            _ if self.open.is_some() => self.hold(number, line, content),
            _ => self.stray(number, line, &reasons::NO_RECEIPT),
        }
    }

    /// Starts a receipt.
    fn open(&mut self, number: u64, line: &source::Line, content: &[u8]) {
        self.close();
        self.open = Some(Box::new(RawReceipt {
            number,
            bytes: line.offset..line.offset,
            units: 0,
            text: Vec::with_capacity(2048),
            lines: Vec::with_capacity(32),
            has_common: false,
            refused: None,
            institution: Arc::clone(&self.institution),
        }));
        self.hold(number, line, content);
    }

    /// Adds a line to the open receipt; counts it only, once the receipt is refused.
    fn hold(&mut self, number: u64, line: &source::Line, content: &[u8]) {
        let document = self.document;
        let Some(open) = &mut self.open else { return };
        open.units += 1;
        open.bytes.end = line.offset + line.length;
        if open.refused.is_none() {
            let large = open.units > MOST_LINES || open.text.len() + content.len() > document;
            let reason = if line.oversized {
                Some(&reasons::LINE_TOO_LONG)
            } else {
                large.then_some(&reasons::TOO_LARGE)
            };
            open.refused = reason.map(|reason| Issue::rejected(reason, format!("line {number}")));
        }
        if open.refused.is_some() {
            (open.text, open.lines) = (Vec::new(), Vec::new());
            return;
        }
        let start = open.text.len();
        open.text.extend_from_slice(content);
        open.lines.push((number, start..open.text.len()));
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.held += open.text.len();
            self.pieces.push(Piece::Receipt(open));
        }
    }

    fn institution(&mut self, number: u64, line: &source::Line, content: &[u8]) {
        let bytes = line.offset..line.offset + line.length;
        let outcome = match self.read_institution(number, line, content) {
            Ok((record, institution)) => {
                self.institution = Arc::new(institution);
                Outcome::Record(Box::new(record))
            }
            Err(issue) => {
                self.institution = Arc::default();
                Outcome::Rejected(Rejected { number, bytes, units: 1, kind: "UKE institution".into(), issue })
            }
        };
        self.pieces.push(Piece::Institution(outcome));
    }

    /// The IR line of a receipt that began with MN: it speaks for this receipt and those after it, and if it cannot be
    /// read the receipt is refused.
    fn institution_of_receipt(&mut self, number: u64, line: &source::Line, content: &[u8]) {
        match self.read_institution(number, line, content) {
            Ok((_, institution)) => self.institution = Arc::new(institution),
            Err(issue) => {
                self.institution = Arc::default();
                if let Some(open) = &mut self.open {
                    open.refused.get_or_insert(issue);
                }
            }
        }
    }

    fn read_institution(
        &self,
        number: u64,
        line: &source::Line,
        content: &[u8],
    ) -> Result<(Record, Institution), Issue> {
        if line.oversized {
            return Err(Issue::rejected(&reasons::LINE_TOO_LONG, format!("line {number}")));
        }
        let encoding = self.mark.unwrap_or_else(|| Encoding::judge(std::iter::once(content)));
        institution_record(number, line.offset..line.offset + line.length, &Columns::split(content), encoding)
    }

    fn stray(&mut self, number: u64, line: &source::Line, reason: &'static Reason) {
        let end = line.offset + line.length;
        match self.pieces.last_mut() {
            Some(Piece::Refused { bytes, units, issue, .. }) if issue.reason == reason => {
                bytes.end = end;
                *units += 1;
            }
            _ => self.pieces.push(Piece::Refused {
                number,
                bytes: line.offset..end,
                units: 1,
                issue: Issue::rejected(reason, format!("line {number}")),
            }),
        }
    }

    /// Whether enough is waiting to be read.
    pub(super) fn is_full(&self) -> bool {
        self.pieces.len() >= BATCH_PIECES || self.held >= BATCH_BYTES
    }

    /// The file has ended: what is open is complete.
    pub(super) fn end(&mut self) {
        self.close();
    }

    /// Reads what is waiting, on every core, and hands it over in file order.
    pub(super) fn flush(&mut self, sink: &mut dyn FnMut(Outcome)) {
        let pieces = std::mem::take(&mut self.pieces);
        self.held = 0;
        let (mark, masters) = (self.mark, self.masters);
        let read: Vec<Read> = pieces.into_par_iter().map(|piece| piece.read(mark, masters)).collect();
        for piece in read {
            match piece {
                Read::Receipt(outcome, totals) => {
                    self.totals.add(totals);
                    sink(outcome);
                }
                Read::Institution(outcome) => {
                    self.totals = Totals::default();
                    sink(outcome);
                }
                Read::Refused(outcome) => sink(outcome),
                Read::Total { number, bytes, line, institution } => {
                    let counted = std::mem::take(&mut self.totals);
                    let total =
                        total_record(number, bytes.clone(), &Columns::split(&line), &institution, counted);
                    sink(match total {
                        Ok(record) => Outcome::Record(Box::new(record)),
                        Err(issue) => Outcome::Rejected(Rejected {
                            number,
                            bytes,
                            units: 1,
                            kind: "UKE total".into(),
                            issue,
                        }),
                    });
                }
            }
        }
    }
}
