//! OBX with its SPM and OBR → observation: results, vital signs, patient profile, and ordered tests.
//!
//! The value is kept as written; it is a number only where it is one. Several coded values of one OBX are several rows
//! (`part` from 1). A value that is a person (XCN) leaves its staff code here and its name to the identity.

use super::Output;
use crate::formats::ssmix2::coding;
use crate::formats::ssmix2::kinds::Kind;
use crate::formats::ssmix2::leftovers::is_person_type;
use crate::formats::ssmix2::measurement::{self, Measurement};
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::DateAsGiven;
use kiban_model::tables::Observation;

/// What a group says of each of its observations.
#[derive(Default)]
struct Shared {
    specimen: Option<String>,
    specimen_text: Option<String>,
    collected: Option<DateAsGiven>,
}

pub(super) fn map(group: &mut [Tracked<'_>], kind: &Kind, output: &mut Output<'_>) {
    if !group.iter().any(|segment| segment.id == "OBX" && !segment.is_blank()) {
        return;
    }
    let mut shared = Shared::default();
    if let Some(specimen) = find(group, "SPM") {
        shared.specimen = specimen.component(4, 1);
        shared.specimen_text = specimen.component(4, 2);
        shared.collected = specimen.date(17, 1, &mut output.warnings);
    }
    if let Some(request) = find(group, "OBR")
        && shared.collected.is_none()
    {
        shared.collected = request.date(7, 1, &mut output.warnings);
    }
    for segment in group.iter_mut().filter(|segment| segment.id == "OBX" && !segment.is_blank()) {
        let observation = observation(segment, kind, &shared, output);
        let coded = matches!(segment.peek(2, 1), "CWE" | "CE" | "CNE" | "CF" | "ZRD" | "IS" | "ID");
        let count = segment.repetitions(5);
        if !coded || count < 2 {
            let observation = valued(segment, 1, observation);
            output.push(segment, observation);
            continue;
        }
        for repetition in 1..=count {
            let row = valued(
                segment,
                repetition,
                Observation { part: u32::try_from(repetition).unwrap_or(u32::MAX), ..observation.clone() },
            );
            if repetition == 1 {
                output.push(segment, row);
            } else {
                output.rows.push(row.into());
            }
        }
    }
}

fn observation(
    segment: &mut Tracked<'_>,
    kind: &Kind,
    shared: &Shared,
    output: &mut Output<'_>,
) -> Observation {
    let (item, others) = segment.codings(3, 1);
    let warnings = &mut output.warnings;
    let observed = segment.date(14, 1, warnings);
    let time = if observed.is_some() {
        observed
    } else {
        shared.collected.or_else(|| segment.date(19, 1, warnings))
    };
    let unit = segment.component(6, 1).or_else(|| segment.component(6, 2));
    if unit.is_some() && segment.peek(6, 1) == segment.peek(6, 2) {
        segment.take(6, 1, 2);
    }
    Observation {
        position: segment.number,
        category: Some(kind.observations.to_owned()),
        code: item.code,
        code_system: item.system,
        text: item.text,
        other_codes: coding::as_json(&others),
        unit,
        reference_range: segment.text(7),
        flag: segment.text(8),
        specimen: shared.specimen.clone(),
        specimen_text: shared.specimen_text.clone(),
        time: time.or(output.care_date),
        status: status(segment),
        ..Observation::default()
    }
}

/// OBX-11, HL7 table 0085.
fn status(segment: &mut Tracked<'_>) -> Option<String> {
    let ours = match segment.peek(11, 1) {
        "F" => "final",
        "P" => "preliminary",
        "C" => "corrected",
        _ => return segment.text(11),
    };
    segment.take_field(11);
    Some(ours.to_owned())
}

fn valued(segment: &mut Tracked<'_>, repetition: usize, mut row: Observation) -> Observation {
    match segment.peek(2, 1) {
        "CWE" | "CE" | "CNE" | "CF" | "ZRD" => {
            let value = segment.coding(5, repetition, 1);
            row.value = value.text.or_else(|| value.code.clone());
            row.value_code = value.code;
            row.value_system = value.system;
        }
        "IS" | "ID" => row.value = segment.part(5, repetition, 1),
        "SN" => structured(segment, &mut row),
        person if is_person_type(person) => {
            // The staff code alone; leftovers.rs sees to the rest.
            if segment.peek(5, 1).bytes().any(|byte| byte.is_ascii_digit())
                && segment.peek(5, 1).is_ascii()
                && person == "XCN"
            {
                row.value_code = segment.component(5, 1);
            }
        }
        // Documents and pictures in a field stay in `extra`: they are not values.
        "ED" | "RP" => {}
        value_type => {
            // In text types the delimiters of lower levels are part of the text: `500×10^4` is one value.
            row.value = segment.text(5);
            if !matches!(value_type, "TS" | "DT" | "TM" | "DTM") {
                let measured = row.value.as_deref().map(measurement::measure).unwrap_or_default();
                apply(measured, &mut row);
            }
        }
    }
    row
}

fn structured(segment: &mut Tracked<'_>, row: &mut Observation) {
    let [comparator, first, separator, second] = [1, 2, 3, 4].map(|component| segment.peek(5, component));
    apply(measurement::structured(comparator, first, separator, second), row);
    let written: String = [comparator, first, separator, second].concat();
    row.value = Some(written).filter(|text| !text.trim().is_empty());
    for component in 1..=4 {
        segment.take(5, 1, component);
    }
}

fn apply(measured: Measurement, row: &mut Observation) {
    row.value_number = measured.number;
    row.comparator = measured.comparator.map(str::to_owned);
}
