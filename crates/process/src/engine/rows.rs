//! The second reading: one table's rows as codes, put in the product's order, treated value by value, summed up before and
//! after, and handed out.
//!
//! A table is held as codes, a few bytes a cell; one that would not fit is read several times, some persons each time.
//! Treating cannot fail: what a treatment does not understand is empty and counted. Only a batch that is not what its
//! table says stops the run. Columns are worked on side by side; what they give does not depend on it.

use super::batch::{Source, person_ids};
use super::coded::{Coded, Picked};
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
/// Rows of a table held at once: at some forty bytes each they stay below three gigabytes.
const HELD: u64 = 1 << 26;

/// One column of the table that leaves, or by which it is decided what leaves.
#[derive(Debug)]
struct RunColumn<'p> {
    column: &'static Column,
    given: Coded,
    /// Codes and times of the rows on their way out.
    picked: Picked,
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

/// Rows on their way out together, in the product's order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The persons' places, counting those who do not leave behind those who do.
    pub(super) ranks: Vec<u32>,
    pub(super) decisions: Vec<Decision>,
}

/// One table on its way.
#[derive(Debug)]
pub(super) struct TableRun<'p> {
    policy: &'p TablePolicy,
    output: OutputTable,
    columns: Vec<RunColumn<'p>>,
    groups: Groups<'p>,
    /// Whose the rows held are, as ranks, by shelf.
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
        let groups = Groups::new(policy, rare);
        let mut output = OutputTable {
            name: policy.table.name,
            japanese: policy.table.japanese,
            columns: vec![output::id_column()],
        };
        let mut columns = Vec::new();
        for column in own_columns(policy.table) {
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
            // What neither leaves nor decides is not even read.
            if pipeline.is_some() || groups.looks_at(column.name) {
                columns.push(RunColumn {
                    column,
                    given: Coded::new(column),
                    picked: Picked::default(),
                    before: Tally::default(),
                    treated: pipeline.map(|pipeline| Treated::new(column, pipeline, &data_type, style, rare)),
                });
            }
        }
        let names: Vec<&str> = columns.iter().map(|run| run.column.name).collect();
        let groups = groups.placed(&names);
        Self {
            policy,
            output,
            columns,
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
        let names: Vec<&str> = columns.iter().map(|run| run.column.name).collect();
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
                for batch in tables.scan_columns(table.name, &names)? {
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
        let order = in_order(&people, ranks);
        for places in order.chunks(ROWS) {
            let pick = |run: &mut RunColumn<'_>| run.given.pick(shelf, places, &mut run.picked);
            self.columns.par_iter_mut().for_each(pick);
            let rank = |place: &u32| people.get(*place as usize).copied().unwrap_or(u32::MAX);
            let mut rows = Rows { ranks: places.iter().map(rank).collect(), decisions: Vec::new() };
            rows.decisions = self.decide(&rows.ranks, whose);
            let Self { groups, columns, .. } = self;
            let columns = || columns.par_iter_mut().map(|run| run.rows(&rows, groups, whose)).collect();
            let ids = || {
                let leaving =
                    rows.ranks.iter().zip(&rows.decisions).filter(|(_, decision)| decision.leaves());
                let ids = leaving.map(|(rank, _)| whose.release.pseudonym(*rank));
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

    /// What becomes of the rows picked, whose persons have these ranks.
    fn decide(&mut self, ranks: &[u32], whose: Whose<'_>) -> Vec<Decision> {
        let Self { groups, columns, unnamed, ambiguous, .. } = self;
        let known = |(at, rank): (usize, &u32)| {
            if !whose.release.leaves(*rank) {
                return Some(Decision::SUPPRESSED);
            }
            groups.known(|column| columns.get(column).map_or(0, |run| run.picked.code(at)))
        };
        let known: Vec<Option<Decision>> = ranks.par_iter().enumerate().map(known).collect();
        let mut decisions = Vec::with_capacity(ranks.len());
        for (at, (rank, known)) in ranks.iter().zip(known).enumerate() {
            let decision = known.unwrap_or_else(|| decide(groups, columns, at, *rank, whose));
            *unnamed += u64::from(whose.release.leaves(*rank) && !decision.leaves());
            *ambiguous += u64::from(decision.ambiguous);
            decisions.push(decision);
        }
        decisions
    }

    /// Sums up.
    pub(super) fn finish(self) -> Finished {
        let remarks = remarks::of_rows(self.policy.table.name, self.unnamed, self.ambiguous);
        let rows =
            TableRows { table: self.policy.table.name, rows_in: self.rows_in, rows_out: self.rows_out };
        let mut runs = self.columns.into_iter().peekable();
        let mut columns = Vec::new();
        for column in own_columns(self.policy.table) {
            let run = runs.next_if(|run| run.column == column);
            let treated = run.as_ref().and_then(|run| run.treated.as_ref());
            columns.push(ColumnChange {
                table: self.policy.table.name.to_owned(),
                column: column.name.to_owned(),
                japanese: column.japanese.to_owned(),
                treatment: treated.map_or_else(
                    || Pipeline::dropped().words(),
                    |treated| remarks::treatment(self.policy, column, treated.pipeline()),
                ),
                changed: treated.map_or(0, |treated| treated.changed),
                emptied: treated.map_or(0, |treated| treated.emptied),
                before: run
                    .as_ref()
                    .filter(|_| treated.is_some())
                    .map_or_else(Default::default, RunColumn::before),
                after: treated.map_or_else(ColumnSummary::default, Treated::summary),
                dropped: treated.is_none(),
            });
        }
        Finished { columns, rows, remarks }
    }
}

/// Columns of a table but the first: the person's number at the provider, which no table of a run has.
fn own_columns(table: &'static Table) -> impl Iterator<Item = &'static Column> {
    // `all_columns` borrows from the table; the table's columns live as long as the program.
    table.all_columns().filter(|c| c.name != "subject_id").filter_map(|c| table.column(c.name))
}

/// What becomes of a row picked whose like was not met before.
fn decide(
    groups: &mut Groups<'_>,
    columns: &mut [RunColumn<'_>],
    at: usize,
    rank: u32,
    whose: Whose<'_>,
) -> Decision {
    let code = |column: usize| columns.get(column).map_or(0, |run| run.picked.code(at));
    if let Some(decision) = groups.known(code) {
        return decision;
    }
    let given: Vec<(&Coded, u32)> = columns.iter().map(|run| (&run.given, run.picked.code(at))).collect();
    let person = whose.release.person(rank);
    let verdict = groups.judge(&given, person, &whose.persons.subject(person, whose.keys));
    let value = verdict
        .value
        .as_ref()
        .and_then(|(column, cell)| Some(columns.get_mut(*column)?.treated.as_mut()?.shown_code(cell)));
    groups.settle(verdict, value)
}

impl RunColumn<'_> {
    /// Counts rows as given, and makes the array of those that leave.
    fn rows(&mut self, rows: &Rows, groups: &Groups<'_>, whose: Whose<'_>) -> Option<ArrayRef> {
        let treated = self.treated.as_mut()?;
        for (at, rank) in rows.ranks.iter().enumerate() {
            self.before.add(self.picked.code(at), *rank);
        }
        Some(treated.rows(&self.given, &self.picked, rows, groups, whose))
    }

    /// What the column was like.
    fn before(&self) -> ColumnSummary {
        let value = |code| {
            let text = self.given.cell(code).text().map_or_else(String::new, |text| text.into_owned());
            (text.into(), self.given.number(code))
        };
        self.before.summary(self.column.kind, value)
    }
}

/// The rows of a batch that a pass wants, each with its shelf; the ranks of their persons are noted there.
fn placed(
    batch: &RecordBatch,
    table: &'static Table,
    whose: Whose<'_>,
    shelves: &Shelves,
    people: &mut [Vec<u32>],
) -> Result<Vec<(u32, u32)>, ProcessError> {
    let mut rows = Vec::with_capacity(batch.num_rows());
    for (row, id) in (0..).zip(person_ids(batch, table)?.values()) {
        let rank = whose.release.rank(whose.persons.find(*id, table)?);
        if let Some(shelf) = shelves.of(rank)
            && let Some(people) = people.get_mut(shelf as usize)
        {
            people.push(rank);
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
fn in_order(people: &[u32], ranks: &Range<u32>) -> Vec<u32> {
    let place = |rank: &u32| rank.wrapping_sub(ranks.start) as usize;
    let mut next = vec![0u32; ranks.len() + 1];
    for rank in people {
        if let Some(count) = next.get_mut(place(rank) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut next {
        sum += *start;
        *start = sum;
    }
    let mut order = vec![0u32; people.len()];
    for (at, rank) in (0..).zip(people) {
        if let Some(next) = next.get_mut(place(rank))
            && let Some(slot) = order.get_mut(*next as usize)
        {
            *slot = at;
            *next += 1;
        }
    }
    order
}
