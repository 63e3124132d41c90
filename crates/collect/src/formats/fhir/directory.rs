//! What stands around a resource: the other entries of its Bundle, by the references that can lead to them.

use super::json::{self, Node};
use super::kinds::is_type_name;
use super::people::{Identifier, Person};
use std::collections::{HashMap, HashSet};

/// The entries of a Bundle as seen from one of them; empty for a resource delivered alone.
#[derive(Default)]
pub(super) struct Directory<'a> {
    /// Patients in the Bundle.
    people: Vec<Person>,
    /// Reference → Patients it leads to.
    people_by_reference: HashMap<String, Vec<usize>>,
    /// Reference → text of a resource that is not a Patient.
    others: HashMap<String, &'a str>,
    /// Keys that several resources of the Bundle share, so that they do not tell versions apart.
    pub shared_keys: HashSet<String>,
    /// The person a document Bundle is about, where it holds one Patient only and its Composition points there.
    pub document_subject: Option<Person>,
    /// How deep a resource may nest.
    pub depth: usize,
}

/// Where a reference points, by its form alone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'r> {
    /// `#id`
    Contained(&'r str),
    /// `Type/id`; true if the reference is relative.
    Typed(&'r str, &'r str, bool),
    /// `Type?identifier=system|value`
    Conditional(&'r str, Identifier),
    /// A URN or anything else that only a `fullUrl` can resolve.
    Opaque,
}

/// Reads the form of a reference.
pub(super) fn target(reference: &str) -> Target<'_> {
    if let Some(id) = reference.strip_prefix('#') {
        return Target::Contained(id);
    }
    if let Some((kind, query)) = reference.split_once("?identifier=") {
        let kind = kind.rsplit('/').next().unwrap_or(kind);
        let value = query.split('&').next().unwrap_or(query).replace("%7C", "|").replace("%7c", "|");
        return match value.split_once('|') {
            Some((system, value)) if is_type_name(kind) && !value.contains('%') => {
                Target::Conditional(kind, (system.to_owned(), value.to_owned()))
            }
            _ => Target::Opaque,
        };
    }
    let reference = reference.split("/_history/").next().unwrap_or(reference);
    let mut parts = reference.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some(id), Some(kind)) if is_type_name(kind) && !id.is_empty() => {
            Target::Typed(kind, id, parts.next().is_none())
        }
        _ => Target::Opaque,
    }
}

impl<'a> Directory<'a> {
    /// A directory without entries.
    pub(super) fn empty(depth: usize) -> Self {
        Self { depth, ..Self::default() }
    }

    /// Enters a Patient under its `fullUrl` and its relative reference.
    pub(super) fn add_person(&mut self, person: Person, full_url: Option<&str>) {
        let number = self.people.len();
        let relative = person.id.as_ref().map(|id| format!("Patient/{id}"));
        for reference in relative.into_iter().chain(full_url.map(str::to_owned)) {
            let list = self.people_by_reference.entry(reference).or_default();
            if !list.contains(&number) {
                list.push(number);
            }
        }
        self.people.push(person);
    }

    /// Enters any other resource.
    pub(super) fn add_other(&mut self, kind: &str, id: Option<&str>, full_url: Option<&str>, text: &'a str) {
        let relative = id.map(|id| format!("{kind}/{id}"));
        for reference in relative.into_iter().chain(full_url.map(str::to_owned)) {
            self.others.entry(reference).or_insert(text);
        }
    }

    /// Patients a reference leads to.
    pub(super) fn people(&self, reference: &str) -> Vec<&Person> {
        let reference = reference.split("/_history/").next().unwrap_or(reference);
        let numbers = self.people_by_reference.get(reference).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|number| self.people.get(*number)).collect()
    }

    /// All Patients in the Bundle.
    pub(super) fn everyone(&self) -> &[Person] {
        &self.people
    }

    /// Whether a reference leads to any entry.
    pub(super) fn knows(&self, reference: &str) -> bool {
        self.people_by_reference.contains_key(reference) || self.others.contains_key(reference)
    }

    /// Whether there are entries at all, so that a URN that leads nowhere is a gap and not another file.
    pub(super) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.others.is_empty()
    }

    /// The resource a reference leads to, parsed; contained ones are found by the caller.
    pub(super) fn other(&self, reference: &str) -> Option<Node<'a>> {
        let reference = reference.split("/_history/").next().unwrap_or(reference);
        json::parse(self.others.get(reference)?, self.depth).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_references() {
        assert_eq!(target("#p"), Target::Contained("p"));
        assert_eq!(target("Patient/7/_history/2"), Target::Typed("Patient", "7", true));
        assert_eq!(target("https://ehr.example/fhir/Patient/7"), Target::Typed("Patient", "7", false));
        assert_eq!(target("urn:uuid:0"), Target::Opaque);
        assert_eq!(
            target("Patient?identifier=s%7C9"),
            Target::Conditional("Patient", ("s".into(), "9".into()))
        );
        assert_eq!(target(""), Target::Opaque);
        assert_eq!(target("Patient/"), Target::Opaque);
    }
}
