//! The finished product's cells counted again for the models that look at values: l-diversity, t-closeness, kᵐ-anonymity (ANO-05).
//!
//! It sees what leaves, batch by batch, and nothing of what was computed before: who is who by pseudonym, classes by the cells of
//! `person`, values by the cells of the columns that models name. A model that does not hold of them is a defect of Kiban, and
//! the run fails. What is held are distinct pairs of person and value, as many as the plan held.

use super::{OutputTable, ProcessError, pipeline_of};
use crate::models::km_anonymity;
use crate::models::{Attribute, Classes, Groups, KmAnonymity, Scene};
use crate::pairs::Pairs;
use crate::policy::{DateStyle, Policy};
use crate::transforms::{CodedGroup, ColumnOf};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use kiban_model::report::Bilingual;
use kiban_model::tables::{Column, ColumnKind, Person};
use std::collections::HashMap;

/// The cells of a product on its way out.
#[derive(Debug)]
pub(super) struct Recount<'p> {
    policy: &'p Policy,
    /// Pseudonyms in the order of the person table, which is theirs.
    ids: Vec<String>,
    quasi: Vec<Counted>,
    attributes: Vec<(ColumnOf, Counted)>,
    /// A table with a row of nobody.
    unreadable: Option<&'static str>,
}

/// Values of one column.
#[derive(Default)]
struct Counted {
    labels: Vec<String>,
    known: HashMap<String, u32>,
    of: Pairs,
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Counted({})", self.labels.len())
    }
}

impl Counted {
    /// Having no value is value 0.
    fn new() -> Self {
        let mut counted = Self::default();
        counted.number("");
        counted
    }

    fn number(&mut self, label: &str) -> u32 {
        if let Some(number) = self.known.get(label) {
            return *number;
        }
        let next = self.labels.len() as u32;
        self.labels.push(label.to_owned());
        self.known.insert(label.to_owned(), next);
        next
    }

    /// (person, value) once each, in order; value 0 for whoever has none.
    fn values(self, persons: usize) -> (Groups, Vec<String>) {
        let found = self.of.groups(persons);
        let own = |person: usize| if found.of(person).is_empty() { &[0] } else { found.of(person) };
        let pairs: Vec<(u32, u32)> =
            (0..persons).flat_map(|person| own(person).iter().map(move |v| (person as u32, *v))).collect();
        (Groups::of_pairs(persons, pairs.into_iter()), self.labels)
    }
}

impl<'p> Recount<'p> {
    /// `None` where the policy has no model to count again, or no person table leaves.
    pub(super) fn new(policy: &'p Policy) -> Option<Self> {
        let protect = policy.protect();
        let named: Vec<ColumnOf> = protect.attributes().collect();
        let quasi: Vec<Counted> = protect.quasi_identifiers.iter().map(|_| Counted::new()).collect();
        (!named.is_empty() && policy.table(Person::TABLE.name).is_some()).then(|| Self {
            policy,
            ids: Vec::new(),
            quasi,
            attributes: named.into_iter().map(|of| (of, Counted::new())).collect(),
            unreadable: None,
        })
    }

    /// A batch of the product. The person table comes first.
    pub(super) fn take(&mut self, table: &OutputTable, batch: &RecordBatch) {
        if self.counted(table, batch).is_none() {
            self.unreadable = Some(table.name);
        }
    }

    /// `None` where a row belongs to nobody.
    fn counted(&mut self, table: &OutputTable, batch: &RecordBatch) -> Option<()> {
        let ids = batch.column_by_name("id")?.as_string_opt::<i32>()?;
        if table.name == Person::TABLE.name {
            let first = self.ids.len() as u32;
            self.ids.extend((0..batch.num_rows()).map(|row| ids.value(row).to_owned()));
            for (column, counted) in self.policy.protect().quasi_identifiers.iter().zip(&mut self.quasi) {
                let Some(cells) = Cells::of(self.policy, batch, &[column]) else { continue };
                for (row, person) in (0..batch.num_rows()).zip(first..) {
                    let number = counted.number(&cells.said(row));
                    counted.of.push(person, number);
                }
            }
        }
        for (of, counted) in self.attributes.iter_mut().filter(|(of, _)| of.table.name == table.name) {
            let Some(cells) = Cells::of(self.policy, batch, &told(*of)) else { continue };
            let mut last: Option<(&str, u32)> = None;
            for row in 0..batch.num_rows() {
                let id = ids.value(row);
                // Rows of a person come one after the other.
                let person = match last.filter(|(known, _)| *known == id) {
                    Some((_, person)) => person,
                    None => self.ids.binary_search_by(|known| known.as_str().cmp(id)).ok()? as u32,
                };
                last = Some((id, person));
                let number = counted.number(&cells.said(row));
                if number != 0 {
                    counted.of.push(person, number);
                }
            }
        }
        Some(())
    }

    /// Whether every model that was taken in holds.
    pub(super) fn finish(self) -> Result<(), ProcessError> {
        let Self { policy, ids, quasi, attributes, unreadable } = self;
        if let Some(table) = unreadable {
            return Err(ProcessError::Assemble { table });
        }
        let (persons, protect) = (ids.len(), policy.protect());
        let leaves = |column: &&'static Column| pipeline_of(policy, column).is_some();
        let shown = protect.quasi_identifiers.iter().zip(quasi).filter(|(column, _)| leaves(column));
        let columns: Vec<Vec<u32>> =
            shown.map(|(_, counted)| counted.values(persons).0.members().to_vec()).collect();
        let columns: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
        let classes = Classes::new(persons, &columns, |_| true);
        let attributes: Vec<Attribute> = attributes
            .into_iter()
            .map(|(of, counted)| {
                let (values, labels) = counted.values(persons);
                Attribute { of, values, labels }
            })
            .collect();
        let scene = Scene {
            classes: &classes,
            members: &classes.members(),
            attributes: &attributes,
            providers: &Groups::default(),
            in_population: &[],
            absent: false,
            population_size: 0,
            earlier: &[],
        };
        for model in protect.models.iter().filter(|model| model.looks_at().is_some()) {
            if !model.breaks(&scene).is_empty() {
                return Err(ProcessError::Recount { model: model.name() });
            }
        }
        match &protect.km_anonymity {
            Some(model) if fewest(model, policy, &attributes).is_some_and(|people| people < model.k) => {
                Err(ProcessError::Recount { model: Bilingual::new("kᵐ-匿名性", "kᵐ-anonymity") })
            }
            _ => Ok(()),
        }
    }
}

/// The fewest people who share a set of at most m codes. What says nothing is no code: no value, and the last word of a rule.
fn fewest(model: &KmAnonymity, policy: &Policy, attributes: &[Attribute]) -> Option<u32> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut codes = 0;
    for attribute in attributes.iter().filter(|attribute| model.of.contains(&attribute.of)) {
        let rule = policy.table(attribute.of.table.name)?.columns.iter().find_map(|c| c.pipeline.rare())?;
        let last = attribute.labels.iter().position(|label| label == rule.then()).unwrap_or(0) as u32;
        for (person, values) in (0..).zip(attribute.values.iter()) {
            let own = values.iter().filter(|value| **value != 0 && **value != last);
            pairs.extend(own.map(|value| (person, codes + value)));
        }
        codes += attribute.labels.len() as u32;
    }
    pairs.sort_unstable();
    let people = pairs.last().map_or(0, |(person, _)| *person as usize + 1);
    let lives = Groups::of_pairs(people, pairs.into_iter());
    km_anonymity::fewest(&lives, lives.members(), &vec![None; codes as usize], model.m)
}

/// The column, and those of its group that may say the same in its place.
fn told(of: ColumnOf) -> Vec<&'static Column> {
    let group = CodedGroup::of(of.table.name, of.column.name);
    let others =
        group.into_iter().flat_map(|group| group.columns().filter(|name| Some(*name) != group.system));
    let others = others.filter(|name| *name != of.column.name).filter_map(|name| of.table.column(name));
    std::iter::once(of.column).chain(others).collect()
}

/// Columns of a batch of which the first that says something is what a row says.
struct Cells<'b> {
    arrays: Vec<&'b ArrayRef>,
    /// Dates written with slashes.
    is_slashed: bool,
}

impl<'b> Cells<'b> {
    /// `None` where none of them leaves.
    fn of(policy: &Policy, batch: &'b RecordBatch, columns: &[&'static Column]) -> Option<Self> {
        let arrays: Vec<_> = columns.iter().filter_map(|column| batch.column_by_name(column.name)).collect();
        let is_date = columns.first().is_some_and(|column| column.kind == ColumnKind::Date);
        let is_slashed = is_date && policy.date_style() == DateStyle::Slash;
        (!arrays.is_empty()).then_some(Self { arrays, is_slashed })
    }

    fn said(&self, row: usize) -> String {
        let cells = self.arrays.iter().filter(|array| array.is_valid(row)).map(|array| cell(array, row));
        let said = cells.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        if !self.is_slashed {
            return said;
        }
        // In the order of time, as models compare dates.
        let parts: Vec<String> = said.split('/').map(|part| format!("{part:0>2}")).collect();
        parts.join("-")
    }
}

fn cell(array: &ArrayRef, row: usize) -> String {
    match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        _ => array.as_string_opt::<i32>().map_or_else(String::new, |array| array.value(row).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::output::OutputColumn;
    use super::*;
    use crate::tests::support::policy;
    use arrow::array::StringArray;
    use kiban_model::tables::Condition;
    use std::sync::Arc;

    fn table(name: &'static str, columns: &[(&'static str, &[&str])]) -> (OutputTable, RecordBatch) {
        let described = |name| OutputColumn {
            name,
            japanese: "",
            doc: "",
            treatment: Bilingual::new("", ""),
            data_type: DataType::Utf8,
        };
        let output = OutputTable {
            name,
            japanese: "",
            columns: columns.iter().map(|(name, _)| described(*name)).collect(),
        };
        let arrays = columns.iter().map(|(name, values)| {
            let cells = values.iter().map(|value| Some(*value).filter(|value| !value.is_empty()));
            (*name, Arc::new(StringArray::from_iter(cells)) as ArrayRef)
        });
        (
            output,
            RecordBatch::try_from_iter_with_nullable(arrays.map(|(name, array)| (name, array, true)))
                .unwrap(),
        )
    }

    const DISEASE: &str = Condition::TABLE.name;

    /// Two women and two men with the diseases given, one a row.
    fn counted(line: &str, rows: &[(&str, &str)]) -> Result<(), ProcessError> {
        let policy = policy(&format!(
            "kind = \"pseudonymized\"\nfree_text = \"held-back\"\nperson.sex.keep = true\n\
             condition.code.rare = {{ fewer_than = 2, roll_up = \"icd10\", then = \"その他\" }}\n\
             [protect]\nquasi_identifiers = [\"sex\"]\n{line}\n"
        ));
        let mut recount = Recount::new(&policy).unwrap();
        let (persons, batch) =
            table("person", &[("id", &["A", "B", "C", "D"]), ("sex", &["F", "F", "M", "M"])]);
        recount.take(&persons, &batch);
        let (ids, codes): (Vec<&str>, Vec<&str>) = rows.iter().copied().unzip();
        let (conditions, batch) = table(DISEASE, &[("id", &ids), ("code", &codes)]);
        recount.take(&conditions, &batch);
        recount.finish()
    }

    // ANO-05: the last count must not depend on what came before it.
    #[test]
    fn a_product_that_lost_its_diversity_does_not_pass() {
        let line = "l_diversity = { of = \"condition.code\", distinct = 2 }";
        assert!(counted(line, &[("A", "I10"), ("B", "E11"), ("C", "I10"), ("D", "E11")]).is_ok());
        assert!(counted(line, &[("A", "I10"), ("B", "E11"), ("C", "I10")]).is_ok(), "having none is a value");
        let alike = counted(line, &[("A", "I10"), ("B", "I10"), ("C", "I10"), ("D", "E11")]);
        assert!(matches!(alike, Err(ProcessError::Recount { .. })), "{alike:?}");
        let nobody = counted(line, &[("A", "I10"), ("E", "E11")]);
        assert!(matches!(nobody, Err(ProcessError::Assemble { table: "condition" })), "{nobody:?}");
    }

    #[test]
    fn nor_one_that_lost_its_closeness_or_a_set_of_codes() {
        let line = "t_closeness = { of = \"condition.code\", t = 0.4, distance = \"equal\" }";
        assert!(counted(line, &[("A", "I10"), ("B", "E11"), ("C", "I10"), ("D", "E11")]).is_ok());
        assert!(counted(line, &[("A", "I10"), ("B", "I10"), ("C", "E11"), ("D", "E11")]).is_err());
        let line = "km_anonymity = { of = [\"condition.code\"], m = 2, k = 2 }";
        let pairs = [("A", "I10"), ("A", "E11"), ("B", "I10"), ("B", "E11"), ("C", "E11"), ("D", "I10")];
        assert!(counted(line, &pairs).is_ok());
        assert!(counted(line, &pairs[..3]).is_err(), "one woman alone has both");
        assert!(
            counted(line, &[("A", "その他"), ("B", "E11"), ("C", "E11")]).is_ok(),
            "the last word says nothing"
        );
    }
}
