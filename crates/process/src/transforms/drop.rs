//! `drop`: the column does not leave. Saying nothing does the same; saying it shows the committee that it was meant.

use super::{ColumnOf, Example, Transform, Treatment, read_true};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;

/// The word `drop`.
#[derive(Debug)]
pub(super) struct Drop;

impl Transform for Drop {
    fn name(&self) -> &'static str {
        "drop"
    }
    fn japanese(&self) -> &'static str {
        "削除する"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "列ごと削除する。書かれていない列も削除されるので、意図を示したいときに書く。検査項目の節では、その項目の行を削除する。",
            "The column is left out. A column that is not named is left out too; write it to show that it was meant. In the \
             section of an observation item it leaves out that item's rows.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example { section: "visit.ward", line: "drop = true", cases: &[("東3病棟", "")] }]
    }
    fn accepts(&self, _: ColumnOf) -> bool {
        true
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        read_true("drop", value, reader)?;
        Some(Box::new(Dropped))
    }
}

/// Nothing is left.
#[derive(Debug)]
pub(crate) struct Dropped;

impl Treatment for Dropped {
    fn apply<'a>(&self, _: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        Cell::Empty
    }
    fn words(&self) -> Bilingual {
        Bilingual::new("削除", "left out")
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn is_drop(&self) -> bool {
        true
    }
}
