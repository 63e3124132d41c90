//! The policy's models: what was asked for, what the product has, and what it cost, as a table.

use super::risk::{head, line};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::{Lang, measure};
use kiban_model::report::ReleaseReport;

/// The section on models besides k-anonymity.
pub(super) fn section(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    let title = lang.pick("方針が求めた保護", "What the policy asked for");
    m.leaf("h2", &[], title);
    m.leaf("p", &[("class", "lead")], lang.pick(
        "審査された方針が求める条件ごとに、加工しただけのときと、提供するデータでの最も悪い値です。条件を守るために除いた人と、まとめたコードの数も示します。",
        "For each condition of the policy: the worst figure as treated, the worst figure in the product, and what it took to get there.",
    ));
    m.element("table", &[("class", "plain")], |m| {
        m.leaf("caption", &[], title);
        head(
            m,
            &[
                lang.pick("条件", "Condition"),
                lang.pick("求める値", "Asked for"),
                lang.pick("加工しただけ", "As treated"),
                lang.pick("提供データ", "In the product"),
                lang.pick("除いた人", "People left out"),
                lang.pick("まとめたコード", "Codes rolled up"),
            ],
        );
        m.element("tbody", &[], |m| {
            for model in &report.risk.models {
                let figure = |figure: Option<f64>| figure.map_or_else(|| "—".to_owned(), measure);
                let count = |n| Shown::of(n, audience).text(lang);
                let cells = [
                    lang.of(&model.required).to_owned(),
                    figure(model.before),
                    figure(model.after),
                    count(model.suppressed),
                    count(model.cells),
                ];
                line(m, lang.of(&model.model), &cells);
            }
        });
    });
}
