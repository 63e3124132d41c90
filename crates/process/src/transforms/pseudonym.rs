//! `pseudonym`: a provider becomes a random-looking word of this project (PSE-01 ③), so that centres can be told apart.

use super::{ColumnOf, Example, Transform, Treatment, read_true};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;

/// The word `pseudonym`.
#[derive(Debug)]
pub(super) struct Pseudonym;

impl Transform for Pseudonym {
    fn name(&self) -> &'static str {
        "pseudonym"
    }
    fn japanese(&self) -> &'static str {
        "仮名にする"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "提供元(`provider_id`)を、プロジェクトごとに異なる仮名にする。秘密鍵なしには元に戻せない。本人の仮名は `[person] id` で決まる。\
             匿名加工では使えない(小さな施設は個人を絞り込む手がかりになる)。",
            "`provider_id` becomes a pseudonym that differs between projects and cannot be turned back without the operator's secret. \
             The pseudonym of the person is `[person] id`. Not for anonymized data: a small institution narrows a person down.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        column.column.name == "provider_id"
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        read_true("pseudonym", value, reader)?;
        Some(Box::new(Pseudonymised))
    }
}

#[derive(Debug)]
struct Pseudonymised;

impl Treatment for Pseudonymised {
    fn apply<'a>(&self, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a> {
        cell.text().map(|text| subject.keys.provider(&text)).map_or(Cell::Empty, Cell::label)
    }
    fn words(&self) -> Bilingual {
        Bilingual::new("プロジェクト固有の仮名", "a pseudonym of this project")
    }
    fn is_pseudonym(&self) -> bool {
        true
    }
}
