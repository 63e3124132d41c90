//! The second reading: one table's rows, treated cell by cell, summed up before and after.
//!
//! Treating cannot fail: what a treatment does not understand is empty and counted. Only a batch that is not what its
//! table says stops the run.

use super::batch::{Source, person_ids};
use super::items::{Fate, Items, ShownValues, ValueSources};
use super::measure::group_sources;
use super::output::{self, Builder, OutputColumn, OutputTable, Waiting};
use super::persons::{Persons, Release};
use super::{ProcessError, TableRows, remarks};
use crate::Cell;
use crate::keys::Keys;
use crate::policy::{DateStyle, TablePolicy};
use crate::transforms::{Outcome, Pipeline, RareCodes};
use crate::utility::Summariser;
use arrow::array::RecordBatch;
use kiban_model::report::{Bilingual, ColumnChange, ColumnSummary};
use kiban_model::tables::Column;

/// One column of the table, released or not.
#[derive(Debug)]
struct RunColumn<'p> {
    column: &'static Column,
    /// `None`: it does not leave.
    pipeline: Option<&'p Pipeline>,
    builder: Builder,
    before: Summariser,
    after: Summariser,
    changed: u64,
    emptied: u64,
}

/// A finished table.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) table: OutputTable,
    pub(super) batches: Vec<RecordBatch>,
    pub(super) columns: Vec<ColumnChange>,
    pub(super) rows: TableRows,
    pub(super) remarks: Vec<Bilingual>,
}

/// One table on its way.
#[derive(Debug)]
pub(super) struct TableRun<'p> {
    policy: &'p TablePolicy,
    output: OutputTable,
    ids: Builder,
    columns: Vec<RunColumn<'p>>,
    rare: Option<&'p RareCodes>,
    items: Items<'p>,
    batches: Vec<RecordBatch>,
    waiting: Vec<Waiting>,
    rows_in: u64,
    pub(super) ambiguous: u64,
    pub(super) unnamed: u64,
}

/// Columns that hold the value of an observation.
const VALUE_COLUMNS: [&str; 5] = ["value", "value_number", "comparator", "value_code", "value_system"];

impl<'p> TableRun<'p> {
    pub(super) fn new(policy: &'p TablePolicy, style: DateStyle, rare: Option<&'p RareCodes>) -> Self {
        let released = |c: &Column| policy.column(c.name).map(|c| &c.pipeline).filter(|p| !p.is_dropped());
        // The first column is the person's number at the provider: it is not in the tables of a run.
        let columns = policy.table.all_columns().filter(|c| c.name != "subject_id");
        let mut output = OutputTable {
            name: policy.table.name,
            japanese: policy.table.japanese,
            columns: vec![output::id_column()],
        };
        let mut run_columns = Vec::new();
        for column in columns {
            // `all_columns` borrows from the table; the table's columns live as long as the program.
            let Some(column) = policy.table.column(column.name) else { continue };
            let pipeline = released(column);
            // A number that an item's section may turn into a class keeps its type: the class stands in the value column.
            let data_type = output::data_type(column.kind, pipeline.is_none_or(Pipeline::keeps_type));
            if let Some(pipeline) = pipeline {
                output.columns.push(OutputColumn {
                    name: column.name,
                    japanese: column.japanese,
                    doc: column.doc.trim(),
                    treatment: remarks::treatment(policy, column, pipeline),
                    data_type: data_type.clone(),
                });
            }
            run_columns.push(RunColumn {
                column,
                pipeline,
                builder: Builder::new(&data_type, style),
                before: Summariser::new(column.kind),
                after: Summariser::new(column.kind),
                changed: 0,
                emptied: 0,
            });
        }
        let ids = Builder::new(&output::id_column().data_type, style);
        let items = Items::new(policy);
        Self {
            policy,
            output,
            ids,
            columns: run_columns,
            rare,
            items,
            batches: Vec::new(),
            waiting: Vec::new(),
            rows_in: 0,
            ambiguous: 0,
            unnamed: 0,
        }
    }

    /// Treats a batch.
    pub(super) fn batch(
        &mut self,
        batch: &RecordBatch,
        persons: &Persons,
        release: &Release,
        keys: &Keys,
    ) -> Result<(), ProcessError> {
        let table = self.policy.table;
        let sources: Result<Vec<Source<'_>>, _> =
            self.columns.iter().map(|run| Source::of(batch, table, run.column)).collect();
        let sources = sources?;
        let values = ValueSources::of(batch, self.policy)?;
        let group = self.rare.map(|rare| group_sources(rare, batch, table)).transpose()?;
        let (at, mut row_out) = (self.batches.len(), 0);
        for (row, id) in person_ids(batch, table)?.values().iter().enumerate() {
            self.rows_in += 1;
            let person = persons.find(*id, table)?;
            for (run, source) in self.columns.iter_mut().zip(&sources) {
                if let Some(text) = source.cell(row).text() {
                    run.before.add(&text, source.number(row), person);
                }
            }
            let Some(place) = release.place(person) else { continue };
            let fate = values.as_ref().map_or(Fate::Columns, |v| v.fate(&self.items, row));
            match fate {
                Fate::Dropped => {
                    self.unnamed += 1;
                    continue;
                }
                Fate::Ambiguous => self.ambiguous += 1,
                _ => {}
            }
            let subject = persons.subject(person, keys);
            let shown = values.as_ref().and_then(|v| v.shown(fate, row, &subject));
            let group_values: Option<Vec<Option<&str>>> =
                group.as_ref().map(|sources| sources.iter().map(|source| source.text(row)).collect());
            let rolled_up = self
                .rare
                .zip(group_values.as_ref())
                .and_then(|(rare, v)| Some((rare, rare.outcome(v, Some(person))?)));
            for (run, source) in self.columns.iter_mut().zip(&sources) {
                let Some(pipeline) = run.pipeline else { continue };
                let given = source.cell(row);
                let special = (run.column.name == "provider_id").then(|| release.pool_of(&given)).flatten();
                let special = special
                    .or_else(|| rolled_up.and_then(|(rare, outcome)| of_group(rare, outcome, run.column)))
                    .or_else(|| shown.as_ref().and_then(|shown| of_item(shown, run.column, &given)));
                let treated = match special {
                    Some(cell) => cell,
                    None => pipeline.apply(given.clone(), &subject),
                };
                run.take(&given, &treated, person);
            }
            self.ids.append(&Cell::Text(release.pseudonym(place).into()));
            self.waiting.push((place, at, row_out));
            row_out += 1;
        }
        let mut arrays = vec![self.ids.finish()];
        arrays.extend(
            self.columns.iter_mut().filter(|run| run.pipeline.is_some()).map(|run| run.builder.finish()),
        );
        let treated = RecordBatch::try_new(self.output.schema(), arrays);
        self.batches.push(treated.map_err(|_| ProcessError::Assemble { table: table.name })?);
        Ok(())
    }

    /// Orders what was treated and sums up.
    pub(super) fn finish(self) -> Result<Finished, ProcessError> {
        let rows_out = self.waiting.len() as u64;
        let remarks = remarks::of_table(&self);
        let rows = TableRows { table: self.policy.table.name, rows_in: self.rows_in, rows_out };
        let batches = output::in_order(&self.output, &self.batches, self.waiting)?;
        let table = self.policy.table.name;
        let change = |run: RunColumn<'_>| ColumnChange {
            table: table.to_owned(),
            column: run.column.name.to_owned(),
            japanese: run.column.japanese.to_owned(),
            treatment: run.pipeline.map_or_else(
                || Pipeline::dropped().words(),
                |p| remarks::treatment(self.policy, run.column, p),
            ),
            changed: run.changed,
            emptied: run.emptied,
            before: run.before.finish(),
            after: if run.pipeline.is_some() { run.after.finish() } else { ColumnSummary::default() },
            dropped: run.pipeline.is_none(),
        };
        let columns = self.columns.into_iter().map(change).collect();
        Ok(Finished { table: self.output, batches, columns, rows, remarks })
    }

    /// Table of the run.
    pub(super) const fn policy(&self) -> &'p TablePolicy {
        self.policy
    }
}

impl RunColumn<'_> {
    fn take(&mut self, given: &Cell<'_>, treated: &Cell<'_>, person: u32) {
        if treated.is_empty() {
            self.emptied += u64::from(!given.is_empty());
        } else {
            self.changed += u64::from(given.text() != treated.text());
        }
        if let Some(text) = treated.text() {
            let number = match treated {
                Cell::Number(number) => Some(*number),
                Cell::Integer(number) => Some(*number as f64),
                _ => None,
            };
            self.after.add(&text, number, person);
        }
        self.builder.append(treated);
    }
}

fn of_group<'o>(rare: &RareCodes, outcome: &'o Outcome, column: &Column) -> Option<Cell<'o>> {
    let group = rare.group();
    group.columns().any(|name| name == column.name).then(|| outcome.cell(group, column.name))
}

/// What an item's section makes of a value column; `None`: the column's own section decides.
fn of_item<'b>(shown: &ShownValues, column: &Column, given: &Cell<'b>) -> Option<Cell<'b>> {
    if !VALUE_COLUMNS.contains(&column.name) {
        return None;
    }
    Some(match (shown, column.name) {
        (ShownValues::Kept, _) => given.clone(),
        // Number and comparator agree with the value; a coded value may say more than the treated one.
        (ShownValues::AsGiven, "value" | "value_number" | "comparator") => given.clone(),
        (ShownValues::Class(cell), "value") => cell.clone(),
        _ => Cell::Empty,
    })
}
