//! The first page of the desk: what waits, how far the sample is, what was decided and can be taken back.

use super::{List, MOST, Pair, Place};
use crate::html::{Lang, Text, open_table};
use kiban_app::link::{Answer, KeptPair, PairDecision, ReviewReason, Reviewer};
use kiban_app::{AppError, Operator};
use kiban_model::words::{count, percent};
use std::fmt::Write as _;

/// Of what was decided, so many of the latest are listed.
const LATEST: usize = 30;

/// What the page shows.
pub(super) struct Overview {
    by: String,
    waiting: u64,
    queue: Vec<KeptPair>,
    /// Answered, all, and the first not answered.
    sample: (usize, usize, Option<Pair>),
    /// Latest first.
    decisions: Vec<PairDecision>,
    unapplied: usize,
}

pub(super) fn gather(operator: &Operator, reviewer: &Reviewer) -> Result<Overview, AppError> {
    let mut decisions = operator.link_decisions()?;
    let decided = |pair: &Pair| decisions.iter().any(|d| d.undone.is_none() && (d.a, d.b) == *pair);
    let sample: Vec<Pair> = operator.sampled_pairs()?.iter().map(|p| (p.a, p.b)).collect();
    let open: Vec<Pair> = sample.iter().copied().filter(|pair| !decided(pair)).collect();
    decisions.reverse();
    decisions.truncate(LATEST);
    Ok(Overview {
        by: reviewer.by.clone(),
        waiting: operator.pairs_waiting()?,
        queue: operator.review_queue(MOST)?,
        sample: (sample.len() - open.len(), sample.len(), open.first().copied()),
        decisions,
        unapplied: operator.unapplied_decisions()?,
    })
}

pub(super) fn page(overview: &Overview, place: &Place) -> String {
    let lang = place.lang;
    let title = lang.pick("名寄せの確認", "Linkage review");
    let mut m = format!(
        "<h1>{title}</h1>\n<p class=\"quiet\">{}: {}　{}</p>\n",
        lang.pick("担当者", "Reviewer"),
        Text(&overview.by),
        lang.pick(
            "閲覧・表示・判断・取消しはすべて台帳に記録されます（値は記録されません）。",
            "Every look, uncovering, answer and undoing is recorded in the ledger, without values.",
        )
    );
    // Writing into a String cannot fail.
    if overview.unapplied > 0 {
        let _ = writeln!(
            m,
            "<p class=\"note\">{}</p>",
            match lang {
                Lang::Ja => format!(
                    "まだ名寄せに反映していない判断が {} 件あります。<code>kiban link</code> で反映されます。",
                    overview.unapplied
                ),
                Lang::En => format!(
                    "{} decisions are not yet applied: <code>kiban link</code> applies them.",
                    overview.unapplied
                ),
            }
        );
    }
    starts(&mut m, overview, place);
    queue(&mut m, overview, place);
    decisions(&mut m, &overview.decisions, place);
    place.page(title, "/", &m)
}

fn starts(m: &mut String, overview: &Overview, place: &Place) {
    let lang = place.lang;
    m.push_str("<ul class=\"cards\">\n");
    let (heading, text) = (lang.pick("確認待ち", "Waiting"), lang.pick("組", "pairs"));
    let _ = write!(
        m,
        "<li><h2>{heading}</h2><p class=\"big\">{} <small>{text}</small></p>",
        count(overview.waiting)
    );
    match overview.queue.first() {
        Some(first) => {
            let _ = write!(
                m,
                "<p><a class=\"main-link\" accesskey=\"j\" href=\"{}\">{}</a></p>",
                place.pair(List::Queue, (first.a, first.b)),
                lang.pick("最初の組を見る", "Look at the first pair")
            );
        }
        None => {
            let _ = write!(m, "<p>{}</p>", lang.pick("待っている組はありません。", "Nothing is waiting."));
        }
    }
    m.push_str("</li>\n");
    let (done, all, first) = overview.sample;
    let heading = lang.pick("品質の標本", "Sample for quality");
    let _ = write!(m, "<li><h2>{heading}</h2>");
    if all == 0 {
        let _ = write!(
            m,
            "<p>{}</p>",
            lang.pick(
                "標本はまだありません。<code>kiban link sample 200</code> で抽出します。",
                "No sample yet: <code>kiban link sample 200</code> draws one."
            )
        );
    } else {
        let _ = write!(
            m,
            "<p class=\"big\">{done} / {all} <small>{}</small></p>",
            lang.pick("組に回答済み", "pairs answered")
        );
        if let Some(first) = first {
            let _ = write!(
                m,
                "<p><a class=\"main-link\" href=\"{}\">{}</a></p>",
                place.pair(List::Sample, first),
                lang.pick("標本の続きを見る", "Go on with the sample")
            );
        }
    }
    m.push_str("</li></ul>\n");
}

fn queue(m: &mut String, overview: &Overview, place: &Place) {
    let lang = place.lang;
    if overview.queue.is_empty() {
        return;
    }
    let headings = [
        lang.pick("順", "No."),
        lang.pick("同一人の確率", "Probability"),
        lang.pick("現在", "At present"),
        lang.pick("確認する理由", "Why it is asked"),
    ];
    let table = open_table(lang.pick("待っている組の表", "Table of pairs waiting"), &headings);
    let _ = writeln!(
        m,
        "<section><h2>{}</h2>\n<p>{}</p>\n{table}",
        lang.pick("待っている組", "Pairs waiting"),
        lang.pick(
            "答えの価値が高い順です（迷いの大きさ × その答えで決まる組の数）。",
            "In the order of what an answer is worth: how open the question is × how many pairs it settles."
        )
    );
    for (at, pair) in overview.queue.iter().enumerate() {
        let name = lang.pick("組", "Pair");
        let _ = writeln!(
            m,
            "<tr><th scope=\"row\"><a href=\"{}\">{name} {}</a></th><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>",
            place.pair(List::Queue, (pair.a, pair.b)),
            at + 1,
            percent(pair.probability, lang),
            joined(pair.joined, lang),
            why(pair.why.as_deref(), lang)
        );
    }
    m.push_str("</tbody></table></div>\n");
    let more = overview.waiting.saturating_sub(overview.queue.len() as u64);
    if more > 0 {
        let _ = writeln!(m, "<p class=\"quiet\">{} {}</p>", lang.pick("ほかに", "and more:"), count(more));
    }
    m.push_str("</section>\n");
}

fn decisions(m: &mut String, decisions: &[PairDecision], place: &Place) {
    let lang = place.lang;
    if decisions.is_empty() {
        return;
    }
    let headings = [
        lang.pick("番号", "No."),
        lang.pick("日", "Day"),
        lang.pick("担当者", "By"),
        lang.pick("判断", "Answer"),
        lang.pick("取消し", "Undo"),
    ];
    let table = open_table(lang.pick("判断の表", "Table of decisions"), &headings);
    let _ = writeln!(m, "<section><h2>{}</h2>\n{table}", lang.pick("最近の判断", "Latest decisions"));
    let latest = decisions.iter().find(|d| d.undone.is_none()).map(|d| d.number);
    for d in decisions {
        let pair = place.pair(List::Queue, (d.a, d.b));
        let undo = match &d.undone {
            Some(u) => format!("{} {} {}", Text(&u.on), Text(&u.by), lang.pick("が取消し", "took it back")),
            None => undo_form(d.number, latest == Some(d.number), place),
        };
        let _ = writeln!(
            m,
            "<tr><th scope=\"row\"><a href=\"{pair}\">{}</a></th><td>{}</td><td>{}</td><td>{}</td><td>{undo}</td></tr>",
            d.number,
            Text(&d.on),
            Text(&d.by),
            answer(d.answer, lang)
        );
    }
    m.push_str("</tbody></table></div></section>\n");
}

/// The button that takes a decision back. One of a page has the key `z`.
pub(super) fn undo_form(decision: i64, by_key: bool, place: &Place) -> String {
    let name = place.lang.pick("取り消す", "Undo");
    let key = if by_key { " accesskey=\"z\"" } else { "" };
    format!(
        "<form method=\"post\" action=\"{}/undo/{decision}\"><button class=\"small\"{key} aria-label=\"{name} {decision}\">{name}</button></form>",
        place.base
    )
}

pub(super) const fn answer(answer: Answer, lang: Lang) -> &'static str {
    match answer {
        Answer::Same => lang.pick("同一人", "one person"),
        Answer::Different => lang.pick("別人", "two persons"),
        Answer::Unsure => lang.pick("判断できない", "cannot be told"),
    }
}

pub(super) const fn joined(joined: bool, lang: Lang) -> &'static str {
    if joined {
        lang.pick("同一人としている", "one person")
    } else {
        lang.pick("別人としている", "two persons")
    }
}

fn why(code: Option<&str>, lang: Lang) -> &'static str {
    let reason = code.and_then(|code| serde_json::from_value::<ReviewReason>(code.into()).ok());
    reason.map_or("—", |reason| lang.pick(reason.words().0, reason.words().1))
}
