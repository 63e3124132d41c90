//! Orders of first use, the most frequent first.

use super::{Asked, Seen, groups, nothing};
use crate::chart::ranked::Row;
use crate::chart::{both_widths, ranked};
use crate::markup::Markup;
use crate::words::percent;
use kiban_model::report::utility::{Answer, Sequence};

/// Orders drawn at most; the table has all.
const DRAWN: usize = 10;

fn sequences(answer: &Answer) -> &[Sequence] {
    match answer {
        Answer::Sequences { sequences, .. } => sequences,
        _ => &[],
    }
}

const fn persons(answer: &Answer) -> Option<u64> {
    match answer {
        Answer::Sequences { persons, .. } => *persons,
        _ => None,
    }
}

pub(super) fn draw(m: &mut Markup, seen: &Seen<'_>, asked: &Asked<'_>) {
    let lang = asked.lang;
    let sides = seen.sides();
    let names: Vec<Vec<(String, &Sequence)>> = sides
        .iter()
        .map(|side| sequences(side).iter().map(|own| (own.steps.join(" → "), own)).collect())
        .collect();
    let own: Vec<&[(String, &Sequence)]> = names.iter().map(Vec::as_slice).collect();
    let orders = groups(&own, |(name, _)| Some(name.as_str()));
    let count =
        |own: Option<&Option<&(String, &Sequence)>>| own.copied().flatten().map(|(_, own)| own.persons);
    let drawn: Vec<Row> = orders
        .iter()
        .take(DRAWN)
        .map(|(name, sides)| Row {
            name: name.unwrap_or_default().to_owned(),
            before: count(sides.first()),
            after: count(sides.last()),
        })
        .collect();
    if drawn.is_empty() {
        nothing(m, lang);
        return;
    }
    m.element("figure", &[], |m| {
        let id = |page: &str| format!("{}-{page}", asked.id);
        m.put(&both_widths(|page| {
            ranked::draw(&drawn, asked.audience, asked.title, lang, page, &id(page.pick("w", "n")))
        }));
    });
    let mut heads = vec![lang.pick("順序", "Order")];
    heads.extend(asked.sides(seen));
    let cell = |own: &Option<&(String, &Sequence)>| {
        own.map_or_else(
            || "—".to_owned(),
            |(_, own)| {
                let share = own.share.map(|share| format!(" ({})", percent(share, lang)));
                format!("{}{}", asked.people(Some(own.persons)), share.unwrap_or_default())
            },
        )
    };
    let mut rows: Vec<(String, Vec<String>)> = orders
        .iter()
        .map(|(name, sides)| (name.unwrap_or_default().to_owned(), sides.iter().map(cell).collect()))
        .collect();
    let all = sides.iter().map(|side| asked.people(persons(side)));
    rows.push((lang.pick("いずれかを受けた人", "Persons with any of them").to_owned(), all.collect()));
    asked.table(m, &heads, rows);
}
