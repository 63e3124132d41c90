//! OBR of imaging, endoscopy and physiology, and ODS, ODT of diets → procedure.

use super::Output;
use crate::formats::ssmix2::coding;
use crate::formats::ssmix2::kinds::Kind;
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::tables::Procedure;

pub(super) fn map(group: &mut [Tracked<'_>], kind: &Kind, output: &mut Output<'_>) {
    let Some(category) = kind.procedures else { return };
    if !group.iter().any(|segment| matches!(segment.id, "OBR" | "ODS" | "ODT") && !segment.is_blank()) {
        return;
    }
    let (mut start, mut end) = (None, None);
    if let Some(timing) = find(group, "TQ1") {
        start = timing.date(7, 1, &mut output.warnings);
        end = timing.date(8, 1, &mut output.warnings);
    }
    let mut ordered = |field| find(group, "ORC").and_then(|order| order.text(field));
    let status = ordered(5);
    let department = find(group, "ORC").and_then(|order| order.component(17, 2));
    for segment in
        group.iter_mut().filter(|segment| matches!(segment.id, "OBR" | "ODS" | "ODT") && !segment.is_blank())
    {
        let request = segment.id == "OBR";
        let (procedure, others) = segment.codings(if request { 4 } else { 3 }, 1);
        let performed = if request { segment.date(7, 1, &mut output.warnings) } else { None };
        let ended = if request { segment.date(8, 1, &mut output.warnings) } else { None };
        let text = procedure.text.or_else(|| if request { None } else { segment.text(4) });
        let row = Procedure {
            position: segment.number,
            category: Some(category.to_owned()),
            code: procedure.code,
            code_system: procedure.system,
            text,
            other_codes: coding::as_json(&others),
            start: performed.or(start).or(output.care_date),
            end: ended.or(end),
            status: if request { segment.text(25).or_else(|| status.clone()) } else { status.clone() },
            department_text: department.clone(),
            ..Procedure::default()
        };
        output.push(segment, row);
    }
}
