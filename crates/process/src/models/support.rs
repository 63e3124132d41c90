//! Small tables for the models' tests.

use super::{Attribute, Classes, Groups, Scene};
use crate::Policy;
use crate::tests::support::policy;
use crate::transforms::ColumnOf;
use kiban_model::tables::table;
use std::collections::BTreeSet;

/// People by class, and the values each has.
pub(super) struct Small {
    pub(super) classes: Classes,
    members: Groups,
    attributes: Vec<Attribute>,
    pub(super) providers: Groups,
}

/// The column that tests call sensitive.
pub(super) fn sensitive() -> ColumnOf {
    let table = table("condition").unwrap();
    ColumnOf { table, column: table.column("code").unwrap() }
}

impl Small {
    /// One entry a person: class and values, each a number of a label.
    pub(super) fn new(people: &[(u32, BTreeSet<u32>)], labels: &[&str]) -> Self {
        let of: Vec<u32> = people.iter().map(|(class, _)| *class).collect();
        let classes = Classes::new(people.len(), &[&of], |_| true);
        let pairs = people
            .iter()
            .zip(0u32..)
            .flat_map(|((_, values), person)| values.iter().map(move |v| (person, *v)));
        let values = Groups::of_pairs(people.len(), pairs);
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        let members = classes.members();
        Self {
            classes,
            members,
            attributes: vec![Attribute { of: sensitive(), values, labels }],
            providers: Groups::default(),
        }
    }

    pub(super) fn scene(&self) -> Scene<'_> {
        Scene {
            classes: &self.classes,
            members: &self.members,
            attributes: &self.attributes,
            providers: &self.providers,
            in_population: &[],
            absent: false,
            population_size: 0,
            earlier: &[],
        }
    }
}

/// A policy that says `line` in `[protect]`.
pub(super) fn saying(line: &str) -> Policy {
    policy(&format!(
        "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.sex.keep = true\ncondition.code.keep = true\n\
         protect.quasi_identifiers = [\"sex\"]\nprotect.{line}\n"
    ))
}
