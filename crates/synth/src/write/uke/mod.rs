//! Medical receipts (レセプト電算, UKE) as an insurer hands them on: CP932, CRLF, one file per institution, month and payer
//! kind, from IR to GO (formats §5).
//!
//! The claims are for the visits of the three institutions, made by their rules: points on the last line of a calculation
//! unit, day cells that add up to the count, totals in GO that are right. The chart number (カルテ番号) is empty, as insurers
//! receive it: a person is known here by insurance, name and birth date only. `insurer-d` stands for insurers who pool their
//! claims; one insurer of the table does not take part, so that not every visit has a claim.

mod lines;
mod receipt;

use super::delivery::Delivery;
use crate::calendar::{Day, compact, day_of, era_day, month, ymd};
use crate::person::{Coverage, Place, Since, Visit, on};
use crate::text::to_cp932;
use crate::world::{SynthError, World};
use receipt::Receipt;
use std::collections::BTreeMap;

/// A person as the insurer knows them: every coverage under which there is a claim.
pub(crate) struct Insured {
    pub(crate) person: usize,
    pub(crate) since: Day,
    pub(crate) coverages: Vec<Since<Coverage>>,
}

/// How an institution writes dates: hospital B still in eras, the others Gregorian.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    era: bool,
}

impl Dates {
    pub(super) const fn of(place: Place) -> Self {
        Self { era: matches!(place, Place::HospitalB) }
    }

    pub(super) fn day(self, day: Day) -> String {
        if self.era { era_day(day) } else { compact(day) }
    }

    pub(super) fn month(self, month: u32) -> String {
        let mut text = self.day(first_of(month));
        text.truncate(text.len() - 2);
        text
    }
}

fn first_of(month: u32) -> Day {
    day_of((month / 100) as u16, (month % 100) as u8, 1)
}

fn next_month(month: u32) -> u32 {
    if month % 100 == 12 { month + 89 } else { month + 1 }
}

/// The last day of a month.
fn last_of(month: u32) -> Day {
    first_of(next_month(month)) - 1
}

/// One visit's part in one month.
pub(super) struct Part<'a> {
    pub(super) visit: &'a Visit,
    /// Days of it in the month: first and last.
    pub(super) days: (Day, Day),
    /// Whether the person was not seen here in the 90 days before.
    pub(super) is_first: bool,
}

/// What one receipt is about: place, month, payer kind, person, inpatient, insurance.
type Key = (Place, u32, char, usize, bool, String);

/// Writes every claim; returns who they are about, in order of person.
pub(super) fn write(world: &World, delivery: &mut Delivery) -> Result<Vec<Insured>, SynthError> {
    "uke".clone_into(&mut delivery.expected.format);
    delivery.note = "医科レセプト電算データ（カルテ番号なし）".to_owned();
    let mut insured: BTreeMap<usize, Insured> = BTreeMap::new();
    let mut receipts: BTreeMap<Key, (Coverage, Vec<Part<'_>>)> = BTreeMap::new();
    for (at, person) in world.people.iter().enumerate() {
        for (number, visit) in person.visits.iter().enumerate() {
            let before = person.visits.iter().take(number).rfind(|v| v.place == visit.place);
            let is_first = before.is_none_or(|v| visit.day - v.last_day() > 90);
            let mut this = month(visit.day);
            while this <= month(visit.last_day()) {
                let days = (visit.day.max(first_of(this)), visit.last_day().min(last_of(this)));
                let coverage = on(&person.coverages, days.0);
                if coverage.insurer.delivers == 1 {
                    let payer =
                        if matches!(coverage.insurer.kind, "national" | "late-stage") { '2' } else { '1' };
                    let card = format!("{}{}{}", coverage.insurer.number, coverage.symbol, coverage.number);
                    let key = (visit.place, this, payer, at, visit.stay.is_some(), card);
                    receipts.entry(key).or_insert_with(|| (coverage.clone(), Vec::new())).1.push(Part {
                        visit,
                        days,
                        is_first,
                    });
                    let known = insured.entry(at).or_insert_with(|| Insured {
                        person: at,
                        since: days.0,
                        coverages: Vec::new(),
                    });
                    if known.coverages.iter().all(|c| c.state != *coverage) {
                        known.coverages.push(Since { from: days.0, state: coverage.clone() });
                    }
                }
                this = next_month(this);
            }
        }
    }
    files(world, receipts, delivery)?;
    Ok(insured.into_values().collect())
}

/// One file per institution, month and payer kind: IR, the receipts, GO.
fn files(
    world: &World,
    receipts: BTreeMap<Key, (Coverage, Vec<Part<'_>>)>,
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    let mut files: BTreeMap<(Place, u32, char), File> = BTreeMap::new();
    for ((place, month, payer, person, inpatient, _), (coverage, parts)) in receipts {
        let file = files.entry((place, month, payer)).or_default();
        file.receipts += 1;
        let receipt = Receipt {
            person: &world.people[person],
            coverage: &coverage,
            place,
            month,
            inpatient,
            sequence: file.receipts,
        };
        receipt.write(&parts, file);
        delivery.expected.count("receipt");
    }
    for ((place, month, payer), file) in files {
        let header = format!(
            "IR,{payer},22,1,{},,{},{},00,{}",
            place.institution(),
            full_width_letters(place.name()),
            Dates::of(place).month(next_month(month)),
            "0540000000",
        );
        let mut text = header;
        for line in &file.lines {
            text.push_str("\r\n");
            text.push_str(line);
        }
        text.push_str(&format!("\r\nGO,{},{},99\r\n", file.payers, file.points));
        delivery.put(&format!("{month}/{}-{payer}/RECEIPTC.UKE", place.institution()), &to_cp932(&text))?;
    }
    Ok(())
}

/// A file being filled, with what GO must say of it.
#[derive(Default)]
pub(super) struct File {
    lines: Vec<String>,
    receipts: usize,
    /// HO and KO records.
    payers: u32,
    points: u32,
}

impl File {
    pub(super) fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(super) fn total(&mut self, payers: u32, points: u32) {
        self.payers += payers;
        self.points += points;
    }
}

/// Receipts hold names in full width; a comma would end the field.
pub(super) fn full_width_letters(text: &str) -> String {
    text.chars().map(|c| if c == ',' { '、' } else { c }).collect()
}

/// The day of the month.
pub(super) fn day_of_month(day: Day) -> usize {
    usize::from(ymd(day).2)
}
