//! From a world to folders of files: one module a format, the papers beside them.
//!
//! Writers look at a world and never change it; everything they count goes to [`crate::Expected`].

pub(crate) mod delivery;
pub(crate) mod fhir;
pub(crate) mod papers;
pub(crate) mod ssmix2;
mod uke;

use crate::calendar::iso;
use crate::expected::Expected;
use crate::governance::{deal, known, provided_on};
use crate::person::Place;
use crate::registration::Registration;
use crate::world::{SynthError, World, Written};
use delivery::{Delivery, save};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The insurer's provider id.
const INSURER: &str = "insurer-d";

pub(crate) fn write(world: &World, dir: &Path) -> Result<Written, SynthError> {
    let mut expected = summary(world);
    let mut truth = papers::Truth::default();
    for (number, place) in Place::ALL.into_iter().enumerate() {
        let registrations: Vec<&Registration> =
            world.registrations.iter().filter(|r| r.place == place).collect();
        let mut delivery = Delivery::new(dir, place.provider());
        if place.is_hospital() {
            ssmix2::write(world, place, &registrations, &mut delivery)?;
        } else {
            fhir::write(world, &registrations, &mut delivery)?;
        }
        let dealings =
            deal(world.seed, number, &known(&registrations), &world.people, world.first, world.last);
        let files: Vec<_> =
            registrations.iter().map(|r| (*r, r.on_file(&world.people[r.person], world.last))).collect();
        papers::of_institution(world, &files, &dealings, &mut delivery)?;
        truth.institution(place, &registrations, &world.people);
        delivery.close(world)?;
        expected.providers.insert(place.provider().to_owned(), delivery.expected);
    }
    let mut delivery = Delivery::new(dir, INSURER);
    let insured = uke::write(world, &mut delivery)?;
    let known: Vec<_> = insured.iter().map(|i| (i.person, i.since)).collect();
    let dealings = deal(world.seed, Place::ALL.len(), &known, &world.people, world.first, world.last);
    papers::of_insurer(world, &insured, &dealings, &mut delivery)?;
    truth.insurer(&insured, &world.people);
    delivery.close(world)?;
    expected.providers.insert(INSURER.to_owned(), delivery.expected);

    save(&dir.join("truth.csv"), truth.text().as_bytes(), "truth.csv")?;
    let json = serde_json::to_vec_pretty(&expected)
        .map_err(|source| SynthError::Json { what: "world.json", source })?;
    save(&dir.join("world.json"), &json, "world.json")?;
    let providers = expected.providers.keys().map(|provider| dir.join(provider)).collect();
    Ok(Written { providers, expected })
}

fn summary(world: &World) -> Expected {
    let mut places: BTreeMap<usize, BTreeSet<Place>> = BTreeMap::new();
    for registration in &world.registrations {
        places.entry(registration.person).or_default().insert(registration.place);
    }
    Expected {
        seed: world.seed,
        from: iso(world.first),
        to: iso(world.last),
        provided_on: iso(provided_on(world.last)),
        persons: world.people.len(),
        shared_persons: places.values().filter(|p| p.len() > 1).count(),
        persons_at_all_three: places.values().filter(|p| p.len() == 3).count(),
        twins: world.people.iter().filter(|p| p.is_twin).count(),
        marriages: world.events.marriages,
        households_moved: world.events.households_moved,
        insurance_changes: world.events.insurance_changes,
        deaths: world.people.iter().filter(|p| p.death.is_some_and(|d| d <= world.last)).count(),
        rare_diseases: rare(world),
        providers: BTreeMap::new(),
    }
}

/// People on record with each rare disease: treated somewhere at or after its onset.
fn rare(world: &World) -> BTreeMap<String, usize> {
    let mut people = BTreeMap::new();
    for person in &world.people {
        for illness in person.illnesses.iter().filter(|i| i.disease.course == "rare") {
            if person.visits.iter().any(|v| v.place == illness.place && v.day >= illness.onset) {
                *people.entry(illness.disease.icd10.to_owned()).or_default() += 1;
            }
        }
    }
    people
}
