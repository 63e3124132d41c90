//! PV1 with PV2 and EVN of movement messages → visit.

use super::Output;
use crate::formats::ssmix2::kinds::{Movement, withdraws};
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::DateAsGiven;
use kiban_model::tables::Visit;

pub(super) fn map(segments: &mut [Tracked<'_>], movement: Movement, output: &mut Output<'_>) {
    let warnings = &mut output.warnings;
    let mut from =
        |id: &str, field: usize| find(segments, id).and_then(|segment| segment.date(field, 1, warnings));
    let fallback = output.care_date;
    let (class, start, end, status) = match movement {
        Movement::AttendingDoctor => (None, from("EVN", 6), None, None),
        Movement::Outpatient => {
            (Some("outpatient"), from("PV1", 44).or(fallback), from("PV1", 45), Some("finished"))
        }
        Movement::AdmissionPlanned => {
            (Some("inpatient"), from("PV2", 8).or(fallback), from("PV2", 9), Some("planned"))
        }
        Movement::Admission => (Some("inpatient"), from("PV1", 44).or(fallback), None, Some("in-progress")),
        Movement::LeaveStart => {
            (Some("leave"), from("EVN", 6).or(fallback), from("PV2", 47), Some("in-progress"))
        }
        Movement::LeaveEnd => (Some("leave"), None, from("EVN", 6).or(fallback), Some("finished")),
        Movement::TransferPlanned => (Some("transfer"), from("PV2", 8).or(fallback), None, Some("planned")),
        Movement::Transfer => (Some("transfer"), from("EVN", 6).or(fallback), None, Some("finished")),
        Movement::DischargePlanned => {
            (Some("inpatient"), from("PV1", 44), from("PV2", 9).or(fallback), Some("planned"))
        }
        Movement::Discharge => {
            (Some("inpatient"), from("PV1", 44), from("PV1", 45).or(fallback), Some("finished"))
        }
    };
    let status = if withdraws(output.filing.message) { Some("cancelled") } else { status };
    let Some(pv1) = find(segments, "PV1") else { return };
    let visit = visit(pv1, class, (start, end), status);
    output.push(pv1, visit);
    if let Some(pv2) = find(segments, "PV2") {
        pv2.owner = output.rows.len().checked_sub(1);
    }
}

fn visit(
    pv1: &mut Tracked<'_>,
    class: Option<&str>,
    (start, end): (Option<DateAsGiven>, Option<DateAsGiven>),
    status: Option<&str>,
) -> Visit {
    let stated = match pv1.peek(2, 1) {
        "I" => Some("inpatient"),
        "O" => Some("outpatient"),
        "E" => Some("emergency"),
        _ => None,
    };
    // An emergency patient is one whatever the folder says; for the rest the kind knows better than the class letter.
    let class = match (class, stated) {
        (Some("outpatient"), Some("emergency")) | (None, _) => stated,
        (class, _) => class,
    };
    // Location type N is a ward, C an outpatient clinic, whose code is the department's (JAHIS).
    let clinic = pv1.peek(3, 6) == "C";
    let department = pv1.text(10).or_else(|| if clinic { pv1.component(3, 1) } else { None });
    Visit {
        position: pv1.number,
        class: class.map(str::to_owned),
        start,
        end,
        department_system: department.as_ref().map(|_| "HL70069".to_owned()),
        department,
        ward: if clinic { None } else { pv1.component(3, 1) },
        admission_source: pv1.text(14),
        discharge_disposition: pv1.text(36),
        status: status.map(str::to_owned),
        ..Visit::default()
    }
}
