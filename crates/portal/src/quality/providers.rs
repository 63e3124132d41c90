//! Provider by provider (提供元ごと): how many of its people are known elsewhere, how many are in doubt, what it leaves blank.

use super::overall::id;
use crate::html::{Lang, Text};
use crate::svg::{Anchor, Drawing, FILLED, HOLLOW, Scale, Width, in_both_widths};
use kiban_app::link::{ProviderQuality, RunReport};
use kiban_model::words::{count, percent};
use std::fmt::Write as _;

pub(super) fn section(m: &mut String, run: &RunReport, lang: Lang) {
    let _ = writeln!(m, "<section><h2>{}</h2><p>{}</p>", lang.pick("提供元ごと", "Provider by provider"), lang.pick(
        "塗りつぶしは他の提供元の記録と結び付いた人の割合、白抜きは確認待ちの組にいる人の割合です。",
        "Filled: the share known to another provider too. Hollow: the share with a pair waiting for a human.",
    ));
    // Each provider is drawn by itself, so that any number of them stays readable.
    for (at, provider) in run.providers.iter().enumerate() {
        let _ = writeln!(m, "<h3>{}</h3>", Text(&provider.provider));
        m.push_str(&in_both_widths(|width| shares(provider, at, lang, width)));
    }
    missing(m, &run.providers, lang);
    m.push_str("</section>\n");
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn shares(provider: &ProviderQuality, at: usize, lang: Lang, width: Width) -> String {
    let pixels = width.pixels();
    let scale = Scale { low: 0.0, high: 1.0, left: 2.0, right: pixels - width.pick(330.0, 2.0) };
    let row = width.pick(30.0, 46.0);
    let bars = [
        (lang.pick("他の提供元にも", "known elsewhere"), provider.linked, FILLED),
        (lang.pick("確認待ち", "in doubt"), provider.doubtful, HOLLOW),
    ];
    let mut d = Drawing::default();
    let mut words = Vec::new();
    for (n, (name, part, look)) in bars.into_iter().enumerate() {
        let y = row * n as f64 + 2.0;
        let value = share(part, provider.subjects);
        d.line((scale.left, y + 20.0), (scale.right, y + 20.0), false);
        d.bar(scale.left, y, scale.at(value) - scale.left, 20.0, look);
        let text =
            format!("{name} {}（{} / {}）", percent(value, lang), count(part), count(provider.subjects));
        let place = (width.pick(scale.right + 12.0, 2.0), width.pick(y + 16.0, y + 36.0));
        d.text(place, Anchor::Start, 13.0, &text);
        words.push(text);
    }
    d.finish(
        &id(&format!("provider-{at}"), lang, width),
        (pixels, row * 2.0 + 4.0),
        &provider.provider,
        &words.join("、"),
    )
}

fn missing(m: &mut String, providers: &[ProviderQuality], lang: Lang) {
    let Some(first) = providers.first() else { return };
    let heading = lang.pick("記載のない項目の割合", "Share of statements silent about a field");
    let _ = write!(
        m,
        "<h3>{heading}</h3><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{heading}\"><table class=\"missing-rates\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
        lang.pick("提供元", "Provider"),
        lang.pick("記載", "Statements")
    );
    for (field, _) in &first.missing {
        let _ = write!(m, "<th scope=\"col\">{}</th>", lang.pick(field.words().0, field.words().1));
    }
    m.push_str("</tr></thead><tbody>\n");
    for provider in providers {
        let _ = write!(
            m,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td>",
            Text(&provider.provider),
            count(provider.statements)
        );
        for (_, silent) in &provider.missing {
            let value = share(*silent, provider.statements);
            // Bold where more than half is missing, so that it is seen without colour.
            let class = if value > 0.5 { "number much" } else { "number" };
            let _ = write!(m, "<td class=\"{class}\">{}</td>", percent(value, lang));
        }
        m.push_str("</tr>\n");
    }
    m.push_str("</tbody></table></div>\n");
}
