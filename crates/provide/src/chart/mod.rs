//! Charts as SVG text: one file a chart, each a pure function from numbers to a drawing.
//!
//! A chart must never say anything by colour alone: before is hollow, after is filled, every mark has its number beside
//! it, and every drawing has a title and a description that a screen reader speaks. Each is drawn twice, for wide and for
//! narrow screens, because text that is scaled down with a drawing cannot be read (WCAG 1.4.4, 1.4.10).

pub(crate) mod along_k;
mod canvas;
pub(crate) mod dumbbell;
pub(crate) mod flow;
pub(crate) mod frequent;
pub(crate) mod group_sizes;
pub(crate) mod intervals;
pub(crate) mod ranked;
pub(crate) mod scale;
pub(crate) mod stacked;
pub(crate) mod survival;
#[cfg(test)]
mod svg_check;

pub(crate) use canvas::{Ink, Page};

use crate::markup::Markup;

/// A drawing in both widths, of which the style sheet shows one.
pub(crate) fn both_widths(draw: impl Fn(Page) -> Markup) -> Markup {
    let mut m = Markup::default();
    for page in [Page::Wide, Page::Narrow] {
        let class = if page == Page::Wide { "wide" } else { "narrow" };
        m.element("div", &[("class", class)], |m| {
            m.put(&draw(page));
        });
    }
    m
}
