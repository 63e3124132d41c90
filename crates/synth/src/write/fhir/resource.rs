//! The resources, one function each, as JP Core 1.1.2 and CLINS shape them.

use crate::calendar::{Day, iso, iso_time};
use crate::dice::Dice;
use crate::person::{Allergen, Illness, Measured, Outcome, Place, Prescribed, Visit};
use crate::registration::OnFile;
use crate::tables::{Lab, department};
use crate::write::ssmix2::usage;
use kiban_model::Sex;
use serde_json::{Value, json};

/// Ten digits: prefecture, 点数表 1, institution (formats §4).
fn institution() -> String {
    format!("221{}", Place::ClinicC.institution())
}

fn profile(name: &str) -> Value {
    json!({ "profile": [format!("http://jpfhir.jp/fhir/core/StructureDefinition/{name}")] })
}

/// How references are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// `Patient/<id>`.
    Relative,
    /// `urn:uuid:<id>`, the `fullUrl` of an entry.
    FullUrl,
    /// `#<id>`, contained in the same resource.
    Contained,
}

/// A resource with its id.
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) resource: Value,
}

impl Written {
    fn new(dice: &mut Dice, mut resource: Value) -> Self {
        let id = dice.uuid();
        if let Value::Object(map) = &mut resource {
            map.shift_insert(1, "id".to_owned(), Value::String(id.clone()));
        }
        Self { id, resource }
    }

    /// A reference to it.
    pub(crate) fn link(&self, links: Links) -> String {
        match links {
            Links::Relative => {
                format!(
                    "{}/{}",
                    self.resource.get("resourceType").and_then(Value::as_str).unwrap_or(""),
                    self.id
                )
            }
            Links::FullUrl => format!("urn:uuid:{}", self.id),
            Links::Contained => format!("#{}", self.id),
        }
    }
}

/// A number with the decimals it was written with.
fn number(text: &str) -> Value {
    text.parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}

fn name(text: [&str; 2], representation: &str) -> Value {
    json!({
        "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": representation }],
        "use": "usual",
        "text": format!("{} {}", text[0], text[1]),
        "family": text[0],
        "given": [text[1]],
    })
}

pub(crate) fn organization() -> Value {
    json!({
        "resourceType": "Organization",
        "id": "clinic",
        "meta": profile("JP_Organization"),
        "identifier": [{
            "system": "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no",
            "value": institution(),
        }],
        "name": Place::ClinicC.name(),
    })
}

pub(crate) fn patient(dice: &mut Dice, file: &OnFile, local_id: &str, death: Option<Day>) -> Written {
    let coverage = &file.coverage;
    let member = format!(
        "{:0>8}:{}:{}:{}",
        coverage.insurer.number, coverage.symbol, coverage.number, coverage.branch
    );
    let home = &file.home;
    let mut resource = json!({
        "resourceType": "Patient",
        "meta": profile("JP_Patient"),
        "identifier": [
            { "system": format!("urn:oid:1.2.392.100495.20.3.51.1{}", institution()), "value": local_id },
            { "system": "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID", "value": member },
        ],
        "name": [
            name([&file.name.family, &file.name.given], "IDE"),
            name([&file.name.family_kana, &file.name.given_kana], "SYL"),
        ],
        "telecom": [{ "system": "phone", "value": home.phone, "use": "home" }],
        "gender": match file.sex { Sex::Male => "male", Sex::Female => "female", Sex::Other => "other", Sex::Unknown => "unknown" },
        "birthDate": iso(file.birth),
        "address": [{ "text": home.address, "postalCode": home.postal_code, "country": "JP" }],
    });
    // Clinics seldom learn of a death: about half have it on file.
    if let (Some(death), true) = (death, dice.chance(500)) {
        resource["deceasedDateTime"] = Value::String(iso(death));
    }
    Written::new(dice, resource)
}

pub(crate) fn coverage(dice: &mut Dice, file: &OnFile, subject: &str) -> Written {
    let own = &file.coverage;
    let extension = |name: &str, value: &str| json!({ "url": format!("http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_{name}"), "valueString": value });
    let extensions: Vec<Value> = [
        ("InsuredPersonSymbol", &own.symbol),
        ("InsuredPersonNumber", &own.number),
        ("InsuredPersonSubNumber", &own.branch),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| extension(name, value))
    .collect();
    let resource = json!({
        "resourceType": "Coverage",
        "meta": profile("JP_Coverage"),
        "extension": extensions,
        "status": "active",
        "type": { "coding": [{ "system": "urn:oid:1.2.392.100495.20.2.61", "code": "1", "display": "医保" }] },
        "beneficiary": { "reference": subject },
        "payor": [{
            "identifier": { "system": "urn:oid:1.2.392.100495.20.3.61", "value": own.insurer.number },
            "display": own.insurer.name,
        }],
    });
    Written::new(dice, resource)
}

pub(crate) fn encounter(dice: &mut Dice, visit: &Visit, subject: &str) -> Written {
    let department = department(visit.department);
    let resource = json!({
        "resourceType": "Encounter",
        "meta": profile("JP_Encounter"),
        "status": "finished",
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB", "display": "外来" },
        "serviceType": { "coding": [{
            "system": "http://jami.jp/SS-MIX2/CodeSystem/ClinicalDepartment", "code": department.code, "display": department.name,
        }] },
        "subject": { "reference": subject },
        "period": { "start": iso_time(visit.day, visit.minute), "end": iso_time(visit.day, visit.minute + 45) },
    });
    Written::new(dice, resource)
}

/// A contained specimen of a laboratory item.
pub(super) fn specimen(lab: &Lab) -> Value {
    json!({
        "resourceType": "Specimen",
        "id": "specimen",
        "type": { "coding": [{
            "system": "http://jpfhir.jp/fhir/core/CodeSystem/JP_ObservationSampleMaterialCode_CS",
            "code": lab.specimen_code,
            "display": lab.specimen,
        }] },
    })
}

pub(crate) fn observation(
    dice: &mut Dice,
    visit: &Visit,
    measured: &Measured,
    subject: &str,
    encounter: &str,
) -> Written {
    let lab = measured.lab;
    let (kind, category) =
        if lab.specimen.is_empty() { ("VitalSigns", "vital-signs") } else { ("LabResult", "laboratory") };
    let mut resource = json!({
        "resourceType": "Observation",
        "meta": profile(&format!("JP_Observation_{kind}")),
        "status": "final",
        "category": [{ "coding": [{
            "system": "http://jpfhir.jp/fhir/core/CodeSystem/JP_SimpleObservationCategory_CS", "code": category,
        }] }],
        "code": {
            "coding": [
                { "system": "http://jpfhir.jp/fhir/clins/CodeSystem/JP_CLINS_ObsLabResult_LocalCode_CS", "code": format!("L-{}", lab.key), "display": lab.name },
                { "system": "http://medis.or.jp/CodeSystem/master-JLAC10-17digits", "code": lab.jlac10, "display": lab.name },
            ],
            "text": lab.name,
        },
        "subject": { "reference": subject },
        "encounter": { "reference": encounter },
        "effectiveDateTime": iso_time(visit.day, visit.minute + 10),
        "valueQuantity": { "value": number(&measured.value), "unit": lab.unit },
    });
    if category == "laboratory" && lab.high < 900.0 {
        let bound = |value: f64| json!({ "value": number(&value.to_string()), "unit": lab.unit });
        resource["referenceRange"] = json!([{ "low": bound(lab.low), "high": bound(lab.high) }]);
    }
    if !measured.flag().is_empty() {
        resource["interpretation"] = json!([{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": measured.flag(),
        }] }]);
    }
    Written::new(dice, resource)
}

pub(crate) fn condition(dice: &mut Dice, illness: &Illness, subject: &str) -> Written {
    let disease = illness.disease;
    let status = |system: &str, code: &str| json!({ "coding": [{ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code }] });
    let name = if illness.suspected { format!("{}の疑い", disease.name) } else { disease.name.to_owned() };
    let mut resource = json!({
        "resourceType": "Condition",
        "meta": profile("JP_Condition"),
        "clinicalStatus": status("condition-clinical", if illness.ended.is_some() { "resolved" } else { "active" }),
        "verificationStatus": status("condition-ver-status", if illness.suspected { "provisional" } else { "confirmed" }),
        "code": {
            "coding": [
                { "system": "http://medis.or.jp/CodeSystem/master-disease-keyNumber", "code": disease.management_number, "display": disease.name },
                { "system": "http://medis.or.jp/CodeSystem/master-disease-exCode", "code": disease.exchange_code, "display": disease.name },
                { "system": "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full", "code": disease.icd10 },
            ],
            "text": name,
        },
        "subject": { "reference": subject },
        "onsetDateTime": iso(illness.onset),
    });
    if let Some((day, outcome)) = illness.ended {
        resource["abatementDateTime"] = Value::String(iso(day));
        if outcome == Outcome::Died {
            resource["note"] = json!([{ "text": "転帰：死亡" }]);
        }
    }
    Written::new(dice, resource)
}

pub(crate) fn medication_request(
    dice: &mut Dice,
    visit: &Visit,
    prescribed: &Prescribed,
    subject: &str,
    encounter: &str,
) -> Written {
    let drug = prescribed.drug;
    let (code, text) = usage(drug);
    let quantity = |value: usize| json!({ "value": value, "unit": drug.unit, "system": "urn:oid:1.2.392.100495.20.2.101", "code": drug.unit_code });
    let days =
        json!({ "value": prescribed.days, "unit": "日", "system": "http://unitsofmeasure.org", "code": "d" });
    let resource = json!({
        "resourceType": "MedicationRequest",
        "meta": profile("JP_MedicationRequest"),
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [
                { "system": "http://medis.or.jp/CodeSystem/master-HOT9", "code": drug.hot9, "display": drug.name },
                { "system": "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code", "code": drug.price_code, "display": drug.name },
            ],
            "text": drug.name,
        },
        "subject": { "reference": subject },
        "encounter": { "reference": encounter },
        "authoredOn": iso_time(visit.day, visit.minute + 40),
        "dosageInstruction": [{
            "text": text,
            "timing": { "code": { "coding": [{ "system": "urn:oid:1.2.392.200250.2.2.20", "code": code, "display": text }] } },
            "doseAndRate": [{ "doseQuantity": quantity(drug.dose) }],
        }],
        "dispenseRequest": { "quantity": quantity(super::super::ssmix2::amount(prescribed)), "expectedSupplyDuration": days },
    });
    Written::new(dice, resource)
}

pub(crate) fn allergy(dice: &mut Dice, allergen: &Allergen, subject: &str) -> Written {
    let resource = json!({
        "resourceType": "AllergyIntolerance",
        "meta": profile("JP_AllergyIntolerance"),
        "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active" }] },
        "type": "allergy",
        "category": [allergen.fhir_category],
        "code": { "text": allergen.name },
        "patient": { "reference": subject },
    });
    Written::new(dice, resource)
}
