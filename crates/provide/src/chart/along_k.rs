//! Risk and loss along k (k を変えたときの危険と損失), one above the other on the same k: what more protection would cost, and what less
//! would risk. The policy's own k is marked in both.

use super::canvas::{Anchor, Canvas, Font, text_width, unit};
use super::scale::Scale;
use super::{Ink, Page};
use crate::markup::Markup;
use crate::words::{Lang, percent};
use kiban_model::report::utility::AtK;

const AXIS: Font = Font::quiet(12.0);
const NAME: Font = Font::bold(15.0);
const LABEL: Font = Font::plain(13.0);
const LIMIT: Font = Font { size: 13.0, bold: true, ink: Ink::LIMIT };
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 66.0;

/// One line: its name and the figure at every k.
type Line<'l> = (&'l str, fn(&AtK) -> f64);

/// Draws the two panels.
pub(crate) fn draw(
    along: &[AtK],
    policy: Option<u64>,
    title: &str,
    lang: Lang,
    page: Page,
    id: &str,
) -> Markup {
    let (first, last) = (along.first().map_or(1, |at| at.k), along.last().map_or(1, |at| at.k));
    let band = page.width() - LEFT - 24.0;
    let x = |k: u64| {
        LEFT + band * (k.saturating_sub(first) as f64 / last.saturating_sub(first).max(1) as f64).min(1.0)
    };
    let mut canvas = Canvas::default();
    let risk: [Line<'_>; 2] = [
        (lang.pick("見つけられる確率（最大）", "Highest chance of being found"), |at| {
            at.highest_risk
        }),
        (lang.pick("同（平均）", "Average chance"), |at| at.average_risk),
    ];
    let cost: [Line<'_>; 2] = [
        (lang.pick("失われる情報", "Information lost"), |at| at.loss),
        (lang.pick("除かれる人の割合", "Share of people left out"), |at| at.share),
    ];
    let mut y = 0.0;
    let mark = policy.filter(|k| (first..=last).contains(k));
    for (name, lines) in [(lang.pick("危険", "Risk"), risk), (lang.pick("失うもの", "What is lost"), cost)]
    {
        canvas.text((0.0, y + 16.0), Anchor::Start, NAME, name);
        let top = legend(&mut canvas, y + 24.0, lines.map(|(name, _)| name), page) + 22.0;
        let scale =
            Scale::up_to(along.iter().flat_map(|at| lines.map(|(_, of)| unit(of(at)))).fold(0.01, f64::max));
        let place = |value: f64| top + HEIGHT * (1.0 - scale.share(value));
        for tick in scale.ticks() {
            canvas.line((LEFT, place(tick)), (LEFT + band, place(tick)), Ink::GRID, "1", "none");
            canvas.text((LEFT - 8.0, place(tick) + 4.0), Anchor::End, AXIS, &percent(tick, lang));
        }
        if let Some(k) = mark {
            canvas.line((x(k), top - 4.0), (x(k), top + HEIGHT), Ink::LIMIT, "2", "7 4");
            let text = match lang {
                Lang::Ja => format!("方針の k = {k}"),
                Lang::En => format!("the policy's k = {k}"),
            };
            let half = text_width(&text, LIMIT) / 2.0;
            let middle = x(k).max(half).min(page.width() - half);
            canvas.text((middle, top - 8.0), Anchor::Middle, LIMIT, &text);
        }
        for ((_, of), (ink, width, dash)) in lines.into_iter().zip(STROKES) {
            let line: Vec<(f64, f64)> = along.iter().map(|at| (x(at.k), place(unit(of(at))))).collect();
            canvas.polyline(&line, ink, width, dash);
        }
        y = top + HEIGHT;
        let gap = page.pick(24, 9);
        let mut told = None;
        for at in along {
            let far = told.is_none_or(|before: u64| x(at.k) - x(before) >= f64::from(gap));
            if far && (at.k == first || at.k % 5 == 0) {
                canvas.text((x(at.k), y + 16.0), Anchor::Middle, AXIS, &at.k.to_string());
                told = Some(at.k);
            }
        }
        y += 40.0;
    }
    canvas.text(
        (LEFT + band, y - 8.0),
        Anchor::End,
        AXIS,
        lang.pick("横軸：k（同じ特徴を持つ人の最少人数）", "across: k, the fewest people alike"),
    );
    canvas.finish(id, (page.width(), y), title, &describe(along, policy, lang))
}

const STROKES: [(&str, &str, &str); 2] = [(Ink::MAIN, "2.5", "none"), (Ink::BEFORE, "2.5", "3 3")];

fn legend(canvas: &mut Canvas, y: f64, names: [&str; 2], page: Page) -> f64 {
    let (mut x, mut y) = (1.0, y);
    for (name, (ink, width, dash)) in names.into_iter().zip(STROKES) {
        if x > 1.0 && page == Page::Narrow {
            (x, y) = (1.0, y + 20.0);
        }
        canvas.line((x, y + 8.0), (x + 26.0, y + 8.0), ink, width, dash);
        canvas.text((x + 33.0, y + 13.0), Anchor::Start, LABEL, name);
        x += 33.0 + text_width(name, LABEL) + 24.0;
    }
    y + 18.0
}

fn describe(along: &[AtK], policy: Option<u64>, lang: Lang) -> String {
    let at = |at: &&AtK| {
        let (risk, loss, share) =
            (percent(at.highest_risk, lang), percent(at.loss, lang), percent(at.share, lang));
        match lang {
            Lang::Ja => format!("k = {}: 最大の確率 {risk}、失われる情報 {loss}、除かれる人 {share}", at.k),
            Lang::En => {
                format!("k = {}: highest chance {risk}, information lost {loss}, left out {share}", at.k)
            }
        }
    };
    let told = along.iter().filter(|at| [1, 2, 5, 10, 20, 50].contains(&at.k) || policy == Some(at.k));
    told.map(|told| at(&told)).collect::<Vec<_>>().join(lang.pick("。", "; "))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::{check, tags};
    use super::*;
    use proptest::prelude::*;

    fn at(k: u64, risk: f64, loss: f64) -> AtK {
        AtK {
            k,
            suppressed: k,
            share: loss / 2.0,
            highest_risk: risk,
            average_risk: risk / 2.0,
            loss,
            figures: Vec::new(),
        }
    }

    #[test]
    fn both_panels_mark_the_policys_k() {
        let along: Vec<AtK> = (1..=50).map(|k| at(k, 1.0 / k as f64, k as f64 / 100.0)).collect();
        let svg = draw(&along, Some(5), "t", Lang::Ja, Page::Wide, "d").into_string();
        assert_eq!((tags(&svg, "polyline").len(), svg.matches("方針の k = 5").count()), (4, 2));
        assert!(!draw(&along, Some(80), "t", Lang::Ja, Page::Wide, "d").into_string().contains("方針の k"));
    }

    proptest! {
        #[test]
        fn any_curve_stays_inside_its_frame(points in prop::collection::btree_map(1u64..99, (0.0f64..1.0, prop::num::f64::ANY), 0..60), k in prop::option::of(1u64..99)) {
            let along: Vec<AtK> = points.iter().map(|(k, (risk, loss))| at(*k, *risk, *loss)).collect();
            for page in [Page::Wide, Page::Narrow] {
                check(draw(&along, k, "t", Lang::En, page, "d").as_str());
            }
        }
    }
}
