//! Bounds by quantile, for `top_code` and `bottom_code`: measured at release from the people who leave (ANO-04).
//!
//! People are counted, not rows: each with their most extreme value, so that a thousand rows of one person do not set the bound.
//! The bound is itself a value that at least `at_least` people reach or pass; where so many have no value, nothing is shown.

use super::{Comparator, PeoplesValues, Treatment, required};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;
use std::cmp::Reverse;
use std::sync::Arc;

/// People who must reach a bound where the policy does not say.
const AT_LEAST: usize = 10;

/// Which end of the values becomes one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Top,
    Bottom,
}

/// Reads `{ quantile = 0.995, at_least = 10 }`.
pub(super) fn read(end: End, value: &Node<'_>, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
    let fields = reader.fields(value, &["quantile", "at_least"])?;
    let at_least = match fields.get("at_least") {
        Some(node) => reader.integer(&node, 2..=1_000_000).map(|n| n as usize),
        None => Some(AT_LEAST),
    };
    let node = required(&fields, "quantile", reader)?;
    let share = reader.share(&node)?;
    let (is_possible, ja, en) = match end {
        End::Top => {
            (share > 0.5 && share < 1.0, "0.5 より大きく 1 より小さい", "more than 0.5 and less than 1")
        }
        End::Bottom => {
            (share > 0.0 && share < 0.5, "0 より大きく 0.5 より小さい", "more than 0 and less than 0.5")
        }
    };
    if !is_possible {
        reader.add(
            node.span(),
            Bilingual::new(format!("{ja}割合を書きます"), format!("must be {en}")),
            Some(Bilingual::new(
                "上位 0.5 % をまとめるなら top_code = { quantile = 0.995 }",
                "for the highest 0.5 % write `top_code = { quantile = 0.995 }`",
            )),
        );
        return None;
    }
    let beyond = if end == End::Top { 1.0 - share } else { share };
    Some(Box::new(Quantile { end, beyond, at_least: at_least? }))
}

/// A bound that is not known yet.
#[derive(Debug)]
struct Quantile {
    end: End,
    /// The share of people whose values become one class.
    beyond: f64,
    at_least: usize,
}

impl Quantile {
    fn percent(&self) -> String {
        // Shares are written with a few digits: what is cut off is the noise of binary fractions.
        format!("{:.4}", self.beyond * 100.0).trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    fn bound(&self, values: &PeoplesValues) -> Option<Decimal> {
        let numbers: Vec<Option<Decimal>> = values.values.iter().map(Cell::decimal).collect();
        let own = |person: &[u32]| {
            let own = person.iter().filter_map(|at| numbers.get(*at as usize).copied().flatten());
            if self.end == End::Top { own.max() } else { own.min() }
        };
        let mut extremes: Vec<Decimal> = values.of.iter().filter_map(own).collect();
        // A product of binary fractions may lie a little above the whole number that is meant.
        let share = (self.beyond * extremes.len() as f64 - 1e-9).ceil().max(1.0) as usize;
        let people = share.max(self.at_least);
        match self.end {
            End::Top => extremes.sort_unstable_by_key(|value| Reverse(*value)),
            End::Bottom => extremes.sort_unstable(),
        }
        extremes.get(people.checked_sub(1)?).copied()
    }
}

impl Treatment for Quantile {
    fn apply<'a>(&self, _: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        Cell::Empty
    }
    fn words(&self) -> Bilingual {
        let (percent, n) = (self.percent(), self.at_least);
        let (ja, en) = match self.end {
            End::Top => ("上位", "highest"),
            End::Bottom => ("下位", "lowest"),
        };
        Bilingual::new(
            format!("{ja}{percent}%の人({n}人以上)の値をまとめる"),
            format!("values of the {percent} % of people with the {en} (at least {n} people) in one class"),
        )
    }
    fn is_measured(&self) -> bool {
        true
    }
    fn settled(&self, values: &PeoplesValues) -> Option<Arc<dyn Treatment>> {
        let bound = self.bound(values);
        let (ja, en) = match (bound, self.end) {
            (Some(bound), End::Top) => (format!("{bound}以上"), format!("{bound} or more")),
            (Some(bound), End::Bottom) => (format!("{bound}以下"), format!("{bound} or less")),
            (None, _) => {
                ("値をもつ人が足りないため空欄".into(), "too few people have a value, emptied".into())
            }
        };
        let rule = self.words();
        let words = Bilingual::new(format!("{}: {ja}", rule.ja), format!("{}: {en}", rule.en));
        Some(Arc::new(Coded { end: self.end, bound, words }))
    }
}

/// The bound as it was found; `None`: nothing is shown.
#[derive(Debug)]
struct Coded {
    end: End,
    bound: Option<Decimal>,
    words: Bilingual,
}

impl Coded {
    /// The class of a number, where it is in it.
    fn class(&self, bound: Decimal, number: Decimal) -> Option<Cell<'static>> {
        match self.end {
            End::Top => (number >= bound).then(|| Cell::label(format!("{bound}以上"))),
            End::Bottom => (number <= bound).then(|| Cell::label(format!("{bound}以下"))),
        }
    }
}

impl Treatment for Coded {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        match self.bound.zip(cell.decimal()) {
            Some((bound, number)) => self.class(bound, number).unwrap_or(cell),
            None => Cell::Empty,
        }
    }
    fn words(&self) -> Bilingual {
        self.words.clone()
    }
    fn apply_bounded(&self, comparator: Comparator, number: Decimal) -> Option<Cell<'static>> {
        let Some(bound) = self.bound else { return Some(Cell::Empty) };
        let points_there = match comparator {
            Comparator::Above | Comparator::AtLeast => self.end == End::Top,
            Comparator::Below | Comparator::AtMost => self.end == End::Bottom,
        };
        self.class(bound, number).filter(|_| points_there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Groups;
    use proptest::prelude::*;

    proptest! {
        // Counted here from every row of every person.
        #[test]
        fn enough_people_reach_the_bound_and_not_many_more_pass_it(
            rows in prop::collection::vec((0u32..30, -50i64..50), 0..200),
            percent in 1u32..50,
            at_least in 2usize..8,
            is_top: bool,
        ) {
            let end = if is_top { End::Top } else { End::Bottom };
            let mut values: Vec<i64> = rows.iter().map(|(_, value)| *value).collect();
            values.sort_unstable();
            values.dedup();
            let place = |value: &i64| values.binary_search(value).unwrap() as u32;
            let of = Groups::of_pairs(30, rows.iter().map(|(person, value)| (*person, place(value))));
            let cells = values.iter().map(|value| Cell::Integer(*value)).collect();
            let rule = Quantile { end, beyond: f64::from(percent) / 100.0, at_least };
            let bound = rule.bound(&PeoplesValues { values: cells, of });
            let people_with = |is: &dyn Fn(i64) -> bool| {
                let mut people: Vec<u32> = rows.iter().filter(|(_, v)| is(*v)).map(|(p, _)| *p).collect();
                people.sort_unstable();
                people.dedup();
                people.len()
            };
            let everybody = people_with(&|_| true);
            let asked = (everybody * percent as usize).div_ceil(100).max(at_least);
            let Some(bound) = bound else {
                prop_assert!(everybody < asked);
                return Ok(());
            };
            let bound: i64 = bound.to_string().parse().unwrap();
            let (reach, pass) = match end {
                End::Top => (people_with(&|v| v >= bound), people_with(&|v| v > bound)),
                End::Bottom => (people_with(&|v| v <= bound), people_with(&|v| v < bound)),
            };
            prop_assert!(reach >= asked && pass < asked, "{bound}: {pass} < {asked} <= {reach}");
        }
    }
}
