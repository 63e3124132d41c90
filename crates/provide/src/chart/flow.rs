//! The flow of counts from delivery to release (受入れから提供までの流れ): bars joined by ribbons, and what left the stream
//! turning aside to the reason why.
//!
//! Widths are comparable only between steps of one unit: where records become persons the stream is cut and a new scale
//! begins. What is missing between two steps without a stated reason is drawn as such, never hidden (COL-08).

use super::canvas::{Anchor, Canvas, Font, share, wrap};
use super::{Ink, Page};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::Lang;
use kiban_model::report::{Bilingual, FlowStep};

const BAR: f64 = 44.0;
const STEP: Font = Font::plain(15.0);
const COUNT: Font = Font::bold(20.0);
const WHY: Font = Font::plain(14.0);
const WHY_COUNT: Font = Font { size: 15.0, bold: true, ink: Ink::LIMIT };
const NOTE: Font = Font::quiet(13.0);

/// What leaves between two steps.
struct Lost {
    label: Vec<String>,
    count: String,
    /// Left and right edge where it leaves the bar.
    from: (f64, f64),
    /// Top of its end.
    top: f64,
}

/// One step and what leaves after it.
struct Placed {
    heading: Vec<String>,
    count: String,
    top: f64,
    width: f64,
    lost: Vec<Lost>,
    note: Option<Vec<String>>,
    /// Whether the next step counts the same things.
    joined: bool,
    /// Where the text of this step ends.
    bottom: f64,
}

/// Draws the flow.
pub(crate) fn draw(steps: &[FlowStep], audience: Audience, lang: Lang, page: Page, id: &str) -> Markup {
    let placed = layout(steps, audience, lang, page);
    let height = placed.last().map_or(BAR, |p| p.bottom);
    let mut canvas = Canvas::default();
    for (i, step) in placed.iter().enumerate() {
        let from = step.top + BAR;
        if let Some(next) = placed.get(i + 1) {
            let width = if step.joined {
                next.width.min(step.width)
            } else {
                step.lost.last().map_or(step.width, |l| l.from.0)
            };
            let to = if step.joined { next.top } else { next.top - 16.0 };
            canvas.rect([0.0, from, width, to - from], Ink::PALE, "none");
            if !step.joined {
                canvas.line((0.0, to + 2.0), (band(page), to + 2.0), Ink::QUIET, "1.5", "4 4");
            }
        }
        for lost in &step.lost {
            stream(&mut canvas, lost, from, lost_x(page) - 8.0);
        }
        canvas.rect([0.0, step.top, step.width, BAR], Ink::MAIN, "none");
        words(&mut canvas, step, page);
    }
    let title = lang.pick("受入れから提供までの数の流れ", "The flow of counts from delivery to release");
    canvas.finish(id, (page.width(), height), title, &describe(steps, audience, lang))
}

fn words(canvas: &mut Canvas, step: &Placed, page: Page) {
    let after = canvas.lines((text_x(page), step.top + STEP.size), STEP, &step.heading);
    canvas.text((text_x(page), after + 5.0), Anchor::Start, COUNT, &step.count);
    for lost in &step.lost {
        let after = canvas.lines((lost_x(page), lost.top + WHY.size), WHY, &lost.label);
        canvas.text((lost_x(page), after), Anchor::Start, WHY_COUNT, &lost.count);
    }
    if let Some(note) = &step.note {
        let first = step.bottom - 20.0 - NOTE.line() * (note.len() as f64 - 1.0) - 4.0;
        canvas.lines((text_x(page), first), NOTE, note);
    }
}

/// A ribbon from the bottom of a bar that turns right.
fn stream(canvas: &mut Canvas, lost: &Lost, from: f64, end: f64) {
    let (left, right) = lost.from;
    let bottom = lost.top + (right - left);
    let outline: [(char, &[f64]); 5] = [
        ('M', &[right, from]),
        ('Q', &[right, lost.top, end, lost.top]),
        ('L', &[end, bottom]),
        ('Q', &[left, bottom, left, from]),
        ('Z', &[]),
    ];
    canvas.path(&outline, Ink::LOST, Ink::LIMIT);
}

const fn band(page: Page) -> f64 {
    page.pick(340.0, 116.0)
}

const fn text_x(page: Page) -> f64 {
    band(page) + page.pick(24.0, 12.0)
}

const fn lost_x(page: Page) -> f64 {
    text_x(page) + page.pick(36.0, 18.0)
}

fn layout(steps: &[FlowStep], audience: Audience, lang: Lang, page: Page) -> Vec<Placed> {
    let text_width = page.width() - text_x(page);
    let lost_width = page.width() - lost_x(page);
    let mut placed = Vec::with_capacity(steps.len());
    let mut y = 2.0;
    for (i, step) in steps.iter().enumerate() {
        let next = steps.get(i + 1);
        let joined = next.is_some_and(|n| n.unit == step.unit);
        let most = run(steps, i).map(|s| Shown::of(s.count, audience).length()).max().unwrap_or(0);
        let scale = |n: u64| band(page) * share(Shown::of(n, audience).length(), most);
        let unit = lang.of(&step.unit);
        let heading = wrap(lang.of(&step.label), text_width, STEP);
        let width = at_least(scale(step.count), step.count);
        let mut at = y + (STEP.line() * heading.len() as f64 + COUNT.line()).max(BAR) + 10.0;
        let mut right = width;
        let mut lost = Vec::new();
        for (label, count) in missing(step, next.filter(|_| joined)) {
            let thickness = at_least(scale(count), count).min(right);
            let label = wrap(lang.of(&label), lost_width, WHY);
            let text = WHY.line() * label.len() as f64 + WHY_COUNT.line();
            let count = Shown::of(count, audience).with(unit, lang);
            lost.push(Lost { label, count, from: (right - thickness, right), top: at });
            right -= thickness;
            at += text.max(thickness) + 8.0;
        }
        let note = next.and_then(|next| note(step, next, lang)).map(|n| wrap(&n, text_width, NOTE));
        at += note.as_ref().map_or(0.0, |n| NOTE.line() * n.len() as f64);
        let bottom = at + if next.is_some() { 20.0 } else { 0.0 };
        let count = Shown::of(step.count, audience).with(unit, lang);
        placed.push(Placed { heading, count, top: y, width, lost, note, joined, bottom });
        y = bottom;
    }
    placed
}

/// The neighbours of step `i` that count the same things.
fn run(steps: &[FlowStep], i: usize) -> impl Iterator<Item = &FlowStep> {
    let unit = steps.get(i).map(|s| &s.unit);
    let same = move |s: &&FlowStep| Some(&s.unit) == unit;
    let before = steps.get(..i).unwrap_or_default().iter().rev().take_while(same);
    before.chain(steps.get(i..).unwrap_or_default().iter().take_while(same))
}

/// What leaves after a step: the stated reasons, and what no reason explains.
fn missing(step: &FlowStep, next: Option<&FlowStep>) -> Vec<(Bilingual, u64)> {
    let mut missing: Vec<_> = step.lost.iter().filter(|(_, count)| *count > 0).cloned().collect();
    let stated = step.lost.iter().map(|(_, count)| *count).fold(0, u64::saturating_add);
    let unexplained = next.map_or(0, |next| step.count.saturating_sub(stated).saturating_sub(next.count));
    if unexplained > 0 {
        missing.push((
            Bilingual::new("理由の記録がない差", "Difference without a recorded reason"),
            unexplained,
        ));
    }
    missing
}

fn note(step: &FlowStep, next: &FlowStep, lang: Lang) -> Option<String> {
    let unit = lang.of(&next.unit);
    if next.unit != step.unit {
        return Some(match lang {
            Lang::Ja => format!("ここから「{unit}」で数えます（帯の幅の目盛りも変わります）"),
            Lang::En => format!("From here we count {unit} (the scale of the bars changes)"),
        });
    }
    (next.count > step.count).then(|| {
        lang.pick("次の段階の方が多くなっています", "The next step has more than this one").to_owned()
    })
}

/// What exists is visible, however few.
fn at_least(width: f64, count: u64) -> f64 {
    if count == 0 { 0.0 } else { width.max(3.0) }
}

fn describe(steps: &[FlowStep], audience: Audience, lang: Lang) -> String {
    let mut sentences = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let unit = lang.of(&step.unit);
        let text = |n| Shown::of(n, audience).with(unit, lang);
        let next = steps.get(i + 1).filter(|n| n.unit == step.unit);
        let lost: Vec<_> = missing(step, next)
            .into_iter()
            .map(|(why, n)| format!("{} {}", lang.of(&why), text(n)))
            .collect();
        let mut sentence = format!("{}: {}", lang.of(&step.label), text(step.count));
        if !lost.is_empty() {
            sentence += lang.pick("（除かれたもの: ", " (left out: ");
            sentence += &lost.join(lang.pick("、", ", "));
            sentence += lang.pick("）", ")");
        }
        sentences.push(sentence);
    }
    sentences.join(lang.pick("。", ". "))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::check;
    use super::*;
    use proptest::prelude::*;

    fn step(count: u64, unit: &str, lost: &[u64]) -> FlowStep {
        let why = |(i, n): (usize, &u64)| {
            (Bilingual::new(format!("理由その{i}、長めの説明（括弧つき）"), format!("reason {i}")), *n)
        };
        let label = Bilingual::new("受け取った記録のうち使えるもの", "Records received that can be used");
        FlowStep {
            label,
            count,
            unit: Bilingual::new(unit, unit),
            lost: lost.iter().enumerate().map(why).collect(),
        }
    }

    #[test]
    fn what_stays_and_what_leaves_add_up_to_the_bar() {
        let steps = [step(1000, "件", &[100, 300]), step(600, "件", &[]), step(40, "人", &[])];
        let placed = layout(&steps, Audience::Committee, Lang::Ja, Page::Wide);
        let lost: f64 = placed[0].lost.iter().map(|l| l.from.1 - l.from.0).sum();
        assert!((lost + placed[1].width - placed[0].width).abs() < 0.01);
        assert!(placed[0].joined && !placed[1].joined);
        assert_eq!(placed[2].width, placed[0].width, "a new unit begins a new scale");
    }

    #[test]
    fn a_difference_without_a_reason_is_drawn() {
        let steps = [step(100, "人", &[10]), step(70, "人", &[])];
        let lost = missing(&steps[0], steps.get(1));
        assert_eq!(lost[1].1, 20);
        let svg = draw(&steps, Audience::Committee, Lang::Ja, Page::Wide, "f").into_string();
        assert!(svg.contains("理由の記録がない差"));
    }

    #[test]
    fn the_drawing_for_outside_does_not_depend_on_a_small_count() {
        let of = |n| {
            draw(
                &[step(500, "人", &[n]), step(500 - n, "人", &[])],
                Audience::Recipient,
                Lang::Ja,
                Page::Wide,
                "f",
            )
        };
        assert_eq!(of(1), of(4));
        assert_eq!(of(4), of(5));
    }

    proptest! {
        #[test]
        fn any_flow_stays_inside_its_frame(counts in prop::collection::vec((0u64..10_000_000_000, 0usize..2, prop::collection::vec(0u64..2000, 0..4)), 0..6)) {
            let units = ["件", "人"];
            let steps: Vec<_> = counts.iter().map(|(n, u, lost)| step(*n, units[*u], lost)).collect();
            for page in [Page::Wide, Page::Narrow] {
                for lang in [Lang::Ja, Lang::En] {
                    check(draw(&steps, Audience::Committee, lang, page, "f").as_str());
                }
            }
        }
    }
}
