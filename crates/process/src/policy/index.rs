//! `[index]`: the event from which each person's time is counted (起点), for `relative` (ANO-06).

use super::protect::column_of;
use super::reader::{Fields, Node, Reader};
use crate::transforms::{ColumnOf, required};
use kiban_model::report::Bilingual;
use kiban_model::tables::{Column, ColumnKind};
use std::ops::Range;

/// A person's index event: the first or last row of a table whose code is one of some.
#[derive(Debug, Clone)]
pub struct Index {
    /// The event's day.
    pub of: ColumnOf,
    /// Column of the event's code, and how codes may begin; `None`: any row.
    pub codes: Option<(&'static Column, Vec<String>)>,
    /// The last such event rather than the first.
    pub is_last: bool,
    /// Whoever has no such event does not leave; else what is counted from it is empty.
    pub leaves_out: bool,
    pub(super) span: Range<usize>,
}

pub(super) fn read(root: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Index> {
    let node = root.get("index")?;
    let fields = reader.fields(&node, &["of", "code", "codes", "which", "without"])?;
    let of = required(&fields, "of", reader).and_then(|node| date(&node, reader));
    let which = required(&fields, "which", reader).and_then(|node| reader.choice(&node, &["first", "last"]));
    let without =
        required(&fields, "without", reader).and_then(|node| reader.choice(&node, &["leave-out", "empty"]));
    let of = of?;
    let codes = match (fields.get("code"), fields.get("codes")) {
        (None, None) => None,
        (Some(code), Some(codes)) => {
            let column = code_column(of, &code, reader);
            let listed = codes.items().unwrap_or_else(|| vec![codes.clone()]);
            let beginnings: Option<Vec<String>> =
                listed.iter().map(|node| Some(plain(reader.string(node)?))).collect();
            let beginnings = beginnings?;
            if beginnings.is_empty() || beginnings.iter().any(String::is_empty) {
                let message = Bilingual::new(
                    "コードを一つ以上、空でなく書きます",
                    "must be codes, at least one, none empty",
                );
                reader.add(codes.span(), message, None);
                return None;
            }
            Some((column?, beginnings))
        }
        _ => {
            let message =
                Bilingual::new("code と codes は一緒に書きます", "`code` and `codes` belong together");
            let hint = Bilingual::new(
                "例: code = \"icd10\", codes = [\"E11\"]",
                "for example `code = \"icd10\"`, `codes = [\"E11\"]`",
            );
            reader.add(fields.span(), message, Some(hint));
            return None;
        }
    };
    let (is_last, leaves_out) = (which? == 1, without? == 0);
    Some(Index { of, codes, is_last, leaves_out, span: node.span() })
}

fn date(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<ColumnOf> {
    let of = column_of(node, reader)?;
    if of.column.kind == ColumnKind::Date && of.table.name != "person" {
        return Some(of);
    }
    let message = Bilingual::new(
        "出来事の日付の列(例: condition.start)を書きます",
        "must be a column of dates of events, such as `condition.start`",
    );
    reader.add(node.span(), message, None);
    None
}

fn code_column(of: ColumnOf, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<&'static Column> {
    let name = reader.string(node)?;
    let codes = || of.table.columns.iter().filter(|column| column.kind == ColumnKind::Code);
    let found = codes().find(|column| column.name == name);
    if found.is_none() {
        let (ja, en) = (format!("表 {} にコードの列", of.table.name), format!("code of {}:", of.table.name));
        reader.unknown(node.span(), (&ja, &en), name, codes().map(|column| column.name).collect::<Vec<_>>());
    }
    found
}

/// A code as it is compared: without dot, in upper case.
fn plain(code: &str) -> String {
    code.trim().chars().filter(|c| *c != '.').flat_map(char::to_uppercase).collect()
}

impl Index {
    /// Whether a row with this code is such an event.
    pub(crate) fn is_event(&self, code: Option<&str>) -> bool {
        self.codes.as_ref().is_none_or(|(_, beginnings)| {
            code.map(plain).is_some_and(|code| beginnings.iter().any(|beginning| code.starts_with(beginning)))
        })
    }
}
