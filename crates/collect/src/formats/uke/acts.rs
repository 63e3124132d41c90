//! Acts, drugs, materials, comments and symptom notes (摘要情報 SI IY TO CO, 症状詳記 SJ) as dated claim lines.
//!
//! A line with day columns becomes a row for each day (`part` is the day), a line without them one row dated with the
//! month. What a line says once — comments beside it, a price — stands on rows of its own or on its first row only.

use super::line::Line;
use super::reasons;
use super::warnings::Warnings;
use crate::Masters;
use kiban_model::tables::{ClaimLine, systems};
use kiban_model::{DateAsGiven, Issue, Row};

/// `part` of the first comment beside an act: after the 31 days.
const FIRST_COMMENT: u32 = 32;

/// Code system of the sections of symptom notes (症状詳記区分).
pub(super) const SYMPTOM_SECTION: &str = "症状詳記区分";

/// Until this month the day columns were optional and need not add up (records of care since 2012-04 must).
const DAYS_REQUIRED_FROM: (u16, u8) = (2012, 4);

/// What one line hands on to the next.
#[derive(Debug, Default)]
pub(super) struct Acts {
    /// Act class (診療識別) of the last line that stated one.
    act_class: Option<String>,
    /// Section of the last symptom note that stated one.
    section: Option<String>,
    /// Number of the last calculation unit (算定単位) begun.
    unit: i64,
    /// Whether that unit still waits for the line with its points.
    open: bool,
}

/// Where the columns stand in which record, and what its codes begin with.
struct Place {
    category: &'static str,
    system: &'static str,
    first_digit: u8,
    comments: usize,
    days: usize,
}

const PROCEDURE: Place = Place {
    category: "procedure",
    system: systems::RECEIPT_PROCEDURE,
    first_digit: b'1',
    comments: 7,
    days: 13,
};
const DRUG: Place =
    Place { category: "drug", system: systems::RECEIPT_DRUG, first_digit: b'6', comments: 7, days: 13 };
const MATERIAL: Place = Place {
    category: "material",
    system: systems::RECEIPT_MATERIAL,
    first_digit: b'7',
    comments: 11,
    days: 17,
};

impl Acts {
    /// A line that states an act class closes the unit before it, priced or not.
    fn state_class(&mut self, stated: Option<String>) {
        if stated.is_some() {
            self.act_class = stated;
            self.open = false;
        }
    }

    /// An act, a drug or a material.
    pub(super) fn priced(
        &mut self,
        line: &Line<'_>,
        month: DateAsGiven,
        masters: &Masters,
        rows: &mut Vec<Row>,
        warnings: &mut Warnings,
    ) -> Result<(), Issue> {
        let place = match line.layout.id {
            "IY" => &DRUG,
            "TO" => &MATERIAL,
            _ => &PROCEDURE,
        };
        let stated = line.text(1, warnings)?;
        self.state_class(stated);
        if !self.open {
            self.unit += 1;
            self.open = true;
        }
        let code = line.text(3, warnings)?.filter(|code| is_nine_digits(code, place.first_digit));
        let code = code.ok_or_else(|| line.refuse(&reasons::CODE, 3))?;
        let quantity = line.text(4, warnings)?;
        let points = line.number(5)?;
        let count = line.number(6)?;
        let item = masters.items.get(&code);
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let material = line.layout.id == "TO";
        let written_unit = if material { line.text(7, warnings)? } else { None };
        let written_name = if material { line.text(10, warnings)? } else { None };

        let mut row = ClaimLine {
            position: line.number,
            category: Some(place.category.into()),
            act_class: self.act_class.clone(),
            burden: line.text(2, warnings)?,
            code_system: Some(place.system.into()),
            text: written_name.or_else(|| item.and_then(|item| filled(&item.name))),
            price_list_code: item.and_then(|item| filled(&item.price_list_code)),
            quantity_number: quantity.as_deref().and_then(number),
            quantity,
            unit: written_unit.or_else(|| item.and_then(|item| filled(&item.unit))),
            points,
            unit_no: Some(self.unit),
            code: Some(code),
            ..ClaimLine::default()
        };
        let days = days(line, place.days, month)?;
        let sum: i64 = days.iter().map(|(_, count)| count).sum();
        let (year, month_number, _) = month.ymd();
        if count.is_some_and(|count| !days.is_empty() && count != sum) {
            line.leave(6);
            if (year, month_number) >= DAYS_REQUIRED_FROM {
                warnings.at(&reasons::DAY_COUNT, line, 6);
            }
        }
        let comments = self.comments_beside(line, place.comments, month, masters, warnings)?;
        row.extra = line.rest_json(warnings)?;
        if days.is_empty() {
            rows.push(ClaimLine { date: Some(month), count, ..row }.into());
        } else {
            let last = days.len() - 1;
            for (index, (date, count)) in days.into_iter().enumerate() {
                let extra = row.extra.take();
                let dated = if index == last { std::mem::take(&mut row) } else { row.clone() };
                let part = date.day().map_or(0, u32::from);
                rows.push(ClaimLine { date: Some(date), part, count: Some(count), extra, ..dated }.into());
            }
        }
        rows.extend(comments);
        if points.is_some() {
            self.open = false;
        }
        Ok(())
    }

    /// Up to three (code, text) pairs beside an act.
    fn comments_beside(
        &self,
        line: &Line<'_>,
        first: usize,
        month: DateAsGiven,
        masters: &Masters,
        warnings: &mut Warnings,
    ) -> Result<Vec<Row>, Issue> {
        let mut comments = Vec::new();
        for pair in 0..3u32 {
            let column = first + 2 * pair as usize;
            let (code, text) = (line.text(column, warnings)?, line.text(column + 1, warnings)?);
            if code.is_some() || text.is_some() {
                let row = comment_row(line, column, code, text, month, masters, warnings);
                let burden = line.text(2, warnings)?;
                comments.push(
                    ClaimLine {
                        part: FIRST_COMMENT + pair,
                        act_class: self.act_class.clone(),
                        burden,
                        unit_no: Some(self.unit),
                        ..row
                    }
                    .into(),
                );
            }
        }
        Ok(comments)
    }

    /// A comment on a line of its own. It is priced with nothing, so it has no unit number.
    pub(super) fn comment(
        &mut self,
        line: &Line<'_>,
        month: DateAsGiven,
        masters: &Masters,
        rows: &mut Vec<Row>,
        warnings: &mut Warnings,
    ) -> Result<(), Issue> {
        let stated = line.text(1, warnings)?;
        self.state_class(stated);
        let (code, text) = (line.text(3, warnings)?, line.text(4, warnings)?);
        let row = comment_row(line, 3, code, text, month, masters, warnings);
        let burden = line.text(2, warnings)?;
        rows.push(
            ClaimLine { act_class: self.act_class.clone(), burden, extra: line.rest_json(warnings)?, ..row }
                .into(),
        );
        Ok(())
    }

    /// A symptom note; long ones go on over lines that leave the section blank, each kept as its own row.
    pub(super) fn symptom(
        &mut self,
        line: &Line<'_>,
        month: DateAsGiven,
        rows: &mut Vec<Row>,
        warnings: &mut Warnings,
    ) -> Result<(), Issue> {
        let stated = line.text(1, warnings)?;
        if stated.is_some() {
            self.section = stated;
        }
        let row = ClaimLine {
            position: line.number,
            category: Some("symptom".into()),
            date: Some(month),
            code: self.section.clone(),
            code_system: self.section.is_some().then(|| SYMPTOM_SECTION.into()),
            text: line.text(2, warnings)?,
            extra: line.rest_json(warnings)?,
            ..ClaimLine::default()
        };
        rows.push(row.into());
        Ok(())
    }
}

fn comment_row(
    line: &Line<'_>,
    column: usize,
    code: Option<String>,
    text: Option<String>,
    month: DateAsGiven,
    masters: &Masters,
    warnings: &mut Warnings,
) -> ClaimLine {
    let known = code.as_ref().is_some_and(|code| is_nine_digits(code, b'8'));
    if !known {
        warnings.at(&reasons::COMMENT_CODE, line, column);
    }
    let name = || {
        code.as_ref()
            .and_then(|code| masters.items.get(code))
            .map(|item| item.name.clone())
            .filter(|name| !name.is_empty())
    };
    ClaimLine {
        position: line.number,
        category: Some("comment".into()),
        date: Some(month),
        text: text.or_else(name),
        code_system: known.then(|| systems::RECEIPT_COMMENT.into()),
        code,
        ..ClaimLine::default()
    }
}

/// The days with a count. Errors: no number, or a day the month does not have. The latter refuses the receipt because
/// the likeliest cause is a shift by one column, which would make every other date of the line wrong without a trace.
fn days(line: &Line<'_>, first: usize, month: DateAsGiven) -> Result<Vec<(DateAsGiven, i64)>, Issue> {
    let mut days = Vec::new();
    let (year, month, _) = month.ymd();
    for column in line.columns.filled_in(first..first + 31) {
        let day = u8::try_from(column + 1 - first).unwrap_or(u8::MAX);
        match line.number(column)? {
            None | Some(0) => {}
            Some(count) => {
                let date = DateAsGiven::from_day(year, month, day);
                days.push((date.map_err(|_| line.refuse(&reasons::DAY_NOT_IN_MONTH, column))?, count));
            }
        }
    }
    Ok(days)
}

fn is_nine_digits(code: &str, first: u8) -> bool {
    code.len() == 9 && code.bytes().all(|b| b.is_ascii_digit()) && code.bytes().next() == Some(first)
}

/// A plain decimal; nothing that only Rust would call a number (`inf`, `1e9`).
fn number(text: &str) -> Option<f64> {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| text.parse().ok())?
}
