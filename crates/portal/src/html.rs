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

/// The whole page: Japanese first, English one click away, without a script.
pub(crate) fn page(title: &str, body: impl Fn(Lang) -> String) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{PAGE_STYLE}{style}</style></head>\n\
         <body><header class=\"bar\"><p class=\"house\"><a href=\"/\">Kiban 基盤</a></p>\n\
         <fieldset class=\"language\"><legend>言語 / Language</legend>\
         <input type=\"radio\" name=\"language\" id=\"to-ja\" checked><label for=\"to-ja\" lang=\"ja\">日本語</label>\
         <input type=\"radio\" name=\"language\" id=\"to-en\"><label for=\"to-en\" lang=\"en\">English</label></fieldset></header>\n\
         <main><div class=\"in-ja\" lang=\"ja\">\n{ja}</div>\n<div class=\"in-en\" lang=\"en\">\n{en}</div></main></body></html>\n",
        title = Text(title),
        style = include_str!("style.css"),
        ja = body(Lang::Ja),
        en = body(Lang::En),
    )
}
