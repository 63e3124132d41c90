//! The reference page of the grammar, written from the transforms' own explanations and tested examples.

use crate::models::WORDS;
use crate::transforms::{ALL, CODED_GROUPS, Transform};
use std::fmt::Write as _;

const HEAD: &str = include_str!("reference_head.md");

const MODELS: &str = "## 人と生涯を守るモデル (models: words of `[protect]`)\n\n\
    守れない人は `suppression_limit` の範囲で抑制され、超えるときは何も提供せず、準識別子を一段粗くした場合の人数を示して止まる。\n\
    People for whom a model does not hold are suppressed within `suppression_limit`; beyond it nothing leaves, and what one step more \
    of generalisation would do is told.\n\n";

/// The page `policies/README.md`. A test fails when the file differs.
pub fn reference_markdown() -> String {
    let mut page = String::from(HEAD);
    for transform in ALL {
        // Writing into a String cannot fail.
        let _ = describe(*transform, &mut page);
    }
    page.push_str(MODELS);
    for word in WORDS {
        let (name, japanese, (ja, en), example) = (word.name, word.japanese, word.doc, word.example);
        let _ =
            writeln!(page, "### `{name}` {japanese}\n\n{ja}\n\n{en}\n\n```toml\n[protect]\n{example}\n```\n");
    }
    page.push_str(
        "## rare で一緒に変わる列 (columns that change together)\n\n| table | columns |\n|---|---|\n",
    );
    for group in CODED_GROUPS {
        let columns: Vec<&str> = group.columns().collect();
        let _ = writeln!(page, "| {} | {} |", group.table, columns.join(", "));
    }
    page
}

fn describe(transform: &dyn Transform, page: &mut String) -> std::fmt::Result {
    let doc = transform.doc();
    writeln!(page, "### `{}` {}\n\n{}\n\n{}\n", transform.name(), transform.japanese(), doc.ja, doc.en)?;
    for example in transform.examples() {
        writeln!(
            page,
            "```toml\n[{}]\n{}\n```\n\n| 前 before | 後 after |\n|---|---|",
            example.section, example.line
        )?;
        for (before, after) in example.cases {
            let after = if after.is_empty() { "(空欄 empty)" } else { after };
            writeln!(page, "| {before} | {after} |")?;
        }
        writeln!(page)?;
    }
    Ok(())
}
