//! `sequences` (治療の順序): in which order persons first had each of some groups of codes, and how many share an order.
//!
//! Groups begun on one day, or on days that may be one, stand together (`A + B`). Only orders of at least ten persons are shown; the
//! shares of the others stay away where they would leave fewer over (ANO-10).

use super::fold::Wanted;
use super::reading::Moment;
use super::selection::{Selection, plain};
use super::{Ask, Facts, Scope, Word, is_small};
use crate::policy::Node;
use kiban_model::report::Bilingual;
use kiban_model::report::utility::{Answer, Sequence};
use std::collections::BTreeMap;

pub(super) const WORD: Word = Word {
    name: "sequences",
    japanese: "治療の順序",
    doc: (
        "`groups` に名を付けたコードの組(多くて12)を、本人が初めて受けた順に並べ、多い順に示す。同じ日に始めたものは `+` でつなぐ。10人未満の順序は示さない。",
        "The order in which persons first had each of the named `groups` of codes (twelve at most), the most frequent first. What began on \
         one day is joined by `+`. Orders of fewer than ten persons are not shown.",
    ),
    example: "title = \"糖尿病の薬の順序\"\nsequences = { of = \"medication.price_list_code\", groups = { \"ビグアナイド\" = \"3962\", \
              \"DPP-4 / SGLT2\" = [\"3969\"] } }",
    grouped: false,
    read,
};

/// Groups at most.
const GROUPS: usize = 12;

/// Orders shown at most.
const SHOWN: usize = 20;

#[derive(Debug)]
struct Sequences {
    groups: Vec<(String, Selection)>,
}

fn read(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Ask>> {
    let fields = scope.reader.fields(node, &["of", "on", "groups"])?;
    let list = scope.required(&fields, "groups")?;
    let named = scope.reader.any_fields(&list)?;
    let of = Selection::of(&fields, scope)?.dated(node, scope)?;
    let mut groups = Vec::new();
    for (name, codes) in named.iter() {
        let starts_with = scope.texts(&codes)?.iter().map(|code| plain(code)).collect();
        groups.push((name.to_owned(), Selection { starts_with, ..of.clone() }));
    }
    if groups.is_empty() || groups.len() > GROUPS {
        let message =
            Bilingual::new(format!("組は1から{GROUPS}まで書きます"), format!("needs 1 to {GROUPS} groups"));
        scope.reader.add(list.span(), message, None);
        return None;
    }
    Some(Box::new(Sequences { groups }))
}

impl Ask for Sequences {
    fn wants(&self) -> Vec<Wanted> {
        self.groups.iter().map(|(_, rows)| Wanted::First(rows.clone())).collect()
    }

    fn asked(&self) -> Bilingual {
        let groups: Vec<String> = self
            .groups
            .iter()
            .map(|(name, rows)| format!("{name} = {}", rows.starts_with.join("・")))
            .collect();
        let groups = groups.join("、");
        let of = self
            .groups
            .first()
            .map(|(_, rows)| Selection { starts_with: Vec::new(), ..rows.clone() }.words());
        let Bilingual { ja, en } = of.unwrap_or_else(|| Bilingual::new("", ""));
        Bilingual::new(
            format!("{ja}による組（{groups}）を初めて受けた順"),
            format!("the order of first use of groups by {en} ({groups})"),
        )
    }

    fn answer(&self, facts: &Facts<'_>) -> Answer {
        // Each order as the groups' numbers, one byte a step: bit sets of what began together.
        let mut counted: BTreeMap<Vec<u16>, u64> = BTreeMap::new();
        let mut order = Vec::new();
        for person in facts.people() {
            order.clear();
            order.extend((0..self.groups.len()).filter_map(|at| Some((facts.fact(at).day(person)?, at))));
            if !order.is_empty() {
                order.sort_unstable();
                *counted.entry(steps(&order)).or_default() += 1;
            }
        }
        let persons: u64 = counted.values().sum();
        let mut shown: Vec<(Vec<u16>, u64)> =
            counted.into_iter().filter(|(_, count)| !is_small(*count)).collect();
        shown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        // All orders together and those shown must not leave a few over.
        let rest = persons - shown.iter().map(|(_, count)| count).sum::<u64>();
        let whole = (!is_small(persons) && !is_small(rest)).then_some(persons);
        shown.truncate(SHOWN);
        let share = |count: u64| whole.map(|whole| count as f64 / whole as f64);
        let sequence = |(steps, persons): (Vec<u16>, u64)| Sequence {
            steps: steps.into_iter().map(|step| self.named(step)).collect(),
            persons,
            share: share(persons),
        };
        Answer::Sequences { persons: whole, sequences: shown.into_iter().map(sequence).collect() }
    }
}

impl Sequences {
    fn named(&self, step: u16) -> String {
        let names = self.groups.iter().enumerate().filter(|(at, _)| step & (1 << at) != 0);
        names.map(|(_, (name, _))| name.as_str()).collect::<Vec<_>>().join(" + ")
    }
}

/// Sets of groups in the order of their days.
fn steps(order: &[(Moment, usize)]) -> Vec<u16> {
    let mut steps: Vec<u16> = Vec::new();
    let mut last: Option<Moment> = None;
    for (moment, at) in order {
        let together = last.is_some_and(|last| moment.day - last.day <= i32::from(last.off.max(moment.off)));
        match steps.last_mut() {
            Some(step) if together => *step |= 1 << at,
            _ => {
                steps.push(1 << at);
                last = Some(*moment);
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_one_day_stands_together() {
        let day = |day, off| Moment { day, off };
        assert_eq!(steps(&[(day(3, 0), 1), (day(3, 0), 0), (day(4, 0), 2)]), [0b011, 0b100]);
        assert_eq!(steps(&[(day(10, 0), 0), (day(15, 16), 1), (day(60, 0), 2)]), [0b011, 0b100]);
        assert_eq!(steps(&[(day(10, 0), 0), (day(11, 0), 1)]), [0b01, 0b10]);
    }
}
