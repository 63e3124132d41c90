//! What a question may name: columns that the product shows, for what it does not show cannot be asked of it.

use super::selection::OBSERVATION;
use crate::policy::{Fields, Node, Reader, TablePolicy, UnnamedItems};
use crate::transforms::{ColumnOf, required};
use kiban_model::report::Bilingual;
use std::ops::Range;

/// The policy's tables, and the reader that is told of problems.
pub(crate) struct Scope<'s, 'r> {
    pub(super) tables: &'s [TablePolicy],
    pub(super) reader: &'s mut Reader<'r>,
}

impl Scope<'_, '_> {
    /// A field that must be there.
    pub(super) fn required<'n>(&mut self, fields: &Fields<'n>, name: &str) -> Option<Node<'n>> {
        required(fields, name, self.reader)
    }

    /// Texts: one, or a list of at least one.
    pub(super) fn texts(&mut self, node: &Node<'_>) -> Option<Vec<String>> {
        let items = node.items().unwrap_or_else(|| vec![node.clone()]);
        let texts: Option<Vec<String>> =
            items.iter().map(|item| self.reader.string(item).map(str::to_owned)).collect();
        let texts = texts?;
        if texts.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
            let message = Bilingual::new("空の値は書けません", "must not be empty");
            self.reader.add(node.span(), message, None);
            return None;
        }
        Some(texts)
    }

    /// Whether the product shows a column; the reader is told where it does not.
    pub(super) fn leaves(&mut self, span: Range<usize>, of: ColumnOf) -> bool {
        let table = self.tables.iter().find(|table| table.table == of.table);
        if table.is_some_and(|table| table.releases(of.column.name)) {
            return true;
        }
        let name = format!("{}.{}", of.table.name, of.column.name);
        let shown = table.map_or_else(Vec::new, |table| {
            let columns = table.columns.iter().filter(|c| !c.pipeline.is_dropped());
            columns.map(|c| format!("{}.{}", of.table.name, c.column.name)).collect()
        });
        let hint = (!shown.is_empty()).then(|| {
            let list = shown.join(", ");
            Bilingual::new(format!("提供する列: {list}"), format!("columns that leave: {list}"))
        });
        self.reader.add(
            span,
            Bilingual::new(
                format!("「{name}」は提供されないので、提供データに問えません"),
                format!("`{name}` does not leave: the product cannot be asked about it"),
            ),
            hint,
        );
        false
    }

    /// Whether rows of an observation item leave; the reader is told where they do not.
    pub(super) fn item_leaves(&mut self, span: Range<usize>, item: &str) -> bool {
        let Some(table) = self.tables.iter().find(|table| table.table.name == OBSERVATION) else {
            return false;
        };
        if !table.releases("text") && !table.releases("code") {
            let message = Bilingual::new(
                "検査項目の名称もコードも提供されないので、項目を問えません",
                "neither text nor code of observations leaves: an item cannot be asked about",
            );
            self.reader.add(span, message, None);
            return false;
        }
        let named = table.items.iter().map(|named| named.item.as_str());
        if table.unnamed_items == UnnamedItems::Drop && !named.clone().any(|named| named == item) {
            self.reader.unknown(span, ("提供する検査項目", "observation item that leaves:"), item, named);
            return false;
        }
        true
    }
}
