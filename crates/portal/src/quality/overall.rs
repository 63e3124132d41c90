//! How well, in a few numbers: the last run, the estimates, the runs before, and the pairs by probability.

use crate::html::{Lang, Text, open_table};
use crate::svg::{Anchor, Drawing, FILLED, HOLLOW, PALE, Scale, Width, in_both_widths};
use kiban_app::link::{BINS, Estimate, JudgedSample, QualityReport, RunReport};
use kiban_model::words::{count, percent};
use std::fmt::Write as _;

pub(super) fn section(m: &mut String, report: &QualityReport, run: &RunReport, lang: Lang) {
    let linked = &run.linked;
    let numbers = [
        (lang.pick("提供元別本人", "subjects"), count(linked.subjects)),
        (lang.pick("名寄せ後の本人", "persons"), count(linked.persons)),
        (lang.pick("複数の提供元にまたがる人", "known to several providers"), count(linked.shared)),
        (lang.pick("確認待ちの組", "pairs waiting"), count(report.waiting)),
    ];
    m.push_str("<dl class=\"numbers\">");
    for (name, value) in numbers {
        let _ = write!(m, "<div><dt>{name}</dt><dd class=\"big\">{value}</dd></div>");
    }
    m.push_str("</dl>\n");
    let _ = writeln!(
        m,
        "<section><h2>{}</h2>",
        lang.pick("正しさの推定", "How right it is, as far as can be told")
    );
    let sample = report.sample.as_ref();
    let estimates = [
        (
            lang.pick("適合率", "precision"),
            lang.pick("結び付けた組のうち正しい割合", "of the joined pairs, the share that is right"),
            linked.estimated_precision,
            sample.and_then(|s| s.precision),
        ),
        (
            lang.pick("再現率", "recall"),
            lang.pick("正しい組のうち結び付けた割合", "of the right pairs, the share that was joined"),
            linked.estimated_recall,
            sample.and_then(|s| s.recall),
        ),
    ];
    m.push_str(&in_both_widths(|width| dots(&estimates, lang, width)));
    judged(m, sample, lang);
    m.push_str("</section>\n");
}

type Row<'a> = (&'a str, &'a str, Option<f64>, Option<Estimate>);

fn dots(rows: &[Row<'_>], lang: Lang, width: Width) -> String {
    let lowest = rows.iter().flat_map(|(_, _, model, people)| [*model, people.map(|e| e.low)]).flatten();
    let low = lowest.fold(1.0, f64::min);
    // The axis begins at a round number below everything shown.
    let low = [0.8, 0.6, 0.4, 0.2].into_iter().find(|start| *start <= low).unwrap_or(0.0);
    let (pixels, left) = (width.pixels(), width.pick(300.0, 16.0));
    let scale = Scale { low, high: 1.0, left, right: pixels - 24.0 };
    let (row, head) = (width.pick(96.0, 132.0), width.pick(0.0, 44.0));
    let height = row * rows.len() as f64 + 30.0;
    let mut d = Drawing::default();
    for tick in 0..=4 {
        let value = low + (1.0 - low) * f64::from(tick) / 4.0;
        d.line((scale.at(value), 0.0), (scale.at(value), height - 24.0), true);
        let label = format!("{:.0}%", value * 100.0);
        let anchor = if tick == 4 { Anchor::End } else { Anchor::Middle };
        d.quiet((scale.at(value), height - 6.0), anchor, 12.0, &label);
    }
    let mut words = Vec::new();
    for (at, (name, about, model, people)) in rows.iter().enumerate() {
        let y = row * at as f64;
        d.bold((0.0, y + 20.0), Anchor::Start, 16.0, name);
        d.quiet((0.0, y + 38.0), Anchor::Start, 12.0, about);
        let line = |n: f64| y + head + 24.0 + 34.0 * n;
        if let Some(model) = model {
            let text = format!("{} {}", lang.pick("モデルの推定", "by the model"), percent(*model, lang));
            mark(&mut d, &scale, *model, line(0.0), HOLLOW, &text);
            words.push(format!("{name} {text}"));
        }
        match people {
            Some(e) => {
                let text = format!(
                    "{} {}（{}–{}）",
                    lang.pick("人の判断", "by people"),
                    percent(e.value, lang),
                    percent(e.low, lang),
                    percent(e.high, lang)
                );
                d.span(scale.at(e.low), scale.at(e.high), line(1.0), FILLED.0);
                mark(&mut d, &scale, e.value, line(1.0), FILLED, &text);
                words.push(format!("{name} {text}"));
            }
            None => d.quiet(
                (left, line(1.0) + 5.0),
                Anchor::Start,
                13.0,
                lang.pick("人の判断: まだ推定できません", "by people: not yet"),
            ),
        }
    }
    let title = lang.pick("適合率と再現率の推定", "Estimated precision and recall");
    d.finish(&id("estimates", lang, width), (pixels, height), title, &words.join("、"))
}

/// A point with its words on whichever side has room, above an interval.
fn mark(d: &mut Drawing, scale: &Scale, value: f64, y: f64, look: (&str, &str), text: &str) {
    let x = scale.at(value);
    let middle = f64::midpoint(scale.left, scale.right);
    if x > middle {
        d.text((x + 6.0, y - 9.0), Anchor::End, 13.0, text);
    } else {
        d.text((x - 6.0, y - 9.0), Anchor::Start, 13.0, text);
    }
    // After the words, whose edge would cut into it.
    d.dot(x, y, look);
}

/// The strata of the sample, as judged so far.
fn judged(m: &mut String, sample: Option<&JudgedSample>, lang: Lang) {
    let Some(sample) = sample else {
        let _ = writeln!(m, "<p>{}</p>", lang.pick(
            "人の判断による推定には、<code>kiban link sample 200</code> で標本を抽出し、<code>kiban link review --serve</code> で回答してください。",
            "For an estimate by people, draw a sample with <code>kiban link sample 200</code> and answer it at <code>kiban link review --serve</code>.",
        ));
        return;
    };
    let (drawn, done): (u64, u64) =
        sample.strata.iter().fold((0, 0), |(d, j), s| (d + s.drawn, j + s.judged + s.unsure));
    let _ = writeln!(
        m,
        "<p>{}</p>",
        match lang {
            Lang::Ja => format!(
                "標本 {}（名寄せ 第{}回から {} に抽出、種 {}）: {drawn} 組のうち {done} 組に回答済み。",
                sample.number,
                sample.run,
                Text(&sample.on),
                sample.seed
            ),
            Lang::En => format!(
                "Sample {} (of run {}, drawn {}, seed {}): {done} of {drawn} pairs answered.",
                sample.number,
                sample.run,
                Text(&sample.on),
                sample.seed
            ),
        }
    );
    if done < drawn {
        let _ = writeln!(
            m,
            "<p class=\"note\">{}</p>",
            lang.pick(
                "標本のすべてに回答がそろうまで推定値は示しません。途中の回答は偏りうるためです。",
                "No estimate is given until the whole sample is answered: a part of it may be a biased part."
            )
        );
    }
    let headings = [
        lang.pick("扱い", "Treated as"),
        lang.pick("確率", "Probability"),
        lang.pick("組の数", "Pairs"),
        lang.pick("抽出", "Drawn"),
        lang.pick("同一人／回答", "One person / judged"),
        lang.pick("判断できない", "Cannot be told"),
    ];
    let table = open_table(lang.pick("層の表", "Table of strata"), &headings);
    let _ = writeln!(
        m,
        "<details><summary>{}</summary>{table}",
        lang.pick("層ごとの標本", "The sample, stratum by stratum")
    );
    for s in &sample.strata {
        let joined =
            if s.joined { lang.pick("同一人", "one person") } else { lang.pick("別人", "two persons") };
        let _ = writeln!(
            m,
            "<tr><th scope=\"row\">{joined}</th><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{} / {}</td><td class=\"number\">{}</td></tr>",
            bin(usize::from(s.bin)),
            count(s.pairs),
            s.drawn,
            s.same,
            s.judged,
            s.unsure
        );
    }
    m.push_str("</tbody></table></div></details>\n");
}

/// 10–50%; the lowest bin ends where a pair is not kept at all.
fn bin(at: usize) -> String {
    let end = |at: Option<usize>| at.and_then(|at| BINS.get(at)).map_or(0.0, |end| end * 100.0);
    let text = |value: f64| format!("{value:.1}").trim_end_matches(".0").to_owned();
    if at == 0 {
        return format!("< {}%", text(end(Some(0))));
    }
    format!("{}–{}%", text(end(at.checked_sub(1))), text(end(Some(at))))
}

pub(super) fn runs(m: &mut String, report: &QualityReport, lang: Lang) {
    let headings = [
        lang.pick("回", "Run"),
        lang.pick("日", "Day"),
        lang.pick("提供元別本人", "Subjects"),
        lang.pick("本人", "Persons"),
        lang.pick("要確認", "In doubt"),
        lang.pick("適合率", "Precision"),
        lang.pick("再現率", "Recall"),
    ];
    let table = open_table(lang.pick("名寄せの一覧", "Table of runs"), &headings);
    let _ = writeln!(m, "<section><h2>{}</h2>{table}", lang.pick("これまでの名寄せ", "Run by run"));
    let share = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| percent(v, lang));
    for (on, run) in report.runs.iter().rev().take(50) {
        let l = &run.linked;
        let _ = writeln!(
            m,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            l.run,
            Text(on),
            count(l.subjects),
            count(l.persons),
            count(l.review),
            share(l.estimated_precision),
            share(l.estimated_recall)
        );
    }
    let _ = writeln!(
        m,
        "</tbody></table></div><p class=\"quiet\">{}</p></section>",
        lang.pick("適合率・再現率はモデルの推定です。", "Precision and recall are the model's estimates.")
    );
}

/// Kept pairs by probability: joined and not.
pub(super) fn probabilities(m: &mut String, run: &RunReport, lang: Lang) {
    let most = run.bins.iter().map(|(all, _)| *all).max().unwrap_or(0).max(1);
    let _ = writeln!(m, "<section><h2>{}</h2><p>{}</p>", lang.pick("組の確率の分布", "Pairs by probability"), lang.pick(
        "比べた組のうち確率1%以上のものの数です。両端に集まるほど、はっきり分かれています。棒の長さは平方根の目盛りです。",
        "Pairs compared with a probability of 1 % or more. The more they gather at the ends, the clearer the cut. Bars are on a square-root scale.",
    ));
    m.push_str(&in_both_widths(|width| {
        let (pixels, left) = (width.pixels(), 96.0);
        let scale =
            Scale { low: 0.0, high: (most as f64).sqrt(), left, right: pixels - width.pick(300.0, 8.0) };
        let row = width.pick(34.0, 50.0);
        let mut d = Drawing::default();
        let mut words = Vec::new();
        for (at, (all, joined)) in run.bins.iter().enumerate() {
            let y = row * at as f64 + 4.0;
            d.text((0.0, y + 17.0), Anchor::Start, 13.0, &bin(at));
            let (whole, part) = (scale.at((*all as f64).sqrt()), scale.at((*joined as f64).sqrt()));
            if *all > 0 {
                d.bar(left, y + 2.0, whole - left, 20.0, HOLLOW);
                d.bar(left, y + 2.0, part - left, 20.0, PALE);
            }
            let text = match lang {
                Lang::Ja => format!("{} 組（同一人とした組 {}）", count(*all), count(*joined)),
                Lang::En => format!("{} pairs, {} joined", count(*all), count(*joined)),
            };
            let (x, line) = (width.pick(whole + 10.0, left), width.pick(y + 17.0, y + 37.0));
            d.text((x, line), Anchor::Start, 13.0, &text);
            words.push(format!("{} {text}", bin(at)));
        }
        let title = lang.pick("確率の区分ごとの組の数", "Pairs by bin of probability");
        d.finish(
            &id("bins", lang, width),
            (pixels, row * run.bins.len() as f64 + 8.0),
            title,
            &words.join("、"),
        )
    }));
    if run.joined_through_others > 0 {
        let _ = writeln!(
            m,
            "<p class=\"quiet\">{}</p>",
            match lang {
                Lang::Ja => format!(
                    "ほかに {} 組は、直接の比較でなく他の記録を介して同一人になっています。",
                    count(run.joined_through_others)
                ),
                Lang::En => format!(
                    "{} more pairs are one person through other records, not by themselves.",
                    count(run.joined_through_others)
                ),
            }
        );
    }
    m.push_str("</section>\n");
}

/// An id of its own for each drawing of the page.
pub(super) fn id(name: &str, lang: Lang, width: Width) -> String {
    format!("{name}-{}-{}", lang.tag(), if width == Width::Wide { "w" } else { "n" })
}
