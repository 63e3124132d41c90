//! The most frequent values of a column, before and after (よくある値): two lists of bars on one scale of people.
//!
//! Values that fewer than [`SMALL_CELL`] people have are not drawn for anyone, whatever the report holds (ANO-10).

use super::canvas::{Anchor, Canvas, Font, share, text_width};
use super::{Ink, Page};
use crate::audience::{Audience, Shown};
use crate::markup::Markup;
use crate::words::Lang;
use kiban_model::report::{ColumnSummary, SMALL_CELL};

const HEAD: Font = Font::bold(13.0);
const LABEL: Font = Font::plain(13.0);
const ROW: f64 = 22.0;
const MOST: usize = 8;

/// Draws both lists, or nothing where there is nothing to compare.
pub(crate) fn draw(
    (before, after): (&ColumnSummary, &ColumnSummary),
    audience: Audience,
    lang: Lang,
    page: Page,
    id: &str,
) -> Option<Markup> {
    let before = if audience.sees_exact() { values(before) } else { Vec::new() };
    let after = values(after);
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let most = before.iter().chain(&after).map(|(_, n)| *n).max().unwrap_or(0);
    let mut canvas = Canvas::default();
    let column = page.pick(430.0, page.width());
    let mut height = 0.0_f64;
    let mut place = (0.0, 4.0);
    for (list, is_after) in [(&before, false), (&after, true)] {
        if list.is_empty() {
            continue;
        }
        let head = if is_after { lang.pick("加工後", "After") } else { lang.pick("加工前", "Before") };
        let bottom = column_of(&mut canvas, list, place, (column, most), (head, is_after), audience, lang);
        height = height.max(bottom);
        place = page.pick((column + 20.0, 4.0), (0.0, bottom + 8.0));
    }
    let title = lang.pick("よくある値と、その値を持つ人数", "Frequent values and how many people have them");
    Some(canvas.finish(id, (page.width(), height + 4.0), title, &describe(&before, &after, audience, lang)))
}

/// Draws the shape of both lists in the size of a word: how many people share the commonest values.
pub(crate) fn spark(
    before: &ColumnSummary,
    after: &ColumnSummary,
    audience: Audience,
    lang: Lang,
    id: &str,
) -> Option<Markup> {
    const BARS: f64 = 12.0;
    let before = if audience.sees_exact() { values(before) } else { Vec::new() };
    let after = values(after);
    let most = before.iter().chain(&after).map(|(_, n)| *n).max()?;
    let mut canvas = Canvas::default();
    let mut x = 1.0;
    for (list, fill, stroke) in [(&before, "#ffffff", Ink::BEFORE), (&after, Ink::MAIN, Ink::MAIN)] {
        for (_, people) in list {
            let height = (30.0 * share(Shown::of(*people, audience).length(), most)).max(2.0);
            canvas.rect([x, 33.0 - height, BARS - 4.0, height], fill, stroke);
            x += BARS;
        }
        if fill == "#ffffff" && !before.is_empty() && !after.is_empty() {
            canvas.text((x + 8.0, 28.0), Anchor::Middle, Font::plain(14.0), "→");
            x += 20.0;
        }
    }
    canvas.line((0.0, 33.5), (x, 33.5), Ink::TEXT, "1", "none");
    let title = lang.pick("よくある値を持つ人の数の形", "The shape of the most frequent values");
    Some(canvas.finish(id, (x, 35.0), title, &describe(&before, &after, audience, lang)))
}

fn values(summary: &ColumnSummary) -> Vec<(&str, u64)> {
    let enough = summary.frequent.iter().filter(|(_, people)| *people >= SMALL_CELL);
    enough.map(|(value, people)| (value.as_str(), *people)).take(MOST).collect()
}

fn column_of(
    canvas: &mut Canvas,
    list: &[(&str, u64)],
    (x, y): (f64, f64),
    (width, most): (f64, u64),
    (head, is_after): (&str, bool),
    audience: Audience,
    lang: Lang,
) -> f64 {
    canvas.text((x, y + 13.0), Anchor::Start, HEAD, head);
    let label = width * 0.42;
    let band = width - label - 86.0;
    let mut y = y + 22.0;
    for (value, people) in list {
        let shown = Shown::of(*people, audience);
        canvas.text((x + label - 8.0, y + 14.0), Anchor::End, LABEL, &shorten(value, label - 8.0));
        let long = (band * share(shown.length(), most)).max(2.0);
        let (fill, stroke) = if is_after { (Ink::MAIN, Ink::MAIN) } else { ("#ffffff", Ink::BEFORE) };
        canvas.rect([x + label, y + 3.0, long.min(band), ROW - 8.0], fill, stroke);
        let text = shown.with(lang.pick("人", ""), lang);
        canvas.text((x + label + long.min(band) + 6.0, y + 14.0), Anchor::Start, LABEL, &text);
        y += ROW;
    }
    y
}

fn shorten(text: &str, width: f64) -> String {
    if text_width(text, LABEL) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if text_width(&format!("{short}{c}…"), LABEL) > width {
            break;
        }
        short.push(c);
    }
    short + "…"
}

fn describe(before: &[(&str, u64)], after: &[(&str, u64)], audience: Audience, lang: Lang) -> String {
    let list = |name: &str, list: &[(&str, u64)]| {
        let values = list.iter().map(|(v, n)| format!("{v} {}", Shown::of(*n, audience).text(lang)));
        format!("{name}: {}", values.collect::<Vec<_>>().join(lang.pick("、", ", ")))
    };
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(list(lang.pick("加工前", "Before"), before));
    }
    parts.push(list(lang.pick("加工後", "After"), after));
    parts.join(lang.pick("。", "; "))
}

#[cfg(test)]
mod tests {
    use super::super::svg_check::check;
    use super::*;

    fn summary(values: &[(&str, u64)]) -> ColumnSummary {
        let frequent = values.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect();
        ColumnSummary { frequent, ..Default::default() }
    }

    #[test]
    fn a_value_few_people_have_is_not_drawn_and_outsiders_do_not_see_values_before() {
        let before =
            summary(&[("大阪府大阪市都島区の長い長い長い地名の続き", 40), ("<千代田区>", 12), ("秘境村", 3)]);
        let after = summary(&[("大阪府", 52)]);
        for page in [Page::Wide, Page::Narrow] {
            for lang in [Lang::Ja, Lang::En] {
                let svg =
                    draw((&before, &after), Audience::Committee, lang, page, "v").unwrap().into_string();
                check(&svg);
                assert!(svg.contains("&lt;千代田区&gt;") && !svg.contains("秘境村"));
            }
        }
        let outside =
            draw((&before, &after), Audience::Recipient, Lang::Ja, Page::Wide, "v").unwrap().into_string();
        assert!(outside.contains("大阪府") && !outside.contains("千代田区") && outside.contains("約50"));
        assert_eq!(spark(&summary(&[]), &summary(&[]), Audience::Committee, Lang::Ja, "s"), None);
        check(spark(&before, &after, Audience::Committee, Lang::Ja, "s").unwrap().as_str());
        assert_eq!(draw((&before, &summary(&[])), Audience::Recipient, Lang::Ja, Page::Wide, "v"), None);
    }
}
