//! `docs/tables.md`: the canonical tables column by column, from the code that builds them.

use kiban_model::tables::{COMMON, Column, ColumnKind, EXTRA, TABLES};

/// The document.
pub(crate) fn text() -> String {
    let mut text = String::from(
        "<!-- Made by `cargo xtask docs` from crates/model/src/tables/. Do not edit. -->\n\
         # Canonical tables 標準テーブル\n\n\
         Every table begins with the common columns and ends with `extra`; the columns listed under a table stand between.\n\
         A code's system stands in the neighbouring `*_system` column. Dates are ISO 8601 text at the precision given.\n\n\
         | kind | Arrow type |\n|---|---|\n",
    );
    for kind in KINDS {
        text.push_str(&format!("| {kind:?} | {} |\n", kind.data_type()));
    }
    text.push_str("\n## Common columns 共通列\n\n");
    columns(&mut text, COMMON.iter().chain(std::iter::once(&EXTRA)));
    for table in TABLES {
        text.push_str(&format!("\n## {} {}\n\n{}\n\n", table.name, table.japanese, table.doc.trim()));
        columns(&mut text, table.columns.iter());
    }
    text
}

const KINDS: [ColumnKind; 8] = [
    ColumnKind::Text,
    ColumnKind::Code,
    ColumnKind::CodeSystem,
    ColumnKind::Date,
    ColumnKind::Number,
    ColumnKind::Integer,
    ColumnKind::Flag,
    ColumnKind::Json,
];

fn columns<'a>(text: &mut String, columns: impl Iterator<Item = &'a Column>) {
    text.push_str("| column | 日本語 | kind | meaning |\n|---|---|---|---|\n");
    for Column { name, japanese, kind, doc } in columns {
        // A bar inside a cell would end it.
        text.push_str(&format!(
            "| `{name}` | {japanese} | {kind:?} | {} |\n",
            doc.trim().replace('|', "\\|")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_and_every_column_is_in_the_document() {
        let text = text();
        for table in TABLES {
            assert!(text.contains(&format!("\n## {} {}\n", table.name, table.japanese)));
            for column in table.all_columns() {
                assert!(
                    text.contains(&format!(
                        "| `{}` | {} | {:?} |",
                        column.name, column.japanese, column.kind
                    )),
                    "{}",
                    column.name
                );
            }
        }
    }

    #[test]
    fn a_bar_in_a_meaning_does_not_break_the_row() {
        let mut text = String::new();
        let column = Column { name: "a", japanese: "ア", kind: ColumnKind::Text, doc: "x|y" };
        columns(&mut text, std::iter::once(&column));
        assert!(text.ends_with("| `a` | ア | Text | x\\|y |\n"));
    }
}
