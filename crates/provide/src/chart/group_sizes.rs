//! How many people share their attributes with how many others (グループの大きさの分布), before hollow and after filled, with
//! the k the policy asks for as a line (ANO-05).
//!
//! Buckets grow like 1, 2, 5, 10 because the difference between 1 and 2 matters and between 401 and 402 does not; k is
//! always an edge of a bucket, so that nobody stands on the line.

use super::canvas::{Anchor, Canvas, Font, share, text_width, wrap};
use super::{Ink, Page};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::{Lang, count};
use kiban_model::report::RiskReport;
use std::collections::BTreeSet;

const BAR: f64 = 16.0;
const ROW: f64 = 50.0;
const LABEL: Font = Font::plain(14.0);
const VALUE: Font = Font::plain(13.0);
const LIMIT: Font = Font { size: 14.0, bold: true, ink: Ink::LIMIT };

/// People in groups of a range of sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// Smallest size.
    pub(crate) from: u64,
    /// Largest size; `None` for the last bucket.
    pub(crate) to: Option<u64>,
    /// People before.
    pub(crate) before: u64,
    /// People after.
    pub(crate) after: u64,
}

/// Puts both histograms into the same buckets, from 1 to the largest group.
pub(crate) fn buckets(risk: &RiskReport) -> Vec<Bucket> {
    let sizes = || risk.before.histogram.iter().chain(&risk.after.histogram).map(|(size, _)| *size);
    let largest = sizes().max().unwrap_or(0).max(risk.k_required.unwrap_or(0));
    let mut edges: BTreeSet<u64> = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000].into();
    edges.retain(|edge| *edge <= largest.max(1));
    edges.extend(risk.k_required.filter(|k| *k > 0));
    if sizes().any(|size| size == 0) {
        edges.insert(0);
    }
    let edges: Vec<u64> = edges.into_iter().collect();
    let people = |histogram: &[(u64, u64)], from: u64, to: Option<u64>| {
        let inside = histogram.iter().filter(|(size, _)| *size >= from && to.is_none_or(|to| *size <= to));
        inside.map(|(_, people)| *people).fold(0, u64::saturating_add)
    };
    let mut buckets = Vec::with_capacity(edges.len());
    for (i, from) in edges.iter().enumerate() {
        let to = edges.get(i + 1).map(|next| next - 1);
        let (before, after) =
            (people(&risk.before.histogram, *from, to), people(&risk.after.histogram, *from, to));
        buckets.push(Bucket { from: *from, to, before, after });
    }
    buckets
}

/// Draws the distribution.
pub(crate) fn draw(risk: &RiskReport, audience: Audience, lang: Lang, page: Page, id: &str) -> Markup {
    let buckets = buckets(risk);
    let shown = |n| Shown::of(n, audience);
    let most = buckets.iter().flat_map(|b| [b.before, b.after]).map(|n| shown(n).length()).max().unwrap_or(0);
    let value = |n: u64| shown(n).with(lang.pick("人", ""), lang);
    let widest = |texts: &mut dyn Iterator<Item = String>, font| {
        texts.map(|t| text_width(&t, font)).fold(0.0, f64::max)
    };
    let left = widest(&mut buckets.iter().map(|b| label(b, lang)), LABEL) + 12.0;
    let right = widest(&mut buckets.iter().flat_map(|b| [value(b.before), value(b.after)]), VALUE) + 12.0;
    let band = page.width() - left - right;
    let mut canvas = Canvas::default();
    let mut y = legend(&mut canvas, lang) + 12.0;
    for bucket in &buckets {
        if risk.k_required == Some(bucket.from) && bucket.from > 1 {
            y = limit(&mut canvas, y, bucket.from, lang, page);
        }
        canvas.text((left - 10.0, y + BAR + 4.0), Anchor::End, LABEL, &label(bucket, lang));
        for (n, top, after) in [(bucket.before, y, false), (bucket.after, y + BAR + 3.0, true)] {
            let text = value(n);
            let n = shown(n);
            let width = if n.length() == 0 { 0.0 } else { (band * share(n.length(), most)).max(2.0) };
            let (fill, stroke) = if after { (Ink::MAIN, Ink::MAIN) } else { ("#ffffff", Ink::BEFORE) };
            if width > 0.0 {
                canvas.rect([left, top, width, BAR], fill, stroke);
            }
            canvas.text((left + width + 7.0, top + BAR - 3.0), Anchor::Start, VALUE, &text);
        }
        canvas.line((left, y - 5.0), (left, y + ROW - 10.0), Ink::TEXT, "1", "none");
        y += ROW;
    }
    let title = lang.pick(
        "同じ特徴を持つ人のグループの大きさ（加工前と加工後）",
        "Size of the groups of people who look alike, before and after",
    );
    canvas.finish(id, (page.width(), y), title, &describe(&buckets, risk.k_required, audience, lang))
}

/// Hollow is before, filled is after; returns its bottom.
fn legend(canvas: &mut Canvas, lang: Lang) -> f64 {
    let before = lang.pick("加工前", "Before");
    canvas.rect([1.0, 5.0, 24.0, BAR], "#ffffff", Ink::BEFORE);
    canvas.text((32.0, 18.0), Anchor::Start, LABEL, before);
    let x = 32.0 + text_width(before, LABEL) + 24.0;
    canvas.rect([x, 5.0, 24.0, BAR], Ink::MAIN, Ink::MAIN);
    canvas.text((x + 31.0, 18.0), Anchor::Start, LABEL, lang.pick("加工後", "After"));
    26.0
}

/// The line no group may stand above; returns where the next row begins.
fn limit(canvas: &mut Canvas, y: f64, k: u64, lang: Lang, page: Page) -> f64 {
    let text = match lang {
        Lang::Ja => format!("約束の線 k = {k}：加工後は、線より上に誰もいないこと"),
        Lang::En => format!("The promised line, k = {k}: after treatment nobody may be above it"),
    };
    let y = y - 4.0;
    canvas.line((0.0, y), (page.width(), y), Ink::LIMIT, "2", "7 4");
    let after = canvas.lines((0.0, y + 18.0), LIMIT, &wrap(&text, page.width(), LIMIT));
    after + 2.0
}

fn label(bucket: &Bucket, lang: Lang) -> String {
    let size = match bucket.to {
        Some(to) if to == bucket.from => count(to),
        Some(to) => format!("{}–{}", count(bucket.from), count(to)),
        None => match lang {
            Lang::Ja => return format!("{}人以上", count(bucket.from)),
            Lang::En => return format!("{}+", count(bucket.from)),
        },
    };
    match (lang, bucket.from, bucket.to) {
        (Lang::Ja, 1, Some(1)) => "1人だけ".to_owned(),
        (Lang::En, 1, Some(1)) => "alone".to_owned(),
        (Lang::Ja, _, _) => format!("{size}人"),
        (Lang::En, _, _) => size,
    }
}

fn describe(buckets: &[Bucket], k: Option<u64>, audience: Audience, lang: Lang) -> String {
    let text = |n| Shown::of(n, audience).with(lang.pick("人", ""), lang);
    let mut parts: Vec<String> = buckets
        .iter()
        .map(|b| match lang {
            Lang::Ja => {
                format!("{}: 加工前 {}、加工後 {}", label(b, lang), text(b.before), text(b.after))
            }
            Lang::En => {
                format!("{}: {} people before, {} after", label(b, lang), text(b.before), text(b.after))
            }
        })
        .collect();
    if let Some(k) = k {
        parts.push(format!("k = {k}"));
    }
    parts.join(lang.pick("。", "; "))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::{attribute, check, tags};
    use super::*;
    use kiban_model::report::GroupSizes;
    use proptest::prelude::*;

    fn risk(before: &[(u64, u64)], after: &[(u64, u64)], k: Option<u64>) -> RiskReport {
        let sizes = |h: &[(u64, u64)]| GroupSizes { histogram: h.to_vec(), ..Default::default() };
        RiskReport { before: sizes(before), after: sizes(after), k_required: k, ..Default::default() }
    }

    #[test]
    fn k_is_an_edge_and_nobody_is_lost_or_counted_twice() {
        let risk = risk(&[(1, 8), (4, 12), (7, 21), (5000, 5000)], &[(4, 4), (7, 28)], Some(4));
        let buckets = buckets(&risk);
        assert!(buckets.iter().any(|b| b.from == 4) && buckets.iter().any(|b| b.to == Some(3)));
        assert_eq!(buckets.iter().map(|b| b.before).sum::<u64>(), 5041);
        assert_eq!(buckets.iter().map(|b| b.after).sum::<u64>(), 32);
        let svg = draw(&risk, Audience::Committee, Lang::Ja, Page::Wide, "g").into_string();
        assert!(svg.contains("k = 4"));
        let bars = tags(&svg, "rect").into_iter().filter(|r| attribute(r, "x") != Some("1".into()));
        let longest = bars.filter_map(|r| attribute(r, "width")?.parse::<f64>().ok()).fold(0.0, f64::max);
        assert!(longest > 600.0, "the longest bar fills the band: {longest}");
    }

    proptest! {
        #[test]
        fn any_histogram_stays_inside_its_frame(before in prop::collection::vec((0u64..3000, 0u64..=u64::MAX), 0..8), after in prop::collection::vec((1u64..3000, 0u64..90_000_000), 0..8), k in prop::option::of(0u64..5000)) {
            let risk = risk(&before, &after, k);
            let total = |f: fn(&Bucket) -> u64| buckets(&risk).iter().map(f).fold(0, u64::saturating_add);
            prop_assert_eq!(total(|b| b.before), before.iter().map(|(_, n)| *n).fold(0, u64::saturating_add));
            prop_assert_eq!(total(|b| b.after), after.iter().map(|(_, n)| *n).sum::<u64>());
            if before.iter().all(|(_, n)| *n < 1_000_000_000) {
                for page in [Page::Wide, Page::Narrow] {
                    check(draw(&risk, Audience::Committee, Lang::En, page, "g").as_str());
                }
            }
        }
    }
}
