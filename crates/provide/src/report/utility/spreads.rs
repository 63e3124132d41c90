//! Means by group with their intervals, and in numbers standard deviation and median.

use super::{Asked, Seen, group_name, groups, nothing};
use crate::chart::intervals::{Estimate, Row};
use crate::chart::{both_widths, intervals};
use crate::markup::Markup;
use crate::words::measure;
use kiban_model::report::utility::{Answer, Spread};

fn spreads(answer: &Answer) -> &[Spread] {
    match answer {
        Answer::Mean { groups } => groups,
        _ => &[],
    }
}

pub(super) fn draw(m: &mut Markup, seen: &Seen<'_>, asked: &Asked<'_>) {
    let lang = asked.lang;
    let estimate = |spread: &&Spread| {
        let (low, high) = spread.interval?;
        Some(Estimate { value: spread.mean?, low, high })
    };
    let drawn: Vec<Row> =
        groups(&[spreads(seen.before()), spreads(&seen.after)], |spread| spread.group.as_deref())
            .into_iter()
            .filter_map(|(group, sides)| {
                let [before, after] = sides.as_slice() else { return None };
                let (before, after) = (before.as_ref().and_then(estimate), after.as_ref().and_then(estimate));
                before.or(after)?;
                Some(Row { name: group_name(group, lang), before, after })
            })
            .collect();
    if drawn.is_empty() {
        nothing(m, lang);
    } else {
        m.element("figure", &[], |m| {
            let id = |page: &str| format!("{}-{page}", asked.id);
            m.put(&both_widths(|page| {
                intervals::draw(&drawn, false, asked.title, lang, page, &id(page.pick("w", "n")))
            }));
        });
    }
    let mut heads = vec![lang.pick("群", "Group")];
    heads.extend(asked.sides(seen));
    let sides: Vec<&[Spread]> = seen.sides().into_iter().map(spreads).collect();
    let figure = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), measure);
    let cell = |spread: &Spread| {
        let (mean, deviation, median) =
            (figure(spread.mean), figure(spread.deviation), figure(spread.median));
        let words = lang.pick(("SD", "中央値", "人数"), ("SD", "median", "n"));
        let n = asked.people(spread.persons);
        format!("{mean} ({} {deviation}) {} {median} {} {n}", words.0, words.1, words.2)
    };
    let rows = groups(&sides, |spread| spread.group.as_deref()).into_iter().map(|(group, sides)| {
        let cells = sides.into_iter().map(|spread| spread.map_or_else(|| "—".to_owned(), cell));
        (group_name(group, lang), cells.collect())
    });
    asked.table(m, &heads, rows.collect());
}
