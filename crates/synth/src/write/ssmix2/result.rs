//! Results (OML-11, OUL^R22): one specimen after another, each with its order and observations. Blood pressure and weight
//! go the same way, without a specimen material of their own.

use super::segment::{Segment, coded, escaped};
use super::visit::{common_order, pv1};
use super::{Desk, Message, moment, pid};
use crate::dice::Dice;
use crate::person::{Measured, Visit};
use crate::registration::OnFile;
use crate::tables::Lab;

/// OBX of a value.
pub(super) fn observation(number: usize, lab: &Lab, value: &str, flag: &str, at: Option<&str>) -> String {
    let unit = escaped(lab.unit);
    let range = if lab.high > 900.0 || lab.specimen.is_empty() {
        String::new()
    } else {
        format!("{}-{}", lab.low, lab.high)
    };
    Segment::new("OBX")
        .with(1, number.to_string())
        .with(2, "NM")
        .with(3, coded(lab.jlac10, lab.name, "JC10"))
        .with(5, value)
        .with(6, format!("{unit}^{unit}^99XYZ"))
        .with(7, range)
        .with(8, flag)
        .with(11, "F")
        .with(14, at.unwrap_or(""))
        .text()
}

/// The results of a visit; one in thirty was corrected later, which supersedes the first.
pub(super) fn messages(desk: &mut Desk<'_>, dice: &mut Dice, file: &OnFile, visit: &Visit) -> Vec<Message> {
    let order = desk.order_number();
    let first = message(desk, file, visit, &order, 90);
    if !visit.results.is_empty() && dice.chance(33) {
        let corrected = message(desk, file, visit, &order, 240);
        return vec![Message { condition: 2, ..first }, corrected];
    }
    vec![first]
}

fn message(desk: &mut Desk<'_>, file: &OnFile, visit: &Visit, order: &str, later: u16) -> Message {
    let collected = moment(visit.day, visit.minute, 10);
    let at = moment(visit.day, visit.minute, later);
    let mut segments = vec![pid(desk, file), pv1(desk, visit, visit.stay.is_some()).text()];
    let mut specimens: Vec<(&str, &str, Vec<&Measured>)> = Vec::new();
    for measured in visit.results.iter().chain(&visit.vitals) {
        let lab = measured.lab;
        let (code, name) =
            if lab.specimen.is_empty() { ("099", "その他") } else { (lab.specimen_code, lab.specimen) };
        match specimens.iter_mut().find(|s| s.0 == code) {
            Some(specimen) => specimen.2.push(measured),
            None => specimens.push((code, name, vec![measured])),
        }
    }
    for (number, (code, name, values)) in specimens.into_iter().enumerate() {
        let group = if code == "099" { "生体検査" } else { "検体検査" };
        let minute = collected.get(..12).unwrap_or("");
        segments.push(
            Segment::new("SPM")
                .with(1, (number + 1).to_string())
                .with(2, format!("{order}{:02}", number + 1))
                .with(4, coded(code, name, "JC10"))
                .with(17, minute)
                .text(),
        );
        segments.push(
            Segment::new("OBR")
                .with(1, "1")
                .with(2, order)
                .with(4, coded(if code == "099" { "9" } else { "E001" }, group, "99O03"))
                .with(7, minute)
                .with(8, minute)
                .with(22, at.as_str())
                .text(),
        );
        segments.push(common_order(desk, visit, "SC", order, &at).with(5, "CM").text());
        for (number, measured) in values.into_iter().enumerate() {
            segments.push(observation(
                number + 1,
                measured.lab,
                &measured.value,
                measured.flag(),
                Some(&collected),
            ));
        }
    }
    Message {
        kind: "OML-11",
        event: "OUL^R22^OUL_R22",
        day: Some(visit.day),
        order: order.to_owned(),
        at,
        department: visit.department,
        condition: 1,
        segments,
    }
}
