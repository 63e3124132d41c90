//! The comparison by itself (比較の核): for an engine that finds the pairs elsewhere, such as a cluster running SQL.
//!
//! A [`Comparer`] holds the statements and the weights of a run; pairs come as two Arrow columns of row numbers and go back
//! as a column of weights. The keys of every rule come as a column too, so that the pairs are a join on equal keys. Nothing
//! else of a statement leaves it.

use crate::block::Rule;
use crate::encode::Table;
use crate::estimate::{Model, SubjectPair};
use crate::table::{TableEncoder, assemble};
use crate::{Constraints, Settings, Stage, Statistics};
use arrow::array::{Float64Array, UInt32Array, UInt64Array};

/// Statements and weights, ready to compare. Shared by all threads. Has no `Debug`: it identifies persons.
pub struct Comparer {
    table: Table,
    model: Model,
    rules: Vec<Rule>,
    rows_of_subjects: Vec<u32>,
}

impl Comparer {
    /// Learns the weights for a table; row numbers are positions in it, in the order of its parts.
    pub fn learn(parts: Vec<TableEncoder>, settings: &Settings, tell: &(dyn Fn(Stage) + Sync)) -> Self {
        tell(Stage::Assemble);
        let mut statistics = Statistics::default();
        let (table, settings) = assemble(parts, settings, &mut statistics);
        let constraints = Constraints::default().resolve(&table, &mut statistics);
        let found = crate::run(&table, &constraints, &settings, &mut statistics, tell);
        let mut rows_of_subjects = vec![0; table.subjects.len()];
        for (at, row) in (0u32..).zip(&table.rows) {
            if let Some(slot) = rows_of_subjects.get_mut(row.subject as usize) {
                *slot = at;
            }
        }
        Self { table, model: found.model, rules: found.rules, rows_of_subjects }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows_of_subjects.len()
    }

    /// The rules whose keys make the pairs.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// (row, key) for every key a rule gives: rows with the same key are to be compared.
    pub fn keys(&self, rule: Rule) -> (UInt32Array, UInt64Array) {
        let mut rows = Vec::new();
        let mut keys = Vec::new();
        for (number, at) in (0u32..).zip(&self.rows_of_subjects) {
            let Some(row) = self.table.row(*at).filter(|row| !row.is_aside()) else { continue };
            for key in rule.keys(&self.table, row).into_iter().filter(|key| *key != 0) {
                rows.push(number);
                keys.push(key);
            }
        }
        (rows.into(), keys.into())
    }

    /// log₂ of the odds that two rows are one person's, pair by pair; no answer where a number is missing or not a row.
    pub fn weights(&self, a: &UInt32Array, b: &UInt32Array) -> Float64Array {
        let row = |number: Option<u32>| self.rows_of_subjects.get(number? as usize).copied();
        let weight = |(a, b)| {
            let rows = (row(a)?, row(b)?);
            SubjectPair::of_rows(&self.table, &self.model, rows, f64::NEG_INFINITY).map(|pair| pair.weight)
        };
        a.iter().zip(b.iter()).map(weight).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::table::{Schema, Wanted, link_table};
    use arrow::array::{RecordBatch, StringArray};
    use std::sync::Arc;

    #[test]
    fn weights_are_those_of_a_run() {
        let schema =
            Schema::parse("record_id = 'id'\n[columns]\nname = 'name'\nborn = 'birth_date'\nphone = 'phone'")
                .unwrap();
        let text = |values: Vec<&str>| Arc::new(StringArray::from(values)) as arrow::array::ArrayRef;
        let batch = RecordBatch::try_from_iter([
            ("name", text(vec!["山田　太郎", "山田　太郎", "佐藤　花子"])),
            ("born", text(vec!["1970-03-02", "1970-03-02", "1950-11-30"])),
            ("phone", text(vec!["090-1111-2222", "09011112222", "03-1234-5678"])),
        ])
        .unwrap();
        let part = || {
            let mut encoder = TableEncoder::new(&schema);
            encoder.push(&batch).unwrap();
            vec![encoder]
        };
        let settings = Settings::default();
        let comparer = Comparer::learn(part(), &settings, &|_| {});
        let run = link_table(part(), &settings, Wanted { pairs: true, ..Wanted::default() }, &|_| {});
        let (a, b) = (UInt32Array::from(vec![Some(0), Some(0), None]), UInt32Array::from(vec![1, 2, 1]));
        let weights = comparer.weights(&a, &b);
        let pair = run.pairs.first().unwrap();
        assert_eq!((pair.a, pair.b, pair.weight), (0, 1, weights.value(0)));
        assert!(weights.value(1) < -10.0 && arrow::array::Array::is_null(&weights, 2));
        let (rows, keys) = comparer.keys(Rule::Phone);
        assert_eq!(
            (rows.len(), keys.value(0) == keys.value(1), keys.value(0) == keys.value(2)),
            (3, true, false)
        );
    }
}
