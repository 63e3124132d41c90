//! A weight as a waterfall (重みの積み上げ): from the prior, field by field, to the sum and its probability.

use crate::svg::{Anchor, Drawing, FILLED, HOLLOW, PALE, Scale, Width, in_both_widths, signed};
use kiban_app::link::{Field, Judgement, Level};
use kiban_model::words::{Lang, percent};

const ROW: f64 = 46.0;
const TOP: f64 = 30.0;

/// Draws what speaks for and against one person. Parts of less than a twentieth of a bit are not drawn.
pub(super) fn draw(judgement: &Judgement, lang: Lang) -> String {
    in_both_widths(|width| one(judgement, lang, width))
}

fn one(judgement: &Judgement, lang: Lang, width: Width) -> String {
    let mut at = 0.0;
    let mut steps: Vec<(String, String, f64, f64)> = Vec::new();
    for part in &judgement.evidence {
        let weight = f64::from(part.weight);
        let before = at;
        at += weight;
        if weight.abs() >= 0.05 {
            let field = lang.pick(part.field.words().0, part.field.words().1).to_owned();
            steps.push((field, level(part.field, part.level, lang), before, at));
        }
    }
    let ends = || steps.iter().flat_map(|(_, _, from, to)| [*from, *to]).chain([0.0, at]);
    let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let pixels = width.pixels();
    let label = width.pick(330.0, 150.0);
    let scale = Scale { low, high, left: label + 8.0, right: pixels - width.pick(70.0, 52.0) };
    let mut d = Drawing::default();
    let bottom = TOP + ROW * (steps.len() + 1) as f64;
    d.line((scale.at(0.0), TOP - 8.0), (scale.at(0.0), bottom), true);
    d.quiet((scale.at(0.0), TOP - 14.0), Anchor::Middle, 12.0, lang.pick("五分五分", "even"));
    let mut y = TOP;
    for (field, level, from, to) in &steps {
        d.bold((0.0, y + 17.0), Anchor::Start, 14.0, field);
        for (line, text) in lines(level, width).iter().enumerate() {
            d.quiet((0.0, y + 34.0 + 13.0 * line as f64), Anchor::Start, 12.0, text);
        }
        let (left, right) = (scale.at(from.min(*to)), scale.at(from.max(*to)));
        d.bar(left, y + 8.0, (right - left).max(2.0), 20.0, if to >= from { FILLED } else { HOLLOW });
        // The next row starts where this one ends.
        d.line((scale.at(*to), y + 28.0), (scale.at(*to), y + ROW + 8.0), false);
        d.text((pixels, y + 23.0), Anchor::End, 14.0, &signed(to - from));
        y += ROW;
    }
    let probability = percent(judgement.probability, lang);
    d.bold((0.0, y + 17.0), Anchor::Start, 14.0, lang.pick("合計", "sum"));
    d.bold(
        (0.0, y + 34.0),
        Anchor::Start,
        12.0,
        &format!("{} {probability}", lang.pick("同一人の確率", "one person:")),
    );
    let (left, right) = (scale.at(at.min(0.0)), scale.at(at.max(0.0)));
    d.bar(left, y + 8.0, (right - left).max(2.0), 20.0, if at >= 0.0 { PALE } else { HOLLOW });
    d.bold((pixels, y + 23.0), Anchor::End, 14.0, &signed(at));
    let words: Vec<String> = steps
        .iter()
        .map(|(field, level, from, to)| format!("{field}（{level}）{}", signed(to - from)))
        .collect();
    let description =
        format!("{}。{} {}、{probability}", words.join("、"), lang.pick("合計", "sum"), signed(at));
    let title = lang.pick("重みの内訳（ビット）", "What makes up the weight, in bits");
    d.finish(&format!("waterfall-{}", width.pick(0.0, 1.0)), (pixels, bottom + 8.0), title, &description)
}

fn level(field: Field, level: Level, lang: Lang) -> String {
    match field {
        Field::Prior => lang.pick("比べる前の見込み", "before anything is compared").to_owned(),
        Field::Household => {
            lang.pick("家族でも一致する分を差し引く", "what relatives share, taken off").to_owned()
        }
        _ => lang.pick(level.words().0, level.words().1).to_owned(),
    }
}

/// A level's words in one line, or on a narrow screen cut with an ellipsis: the description has them whole.
fn lines(words: &str, width: Width) -> Vec<String> {
    let room = width.pick(330.0, 150.0);
    let wide = |c: char| if c.is_ascii() { 6.6 } else { 12.0 };
    let mut used = 0.0;
    let fits = words.chars().take_while(|c| {
        used += wide(*c);
        used <= room - 12.0
    });
    let cut: String = fits.collect();
    vec![if cut.len() == words.len() { cut } else { format!("{cut}…") }]
}
