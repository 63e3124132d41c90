//! What the caller wants shown. Only what stands here can be reached.

use kiban_model::report::Bilingual;

/// The first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoIndex {
    /// Its title.
    pub title: Bilingual,
    /// A sentence or two below the title.
    pub lead: Bilingual,
    /// What there is, in order.
    pub sections: Vec<Section>,
}

/// A group of things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: Bilingual,
    /// What it holds, in order.
    pub items: Vec<Item>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is called.
    pub title: Bilingual,
    /// What it is.
    pub about: Bilingual,
    /// Where it is below the root, `/` between parts.
    pub path: String,
    /// How to show it.
    pub kind: ItemKind,
}

/// How an [`Item`] is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A release package: a folder with `report.html`.
    Package,
    /// Any folder of files.
    Folder,
    /// A JSON file, such as a receipt: a page of tables.
    Json,
    /// A file as it is.
    File,
}

impl DemoIndex {
    /// Whether a path is an item or lies in one.
    pub(crate) fn allows(&self, path: &str) -> bool {
        self.sections.iter().flat_map(|s| &s.items).any(|item| {
            path.strip_prefix(item.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}
