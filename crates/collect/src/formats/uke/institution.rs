//! The institution record (医療機関情報レコード IR), which says whose receipts follow and in which point table, and the total
//! record (診療報酬請求書レコード GO), which says how many there should have been.

use super::encoding::Encoding;
use super::layout;
use super::line::{Columns, Line, digits};
use super::reasons;
use super::warnings::Warnings;
use kiban_model::{DateAsGiven, Issue, Precision, Private, Reason, Record};
use std::ops::Range;

/// Point tables (点数表コード): the same record ids mean other columns in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum PointTable {
    /// 1 医科, DPC included.
    #[default]
    Medical,
    /// 3 歯科
    Dental,
    /// 4 調剤
    Pharmacy,
    /// Any other, such as 6 訪問看護.
    Other,
}

impl PointTable {
    /// From the digit of IR or the first digit of a receipt type.
    pub(super) fn from_digit(digit: u8) -> Self {
        match digit {
            b'1' => Self::Medical,
            b'3' => Self::Dental,
            b'4' => Self::Pharmacy,
            _ => Self::Other,
        }
    }

    /// Why its receipts are refused; `None` for the one that is read.
    pub(super) fn refusal(self) -> Option<&'static Reason> {
        match self {
            Self::Medical => None,
            Self::Dental => Some(&reasons::DENTAL),
            Self::Pharmacy => Some(&reasons::PHARMACY),
            Self::Other => Some(&reasons::OTHER_TABLE),
        }
    }
}

/// What the receipts after an IR record take from it.
#[derive(Debug, Clone, Default)]
pub(super) struct Institution {
    /// Prefecture, point table digit and 7-digit code, `12-1-0000000`; empty where no IR was read.
    pub(super) number: String,
    pub(super) table: PointTable,
    pub(super) billing_month: Option<DateAsGiven>,
}

impl Institution {
    /// Reads an IR line. Errors: too few columns or an encoding that cannot be read.
    pub(super) fn read(line: &Line<'_>, warnings: &mut Warnings) -> Result<Self, Issue> {
        let short = line.columns.len() < 8;
        let [prefecture, table, code] = [2, 3, 4].map(|column| line.take(column));
        if short || table.len() != 1 || digits(code).is_none() {
            return Err(Issue::rejected(&reasons::INSTITUTION, format!("line {}", line.number)));
        }
        let mut billing_month = None;
        let text = line.text(7, warnings)?;
        if let Some(text) = &text {
            billing_month = month(text);
            if billing_month.is_none() {
                line.leave(7);
                warnings.at(&reasons::BILLING_MONTH, line, 7);
            }
        }
        let number = [prefecture, table, code].map(String::from_utf8_lossy).join("-");
        Ok(Self {
            number,
            table: table.first().copied().map(PointTable::from_digit).unwrap_or_default(),
            billing_month,
        })
    }
}

/// A month in the receipts' forms; `None` for a day or anything else.
pub(super) fn month(text: &str) -> Option<DateAsGiven> {
    DateAsGiven::parse_receipt(text).ok().filter(|date| date.precision() == Precision::Month)
}

/// An IR line of its own as a record about no person: it goes to the reference records of the vault.
pub(super) fn institution_record(
    number: u64,
    bytes: Range<u64>,
    columns: &Columns<'_>,
    encoding: Encoding,
) -> Result<(Record, Institution), Issue> {
    let mut warnings = Warnings::default();
    let line = Line::new(number, &layout::IR, columns, encoding);
    let institution = Institution::read(&line, &mut warnings)?;
    // Decodes the name and telephone: a record that cannot be read must not be called read.
    line.rest(&mut warnings)?;
    note_width(&line, &mut warnings);
    let mut record = Record::new(number, bytes, 1, "UKE institution");
    record.key = Some(Private::new(institution.number.clone()));
    finish(&mut record, &institution, warnings);
    Ok((record, institution))
}

/// Payers and points of the receipts since the last IR or GO, to hold against the next GO.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    /// HO and KO records (総件数 counts payers, not receipts).
    pub(super) payers: i64,
    /// Points of each receipt's HO, or of its first KO where it has none.
    pub(super) points: i64,
    /// Whether some receipt could not be counted: then nothing is compared.
    pub(super) unknown: bool,
}

impl Totals {
    /// Counts the payers of one receipt from its raw lines, whether or not the receipt can be taken.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut totals, mut insurer, mut public) = (Self::default(), None, None);
        for line in lines.filter(|line| line.starts_with(b"HO,") || line.starts_with(b"KO,")) {
            let points = digits(Columns::split(line).get(5).trim_ascii()).unwrap_or(0);
            totals.payers += 1;
            let first = if line.starts_with(b"HO") { &mut insurer } else { &mut public };
            first.get_or_insert(points);
        }
        totals.points = insurer.or(public).unwrap_or(0);
        totals
    }

    pub(super) fn add(&mut self, other: Self) {
        self.payers += other.payers;
        self.points += other.points;
        self.unknown |= other.unknown;
    }
}

/// A GO line as a record about no person, with what disagrees as warnings.
pub(super) fn total_record(
    number: u64,
    bytes: Range<u64>,
    columns: &Columns<'_>,
    institution: &Institution,
    counted: Totals,
) -> Result<Record, Issue> {
    let mut warnings = Warnings::default();
    let line = Line::new(number, &layout::GO, columns, Encoding::Cp932);
    let unreadable = || Issue::rejected(&reasons::TOTAL, format!("line {number}"));
    if columns.len() < 3 {
        return Err(unreadable());
    }
    let (Ok(count), Ok(points)) = (line.number(1), line.number(2)) else { return Err(unreadable()) };
    if institution.table == PointTable::Medical && !counted.unknown {
        if count.is_some_and(|count| count != counted.payers) {
            warnings.at(&reasons::TOTAL_COUNT, &line, 1);
        }
        if points.is_some_and(|points| points != counted.points) {
            warnings.at(&reasons::TOTAL_POINTS, &line, 2);
        }
    }
    note_width(&line, &mut warnings);
    let mut record = Record::new(number, bytes, 1, "UKE total");
    finish(&mut record, institution, warnings);
    Ok(record)
}

fn note_width(line: &Line<'_>, warnings: &mut Warnings) {
    if line.columns.quoted {
        warnings.line(&reasons::QUOTES, line.number);
    }
    if line.columns.len() != line.layout.full {
        let reason = if line.columns.len() < line.layout.full {
            &reasons::FEWER_COLUMNS
        } else {
            &reasons::EXTRA_COLUMNS
        };
        warnings.line(reason, line.number);
    }
}

fn finish(record: &mut Record, institution: &Institution, warnings: Warnings) {
    record.recorded_at = institution.billing_month;
    record.version = institution.billing_month.map(|month| month.to_string()).unwrap_or_default();
    record.warnings = warnings.into_issues();
}
