//! What a committee must know besides the numbers: what was held back, what a policy leaves to its readers.

use crate::policy::{Kind, Policy, TablePolicy};
use crate::transforms::{CODED_GROUPS, Pipeline};
use kiban_model::report::{Bilingual, SMALL_CELL};
use kiban_model::tables::{Column, ColumnKind, TABLES};

/// What the policy itself gives to remark.
pub(super) fn of_policy(policy: &Policy) -> Vec<Bilingual> {
    let mut remarks = Vec::new();
    let held: Vec<&str> = TABLES.iter().filter(|t| policy.table(t.name).is_none()).map(|t| t.name).collect();
    if !held.is_empty() {
        let list = held.join(", ");
        remarks.push(Bilingual::new(
            format!("提供しない表: {list}"),
            format!("tables that do not leave: {list}"),
        ));
    }
    if policy.kind() == Kind::Anonymized {
        for table in policy.tables() {
            remarks.extend(unguarded(table));
        }
    }
    remarks
}

fn unguarded(table: &TablePolicy) -> Vec<Bilingual> {
    let mut remarks = Vec::new();
    let name = table.table.name;
    let has_rule = table.columns.iter().any(|c| c.pipeline.rare().is_some());
    let group = CODED_GROUPS.iter().find(|g| g.table == name);
    let kept = |column: &str| table.column(column).is_some_and(|c| c.pipeline.is_keep());
    if let Some(group) = group.filter(|g| !has_rule && g.columns().any(kept)) {
        let column = group.code;
        remarks.push(Bilingual::new(
            format!("{name}.{column}: 希少なコードの加工(rare)がない(ANO-04)"),
            format!("{name}.{column}: nothing is done about rare codes (ANO-04)"),
        ));
    }
    let grouped = |c: &Column| group.is_some_and(|g| g.columns().any(|name| name == c.name));
    for column in table.columns.iter().filter(|c| c.column.kind == ColumnKind::Text && c.pipeline.is_keep()) {
        if !grouped(column.column) {
            let column = column.column.name;
            remarks.push(Bilingual::new(
                format!("{name}.{column}: 書かれたとおりの文字列を含む"),
                format!("{name}.{column}: holds text as it was written"),
            ));
        }
    }
    if name == "person" && kept("municipality") {
        remarks.push(Bilingual::new(
            "person.municipality: 市区町村のまま提供する(ANO-05)",
            "person.municipality: leaves as it is, at the level of municipalities (ANO-05)",
        ));
    }
    remarks
}

/// Whom the policy never looked at.
pub(super) fn left_out(policy: &Policy, people: u64) -> Option<Bilingual> {
    let index = policy
        .index()
        .filter(|index| index.leaves_out)
        .map(|_| ("起点となる出来事のない人".to_owned(), "people without the index event".to_owned()));
    let sample = policy.protect().sample.map(|share| {
        (format!("標本(割合 {share})に入らない人"), format!("people not in the sample (share {share})"))
    });
    let reasons: Vec<(String, String)> = sample.into_iter().chain(index).collect();
    let (ja, en): (Vec<String>, Vec<String>) = reasons.into_iter().unzip();
    let (ja_count, en_count) = small(people);
    (!ja.is_empty()).then(|| {
        Bilingual::new(
            format!("対象にしていない人 {ja_count}人: {}", ja.join("、")),
            format!("people left out: {en_count}: {}", en.join(", ")),
        )
    })
}

/// What the rows of a table gave to remark.
pub(super) fn of_rows(name: &str, unnamed: u64, ambiguous: u64) -> Vec<Bilingual> {
    let mut remarks = Vec::new();
    let mut add = |count: u64, ja: &str, en: &str| {
        if count > 0 {
            let (ja_count, en_count) = small(count);
            remarks.push(Bilingual::new(
                format!("{name}: {ja} {ja_count}行"),
                format!("{name}: {en}: {en_count} rows"),
            ));
        }
    };
    add(unnamed, "方針に節のない、または落とす検査項目", "items the policy does not name, or drops");
    add(
        ambiguous,
        "項目名とコードが別々の節に当たるため値を空欄にした",
        "text and code name two sections, value emptied",
    );
    remarks
}

/// A count as it may be shown (ANO-10).
fn small(count: u64) -> (String, String) {
    if count < SMALL_CELL {
        (format!("{SMALL_CELL}未満"), format!("fewer than {SMALL_CELL}"))
    } else {
        (count.to_string(), count.to_string())
    }
}

/// A column's treatment in words; the value column says what its items add.
pub(super) fn treatment(table: &TablePolicy, column: &Column, pipeline: &Pipeline) -> Bilingual {
    let mut words = pipeline.words();
    let treated = table.items.iter().filter(|item| !item.pipeline.is_keep() && !item.pipeline.is_dropped());
    if column.name == "value" && table.table.name == "observation" {
        for item in treated {
            let own = item.pipeline.words();
            words.ja.push_str(&format!("；{}: {}", item.item, own.ja));
            words.en.push_str(&format!("; {}: {}", item.item, own.en));
        }
    }
    words
}
