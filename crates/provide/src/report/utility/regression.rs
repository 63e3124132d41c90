//! Coefficients of a regression as a forest plot, without the intercept, and all of them in numbers.

use super::{Asked, Seen, groups};
use crate::chart::intervals::{Estimate, Row};
use crate::chart::{both_widths, intervals};
use crate::markup::Markup;
use crate::words;
use kiban_model::report::utility::{Answer, Coefficient};

const INTERCEPT: &str = "(intercept)";

fn coefficients(answer: &Answer) -> &[Coefficient] {
    match answer {
        Answer::Regression { coefficients, .. } => coefficients,
        _ => &[],
    }
}

const fn persons(answer: &Answer) -> Option<u64> {
    match answer {
        Answer::Regression { persons, .. } => *persons,
        _ => None,
    }
}

pub(super) fn draw(m: &mut Markup, seen: &Seen<'_>, asked: &Asked<'_>) {
    let lang = asked.lang;
    let estimate = |own: &Option<&Coefficient>| {
        own.map(|own| Estimate { value: own.estimate, low: own.interval.0, high: own.interval.1 })
    };
    let drawn: Vec<Row> =
        groups(&[coefficients(seen.before()), coefficients(&seen.after)], |own| Some(own.term.as_str()))
            .into_iter()
            .filter(|(term, _)| *term != Some(INTERCEPT))
            .filter_map(|(term, sides)| {
                let [before, after] = sides.as_slice() else { return None };
                Some(Row { name: term?.to_owned(), before: estimate(before), after: estimate(after) })
            })
            .collect();
    if drawn.is_empty() {
        m.leaf(
            "p",
            &[],
            lang.pick(
                "係数は示しません（10人未満に基づくか、説明変数が互いに決まるか、完全に分かれるため）。",
                "No coefficients: they would rest on fewer than ten people, one variable follows from others, or one tells the outcome completely.",
            ),
        );
    } else {
        m.element("figure", &[], |m| {
            let id = |page: &str| format!("{}-{page}", asked.id);
            m.put(&both_widths(|page| {
                intervals::draw(&drawn, true, asked.title, lang, page, &id(page.pick("w", "n")))
            }));
        });
    }
    let mut heads = vec![lang.pick("項", "Term")];
    heads.extend(asked.sides(seen));
    let sides = seen.sides();
    let own: Vec<&[Coefficient]> = sides.iter().map(|side| coefficients(side)).collect();
    let cell = |own: Option<&Coefficient>| {
        own.map_or_else(
            || "—".to_owned(),
            |own| format!("{} (SE {})", words::estimate(own.estimate), words::estimate(own.error)),
        )
    };
    let mut rows: Vec<(String, Vec<String>)> = groups(&own, |own| Some(own.term.as_str()))
        .into_iter()
        .map(|(term, sides)| {
            let term = match term {
                Some(INTERCEPT) => lang.pick("切片", "Intercept"),
                term => term.unwrap_or_default(),
            };
            (term.to_owned(), sides.into_iter().map(cell).collect())
        })
        .collect();
    let people = sides.iter().map(|side| asked.people(persons(side)));
    rows.push((lang.pick("人数", "Persons").to_owned(), people.collect()));
    asked.table(m, &heads, rows);
}
