//! Diseases (傷病名レコード SY): one condition row each, with what the operator's masters know of the code. A receipt has no
//! other word for a death than the outcome 3, so the first of them is also a death at the precision of the month.

use super::line::{Line, digits};
use super::reasons;
use super::warnings::Warnings;
use crate::Masters;
use kiban_model::tables::{Condition, Death, systems};
use kiban_model::{DateAsGiven, Issue, Row};
use serde_json::json;

/// 疑い: the disease is suspected, not confirmed.
const SUSPECTED: &str = "8002";

pub(super) fn read(
    line: &Line<'_>,
    month: DateAsGiven,
    masters: &Masters,
    died: &mut bool,
    rows: &mut Vec<Row>,
    warnings: &mut Warnings,
) -> Result<(), Issue> {
    let code = line.text(1, warnings)?.filter(|code| code.len() == 7 && digits(code.as_bytes()).is_some());
    let code = code.ok_or_else(|| line.refuse(&reasons::CODE, 1))?;
    let start = line.text(2, warnings)?.and_then(|text| {
        let date = DateAsGiven::parse_receipt(&text).ok();
        if date.is_none() {
            line.leave(2);
            warnings.at(&reasons::START_DATE, line, 2);
        }
        date
    });
    let outcome = line.text(3, warnings)?;
    let modifiers = modifiers(line, warnings)?;
    let written = line.text(5, warnings)?;
    let main = match line.text(6, warnings)?.as_deref() {
        None => false,
        Some("01" | "1") => true,
        Some(_) => return Err(line.refuse(&reasons::CODE, 6)),
    };

    let known = masters.diseases.get(&code);
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let further: Vec<_> = known.map_or_else(Vec::new, |disease| {
        let coding =
            |code: &str, system: &str| (!code.is_empty()).then(|| json!({ "code": code, "system": system }));
        [coding(&disease.icd10_second, systems::ICD10), coding(&disease.medis, systems::MEDIS_DISEASE)]
            .into_iter()
            .flatten()
            .collect()
    });
    if outcome.as_deref() == Some("3") && !*died {
        *died = true;
        rows.push(
            Death {
                position: line.number,
                date: Some(month),
                basis: Some("receipt".into()),
                ..Death::default()
            }
            .into(),
        );
    }
    let condition = Condition {
        position: line.number,
        code_system: Some(systems::RECEIPT_DISEASE.into()),
        text: written.or_else(|| known.and_then(|disease| filled(&disease.name))),
        icd10: known.and_then(|disease| filled(&disease.icd10)),
        other_codes: (!further.is_empty()).then(|| serde_json::Value::Array(further).to_string()),
        suspected: Some(modifiers.iter().any(|modifier| modifier == SUSPECTED)),
        modifiers: (!modifiers.is_empty()).then(|| modifiers.join(",")),
        start,
        outcome,
        main: Some(main),
        category: Some("claim".into()),
        extra: line.rest_json(warnings)?,
        code: Some(code),
        ..Condition::default()
    };
    rows.push(condition.into());
    Ok(())
}

/// Groups of four digits without anything between (`80021234`).
fn modifiers(line: &Line<'_>, warnings: &mut Warnings) -> Result<Vec<String>, Issue> {
    let Some(text) = line.text(4, warnings)? else { return Ok(Vec::new()) };
    if !text.bytes().all(|b| b.is_ascii_digit()) || !text.len().is_multiple_of(4) {
        line.leave(4);
        warnings.at(&reasons::MODIFIERS, line, 4);
        return Ok(Vec::new());
    }
    Ok(text.as_bytes().chunks(4).map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect())
}
