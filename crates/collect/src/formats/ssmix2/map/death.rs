//! Deaths: a discharge that says so, and PID-29, PID-30.

use super::{Output, person};
use crate::formats::ssmix2::kinds::{Movement, withdraws};
use crate::formats::ssmix2::tracked::{Tracked, find};
use kiban_model::Precision;
use kiban_model::tables::Death;

/// Discharge dispositions of HL7 table 0112 that mean death: 20 (死亡) and its subdivisions, 40 to 42.
fn is_death(disposition: &str) -> bool {
    matches!(disposition.as_bytes(), [b'2', b'0'..=b'9'] | [b'4', b'0'..=b'2'])
}

pub(super) fn map(segments: &mut [Tracked<'_>], output: &mut Output<'_>) {
    if withdraws(output.filing.message) {
        return;
    }
    let discharged = output.filing.kind.and_then(|kind| kind.movement) == Some(Movement::Discharge);
    let stated =
        find(segments, "PID").and_then(|pid| Some((pid.number, person::death(pid, &mut output.warnings)?)));
    if discharged
        && let Some(pv1) = find(segments, "PV1")
        && is_death(pv1.peek(36, 1))
    {
        let of_discharge = kiban_model::DateAsGiven::parse_hl7(pv1.peek(45, 1)).ok().or(output.care_date);
        let stated_date = stated.and_then(|(_, (_, date))| date);
        // The moment of leaving is not the moment of death: only its day is taken.
        let date = stated_date.or_else(|| of_discharge.map(|date| date.truncated(Precision::Day)));
        let death =
            Death { position: pv1.number, date, basis: Some("discharge".to_owned()), ..Death::default() };
        output.rows.push(death.into());
    }
    if let Some((position, (true, date))) = stated {
        let death = Death { position, date, basis: Some("patient record".to_owned()), ..Death::default() };
        output.rows.push(death.into());
    }
}
