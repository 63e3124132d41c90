//! ImagingStudy → Image.

use super::super::json::Node;
use super::super::systems;
use super::super::view::{View, as_float};
use kiban_model::Row;
use kiban_model::tables::Image;

pub(super) fn rows(view: &mut View<'_, '_>) -> Vec<Row> {
    let node = view.node;
    let own = view.concept(node, &["modality"], systems::ANY).code;
    let site = view.concept(node, &["series", "bodySite"], systems::ANY);
    // A count beyond 2^53 is no count: the cast saturates and is checked by the range.
    let images = node
        .get("numberOfInstances")
        .and_then(Node::number)
        .and_then(as_float)
        .filter(|n| (0.0..1e15).contains(n));
    let image = Image {
        modality: own.or_else(|| view.concept(node, &["series", "modality"], systems::ANY).code),
        body_site: site.text.or(site.code),
        text: view.text(node, &["description"]).or_else(|| view.text(node, &["series", "description"])),
        time: view.date(node, &[&["started"]]),
        images: images.map(|n| n as i64),
        status: view.text(node, &["status"]),
        ..Image::default()
    };
    vec![image.into()]
}
