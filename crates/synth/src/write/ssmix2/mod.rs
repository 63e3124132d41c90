//! SS-MIX2 standardised storage: `ROOT/<pid 3>/<pid 3>/<pid>/<date or ->/<kind>/<file>` (formats §2).
//!
//! One message a file, named by patient number, date, kind, order number, moment, department and condition. A change of
//! name or address supersedes the earlier ADT-00 (`_1` becomes `_2`), as do corrected results; cancelled orders leave two
//! `_0` files. Hospital A and B differ in the small ways real hospitals do (MSH-18, PID-3, insurance fields, 外字).

mod broken;
mod order;
mod patient;
mod problem;
mod result;
mod segment;
mod visit;

use super::delivery::Delivery;
use crate::calendar::{Day, compact, compact_time};
use crate::dice::{Dice, Purpose};
use crate::person::{Person, Place};
use crate::registration::{OnFile, Registration};
use crate::text::{Gaiji, to_iso2022jp};
use crate::world::{SynthError, World};
pub(crate) use order::{amount, usage};
use segment::header;

pub(super) const NO_ORDER: &str = "999999999999999";

/// How one hospital's system writes.
pub(crate) struct Style {
    system: &'static str,
    charset: &'static str,
    /// What follows the patient number in PID-3.
    pid_suffix: &'static str,
    gaiji: Gaiji,
    /// Whether IN1-10 holds symbol, number and branch (1.20 h), or IN1-10 and -11 hold symbol and number.
    insurance_in_one_field: bool,
    /// What the file ends with after the last CR.
    end: &'static [u8],
}

/// Hospital A writes 1.20 h with boxes for 外字; hospital B an older habit, with plain forms and a file separator at the end.
pub(crate) const fn style(place: Place) -> Style {
    match place {
        Place::HospitalB => Style {
            system: "EMR-B",
            charset: "~ISOIR87",
            pid_suffix: "^^^^PI",
            gaiji: Gaiji::PlainForm,
            insurance_in_one_field: false,
            end: b"\x1c",
        },
        Place::HospitalA | Place::ClinicC => Style {
            system: "HIS-A",
            charset: "~ISO IR87",
            pid_suffix: "",
            gaiji: Gaiji::Box,
            insurance_in_one_field: true,
            end: b"",
        },
    }
}

/// One message with what its file name says of it.
#[derive(Clone)]
pub(crate) struct Message {
    kind: &'static str,
    /// `ADT^A08^ADT_A01`.
    event: &'static str,
    /// The care date of the folder; none for `-`.
    day: Option<Day>,
    order: String,
    /// The moment of the transaction, 14 digits.
    at: String,
    department: &'static str,
    condition: u8,
    /// Everything after the header.
    segments: Vec<String>,
}

impl Message {
    fn path(&self, local_id: &str) -> String {
        let part = |from: usize, to: usize| local_id.get(from..to).unwrap_or("___");
        let day = self.day.map_or_else(|| "-".to_owned(), compact);
        let department = if self.day.is_none() { "-" } else { self.department };
        let name = format!(
            "{local_id}_{day}_{}_{}_{}000_{department}_{}",
            self.kind, self.order, self.at, self.condition
        );
        format!("{}/{}/{local_id}/{day}/{}/{name}", part(0, 3), part(3, 6), self.kind)
    }

    fn bytes(&self, style: &Style) -> Vec<u8> {
        let control = format!("{}{}", self.at, self.order.get(9..).unwrap_or(""));
        let mut text = header(style, &format!("{}000", self.at), self.event, &control);
        for segment in &self.segments {
            text.push('\r');
            text.push_str(segment);
        }
        text.push('\r');
        let mut bytes = to_iso2022jp(&text, style.gaiji);
        bytes.extend_from_slice(style.end);
        bytes
    }
}

/// The desk that files one person's messages.
pub(crate) struct Desk<'a> {
    pub(crate) place: Place,
    pub(crate) style: Style,
    pub(crate) local_id: &'a str,
    /// Doctors' names etc. are the hospital's; order numbers run through the hospital.
    pub(crate) next_order: &'a mut u64,
}

impl Desk<'_> {
    fn order_number(&mut self) -> String {
        *self.next_order += 1;
        format!("{:015}", *self.next_order)
    }
}

/// Files messages in a delivery and counts them.
pub(crate) fn file(
    delivery: &mut Delivery,
    style: &Style,
    local_id: &str,
    message: &Message,
) -> Result<(), SynthError> {
    delivery.put(&message.path(local_id), &message.bytes(style))?;
    let standings = delivery.expected.records.entry(message.kind.to_owned()).or_default();
    match message.condition {
        1 => standings.current += 1,
        2 => standings.superseded += 1,
        _ => standings.cancelled += 1,
    }
    Ok(())
}

/// Everything one hospital delivers.
pub(crate) fn write(
    world: &World,
    place: Place,
    registrations: &[&Registration],
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    "ssmix2".clone_into(&mut delivery.expected.format);
    delivery.note = format!("SS-MIX2 標準化ストレージ（{}）", place.name());
    let mut next_order = 10_000;
    for registration in registrations {
        let mut dice = Dice::new(world.seed, Purpose::Writing, registration.person * 3 + place as usize);
        let person = &world.people[registration.person];
        write_person(&mut dice, place, person, registration, &mut next_order, delivery)?;
    }
    broken::write(world, place, registrations, delivery)
}

/// Everything about one person.
pub(crate) fn write_person(
    dice: &mut Dice,
    place: Place,
    person: &Person,
    registration: &Registration,
    next_order: &mut u64,
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    let mut desk = Desk { place, style: style(place), local_id: &registration.local_id, next_order };
    for message in messages(&mut desk, dice, person, registration) {
        file(delivery, &desk.style, &registration.local_id, &message)?;
    }
    Ok(())
}

/// All messages about one person.
fn messages(
    desk: &mut Desk<'_>,
    dice: &mut Dice,
    person: &Person,
    registration: &Registration,
) -> Vec<Message> {
    let mut all = patient::registrations(desk, person, registration);
    all.extend(patient::allergies(desk, person, registration));
    let place = desk.place;
    for illness in person.illnesses.iter().filter(|i| i.place == place) {
        let seen = person.visits.iter().find(|v| v.place == place && v.day >= illness.onset);
        if let Some(seen) = seen {
            all.push(problem::message(desk, &registration.on_file(person, seen.day), illness, seen));
        }
    }
    for visit in person.visits.iter().filter(|v| v.place == place) {
        let file = registration.on_file(person, visit.day);
        all.extend(visit::messages(desk, &file, visit));
        if !visit.results.is_empty() || !visit.vitals.is_empty() {
            all.extend(result::messages(desk, dice, &file, visit));
        }
        all.extend(order::messages(desk, dice, &file, visit));
    }
    all
}

/// PID for the day of a message, as every message carries it.
fn pid(desk: &Desk<'_>, file: &OnFile) -> String {
    patient::pid(desk, file, None).text()
}

/// The moment of something done at a visit, some minutes after arrival.
fn moment(day: Day, minute: u16, later: u16) -> String {
    compact_time(day, minute + later)
}
