//! The run: persons, lives, suppression, pseudonyms, measuring, transforming, verifying, emitting — in that order.
//!
//! Nothing reaches the sink before suppression is within its limit, every table has been read once without trouble, and
//! the product's person rows have been counted again. A failure leaves the pseudonyms as they were.

mod attack;
mod batch;
mod coded;
mod errors;
mod gates;
mod groups;
mod items;
mod lives;
mod measure;
mod output;
mod persons;
mod plan;
mod remarks;
mod rows;
mod shown;
mod suggest;
mod treated;

pub use attack::{Attacked, WorstPerson, attack};
pub(crate) use coded::Quick;
pub use errors::{ProcessError, SinkError, Step, TablesError};
pub use output::{OutputColumn, OutputTable};
pub(crate) use persons::{Fact, pipeline_of};

use crate::models::{Classes, ReleaseClasses};
use crate::policy::Policy;
use crate::pseudonyms::Pseudonyms;
use arrow::array::RecordBatch;
use kiban_model::report::{Bilingual, ColumnChange, RiskReport};
use plan::Plan;

/// The people whose records a run reads: canonical tables, joined to persons.
pub trait Tables {
    /// The rows of a table: a `person_id` column (int64) besides the table's own; `subject_id` is absent. The `person`
    /// table has exactly one row a person. A table nobody filled has no batch.
    ///
    /// # Errors
    /// The store's, without values.
    #[allow(clippy::type_complexity)]
    fn scan(
        &self,
        table: &str,
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError>;

    /// The same, of which only `person_id` and these columns will be looked at; more may come. Names that the table does
    /// not have ask for nothing. Texts may come as dictionaries with keys of 32 bits.
    ///
    /// # Errors
    /// As [`Self::scan`].
    #[allow(clippy::type_complexity)]
    fn scan_columns(
        &self,
        table: &str,
        columns: &[&str],
    ) -> Result<Box<dyn Iterator<Item = Result<RecordBatch, TablesError>> + '_>, TablesError> {
        let _ = columns;
        self.scan(table)
    }
}

/// Rows of one table before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRows {
    /// Table.
    pub table: &'static str,
    /// Rows read.
    pub rows_in: u64,
    /// Rows of the product.
    pub rows_out: u64,
}

/// What a run did, in counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Processed {
    /// Risk before and after.
    pub risk: RiskReport,
    /// Column by column, for every column of the tables that leave.
    pub columns: Vec<ColumnChange>,
    /// Persons read.
    pub persons_in: u64,
    /// Persons in the product.
    pub persons_out: u64,
    /// The class of every pseudonym: for the caller to seal, and to [`Pseudonyms::remember`] before the next release.
    pub classes: ReleaseClasses,
    /// Rows by table.
    pub rows: Vec<TableRows>,
    /// What a reader must know besides.
    pub remarks: Vec<Bilingual>,
}

/// Makes a product: reads `tables`, treats them as the policy says, hands every product table to `sink` in batches.
///
/// `pseudonyms` is the project's map; on success it holds the newcomers, whom the caller seals in the vault before the
/// product leaves. `seed` picks the newcomers' pseudonyms and shifts; `secret` is the operator's, and without it neither
/// can be repeated. The same arguments give the same batches.
///
/// # Errors
/// [`ProcessError`]. After an error the sink's content is to be thrown away; before the first batch everything was checked
/// that can be checked, so that in practice only the sink itself fails later.
pub fn process(
    policy: &Policy,
    tables: &dyn Tables,
    pseudonyms: &mut Pseudonyms,
    seed: u64,
    secret: &[u8; 32],
    sink: &mut dyn FnMut(&OutputTable, RecordBatch) -> Result<(), SinkError>,
) -> Result<Processed, ProcessError> {
    let Plan { keys, persons, release, measured, next, risk, classes, exceeded, .. } =
        plan::plan(policy, tables, pseudonyms, seed, secret)?;
    if !exceeded.is_empty() {
        return Err(ProcessError::Ceiling { exceeded });
    }
    let persons_out = persons.len() as u64 - risk.suppressed;
    let mut processed = Processed {
        risk,
        columns: Vec::new(),
        persons_in: persons.len() as u64,
        persons_out,
        classes,
        rows: Vec::new(),
        remarks: remarks::of_policy(policy),
    };
    let whose = rows::Whose { persons: &persons, release: &release, keys: &keys };
    // `person` is first in the list of tables: its rows are verified before anything is emitted.
    for table in policy.tables() {
        let name = table.table.name;
        let mut run = rows::TableRun::new(table, policy.date_style(), measured.rare.get(name));
        let output = run.output().clone();
        let rows = measured.rows.get(name).copied().unwrap_or(0);
        if name == "person" {
            let mut batches = Vec::new();
            let mut hold = |batch| {
                batches.push(batch);
                Ok(())
            };
            run.run(tables, rows, whose, &mut hold)?;
            output::verify(policy, &batches, persons_out)?;
            for batch in batches {
                sink(&output, batch)?;
            }
        } else {
            run.run(tables, rows, whose, &mut |batch| sink(&output, batch))?;
        }
        let finished = run.finish();
        processed.columns.extend(finished.columns);
        processed.remarks.extend(finished.remarks);
        processed.rows.push(finished.rows);
    }
    *pseudonyms = next;
    Ok(processed)
}

/// The quasi-identifiers as the product shows them.
#[derive(Debug)]
pub(crate) struct Shown {
    /// In the policy's order.
    pub(crate) columns: Vec<ShownColumn>,
}

/// One of them: equal numbers, equal cells.
#[derive(Debug)]
pub(crate) struct ShownColumn {
    /// A number a person.
    pub(crate) persons: Vec<u32>,
    /// A number a row of the policy's population.
    pub(crate) population: Vec<u32>,
}

impl Shown {
    fn columns(&self) -> Vec<&ShownColumn> {
        self.columns.iter().collect()
    }

    fn classes(&self, persons: usize, included: impl Fn(usize) -> bool) -> Classes {
        let columns: Vec<&[u32]> = self.columns.iter().map(|column| column.persons.as_slice()).collect();
        Classes::new(persons, &columns, included)
    }
}
