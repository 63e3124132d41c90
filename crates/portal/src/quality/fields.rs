//! Field by field (項目ごと): what each level of agreement is worth, and how often it is met among candidate pairs.

use super::overall::id;
use crate::html::{Lang, open_table};
use crate::svg::{Anchor, Drawing, FILLED, HOLLOW, Scale, Width, in_both_widths, signed};
use kiban_app::link::{FieldParameters, FieldStatistics, LevelParameters, ParameterSource, RunReport};
use kiban_model::words::{count, percent};
use std::fmt::Write as _;

pub(super) fn section(m: &mut String, run: &RunReport, lang: Lang) {
    let source = match run.model.source {
        ParameterSource::BuiltIn => lang.pick(
            "照合できた組が少ないため、重みは組み込みの値です。",
            "Too few matches to learn from: the weights are built in.",
        ),
        ParameterSource::Estimated => {
            lang.pick("重みは今回の記録から推定したものです。", "The weights were learnt from these records.")
        }
    };
    let _ = writeln!(m, "<section><h2>{}</h2><p>{source} {}</p>", lang.pick("項目ごとの重み", "What each field is worth"), lang.pick(
        "棒は一致の水準ごとの重み（ビット、log₂ m÷u）です。右の塗りつぶしは同一人を、左の白抜きは別人を支持します。",
        "Bars are weights in bits, log₂ of m over u, by level of agreement: filled to the right speaks for one person, hollow to the left against.",
    ));
    for field in &run.model.fields {
        let met = run.statistics.fields.iter().find(|f| f.field == field.field);
        let levels: Vec<(&LevelParameters, u64)> =
            field.levels.iter().map(|level| (level, times(level, met))).collect();
        if levels.is_empty() {
            continue;
        }
        one(m, field, &levels, lang);
    }
    m.push_str("</section>\n");
}

fn times(level: &LevelParameters, met: Option<&FieldStatistics>) -> u64 {
    met.and_then(|f| f.levels.iter().find(|(l, _)| *l == level.level)).map_or(0, |(_, n)| *n)
}

fn one(m: &mut String, field: &FieldParameters, levels: &[(&LevelParameters, u64)], lang: Lang) {
    let name = lang.pick(field.field.words().0, field.field.words().1);
    let _ = writeln!(m, "<h3>{name}</h3>");
    m.push_str(&in_both_widths(|width| bars(field, levels, name, lang, width)));
    let headings = [
        lang.pick("水準", "Level"),
        lang.pick("候補の組", "Candidate pairs"),
        "m",
        "u",
        lang.pick("重み", "Weight"),
    ];
    let table = open_table(name, &headings);
    let _ = writeln!(m, "<details><summary>{}: {name}</summary>{table}", lang.pick("数値", "Numbers"));
    for (level, met) in levels {
        let _ = writeln!(
            m,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{:.2e}</td><td class=\"number\">{}</td></tr>",
            lang.pick(level.level.words().0, level.level.words().1),
            count(*met),
            percent(level.person, lang),
            level.strangers,
            signed(level.weight)
        );
    }
    m.push_str("</tbody></table></div></details>\n");
}

fn bars(
    field: &FieldParameters,
    levels: &[(&LevelParameters, u64)],
    name: &str,
    lang: Lang,
    width: Width,
) -> String {
    let pixels = width.pixels();
    let all: u64 = levels.iter().map(|(_, met)| met).sum();
    let reach = levels.iter().map(|(level, _)| level.weight).filter(|w| w.is_finite());
    let (low, high) = reach.fold((-1.0, 1.0), |(low, high): (f64, f64), w| (low.min(w), high.max(w)));
    let (left, row) = (width.pick(280.0, 4.0), width.pick(30.0, 48.0));
    let scale = Scale { low, high, left: left + 44.0, right: pixels - width.pick(190.0, 46.0) };
    let height = row * levels.len() as f64 + 4.0;
    let mut d = Drawing::default();
    d.line((scale.at(0.0), 0.0), (scale.at(0.0), height), false);
    let mut words = Vec::new();
    for (at, (level, met)) in levels.iter().enumerate() {
        let y = row * at as f64 + 2.0;
        let level_name = lang.pick(level.level.words().0, level.level.words().1);
        let often = percent(*met as f64 / all.max(1) as f64, lang);
        let often = match lang {
            Lang::Ja => format!("候補の {often}"),
            Lang::En => format!("{often} of candidates"),
        };
        match width {
            Width::Wide => {
                d.text((0.0, y + 17.0), Anchor::Start, 13.0, level_name);
                d.quiet((pixels, y + 17.0), Anchor::End, 12.0, &often);
            }
            Width::Narrow => {
                d.text((0.0, y + 14.0), Anchor::Start, 13.0, level_name);
                d.quiet((pixels, y + 14.0), Anchor::End, 12.0, &often);
            }
        }
        let (bar, weight) =
            (width.pick(y + 4.0, y + 20.0), if level.weight.is_finite() { level.weight } else { low });
        let (from, to) = (scale.at(weight.min(0.0)), scale.at(weight.max(0.0)));
        d.bar(from, bar, (to - from).max(1.0), 16.0, if weight >= 0.0 { FILLED } else { HOLLOW });
        let (x, anchor) = if weight >= 0.0 { (to + 6.0, Anchor::Start) } else { (from - 6.0, Anchor::End) };
        d.text((x, bar + 13.0), anchor, 13.0, &signed(weight));
        words.push(format!("{level_name} {}（{often}）", signed(weight)));
    }
    let title = format!("{name} {}", lang.pick("の一致の水準と重み", "by level of agreement"));
    d.finish(
        &id(&format!("field-{:?}", field.field), lang, width),
        (pixels, height),
        &title,
        &words.join("、"),
    )
}
