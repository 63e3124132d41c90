//! The receipt's common record (レセプト共通レコード RE): whose receipt, of which month; and how the person and the receipt
//! are told apart from others (subject and key).

use super::institution::{self, Institution};
use super::line::Line;
use super::payers::Payers;
use super::reasons;
use super::warnings::Warnings;
use kiban_model::tables::Person;
use kiban_model::{DateAsGiven, Identity, Issue, Precision, Private, Row, Sex};
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

/// What an RE line says.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) line: u64,
    /// Sequence number in the file (レセプト番号).
    sequence: Option<String>,
    pub(super) receipt_type: String,
    pub(super) month: DateAsGiven,
    name: Option<String>,
    kana: Option<String>,
    sex: Option<Sex>,
    birth_date: DateAsGiven,
    pub(super) benefit_rate: Option<f64>,
    pub(super) admission: Option<DateAsGiven>,
    chart: Option<String>,
    search: Option<String>,
    /// 請求情報: free to the institution, often its own number for the patient.
    billing: Option<String>,
    pub(super) department: Option<String>,
    pub(super) patient_state: Option<String>,
}

impl Common {
    /// Reads an RE line. Errors: a receipt type, month or birth date that cannot be, or text of no known encoding.
    pub(super) fn read(line: &Line<'_>, warnings: &mut Warnings) -> Result<Self, Issue> {
        let receipt_type = line
            .text(2, warnings)?
            .filter(|text| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()));
        let receipt_type = receipt_type.ok_or_else(|| line.refuse(&reasons::CODE, 2))?;
        let month = line.text(3, warnings)?.as_deref().and_then(institution::month);
        let month = month.ok_or_else(|| line.refuse(&reasons::MONTH, 3))?;
        let birth_date = line.text(6, warnings)?.and_then(|text| DateAsGiven::parse_receipt(&text).ok());
        let birth_date = birth_date.filter(|date| date.precision() == Precision::Day);
        let birth_date = birth_date.ok_or_else(|| line.refuse(&reasons::BIRTH_DATE, 6))?;
        if birth_date.truncated(Precision::Month) > month {
            warnings.at(&reasons::BIRTH_AFTER_CARE, line, 6);
        }
        let sex = match line.text(5, warnings)?.as_deref() {
            Some("1") => Some(Sex::Male),
            Some("2") => Some(Sex::Female),
            _ => {
                line.leave(5);
                warnings.at(&reasons::SEX, line, 5);
                None
            }
        };
        let admission = line.text(8, warnings)?.and_then(|text| {
            let date = DateAsGiven::parse_receipt(&text).ok();
            if date.is_none() {
                line.leave(8);
                warnings.at(&reasons::ADMISSION_DATE, line, 8);
            }
            date
        });
        let chart = line.text(13, warnings)?;
        if chart.as_deref().is_some_and(|chart| fold(chart).bytes().all(|b| b == b'0')) {
            warnings.at(&reasons::CHART_NUMBER, line, 13);
        }
        Ok(Self {
            line: line.number,
            // The sequence number is used in the key and stays in `extra` too.
            sequence: line.text(1, warnings)?.inspect(|_| line.leave(1)),
            receipt_type,
            month,
            name: line.text(4, warnings)?.map(|name| spaced(&name)),
            kana: line.text(36, warnings)?.map(|kana| spaced(&kana)),
            sex,
            birth_date,
            benefit_rate: line.number(7)?.map(|percent| percent as f64),
            admission,
            chart,
            search: line.text(18, warnings)?,
            billing: line.text(20, warnings)?,
            department: line.text(21, warnings)?,
            patient_state: line.text(37, warnings)?,
        })
    }

    /// inpatient or outpatient: the last digit of the receipt type is odd for the former (別表5 レセプト種別コード).
    pub(super) fn class(&self) -> &'static str {
        if self.receipt_type.bytes().last().is_some_and(|digit| digit % 2 == 1) {
            "inpatient"
        } else {
            "outpatient"
        }
    }

    /// Whether the insured or family, from the receipt type; only employees', national and retirees' insurance tell.
    pub(super) fn relationship(&self) -> Option<&'static str> {
        let digits = self.receipt_type.as_bytes();
        matches!(digits.get(1), Some(b'1' | b'4')).then_some(())?;
        Some(match digits.last()? {
            b'1' | b'2' => "本人",
            b'3' | b'4' => "未就学者",
            b'5' | b'6' => "家族",
            _ => "高齢受給者",
        })
    }

    /// The person row.
    pub(super) fn person_row(&self) -> Row {
        let sex = self.sex.map(|sex| sex.code().to_owned());
        Person { position: self.line, sex, birth_date: Some(self.birth_date), ..Person::default() }.into()
    }

    /// The chart number as it is compared; `None` for one that is all zeros, which systems write when they have none.
    fn chart(&self) -> Option<String> {
        self.chart.as_deref().map(fold).filter(|chart| chart.bytes().any(|b| b != b'0'))
    }
}

/// The number by which the provider knows the person: the chart number (カルテ番号), else the insurance and who is insured.
/// `None` where neither is given.
pub(super) fn subject(common: &Common, payers: &Payers) -> Option<String> {
    if let Some(chart) = common.chart() {
        // The bare number, as every other format of the same provider and every objection states it (OPT-08).
        return Some(chart);
    }
    let [insurer, symbol, number] = payers.membership()?.map(fold);
    let name = fold(common.kana.as_deref().or(common.name.as_deref())?);
    let branch = payers.branch.as_deref().map(fold).unwrap_or_default();
    Some(format!("insured:{insurer}|{symbol}|{number}|{branch}|{name}|{}", common.birth_date))
}

/// The number by which an insured person without a chart number is known: what lists of notices must agree with.
/// `name` is the kana where the receipts have one; `birth_date` is ISO 8601.
pub fn insured_local_id(
    insurer: &str,
    symbol: &str,
    number: &str,
    branch: &str,
    name: &str,
    birth_date: &str,
) -> Private<String> {
    let [insurer, symbol, number, branch, name] = [insurer, symbol, number, branch, name].map(fold);
    Private::new(format!("insured:{insurer}|{symbol}|{number}|{branch}|{name}|{birth_date}"))
}

/// What successive versions of one receipt share: institution, month, type and search number; without a search number
/// the subject and the sequence number.
pub(super) fn key(institution: &Institution, common: &Common, subject: &str) -> String {
    let own = match &common.search {
        Some(search) => format!("search:{search}"),
        None => format!("{subject}|{}", common.sequence.as_deref().unwrap_or("")),
    };
    format!("{}|{}|{}|{own}", institution.number, common.month, common.receipt_type)
}

/// The identities a receipt states: the person first, further insurance after.
pub(super) fn identities(common: Common, payers: Payers, private: Map<String, Value>) -> Vec<Identity> {
    let mut identity = Identity {
        name: common.name.map(Private::new),
        kana: common.kana.map(Private::new),
        birth_date: Some(Private::new(common.birth_date)),
        sex: common.sex,
        extra: (!private.is_empty()).then(|| Private::new(Value::Object(private).to_string())),
        ..Identity::default()
    };
    let numbers = [("カルテ番号", common.chart), ("検索番号", common.search), ("請求情報", common.billing)];
    for (system, number) in numbers {
        identity.other_numbers.extend(number.map(|number| (system.to_owned(), Private::new(number))));
    }
    let mut further = Vec::new();
    payers.identify(&mut identity, &mut further);
    further.insert(0, identity);
    further
}

/// For comparing: full width to half, half-width kana to full, no spaces.
fn fold(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// A name with one ideographic space between its parts, and half-width kana (半角カナ) made full.
fn spaced(name: &str) -> String {
    let half_width = |c: char| matches!(c, '\u{FF61}'..='\u{FF9F}');
    let full: String = if name.chars().any(half_width) { name.nfkc().collect() } else { name.to_owned() };
    full.split_whitespace().collect::<Vec<_>>().join("\u{3000}")
}
