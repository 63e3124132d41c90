//! What was done to every column: the treated ones in a table with their bars and values, the untouched and the dropped
//! ones as lists, so that forty unchanged columns do not bury the three that matter.

use crate::audience::Audience;
use crate::chart::stacked::{self, Cells};
use crate::chart::{Page, both_widths, frequent};
use crate::markup::Markup;
use crate::words::{Lang, count, measure};
use kiban_model::report::{ColumnChange, ColumnSummary, ReleaseReport};

/// The section.
pub(super) fn section(m: &mut Markup, report: &ReleaseReport, audience: Audience, lang: Lang) {
    m.leaf("h2", &[], lang.pick("項目ごとに何をしたか", "What was done to each item"));
    let treated = |c: &&ColumnChange| !c.dropped && c.changed.saturating_add(c.emptied) > 0;
    let kept: Vec<_> = report.columns.iter().filter(|c| !c.dropped && !treated(c)).collect();
    let dropped: Vec<_> = report.columns.iter().filter(|c| c.dropped).collect();
    let changed: Vec<_> = report.columns.iter().enumerate().filter(|(_, c)| treated(c)).collect();
    let numbers = (changed.len(), kept.len(), dropped.len());
    let mut lead = match lang {
        Lang::Ja => format!(
            "中身を変えた項目 {}、そのままの項目 {}、取り除いた項目 {}。加工方針に書かれていない項目は、すべて取り除かれます。",
            numbers.0, numbers.1, numbers.2
        ),
        Lang::En => format!(
            "{} items changed, {} as they were, {} taken out. Whatever the policy does not name is taken out.",
            numbers.0, numbers.1, numbers.2
        ),
    };
    if !audience.sees_exact() {
        lead += lang.pick(
            "種類の数・平均・標準偏差は、提供するデータのものです。加工前のものは、審査する委員会だけに示します。",
            " Numbers of values, means and deviations are the product's; those before treatment are for the committee alone.",
        );
    }
    m.leaf("p", &[("class", "lead")], &lead);
    if !changed.is_empty() {
        legend(m, lang);
        table(m, &changed, audience, lang);
        values(m, &changed, audience, lang);
    }
    list(m, &kept, lang.pick("そのままの項目", "Items as they were"), lang);
    list(m, &dropped, lang.pick("取り除いた項目", "Items taken out"), lang);
}

fn legend(m: &mut Markup, lang: Lang) {
    m.element("ul", &[("class", "legend"), ("aria-hidden", "true")], |m| {
        let names = [
            ("swatch kept", lang.pick("そのまま", "kept")),
            ("swatch changed", lang.pick("変更", "changed")),
            ("swatch emptied", lang.pick("空欄に", "emptied")),
            ("swatch removed", lang.pick("除外（人ごと除いた分）", "removed (with people left out)")),
        ];
        for (class, name) in names {
            m.element("li", &[], |m| {
                m.leaf("span", &[("class", class)], "").leaf("span", &[], name);
            });
        }
    });
}

fn table(m: &mut Markup, changed: &[(usize, &ColumnChange)], audience: Audience, lang: Lang) {
    let heads = [
        lang.pick("項目", "Item"),
        lang.pick("したこと", "Treatment"),
        lang.pick("どれだけ変わったか", "How much changed"),
        lang.pick("値の種類・平均", "Values, mean"),
    ];
    // Roles are stated because the style sheet turns the table into cards on narrow screens, which would drop them.
    m.element("table", &[("class", "columns"), ("role", "table")], |m| {
        m.leaf("caption", &[], lang.pick("中身を変えた項目", "Items whose contents changed"));
        m.element("thead", &[("role", "rowgroup")], |m| {
            m.element("tr", &[("role", "row")], |m| {
                for head in heads {
                    m.leaf("th", &[("scope", "col"), ("role", "columnheader")], head);
                }
            });
        });
        m.element("tbody", &[("role", "rowgroup")], |m| {
            for (i, change) in changed {
                m.element("tr", &[("role", "row")], |m| row(m, *i, change, audience, heads, lang));
            }
        });
    });
}

fn row(m: &mut Markup, i: usize, change: &ColumnChange, audience: Audience, heads: [&str; 4], lang: Lang) {
    let id = |what: &str| format!("{}-{what}-{i}", lang.tag());
    let [_, treatment, amount, values] = heads;
    m.element("th", &[("scope", "row"), ("role", "rowheader")], |m| {
        m.leaf("span", &[("class", "name")], lang.pick(&change.japanese, &change.column.replace('_', " ")));
        m.raw(" ").leaf("code", &[], &format!("{}.{}", change.table, change.column));
    });
    m.leaf("td", &[("role", "cell"), ("data-label", treatment)], lang.of(&change.treatment));
    let cells = Cells::of(change);
    m.element("td", &[("role", "cell"), ("data-label", amount)], |m| {
        m.put(&stacked::draw(cells, audience, lang, &id("cells")));
        m.leaf("span", &[("class", "shares")], &stacked::words(cells, audience, lang));
    });
    m.element("td", &[("role", "cell"), ("data-label", values)], |m| {
        if let Some(spark) = frequent::spark(&change.before, &change.after, audience, lang, &id("spark")) {
            m.put(&spark);
        }
        m.leaf("span", &[("class", "shares")], &kinds(&change.before, &change.after, audience, lang));
    });
}

/// The values behind the sparklines, a fold for each column that has some.
fn values(m: &mut Markup, changed: &[(usize, &ColumnChange)], audience: Audience, lang: Lang) {
    let draw = |i: usize, change: &ColumnChange, page: Page| {
        let id = format!("{}-values-{i}-{}", lang.tag(), page.pick("w", "n"));
        frequent::draw((&change.before, &change.after), audience, lang, page, &id)
    };
    let some: Vec<_> = changed.iter().filter(|(i, c)| draw(*i, c, Page::Wide).is_some()).collect();
    if some.is_empty() {
        return;
    }
    m.leaf("h3", &[], lang.pick("よくある値の前と後", "Frequent values before and after"));
    m.leaf(
        "p",
        &[],
        lang.pick("10人以上が持つ値だけを示します。", "Only values that at least ten people have are shown."),
    );
    for (i, change) in some {
        m.element("details", &[], |m| {
            let name = lang.pick(&change.japanese, &change.column.replace('_', " ")).clone();
            m.leaf("summary", &[], &format!("{name} ({}.{})", change.table, change.column));
            m.put(&both_widths(|page| draw(*i, change, page).unwrap_or_default()));
        });
    }
}

/// 「120種類 → 12種類、平均 53.4 → 53.1（標準偏差 8.20 → 8.31）」; outside only what the product has: 「12種類、平均 53.1…」.
fn kinds(before: &ColumnSummary, after: &ColumnSummary, audience: Audience, lang: Lang) -> String {
    let unit = lang.pick("種類", "");
    let from =
        if audience.sees_exact() { format!("{}{unit} → ", count(before.distinct)) } else { String::new() };
    let mut text = format!("{from}{}{}", count(after.distinct), lang.pick("種類", " different"));
    let pair = |a: Option<f64>, b: Option<f64>| {
        if !audience.sees_exact() {
            return b.map(measure);
        }
        a.map(|a| format!("{} → {}", measure(a), b.map_or("—".to_owned(), measure)))
    };
    if let Some(mean) = pair(before.mean, after.mean) {
        text += &format!("{}{mean}", lang.pick("、平均 ", "; mean "));
    }
    if let Some(deviation) = pair(before.deviation, after.deviation) {
        text += &match lang {
            Lang::Ja => format!("（標準偏差 {deviation}）"),
            Lang::En => format!(" (standard deviation {deviation})"),
        };
    }
    text
}

fn list(m: &mut Markup, columns: &[&ColumnChange], title: &str, lang: Lang) {
    if columns.is_empty() {
        return;
    }
    m.element("details", &[], |m| {
        let summary = format!("{title}{}{}{}", lang.pick("（", " ("), columns.len(), lang.pick("）", ")"));
        m.leaf("summary", &[], &summary);
        m.element("ul", &[("class", "items")], |m| {
            for change in columns {
                m.element("li", &[], |m| {
                    m.leaf(
                        "span",
                        &[("class", "name")],
                        lang.pick(&change.japanese, &change.column.replace('_', " ")),
                    );
                    m.raw(" ").leaf("code", &[], &format!("{}.{}", change.table, change.column));
                    m.raw(" ").leaf("span", &[("class", "note")], lang.of(&change.treatment));
                });
            }
        });
    });
}
