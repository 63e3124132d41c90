//! Condition → Condition.

use super::super::json::Node;
use super::super::reasons;
use super::super::systems;
use super::super::view::View;
use kiban_model::Row;
use kiban_model::tables::{Condition, systems::ICD10};

pub(super) fn rows(view: &mut View<'_, '_>) -> Vec<Row> {
    let node = view.node;
    let concept = view.concept(node, &["code"], systems::DISEASE);
    let status = |view: &View<'_, '_>, name| view.concept(node, &[name], systems::ANY).code;
    let verification = status(view, "verificationStatus");
    let mut outcome = status(view, "clinicalStatus");
    if verification.as_deref() == Some("refuted") {
        view.warn(&reasons::REFUTED, "verificationStatus");
        outcome = verification.clone();
    }
    let category = status(view, "category").map(|code| match code.as_str() {
        "problem-list-item" => "problem".to_owned(),
        "encounter-diagnosis" => "encounter".to_owned(),
        _ => code,
    });
    let condition = Condition {
        icd10: concept.code_in(ICD10).map(|code| code.replace('.', "")),
        code: concept.code,
        code_system: concept.system,
        text: concept.text,
        other_codes: concept.others,
        modifiers: modifiers(view, node),
        start: view.date(node, &[&["onsetDateTime"], &["onsetPeriod", "start"]]),
        end: view.date(
            node,
            &[&["abatementDateTime"], &["abatementPeriod", "end"], &["abatementPeriod", "start"]],
        ),
        outcome,
        suspected: match verification.as_deref() {
            Some("provisional" | "differential" | "unconfirmed") => Some(true),
            Some("confirmed") => Some(false),
            _ => None,
        },
        main: diagnosis_type(view, node).map(|kind| kind == "principal"),
        category,
        ..Condition::default()
    };
    vec![condition.into()]
}

/// Prefix and postfix modifiers (修飾語) in the order given.
fn modifiers(view: &View<'_, '_>, node: &Node<'_>) -> Option<String> {
    let extensions = node.get("code").map_or(&[][..], |code| code.list("extension"));
    let codes: Vec<String> = extensions
        .iter()
        .filter(|e| e.text_of("url").is_some_and(|url| url.ends_with("fixModifier")))
        .filter_map(|e| view.concept(e, &["valueCodeableConcept"], &[]).code)
        .collect();
    (!codes.is_empty()).then(|| codes.join(","))
}

fn diagnosis_type(view: &View<'_, '_>, node: &Node<'_>) -> Option<String> {
    let extension = node
        .list("extension")
        .iter()
        .find(|e| e.text_of("url").is_some_and(|url| url.ends_with("DiagnosisType")))?;
    view.concept(extension, &["valueCodeableConcept"], systems::ANY).code
}
