//! Rates before and after (加工前後の確率): a hollow ring, an arrow line, a filled dot. For simulated attackers and for the
//! highest and average risk.

use super::canvas::{Anchor, Canvas, Font, unit, wrap};
use super::{Ink, Page};
use crate::markup::Markup;
use crate::words::{Lang, percent};

const NAME: Font = Font::bold(15.0);
const DETAIL: Font = Font::quiet(13.0);
const VALUE: Font = Font::bold(15.0);
const AXIS: Font = Font::quiet(12.0);
const RADIUS: f64 = 7.0;

/// One line of the chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Who or what.
    pub(crate) name: String,
    /// More about it.
    pub(crate) detail: String,
    /// Rate before, 0 to 1.
    pub(crate) before: f64,
    /// Rate after, 0 to 1.
    pub(crate) after: f64,
}

/// Draws the rows on one scale from 0 to a round number above the largest rate.
pub(crate) fn draw(rows: &[Row], title: &str, lang: Lang, page: Page, id: &str) -> Markup {
    let top = scale_end(rows);
    let left = page.pick(330.0, 0.0) + RADIUS + 2.0;
    let band = page.width() - left - page.pick(40.0, 26.0);
    let x = |rate: f64| left + band * (unit(rate) / top);
    let mut canvas = Canvas::default();
    let mut y = legend(&mut canvas, lang) + 14.0;
    let first = y;
    let mut dots = Vec::with_capacity(rows.len());
    for row in rows {
        let text_width = page.pick(310.0, page.width());
        let name = wrap(&row.name, text_width, NAME);
        let detail = if row.detail.is_empty() { Vec::new() } else { wrap(&row.detail, text_width, DETAIL) };
        let after = canvas.lines((0.0, y + NAME.size), NAME, &name);
        let after = canvas.lines((0.0, after), DETAIL, &detail);
        let dot_y = page.pick(y + 30.0, after + 16.0);
        dots.push((row, dot_y));
        y = (after).max(dot_y + RADIUS) + 18.0;
    }
    for i in 0..=4_u8 {
        let at = top * f64::from(i) / 4.0;
        canvas.line((x(at), first), (x(at), y), Ink::GRID, "1", "none");
        canvas.text((x(at), y + 16.0), Anchor::Middle, AXIS, &percent(at, lang));
    }
    for (row, dot_y) in dots {
        pair(&mut canvas, x(row.before), x(row.after), dot_y);
        values(&mut canvas, row, (x(row.before), x(row.after), dot_y), lang, page);
    }
    canvas.finish(id, (page.width(), y + 24.0), title, &describe(rows, lang))
}

fn pair(canvas: &mut Canvas, before: f64, after: f64, y: f64) {
    canvas.line((before, y), (after, y), Ink::TEXT, "2", "none");
    canvas.circle(before, y, RADIUS, "#ffffff", Ink::BEFORE);
    canvas.circle(after, y, RADIUS - 1.0, Ink::MAIN, Ink::MAIN);
}

/// 「43% → 1.2%」 above the marks, kept inside the frame.
fn values(canvas: &mut Canvas, row: &Row, (before, after, y): (f64, f64, f64), lang: Lang, page: Page) {
    let text = format!("{} → {}", percent(row.before, lang), percent(row.after, lang));
    let half = super::canvas::text_width(&text, VALUE) / 2.0;
    let low = page.pick(340.0, 0.0) + half;
    let middle = f64::midpoint(before, after).max(low).min(page.width() - half);
    canvas.text((middle, y - 12.0), Anchor::Middle, VALUE, &text);
}

fn legend(canvas: &mut Canvas, lang: Lang) -> f64 {
    let font = Font::plain(14.0);
    let before = lang.pick("加工前", "Before");
    canvas.circle(10.0, 13.0, RADIUS, "#ffffff", Ink::BEFORE);
    canvas.text((24.0, 18.0), Anchor::Start, font, before);
    let x = 24.0 + super::canvas::text_width(before, font) + 30.0;
    canvas.circle(x, 13.0, RADIUS - 1.0, Ink::MAIN, Ink::MAIN);
    canvas.text((x + 14.0, 18.0), Anchor::Start, font, lang.pick("加工後", "After"));
    26.0
}

/// A round number at or above every rate.
fn scale_end(rows: &[Row]) -> f64 {
    let most = rows.iter().flat_map(|r| [unit(r.before), unit(r.after)]).fold(0.0, f64::max);
    [0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8].into_iter().find(|end| most <= *end).unwrap_or(1.0)
}

fn describe(rows: &[Row], lang: Lang) -> String {
    let row = |r: &Row| {
        let (before, after) = (percent(r.before, lang), percent(r.after, lang));
        match lang {
            Lang::Ja => format!("{}: 加工前 {before}、加工後 {after}", r.name),
            Lang::En => format!("{}: {before} before, {after} after", r.name),
        }
    };
    rows.iter().map(row).collect::<Vec<_>>().join(lang.pick("。", "; "))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::{attribute, check, tags};
    use super::*;
    use proptest::prelude::*;

    fn row(before: f64, after: f64) -> Row {
        Row {
            name: "近所の人".into(),
            detail: "性別、生まれた月、市区町村、入院した日を知っている".into(),
            before,
            after,
        }
    }

    #[test]
    fn the_scale_is_round_and_the_marks_keep_the_order_of_the_rates() {
        assert_eq!(scale_end(&[row(0.43, 0.01)]), 0.6);
        assert_eq!(scale_end(&[row(0.0, 0.0)]), 0.01);
        let svg = draw(&[row(0.5, 0.1)], "t", Lang::Ja, Page::Wide, "d").into_string();
        let x: Vec<f64> =
            tags(&svg, "circle").iter().map(|c| attribute(c, "cx").unwrap().parse().unwrap()).collect();
        assert!(x[2] > x[3], "before is to the right of after: {x:?}");
        assert!(svg.contains("50% → 10%"));
    }

    proptest! {
        #[test]
        fn any_rates_stay_inside_the_frame(rates in prop::collection::vec((-1.0f64..2.0, prop::num::f64::ANY), 0..6)) {
            let rows: Vec<_> = rates.iter().map(|(b, a)| row(*b, *a)).collect();
            for page in [Page::Wide, Page::Narrow] {
                check(draw(&rows, "t", Lang::En, page, "d").as_str());
            }
        }
    }
}
