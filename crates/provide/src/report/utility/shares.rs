//! Shares of persons: a dumbbell by group, and the numbers with their intervals.

use super::{Asked, Seen, group_name, groups, nothing};
use crate::chart::dumbbell::Row;
use crate::chart::{both_widths, dumbbell};
use crate::markup::Markup;
use crate::words::percent;
use kiban_model::report::utility::{Answer, Share};

fn shares(answer: &Answer) -> &[Share] {
    match answer {
        Answer::Prevalence { groups } => groups,
        _ => &[],
    }
}

pub(super) fn draw(m: &mut Markup, seen: &Seen<'_>, asked: &Asked<'_>) {
    let lang = asked.lang;
    let drawn: Vec<Row> =
        groups(&[shares(seen.before()), shares(&seen.after)], |share| share.group.as_deref())
            .into_iter()
            .filter_map(|(group, sides)| {
                let [before, after] = sides.as_slice() else { return None };
                let (before, after) = (before.as_ref()?.share?, after.as_ref()?.share?);
                Some(Row { name: group_name(group, lang), detail: String::new(), before, after })
            })
            .collect();
    if drawn.is_empty() {
        nothing(m, lang);
    } else {
        m.element("figure", &[], |m| {
            let id = |page: &str| format!("{}-{page}", asked.id);
            m.put(&both_widths(|page| {
                dumbbell::draw(&drawn, asked.title, lang, page, &id(page.pick("w", "n")))
            }));
        });
    }
    let mut heads = vec![lang.pick("群", "Group")];
    heads.extend(asked.sides(seen));
    let sides: Vec<&[Share]> = seen.sides().into_iter().map(shares).collect();
    let cell = |share: &Share| {
        let rate = share.share.map_or_else(|| "—".to_owned(), |share| percent(share, lang));
        let interval =
            share.interval.map(|(low, high)| format!(" ({}～{})", percent(low, lang), percent(high, lang)));
        let (having, persons) = (asked.people(share.having), asked.people(share.persons));
        let unit = lang.pick("人", "");
        format!("{rate}{} {having} / {persons}{unit}", interval.unwrap_or_default())
    };
    let rows = groups(&sides, |share| share.group.as_deref()).into_iter().map(|(group, sides)| {
        let cells = sides.into_iter().map(|share| share.map_or_else(|| "—".to_owned(), cell));
        (group_name(group, lang), cells.collect())
    });
    asked.table(m, &heads, rows.collect());
}
