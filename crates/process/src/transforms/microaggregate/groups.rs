//! Values along a line cut into groups of enough people, so that they lie as close together as they can. Hansen and Mukherjee, IEEE
//! Transactions on Knowledge and Data Engineering 2003: an optimal grouping is a shortest path over the sorted values.
//!
//! A person may have many values: a group must have `at_least` different people, and every value of every person counts once. The
//! spread of a group fulfils the quadrangle inequality, and so does the bound on people; of two places at which a group could
//! begin, once the later one is better it stays better (Galil and Park, 1992). So each pair of places is weighed once: n log n steps.

use std::collections::HashMap;

/// A value and who has it.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// Where it lies.
    pub(super) at: f64,
    /// Different people.
    pub(super) people: Vec<u32>,
}

/// Sums up to each value.
struct Sums {
    /// (people, their sum, the sum of squares), measured from the middle so that squares stay small.
    sums: Vec<(f64, f64, f64)>,
}

impl Sums {
    fn of(values: &[Value]) -> Self {
        let middle = values.get(values.len() / 2).map_or(0.0, |value| value.at);
        let mut sums = vec![(0.0, 0.0, 0.0)];
        let (mut people, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for value in values {
            let (count, at) = (value.people.len() as f64, value.at - middle);
            people += count;
            sum += count * at;
            squares += count * at * at;
            sums.push((people, sum, squares));
        }
        Self { sums }
    }

    /// How far the values from one place to before another lie from their mean, squared and summed up.
    fn spread(&self, from: usize, to: usize) -> f64 {
        let (Some(a), Some(b)) = (self.sums.get(from), self.sums.get(to)) else { return f64::INFINITY };
        let (people, sum) = (b.0 - a.0, b.1 - a.1);
        (b.2 - a.2 - sum * sum / people.max(1.0)).max(0.0)
    }
}

/// A place at which a group may begin, and from which end on it is the best of those known.
#[derive(Clone, Copy)]
struct Start {
    at: usize,
    best_from: usize,
}

/// The ends of the groups of ascending values, each the place behind its last value; none where there are too few people.
pub(super) fn ends(values: &[Value], at_least: usize) -> Vec<usize> {
    let n = values.len();
    let first_end = first_ends(values, at_least);
    let sums = Sums::of(values);
    // Spread of the best grouping of the values before a place, and where its last group begins.
    let mut best: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); n + 1];
    if let Some(none) = best.first_mut() {
        *none = (0.0, 0);
    }
    let mut starts: Vec<Start> = Vec::new();
    let mut current = 0;
    let mut waiting = 0;
    for end in 1..=n {
        // Groups that begin at `waiting` may end here for the first time: the starts come in order.
        while first_end.get(waiting).is_some_and(|first| *first <= end) {
            let start = waiting;
            waiting += 1;
            if best.get(start).is_none_or(|(spread, _)| spread.is_infinite()) {
                continue;
            }
            let through = |from: usize, end: usize| {
                best.get(from).map_or(f64::INFINITY, |(spread, _)| spread + sums.spread(from, end))
            };
            let mut best_from = end;
            while let Some(last) = starts.last().copied().filter(|_| starts.len() > current) {
                let since = last.best_from.max(end);
                if through(start, since) <= through(last.at, since) {
                    starts.pop();
                    continue;
                }
                // The first end at which the newcomer is better, looked for by halves.
                let (mut worse, mut better) = (since, n + 1);
                while worse + 1 < better {
                    let middle = worse.midpoint(better);
                    if through(start, middle) <= through(last.at, middle) {
                        better = middle
                    } else {
                        worse = middle
                    }
                }
                best_from = better;
                break;
            }
            if best_from <= n {
                starts.push(Start { at: start, best_from });
            }
        }
        while starts.get(current + 1).is_some_and(|next| next.best_from <= end) {
            current += 1;
        }
        if let Some(start) = starts.get(current) {
            let before = best.get(start.at).map_or(f64::INFINITY, |(spread, _)| *spread);
            if let Some(slot) = best.get_mut(end) {
                *slot = (before + sums.spread(start.at, end), start.at);
            }
        }
    }
    let mut ends = Vec::new();
    let mut end = n;
    while end > 0 && best.get(end).is_some_and(|(spread, _)| spread.is_finite()) {
        ends.push(end);
        end = best.get(end).map_or(0, |(_, start)| *start);
    }
    ends.reverse();
    ends
}

/// For every place, where the smallest group with enough different people that begins there ends. Ascending; one past the last place
/// where there is none.
fn first_ends(values: &[Value], at_least: usize) -> Vec<usize> {
    let mut rows: HashMap<u32, usize> = HashMap::new();
    let mut end = 0;
    let mut ends = Vec::with_capacity(values.len());
    for value in values {
        while rows.len() < at_least
            && let Some(next) = values.get(end)
        {
            next.people.iter().for_each(|person| *rows.entry(*person).or_default() += 1);
            end += 1;
        }
        ends.push(if rows.len() < at_least { values.len() + 1 } else { end });
        for person in &value.people {
            if let Some(count) = rows.get_mut(person) {
                *count -= 1;
                if *count == 0 {
                    rows.remove(person);
                }
            }
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn spread(values: &[Value]) -> f64 {
        let people: f64 = values.iter().map(|v| v.people.len() as f64).sum();
        let mean = values.iter().map(|v| v.at * v.people.len() as f64).sum::<f64>() / people;
        values.iter().map(|v| (v.at - mean).powi(2) * v.people.len() as f64).sum()
    }

    fn is_enough(values: &[Value], at_least: usize) -> bool {
        values.iter().flat_map(|v| &v.people).collect::<BTreeSet<_>>().len() >= at_least
    }

    /// Every grouping there is.
    fn least(values: &[Value], at_least: usize) -> Option<f64> {
        if values.is_empty() {
            return Some(0.0);
        }
        (1..=values.len())
            .filter(|first| is_enough(&values[..*first], at_least))
            .filter_map(|first| Some(spread(&values[..first]) + least(&values[first..], at_least)?))
            .min_by(f64::total_cmp)
    }

    proptest! {
        #[test]
        fn no_grouping_of_enough_people_lies_closer(
            rows in prop::collection::vec((0u32..9, 0i32..40), 0..40),
            at_least in 1usize..5,
        ) {
            let places: BTreeSet<i32> = rows.iter().map(|(_, at)| *at).take(11).collect();
            let values: Vec<Value> = places
                .iter()
                .map(|place| {
                    let people = rows.iter().filter(|(_, at)| at == place).map(|(person, _)| *person);
                    Value { at: f64::from(*place), people: people.collect::<BTreeSet<_>>().into_iter().collect() }
                })
                .collect();
            let ends = ends(&values, at_least);
            let Some(least) = least(&values, at_least) else {
                prop_assert!(ends.is_empty());
                return Ok(());
            };
            let mut from = 0;
            let mut found = 0.0;
            for end in &ends {
                prop_assert!(is_enough(&values[from..*end], at_least), "{ends:?}");
                found += spread(&values[from..*end]);
                from = *end;
            }
            prop_assert_eq!(from, values.len());
            prop_assert!(found <= least + 1e-6, "{found} {least} {ends:?}");
        }
    }
}
