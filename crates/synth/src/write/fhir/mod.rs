//! FHIR R4 JP Core as a clinic delivers it: most people as NDJSON by resource type, some as collection bundles in the
//! manner of CLINS (Patient, Encounter and Specimen contained), some as one document bundle each (formats §4).
//!
//! Inside a bundle every reference leads to a `fullUrl` or into `contained`; NDJSON uses relative references. Text is UTF-8
//! with the characters people really use (髙, 﨑, 𠮷), numbers keep the decimals they were measured with.

mod bundle;
pub(crate) mod resource;

use super::delivery::Delivery;
use crate::dice::{Dice, Purpose};
use crate::expected::Bad;
use crate::person::{Person, Place};
use crate::registration::Registration;
use crate::world::{SynthError, World};
use resource::{Links, Written};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything the clinic delivers.
pub(crate) fn write(
    world: &World,
    registrations: &[&Registration],
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    "fhir".clone_into(&mut delivery.expected.format);
    delivery.note = format!("HL7 FHIR R4 JP Core（{}）", Place::ClinicC.name());
    let mut lines: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    add_line(&mut lines, &resource::organization())?;
    delivery.expected.count("Organization");
    for (number, registration) in registrations.iter().enumerate() {
        let person = &world.people[registration.person];
        let mut dice =
            Dice::new(world.seed, Purpose::Writing, registration.person * 3 + Place::ClinicC as usize);
        match number % 10 {
            7 | 8 => {
                for (name, bundle) in bundle::collections(&mut dice, person, registration, world.last) {
                    put_bundle(delivery, &format!("collection/{name}.json"), &bundle)?;
                }
            }
            9 => {
                let (name, bundle) = bundle::document(&mut dice, person, registration, world.last);
                put_bundle(delivery, &format!("document/{name}.json"), &bundle)?;
            }
            _ => {
                for written in all(&mut dice, person, registration, world.last, Links::Relative) {
                    delivery.expected.count(&kind(&written.resource));
                    add_line(&mut lines, &written.resource)?;
                }
            }
        }
    }
    for (kind, bytes) in &lines {
        delivery.put(&format!("ndjson/{kind}.ndjson"), bytes)?;
    }
    broken(delivery, lines.get("Patient"))
}

/// One person's patient, encounters, observations and conditions as NDJSON.
pub(crate) fn write_lines(
    dice: &mut Dice,
    person: &Person,
    registration: &Registration,
    last: i32,
    delivery: &mut Delivery,
) -> Result<(), SynthError> {
    let mut lines = BTreeMap::new();
    for written in all(dice, person, registration, last, Links::Relative) {
        if kind(&written.resource) != "Coverage" {
            add_line(&mut lines, &written.resource)?;
        }
    }
    lines.iter().try_for_each(|(kind, bytes)| delivery.put(&format!("ndjson/{kind}.ndjson"), bytes))
}

/// Every resource about one person, the patient first.
fn all(
    dice: &mut Dice,
    person: &Person,
    registration: &Registration,
    last: i32,
    links: Links,
) -> Vec<Written> {
    let patient =
        resource::patient(dice, &registration.on_file(person, last), &registration.local_id, person.death);
    let subject = patient.link(links);
    let mut all = vec![patient];
    all.push(resource::coverage(dice, &registration.on_file(person, last), &subject));
    all.extend(person.allergies.iter().map(|a| resource::allergy(dice, a, &subject)));
    for illness in person.illnesses.iter().filter(|i| i.place == registration.place) {
        all.push(resource::condition(dice, illness, &subject));
    }
    for visit in person.visits.iter().filter(|v| v.place == registration.place) {
        let encounter = resource::encounter(dice, visit, &subject);
        let at = encounter.link(links);
        all.push(encounter);
        for measured in visit.results.iter().chain(&visit.vitals) {
            all.push(resource::observation(dice, visit, measured, &subject, &at));
        }
        for prescribed in &visit.drugs {
            all.push(resource::medication_request(dice, visit, prescribed, &subject, &at));
        }
    }
    all
}

fn kind(resource: &Value) -> String {
    resource.get("resourceType").and_then(Value::as_str).unwrap_or("").to_owned()
}

fn add_line(lines: &mut BTreeMap<String, Vec<u8>>, resource: &Value) -> Result<(), SynthError> {
    let bytes = lines.entry(kind(resource)).or_default();
    serde_json::to_writer(&mut *bytes, resource)
        .map_err(|source| SynthError::Json { what: "a FHIR resource", source })?;
    bytes.push(b'\n');
    Ok(())
}

fn put_bundle(delivery: &mut Delivery, path: &str, bundle: &Value) -> Result<(), SynthError> {
    for entry in bundle.get("entry").and_then(Value::as_array).into_iter().flatten() {
        delivery.expected.count(&kind(entry.get("resource").unwrap_or(&Value::Null)));
    }
    let bytes =
        serde_json::to_vec(bundle).map_err(|source| SynthError::Json { what: "a FHIR bundle", source })?;
    delivery.put(path, &bytes)
}

/// A bundle cut off and a file that is no FHIR at all (COL-08).
fn broken(delivery: &mut Delivery, patients: Option<&Vec<u8>>) -> Result<(), SynthError> {
    let mut cut = br#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":"#.to_vec();
    cut.extend_from_slice(patients.and_then(|p| p.get(..p.len().min(150))).unwrap_or(b"{"));
    let bad: [(&str, &[u8], &str); 2] = [
        ("collection/broken-cut.json", &cut, "途中で切れた JSON (truncated bundle)"),
        (
            "collection/broken-unknown.json",
            br#"{"resourceType":"Karte","id":"1"}"#,
            "FHIR にない種別 (unknown resource type)",
        ),
    ];
    for (path, bytes, why) in bad {
        delivery.put(path, bytes)?;
        delivery.expected.bad_files.push(Bad { path: path.to_owned(), why: why.to_owned() });
    }
    Ok(())
}
