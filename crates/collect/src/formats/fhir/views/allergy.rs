//! AllergyIntolerance → Allergy.

use super::super::json::Node;
use super::super::systems;
use super::super::view::View;
use kiban_model::Row;
use kiban_model::tables::Allergy;

pub(super) fn rows(view: &mut View<'_, '_>) -> Vec<Row> {
    let node = view.node;
    let concept = view.concept(node, &["code"], systems::ANY);
    let reactions: Vec<String> = node
        .list("reaction")
        .iter()
        .flat_map(|r| r.list("manifestation"))
        .filter_map(|m| view.concept(m, &[], systems::ANY).text)
        .collect();
    let categories: Vec<&str> = node.list("category").iter().filter_map(Node::text).collect();
    let allergy = Allergy {
        category: (!categories.is_empty()).then(|| categories.join(",")),
        code: concept.code,
        code_system: concept.system,
        text: concept.text,
        other_codes: concept.others,
        reaction: (!reactions.is_empty()).then(|| reactions.join("、")),
        severity: view.text(node, &["criticality"]).or_else(|| view.text(node, &["reaction", "severity"])),
        start: view.date(node, &[&["onsetDateTime"], &["onsetPeriod", "start"], &["recordedDate"]]),
        status: view.concept(node, &["clinicalStatus"], systems::ANY).code,
        ..Allergy::default()
    };
    vec![allergy.into()]
}
