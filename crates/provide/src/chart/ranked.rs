//! Counts of people before and after, the most frequent first (多い順): for orders of treatment.

use super::canvas::{Anchor, Canvas, Font, share, text_width, wrap};
use super::{Ink, Page};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::Lang;

const NAME: Font = Font::plain(14.0);
const VALUE: Font = Font::plain(13.0);
const BAR: f64 = 14.0;

/// One line of the chart; `None` where it is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) before: Option<u64>,
    pub(crate) after: Option<u64>,
}

/// Draws the rows in their order.
pub(crate) fn draw(
    rows: &[Row],
    audience: Audience,
    title: &str,
    lang: Lang,
    page: Page,
    id: &str,
) -> Markup {
    let length = |n: Option<u64>| n.map_or(0, |n| Shown::of(n, audience).length());
    let most = rows.iter().flat_map(|row| [row.before, row.after]).map(length).max().unwrap_or(0);
    let text = |n: Option<u64>| value(n, audience, lang);
    let widest = rows.iter().flat_map(|row| [row.before, row.after]).map(|n| text_width(&text(n), VALUE));
    let left = page.pick(330.0, 0.0);
    let band = page.width() - left - widest.fold(0.0, f64::max) - 14.0;
    let mut canvas = Canvas::default();
    let mut y = legend(&mut canvas, lang) + 12.0;
    for row in rows {
        let name = wrap(&row.name, page.pick(315.0, page.width()), NAME);
        let below = canvas.lines((0.0, y + NAME.size), NAME, &name);
        let top = page.pick(y, below - 8.0);
        for (n, top, after) in [(row.before, top, false), (row.after, top + BAR + 3.0, true)] {
            let width = if length(n) == 0 { 0.0 } else { (band * share(length(n), most)).max(2.0) };
            let (fill, stroke) = if after { (Ink::MAIN, Ink::MAIN) } else { ("#ffffff", Ink::BEFORE) };
            if width > 0.0 {
                canvas.rect([left, top, width, BAR], fill, stroke);
            }
            canvas.text((left + width + 7.0, top + BAR - 2.0), Anchor::Start, VALUE, &text(n));
        }
        y = below.max(top + 2.0 * BAR + 3.0 + NAME.size) + 6.0;
    }
    canvas.finish(id, (page.width(), y), title, &describe(rows, audience, lang))
}

/// A count, or that it is not shown.
fn value(n: Option<u64>, audience: Audience, lang: Lang) -> String {
    n.map_or_else(
        || lang.pick("10人未満", "under 10").to_owned(),
        |n| Shown::of(n, audience).with(lang.pick("人", ""), lang),
    )
}

fn legend(canvas: &mut Canvas, lang: Lang) -> f64 {
    let before = lang.pick("加工前", "Before");
    canvas.rect([1.0, 5.0, 24.0, 16.0], "#ffffff", Ink::BEFORE);
    canvas.text((32.0, 18.0), Anchor::Start, NAME, before);
    let x = 32.0 + text_width(before, NAME) + 24.0;
    canvas.rect([x, 5.0, 24.0, 16.0], Ink::MAIN, Ink::MAIN);
    canvas.text((x + 31.0, 18.0), Anchor::Start, NAME, lang.pick("加工後", "After"));
    26.0
}

fn describe(rows: &[Row], audience: Audience, lang: Lang) -> String {
    let row = |row: &Row| {
        let (before, after) = (value(row.before, audience, lang), value(row.after, audience, lang));
        match lang {
            Lang::Ja => format!("{}: 加工前 {before}、加工後 {after}", row.name),
            Lang::En => format!("{}: {before} before, {after} after", row.name),
        }
    };
    rows.iter().map(row).collect::<Vec<_>>().join(lang.pick("。", "; "))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::{attribute, check, tags};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bars_are_as_long_as_counts() {
        let row = |before, after| Row { name: "A → B".into(), before, after };
        let svg = draw(
            &[row(Some(100), Some(50)), row(Some(20), None)],
            Audience::Committee,
            "t",
            Lang::Ja,
            Page::Wide,
            "d",
        );
        let svg = svg.into_string();
        let width = |bar: &str| attribute(bar, "width").unwrap().parse::<f64>().unwrap();
        let bars: Vec<f64> = tags(&svg, "rect").into_iter().skip(2).map(width).collect();
        assert!(bars.len() == 3 && (bars[0] - 2.0 * bars[1]).abs() < 0.1, "{bars:?}");
        assert!(svg.contains("10人未満"));
    }

    proptest! {
        #[test]
        fn any_counts_stay_inside_the_frame(rows in prop::collection::vec((prop::option::of(10u64..9_000_000), prop::option::of(0u64..900)), 0..6)) {
            let rows: Vec<Row> = rows.iter().map(|(b, a)| Row { name: "ビグアナイド + DPP-4 → SGLT2 → インスリン".into(), before: *b, after: *a }).collect();
            for page in [Page::Wide, Page::Narrow] {
                check(draw(&rows, Audience::Recipient, "t", Lang::En, page, "d").as_str());
            }
        }
    }
}
