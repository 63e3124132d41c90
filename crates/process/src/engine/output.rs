//! Product tables: their description for the data dictionary, their builders, their order, and the last check.

use super::ProcessError;
use crate::engine::pipeline_of;
use crate::policy::Policy;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use kiban_model::{DateAsGiven, Precision};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// One column of the product.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputColumn {
    /// Name.
    pub name: &'static str,
    /// Japanese name.
    pub japanese: &'static str,
    /// What it holds.
    pub doc: &'static str,
    /// What was done to it.
    pub treatment: Bilingual,
    /// Its type in the product.
    pub data_type: DataType,
}

/// One table of the product, for the data dictionary.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputTable {
    /// Name.
    pub name: &'static str,
    /// Japanese name.
    pub japanese: &'static str,
    /// Columns; the first is `id`, the pseudonym.
    pub columns: Vec<OutputColumn>,
}

impl OutputTable {
    /// The Arrow schema of its batches.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|c| Field::new(c.name, c.data_type.clone(), c.name != "id"));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

/// The pseudonym's column.
pub(super) fn id_column() -> OutputColumn {
    OutputColumn {
        name: "id",
        japanese: "仮名ID",
        doc: "Pseudonym of the person in this project.",
        treatment: Bilingual::new("プロジェクト固有の無作為な仮名", "a random pseudonym of this project"),
        data_type: DataType::Utf8,
    }
}

/// The type of a released column: numbers stay numbers, all else is text.
pub(super) fn data_type(kind: ColumnKind, keeps_type: bool) -> DataType {
    match kind {
        ColumnKind::Number if keeps_type => DataType::Float64,
        ColumnKind::Integer if keeps_type => DataType::Int64,
        _ => DataType::Utf8,
    }
}

/// `2003/7`, `2020/7/29`, `2020/7/29 09:05`: as the Act's briefing writes dates.
pub(super) fn slashed(date: &DateAsGiven) -> String {
    let mut text = date.year().to_string();
    for part in [date.month(), date.day()].into_iter().flatten() {
        // Writing into a String cannot fail.
        let _ = write!(text, "/{part}");
    }
    if date.precision() > Precision::Day
        && let Some((_, time)) = date.to_string().split_once('T')
    {
        let _ = write!(text, " {time}");
    }
    text
}

/// Counts the finished person rows again, from their text alone: as many persons as planned, no pseudonym twice, and the
/// k that the policy asks for (ANO-05). It trusts nothing that was computed before.
pub(super) fn verify(policy: &Policy, batches: &[RecordBatch], persons_out: u64) -> Result<(), ProcessError> {
    let columns: Vec<&str> = policy
        .protect()
        .quasi_identifiers
        .iter()
        .filter(|c| pipeline_of(policy, c).is_some())
        .map(|c| c.name)
        .collect();
    let required = policy.protect().k_anonymity.unwrap_or(1);
    let mut groups: HashMap<Vec<Option<&str>>, u64> = HashMap::new();
    let mut ids: HashSet<&str> = HashSet::new();
    let mut rows = 0u64;
    for batch in batches {
        let text = |name: &str| batch.column_by_name(name).and_then(|array| array.as_string_opt::<i32>());
        let arrays: Option<Vec<_>> = columns.iter().map(|name| text(name)).collect();
        let (Some(arrays), Some(id)) = (arrays, text("id")) else {
            return Err(ProcessError::Verification { found: 0, required });
        };
        for row in 0..batch.num_rows() {
            let key = arrays.iter().map(|array| array.is_valid(row).then(|| array.value(row))).collect();
            *groups.entry(key).or_default() += 1;
            ids.insert(id.value(row));
            rows += 1;
        }
    }
    let found = groups.values().copied().min().unwrap_or(0);
    if rows == persons_out && ids.len() as u64 == rows && (rows == 0 || found >= required) {
        Ok(())
    } else {
        Err(ProcessError::Verification { found, required })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::support::policy;
    use arrow::array::{ArrayRef, StringArray};

    fn persons(rows: &[(&str, &str)]) -> RecordBatch {
        let column = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
        let (ids, sexes) = rows.iter().copied().unzip();
        RecordBatch::try_from_iter([("id", column(ids)), ("sex", column(sexes))]).unwrap()
    }

    // ANO-05: the last check must not depend on what came before it.
    #[test]
    fn a_product_that_lost_its_k_does_not_pass() {
        let policy = policy(
            "kind = \"anonymized\"\nperson.sex.keep = true\n[protect]\nquasi_identifiers = [\"sex\"]\nk_anonymity = 2\nsuppression_limit = 1\n",
        );
        let good = persons(&[("A", "F"), ("B", "F")]);
        assert!(verify(&policy, std::slice::from_ref(&good), 2).is_ok());
        assert!(verify(&policy, &[], 0).is_ok());
        let alone = persons(&[("A", "F"), ("B", "F"), ("C", "M")]);
        assert!(matches!(
            verify(&policy, &[alone], 3),
            Err(ProcessError::Verification { found: 1, required: 2 })
        ));
        assert!(verify(&policy, &[good], 3).is_err(), "somebody is missing");
        assert!(verify(&policy, &[persons(&[("A", "F"), ("A", "F")])], 2).is_err(), "one pseudonym twice");
        let without =
            RecordBatch::try_from_iter([("id", Arc::new(StringArray::from(vec!["A", "B"])) as ArrayRef)])
                .unwrap();
        assert!(verify(&policy, &[without], 2).is_err(), "a quasi-identifier is missing");
    }

    #[test]
    fn dates_as_the_briefing_writes_them() {
        for (iso, slash) in [
            ("2003", "2003"),
            ("2003-07", "2003/7"),
            ("2020-07-29", "2020/7/29"),
            ("2020-07-09T09:05", "2020/7/9 09:05"),
            ("2020-07-09T09:05:07", "2020/7/9 09:05:07"),
        ] {
            assert_eq!(slashed(&DateAsGiven::parse_iso(iso).unwrap()), slash);
        }
    }
}
