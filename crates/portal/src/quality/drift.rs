//! What changed since the run before (前回からの変化): how fields agree, and what providers leave blank.

use super::overall::id;
use crate::html::{Lang, Text, open_table};
use crate::svg::{Anchor, Drawing, FILLED, HOLLOW, PALE, Scale, Width, in_both_widths};
use kiban_app::link::{Drift, QualityReport, Watched};
use kiban_model::words::percent;
use std::fmt::Write as _;

/// The most changed are drawn; the rest are below the first threshold or further down the list.
const SHOWN: usize = 12;

pub(super) fn section(m: &mut String, report: &QualityReport, lang: Lang) {
    let _ = writeln!(
        m,
        "<section><h2>{}</h2>",
        lang.pick("前回の名寄せからの変化", "What changed since the run before")
    );
    if report.drift.is_empty() {
        let _ = writeln!(
            m,
            "<p>{}</p></section>",
            lang.pick("比べられる前回の名寄せがまだありません。", "There is no earlier run to compare with.")
        );
        return;
    }
    let over = |limit: f64| report.drift.iter().filter(|d| d.index >= limit).count();
    let (large, notable) = (over(Drift::LARGE), over(Drift::NOTABLE) - over(Drift::LARGE));
    let _ = writeln!(
        m,
        "<p>{}</p>",
        match lang {
            Lang::Ja => format!(
                "見守っている {} 項目のうち、大きな変化 {large}、要注意 {notable}。",
                report.drift.len()
            ),
            Lang::En => format!(
                "Of {} watched, {large} changed much and {notable} are worth a look.",
                report.drift.len()
            ),
        }
    );
    let shown = report.drift.get(..report.drift.len().min(SHOWN)).unwrap_or_default();
    m.push_str(&in_both_widths(|width| bars(shown, lang, width)));
    let headings = [lang.pick("項目", "Watched"), "PSI", lang.pick("前回 → 今回", "before → now")];
    let table = open_table(lang.pick("変化の表", "Table of changes"), &headings);
    let _ = writeln!(m, "<details><summary>{}</summary>{table}", lang.pick("すべての数値", "All numbers"));
    for drift in &report.drift {
        let shares = drift
            .shares
            .map_or_else(|| "—".to_owned(), |(p, q)| format!("{} → {}", percent(p, lang), percent(q, lang)));
        let _ = writeln!(
            m,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{:.3}</td><td>{shares}</td></tr>",
            Text(&name(&drift.watched, lang)),
            drift.index
        );
    }
    m.push_str("</tbody></table></div></details></section>\n");
}

fn bars(drifts: &[Drift], lang: Lang, width: Width) -> String {
    let pixels = width.pixels();
    let most = drifts.iter().map(|d| d.index).fold(Drift::LARGE * 1.4, f64::max);
    let (left, row, top) = (width.pick(330.0, 4.0), width.pick(32.0, 50.0), 24.0);
    let scale = Scale { low: 0.0, high: most, left, right: pixels - width.pick(190.0, 100.0) };
    let height = top + row * drifts.len() as f64;
    let mut d = Drawing::default();
    for limit in [Drift::NOTABLE, Drift::LARGE] {
        d.line((scale.at(limit), top - 6.0), (scale.at(limit), height), true);
        d.quiet((scale.at(limit), top - 10.0), Anchor::Middle, 12.0, &format!("{limit:.2}"));
    }
    let mut words = Vec::new();
    for (at, drift) in drifts.iter().enumerate() {
        let y = top + row * at as f64;
        let name = name(&drift.watched, lang);
        d.text((0.0, y + 15.0), Anchor::Start, 13.0, &name);
        let (verdict, look) = if drift.index >= Drift::LARGE {
            (lang.pick("大きな変化", "large"), HOLLOW)
        } else if drift.index >= Drift::NOTABLE {
            (lang.pick("要注意", "worth a look"), FILLED)
        } else {
            (lang.pick("安定", "stable"), PALE)
        };
        let (bar, text) = (width.pick(y + 2.0, y + 22.0), format!("{:.2} {verdict}", drift.index));
        d.bar(left, bar, (scale.at(drift.index) - left).max(2.0), 16.0, look);
        d.text((scale.at(drift.index) + 8.0, bar + 13.0), Anchor::Start, 13.0, &text);
        words.push(format!("{name} {text}"));
    }
    let title = lang.pick("変化の大きさ（PSI）", "How much changed (PSI)");
    d.finish(&id("drift", lang, width), (pixels, height + 4.0), title, &words.join("、"))
}

fn name(watched: &Watched, lang: Lang) -> String {
    match watched {
        Watched::Levels(field) => {
            let field = lang.pick(field.words().0, field.words().1);
            match lang {
                Lang::Ja => format!("{field}の一致のしかた"),
                Lang::En => format!("how {field} agrees"),
            }
        }
        Watched::Missing(provider, field) => {
            let field = lang.pick(field.words().0, field.words().1);
            match lang {
                Lang::Ja => format!("{provider}: {field}の記載なし"),
                Lang::En => format!("{provider}: no {field}"),
            }
        }
    }
}
