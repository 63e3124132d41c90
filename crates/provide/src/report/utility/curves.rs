//! Survival by group: one drawing a group, and in numbers events, median, restricted mean and the log-rank test.

use super::{Asked, Seen, days, group_name, groups, nothing};
use crate::chart::{both_widths, survival};
use crate::markup::Markup;
use crate::words::{Lang, measure};
use kiban_model::report::utility::{Answer, Curve, LogRank};

fn curves(answer: &Answer) -> &[Curve] {
    match answer {
        Answer::Survival { groups, .. } => groups,
        _ => &[],
    }
}

const fn test(answer: &Answer) -> (Option<LogRank>, u32) {
    match answer {
        Answer::Survival { log_rank, within, .. } => (*log_rank, *within),
        _ => (None, 0),
    }
}

pub(super) fn draw(m: &mut Markup, seen: &Seen<'_>, asked: &Asked<'_>) {
    let lang = asked.lang;
    let pairs = groups(&[curves(seen.before()), curves(&seen.after)], |curve| curve.group.as_deref());
    let mut is_drawn = false;
    for (at, (group, sides)) in pairs.into_iter().enumerate() {
        let [Some(before), Some(after)] = sides.as_slice() else { continue };
        if before.points.len() < 2 && after.points.len() < 2 {
            continue;
        }
        is_drawn = true;
        let name = group_name(group, lang);
        let title = format!("{} {name}", asked.title);
        m.element("figure", &[], |m| {
            m.leaf("figcaption", &[("class", "group")], &name);
            let id = |page: &str| format!("{}-{at}-{page}", asked.id);
            m.put(&both_widths(|page| {
                let curves = (before.points.as_slice(), after.points.as_slice());
                survival::draw(curves, asked.audience, &title, lang, page, &id(page.pick("w", "n")))
            }));
        });
    }
    if !is_drawn {
        nothing(m, lang);
    }
    let mut heads = vec![lang.pick("群", "Group")];
    heads.extend(asked.sides(seen));
    let sides = seen.sides();
    let own: Vec<&[Curve]> = sides.iter().map(|side| curves(side)).collect();
    let within = test(&seen.after).1;
    let cell = |curve: &Curve| {
        let (events, n) = (asked.people(curve.events), asked.people(curve.persons));
        let (median, mean) = (days(curve.median, lang), days(curve.restricted_mean, lang));
        match lang {
            Lang::Ja => format!("出来事 {events} / {n}人、中央値 {median}、{within}日までの平均 {mean}"),
            Lang::En => format!("{events} events / {n}, median {median}, mean within {within} days {mean}"),
        }
    };
    let mut rows: Vec<(String, Vec<String>)> = groups(&own, |curve| curve.group.as_deref())
        .into_iter()
        .map(|(group, sides)| {
            let cells = sides.into_iter().map(|curve| curve.map_or_else(|| "—".to_owned(), cell));
            (group_name(group, lang), cells.collect())
        })
        .collect();
    if sides.iter().any(|side| test(side).0.is_some()) {
        let cells =
            sides.iter().map(|side| test(side).0.map_or_else(|| "—".to_owned(), |test| log_rank(&test)));
        rows.push((
            lang.pick("群の差（ログランク検定）", "Difference of groups (log-rank)").to_owned(),
            cells.collect(),
        ));
    }
    asked.table(m, &heads, rows);
}

fn log_rank(test: &LogRank) -> String {
    let p = if test.p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {:.3}", test.p) };
    format!("χ² = {} ({}), {p}", measure(test.chi_square), test.degrees)
}
