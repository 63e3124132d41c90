//! The policy's questions, asked of the original rows before anything leaves and of the product while it leaves.
//!
//! Only the columns that questions look at are read, and only what they fold to is held. A policy without questions costs nothing.

use super::batch::{Source, person_ids};
use super::output::{OutputTable, slashed};
use super::persons::{Persons, Release, pipeline_of};
use super::{ProcessError, Shown, Tables};
use crate::Cell;
use crate::keys::Keys;
use crate::models::Classes;
use crate::policy::{DateStyle, Policy};
use crate::questions::{Fold, Question, is_small};
use crate::utility::along_k::{self as utility, Figure, losses_of};
use arrow::array::RecordBatch;
use kiban_model::report::Bilingual;
use kiban_model::report::utility::{Answer, AtK, QuestionReport};
use kiban_model::tables::{Column, TABLES};

/// What the questions want, of everybody's original rows.
pub(super) fn before(
    policy: &Policy,
    tables: &dyn Tables,
    persons: &Persons,
    keys: &Keys,
) -> Result<Fold, ProcessError> {
    let mut fold = Fold::new(policy.questions(), u32::try_from(persons.len()).unwrap_or(u32::MAX));
    let label = |column: &'static Column, cell: Cell<'_>, person: u32| {
        // A date is text in a batch; groups are named as the product names them.
        let text = cell.text()?;
        let cell = Cell::from_text(&text, column.kind);
        let treated = pipeline_of(policy, column)?.apply(cell, &persons.subject(person, keys));
        match treated {
            Cell::Date(date) if policy.date_style() == DateStyle::Slash => Some(slashed(&date)),
            treated => treated.text().map(|text| text.into_owned()),
        }
    };
    let mut people = Vec::new();
    for table in TABLES {
        let columns = fold.columns(table.name);
        if columns.is_empty() {
            continue;
        }
        for batch in tables.scan_columns(table.name, &columns)? {
            let batch = batch?;
            people.clear();
            for id in person_ids(&batch, table)?.values() {
                people.push(persons.find(*id, table)?);
            }
            fold.take(table.name, &batch, &people, &label);
        }
    }
    Ok(fold)
}

/// What other values of k would cost and protect, with the main figures of questions that are means over persons. Not where the
/// policy empties cells: another k would empty others, and the curve counts people left out.
pub(super) fn along_k(policy: &Policy, persons: &Persons, shown: &Shown, before: &Fold) -> Vec<AtK> {
    let quasi = &policy.protect().quasi_identifiers;
    if quasi.is_empty() || policy.protect().suppresses_cells {
        return Vec::new();
    }
    let mut losses = vec![0.0; persons.len()];
    for (column, shown) in quasi.iter().zip(&shown.columns) {
        let Some(fact) = persons.facts().iter().find(|fact| fact.column == *column) else { continue };
        for (loss, own) in losses.iter_mut().zip(losses_of(&fact.raw, &shown.persons)) {
            *loss += own / quasi.len() as f64;
        }
    }
    let figures = policy.questions().iter().map(|question| {
        let facts = before.facts_of(question, &|_| true);
        Figure {
            of: Box::new(move |person| question.ask.figure(&facts, person)),
            is_share: question.ask.is_share(),
        }
    });
    let figures: Vec<Figure<'_>> = figures.collect();
    let columns: Vec<&[u32]> = shown.columns.iter().map(|column| column.persons.as_slice()).collect();
    let is_among = |person: usize| persons.among().get(person).copied().unwrap_or(false);
    utility::along_k(&Classes::new(persons.len(), &columns, is_among), &losses, &figures)
}

/// The product, watched on its way out.
pub(super) struct Watch<'w> {
    release: &'w Release,
    /// Persons by their place in the product.
    persons: Vec<u32>,
    fold: Fold,
}

impl<'w> Watch<'w> {
    /// `None` where nothing is asked.
    pub(super) fn new(policy: &Policy, persons: &Persons, release: &'w Release) -> Option<Self> {
        if policy.questions().is_empty() {
            return None;
        }
        let all = u32::try_from(persons.len()).unwrap_or(u32::MAX);
        let mut places: Vec<(u32, u32)> =
            (0..all).filter_map(|person| Some((release.place(person)?, person))).collect();
        places.sort_unstable();
        let persons = places.into_iter().map(|(_, person)| person).collect();
        Some(Self { release, persons, fold: Fold::new(policy.questions(), all) })
    }

    /// Looks at a batch as it leaves: by its pseudonyms and its words alone.
    pub(super) fn see(&mut self, output: &OutputTable, batch: &RecordBatch) {
        if self.fold.columns(output.name).is_empty() {
            return;
        }
        let Some(ids) = Source::as_it_is(batch, "id") else { return };
        let mut last = ("", u32::MAX);
        let people: Vec<u32> = (0..batch.num_rows())
            .map(|row| {
                let id = ids.text(row).unwrap_or("");
                if id != last.0 {
                    last = (id, self.person(id));
                }
                last.1
            })
            .collect();
        let label = |_: &'static Column, cell: Cell<'_>, _: u32| cell.text().map(|text| text.into_owned());
        self.fold.take(output.name, batch, &people, &label);
    }

    /// Whose pseudonym it is: they stand in order. One that nobody has is nobody's.
    fn person(&self, id: &str) -> u32 {
        let (mut low, mut high) = (0, self.persons.len());
        let pseudonym = |place: usize| self.release.pseudonym(u32::try_from(place).unwrap_or(u32::MAX));
        while low < high {
            let middle = usize::midpoint(low, high);
            if pseudonym(middle) < id {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.persons.get(low).copied().filter(|_| pseudonym(low) == id).unwrap_or(u32::MAX)
    }

    /// The answers, before and after.
    pub(super) fn reports(&self, policy: &Policy, before: &Answers) -> Vec<QuestionReport> {
        let leaves = |person: u32| self.release.place(person).is_some();
        let questions = policy.questions().iter().zip(&before.0);
        let report = |(question, before): (&Question, &Before)| {
            let without_group = before.grouped.saturating_sub(self.fold.grouped(question, &leaves));
            QuestionReport {
                title: question.title.clone(),
                asked: question.ask.asked(),
                by: question.by.map(|column| Bilingual::new(column.japanese, column.name)),
                everyone: before.everyone.clone(),
                released: before.released.clone(),
                after: self.fold.answer(question, &leaves),
                without_group: (!is_small(without_group)).then_some(without_group),
                read_as: self.fold.read_as(question),
            }
        };
        questions.map(report).collect()
    }
}

/// The answers of the original rows, in the order of the questions.
pub(super) struct Answers(Vec<Before>);

/// An answer of the original rows.
struct Before {
    /// Of everybody the policy looks at.
    everyone: Answer,
    /// Of those released.
    released: Answer,
    /// Of whom so many are in a group.
    grouped: u64,
}

impl Answers {
    pub(super) fn of(policy: &Policy, fold: &Fold, persons: &Persons, release: &Release) -> Self {
        let leaves = |person: u32| release.place(person).is_some();
        let is_among = |person: u32| persons.among().get(person as usize).copied().unwrap_or(false);
        let before = |question| Before {
            everyone: fold.answer(question, &is_among),
            released: fold.answer(question, &leaves),
            grouped: fold.grouped(question, &leaves),
        };
        Self(policy.questions().iter().map(before).collect())
    }
}
