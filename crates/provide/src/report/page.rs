//! The page around the sections: both languages one after the other, one of them shown, and the facts at the end.

use super::{columns, models, risk, summary, utility};
use crate::Audience;
use crate::chart::{both_widths, flow};
use crate::markup::Markup;
use crate::words::{Kind, Lang};
use kiban_model::report::ReleaseReport;
use kiban_model::words::PAGE_STYLE;

/// The whole page.
pub(super) fn page(report: &ReleaseReport, audience: Audience) -> Markup {
    let mut m = Markup::default();
    m.raw("<!DOCTYPE html>\n").element("html", &[("lang", "ja")], |m| {
        m.element("head", &[], |m| {
            m.void("meta", &[("charset", "utf-8")]).raw("\n");
            m.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
                .raw("\n");
            // Nothing is loaded or run, whoever serves the file.
            let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
            m.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]).raw("\n");
            m.leaf("title", &[], &format!("加工・提供の報告書 {} / Release report", report.project));
            m.raw("<style>\n").raw(PAGE_STYLE).raw(include_str!("style.css")).raw("</style>\n");
        });
        m.element("body", &[], |m| {
            m.element("header", &[("class", "bar")], |m| {
                m.leaf("p", &[("class", "house")], "Kiban 基盤");
                language(m);
            });
            m.element("main", &[], |m| {
                for lang in [Lang::Ja, Lang::En] {
                    let class = lang.pick("page in-ja", "page in-en");
                    m.element("div", &[("class", class), ("lang", lang.tag())], |m| {
                        body(m, report, audience, lang)
                    });
                }
            });
        });
    });
    m
}

/// One click to the other language, without a script; with a browser that does not know `:has` both are shown.
fn language(m: &mut Markup) {
    m.element("fieldset", &[("class", "language")], |m| {
        m.leaf("legend", &[], "言語 / Language");
        for (id, tag, name, first) in [("to-ja", "ja", "日本語", true), ("to-en", "en", "English", false)]
        {
            let mut attributes = vec![("type", "radio"), ("name", "language"), ("id", id)];
            if first {
                attributes.push(("checked", ""));
            }
            m.void("input", &attributes).leaf("label", &[("for", id), ("lang", tag)], name);
        }
    });
}

fn body(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    m.leaf("p", &[("class", "kind")], Kind::of(&report.kind).name(lang));
    m.leaf("h1", &[], lang.pick("加工・提供の報告書", "Release report"));
    m.element("p", &[("class", "about")], |m| {
        m.leaf("span", &[], &format!("{} {}", lang.pick("プロジェクト", "Project"), report.project));
        m.leaf("span", &[], &format!("{} {}", lang.pick("作成日", "Made on"), report.made_on));
        m.leaf(
            "span",
            &[],
            match audience {
                Audience::Committee => lang.pick(
                    "審査委員会・事業者用（数は正確な値）",
                    "For the committee and the operator (exact counts)",
                ),
                Audience::Recipient => lang.pick(
                    "提供先用（10未満は伏せ、ほかは10の倍数）",
                    "For recipients (counts under 10 withheld, others in tens)",
                ),
            },
        );
    });
    summary::section(m, report, audience, lang);
    remarks(m, report, lang);
    m.element("section", &[], |m| {
        m.leaf("h2", &[], lang.pick("受け取ってから渡すまで", "From delivery to release"));
        m.leaf(
            "p",
            &[("class", "lead")],
            lang.pick(
                "受け取った記録がどこまで進み、どこで、なぜ除かれたかを示します。",
                "How far the records received went, and where and why some were left out.",
            ),
        );
        if report.flow.is_empty() {
            m.leaf("p", &[], lang.pick("数の流れは記録されていません。", "No flow was recorded."));
        } else {
            m.element("figure", &[], |m| {
                let id = |page| format!("{}-flow-{page}", lang.tag());
                m.put(&both_widths(|page| {
                    flow::draw(&report.flow, audience, lang, page, &id(page.pick("w", "n")))
                }));
            });
        }
    });
    m.element("section", &[], |m| risk::groups(m, report, audience, lang));
    m.element("section", &[], |m| risk::attackers(m, report, audience, lang));
    if !report.risk.models.is_empty() {
        m.element("section", &[], |m| models::section(m, report, audience, lang));
    }
    utility::sections(m, report, audience, lang);
    m.element("section", &[], |m| columns::section(m, report, audience, lang));
    facts(m, report, audience, lang);
}

fn remarks(m: &mut Markup, report: &ReleaseReport, lang: Lang) {
    if report.remarks.is_empty() {
        return;
    }
    m.element("section", &[("class", "remarks")], |m| {
        m.leaf("h2", &[], lang.pick("知っておいていただきたいこと", "What you should also know"));
        m.element("ul", &[], |m| {
            for remark in &report.remarks {
                m.leaf("li", &[], lang.of(remark));
            }
        });
    });
}

fn facts(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    m.element("section", &[("class", "facts")], |m| {
        m.leaf("h2", &[], lang.pick("この報告書の根拠", "What this report rests on"));
        m.element("dl", &[], |m| {
            let mut facts = vec![
                (lang.pick("プロジェクト", "Project"), report.project.clone()),
                (lang.pick("元データの版", "Snapshot"), report.snapshot.clone()),
                (lang.pick("加工方針の SHA-256", "SHA-256 of the policy"), report.policy_hash.clone()),
            ];
            if audience.sees_exact() {
                facts.push((
                    lang.pick("乱数の種（外部に出さないこと）", "Seed (not to leave the operator)"),
                    report.seed.to_string(),
                ));
            }
            for (name, value) in facts {
                m.element("div", &[], |m| {
                    m.leaf("dt", &[], name).leaf("dd", &[], &value);
                });
            }
        });
        m.leaf(
            "p",
            &[],
            lang.pick(
                "同じ版・同じ加工方針・同じ種からは、同じ提供物がバイト単位で再現できます。",
                "The same snapshot, policy and seed give the same product again, byte for byte.",
            ),
        );
    });
}
