//! The policy (加工方針): a TOML file that says, column by column, what leaves and how.
//!
//! What it does not name does not leave. A policy that names something that does not exist, asks for something impossible,
//! or would let one column tell what another hides is refused whole, with every problem at its line. The grammar is
//! blueprint §5; [`reference_markdown`] writes its reference page from the code.

mod check;
mod errors;
mod index;
mod parse;
mod protect;
mod reader;
mod reference;

pub use errors::{PolicyError, PolicyErrors};
pub use index::Index;
pub use protect::Protect;
pub(crate) use protect::{attribute, column_of};
pub use reader::{Fields, Node, Reader};
pub use reference::reference_markdown;

pub(crate) use parse::not_toml;

use crate::questions::Question;
use crate::transforms::{ColumnOf, Pipeline};
use kiban_model::tables::{Column, Table};
use std::io;
use std::ops::Range;
use std::sync::Arc;

/// What the Act calls the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 匿名加工医療情報
    Anonymized,
    /// 仮名加工医療情報
    Pseudonymized,
}

impl Kind {
    /// The word of the policy.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anonymized => "anonymized",
            Self::Pseudonymized => "pseudonymized",
        }
    }

    /// The term of the Act.
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Anonymized => "匿名加工医療情報",
            Self::Pseudonymized => "仮名加工医療情報",
        }
    }
}

/// How pseudonyms look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdFormat {
    /// 12 random letters and digits (60 bits).
    Random,
    /// A prefix and a random number of fixed width: `B002`.
    Numbered {
        /// Letters before the number.
        prefix: String,
        /// Digits.
        digits: u8,
    },
}

impl IdFormat {
    /// How many there are.
    pub const fn capacity(&self) -> u64 {
        match self {
            Self::Random => 1 << 60,
            Self::Numbered { digits, .. } => 10u64.pow(*digits as u32) - 1,
        }
    }
}

/// How dates are written in the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStyle {
    /// `2020-07-29`
    Iso,
    /// `2020/7/29`
    Slash,
}

/// What becomes of rows of observation items that have no section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnnamedItems {
    /// Their rows do not leave.
    Drop,
    /// Their rows are treated by the columns' sections.
    Keep,
}

/// One column that leaves.
#[derive(Debug, Clone)]
pub struct ColumnPolicy {
    /// The column.
    pub column: &'static Column,
    /// What is done to it.
    pub pipeline: Pipeline,
    span: Range<usize>,
}

/// One observation item, by its text or code.
#[derive(Debug, Clone)]
pub struct ItemPolicy {
    /// Text or code.
    pub item: String,
    /// What is done to its values.
    pub pipeline: Pipeline,
    span: Range<usize>,
}

/// One table that leaves.
#[derive(Debug, Clone)]
pub struct TablePolicy {
    /// The table.
    pub table: &'static Table,
    /// Columns that the policy names, in the order of the schema; dropped ones among them.
    pub columns: Vec<ColumnPolicy>,
    /// Observation items.
    pub items: Vec<ItemPolicy>,
    /// Rows of other items.
    pub unnamed_items: UnnamedItems,
}

impl TablePolicy {
    /// What is done to a column; `None`: it is not named.
    pub fn column(&self, name: &str) -> Option<&ColumnPolicy> {
        self.columns.iter().find(|c| c.column.name == name)
    }

    /// Whether the product shows a column.
    pub fn releases(&self, name: &str) -> bool {
        self.column(name).is_some_and(|c| !c.pipeline.is_dropped())
    }

    /// What is done to its columns and items.
    pub(crate) fn pipelines(&self) -> impl Iterator<Item = &Pipeline> {
        self.columns.iter().map(|c| &c.pipeline).chain(self.items.iter().map(|item| &item.pipeline))
    }

    /// A column with its table.
    pub fn column_of(&self, column: &'static Column) -> ColumnOf {
        ColumnOf { table: self.table, column }
    }
}

/// A checked policy.
#[derive(Debug, Clone)]
pub struct Policy {
    kind: Kind,
    title: Option<String>,
    hash: String,
    hierarchies: Vec<(String, String)>,
    tables: Vec<TablePolicy>,
    protect: Arc<Protect>,
    index: Option<Arc<Index>>,
    id: IdFormat,
    date_style: DateStyle,
    questions: Arc<Vec<Question>>,
}

impl Policy {
    /// Reads and checks a policy. `hierarchies` gives the text of a file named beside the policy.
    ///
    /// # Errors
    /// Everything that is wrong, at its line and column.
    pub fn parse(
        text: &str,
        file_name: &str,
        hierarchies: &dyn Fn(&str) -> io::Result<String>,
    ) -> Result<Self, PolicyErrors> {
        parse::policy(text, file_name, hierarchies)
    }

    /// What the Act calls the product.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The policy's title, where it has one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// SHA-256 of the file, lower-case hexadecimal: it goes into everything made with the policy.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The hierarchies it uses: file and SHA-256. The policy's hash does not cover them.
    pub fn hierarchies(&self) -> &[(String, String)] {
        &self.hierarchies
    }

    /// The tables that leave, in the order of the canonical tables.
    pub fn tables(&self) -> &[TablePolicy] {
        &self.tables
    }

    /// One table that leaves.
    pub fn table(&self, name: &str) -> Option<&TablePolicy> {
        self.tables.iter().find(|t| t.table.name == name)
    }

    /// The tables, to settle what is measured.
    pub(crate) fn tables_mut(&mut self) -> impl Iterator<Item = &mut TablePolicy> {
        self.tables.iter_mut()
    }

    /// What protects persons beyond their columns.
    pub fn protect(&self) -> &Protect {
        &self.protect
    }

    /// The event from which each person's time is counted.
    pub fn index(&self) -> Option<&Index> {
        self.index.as_deref()
    }

    /// How pseudonyms look.
    pub const fn id(&self) -> &IdFormat {
        &self.id
    }

    /// What the product is asked, before and after.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// How dates are written.
    pub const fn date_style(&self) -> DateStyle {
        self.date_style
    }
}

#[cfg(test)]
mod tests;
