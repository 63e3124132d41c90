//! The papers beside a delivery: notices, objections, and the truth. Their grammar is at the head of this crate.

use super::INSURER;
use super::delivery::Delivery;
use super::uke::Insured;
use crate::calendar::{age, iso};
use crate::governance::{Dealings, provided_on, turned_16};
use crate::person::{Coverage, Name, Person, Place, on};
use crate::registration::{OnFile, Registration};
use crate::world::{SynthError, World};
use std::fmt::Write as _;

/// First line of `notices.csv`.
pub(crate) const NOTICES: &str =
    "local_id,notice_date,recipient,insurer,symbol,number,branch,kana,birth_date\n";
/// First line of `objections.csv`.
pub(crate) const OBJECTIONS: &str =
    "local_id,name,kana,birth_date,received_on,withdrawn_on,insurer,symbol,number,branch\n";
const TRUTH: &str = "provider,local_id,person,insurer,symbol,number,branch,kana,birth_date\n";

/// Insurer, symbol, number and branch, as the claims write them.
fn insurance(coverage: &Coverage) -> String {
    format!("{},{},{},{}", coverage.insurer.number, coverage.symbol, coverage.number, coverage.branch)
}

fn full(name: &Name) -> (String, String) {
    (format!("{}　{}", name.family, name.given), format!("{}　{}", name.family_kana, name.given_kana))
}

const fn recipient(guardian: bool) -> &'static str {
    if guardian { "guardian" } else { "person" }
}

/// The papers of an institution, which knows people by its own numbers.
pub(super) fn of_institution(
    world: &World,
    files: &[(&Registration, OnFile)],
    dealings: &[Dealings],
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    let (mut notices, mut objections) = (NOTICES.to_owned(), OBJECTIONS.to_owned());
    for ((registration, file), dealing) in files.iter().zip(dealings) {
        let local_id = &registration.local_id;
        for (day, guardian) in &dealing.notices {
            let _ = writeln!(notices, "{local_id},{},{},,,,,,", iso(*day), recipient(*guardian));
        }
        if let Some((received, withdrawn)) = dealing.objection {
            let (name, kana) = full(&file.name);
            let withdrawn = withdrawn.map(iso).unwrap_or_default();
            let _ = writeln!(
                objections,
                "{local_id},{name},{kana},{},{},{withdrawn},,,,",
                iso(file.birth),
                iso(received)
            );
        }
        count(world, registration.person, dealing, delivery);
    }
    delivery.expected.persons = files.len();
    delivery.paper("notices.csv", &notices)?;
    delivery.paper("objections.csv", &objections)
}

/// The papers of the insurer, which knows people by their insurance.
pub(super) fn of_insurer(
    world: &World,
    insured: &[Insured],
    dealings: &[Dealings],
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    let (mut notices, mut objections) = (NOTICES.to_owned(), OBJECTIONS.to_owned());
    for (insured, dealing) in insured.iter().zip(dealings) {
        let person = &world.people[insured.person];
        for coverage in &insured.coverages {
            let (name, kana) = full(on(&person.names, coverage.from));
            let insurance = insurance(&coverage.state);
            for (day, guardian) in &dealing.notices {
                let _ = writeln!(
                    notices,
                    ",{},{},{insurance},{kana},{}",
                    iso(*day),
                    recipient(*guardian),
                    iso(person.birth)
                );
            }
            if let Some((received, withdrawn)) = dealing.objection {
                let withdrawn = withdrawn.map(iso).unwrap_or_default();
                let _ = writeln!(
                    objections,
                    ",{name},{kana},{},{},{withdrawn},{insurance}",
                    iso(person.birth),
                    iso(received)
                );
            }
        }
        count(world, insured.person, dealing, delivery);
    }
    delivery.expected.persons = insured.len();
    delivery.paper("notices.csv", &notices)?;
    delivery.paper("objections.csv", &objections)
}

fn count(world: &World, person: usize, dealing: &Dealings, delivery: &mut Delivery) {
    let (person, today) = (&world.people[person], provided_on(world.last));
    let expected = &mut delivery.expected;
    if dealing.objects_on(today) {
        expected.objectors += 1;
    } else if dealing.waiting(today) {
        expected.not_yet += 1;
    }
    expected.objections_withdrawn +=
        usize::from(dealing.objection.is_some_and(|(_, w)| w.is_some_and(|w| w <= today)));
    expected.under_16 += usize::from(age(person.birth, today) < 16);
    if turned_16(person, dealing, today) {
        expected.turned_16 += 1;
        let own = dealing.notices.iter().filter(|(_, guardian)| !guardian);
        expected.turned_16_waiting += usize::from(own.clone().all(|(day, _)| today - day < 30));
    }
}

/// Which local number, or which insurance, is which person.
pub(super) struct Truth(String);

impl Default for Truth {
    fn default() -> Self {
        Self(TRUTH.to_owned())
    }
}

impl Truth {
    pub(super) fn institution(&mut self, place: Place, registrations: &[&Registration], people: &[Person]) {
        for r in registrations {
            let _ = writeln!(self.0, "{},{},{},,,,,,", place.provider(), r.local_id, people[r.person].number);
        }
    }

    pub(super) fn insurer(&mut self, insured: &[Insured], people: &[Person]) {
        for insured in insured {
            let person = &people[insured.person];
            for coverage in &insured.coverages {
                let (_, kana) = full(on(&person.names, coverage.from));
                let _ = writeln!(
                    self.0,
                    "{INSURER},,{},{},{kana},{}",
                    person.number,
                    insurance(&coverage.state),
                    iso(person.birth)
                );
            }
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}
