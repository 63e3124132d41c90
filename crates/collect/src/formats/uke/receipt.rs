//! One receipt: its lines from RE (or the MN before it) to the next receipt, read into one record or refused as one.

use super::acts::Acts;
use super::encoding::Encoding;
use super::institution::{Institution, PointTable, Totals};
use super::layout::{self, DONOR_IDS, DPC_IDS, Layout};
use super::line::{Columns, Line, record_id};
use super::payers::Payers;
use super::person::Common;
use super::reasons;
use super::warnings::Warnings;
use super::{diseases, person};
use crate::Masters;
use kiban_model::tables::Claim;
use kiban_model::{Issue, Outcome, Private, Record, Rejected, Row};
use serde_json::{Map, Value, json};
use std::ops::Range;
use std::sync::Arc;

/// Most lines of one receipt. A long stay has a few thousand.
pub(super) const MOST_LINES: u64 = 100_000;
/// Most rows of one receipt: 31 day columns make a short line many rows.
const MOST_ROWS: usize = 500_000;

/// Where the claim row stands: after the person, before all that follows the RE line. It is filled in at the end.
const CLAIM: usize = 1;

/// The raw lines of one receipt, held until they are read.
#[derive(Debug)]
pub(super) struct RawReceipt {
    /// Number of its first line.
    pub(super) number: u64,
    pub(super) bytes: Range<u64>,
    /// Lines, whether held or not.
    pub(super) units: u64,
    /// Contents of its lines, one after another.
    pub(super) text: Vec<u8>,
    /// (line number, place in `text`).
    pub(super) lines: Vec<(u64, Range<usize>)>,
    /// Whether an RE line was among them.
    pub(super) has_common: bool,
    /// Why it is refused, if that was clear before reading; then `lines` may be incomplete.
    pub(super) refused: Option<Issue>,
    pub(super) institution: Arc<Institution>,
}

impl RawReceipt {
    fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.lines.iter().map(|(number, range)| (*number, self.text.get(range.clone()).unwrap_or(b"")))
    }

    /// Reads it: a record, or its refusal whole. Also counts its payers for the total record.
    pub(super) fn read(&self, mark: Option<Encoding>, masters: &Masters) -> (Outcome, Totals) {
        let mut totals = Totals::of(self.lines().map(|(_, line)| line));
        totals.unknown = self.refused.is_some();
        let outcome = match self.refusal().map_or_else(|| self.record(mark, masters), Err) {
            Ok(record) => Outcome::Record(Box::new(record)),
            Err(issue) => Outcome::Rejected(Rejected {
                number: self.number,
                bytes: self.bytes.clone(),
                units: self.units,
                kind: "UKE receipt".into(),
                issue,
            }),
        };
        (outcome, totals)
    }

    /// Why its lines must not even be looked at as medical ones.
    fn refusal(&self) -> Option<Issue> {
        if let Some(issue) = &self.refused {
            return Some(issue.clone());
        }
        if let Some(reason) = self.institution.table.refusal() {
            return Some(Issue::rejected(reason, format!("line {}", self.number)));
        }
        for (number, line) in self.lines() {
            let id = record_id(line).unwrap_or_default();
            if DPC_IDS.contains(&id) {
                return Some(Issue::rejected(&reasons::DPC, format!("line {number}")));
            }
            if DONOR_IDS.contains(&id) {
                return Some(Issue::rejected(&reasons::DONOR, format!("line {number}")));
            }
        }
        (!self.has_common).then(|| Issue::rejected(&reasons::NO_COMMON, format!("line {}", self.number)))
    }

    fn record(&self, mark: Option<Encoding>, masters: &Masters) -> Result<Record, Issue> {
        let encoding = mark.unwrap_or_else(|| Encoding::judge(self.lines().map(|(_, line)| line)));
        let mut draft = Draft {
            masters,
            common: None,
            payers: Payers::default(),
            acts: Acts::default(),
            rows: Vec::with_capacity(self.lines.len() + 2),
            died: false,
            extra: Map::new(),
            private: Map::new(),
            warnings: Warnings::default(),
            ends: Vec::new(),
        };
        for (number, line) in self.lines() {
            draft.line(number, line, encoding)?;
            if draft.rows.len() > MOST_ROWS {
                return Err(Issue::rejected(&reasons::TOO_LARGE, format!("line {number}")));
            }
        }
        let Draft { common, payers, rows, extra, private, mut warnings, .. } = draft;
        let common =
            common.ok_or_else(|| Issue::rejected(&reasons::NO_COMMON, format!("line {}", self.number)))?;
        if self.institution.number.is_empty() {
            warnings.line(&reasons::NO_INSTITUTION, self.number);
        }
        let subject = person::subject(&common, &payers)
            .ok_or_else(|| Issue::rejected(&reasons::NO_SUBJECT, format!("line {}", common.line)))?;
        let key = person::key(&self.institution, &common, &subject);
        let (days, points) = payers
            .first()
            .ok_or_else(|| Issue::rejected(&reasons::NO_PAYER, format!("line {}", common.line)))?;

        let mut record = Record::new(self.number, self.bytes.clone(), self.units, "UKE medical");
        let claim = Claim {
            position: common.line,
            category: Some("medical".into()),
            receipt_type: Some(common.receipt_type.clone()),
            class: Some(common.class().into()),
            month: Some(common.month),
            billing_month: self.institution.billing_month,
            admission: common.admission,
            days,
            points,
            payers: Some(payers.len()),
            department: common.department.clone(),
            patient_state: common.patient_state.clone(),
            extra: (!extra.is_empty()).then(|| Value::Object(extra).to_string()),
            ..Claim::default()
        };
        record.rows = rows;
        if let Some(place) = record.rows.get_mut(CLAIM) {
            *place = claim.into();
        }
        record.identities = person::identities(common, payers, private);
        record.subject = Some(Private::new(subject));
        record.key = Some(Private::new(key));
        record.version = self.institution.billing_month.map(|month| month.to_string()).unwrap_or_default();
        record.recorded_at = self.institution.billing_month;
        record.warnings = warnings.into_issues();
        Ok(record)
    }
}

/// What has been read of a receipt so far.
#[derive(Debug)]
struct Draft<'m> {
    masters: &'m Masters,
    common: Option<Common>,
    payers: Payers,
    acts: Acts,
    rows: Vec<Row>,
    died: bool,
    /// What has no column, by record id; goes to the claim row.
    extra: Map<String, Value>,
    /// What has no column and could lead to the person; goes to the identity.
    private: Map<String, Value>,
    warnings: Warnings,
    /// Memory for splitting lines, used again and again.
    ends: Vec<usize>,
}

impl Draft<'_> {
    fn line(&mut self, number: u64, raw: &[u8], encoding: Encoding) -> Result<(), Issue> {
        let id = record_id(raw)
            .ok_or_else(|| Issue::rejected(&reasons::NOT_A_RECORD, format!("line {number}")))?;
        let mut columns = Columns::split_into(raw, std::mem::take(&mut self.ends));
        if columns.quoted {
            self.warnings.line(&reasons::QUOTES, number);
        }
        match layout::layout(id) {
            Some(layout) => {
                self.check_width(number, layout, &mut columns)?;
                self.known(&Line::new(number, layout, &columns, encoding))?;
            }
            None => self.unknown(number, &columns, encoding)?,
        }
        self.ends = columns.recycle();
        Ok(())
    }

    /// A line of a record that is known. Nothing but MN and IR may stand before RE, on which everything else depends.
    fn known(&mut self, line: &Line<'_>) -> Result<(), Issue> {
        let Some(common) = &self.common else { return self.before_common(line) };
        let (month, warnings, rows) = (common.month, &mut self.warnings, &mut self.rows);
        match line.layout.id {
            "SI" | "IY" | "TO" => self.acts.priced(line, month, self.masters, rows, warnings),
            "CO" => self.acts.comment(line, month, self.masters, rows, warnings),
            "SJ" => self.acts.symptom(line, month, rows, warnings),
            "SY" => diseases::read(line, month, self.masters, &mut self.died, rows, warnings),
            "HO" => self.payers.insurer(line, common, warnings).map(|row| rows.push(row)),
            "KO" => self.payers.public(line, warnings).map(|row| rows.push(row)),
            "SN" => {
                self.payers.confirmed(line, warnings)?;
                self.keep(line)
            }
            "IR" | "MN" => self.keep_private(line),
            _ => self.keep(line),
        }
    }

    fn before_common(&mut self, line: &Line<'_>) -> Result<(), Issue> {
        match line.layout.id {
            "RE" => {
                let common = Common::read(line, &mut self.warnings)?;
                if PointTable::from_digit(common.receipt_type.bytes().next().unwrap_or(0))
                    != PointTable::Medical
                {
                    return Err(line.refuse(&reasons::OTHER_TABLE, 2));
                }
                self.keep(line)?;
                self.rows.push(common.person_row());
                self.rows.push(Claim::default().into());
                self.common = Some(common);
                Ok(())
            }
            "IR" | "MN" => self.keep_private(line),
            _ => Err(line.refuse(&reasons::NO_COMMON, 0)),
        }
    }

    /// The specification fixes the number of commas. Another number refuses the receipt, because every column after the
    /// missing or surplus comma would be its neighbour; except where nothing comes after, or dates stand guard (RE).
    fn check_width(
        &mut self,
        number: u64,
        layout: &'static Layout,
        columns: &mut Columns<'_>,
    ) -> Result<(), Issue> {
        let width = columns.len();
        if layout.full == usize::MAX || width == layout.full {
            return Ok(());
        }
        if layout.older.contains(&width) {
            self.warnings.line(&reasons::FEWER_COLUMNS, number);
            return Ok(());
        }
        if width < layout.full {
            return Err(Issue::rejected(&reasons::TOO_FEW_COLUMNS, format!("line {number}")));
        }
        match layout.id {
            // The last column is text: a comma inside it moves nothing else.
            "CO" | "SJ" => columns.join_from(layout.full - 1),
            // Grows with each version at its end; a comma too many before would make the sex or the birth date impossible.
            "RE" => {}
            _ => return Err(Issue::rejected(&reasons::TOO_MANY_COLUMNS, format!("line {number}"))),
        }
        self.warnings.line(&reasons::EXTRA_COLUMNS, number);
        Ok(())
    }

    /// A line of an unknown record, kept whole: `{"line":12,"fields":["ZZ","1"]}`.
    fn unknown(&mut self, number: u64, columns: &Columns<'_>, encoding: Encoding) -> Result<(), Issue> {
        self.warnings.line(&reasons::UNKNOWN_RECORD, number);
        let mut fields = Vec::with_capacity(columns.len());
        for column in 0..columns.len() {
            let bytes = columns.get(column);
            let decoded = encoding.decode(bytes).ok_or_else(|| {
                Issue::rejected(&reasons::ENCODING, format!("line {number}, column {column}"))
            })?;
            fields.push(Value::String(decoded.text.into_owned()));
        }
        push(&mut self.extra, "unknown", json!({ "line": number, "fields": fields }));
        Ok(())
    }

    /// What a line has besides what was used goes to the claim row under its record id.
    fn keep(&mut self, line: &Line<'_>) -> Result<(), Issue> {
        if let Some(rest) = line.rest(&mut self.warnings)? {
            push(&mut self.extra, line.layout.id, Value::Object(rest));
        }
        Ok(())
    }

    fn keep_private(&mut self, line: &Line<'_>) -> Result<(), Issue> {
        if let Some(rest) = line.rest(&mut self.warnings)? {
            push(&mut self.private, line.layout.id, Value::Object(rest));
        }
        Ok(())
    }
}

fn push(map: &mut Map<String, Value>, key: &str, value: Value) {
    if let Some(list) = map.entry(key).or_insert_with(|| Value::Array(Vec::new())).as_array_mut() {
        list.push(value);
    }
}
