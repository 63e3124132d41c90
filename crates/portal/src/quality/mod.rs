//! The page on the quality of linkage (名寄せの品質報告): for the operator and the committee. Counts, shares and weights
//! only; no identity and no subject is on it, so that it may be filed and shown (LNK-01, LNK-02).
//!
//! What is estimated by the model and what by people's judgement of a random sample are never mixed: the first assumes that
//! the model is right. Formulas and sources stand in docs/linkage-quality.md.

mod drift;
mod fields;
mod overall;
mod providers;
#[cfg(test)]
mod tests;

use crate::html::{Lang, Text, in_both};
use kiban_app::link::{QualityReport, RunReport};
use kiban_model::words::count;
use std::fmt::Write as _;

/// The page, whole and standing alone: nothing is loaded or run.
pub fn quality_page(report: &QualityReport) -> String {
    in_both(
        "名寄せの品質報告 / Linkage quality",
        "Kiban 基盤",
        include_str!("quality.css"),
        |lang| {
            let Some((on, last)) = report.runs.last() else { return String::new() };
            let mut m = format!(
                "<h1>{}</h1>\n<p class=\"quiet\">{}　{} {}　{} {}（{}）</p>\n",
                lang.pick("名寄せの品質報告", "Quality of linkage"),
                Text(&report.operator),
                lang.pick("作成日", "made on"),
                Text(&report.on),
                lang.pick("名寄せ 第", "linkage run"),
                last.linked.run,
                Text(on),
            );
            overall::section(&mut m, report, last, lang);
            overall::runs(&mut m, report, lang);
            overall::probabilities(&mut m, last, lang);
            providers::section(&mut m, last, lang);
            drift::section(&mut m, report, lang);
            fields::section(&mut m, last, lang);
            care(&mut m, last, lang);
            method(&mut m, report, lang);
            m
        },
    )
}

/// What linkage could not use or had to cut.
fn care(m: &mut String, run: &RunReport, lang: Lang) {
    let _ = writeln!(
        m,
        "<section><h2>{}</h2>",
        lang.pick("用いなかった値と大きすぎる組", "Values set aside, and blocks too large")
    );
    let linked = &run.linked;
    if linked.set_aside.is_empty() {
        let _ = writeln!(
            m,
            "<p>{}</p>",
            lang.pick("照合に用いなかった値はありません。", "No value was set aside.")
        );
    } else {
        m.push_str("<ul>");
        for (ja, en) in &linked.set_aside {
            let _ = write!(m, "<li>{}</li>", Text(lang.pick(ja, en)));
        }
        m.push_str("</ul>\n");
    }
    let blocks = &run.statistics.oversized_blocks;
    let left_out: u64 = blocks.iter().map(|b| b.left_out).sum();
    let _ = writeln!(
        m,
        "<p>{}</p></section>",
        match (blocks.is_empty(), lang) {
            (true, Lang::Ja) => "候補を絞る鍵で大きくなりすぎた組はありません。".to_owned(),
            (true, Lang::En) => "No block was too large.".to_owned(),
            (false, Lang::Ja) => format!(
                "候補を絞る鍵で {} 個の組が大きくなりすぎたため分割し、{} 件の記載はその鍵では比べていません（ほかの鍵では比べています）。",
                count(blocks.len() as u64),
                count(left_out)
            ),
            (false, Lang::En) => format!(
                "{} blocks were too large and were split; {} statements were not compared by that key (others may have compared them).",
                count(blocks.len() as u64),
                count(left_out)
            ),
        }
    );
}

fn method(m: &mut String, report: &QualityReport, lang: Lang) {
    let _ = writeln!(
        m,
        "<section class=\"method\"><h2>{}</h2><ul>",
        lang.pick("読み方と方法", "How to read this")
    );
    let lines: [(&str, &str); 5] = [
        (
            "「モデルの推定」は、モデルの確率が正しいと仮定した値です。人の判断による推定と食い違うときは、人の判断を信じてください。",
            "\"By the model\" assumes that the model's probabilities are right. Where it disagrees with people's judgement, believe the people.",
        ),
        (
            "「人の判断」は、確率の区分と現在の扱いで層に分けた無作為標本を、層の大きさで重み付けした推定です。区間は95%（各層は Wilson、合成は Zou・Huang・Zhang 2009）。",
            "\"By people\" is a random sample, stratified by probability and by whether the pair was joined, weighed back by the size of the strata; 95 % limits by Wilson within strata, combined after Zou, Huang and Zhang (2009).",
        ),
        (
            "再現率の分母は、比較して確率1%以上だった組です。一度も比べられなかった組の見逃しは含みません。",
            "Recall is among pairs that were compared and kept (1 % or more). Pairs never compared are not in it.",
        ),
        (
            "変化の指標は PSI（母集団安定性指数）です。0.10 以上は要注意、0.25 以上は大きな変化とする慣行（Siddiqi 2006）によります。",
            "Change is measured by the population stability index: from 0.10 worth a look, from 0.25 large, by the usual rule of thumb (Siddiqi 2006).",
        ),
        (
            "この報告書に、個人を識別する値や個人の番号は含まれていません。",
            "Nothing in this report identifies a person.",
        ),
    ];
    for (ja, en) in lines {
        let _ = write!(m, "<li>{}</li>", lang.pick(ja, en));
    }
    let [same, different, unsure, undone] = report.decisions;
    let _ = writeln!(
        m,
        "</ul><p>{}</p></section>",
        match lang {
            Lang::Ja => format!(
                "人の判断: 同一人 {same}、別人 {different}、判断できない {unsure}、取消し {undone}。確認待ち {}。",
                count(report.waiting)
            ),
            Lang::En => format!(
                "Decisions standing: one person {same}, two persons {different}, cannot be told {unsure}; taken back {undone}. Waiting: {}.",
                count(report.waiting)
            ),
        }
    );
}
