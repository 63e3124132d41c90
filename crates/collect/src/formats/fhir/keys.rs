//! Keys: what successive versions of one resource share.

use super::json::Node;
use super::people::identifiers;
use super::systems::{RESOURCE_INSTANCE, WITHIN_ORDER};

/// `Type|system|value` of the identifier that is unique for the instance, else of the first that means something outside
/// its order, else `Type|id`.
pub(super) fn key(node: &Node<'_>, kind: &str) -> Option<String> {
    let all = identifiers(node.list("identifier"));
    let instance = all.iter().find(|(system, _)| system == RESOURCE_INSTANCE);
    let first = all.iter().find(|(system, _)| !WITHIN_ORDER.contains(&system.as_str()));
    match instance.or(first) {
        Some((system, value)) => Some(format!("{kind}|{system}|{value}")),
        None => node.text_of("id").map(|id| format!("{kind}|{id}")),
    }
}
