//! Prescriptions (OMP-01) and injections ordered (OMP-02) and given (OMP-12).
//!
//! A prescription now and then is cancelled (中止): the `_1` becomes a `_0` and the cancellation is filed as another `_0`.

use super::segment::{Segment, coded, escaped};
use super::visit::{common_order, pv1};
use super::{Desk, Message, moment, pid};
use crate::calendar::{compact, compact_time};
use crate::dice::Dice;
use crate::person::{Place, Prescribed, Visit};
use crate::registration::OnFile;
use crate::tables::Drug;

/// How a drug is taken: code and text of the JAMI standard usage.
pub(crate) fn usage(drug: &Drug) -> (&'static str, &'static str) {
    match (drug.form, drug.times) {
        ("external", _) => ("2B72000000000000", "外用・塗布・１日２回"),
        ("inhaled", _) => ("2H72000000000000", "外用・吸入・１日２回"),
        ("bedtime", _) => ("1011000090000000", "内服・経口・１日１回就寝前"),
        (_, 1) => ("1011040000000000", "内服・経口・１日１回朝食後"),
        (_, 2) => ("1012040400000000", "内服・経口・１日２回朝夕食後"),
        _ => ("1013044400000000", "内服・経口・１日３回朝昼夕食後"),
    }
}

/// What is handed out for the days: tablets by the day, tubes and inhalers by the piece.
pub(crate) fn amount(prescribed: &Prescribed) -> usize {
    let drug = prescribed.drug;
    match drug.form {
        "external" => drug.dose,
        "inhaled" => 1,
        _ => drug.dose * drug.times * usize::from(prescribed.days),
    }
}

fn drug_code(drug: &Drug) -> String {
    let name = escaped(drug.name);
    format!("{}^{name}^HOT9^{}^{name}^YJ", drug.hot9, drug.price_code)
}

fn unit(drug: &Drug) -> String {
    coded(drug.unit_code, drug.unit, "MR9P")
}

pub(super) fn messages(desk: &mut Desk<'_>, dice: &mut Dice, file: &OnFile, visit: &Visit) -> Vec<Message> {
    let mut all = Vec::new();
    if !visit.drugs.is_empty() {
        let order = desk.order_number();
        let first = prescription(desk, file, visit, &order, "NW", 40);
        if dice.chance(12) {
            all.push(Message { condition: 0, ..first });
            all.push(Message { condition: 0, ..prescription(desk, file, visit, &order, "CA", 70) });
        } else {
            all.push(first);
        }
    }
    if !visit.injections.is_empty() {
        let order = desk.order_number();
        all.push(injection_order(desk, file, visit, &order));
        for day in 0..=(visit.last_day() - visit.day).min(4) {
            all.push(injection_given(desk, file, visit, &order, day));
        }
    }
    all
}

fn envelope(desk: &Desk<'_>, file: &OnFile, visit: &Visit) -> Vec<String> {
    vec![pid(desk, file), pv1(desk, visit, visit.stay.is_some()).text()]
}

fn prescription(
    desk: &mut Desk<'_>,
    file: &OnFile,
    visit: &Visit,
    order: &str,
    control: &str,
    later: u16,
) -> Message {
    let at = moment(visit.day, visit.minute, later);
    let mut segments = envelope(desk, file, visit);
    for (number, prescribed) in visit.drugs.iter().enumerate() {
        let drug = prescribed.drug;
        let (code, text) = usage(drug);
        segments.push(
            common_order(desk, visit, control, order, &at)
                .with(4, format!("{order}_{:02}_001", number + 1))
                .text(),
        );
        segments.push(
            Segment::new("RXE")
                .with(2, drug_code(drug))
                .with(3, drug.dose.to_string())
                .with(5, unit(drug))
                .with(10, amount(prescribed).to_string())
                .with(11, unit(drug))
                .with(15, order)
                .with(19, format!("{}^{}&{}&MR9P", drug.dose * drug.times, drug.unit_code, drug.unit))
                .with(21, prescription_kind(desk, visit))
                .text(),
        );
        segments.push(
            Segment::new("TQ1")
                .with(1, "1")
                .with(3, format!("{code}&{text}&JAMISDP01"))
                .with(6, format!("{}^d", prescribed.days))
                .with(7, compact(visit.day))
                .text(),
        );
        segments.push(Segment::new("RXR").with(1, route(drug)).text());
    }
    Message {
        kind: "OMP-01",
        event: "RDE^O11^RDE_O11",
        day: Some(visit.day),
        order: order.to_owned(),
        at,
        department: visit.department,
        condition: 1,
        segments,
    }
}

/// Hospital B dispenses to outpatients itself, hospital A sends them to a pharmacy; the claims agree.
fn prescription_kind(desk: &Desk<'_>, visit: &Visit) -> &'static str {
    match (visit.stay, desk.place) {
        (Some(_), _) => "IHP^入院処方^MR9P",
        (None, Place::HospitalB) => "OHP^外来処方^MR9P~OHI^院内処方^MR9P",
        (None, _) => "OHP^外来処方^MR9P~OHO^院外処方^MR9P",
    }
}

fn route(drug: &Drug) -> String {
    match drug.form {
        "external" => coded("TP", "局所", "HL70162"),
        "inhaled" => coded("IH", "吸入", "HL70162"),
        "injection" => coded("IV", "静脈内", "HL70162"),
        _ => coded("PO", "口", "HL70162"),
    }
}

fn injection_order(desk: &mut Desk<'_>, file: &OnFile, visit: &Visit, order: &str) -> Message {
    let at = moment(visit.day, visit.minute, 30);
    let start = compact_time(visit.day, visit.minute + 60);
    let mut segments = envelope(desk, file, visit);
    segments.push(common_order(desk, visit, "NW", order, &at).with(4, format!("{order}_01_001")).text());
    segments.push(
        Segment::new("RXE")
            .with(2, "00^一般^99I02")
            .with(3, "1")
            .with(5, coded("TIME", "回", "MR9P"))
            .with(6, coded("INJ", "注射剤", "MR9P"))
            .with(15, order)
            .with(21, if visit.stay.is_some() { "IHP^入院処方^MR9P" } else { "OHP^外来処方^MR9P" })
            .text(),
    );
    segments.push(Segment::new("TQ1").with(1, "1").with(7, start).text());
    segments.push(Segment::new("RXR").with(1, coded("IV", "静脈内", "HL70162")).text());
    for drug in &visit.injections {
        let role = if drug.key == "saline" { "B" } else { "A" };
        segments.push(
            Segment::new("RXC")
                .with(1, role)
                .with(2, drug_code(drug))
                .with(3, drug.dose.to_string())
                .with(4, unit(drug))
                .text(),
        );
    }
    Message {
        kind: "OMP-02",
        event: "RDE^O11^RDE_O11",
        day: Some(visit.day),
        order: order.to_owned(),
        at,
        department: visit.department,
        condition: 1,
        segments,
    }
}

fn injection_given(desk: &mut Desk<'_>, file: &OnFile, visit: &Visit, order: &str, after: i32) -> Message {
    let day = visit.day + after;
    let (start, end) = (moment(day, 13 * 60, 0), moment(day, 14 * 60, 30));
    let mut segments = envelope(desk, file, visit);
    segments.push(
        common_order(desk, visit, "NW", order, &moment(visit.day, visit.minute, 30))
            .with(4, format!("{order}_01_001"))
            .text(),
    );
    for drug in &visit.injections {
        segments.push(
            Segment::new("RXA")
                .with(1, "0")
                .with(2, "1")
                .with(3, start.as_str())
                .with(4, end.as_str())
                .with(5, drug_code(drug))
                .with(6, drug.dose.to_string())
                .with(7, unit(drug))
                .with(10, "N01^仮看護師^^^^^^^^L^^^^^I")
                .with(20, "CP")
                .with(22, end.as_str())
                .text(),
        );
    }
    segments.push(Segment::new("RXR").with(1, coded("IV", "静脈内", "HL70162")).text());
    Message {
        kind: "OMP-12",
        event: "RAS^O17^RAS_O17",
        day: Some(day),
        order: order.to_owned(),
        at: end,
        department: visit.department,
        condition: 1,
        segments,
    }
}
