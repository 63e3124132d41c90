//! SS-MIX2 標準化ストレージ: one HL7 v2.5 message a file, in folders by patient, date and kind; and plain HL7 v2 files.
//!
//! Turns each file into one record, or one rejection with its reason. It must never file a record under a patient that
//! path and message do not agree on, never garble a name, and never drop a segment: what has no column is kept in `extra`
//! or, where it identifies, in the identity. Source: SS-MIX2 標準化ストレージ仕様書 Ver.1.2g, JAHIS データ交換規約, and what
//! hospitals really write (formats §2).
//!
//! ```text
//! 999/901/9999013/20111220/OML-11/9999013_20111220_OML-11_000000011000354_20111220103059000_01_1
//! MSH|^~\&|HIS123|SEND|GW|RCV|20111220103059.0000||OUL^R22^OUL_R22|20111220131032|P|2.5||||||~ISO IR87||ISO 2022-1994|…
//! PID|0001||9999013^^^^PI||患者^太郎^^^^^L^I~カンジャ^タロウ^^^^^L^P||19700405|M
//! SPM|1|000000001219001||023^血清^JC10|||||||||||||201112191500
//! OBX|1|NM|3A010000002327101^総蛋白^JC10||7.2|g/dl^g/dl^99XYZ|6.70-8.3||||F|||201112191500
//! ```
//!
//! becomes a record of subject 9999013, kind `OML-11`, key `9999013|20111220|OML-11|000000011000354`, version
//! `20111220103059000`, with a person and an observation. The order in which a file is judged, the first that fails
//! giving the reason: size; a consistent `_0` path is a cancellation whatever is inside; emptiness; is it HL7; does the
//! path agree with itself; one message; readable text; message type; patient.

mod coding;
mod document;
mod kinds;
mod leftovers;
mod map;
mod measurement;
mod path;
pub mod reasons;
mod tracked;

#[cfg(test)]
mod tests;

use super::{Format, Reading};
use crate::hl7::{self, Line, Message};
use crate::{Masters, Source};
use kiban_model::{DateAsGiven, Issue, Outcome, Private, Reason, Record, Rejected, Standing};
use kinds::{Fit, Kind};
use map::{Filing, Mapped};
use path::{Filed, Folders};
use std::borrow::Cow;
use std::ops::Range;

/// The reader of SS-MIX2 and plain HL7 v2 files.
#[derive(Debug, Clone, Copy)]
pub struct SsMix2;

impl Format for SsMix2 {
    fn id(&self) -> &'static str {
        "ssmix2"
    }

    fn japanese(&self) -> &'static str {
        "SS-MIX2（HL7 v2.5）"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        let begins = hl7::lines(head).first().is_some_and(|line| {
            [b"MSH", b"FHS", b"BHS"].into_iter().any(|id| line.is(id)) && line.bytes.len() > 4
        });
        begins || Folders::of(path).is_some()
    }

    fn read(
        &self,
        mut source: Source<'_>,
        _: &Masters,
        sink: &mut dyn FnMut(Outcome),
    ) -> std::io::Result<Reading> {
        let folders = Folders::of(source.path);
        let length = source.length;
        let Some(bytes) = source.read_whole()? else {
            sink(rejected(0, 0..length, 1, kind_name(folders), Issue::rejected(&reasons::TOO_LARGE, "file")));
            return Ok(Reading { units: 1 });
        };
        let file = File { lines: &hl7::lines(&bytes), bytes: &bytes, longest: source.limits.line };
        match folders {
            Some(folders) => {
                let outcome = file.filed(&folders);
                let units = outcome.units();
                sink(outcome);
                Ok(Reading { units })
            }
            None => {
                file.plain(sink);
                Ok(Reading { units: file.lines.len() as u64 })
            }
        }
    }
}

/// A file held in memory.
struct File<'f, 'a> {
    lines: &'f [Line<'a>],
    bytes: &'a [u8],
    /// Longest segment that is read.
    longest: usize,
}

impl<'a> File<'_, 'a> {
    /// A file of the storage: exactly one outcome.
    fn filed(&self, folders: &Folders<'_>) -> Outcome {
        let checked = folders.check();
        if let Ok(filed) = &checked
            && filed.standing == Standing::Cancelled
        {
            // What a withdrawn file holds no longer matters, not even whether it can be read.
            return Outcome::Record(Box::new(self.filed_record(filed, folders)));
        }
        let reject = |issue| {
            rejected(0, 0..self.bytes.len() as u64, self.lines.len() as u64, kind_name(Some(*folders)), issue)
        };
        if self.lines.is_empty() {
            return reject(Issue::rejected(&reasons::EMPTY, "file"));
        }
        if is_utf16(self.bytes) {
            return reject(Issue::rejected(&hl7::reasons::UNDECODABLE, "file"));
        }
        let chunks = hl7::chunks(self.lines);
        let messages = chunks.iter().filter(|chunk| !chunk.message.is_empty()).count();
        if messages == 0 {
            if folders.extended {
                return self.extended(folders, checked).unwrap_or_else(reject);
            }
            return reject(Issue::rejected(&reasons::NOT_HL7, "file"));
        }
        let filed = match checked {
            Ok(filed) => filed,
            Err(reason) => return reject(Issue::rejected(reason, "path")),
        };
        let [chunk] = chunks.as_slice() else {
            let reason = if messages > 1 { &reasons::SEVERAL_MESSAGES } else { &reasons::STRAY };
            return reject(Issue::rejected(reason, "file"));
        };
        match self.short_enough(chunk.message).and_then(|lines| self.message_of(&filed, folders, lines)) {
            Ok(record) => Outcome::Record(Box::new(record)),
            Err(issue) => reject(issue),
        }
    }

    fn short_enough<'l>(&self, lines: &'l [Line<'a>]) -> Result<&'l [Line<'a>], Issue> {
        match lines.iter().find(|line| line.bytes.len() > self.longest) {
            Some(line) => Err(Issue::rejected(&reasons::TOO_LARGE, format!("segment {}", line.number))),
            None => Ok(lines),
        }
    }

    fn message_of(
        &self,
        filed: &Filed<'_>,
        folders: &Folders<'_>,
        lines: &[Line<'a>],
    ) -> Result<Record, Issue> {
        let message = Message::parse(lines)?;
        let name = message_name(&message);
        let kind = if folders.extended { Kind::of_message(&name) } else { Kind::named(filed.kind) };
        let mut record = self.filed_record(filed, folders);
        match (kind, folders.extended) {
            (Some(kind), false) => match kind.fit(&name) {
                Fit::Good => {}
                Fit::Tolerated => record.warnings.push(Issue::warning(&reasons::UNUSUAL_TYPE, "MSH-9")),
                Fit::Wrong => return Err(Issue::rejected(&reasons::MESSAGE_TYPE, "MSH-9")),
            },
            (None, _) => record.warnings.push(Issue::warning(&reasons::UNKNOWN_KIND, "path")),
            (Some(_), true) => {}
        }
        if patient_of(&message)? != filed.patient {
            return Err(Issue::rejected(&reasons::PATIENT_MISMATCH, "PID-3"));
        }
        let filing = Filing {
            message: &name,
            kind,
            source_kind: &record.kind.clone(),
            care_date: DateAsGiven::parse_hl7(filed.date).ok(),
            subject: filed.patient,
        };
        fill(&mut record, message.issues.clone(), map::map(&message, &filing));
        Ok(record)
    }

    /// A document of the extended storage, or the issue that keeps it out.
    fn extended(
        &self,
        folders: &Folders<'_>,
        checked: Result<Filed<'_>, &'static Reason>,
    ) -> Result<Outcome, Issue> {
        let filed = checked.map_err(|reason| Issue::rejected(reason, "path"))?;
        if !document::is_xml(self.bytes) {
            return Err(Issue::rejected(&reasons::ATTACHMENT, "file"));
        }
        let date = DateAsGiven::parse_hl7(filed.date).ok();
        let (row, identity) = document::read(self.bytes, &filed, date)?;
        let mut record = self.filed_record(&filed, folders);
        record.rows.push(row.into());
        record.identities.extend(identity);
        Ok(Outcome::Record(Box::new(record)))
    }

    /// The record a consistent path describes, without content.
    fn filed_record(&self, filed: &Filed<'_>, folders: &Folders<'_>) -> Record {
        let units = (self.lines.len() as u64).max(1);
        let mut record = Record::new(1, 0..self.bytes.len() as u64, units, kind_name(Some(*folders)));
        record.subject = Private::from_text(filed.patient);
        record.key = Some(Private::new(filed.key()));
        record.version = filed.version();
        record.standing = filed.standing;
        record.recorded_at = filed.recorded_at();
        if filed.transaction_time.len() != 17 {
            record.warnings.push(Issue::warning(&reasons::TRANSACTION_TIME, "path"));
        }
        record
    }

    /// A file outside the storage: any number of messages, each by itself.
    fn plain(&self, sink: &mut dyn FnMut(Outcome)) {
        let end = self.bytes.len() as u64;
        if self.lines.is_empty() {
            sink(rejected(0, 0..end, 0, "HL7".into(), Issue::rejected(&reasons::EMPTY, "file")));
            return;
        }
        let chunks = hl7::chunks(self.lines);
        for (index, chunk) in chunks.iter().enumerate() {
            let first = chunk.lines.first().map_or((0, 0), |line| (line.number, line.offset));
            let from = if index == 0 { 0 } else { first.1 };
            let next = chunks.get(index + 1).and_then(|next| next.lines.first());
            let bytes = from..next.map_or(end, |line| line.offset);
            let units = chunk.lines.len() as u64;
            let read = self
                .short_enough(chunk.message)
                .and_then(|lines| plain_message(lines, first.0, bytes.clone(), units));
            sink(match read {
                Ok(record) => Outcome::Record(Box::new(record)),
                Err(issue) => rejected(first.0, bytes, units, "HL7".into(), issue),
            });
        }
    }
}

fn plain_message(lines: &[Line<'_>], number: u64, bytes: Range<u64>, units: u64) -> Result<Record, Issue> {
    if lines.is_empty() {
        return Err(Issue::rejected(&reasons::STRAY, "file"));
    }
    let message = Message::parse(lines)?;
    let name = message_name(&message);
    let patient = patient_of(&message)?;
    let kind = Kind::of_message(&name);
    let mut record = Record::new(number, bytes, units, format!("HL7 {name}"));
    record.subject = Private::from_text(&patient);
    if kind.is_none() {
        record.warnings.push(Issue::warning(&reasons::UNKNOWN_KIND, "MSH-9"));
    }
    let filing = Filing {
        message: &name,
        kind,
        source_kind: &record.kind.clone(),
        care_date: None,
        subject: &patient,
    };
    fill(&mut record, message.issues.clone(), map::map(&message, &filing));
    Ok(record)
}

fn fill(record: &mut Record, issues: Vec<Issue>, mapped: Mapped) {
    record.rows = mapped.rows;
    record.identities = mapped.identities;
    record.recorded_at = mapped.sent_at.or(record.recorded_at);
    record.warnings.extend(issues);
    record.warnings.extend(mapped.warnings);
}

/// `code^event` of MSH-9; only letters, digits and the caret, so that it can be shown.
fn message_name(message: &Message<'_>) -> String {
    let Some(header) = message.first("MSH") else { return String::new() };
    let kind = header.field(9);
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>();
    let (code, event) = (plain(kind.component(1).raw()), plain(kind.component(2).raw()));
    if event.is_empty() { code } else { format!("{code}^{event}") }
}

/// The patient number of PID-3: the repetition typed PI, else the first.
fn patient_of(message: &Message<'_>) -> Result<String, Issue> {
    let mut found: Option<String> = None;
    for pid in message.segments.iter().filter(|segment| segment.id() == "PID") {
        let numbers = pid.field(3);
        let number = numbers
            .repetitions()
            .find(|repetition| repetition.component(5).raw() == "PI")
            .unwrap_or_else(|| numbers.repetition(1))
            .component(1);
        let number = number.text().trim().to_owned();
        if number.is_empty() || number == "\"\"" {
            continue;
        }
        if found.as_ref().is_some_and(|found| *found != number) {
            return Err(Issue::rejected(&reasons::SEVERAL_PATIENTS, format!("segment {}", pid.number)));
        }
        found = Some(number);
    }
    found.ok_or_else(|| Issue::rejected(&reasons::NO_PATIENT, "PID-3"))
}

/// What to call the record: the kind folder if it is one we know, else only that it is SS-MIX2 (a folder name is free text).
fn kind_name(folders: Option<Folders<'_>>) -> Cow<'static, str> {
    match folders {
        Some(folders) if folders.extended => Cow::Borrowed("SS-MIX2 extended"),
        Some(folders) => match Kind::named(folders.kind) {
            Some(kind) => Cow::Borrowed(kind.name),
            None => Cow::Borrowed("SS-MIX2 unknown kind"),
        },
        None => Cow::Borrowed("HL7"),
    }
}

fn rejected(number: u64, bytes: Range<u64>, units: u64, kind: Cow<'static, str>, issue: Issue) -> Outcome {
    Outcome::Rejected(Rejected { number, bytes, units, kind, issue })
}

fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF")
        || bytes.get(..2).is_some_and(|two| two.contains(&0))
}
