//! AL1 and IAM → allergy.

use super::Output;
use crate::formats::ssmix2::coding;
use crate::formats::ssmix2::tracked::Tracked;
use kiban_model::tables::Allergy;

pub(super) fn map(segments: &mut [Tracked<'_>], output: &mut Output<'_>) {
    for segment in segments.iter_mut().filter(|segment| matches!(segment.id, "AL1" | "IAM")) {
        if segment.is_blank() {
            continue;
        }
        let (substance, others) = segment.codings(3, 1);
        let (onset, status) = if segment.id == "IAM" { (11, Some(17)) } else { (6, None) };
        let allergy = Allergy {
            position: segment.number,
            category: category(segment),
            code: substance.code,
            code_system: substance.system,
            text: substance.text,
            other_codes: coding::as_json(&others),
            reaction: segment.joined(5, 1, "、"),
            severity: segment.component(4, 1),
            start: segment.date(onset, 1, &mut output.warnings),
            status: status.and_then(|field| segment.component(field, 1)),
            ..Allergy::default()
        };
        output.push(segment, allergy);
    }
}

/// HL7 table 0127. Where our word replaces the code, the code stays in `extra`.
fn category(segment: &mut Tracked<'_>) -> Option<String> {
    let ours = match segment.peek(2, 1) {
        "DA" => "medication",
        "FA" => "food",
        "EA" | "LA" | "PA" | "AA" => "environment",
        _ => return segment.component(2, 1).or_else(|| segment.component(2, 2)),
    };
    Some(ours.to_owned())
}
