//! Drawings as SVG text. Nothing is said by colour alone: what speaks for is filled, what speaks against is hollow, and
//! every mark has its number beside it. Each drawing has a title and a description that a screen reader speaks, and is
//! drawn for wide and for narrow screens, because text scaled down with a drawing cannot be read (WCAG 1.4.4, 1.4.10).

use crate::html::Text;
use std::fmt::Write as _;

/// Colours by what they mean; the same as the charts of release reports.
pub(crate) const FILLED: (&str, &str) = ("#0017c1", "#0017c1");
/// What speaks against, or is left out.
pub(crate) const HOLLOW: (&str, &str) = ("#ffffff", "#ac3e00");
/// A quieter field.
pub(crate) const PALE: (&str, &str) = ("#c5d7fb", "#0017c1");
const TEXT: &str = "#1a1a1a";
const QUIET: &str = "#4d4d4d";
const GRID: &str = "#b3b3b8";

/// Width of a drawing in the pixels it will have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Wide,
    Narrow,
}

impl Width {
    pub(crate) const fn pick(self, wide: f64, narrow: f64) -> f64 {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }

    pub(crate) const fn pixels(self) -> f64 {
        self.pick(880.0, 344.0)
    }
}

/// Where a text stands to its point.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing under construction. Writing into a String cannot fail.
#[derive(Debug, Default)]
pub(crate) struct Drawing(String);

impl Drawing {
    pub(crate) fn bar(&mut self, x: f64, y: f64, width: f64, height: f64, (fill, stroke): (&str, &str)) {
        let _ = write!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>",
            width.max(0.0)
        );
    }

    pub(crate) fn dot(&mut self, x: f64, y: f64, (fill, stroke): (&str, &str)) {
        let _ = write!(
            self.0,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5.5\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"2\"/>"
        );
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"4 4\"" } else { "" };
        let _ = write!(
            self.0,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{GRID}\" stroke-width=\"1.5\"{dash}/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// A strong line: an interval.
    pub(crate) fn span(&mut self, from: f64, to: f64, y: f64, stroke: &str) {
        let _ = write!(
            self.0,
            "<path d=\"M{from:.1} {:.1}v10m0 -5H{to:.1}m0 -5v10\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2.5\"/>",
            y - 5.0
        );
    }

    pub(crate) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, text: &str) {
        self.write((x, y), anchor, size, (TEXT, "400"), text);
    }

    pub(crate) fn bold(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, text: &str) {
        self.write((x, y), anchor, size, (TEXT, "700"), text);
    }

    pub(crate) fn quiet(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, text: &str) {
        self.write((x, y), anchor, size, (QUIET, "400"), text);
    }

    fn write(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        size: f64,
        (ink, weight): (&str, &str),
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = write!(
            self.0,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{ink}\" stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\">{}</text>",
            Text(text)
        );
    }

    /// The finished drawing. `id` is its own on the page.
    pub(crate) fn finish(
        self,
        id: &str,
        (width, height): (f64, f64),
        title: &str,
        description: &str,
    ) -> String {
        format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" focusable=\"false\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}</svg>",
            Text(title),
            Text(description),
            self.0
        )
    }
}

/// A drawing in both widths, of which the style sheet shows one.
pub(crate) fn in_both_widths(draw: impl Fn(Width) -> String) -> String {
    format!(
        "<figure><div class=\"wide\">{}</div><div class=\"narrow\">{}</div></figure>\n",
        draw(Width::Wide),
        draw(Width::Narrow)
    )
}

/// Where a value lies on an axis from `low` to `high`, drawn from `left` to `right`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
}

impl Scale {
    pub(crate) fn at(self, value: f64) -> f64 {
        let span = (self.high - self.low).max(f64::MIN_POSITIVE);
        self.left + (self.right - self.left) * ((value - self.low) / span).clamp(0.0, 1.0)
    }
}

/// A weight with its sign: +4.2, −0.7.
pub(crate) fn signed(weight: f64) -> String {
    let sign = if weight < 0.0 { '−' } else { '+' };
    format!("{sign}{:.1}", weight.abs())
}
