//! A JSON value as tables a person can read: objects as name–value tables, lists of like objects as one table.
//!
//! Keys that receipts use get their Japanese name with the key beside it; others are shown as they are. Long lists are cut,
//! and the page says so.

use crate::html::{Lang, Text};
use kiban_model::words::count;
use serde_json::{Map, Value};
use std::fmt::Write as _;

const MOST_ROWS: usize = 500;

/// Renders a value.
pub(crate) fn value(value: &Value, lang: Lang) -> String {
    let mut out = String::new();
    write(&mut out, value, lang);
    out
}

// Writing into a String cannot fail, so results are dropped. serde_json refuses nesting deeper than 128.
fn write(out: &mut String, value: &Value, lang: Lang) {
    match value {
        Value::Object(fields) => object(out, fields, lang),
        Value::Array(items) => list(out, items, lang),
        Value::String(text) => drop(write!(out, "{}", Text(text))),
        Value::Number(number) => out.push_str(&grouped(&number.to_string())),
        Value::Bool(yes) => {
            out.push_str(if *yes { lang.pick("はい", "yes") } else { lang.pick("いいえ", "no") })
        }
        Value::Null => out.push('—'),
    }
}

fn object(out: &mut String, fields: &Map<String, Value>, lang: Lang) {
    if fields.is_empty() {
        out.push('—');
        return;
    }
    out.push_str("<table><tbody>\n");
    for (key, value) in fields {
        let _ = write!(out, "<tr><th scope=\"row\">{}</th>{}", name(key, lang), open_cell(value));
        write(out, value, lang);
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody></table>");
}

fn list(out: &mut String, items: &[Value], lang: Lang) {
    let shown = items.get(..items.len().min(MOST_ROWS)).unwrap_or_default();
    let columns = like_objects(shown);
    if let Some(columns) = columns {
        out.push_str("<table><thead><tr>");
        for key in &columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", name(key, lang));
        }
        out.push_str("</tr></thead><tbody>\n");
        for item in shown {
            out.push_str("<tr>");
            for key in &columns {
                let cell = item.get(key).unwrap_or(&Value::Null);
                out.push_str(open_cell(cell));
                write(out, cell, lang);
                out.push_str("</td>");
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table>");
    } else if shown.is_empty() {
        out.push('—');
    } else {
        out.push_str("<ul>");
        for item in shown {
            out.push_str("<li>");
            write(out, item, lang);
            out.push_str("</li>\n");
        }
        out.push_str("</ul>");
    }
    if items.len() > shown.len() {
        let rest = items.len() - shown.len();
        let _ = match lang {
            Lang::Ja => write!(out, "<p>ほかに {rest} 件（元のファイルをご覧ください）</p>"),
            Lang::En => write!(out, "<p>{rest} more (see the file itself)</p>"),
        };
    }
}

/// The keys of a list whose items are all objects, in order of appearance.
fn like_objects(items: &[Value]) -> Option<Vec<String>> {
    let mut keys: Vec<String> = Vec::new();
    for item in items {
        for key in item.as_object()?.keys() {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
    }
    (!keys.is_empty() && keys.len() <= 24).then_some(keys)
}

const fn open_cell(value: &Value) -> &'static str {
    if matches!(value, Value::Number(_)) { "<td class=\"number\">" } else { "<td>" }
}

/// 12345 as 12,345; anything but a whole number as it is.
fn grouped(number: &str) -> String {
    let whole = number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok()).flatten();
    whole.map_or_else(|| Text(number).to_string(), count)
}

fn name(key: &str, lang: Lang) -> String {
    let japanese = LABELS.iter().find(|(k, _)| *k == key).map(|(_, japanese)| *japanese);
    match (lang, japanese) {
        (Lang::Ja, Some(japanese)) => format!("{japanese} <code>{}</code>", Text(key)),
        (Lang::Ja, None) => format!("{}", Text(key)),
        (Lang::En, _) => format!("{}", Text(&key.replace('_', " "))),
    }
}

/// Fields of [`kiban_model::delivery::Receipt`].
const LABELS: &[(&str, &str)] = &[
    ("delivery", "提供番号"),
    ("provider", "提供元"),
    ("decided_for", "判定日"),
    ("total", "合計"),
    ("units", "読んだ単位"),
    ("files", "ファイル"),
    ("reasons", "理由"),
    ("rows", "格納した行"),
    ("file", "番号"),
    ("format", "形式"),
    ("bytes", "バイト数"),
    ("counts", "件数"),
    ("read", "読んだ"),
    ("admitted", "受け入れた"),
    ("objected", "提供停止の求め"),
    ("not_yet", "まだ使えない"),
    ("quarantined", "保留"),
    ("stored", "格納した"),
    ("history", "旧版"),
    ("cancellations", "取消し"),
    ("already_held", "既に保有"),
    ("reference", "人に関しないもの"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_of_like_objects_become_one_table_and_nothing_becomes_markup() {
        let receipt = json!({
            "delivery": "<b>d</b>",
            "total": { "read": 48_210 },
            "files": [{ "file": 1, "format": "ss-mix2" }, { "file": 2, "bytes": 3.50 }],
            "empty": [], "none": null,
        });
        let ja = value(&receipt, Lang::Ja);
        assert!(
            ja.contains("提供番号 <code>delivery</code>")
                && ja.contains("48,210")
                && ja.contains("&lt;b&gt;d")
        );
        assert_eq!(ja.matches("<thead>").count(), 1);
        assert_eq!(ja.matches("<table>").count(), ja.matches("</table>").count());
        assert!(value(&receipt, Lang::En).contains("<th scope=\"row\">delivery</th>"));
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let long: Value = (0..MOST_ROWS + 3).map(|n| json!({ "n": n })).collect();
        assert!(value(&long, Lang::En).contains("3 more"));
    }

    #[test]
    fn every_field_of_a_receipt_has_a_japanese_name() {
        use kiban_model::delivery::{Counts, FileReceipt, Receipt};
        let counts = Counts::default();
        let file = FileReceipt { file: 1, format: String::new(), bytes: 0, units: 0, counts };
        let receipt = Receipt {
            delivery: String::new(),
            provider: String::new(),
            decided_for: String::new(),
            total: counts,
            units: 0,
            files: vec![file],
            reasons: std::collections::BTreeMap::new(),
            rows: std::collections::BTreeMap::new(),
        };
        fn keys(value: &Value, into: &mut Vec<String>) {
            match value {
                Value::Object(fields) => fields.iter().for_each(|(k, v)| {
                    into.push(k.clone());
                    keys(v, into);
                }),
                Value::Array(items) => items.iter().for_each(|v| keys(v, into)),
                _ => {}
            }
        }
        let mut all = Vec::new();
        keys(&serde_json::to_value(receipt).unwrap(), &mut all);
        for key in all {
            assert!(LABELS.iter().any(|(k, _)| *k == key), "{key}");
        }
    }
}
