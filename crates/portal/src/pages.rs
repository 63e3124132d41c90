//! The pages: the index, a folder, a JSON file.

use crate::html::{Lang, Text, page};
use crate::paths::encode;
use crate::{DemoIndex, Item, ItemKind, tree};
use serde_json::Value;
use std::fmt::Write as _;

/// The index. `exists` says whether an item can be opened, so that the page never links to nothing.
pub(crate) fn index(index: &DemoIndex, exists: impl Fn(&str) -> bool) -> String {
    page(&index.title.ja, |lang| {
        let mut out =
            format!("<h1>{}</h1>\n<p>{}</p>\n", Text(lang.of(&index.title)), Text(lang.of(&index.lead)));
        for section in &index.sections {
            // Writing into a String cannot fail.
            let _ = writeln!(out, "<section><h2>{}</h2>", Text(lang.of(&section.heading)));
            if section.items.is_empty() {
                let _ =
                    writeln!(out, "<p class=\"quiet\">{}</p>", lang.pick("まだありません。", "Nothing yet."));
            }
            out.push_str("<ul class=\"cards\">\n");
            for item in &section.items {
                card(&mut out, item, exists(&item.path), lang);
            }
            out.push_str("</ul></section>\n");
        }
        out
    })
}

fn card(out: &mut String, item: &Item, exists: bool, lang: Lang) {
    let title = Text(lang.of(&item.title));
    let _ = writeln!(out, "<li><h3>{title}</h3><p>{}</p>", Text(lang.of(&item.about)));
    let path = encode(&item.path);
    if !exists {
        let _ = writeln!(
            out,
            "<p class=\"missing\">{}</p></li>",
            lang.pick("ファイルがありません。", "The file is missing.")
        );
        return;
    }
    let all = (format!("/folder/{path}"), lang.pick("すべてのファイル", "All files"));
    let links = match item.kind {
        ItemKind::Package => vec![
            (format!("/files/{path}/report.html"), lang.pick("報告書を開く", "Open the report")),
            (format!("/files/{path}/dictionary.md"), lang.pick("データ辞書", "Data dictionary")),
            (format!("/files/{path}/policy.toml"), lang.pick("加工方針", "Policy")),
            all,
        ],
        ItemKind::Folder => vec![all],
        ItemKind::Json => vec![
            (format!("/view/{path}"), lang.pick("表で見る", "See as tables")),
            (format!("/files/{path}"), lang.pick("元の JSON", "The JSON itself")),
        ],
        ItemKind::File => vec![(format!("/files/{path}"), lang.pick("開く", "Open"))],
    };
    out.push_str("<p class=\"links\">");
    for (i, (href, name)) in links.iter().enumerate() {
        let class = if i == 0 { " class=\"main-link\"" } else { "" };
        // The name of the item stands in the link for those who hear links without their surroundings.
        let label = format!("{name}: {}", lang.of(&item.title));
        let _ = write!(out, "<a{class} href=\"{href}\" aria-label=\"{}\">{name}</a>", Text(&label));
    }
    out.push_str("</p></li>\n");
}

/// The files of a folder.
pub(crate) fn folder(path: &str, files: &[(String, Option<u64>)]) -> String {
    page(path, |lang| {
        let mut out = format!("<h1>{}</h1>\n{}", Text(path), back(lang));
        let (name, size) = (lang.pick("名前", "Name"), lang.pick("大きさ（バイト）", "Size (bytes)"));
        let caption = lang.pick("ファイル", "Files");
        let _ = writeln!(
            out,
            "<table><caption>{caption}</caption><thead><tr><th scope=\"col\">{name}</th>\
             <th scope=\"col\">{size}</th></tr></thead><tbody>"
        );
        for (name, size) in files {
            let target = encode(&format!("{path}/{name}"));
            let (way, mark) = if size.is_some() { ("files", "") } else { ("folder", "/") };
            let link = format!("<a href=\"/{way}/{target}\">{}{mark}</a>", Text(name));
            let view = if name.ends_with(".json") {
                format!(" <a href=\"/view/{target}\">{}</a>", lang.pick("表で見る", "as tables"))
            } else {
                String::new()
            };
            let size = size.map_or_else(|| "—".to_owned(), |size| tree::value(&Value::from(size), lang));
            let _ =
                writeln!(out, "<tr><th scope=\"row\">{link}{view}</th><td class=\"number\">{size}</td></tr>");
        }
        out.push_str("</tbody></table>\n");
        out
    })
}

/// A JSON file.
pub(crate) fn json(path: &str, value: &Value) -> String {
    page(path, |lang| {
        let raw = lang.pick("元の JSON", "The JSON itself");
        format!(
            "<h1>{}</h1>\n{}<p><a href=\"/files/{}\">{raw}</a></p>\n\
             <div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>\n",
            Text(path),
            back(lang),
            encode(path),
            lang.pick("内容", "Contents"),
            tree::value(value, lang)
        )
    })
}

/// The answer to anything that is not there.
pub(crate) fn missing() -> String {
    page("404", |lang| {
        let text = lang.pick("見つかりません", "Not found");
        format!("<h1>{text}</h1>\n{}", back(lang))
    })
}

fn back(lang: Lang) -> String {
    format!("<p><a href=\"/\">{}</a></p>\n", lang.pick("← 一覧へ戻る", "← Back to the index"))
}
