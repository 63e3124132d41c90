//! A survival curve (生存曲線) before and after: dashed and solid steps, the band of the latter, and below how many were still
//! followed.

use super::canvas::{Anchor, Canvas, Font, text_width, unit};
use super::scale::Scale;
use super::{Ink, Page};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::{Lang, count, percent};
use kiban_model::report::utility::CurvePoint;

const AXIS: Font = Font::quiet(12.0);
const LABEL: Font = Font::plain(14.0);
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 66.0;

/// Draws one group's curves.
pub(crate) fn draw(
    (before, after): (&[CurvePoint], &[CurvePoint]),
    audience: Audience,
    title: &str,
    lang: Lang,
    page: Page,
    id: &str,
) -> Markup {
    let last = before.iter().chain(after).map(|point| point.day).max().unwrap_or(0);
    let scale = Scale::up_to(f64::from(last.max(1)));
    let band = page.width() - LEFT - 30.0;
    let mut canvas = Canvas::default();
    let top = legend(&mut canvas, lang, page) + 14.0;
    let x = |day: f64| LEFT + band * scale.share(day);
    let y = |survival: f64| top + HEIGHT * (1.0 - unit(survival));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        canvas.line((LEFT, y(share)), (LEFT + band, y(share)), Ink::GRID, "1", "none");
        canvas.text((LEFT - 8.0, y(share) + 4.0), Anchor::End, AXIS, &percent(share, lang));
    }
    let place = |point: &CurvePoint, share: f64| (x(f64::from(point.day)), y(share));
    let mut outline = steps(after.iter().map(|point| place(point, point.high)));
    let mut lower = steps(after.iter().map(|point| place(point, point.low)));
    lower.reverse();
    outline.extend(lower);
    if outline.len() > 2 {
        canvas.outline(&outline, Ink::PALE);
    }
    canvas.polyline(&steps(before.iter().map(|point| place(point, point.survival))), Ink::BEFORE, "2", "7 4");
    canvas.polyline(&steps(after.iter().map(|point| place(point, point.survival))), Ink::MAIN, "2.5", "none");
    let bottom = top + HEIGHT;
    let mut below = bottom + 18.0;
    for tick in scale.ticks() {
        canvas.line((x(tick), bottom), (x(tick), bottom + 5.0), Ink::TEXT, "1", "none");
        canvas.text((x(tick), below), Anchor::Middle, AXIS, &count(tick.round() as u64));
    }
    below += 18.0;
    canvas.text(
        (0.0, below),
        Anchor::Start,
        AXIS,
        lang.pick("日数。下は追跡している人数", "days; below: people followed"),
    );
    for (name, points) in [(lang.pick("加工前", "Before"), before), (lang.pick("加工後", "After"), after)]
    {
        below += 18.0;
        canvas.text((0.0, below), Anchor::Start, AXIS, name);
        // The last tick stands at the edge; every second one is enough on a narrow page.
        for tick in scale.ticks().step_by(page.pick(1, 2)) {
            let then = points.iter().rev().find(|point| f64::from(point.day) <= tick + 0.5);
            let still = points.last().is_some_and(|last| f64::from(last.day) >= tick - 0.5);
            if let Some(point) = then.filter(|_| still) {
                canvas.text((x(tick), below), Anchor::Middle, AXIS, &at_risk(point, audience));
            }
        }
    }
    canvas.finish(id, (page.width(), below + 8.0), title, &describe(before, after, lang))
}

/// Numbers at risk are many: tens without a word.
fn at_risk(point: &CurvePoint, audience: Audience) -> String {
    count(Shown::of(point.at_risk, audience).length())
}

/// The corners of steps: each share holds until the next point.
fn steps(points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for (x, y) in points {
        if let Some((_, before)) = corners.last().copied() {
            corners.push((x, before));
        }
        corners.push((x, y));
    }
    corners
}

fn legend(canvas: &mut Canvas, lang: Lang, page: Page) -> f64 {
    let before = lang.pick("加工前", "Before");
    canvas.line((1.0, 13.0), (27.0, 13.0), Ink::BEFORE, "2", "7 4");
    canvas.text((34.0, 18.0), Anchor::Start, LABEL, before);
    let x = 34.0 + text_width(before, LABEL) + 24.0;
    canvas.rect([x, 5.0, 26.0, 16.0], Ink::PALE, Ink::PALE);
    canvas.line((x, 13.0), (x + 26.0, 13.0), Ink::MAIN, "2.5", "none");
    let after = match page {
        Page::Wide => lang.pick("加工後（帯は95 %信頼区間）", "After (band: 95 % interval)"),
        Page::Narrow => lang.pick("加工後", "After"),
    };
    canvas.text((x + 33.0, 18.0), Anchor::Start, LABEL, after);
    26.0
}

fn describe(before: &[CurvePoint], after: &[CurvePoint], lang: Lang) -> String {
    let end = |points: &[CurvePoint]| {
        points.last().map_or_else(
            || "—".to_owned(),
            |point| format!("{} ({})", percent(point.survival, lang), point.day),
        )
    };
    match lang {
        Lang::Ja => {
            format!("最後の時点で出来事のない割合（日数）: 加工前 {}、加工後 {}", end(before), end(after))
        }
        Lang::En => format!(
            "Share without the event at the last day shown: {} before, {} after",
            end(before),
            end(after)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::{check, tags};
    use super::*;
    use proptest::prelude::*;

    fn point(day: u32, survival: f64) -> CurvePoint {
        CurvePoint { day, survival, low: survival - 0.1, high: survival + 0.1, at_risk: 1_240 }
    }

    #[test]
    fn a_curve_falls_in_steps() {
        let corners = steps([(0.0, 0.0), (3.0, 5.0), (9.0, 7.0)].into_iter());
        assert_eq!(corners, [(0.0, 0.0), (3.0, 0.0), (3.0, 5.0), (9.0, 5.0), (9.0, 7.0)]);
        let points = [point(0, 1.0), point(100, 0.5), point(300, 0.25)];
        let svg = draw((&points, &points), Audience::Committee, "t", Lang::Ja, Page::Wide, "d").into_string();
        assert_eq!(tags(&svg, "polyline").len(), 2);
        assert!(svg.contains("1,240") && svg.contains("25%"));
    }

    proptest! {
        #[test]
        fn any_curve_stays_inside_its_frame(days in prop::collection::vec((0u32..90_000, prop::num::f64::ANY), 0..40)) {
            let points: Vec<_> = days.iter().map(|(day, survival)| point(*day, *survival)).collect();
            for page in [Page::Wide, Page::Narrow] {
                check(draw((&points, &points), Audience::Recipient, "t", Lang::En, page, "d").as_str());
            }
        }
    }
}
