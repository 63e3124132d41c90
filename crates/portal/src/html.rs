//! A page around content in both languages, and text that cannot become markup.

pub(crate) use kiban_model::words::Lang;
use kiban_model::words::PAGE_STYLE;
use std::fmt;

/// Text on its way into HTML: `{}` escapes it.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c if c.is_control() && !matches!(c, '\n' | '\t') => f.write_str("\u{FFFD}")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

/// Opens a table to its first row; it scrolls by itself where the page is too narrow, and says what it is to who cannot see it.
pub(crate) fn open_table(label: &str, headings: &[&str]) -> String {
    let mut table = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><table><thead><tr>"
    );
    for heading in headings {
        table.push_str("<th scope=\"col\">");
        table.push_str(heading);
        table.push_str("</th>");
    }
    table.push_str("</tr></thead><tbody>");
    table
}

/// A page with a way home: Japanese first, English one click away, without a script.
pub(crate) fn page(title: &str, body: impl Fn(Lang) -> String) -> String {
    in_both(title, "<a href=\"/\">Kiban 基盤</a>", "", body)
}

/// A page in both languages, of which one is shown. `style` is what it has beyond the house's.
pub(crate) fn in_both(title: &str, house: &str, style: &str, body: impl Fn(Lang) -> String) -> String {
    let choice = "<fieldset class=\"language\"><legend>言語 / Language</legend>\
         <input type=\"radio\" name=\"language\" id=\"to-ja\" checked><label for=\"to-ja\" lang=\"ja\">日本語</label>\
         <input type=\"radio\" name=\"language\" id=\"to-en\"><label for=\"to-en\" lang=\"en\">English</label></fieldset>";
    let main = format!(
        "<div class=\"in-ja\" lang=\"ja\">\n{}</div>\n<div class=\"in-en\" lang=\"en\">\n{}</div>",
        body(Lang::Ja),
        body(Lang::En)
    );
    document(Lang::Ja, title, style, &format!("<p class=\"house\">{house}</p>\n{choice}"), &main)
}

/// A page in one language, with a link to itself in the other: for pages with forms, whose parts must not stand twice.
pub(crate) fn in_one(lang: Lang, title: &str, [home, other]: [&str; 2], style: &str, main: &str) -> String {
    let (tag, name) = lang.pick(("en", "English"), ("ja", "日本語"));
    let bar = format!(
        "<p class=\"house\"><a href=\"{home}\">Kiban 基盤</a></p>\n\
         <p class=\"other\"><a href=\"{other}\" hreflang=\"{tag}\" lang=\"{tag}\">{name}</a></p>"
    );
    document(lang, title, style, &bar, main)
}

fn document(lang: Lang, title: &str, style: &str, bar: &str, main: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'\">\n\
         <title>{title}</title>\n<style>\n{PAGE_STYLE}{own}{style}</style></head>\n\
         <body><header class=\"bar\">{bar}</header>\n<main>{main}</main></body></html>\n",
        lang = lang.tag(),
        title = Text(title),
        own = include_str!("style.css"),
    )
}
