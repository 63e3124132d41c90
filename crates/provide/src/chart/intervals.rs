//! Estimates with their 95 % intervals (推定値と信頼区間), before hollow and after filled, one above the other: means by group, and the
//! coefficients of a regression as a forest plot with its line at nothing.

use super::canvas::{Anchor, Canvas, Font, text_width, wrap};
use super::scale::Scale;
use super::{Ink, Page};
use crate::markup::Markup;
use crate::words::{self, Lang};

const NAME: Font = Font::bold(15.0);
const VALUE: Font = Font::plain(14.0);
const AXIS: Font = Font::quiet(12.0);
const RADIUS: f64 = 6.0;

/// A figure and the ends of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// One line of the chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) before: Option<Estimate>,
    pub(crate) after: Option<Estimate>,
}

/// Draws the rows on one scale; with `at_nothing`, zero is on it and marked.
pub(crate) fn draw(rows: &[Row], at_nothing: bool, title: &str, lang: Lang, page: Page, id: &str) -> Markup {
    let ends =
        rows.iter().flat_map(|row| [row.before, row.after]).flatten().flat_map(|e| [e.low, e.value, e.high]);
    let scale = Scale::around(ends.chain(at_nothing.then_some(0.0)));
    let left = page.pick(250.0, 0.0) + 28.0;
    let band = page.width() - left - page.pick(40.0, 28.0);
    let x = |value: f64| left + band * scale.share(value);
    let mut canvas = Canvas::default();
    let mut y = legend(&mut canvas, lang, page) + 14.0;
    let first = y;
    let mut marks = Vec::with_capacity(rows.len());
    for row in rows {
        let name = wrap(&row.name, page.pick(235.0, page.width()), NAME);
        let below = canvas.lines((0.0, y + NAME.size), NAME, &name);
        let mark_y = page.pick(y + 24.0, below + 18.0);
        marks.push((row, mark_y));
        y = below.max(mark_y + 24.0) + 12.0;
    }
    for tick in scale.ticks() {
        canvas.line((x(tick), first), (x(tick), y), Ink::GRID, "1", "none");
        canvas.text((x(tick), y + 16.0), Anchor::Middle, AXIS, &scale.label(tick));
    }
    if at_nothing {
        canvas.line((x(0.0), first), (x(0.0), y), Ink::TEXT, "1.5", "none");
    }
    for (row, mark_y) in marks {
        values(&mut canvas, row, &x, mark_y, (left, page.width()));
        for (estimate, y, after) in [(row.before, mark_y, false), (row.after, mark_y + 16.0, true)] {
            let Some(estimate) = estimate else { continue };
            let ink = if after { Ink::MAIN } else { Ink::BEFORE };
            let (low, high) = (x(estimate.low), x(estimate.high));
            canvas.line((low, y), (high, y), ink, "2", "none");
            for end in [low, high] {
                canvas.line((end, y - 4.0), (end, y + 4.0), ink, "2", "none");
            }
            canvas.circle(x(estimate.value), y, RADIUS, if after { Ink::MAIN } else { "#ffffff" }, ink);
        }
    }
    canvas.finish(id, (page.width(), y + 24.0), title, &describe(rows, lang))
}

/// 「5.62 → 5.60」 above the marks, kept inside the frame.
fn values(canvas: &mut Canvas, row: &Row, x: &dyn Fn(f64) -> f64, y: f64, (left, right): (f64, f64)) {
    let text = format!("{} → {}", figure(row.before), figure(row.after));
    let half = text_width(&text, VALUE) / 2.0;
    let places: Vec<f64> = [row.before, row.after].into_iter().flatten().map(|e| x(e.value)).collect();
    let middle = if places.is_empty() { left } else { places.iter().sum::<f64>() / places.len() as f64 };
    let middle = middle.max(left + half).min(right - half).max(half);
    canvas.text((middle, y - 11.0), Anchor::Middle, VALUE, &text);
}

fn figure(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "—".to_owned(), |estimate| words::estimate(estimate.value))
}

fn legend(canvas: &mut Canvas, lang: Lang, page: Page) -> f64 {
    let font = Font::plain(14.0);
    let before = lang.pick("加工前", "Before");
    canvas.line((1.0, 13.0), (25.0, 13.0), Ink::BEFORE, "2", "none");
    canvas.circle(13.0, 13.0, RADIUS, "#ffffff", Ink::BEFORE);
    canvas.text((32.0, 18.0), Anchor::Start, font, before);
    let x = 32.0 + text_width(before, font) + 24.0;
    canvas.line((x, 13.0), (x + 24.0, 13.0), Ink::MAIN, "2", "none");
    canvas.circle(x + 12.0, 13.0, RADIUS, Ink::MAIN, Ink::MAIN);
    let after = match page {
        Page::Wide => lang.pick("加工後（線は95 %信頼区間）", "After (lines: 95 % intervals)"),
        Page::Narrow => lang.pick("加工後", "After"),
    };
    canvas.text((x + 31.0, 18.0), Anchor::Start, font, after);
    26.0
}

fn describe(rows: &[Row], lang: Lang) -> String {
    let row = |row: &Row| {
        let (before, after) = (figure(row.before), figure(row.after));
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

    fn estimate(value: f64, half: f64) -> Option<Estimate> {
        Some(Estimate { value, low: value - half, high: value + half })
    }

    #[test]
    fn larger_stands_to_the_right_and_zero_has_its_line() {
        let rows = [Row { name: "女".into(), before: estimate(1.0, 0.5), after: estimate(2.0, 0.5) }];
        let svg = draw(&rows, true, "t", Lang::Ja, Page::Wide, "d").into_string();
        let x: Vec<f64> =
            tags(&svg, "circle").iter().map(|c| attribute(c, "cx").unwrap().parse().unwrap()).collect();
        assert!(x[2] < x[3], "{x:?}");
        assert!(svg.contains("1.00 → 2.00") && svg.contains("stroke-width=\"1.5\""));
    }

    proptest! {
        #[test]
        fn any_estimates_stay_inside_the_frame(rows in prop::collection::vec((prop::num::f64::ANY, -9e9f64..9e9, 0.0f64..9.0), 0..6), zero in any::<bool>()) {
            let rows: Vec<Row> = rows.iter().map(|(b, a, half)| Row { name: "収縮期血圧 very long name".into(), before: estimate(*b, *half), after: estimate(*a, *half) }).collect();
            for page in [Page::Wide, Page::Narrow] {
                check(draw(&rows, zero, "t", Lang::En, page, "d").as_str());
            }
        }
    }
}
