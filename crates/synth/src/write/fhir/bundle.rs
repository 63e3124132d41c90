//! Bundles: CLINS-like collections of one resource type, and document bundles that open with a Composition.

use super::resource::{self, Links, Written};
use super::{all, kind};
use crate::calendar::{Day, iso_time};
use crate::dice::Dice;
use crate::person::{Person, Place};
use crate::registration::Registration;
use serde_json::{Value, json};

fn entry(written: Written) -> Value {
    json!({ "fullUrl": format!("urn:uuid:{}", written.id), "resource": written.resource })
}

fn bundle(dice: &mut Dice, sort: &str, at: &str, entries: Vec<Value>) -> (String, Value) {
    let id = dice.uuid();
    let bundle = json!({
        "resourceType": "Bundle",
        "id": id,
        "identifier": { "system": "http://jpfhir.jp/fhir/clins/bundle-identifier", "value": id },
        "type": sort,
        "timestamp": at,
        "entry": entries,
    });
    (id, bundle)
}

/// Puts resources into another's `contained`.
fn contain(written: &mut Written, contained: Vec<Value>) {
    written.resource["contained"] = Value::Array(contained);
}

/// A bundle of results for each visit (Patient as an entry, Encounter and Specimen contained in each result), and one of
/// the diseases and prescriptions (Patient contained in each).
pub(super) fn collections(
    dice: &mut Dice,
    person: &Person,
    registration: &Registration,
    last: Day,
) -> Vec<(String, Value)> {
    let mut bundles = Vec::new();
    let mut others = Vec::new();
    for visit in person.visits.iter().filter(|v| v.place == registration.place) {
        let file = registration.on_file(person, visit.day);
        let at = iso_time(visit.day, visit.minute + 60);
        let patient = resource::patient(dice, &file, &registration.local_id, None);
        let subject = patient.link(Links::FullUrl);
        let mut results = Vec::new();
        for measured in visit.results.iter().chain(&visit.vitals) {
            let mut encounter = resource::encounter(dice, visit, &subject);
            encounter.id = "encounter".to_owned();
            encounter.resource["id"] = Value::String(encounter.id.clone());
            let mut observation =
                resource::observation(dice, visit, measured, &subject, &encounter.link(Links::Contained));
            let mut contained = vec![encounter.resource];
            if !measured.lab.specimen.is_empty() {
                contained.push(resource::specimen(measured.lab));
                observation.resource["specimen"] = json!({ "reference": "#specimen" });
            }
            contain(&mut observation, contained);
            results.push(entry(observation));
        }
        if !results.is_empty() {
            results.insert(0, entry(patient));
            bundles.push(bundle(dice, "collection", &at, results));
        }
        for prescribed in &visit.drugs {
            let (patient, encounter) =
                (contained_patient(dice, person, registration, visit.day), contained_encounter(dice, visit));
            let mut request = resource::medication_request(dice, visit, prescribed, "#patient", "#encounter");
            contain(&mut request, vec![patient, encounter]);
            others.push(entry(request));
        }
    }
    for illness in person.illnesses.iter().filter(|i| i.place == registration.place) {
        let mut condition = resource::condition(dice, illness, "#patient");
        contain(&mut condition, vec![contained_patient(dice, person, registration, last)]);
        others.push(entry(condition));
    }
    if !others.is_empty() {
        bundles.push(bundle(dice, "collection", &iso_time(last, 12 * 60), others));
    }
    bundles
}

fn contained_patient(dice: &mut Dice, person: &Person, registration: &Registration, day: Day) -> Value {
    let mut patient =
        resource::patient(dice, &registration.on_file(person, day), &registration.local_id, None);
    patient.resource["id"] = Value::String("patient".to_owned());
    patient.resource
}

fn contained_encounter(dice: &mut Dice, visit: &crate::person::Visit) -> Value {
    let mut encounter = resource::encounter(dice, visit, "#patient");
    encounter.resource["id"] = Value::String("encounter".to_owned());
    encounter.resource
}

/// One document of everything about a person: the Composition first, its sections naming the entries.
pub(super) fn document(
    dice: &mut Dice,
    person: &Person,
    registration: &Registration,
    last: Day,
) -> (String, Value) {
    let resources = all(dice, person, registration, last, Links::FullUrl);
    let links_of = |sort: &str| -> Vec<Value> {
        resources
            .iter()
            .filter(|w| kind(&w.resource) == sort)
            .map(|w| json!({ "reference": w.link(Links::FullUrl) }))
            .collect()
    };
    let sections: Vec<Value> = [
        ("Condition", "傷病名"),
        ("Observation", "検査結果"),
        ("MedicationRequest", "処方"),
        ("AllergyIntolerance", "アレルギー"),
    ]
    .into_iter()
    .map(|(sort, title)| (title, links_of(sort)))
    .filter(|(_, entries)| !entries.is_empty())
    .map(|(title, entries)| {
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{title}：{}件</div>", entries.len());
        json!({ "title": title, "text": { "status": "additional", "div": div }, "entry": entries })
    })
    .collect();
    let at = iso_time(last, 17 * 60);
    let composition = json!({
        "resourceType": "Composition",
        "id": dice.uuid(),
        "status": "final",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "34133-9", "display": "診療情報要約" }] },
        "subject": resources.first().map(|patient| json!({ "reference": patient.link(Links::FullUrl) })),
        "date": at,
        "author": [{ "display": Place::ClinicC.name() }],
        "title": "診療情報要約",
        "section": sections,
    });
    let mut entries = vec![json!({
        "fullUrl": format!("urn:uuid:{}", composition.get("id").and_then(Value::as_str).unwrap_or("")),
        "resource": composition,
    })];
    entries.extend(resources.into_iter().map(entry));
    bundle(dice, "document", &at, entries)
}
