//! `keep`: the column leaves as it is. Dates of a kept column follow `[all.date]` (ANO-06).

use super::{ColumnOf, Comparator, Example, Transform, Treatment, generalize, read_true};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;

/// The word `keep`.
#[derive(Debug)]
pub(super) struct Keep;

impl Transform for Keep {
    fn name(&self) -> &'static str {
        "keep"
    }
    fn japanese(&self) -> &'static str {
        "そのまま残す"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "値を変えずに残す。日付の列は `[all.date]`、文字列の列は `[all.text]`、数の列は `[all.number]` があればそれに従う。匿名加工では、日付をそのまま残すことはできない。",
            "The values leave unchanged. A date column follows `[all.date]` where there is one, a text `[all.text]`, a number `[all.number]`; in anonymized data a date cannot \
             be kept as it is.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example {
            section: "observation.value",
            line: "keep = true",
            cases: &[("4.8", "4.8"), ("陽性", "陽性")],
        }]
    }
    fn accepts(&self, _: ColumnOf) -> bool {
        true
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        read_true("keep", value, reader)?;
        Some(Box::new(Kept))
    }
}

/// Nothing is done.
#[derive(Debug)]
pub(crate) struct Kept;

impl Treatment for Kept {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        cell
    }
    fn words(&self) -> Bilingual {
        Bilingual::new("そのまま", "kept as it is")
    }
    fn apply_bounded(&self, _: Comparator, _: Decimal) -> Option<Cell<'static>> {
        None
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn is_keep(&self) -> bool {
        true
    }
    fn coarser(&self, column: ColumnOf) -> Option<Box<dyn Treatment>> {
        generalize::finest(column)
    }
}
