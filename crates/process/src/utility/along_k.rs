//! What other values of k would cost and protect, in one pass over the classes (k を変えたときの危険と損失).
//!
//! The treatment stays, and k alone decides who is suppressed: a class of fewer than k people. A person's loss is the mean over
//! the quasi-identifiers of (v − 1) ÷ (d − 1): v of the column's d values look like theirs in the product (LM of Iyengar, KDD
//! 2002, over the values that occur); a suppressed person has lost all. Persons are put into buckets by the size of their class,
//! and every k sums the buckets from k on.

use crate::models::Classes;
use kiban_model::report::SMALL_CELL;
use kiban_model::report::utility::AtK;

/// The largest k of the curve.
const MOST: usize = 50;

/// A question's main figure: what a person adds to its mean, if anything.
pub(crate) struct Figure<'f> {
    pub(crate) of: Box<dyn Fn(u32) -> Option<f64> + 'f>,
    /// Whether it counts people who have something.
    pub(crate) is_share: bool,
}

#[derive(Debug, Clone, Default)]
struct Bucket {
    people: u64,
    classes: u64,
    smallest: Option<u64>,
    loss: f64,
    /// By question: sum, and of how many.
    figures: Vec<(f64, u64)>,
}

/// The curve over everybody's classes; `losses` by person.
pub(crate) fn along_k(classes: &Classes, losses: &[f64], figures: &[Figure<'_>]) -> Vec<AtK> {
    let mut buckets = vec![Bucket { figures: vec![(0.0, 0); figures.len()], ..Bucket::default() }; MOST + 1];
    let place = |size: u64| usize::try_from(size).unwrap_or(MOST).min(MOST);
    for size in classes.sizes() {
        if let Some(bucket) = buckets.get_mut(place(*size)) {
            bucket.classes += 1;
            bucket.smallest = Some(bucket.smallest.map_or(*size, |smallest| smallest.min(*size)));
        }
    }
    for (person, loss) in losses.iter().enumerate() {
        if let Some(bucket) = buckets.get_mut(place(classes.size_of(person))) {
            bucket.people += 1;
            bucket.loss += loss;
            for ((sum, count), figure) in bucket.figures.iter_mut().zip(figures) {
                if let Some(own) = (figure.of)(u32::try_from(person).unwrap_or(u32::MAX)) {
                    *sum += own;
                    *count += 1;
                }
            }
        }
    }
    let all = classes.people();
    let mut kept = Bucket { figures: vec![(0.0, 0); figures.len()], ..Bucket::default() };
    let mut along = Vec::with_capacity(MOST);
    for (k, bucket) in buckets.into_iter().enumerate().skip(1).rev() {
        kept.people += bucket.people;
        kept.classes += bucket.classes;
        kept.loss += bucket.loss;
        kept.smallest = bucket.smallest.or(kept.smallest);
        for (sum, own) in kept.figures.iter_mut().zip(bucket.figures) {
            *sum = (sum.0 + own.0, sum.1 + own.1);
        }
        let shown =
            kept.figures.iter().zip(figures).map(|((sum, count), figure)| shown(*sum, *count, figure));
        let suppressed = all - kept.people;
        let part = |part: f64, whole: u64| if whole == 0 { 0.0 } else { part / whole as f64 };
        along.push(AtK {
            k: k as u64,
            suppressed,
            share: part(suppressed as f64, all),
            highest_risk: kept.smallest.map_or(0.0, |smallest| 1.0 / smallest as f64),
            average_risk: part(kept.classes as f64, kept.people),
            loss: part(kept.loss + suppressed as f64, all),
            figures: shown.collect(),
        });
    }
    along.reverse();
    along
}

/// A figure over at least ten people; of a share also of ten who have it, and ten who do not (ANO-10).
fn shown(sum: f64, count: u64, figure: &Figure<'_>) -> Option<f64> {
    let few = |people: f64| people > 0.0 && people < SMALL_CELL as f64;
    let hidden = count < SMALL_CELL || (figure.is_share && (few(sum) || few(count as f64 - sum)));
    (!hidden).then(|| sum / count as f64)
}

/// What a column has lost for each person: `raw` are the values as given, `shown` as the product shows them.
pub(crate) fn losses_of(raw: &[u32], shown: &[u32]) -> Vec<f64> {
    let mut pairs: Vec<(u32, u32)> = shown.iter().copied().zip(raw.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut values: Vec<u32> = pairs.iter().map(|(_, raw)| *raw).collect();
    values.sort_unstable();
    values.dedup();
    let others = (values.len().max(2) - 1) as f64;
    let mut alike = vec![0u32; shown.iter().max().map_or(0, |most| *most as usize + 1)];
    for (shown, _) in pairs {
        if let Some(count) = alike.get_mut(shown as usize) {
            *count += 1;
        }
    }
    let loss =
        |shown: &u32| alike.get(*shown as usize).map_or(0.0, |alike| (f64::from(*alike) - 1.0) / others);
    shown.iter().map(loss).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_column_loses_as_many_values_as_it_can_no_longer_tell_apart() {
        // Four values, of which two became one.
        assert_eq!(losses_of(&[0, 1, 2, 3, 3], &[0, 0, 1, 2, 2]), [1.0 / 3.0, 1.0 / 3.0, 0.0, 0.0, 0.0]);
        assert_eq!(losses_of(&[0, 1, 2], &[0, 0, 0]), [1.0; 3]);
        assert_eq!(losses_of(&[7, 7], &[0, 0]), [0.0; 2]);
    }

    proptest! {
        #[test]
        fn every_point_is_what_counting_again_says(
            people in prop::collection::vec((0u32..12, 0.0f64..1.0, prop::option::of(0u8..2)), 0..300)
        ) {
            let column: Vec<u32> = people.iter().map(|(class, ..)| *class).collect();
            let classes = Classes::new(people.len(), &[&column], |_| true);
            let losses: Vec<f64> = people.iter().map(|(_, loss, _)| *loss).collect();
            let of = |person: u32| people[person as usize].2.map(f64::from);
            let figures = [Figure { of: Box::new(of), is_share: true }];
            let along = along_k(&classes, &losses, &figures);
            prop_assert_eq!(along.len(), MOST);
            for at in along {
                let size = |class: u32| column.iter().filter(|other| **other == class).count() as u64;
                let kept: Vec<&(u32, f64, Option<u8>)> = people.iter().filter(|(class, ..)| size(*class) >= at.k).collect();
                prop_assert_eq!(at.suppressed as usize, people.len() - kept.len());
                let highest = kept.iter().map(|(class, ..)| 1.0 / size(*class) as f64).fold(0.0, f64::max);
                prop_assert!((at.highest_risk - highest).abs() < 1e-12);
                let average: f64 = kept.iter().map(|(class, ..)| 1.0 / size(*class) as f64).sum::<f64>() / kept.len().max(1) as f64;
                prop_assert!((at.average_risk - average).abs() < 1e-9);
                let loss = kept.iter().map(|(_, loss, _)| loss).sum::<f64>() + at.suppressed as f64;
                prop_assert!((at.loss - loss / people.len().max(1) as f64).abs() < 1e-9);
                let with: Vec<f64> = kept.iter().filter_map(|(.., own)| own.map(f64::from)).collect();
                let sum = with.iter().sum::<f64>();
                let enough = with.len() >= 10 && [sum, with.len() as f64 - sum].iter().all(|n| *n == 0.0 || *n >= 10.0);
                prop_assert_eq!(at.figures[0].is_some(), enough);
                if let Some(figure) = at.figures[0] {
                    prop_assert!((figure - sum / with.len() as f64).abs() < 1e-9);
                }
            }
        }
    }
}
