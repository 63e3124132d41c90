//! Who the patient is: PID, NK1, IN1; the registration (ADT-00, A08) with its versions, and allergies (ADT-61, A60).

use super::segment::{Segment, coded, escaped};
use super::{Desk, Message, NO_ORDER, moment};
use crate::calendar::{Day, age, compact, compact_time};
use crate::person::{Body, Person, Visit};
use crate::registration::{OnFile, Registration};
use crate::tables::lab;
use crate::write::ssmix2::result::observation;

/// PID; with `died` on the last version of a patient who died in this hospital.
pub(super) fn pid(desk: &Desk<'_>, file: &OnFile, died: Option<Day>) -> Segment {
    let name = &file.name;
    let zip = format!(
        "{}-{}",
        file.home.postal_code.get(..3).unwrap_or(""),
        file.home.postal_code.get(3..).unwrap_or("")
    );
    let segment = Segment::new("PID")
        .with(1, "0001")
        .with(3, format!("{}{}", desk.local_id, desk.style.pid_suffix))
        .with(
            5,
            format!(
                "{}^{}^^^^^L^I~{}^{}^^^^^L^P",
                escaped(&name.family),
                escaped(&name.given),
                escaped(&name.family_kana),
                escaped(&name.given_kana)
            ),
        )
        .with(7, compact(file.birth))
        .with(8, file.sex.code())
        .with(11, format!("^^^^{zip}^JPN^H^{}", escaped(&file.home.address)))
        .with(13, format!("^PRN^PH^^^^^^^^^{}", file.home.phone));
    match died {
        Some(day) => segment.with(29, compact(day)).with(30, "Y"),
        None => segment,
    }
}

/// ADT-00: one version whenever what is on file changed; the earlier ones are superseded.
pub(super) fn registrations(
    desk: &mut Desk<'_>,
    person: &Person,
    registration: &Registration,
) -> Vec<Message> {
    let mut versions: Vec<Message> = Vec::new();
    let mut last: Option<OnFile> = None;
    let here = || person.visits.iter().filter(|v| v.place == registration.place);
    for visit in here() {
        let file = registration.on_file(person, visit.day);
        if last.as_ref() != Some(&file) {
            versions.push(registered(desk, person, &file, visit, None));
        }
        last = Some(file);
    }
    if let (Some(visit), Some(file)) = (here().find(|v| v.stay.is_some_and(|s| s.died)), last) {
        versions.push(registered(desk, person, &file, visit, Some(visit.last_day())));
    }
    if let Some((_, earlier)) = versions.split_last_mut() {
        earlier.iter_mut().for_each(|message| message.condition = 2);
    }
    versions
}

fn registered(
    desk: &mut Desk<'_>,
    person: &Person,
    file: &OnFile,
    visit: &Visit,
    died: Option<Day>,
) -> Message {
    let day = died.unwrap_or(visit.day);
    // A death is entered at the end of its day, after everything else.
    let at = compact_time(day, died.map_or(visit.minute, |_| 17 * 60 + 30));
    let mut segments = vec![Segment::new("EVN").with(2, at.as_str()).with(7, "SEND001").text()];
    segments.push(pid(desk, file, died).with(33, at.as_str()).text());
    if age(person.birth, day) < 16 {
        // The guardian's own name is not on the child's file: only the family name is sure.
        let name = format!(
            "{}^保護者^^^^^L^I~{}^ホゴシャ^^^^^L^P",
            escaped(&file.name.family),
            escaped(&file.name.family_kana)
        );
        segments.push(
            Segment::new("NK1")
                .with(1, "1")
                .with(2, name)
                .with(3, coded("PAR", "親", "HL70063"))
                .with(5, file.home.phone.as_str())
                .text(),
        );
    }
    segments.push(super::visit::pv1(desk, visit, visit.stay.is_some()).text());
    segments.push(Segment::new("DB1").with(1, "1").with(2, "PT").with(4, "N").text());
    segments.extend(person.body.map(body).into_iter().flatten());
    for (at, allergen) in person.allergies.iter().enumerate() {
        segments.push(
            Segment::new("AL1")
                .with(1, (at + 1).to_string())
                .with(2, coded(allergen.kind, allergen.kind_name, "HL70127"))
                .with(3, coded(&(at + 1).to_string(), allergen.name, "99XYZ"))
                .text(),
        );
    }
    segments.push(insurance(desk, file));
    Message {
        kind: "ADT-00",
        event: "ADT^A08^ADT_A01",
        day: None,
        order: NO_ORDER.to_owned(),
        at,
        department: "-",
        condition: 1,
        segments,
    }
}

/// Height, weight and blood group.
fn body(body: Body) -> Vec<String> {
    let measured = [("height", body.height), ("weight", body.weight)];
    let mut segments: Vec<String> = measured
        .into_iter()
        .filter_map(|(key, value)| Some((lab(key)?, value)))
        .enumerate()
        .map(|(at, (lab, value))| observation(at + 1, lab, &format!("{value:.1}"), "", None))
        .collect();
    segments.push(
        Segment::new("OBX")
            .with(1, "3")
            .with(2, "CWE")
            .with(3, coded("5H010000001999911", "血液型-ABO式", "JC10"))
            .with(5, format!("{0}^{0}^JSHR002", body.blood))
            .with(11, "F")
            .text(),
    );
    segments
}

fn insurance(desk: &Desk<'_>, file: &OnFile) -> String {
    let coverage = &file.coverage;
    let insurer = coverage.insurer;
    let relation =
        if coverage.own { coded("SEL", "本人", "HL70063") } else { coded("EXF", "家族", "HL70063") };
    let segment = Segment::new("IN1")
        .with(1, "1")
        .with(2, coded(insurer.plan_code, insurer.plan_name, "JHSD0001"))
        .with(3, insurer.number)
        .with(4, escaped(insurer.name))
        .with(17, relation);
    if desk.style.insurance_in_one_field {
        let numbers = [&coverage.symbol, &coverage.number, &coverage.branch].map(|part| escaped(part));
        segment.with(10, numbers.join("~").trim_end_matches('~')).text()
    } else {
        segment.with(10, escaped(&coverage.symbol)).with(11, escaped(&coverage.number)).text()
    }
}

/// ADT-61, for those who have allergies.
pub(super) fn allergies(
    desk: &mut Desk<'_>,
    person: &Person,
    registration: &Registration,
) -> Option<Message> {
    let visit = person.visits.iter().find(|v| v.place == registration.place)?;
    let file = registration.on_file(person, visit.day);
    let mut segments = vec![
        Segment::new("EVN").with(2, moment(visit.day, visit.minute, 3)).text(),
        pid(desk, &file, None).text(),
    ];
    for (at, allergen) in person.allergies.iter().enumerate() {
        segments.push(
            Segment::new("IAM")
                .with(1, (at + 1).to_string())
                .with(2, coded(allergen.kind, allergen.kind_name, "HL70127"))
                .with(3, coded(&format!("AL{:03}", at + 1), allergen.name, "99XYZ"))
                .with(4, coded("MI", "軽度", "HL70128"))
                .with(6, coded("A", "追加", "HL70323"))
                .text(),
        );
    }
    (!person.allergies.is_empty()).then(|| Message {
        kind: "ADT-61",
        event: "ADT^A60^ADT_A60",
        day: None,
        order: NO_ORDER.to_owned(),
        at: moment(visit.day, visit.minute, 3),
        department: "-",
        condition: 1,
        segments,
    })
}
