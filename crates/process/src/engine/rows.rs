//! The second reading: one table's rows as codes, put in the product's order, treated value by value, summed up before and
//! after, and handed out.
//!
//! A table is held as codes, a few bytes a cell; one that would not fit is read several times, some persons each time.
//! Treating cannot fail: what a treatment does not understand is empty and counted. Only a batch that is not what its
//! table says stops the run. Columns are worked on side by side; what they give does not depend on it.

use super::batch::{Source, person_ids};
use super::coded::Coded;
use super::groups::{Decision, Groups};
use super::output::{self, OutputColumn, OutputTable};
use super::persons::{Persons, Release};
use super::treated::Treated;
use super::{ProcessError, SinkError, TableRows, Tables, remarks};
use crate::keys::Keys;
use crate::policy::{DateStyle, TablePolicy};
use crate::transforms::{Pipeline, RareCodes};
use crate::utility::Tally;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use kiban_model::report::{Bilingual, ColumnChange, ColumnSummary};
use kiban_model::tables::{Column, Table};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, mpsc};

/// Rows treated and handed out together.
const ROWS: usize = 65_536;
/// Rows of a shelf.
const SHELF: u64 = 1 << 18;
/// Rows of a table held at once: at some sixty bytes each they stay below two gigabytes.
const HELD: u64 = 1 << 25;

/// One column of the table, released or not.
#[derive(Debug)]
struct RunColumn<'p> {
    column: &'static Column,
    given: Coded,
    before: Tally,
    /// `None`: it does not leave.
    treated: Option<Treated<'p>>,
}

/// What a finished table gives to report.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) columns: Vec<ColumnChange>,
    pub(super) rows: TableRows,
    pub(super) remarks: Vec<Bilingual>,
}

/// What the rows of every table are treated with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) persons: &'a Persons,
    pub(super) release: &'a Release,
    pub(super) keys: &'a Keys,
}

/// One row on its way out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Shelf and place on it.
    pub(super) at: (u32, u32),
    pub(super) person: u32,
    /// The person's place, counting those who do not leave behind those who do.
    pub(super) rank: u32,
    released: bool,
    pub(super) decision: Decision,
    /// The like was not met before: to be decided.
    undecided: bool,
}

/// One table on its way.
#[derive(Debug)]
pub(super) struct TableRun<'p> {
    policy: &'p TablePolicy,
    output: OutputTable,
    columns: Vec<RunColumn<'p>>,
    groups: Groups<'p>,
    /// Whose the rows held are, by shelf.
    people: Vec<Vec<u32>>,
    rows_in: u64,
    rows_out: u64,
    /// Rows whose text and code name two sections.
    ambiguous: u64,
    /// Rows of items that the policy does not name, or drops.
    unnamed: u64,
}

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
                given: Coded::new(column),
                before: Tally::default(),
                treated: pipeline.map(|pipeline| Treated::new(column, pipeline, &data_type, style, rare)),
            });
        }
        let names = run_columns.iter().map(|run| run.column.name);
        let groups = Groups::new(policy, rare, &names.collect::<Vec<_>>());
        Self {
            policy,
            output,
            columns: run_columns,
            groups,
            people: Vec::new(),
            rows_in: 0,
            rows_out: 0,
            ambiguous: 0,
            unnamed: 0,
        }
    }

    /// The product table.
    pub(super) const fn output(&self) -> &OutputTable {
        &self.output
    }

    /// Reads the table, which has so many rows, and hands its product rows out: by pseudonym, then as they came.
    pub(super) fn run(
        &mut self,
        tables: &dyn Tables,
        rows: u64,
        whose: Whose<'_>,
        sink: &mut dyn FnMut(RecordBatch) -> Result<(), SinkError>,
    ) -> Result<(), ProcessError> {
        let ranks = u32::try_from(whose.persons.len()).unwrap_or(u32::MAX);
        let passes = u32::try_from(rows.div_ceil(HELD)).unwrap_or(u32::MAX).max(1);
        let piece = ranks.div_ceil(passes).max(1);
        for first in (0..ranks).step_by(piece as usize) {
            let wanted = first..ranks.min(first.saturating_add(piece));
            let shelves = Shelves::new(wanted, rows / u64::from(passes));
            self.people.resize_with(shelves.count(), Vec::new);
            self.columns.iter_mut().for_each(|run| run.given.clear(shelves.count()));
            self.hold(tables, whose, &shelves, first == 0)?;
            self.emit(whose, &shelves, sink)?;
        }
        if self.rows_out == 0 {
            // An empty table still has its columns: the product's shape does not depend on its content.
            sink(RecordBatch::new_empty(self.output.schema()))?;
        }
        Ok(())
    }

    /// Reads the rows of a pass. What is read and what becomes codes overlap.
    fn hold(
        &mut self,
        tables: &dyn Tables,
        whose: Whose<'_>,
        shelves: &Shelves,
        is_first: bool,
    ) -> Result<(), ProcessError> {
        let table = self.policy.table;
        let Self { columns, people, rows_in, .. } = self;
        std::thread::scope(|scope| {
            let (read, batches) = mpsc::sync_channel::<(RecordBatch, Vec<(u32, u32)>)>(4);
            let coding = scope.spawn(move || {
                batches.into_iter().try_for_each(|(batch, rows)| {
                    columns.par_iter_mut().try_for_each(|run| {
                        run.given.take(&Source::of(&batch, table, run.column)?, &rows);
                        Ok(())
                    })
                })
            });
            let mut reading = || {
                for batch in tables.scan(table.name)? {
                    let batch = batch?;
                    let rows = placed(&batch, table, whose, shelves, people)?;
                    *rows_in += if is_first { batch.num_rows() as u64 } else { 0 };
                    if read.send((batch, rows)).is_err() {
                        // Coding gave up, and says why.
                        break;
                    }
                }
                Ok(())
            };
            let reading = reading();
            drop(read);
            coding.join().unwrap_or(Err(ProcessError::Assemble { table: table.name }))?;
            reading
        })
    }

    /// Hands out what is held. What is treated and what goes to the sink overlap.
    fn emit(
        &mut self,
        whose: Whose<'_>,
        shelves: &Shelves,
        sink: &mut dyn FnMut(RecordBatch) -> Result<(), SinkError>,
    ) -> Result<(), ProcessError> {
        let table = self.policy.table.name;
        std::thread::scope(|scope| {
            let (batches, treated) = mpsc::sync_channel(2);
            let treating = scope.spawn(move || {
                for (shelf, ranks) in (0..).zip(shelves.ranks()) {
                    self.treat(shelf, &ranks, whose, &batches)?;
                }
                Ok(())
            });
            let sunk = treated.into_iter().try_for_each(sink);
            let treated = treating.join().unwrap_or(Err(ProcessError::Assemble { table }));
            sunk?;
            treated
        })
    }

    fn treat(
        &mut self,
        shelf: u32,
        ranks: &Range<u32>,
        whose: Whose<'_>,
        batches: &mpsc::SyncSender<RecordBatch>,
    ) -> Result<(), ProcessError> {
        let people = self.people.get_mut(shelf as usize).map(std::mem::take).unwrap_or_default();
        let order = in_order(&people, whose.release, ranks);
        for rows in order.chunks(ROWS) {
            let person = |at: u32| people.get(at as usize).copied().unwrap_or(0);
            let row = |at: &u32| self.row((shelf, *at), person(*at), whose);
            let mut rows: Vec<Row> = rows.par_iter().map(row).collect();
            for row in rows.iter_mut().filter(|row| row.undecided) {
                row.decision = self.decide(row, whose);
            }
            let count = |is: fn(&&Row) -> bool| rows.par_iter().filter(is).count() as u64;
            self.unnamed += count(|row| row.released && !row.decision.leaves());
            self.ambiguous += count(|row| row.decision.ambiguous);
            let Self { groups, columns, .. } = self;
            let columns = || columns.par_iter_mut().map(|run| run.rows(&rows, groups, whose)).collect();
            let ids = || {
                let leaving = rows.iter().filter(|row| row.decision.leaves());
                let place = |row: &Row| whose.release.place(row.person);
                let ids = leaving.filter_map(|row| Some(whose.release.pseudonym(place(row)?)));
                Arc::new(StringArray::from_iter_values(ids)) as ArrayRef
            };
            let (arrays, ids): (Vec<Option<ArrayRef>>, ArrayRef) = rayon::join(columns, ids);
            self.rows_out += ids.len() as u64;
            if ids.is_empty() {
                continue;
            }
            let arrays = std::iter::once(ids).chain(arrays.into_iter().flatten()).collect();
            let treated = RecordBatch::try_new(self.output.schema(), arrays);
            let treated = treated.map_err(|_| ProcessError::Assemble { table: self.policy.table.name })?;
            if batches.send(treated).is_err() {
                // The sink gave up, and says why.
                return Ok(());
            }
        }
        Ok(())
    }

    fn row(&self, at: (u32, u32), person: u32, whose: Whose<'_>) -> Row {
        let released = whose.release.place(person).is_some();
        let code = |column: usize| self.columns.get(column).map_or(0, |run| run.given.at(at));
        let known = if released { self.groups.known(code) } else { Some(Decision::SUPPRESSED) };
        let rank = whose.release.rank(person);
        let decision = known.unwrap_or(Decision::SUPPRESSED);
        Row { at, person, rank, released, decision, undecided: known.is_none() }
    }

    fn decide(&mut self, row: &Row, whose: Whose<'_>) -> Decision {
        let Self { groups, columns, .. } = self;
        let code = |column: usize| columns.get(column).map_or(0, |run| run.given.at(row.at));
        if let Some(decision) = groups.known(code) {
            return decision;
        }
        let given: Vec<&Coded> = columns.iter().map(|run| &run.given).collect();
        let subject = whose.persons.subject(row.person, whose.keys);
        let verdict = groups.judge(&given, row.at, row.person, &subject);
        let value = verdict
            .value
            .as_ref()
            .and_then(|(column, cell)| Some(columns.get_mut(*column)?.treated.as_mut()?.shown_code(cell)));
        groups.settle(verdict, value)
    }

    /// Sums up.
    pub(super) fn finish(self) -> Finished {
        let remarks = remarks::of_rows(self.policy.table.name, self.unnamed, self.ambiguous);
        let rows =
            TableRows { table: self.policy.table.name, rows_in: self.rows_in, rows_out: self.rows_out };
        let table = self.policy.table.name;
        let change = |run: RunColumn<'_>| {
            let given = |code| {
                (
                    run.given.cell(code).text().map_or_else(Default::default, |t| t.into_owned().into()),
                    run.given.number(code),
                )
            };
            ColumnChange {
                table: table.to_owned(),
                column: run.column.name.to_owned(),
                japanese: run.column.japanese.to_owned(),
                treatment: run.treated.as_ref().map_or_else(
                    || Pipeline::dropped().words(),
                    |treated| remarks::treatment(self.policy, run.column, treated.pipeline()),
                ),
                changed: run.treated.as_ref().map_or(0, |treated| treated.changed),
                emptied: run.treated.as_ref().map_or(0, |treated| treated.emptied),
                before: run.before.summary(run.column.kind, given),
                after: run.treated.as_ref().map_or_else(ColumnSummary::default, Treated::summary),
                dropped: run.treated.is_none(),
            }
        };
        let columns = self.columns.into_iter().map(change).collect();
        Finished { columns, rows, remarks }
    }
}

impl RunColumn<'_> {
    /// Counts rows as given, and makes the array of those that leave.
    fn rows(&mut self, rows: &[Row], groups: &Groups<'_>, whose: Whose<'_>) -> Option<ArrayRef> {
        for row in rows {
            self.before.add(self.given.at(row.at), row.rank);
        }
        let treated = self.treated.as_mut()?;
        Some(treated.rows(&self.given, rows.iter().filter(|row| row.decision.leaves()), groups, whose))
    }
}

/// The rows of a batch that a pass wants, each with its shelf; their persons are noted there.
fn placed(
    batch: &RecordBatch,
    table: &'static Table,
    whose: Whose<'_>,
    shelves: &Shelves,
    people: &mut [Vec<u32>],
) -> Result<Vec<(u32, u32)>, ProcessError> {
    let mut rows = Vec::with_capacity(batch.num_rows());
    for (row, id) in (0..).zip(person_ids(batch, table)?.values()) {
        let person = whose.persons.find(*id, table)?;
        if let Some(shelf) = shelves.of(whose.release.rank(person))
            && let Some(people) = people.get_mut(shelf as usize)
        {
            people.push(person);
            rows.push((row, shelf));
        }
    }
    Ok(rows)
}

/// Persons near one another in the product share a shelf, so that putting its rows in order stays inside a core's cache.
#[derive(Debug)]
struct Shelves {
    ranks: Range<u32>,
    /// Ranks of a shelf.
    each: u32,
}

impl Shelves {
    /// For so many rows of persons of these ranks.
    fn new(ranks: Range<u32>, rows: u64) -> Self {
        let count = u32::try_from(rows / SHELF).unwrap_or(u32::MAX).clamp(1, 1_024);
        let each = (ranks.end - ranks.start).div_ceil(count).max(1);
        Self { ranks, each }
    }

    fn count(&self) -> usize {
        (self.ranks.end - self.ranks.start).div_ceil(self.each) as usize
    }

    fn of(&self, rank: u32) -> Option<u32> {
        self.ranks.contains(&rank).then(|| (rank - self.ranks.start) / self.each)
    }

    fn ranks(&self) -> impl Iterator<Item = Range<u32>> {
        let starts = self.ranks.clone().step_by(self.each as usize);
        starts.map(|start| start..self.ranks.end.min(start.saturating_add(self.each)))
    }
}

/// Rows by the rank of their persons, then as they came (a sort by counting).
fn in_order(people: &[u32], release: &Release, ranks: &Range<u32>) -> Vec<u32> {
    let place = |person: &u32| release.rank(*person).wrapping_sub(ranks.start) as usize;
    let mut next = vec![0u32; ranks.len() + 1];
    for person in people {
        if let Some(count) = next.get_mut(place(person) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut next {
        sum += *start;
        *start = sum;
    }
    let mut order = vec![0u32; people.len()];
    for (at, person) in (0..).zip(people) {
        if let Some(next) = next.get_mut(place(person))
            && let Some(slot) = order.get_mut(*next as usize)
        {
            *slot = at;
            *next += 1;
        }
    }
    order
}
