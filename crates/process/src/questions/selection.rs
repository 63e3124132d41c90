//! Which rows a question means: a column, the codes it begins with, an item (`{ of = "condition.icd10", starts_with = "E11" }`).

use super::Scope;
use super::fold::Wanted;
use crate::policy::{Fields, Node, column_of};
use crate::transforms::ColumnOf;
use kiban_model::report::Bilingual;
use kiban_model::tables::{Column, ColumnKind};

pub(super) const OBSERVATION: &str = "observation";

/// The words of a selection.
pub(super) const WORDS: [&str; 4] = ["of", "starts_with", "item", "on"];

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The column that says it.
    pub(crate) of: ColumnOf,
    /// What its text begins with; any text where there is none.
    pub(crate) starts_with: Vec<String>,
    /// Name or code of an observation item.
    pub(crate) item: Option<String>,
    /// When it was.
    pub(crate) on: Option<&'static Column>,
}

impl Selection {
    pub(super) fn read(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let fields = scope.reader.fields(node, &WORDS)?;
        Self::of(&fields, scope)
    }

    pub(super) fn of(fields: &Fields<'_>, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let node = scope.required(fields, "of")?;
        let of = column_of(&node, scope.reader)?;
        let mut leaves = scope.leaves(node.span(), of);
        let starts_with = match fields.get("starts_with") {
            Some(node) => scope.texts(&node)?.iter().map(|code| plain(code)).collect(),
            None => Vec::new(),
        };
        let item = match fields.get("item") {
            Some(node) => {
                let item = scope.reader.string(&node)?.to_owned();
                if of.table.name == OBSERVATION {
                    leaves &= scope.item_leaves(node.span(), &item);
                } else {
                    let message = Bilingual::new(
                        "item は observation の列にだけ書けます",
                        "`item` is for observations",
                    );
                    scope.reader.add(node.span(), message, None);
                    leaves = false;
                }
                Some(item)
            }
            None => None,
        };
        let on = match fields.get("on") {
            Some(node) => {
                let name = scope.reader.string(&node)?;
                let dates = || of.table.columns.iter().filter(|column| column.kind == ColumnKind::Date);
                let Some(column) = dates().find(|column| column.name == name) else {
                    let known: Vec<&str> = dates().map(|column| column.name).collect();
                    scope.reader.unknown(node.span(), ("日付の列", "date column"), name, known);
                    return None;
                };
                Some(column)
            }
            None => None,
        };
        leaves.then_some(Self { of, starts_with, item, on })
    }

    /// The same, with a date that leaves: the table's first one where none is named.
    pub(super) fn dated(mut self, node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Self> {
        let own = (self.of.column.kind == ColumnKind::Date).then_some(self.of.column);
        let mut dates = self.of.table.columns.iter().filter(|column| column.kind == ColumnKind::Date);
        let Some(on) = self.on.or(own).or_else(|| dates.next()) else {
            let table = self.of.table.name;
            let message = Bilingual::new(
                format!("表 {table} には日付がありません"),
                format!("table {table} has no date"),
            );
            scope.reader.add(node.span(), message, None);
            return None;
        };
        self.on = Some(on);
        scope.leaves(node.span(), ColumnOf { table: self.of.table, column: on }).then_some(self)
    }

    /// What it says of a person: a number where a value is asked for, else whether there is such a row.
    pub(super) fn is_number(&self) -> bool {
        let is_measured = self.item.is_some() || self.of.column.kind == ColumnKind::Number;
        let is_date_of_person = self.of.table.name == "person" && self.of.column.kind == ColumnKind::Date;
        self.starts_with.is_empty() && (is_measured || is_date_of_person)
    }

    /// A person's number, or whether they have such a row.
    pub(super) fn wanted(self) -> Wanted {
        if self.is_number() { Wanted::Number(self) } else { Wanted::Has(self) }
    }

    /// In words: 「傷病のICD-10（E11 で始まる）」.
    pub(super) fn words(&self) -> Bilingual {
        let (table, column) = (self.of.table, self.of.column);
        let codes = self.starts_with.join("・");
        let (mut ja, mut en) =
            (format!("{}の{}", table.japanese, column.japanese), format!("{}.{}", table.name, column.name));
        if let Some(item) = &self.item {
            ja = format!("{ja}（{item}）");
            en = format!("{en} ({item})");
        }
        if !codes.is_empty() {
            ja = format!("{ja}（{codes} で始まる）");
            en = format!("{en} (beginning with {})", self.starts_with.join(", "));
        }
        Bilingual::new(ja, en)
    }
}

/// A code without dot, upper case: ICD-10 is kept so.
pub(super) fn plain(code: &str) -> String {
    code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect()
}
