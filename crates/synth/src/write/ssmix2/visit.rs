//! Coming and going: outpatient reception (ADT-12, A04), admission (ADT-22, A01), discharge (ADT-52, A03).

use super::segment::{Segment, coded};
use super::{Desk, Message, NO_ORDER, moment, pid};
use crate::calendar::compact_time;
use crate::person::Visit;
use crate::registration::OnFile;
use crate::tables::department;

/// The doctor of a department, invented: departments have one each here.
pub(super) fn doctor(code: &str) -> String {
    format!("D{code}^仮医師^{}^^^^^^^L^^^^^I", department(code).name)
}

pub(super) fn pv1(_desk: &Desk<'_>, visit: &Visit, inpatient: bool) -> Segment {
    let code = visit.department;
    let segment = Segment::new("PV1").with(1, "0001").with(7, doctor(code)).with(10, code);
    if inpatient {
        segment.with(2, "I").with(3, format!("{code}E^{}^1^^^N", 300 + visit.day % 40)).with(17, doctor(code))
    } else {
        segment.with(2, "O").with(3, format!("{code}^^^^^C"))
    }
}

pub(super) fn messages(desk: &mut Desk<'_>, file: &OnFile, visit: &Visit) -> Vec<Message> {
    let arrival = compact_time(visit.day, visit.minute);
    let message = |kind, event, day, at: &str, segment: Segment| Message {
        kind,
        event,
        day: Some(day),
        order: NO_ORDER.to_owned(),
        at: at.to_owned(),
        department: visit.department,
        condition: 1,
        segments: vec![
            Segment::new("EVN").with(2, at).with(7, "SEND001").text(),
            pid(desk, file),
            segment.text(),
        ],
    };
    match visit.stay {
        None => vec![message(
            "ADT-12",
            "ADT^A04^ADT_A01",
            visit.day,
            &arrival,
            pv1(desk, visit, false).with(44, arrival.as_str()),
        )],
        Some(stay) => {
            let leaving = moment(stay.until, 10 * 60, 0);
            // Table 0112 as hospitals use it: 20 died, 01 home.
            let disposition = if stay.died { "20" } else { "01" };
            vec![
                message(
                    "ADT-22",
                    "ADT^A01^ADT_A01",
                    visit.day,
                    &arrival,
                    pv1(desk, visit, true).with(44, arrival.as_str()),
                ),
                message(
                    "ADT-52",
                    "ADT^A03^ADT_A03",
                    stay.until,
                    &leaving,
                    pv1(desk, visit, true)
                        .with(36, disposition)
                        .with(44, arrival.as_str())
                        .with(45, leaving.as_str()),
                ),
            ]
        }
    }
}

/// ORC of an order or its result.
pub(super) fn common_order(desk: &Desk<'_>, visit: &Visit, control: &str, order: &str, at: &str) -> Segment {
    let department = department(visit.department);
    let (kind, kind_name) =
        if visit.stay.is_some() { ("I", "入院患者オーダ") } else { ("O", "外来患者オーダ") };
    Segment::new("ORC")
        .with(1, control)
        .with(2, order)
        .with(9, at)
        .with(10, doctor(visit.department))
        .with(12, doctor(visit.department))
        .with(17, coded(department.code, department.name, "99XY1"))
        .with(21, desk.place.name())
        .with(29, coded(kind, kind_name, "HL70482"))
}
