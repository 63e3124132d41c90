//! Transforms (加工方法): what a policy may do to a column. One file each, one visible list.
//!
//! A transform is a word of the policy ([`Transform`]: name, explanation, examples, how its parameters are read); with
//! parameters it becomes a [`Treatment`]. The explanation and the examples are the reference page and, run through the
//! real parser, the tests. A treatment must never fail and never guess: what it does not understand becomes empty.
//!
//! To add one: a file here, a line in [`ALL`] at the place where it works in the order of treatments.

use crate::models::Groups;
use crate::policy::{Fields, Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;
use kiban_model::tables::{Column, ColumnKind, Table};
use std::fmt;
use std::sync::Arc;

mod band;
mod bottom_code;
mod drop;
mod generalize;
mod hierarchy;
mod inhabitants;
mod keep;
mod mask;
mod microaggregate;
mod noise;
mod pseudonym;
mod quantile;
mod rare;
mod relabel;
mod relative;
mod shift;
mod top_code;

pub(crate) use rare::path_of_code;
pub use rare::{CODED_GROUPS, CodedGroup, Outcome, RareCodes, Rule as RareRule};

/// Every transform, in the order in which a section's treatments are applied, whatever their order in the file.
pub static ALL: &[&dyn Transform] = &[
    &keep::Keep,
    &drop::Drop,
    &rare::Rare,
    &shift::Shift,
    &relative::Relative,
    &hierarchy::Hierarchy,
    &generalize::Generalize,
    &microaggregate::Microaggregate,
    &noise::Noise,
    &bottom_code::BottomCode,
    &top_code::TopCode,
    &band::Band,
    &mask::Mask,
    &relabel::Relabel,
    &pseudonym::Pseudonym,
];

/// A column and the table it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnOf {
    /// Table.
    pub table: &'static Table,
    /// Column.
    pub column: &'static Column,
}

/// One case of the documentation, which a test runs: the policy line, a value before, and after (empty: emptied).
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// Section: `person.birth_date`.
    pub section: &'static str,
    /// The line in it.
    pub line: &'static str,
    /// (before, after), as texts of the store.
    pub cases: &'static [(&'static str, &'static str)],
}

/// A word of the policy.
pub trait Transform: Sync {
    /// The word.
    fn name(&self) -> &'static str;
    /// What the law and the field call it.
    fn japanese(&self) -> &'static str;
    /// Paragraphs of the reference page.
    fn doc(&self) -> Bilingual;
    /// Cases of the reference page, each of them tested.
    fn examples(&self) -> &'static [Example];
    /// Whether it makes sense for a column.
    fn accepts(&self, column: ColumnOf) -> bool;
    /// Reads its parameters. `None` after the reader has been told every problem.
    fn read(&self, value: &Node<'_>, column: ColumnOf, reader: &mut Reader<'_>)
    -> Option<Box<dyn Treatment>>;
}

/// What a comparator says of a number beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// `<`
    Below,
    /// `<=`, `≦`, `≤`
    AtMost,
    /// `>=`, `≧`, `≥`
    AtLeast,
    /// `>`
    Above,
}

/// What of a person it depends on how their value is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependsOn {
    /// It does not matter whose it is.
    Nothing,
    /// Their shift, of up to so many steps of so many days.
    Shift {
        /// Steps at most.
        steps: u16,
        /// Days of a step.
        days: u16,
    },
    /// The day of their index event.
    Index,
    /// Everybody's is treated for itself.
    Person,
}

impl DependsOn {
    /// Whether what becomes of a value for one person is what becomes of it for many others.
    pub(crate) const fn is_shared(self) -> bool {
        matches!(self, Self::Nothing | Self::Shift { .. })
    }

    /// Equal numbers, equal treatment of equal values.
    pub(crate) fn number(self, subject: &Subject<'_>) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::Shift { steps, .. } => subject.shift(steps).cast_unsigned(),
            // The end of all days stands for none.
            Self::Index => subject.index.unwrap_or(i32::MAX).cast_unsigned(),
            Self::Person => subject.place,
        }
    }
}

/// A transform with its parameters.
pub trait Treatment: fmt::Debug + Send + Sync {
    /// The treated cell. A final cell ([`Cell::is_final`]) does not come here. What becomes of a date must not depend on its
    /// time of day, nor on whose it is but as [`Self::depends_on`] says: a value is treated once for all it is the same for.
    fn apply<'a>(&self, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a>;
    /// What it did, in words, for the report and the data dictionary.
    fn words(&self) -> Bilingual;
    /// A result known only as `<0.5` or `>300`: kept as it is (`None`), or what becomes of it. By default nothing is left,
    /// because nothing is known of how the treatment meets an interval.
    fn apply_bounded(&self, comparator: Comparator, number: Decimal) -> Option<Cell<'static>> {
        let _ = (comparator, number);
        Some(Cell::Empty)
    }
    /// Whether the column keeps its type; other columns become text.
    fn keeps_type(&self) -> bool {
        false
    }
    /// Whether it leaves the value as it was.
    fn is_keep(&self) -> bool {
        false
    }
    /// Whether it removes the column.
    fn is_drop(&self) -> bool {
        false
    }
    /// Whether a date given to the day is still shown to the day, unmoved.
    fn shows_exact_day(&self) -> bool {
        self.is_keep()
    }
    /// Whether it puts a pseudonym in the value's place.
    fn is_pseudonym(&self) -> bool {
        false
    }
    /// What of the person it depends on.
    fn depends_on(&self) -> DependsOn {
        DependsOn::Nothing
    }
    /// The rule on rare codes, which works on rows rather than cells.
    fn rare(&self) -> Option<&RareRule> {
        None
    }
    /// The least and the greatest number that it leaves as they are, where the policy says them.
    fn limits(&self) -> (Option<Decimal>, Option<Decimal>) {
        (None, None)
    }
    /// The next coarser treatment, where there is one.
    fn coarser(&self, column: ColumnOf) -> Option<Box<dyn Treatment>> {
        let _ = column;
        None
    }
    /// Whether it shows a mean over the values of a group of people.
    fn shows_group_means(&self) -> bool {
        false
    }
    /// Whether what it does is measured from the data first. Until it is settled it empties every cell.
    fn is_measured(&self) -> bool {
        false
    }
    /// The same, settled by what people have; `None` where nothing is measured.
    fn settled(&self, values: &PeoplesValues) -> Option<Arc<dyn Treatment>> {
        let _ = values;
        None
    }
}

/// What people have in a column that is measured: the distinct values, and for every person which of them. `Debug` shows how
/// many there are.
pub struct PeoplesValues {
    /// Distinct values.
    pub(crate) values: Vec<Cell<'static>>,
    /// Places in `values` by person, ascending.
    pub(crate) of: Groups,
}

impl fmt::Debug for PeoplesValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PeoplesValues({} of {} people)", self.values.len(), self.of.len())
    }
}

/// The treatments of one column, in order.
#[derive(Debug, Clone)]
pub struct Pipeline {
    steps: Vec<Arc<dyn Treatment>>,
}

impl Pipeline {
    /// Treatments in the order of [`ALL`].
    pub fn new(steps: Vec<Box<dyn Treatment>>) -> Self {
        Self { steps: steps.into_iter().map(Arc::from).collect() }
    }

    /// The column does not leave.
    pub fn dropped() -> Self {
        Self::new(vec![Box::new(drop::Dropped)])
    }

    /// The treatments.
    pub fn steps(&self) -> impl Iterator<Item = &dyn Treatment> {
        self.steps.iter().map(|step| &**step)
    }

    /// The treated cell.
    pub fn apply<'a>(&self, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a> {
        self.steps
            .iter()
            .fold(cell, |cell, step| if cell.is_final() { cell } else { step.apply(cell, subject) })
    }

    /// A bounded result (`>300`) through every step; `None`: it stays as written.
    pub fn apply_bounded(&self, comparator: Comparator, number: Decimal) -> Option<Cell<'static>> {
        self.steps.iter().find_map(|step| step.apply_bounded(comparator, number))
    }

    /// The first treatment that must be measured before it works.
    pub(crate) fn unsettled(&self) -> Option<usize> {
        self.steps().position(|step| step.is_measured())
    }

    /// Whether it shows a mean of a group's values: two of them tell who came between.
    pub(crate) fn shows_group_means(&self) -> bool {
        self.steps().any(|step| step.shows_group_means())
    }

    /// What comes to that treatment.
    pub(crate) fn apply_before<'a>(&self, at: usize, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a> {
        let before = self.steps().take(at);
        before.fold(cell, |cell, step| if cell.is_final() { cell } else { step.apply(cell, subject) })
    }

    /// Settles that treatment.
    pub(crate) fn settle(&mut self, at: usize, values: &PeoplesValues) {
        if let Some(step) = self.steps.get_mut(at)
            && let Some(settled) = step.settled(values)
        {
            *step = settled;
        }
    }

    /// Whether the column does not leave.
    pub fn is_dropped(&self) -> bool {
        self.steps().any(|step| step.is_drop())
    }

    /// Whether values leave as they are.
    pub fn is_keep(&self) -> bool {
        self.steps().all(|step| step.is_keep())
    }

    /// Whether the column keeps its type.
    pub fn keeps_type(&self) -> bool {
        self.steps().all(|step| step.keeps_type())
    }

    /// Whether a date is still shown to the day, unmoved.
    pub fn shows_exact_day(&self) -> bool {
        self.steps().all(|step| step.shows_exact_day())
    }

    /// Whether nothing but a pseudonym is shown.
    pub fn is_pseudonym(&self) -> bool {
        self.steps().all(|step| step.is_pseudonym())
    }

    /// What of a person it depends on. A policy has no section with two such treatments.
    pub fn depends_on(&self) -> DependsOn {
        let found = self.steps().map(Treatment::depends_on).find(|found| *found != DependsOn::Nothing);
        found.unwrap_or(DependsOn::Nothing)
    }

    /// Whether dates are counted from the person's index event.
    pub fn is_relative(&self) -> bool {
        self.depends_on() == DependsOn::Index
    }

    /// Steps of the date shift at most, 0 without one.
    pub fn shift_steps(&self) -> u16 {
        if let DependsOn::Shift { steps, .. } = self.depends_on() { steps } else { 0 }
    }

    /// The rule on rare codes.
    pub fn rare(&self) -> Option<&RareRule> {
        self.steps().find_map(|step| step.rare())
    }

    /// In words.
    pub fn words(&self) -> Bilingual {
        let all: Vec<Bilingual> = self.steps().map(|step| step.words()).collect();
        let join =
            |pick: fn(&Bilingual) -> &str, with: &str| all.iter().map(pick).collect::<Vec<_>>().join(with);
        Bilingual::new(join(|w| &w.ja, "、"), join(|w| &w.en, ", "))
    }

    /// The last treatment that has a coarser one takes one step; `None`: nothing is left but to drop the column.
    pub fn coarser(&self, column: ColumnOf) -> Option<Coarser<'_>> {
        let (at, step) =
            self.steps.iter().enumerate().rev().find_map(|(at, s)| Some((at, s.coarser(column)?)))?;
        Some(Coarser {
            before: self.steps.get(..at).unwrap_or_default(),
            step,
            after: self.steps.get(at + 1..).unwrap_or_default(),
        })
    }
}

/// A pipeline with one treatment made one step coarser.
#[derive(Debug)]
pub struct Coarser<'a> {
    before: &'a [Arc<dyn Treatment>],
    step: Box<dyn Treatment>,
    after: &'a [Arc<dyn Treatment>],
}

impl Coarser<'_> {
    /// The treated cell.
    pub fn apply<'c>(&self, cell: Cell<'c>, subject: &Subject<'_>) -> Cell<'c> {
        let run = |cell: Cell<'c>, step: &dyn Treatment| {
            if cell.is_final() { cell } else { step.apply(cell, subject) }
        };
        let cell = self.before.iter().fold(cell, |cell, step| run(cell, &**step));
        let cell = run(cell, &*self.step);
        self.after.iter().fold(cell, |cell, step| run(cell, &**step))
    }

    /// The coarser treatment in words.
    pub fn words(&self) -> Bilingual {
        self.step.words()
    }
}

/// Columns whose values are numbers, or numbers as written.
pub(crate) fn is_numeric(column: ColumnOf) -> bool {
    matches!(column.column.kind, ColumnKind::Number | ColumnKind::Integer | ColumnKind::Text)
}

/// Columns whose values are words or codes.
pub(crate) fn is_word(column: ColumnOf) -> bool {
    matches!(
        column.column.kind,
        ColumnKind::Code | ColumnKind::CodeSystem | ColumnKind::Text | ColumnKind::Flag
    )
}

/// Reads `true`: the only thing that can be said about `keep`, `drop` and `pseudonym`.
pub(crate) fn read_true(word: &str, value: &Node<'_>, reader: &mut Reader<'_>) -> Option<()> {
    if value.as_bool() == Some(true) {
        return Some(());
    }
    reader.add(
        value.span(),
        Bilingual::new(format!("{word} に書けるのは true だけです"), format!("`{word}` can only be true")),
        Some(Bilingual::new(
            "落とす列は書かないか、drop = true と書きます",
            "to leave a column out, do not name it, or write `drop = true`",
        )),
    );
    None
}

/// The one required field of an inline table.
pub(crate) fn required<'a>(fields: &Fields<'a>, name: &str, reader: &mut Reader<'_>) -> Option<Node<'a>> {
    let found = fields.get(name);
    if found.is_none() {
        reader.add(
            fields.span(),
            Bilingual::new(format!("{name} がありません"), format!("`{name}` is missing")),
            None,
        );
    }
    found
}

#[cfg(test)]
mod tests;
