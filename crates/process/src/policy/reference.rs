//! The reference page of the grammar, written from the transforms' own explanations and tested examples.

use crate::models::WORDS;
use crate::questions;
use crate::transforms::{ALL, CODED_GROUPS, Transform};
use std::fmt::Write as _;

const HEAD: &str = include_str!("reference_head.md");

const MODELS: &str = "## 人と生涯を守るモデル (models: words of `[protect]`)\n\n\
    守れない人は `suppression_limit` の範囲で抑制され、超えるときは何も提供せず、準識別子を一段粗くした場合の人数を示して止まる。\n\
    People for whom a model does not hold are suppressed within `suppression_limit`; beyond it nothing leaves, and what one step more \
    of generalisation would do is told.\n\n";

const QUESTIONS: &str = "## 問い (questions: `[[question]]`)\n\n\
    残った情報で同じ答えが出るかを、加工前の全員、加工前の提供する人、提供データの三つに聞き、報告書に並べる。`title` に呼び名(`{ ja, en }` でもよい)、\
    `by` に本人の列を書くと群ごとに分ける。提供データに示される列だけを問える。区間(50～55)は中央、片側の開いた区間(201以上)は境の値、年月だけの日付は\
    15日、年だけの日付は7月1日として読み、読み方と数を報告書に書く。10人未満に基づく数は示さない(ANO-10)。\n\n\
    Asked of everybody's original rows, of those of the people released, and of the product, side by side in the report. `title` names a \
    question (also `{ ja, en }`), `by` a column of `person` whose groups are told apart. Only columns that the product shows can be asked \
    about. A class (50～55) is read as its middle, one open on one side (201以上) as its bound, a date known to the month as the 15th, to the year \
    as 1 July; the report says how many were read so. No figure rests on fewer than ten people.\n\n\
    列は `{ of = \"表.列\" }`。`starts_with` はコードの先頭、`item` は検査項目の名称かコード、`on` は日付の列(書かなければ表の最初の日付)。 Rows are named \
    `{ of = \"table.column\" }`, with `starts_with` for the beginnings of codes, `item` for an observation item, `on` for the date (the table's first \
    by default).\n\n";

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
    page.push_str(QUESTIONS);
    for word in questions::WORDS {
        let (name, japanese, (ja, en), example) = (word.name, word.japanese, word.doc, word.example);
        let _ = writeln!(
            page,
            "### `{name}` {japanese}\n\n{ja}\n\n{en}\n\n```toml\n[[question]]\n{example}\n```\n"
        );
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
