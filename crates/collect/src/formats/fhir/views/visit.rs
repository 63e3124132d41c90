//! Encounter → Visit.

use super::super::concept::Concept;
use super::super::json::Node;
use super::super::systems;
use super::super::view::View;
use kiban_model::Row;
use kiban_model::tables::Visit;

pub(super) fn rows(view: &mut View<'_, '_>) -> Vec<Row> {
    let node = view.node;
    let class = node.at(&["class", "code"]).and_then(Node::text);
    let department = department(view, node);
    let visit = Visit {
        class: class
            .map(|code| class_name(code).to_owned())
            .or_else(|| view.text(node, &["class", "display"])),
        start: view.date(node, &[&["period", "start"], &["classHistory", "period", "start"]]),
        end: view.date(node, &[&["period", "end"]]),
        department: department.code,
        department_system: department.system,
        department_text: department.text,
        ward: view.text(node, &["location", "location", "display"]),
        admission_source: view.concept(node, &["hospitalization", "admitSource"], systems::ANY).code,
        discharge_disposition: view
            .concept(node, &["hospitalization", "dischargeDisposition"], systems::ANY)
            .code,
        status: view.text(node, &["status"]),
        ..Visit::default()
    };
    vec![visit.into()]
}

/// HL7 v3 ActCode → the words of our table; any other code stands as it is (eCheckup says `checkup`).
fn class_name(code: &str) -> &str {
    match code {
        "AMB" => "outpatient",
        "IMP" | "ACUTE" | "NONAC" | "OBSENC" => "inpatient",
        "EMER" => "emergency",
        other => other,
    }
}

/// The department (診療科): `serviceType`, else the eCS extension.
pub(super) fn department(view: &View<'_, '_>, node: &Node<'_>) -> Concept {
    let stated = view.concept(node, &["serviceType"], systems::ANY);
    if !stated.is_empty() {
        return stated;
    }
    let is_department = |e: &&Node<'_>| e.text_of("url").is_some_and(|url| url.ends_with("Department"));
    let extension = node.list("extension").iter().find(is_department);
    extension.map(|e| view.concept(e, &["valueCodeableConcept"], systems::ANY)).unwrap_or_default()
}
