//! Coverage → Coverage. Insurer, symbol, number and branch are read into the identity, not here.

use super::super::systems;
use super::super::view::View;
use kiban_model::Row;
use kiban_model::tables::Coverage;

pub(super) fn rows(view: &mut View<'_, '_>) -> Vec<Row> {
    let node = view.node;
    let kind = view.concept(node, &["type"], systems::ANY);
    let coverage = Coverage {
        category: kind.code,
        category_system: kind.system,
        text: kind.text,
        relationship: view.concept(node, &["relationship"], systems::ANY).code,
        start: view.date(node, &[&["period", "start"]]),
        end: view.date(node, &[&["period", "end"]]),
        ..Coverage::default()
    };
    vec![coverage.into()]
}
