//! `relabel`: codes become the words a reader knows (F → 女), or several codes one word.

use super::{ColumnOf, Example, Transform, Treatment, is_word};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use std::collections::BTreeMap;

/// The word `relabel`.
#[derive(Debug)]
pub(super) struct Relabel;

impl Transform for Relabel {
    fn name(&self) -> &'static str {
        "relabel"
    }
    fn japanese(&self) -> &'static str {
        "言い換える"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "値を書かれたとおりに言い換える。書かれていない値は空欄にする。`\"*\"` を書けば、残りの値はすべてそれになる。",
            "Values become the words beside them. A value that is not listed becomes empty, or what `\"*\"` says.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[
            Example {
                section: "person.sex",
                line: "relabel = { M = \"男\", F = \"女\" }",
                cases: &[("F", "女"), ("O", "")],
            },
            Example {
                section: "person.sex",
                line: "relabel = { M = \"男\", \"*\" = \"男以外\" }",
                cases: &[("F", "男以外")],
            },
        ]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_word(column)
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        let fields = reader.any_fields(value)?;
        let mut words = BTreeMap::new();
        for (name, node) in fields.iter() {
            words.insert(name.to_owned(), reader.string(&node)?.to_owned());
        }
        let others = words.remove("*");
        Some(Box::new(Relabelled { words, others }))
    }
}

#[derive(Debug)]
struct Relabelled {
    words: BTreeMap<String, String>,
    others: Option<String>,
}

impl Treatment for Relabelled {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        let word =
            cell.text().and_then(|text| self.words.get(text.as_ref()).or(self.others.as_ref()).cloned());
        word.map_or(Cell::Empty, Cell::label)
    }
    fn words(&self) -> Bilingual {
        Bilingual::new("言い換え", "relabelled")
    }
}
