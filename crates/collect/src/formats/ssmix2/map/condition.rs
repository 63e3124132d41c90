//! PRB with ZPR → condition (JAHIS 病名情報データ交換規約).
//!
//! PRB-3 is the disease (MDCDX2), PRB-10 its ICD-10 code, ZPR the modifiers (修飾語) it was composed with.

use super::Output;
use crate::formats::ssmix2::coding::{self, Coding};
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::tables::{Condition, systems};

pub(super) fn map(group: &mut [Tracked<'_>], output: &mut Output<'_>) {
    let modifiers = find(group, "ZPR").map(modifiers).unwrap_or_default();
    let Some(problem) = find(group, "PRB").filter(|problem| !problem.is_blank()) else { return };
    let (disease, mut others) = problem.codings(3, 1);
    let classified = problem.coding(10, 1, 1);
    let icd10 = classified
        .code
        .as_ref()
        .filter(|_| matches!(classified.system.as_deref(), None | Some(systems::ICD10)));
    let icd10 = icd10.map(|code| code.replace('.', ""));
    if !classified.is_empty() {
        others.push(classified);
    }
    others.extend(modifiers.disease);
    let onset = problem.date(16, 1, &mut output.warnings);
    let start = if onset.is_some() { onset } else { problem.date(7, 1, &mut output.warnings) };
    let ranking = problem.peek(18, 1);
    let condition = Condition {
        position: problem.number,
        suspected: modifiers.suspected.or_else(|| suspected(disease.text.as_deref())),
        code: disease.code,
        code_system: disease.system,
        text: disease.text,
        icd10,
        other_codes: coding::as_json(&others),
        modifiers: modifiers.codes,
        start: start.or(output.care_date),
        end: problem.date(9, 1, &mut output.warnings),
        // JHSD0007: 1 is the main diagnosis (主診断).
        main: (!ranking.is_empty()).then_some(ranking == "1"),
        outcome: problem.component(14, 1),
        category: Some("problem".to_owned()),
        ..Condition::default()
    };
    output.push(problem, condition);
}

#[derive(Default)]
struct Modifiers {
    codes: Option<String>,
    suspected: Option<bool>,
    /// The disease's exchange code (病名交換用コード).
    disease: Option<Coding>,
}

fn modifiers(zpr: &mut Tracked<'_>) -> Modifiers {
    let mut codes = Vec::new();
    let mut is_suspected = None;
    // Prefixes in 1, suffixes in 3; the same as exchange codes in 4 and 6 stay in `extra`.
    for field in [1, 3] {
        for repetition in 1..=zpr.repetitions(field) {
            is_suspected = is_suspected.or_else(|| suspected(Some(zpr.peek_in(field, repetition, 2))));
            codes.extend(zpr.part(field, repetition, 1).or_else(|| zpr.part(field, repetition, 2)));
        }
    }
    let code = zpr.component(5, 1);
    let text = zpr.component(5, 2);
    // The field says what it is; the system written beside it is often the disease's own.
    let system = Some(systems::MEDIS_DISEASE_EXCHANGE.to_owned());
    let disease = Some(Coding { code, system, text }).filter(|coding| !coding.is_empty());
    Modifiers { codes: (!codes.is_empty()).then(|| codes.join(",")), suspected: is_suspected, disease }
}

fn suspected(text: Option<&str>) -> Option<bool> {
    let text = text?.trim();
    (text.ends_with("疑い") || text.ends_with("の疑")).then_some(true)
}
