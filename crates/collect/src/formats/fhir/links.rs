//! References that lead nowhere: noted, since a value without its context may mean something else.

use super::json::{Kind, Node};
use super::reasons;
use super::view::View;

/// Notes references to contained resources that are not there, and URNs no entry of the Bundle bears.
pub(super) fn note(view: &mut View<'_, '_>) {
    let node = view.node;
    let mut waiting = vec![node];
    let mut missing = false;
    while let Some(here) = waiting.pop() {
        match &here.kind {
            Kind::Array(items) => waiting.extend(items),
            Kind::Object(members) => {
                missing |= here.text_of("reference").is_some_and(|reference| leads_nowhere(view, reference));
                waiting.extend(members.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    if missing {
        view.warn(&reasons::DANGLING, "reference");
    }
}

fn leads_nowhere(view: &View<'_, '_>, reference: &str) -> bool {
    match reference.strip_prefix('#') {
        Some("") => false,
        Some(id) => !contains(view.node, id),
        None => {
            reference.starts_with("urn:") && !view.directory.is_empty() && !view.directory.knows(reference)
        }
    }
}

fn contains(node: &Node<'_>, id: &str) -> bool {
    node.text_of("id") == Some(id) || node.list("contained").iter().any(|c| c.text_of("id") == Some(id))
}
