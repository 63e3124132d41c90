//! Observation → Observation: the value itself, then its components, then contained observations (組織培養 and kin).

use super::super::concept::Concept;
use super::super::json::Node;
use super::super::systems;
use super::super::view::{Quantity, View, as_float};
use kiban_model::Row;
use kiban_model::tables::Observation;

/// Rows of an Observation, whether the resource itself or one contained in it.
pub(super) fn rows(view: &mut View<'_, '_>, observation: &Node<'_>) -> Vec<Row> {
    let shared = shared(view, observation);
    let mut rows = Vec::new();
    let own = with_value(view, shared.clone(), observation);
    if own.value.is_some()
        || own.value_code.is_some()
        || own.flag.is_some()
        || observation.list("component").is_empty()
    {
        rows.push(own.into());
    }
    for component in observation.list("component") {
        let flag = Observation { flag: None, reference_range: None, ..shared.clone() };
        rows.push(with_value(view, flag, component).into());
    }
    rows.extend(contained(view, observation));
    rows
}

/// Rows of observations contained in a resource.
pub(super) fn contained(view: &mut View<'_, '_>, resource: &Node<'_>) -> Vec<Row> {
    let inner =
        resource.list("contained").iter().filter(|c| c.text_of("resourceType") == Some("Observation"));
    inner.flat_map(|observation| rows(view, observation)).collect()
}

fn shared(view: &mut View<'_, '_>, node: &Node<'_>) -> Observation {
    let specimen = specimen(view, node);
    Observation {
        category: category(node),
        specimen: specimen.code,
        specimen_text: specimen.text,
        time: view
            .date(node, &[&["effectiveDateTime"], &["effectivePeriod", "start"], &["effectiveInstant"]]),
        status: view.text(node, &["status"]),
        ..Observation::default()
    }
}

/// The general category (laboratory, vital-signs …) where one is given, else the first.
fn category(node: &Node<'_>) -> Option<String> {
    let codings = || node.list("category").iter().flat_map(|c| c.list("coding"));
    let general = |c: &&Node<'_>| {
        c.text_of("system")
            .is_some_and(|url| url.to_ascii_lowercase().replace('-', "").contains("observationcategory"))
    };
    let coding = codings().find(general).or_else(|| codings().next())?;
    coding.text_of("code").map(str::to_owned)
}

fn specimen(view: &mut View<'_, '_>, node: &Node<'_>) -> Concept {
    let Some(reference) = node.get("specimen") else { return Concept::default() };
    let named = Concept { text: view.text(reference, &["display"]), ..Concept::default() };
    match view.follow(reference, "specimen") {
        Some(found) => {
            let concept = view.concept(found.node(), &["type"], systems::ANY);
            if concept.is_empty() { named } else { concept }
        }
        None => named,
    }
}

/// `holder` is the observation or one of its components: code, value, range and flag stand in both alike.
fn with_value(view: &mut View<'_, '_>, row: Observation, holder: &Node<'_>) -> Observation {
    let code = view.concept(holder, &["code"], systems::LABORATORY);
    let mut row = Observation {
        code: code.code,
        code_system: code.system,
        text: code.text,
        other_codes: code.others,
        reference_range: range(view, holder),
        flag: view.concept(holder, &["interpretation"], systems::ANY).code,
        ..row
    };
    for (name, value) in holder.members() {
        let text = |node: &Node<'_>| view.clean(node.text().or(node.number()));
        match name.as_ref() {
            "valueQuantity" => {
                let quantity = Quantity::read(Some(value));
                (row.value, row.value_number, row.unit, row.comparator) =
                    (quantity.digits, quantity.number, quantity.unit, quantity.comparator);
            }
            "valueCodeableConcept" => {
                let concept = view.concept(holder, &["valueCodeableConcept"], systems::ANY);
                (row.value, row.value_code, row.value_system) = (concept.text, concept.code, concept.system);
            }
            "valueInteger" => {
                row.value_number = value.number().and_then(as_float);
                row.value = text(value);
            }
            "valueString" | "valueTime" | "valueDateTime" => row.value = text(value),
            "valueBoolean" => row.value = value.flag().map(|flag| flag.to_string()),
            "valueRange" => row.value = between(value),
            "valueRatio" => row.value = ratio(value),
            "valuePeriod" => {
                let end = |name| value.text_of(name).unwrap_or("");
                row.value = Some(format!("{}/{}", end("start"), end("end")));
            }
            "valueSampledData" => row.value = value.text_of("data").map(str::to_owned),
            // Why there is no value: told from a value by its system.
            "dataAbsentReason" => {
                let concept = view.concept(holder, &["dataAbsentReason"], systems::ANY);
                (row.value_code, row.value_system) = (concept.code, concept.system);
            }
            _ => {}
        }
    }
    row
}

fn range(view: &View<'_, '_>, holder: &Node<'_>) -> Option<String> {
    let range = holder.at(&["referenceRange"])?;
    view.text(range, &["text"]).or_else(|| between(range))
}

/// `3.7-7.8`, `>=3.7`, `<=7.8`, digits as written.
fn between(range: &Node<'_>) -> Option<String> {
    let end = |name: &str| range.get(name)?.get("value")?.number();
    match (end("low"), end("high")) {
        (Some(low), Some(high)) => Some(format!("{low}-{high}")),
        (Some(low), None) => Some(format!(">={low}")),
        (None, Some(high)) => Some(format!("<={high}")),
        (None, None) => None,
    }
}

fn ratio(ratio: &Node<'_>) -> Option<String> {
    let part = |name: &str| ratio.get(name)?.get("value")?.number();
    Some(format!("{}:{}", part("numerator")?, part("denominator")?))
}
