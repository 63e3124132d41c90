//! What other values of k would cost and protect: the drawing, and the numbers at a few of them with the questions' figures.

use crate::audience::{Audience, Shown};
use crate::chart::{along_k, both_widths};
use crate::markup::Markup;
use crate::report::risk::{head, line};
use crate::words::{Lang, measure, percent};
use kiban_model::report::ReleaseReport;
use kiban_model::report::utility::{Answer, AtK};

/// Values of k in the table.
const TOLD: [u64; 7] = [1, 2, 3, 5, 10, 20, 50];

const TITLE: (&str, &str) = ("守りを強めると何を失うか", "What more protection would cost");

/// The section; for the committee alone.
pub(super) fn section(m: &mut Markup, report: &ReleaseReport, lang: Lang) {
    let (along, k) = (&report.utility.along_k, report.risk.k_required);
    let title = lang.pick(TITLE.0, TITLE.1);
    m.leaf("h2", &[], title);
    m.leaf(
        "p",
        &[("class", "lead")],
        lang.pick(
            "同じ加工のまま k（同じ特徴を持つ人の最少人数）だけを変えたとき、見つけられる確率と、失われる情報がどう動くかです。失われる情報は、手がかりの項目が粗くなった分と、除かれた人の分を合わせ、0（元のまま）から1（何も残らない）で測ります。ほかの条件による抑制は含みません。",
            "With the same treatment and another k (the fewest people alike), how the chance of being found and what is lost would move. What is lost counts how coarse the telling items became, and people left out as lost altogether: 0 as it was, 1 nothing left. People left out for other conditions are not in it.",
        ),
    );
    m.element("figure", &[], |m| {
        let id = |page| format!("{}-along-k-{page}", lang.tag());
        m.put(&both_widths(|page| along_k::draw(along, k, title, lang, page, &id(page.pick("w", "n")))));
    });
    let questions: Vec<(usize, &str, bool)> = report
        .utility
        .questions
        .iter()
        .enumerate()
        .filter(|(at, _)| along.iter().any(|along| along.figures.get(*at).copied().flatten().is_some()))
        .map(|(at, question)| {
            (at, lang.of(&question.title), matches!(question.after, Answer::Prevalence { .. }))
        })
        .collect();
    m.element("details", &[], |m| {
        m.leaf("summary", &[], lang.pick("数字で見る（k ごと）", "The numbers (by k)"));
        m.element("table", &[("class", "plain figures")], |m| {
            m.leaf("caption", &[], title);
            let mut heads = vec![
                "k",
                lang.pick("除かれる人", "People left out"),
                lang.pick("最大の確率", "Highest chance"),
                lang.pick("平均の確率", "Average chance"),
                lang.pick("失われる情報", "Lost"),
            ];
            heads.extend(questions.iter().map(|(_, title, _)| *title));
            head(m, &heads);
            m.element("tbody", &[], |m| {
                for at in along.iter().filter(|at| TOLD.contains(&at.k) || k == Some(at.k)) {
                    line(m, &at.k.to_string(), &cells(at, &questions, lang));
                }
            });
        });
    });
}

/// Where cells are emptied for the policy's k there is no curve.
pub(super) fn left_out(m: &mut Markup, lang: Lang) {
    m.leaf("h2", &[], lang.pick(TITLE.0, TITLE.1));
    m.leaf(
        "p",
        &[("class", "lead")],
        lang.pick(
            "この方針は人を除く代わりに手がかりの項目を空欄にします。k を変えると空欄になる所も変わるため、k ごとの曲線は示しません。",
            "This policy empties telling items instead of leaving people out. Another k would empty others, so no curve along k is shown.",
        ),
    );
}

fn cells(at: &AtK, questions: &[(usize, &str, bool)], lang: Lang) -> Vec<String> {
    let mut cells = vec![
        Shown::of(at.suppressed, Audience::Committee).text(lang),
        percent(at.highest_risk, lang),
        percent(at.average_risk, lang),
        format!("{:.3}", at.loss),
    ];
    cells.extend(questions.iter().map(|(question, _, is_share)| {
        match at.figures.get(*question).copied().flatten() {
            Some(figure) if *is_share => percent(figure, lang),
            Some(figure) => measure(figure),
            None => "—".to_owned(),
        }
    }));
    cells
}
