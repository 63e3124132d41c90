//! MedicationRequest, -Administration, -Dispense, -Statement → Medication: one row a drug and dosage.
//!
//! A mixed injection (a contained Medication with ingredients) gives one row an ingredient.

use super::super::concept::Concept;
use super::super::json::Node;
use super::super::reasons;
use super::super::systems;
use super::super::view::{Quantity, View};
use super::visit::department;
use kiban_model::tables::{Medication, systems::PRICE_LIST_DRUG, systems::YJ};
use kiban_model::{DateAsGiven, Row};

/// A drug, and its amount where an ingredient states one.
type Drug = (Concept, Option<Quantity>);

pub(super) fn rows(view: &mut View<'_, '_>, kind: &str) -> Vec<Row> {
    let node = view.node;
    let dosages: Vec<&Node<'_>> =
        ["dosageInstruction", "dosage"].iter().flat_map(|name| node.list(name)).collect();
    let mut rows = Vec::new();
    for (concept, amount) in drugs(view) {
        let shared = common(view, kind, concept);
        if dosages.is_empty() {
            rows.push(with_dose(view, shared, None, amount.clone()).into());
            continue;
        }
        for dosage in &dosages {
            rows.push(with_dose(view, shared.clone(), Some(dosage), amount.clone()).into());
        }
    }
    rows
}

fn drugs(view: &mut View<'_, '_>) -> Vec<Drug> {
    let node = view.node;
    let Some(reference) = node.get("medicationReference") else {
        return vec![(view.concept(node, &["medicationCodeableConcept"], systems::DRUG), None)];
    };
    let Some(found) = view.follow(reference, "medicationReference") else {
        view.warn(&reasons::DANGLING, "medicationReference");
        return vec![(Concept { text: view.text(reference, &["display"]), ..Concept::default() }, None)];
    };
    let medication = found.node();
    let ingredients = medication.list("ingredient");
    if ingredients.is_empty() {
        return vec![(view.concept(medication, &["code"], systems::DRUG), None)];
    }
    let amount =
        |ingredient: &Node<'_>| ingredient.at(&["strength", "numerator"]).map(|n| Quantity::read(Some(n)));
    ingredients
        .iter()
        .map(|i| (view.concept(i, &["itemCodeableConcept"], systems::DRUG), amount(i)))
        .collect()
}

/// Columns that do not depend on the dosage.
fn common(view: &mut View<'_, '_>, kind: &str, drug: Concept) -> Medication {
    let node = view.node;
    let quantity =
        Quantity::read(node.at(&["dispenseRequest", "quantity"]).or_else(|| node.at(&["quantity"])));
    Medication {
        category: Some(
            match kind {
                "MedicationRequest" => "order",
                "MedicationAdministration" => "administration",
                "MedicationDispense" => "dispense",
                _ => "statement",
            }
            .to_owned(),
        ),
        price_list_code: drug.code_in(YJ).or_else(|| drug.code_in(PRICE_LIST_DRUG)).map(str::to_owned),
        code: drug.code,
        code_system: drug.system,
        text: drug.text,
        other_codes: drug.others,
        quantity: quantity.digits,
        quantity_number: quantity.number,
        quantity_unit: quantity.unit,
        days: Quantity::read(
            node.at(&["dispenseRequest", "expectedSupplyDuration"]).or_else(|| node.at(&["daysSupply"])),
        )
        .number,
        status: view.text(node, &["status"]),
        department_text: department(view, node).text,
        ..Medication::default()
    }
}

fn with_dose(
    view: &mut View<'_, '_>,
    row: Medication,
    dosage: Option<&Node<'_>>,
    amount: Option<Quantity>,
) -> Medication {
    let node = view.node;
    let (start, end) = period(view, dosage);
    let Some(dosage) = dosage else {
        let dose = amount.unwrap_or_default();
        return Medication {
            dose: dose.digits,
            dose_number: dose.number,
            dose_unit: dose.unit,
            start,
            end,
            ..row
        };
    };
    let stated = dosage.at(&["doseAndRate", "doseQuantity"]).or_else(|| dosage.at(&["dose"]));
    let dose = amount.unwrap_or_else(|| Quantity::read(stated));
    let usage = view.concept(dosage, &["timing", "code"], systems::USAGE);
    let route = view.concept(dosage, &["route"], systems::ANY);
    let days = row.days.or_else(|| days(dosage)).or_else(|| Quantity::read(node.at(&["daysSupply"])).number);
    Medication {
        dose: dose.digits,
        dose_number: dose.number,
        dose_unit: dose.unit,
        usage: usage.code,
        usage_system: usage.system,
        usage_text: view.text(dosage, &["text"]).or(usage.text),
        route: route.code.or(route.text),
        days,
        start,
        end,
        ..row
    }
}

/// When: given, handed over, or to be used; the order's own date is the last resort.
fn period(view: &mut View<'_, '_>, dosage: Option<&Node<'_>>) -> (Option<DateAsGiven>, Option<DateAsGiven>) {
    let node = view.node;
    let given = view.date(
        node,
        &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["whenHandedOver"], &["whenPrepared"]],
    );
    let ended = view.date(node, &[&["effectivePeriod", "end"]]);
    let extension = dosage.and_then(|d| d.list("extension").iter().find(|e| e.get("valuePeriod").is_some()));
    let from = extension.and_then(|e| view.date(e, &[&["valuePeriod", "start"]]));
    let to = extension.and_then(|e| view.date(e, &[&["valuePeriod", "end"]]));
    let bounds = dosage
        .and_then(|d| view.date(d, &[&["timing", "repeat", "boundsPeriod", "start"], &["timing", "event"]]));
    let bounds_end = dosage.and_then(|d| view.date(d, &[&["timing", "repeat", "boundsPeriod", "end"]]));
    let start = given.or(from).or(bounds).or_else(|| view.date(node, &[&["authoredOn"], &["dateAsserted"]]));
    (start, ended.or(to).or(bounds_end))
}

/// Days of use: a duration in days.
fn days(dosage: &Node<'_>) -> Option<f64> {
    let extension = dosage.list("extension").iter().find_map(|e| e.get("valueDuration"));
    let duration = extension.or_else(|| dosage.at(&["timing", "repeat", "boundsDuration"]))?;
    let in_days = duration.text_of("code").is_none_or(|code| code == "d");
    Quantity::read(Some(duration)).number.filter(|_| in_days)
}
