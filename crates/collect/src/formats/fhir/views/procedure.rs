//! Procedure, Immunization and ServiceRequest → Procedure.

use super::super::json::Node;
use super::super::systems;
use super::super::view::View;
use super::visit::department;
use kiban_model::Row;
use kiban_model::tables::Procedure;

pub(super) fn rows(view: &mut View<'_, '_>, kind: &str) -> Vec<Row> {
    let node = view.node;
    let (category, code, site) = match kind {
        "Immunization" => ("immunization", "vaccineCode", "site"),
        "ServiceRequest" => ("order", "code", "bodySite"),
        _ => ("performed", "code", "bodySite"),
    };
    let concept = view.concept(node, &[code], systems::PROCEDURE);
    let sites: Vec<String> = node.list(site).iter().filter_map(|s| site_text(view, s)).collect();
    let procedure = Procedure {
        category: Some(category.to_owned()),
        code: concept.code,
        code_system: concept.system,
        text: concept.text,
        other_codes: concept.others,
        body_site: (!sites.is_empty()).then(|| sites.join("、")),
        start: view.date(
            node,
            &[
                &["performedDateTime"],
                &["performedPeriod", "start"],
                &["occurrenceDateTime"],
                &["occurrencePeriod", "start"],
                &["authoredOn"],
                &["recorded"],
            ],
        ),
        end: view.date(node, &[&["performedPeriod", "end"], &["occurrencePeriod", "end"]]),
        status: view.text(node, &["status"]),
        department_text: department(view, node).text,
        ..Procedure::default()
    };
    vec![procedure.into()]
}

fn site_text(view: &View<'_, '_>, site: &Node<'_>) -> Option<String> {
    let concept = view.concept(site, &[], systems::ANY);
    concept.text.or(concept.code)
}
