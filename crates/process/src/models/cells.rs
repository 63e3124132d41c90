//! Cell suppression (セル抑制): who shares their combination with too few loses some quasi-identifiers instead of the whole record (ANO-05).
//!
//! Who is in a class of k people keeps every cell. Of the others, one cell is emptied first, then two, and so on; the column with the
//! most different values goes first. People settle where k of them, together with those already settled, show the same —
//! an empty cell is a value like any other, so the product is k-anonymous as it is counted from its cells. Whoever never settles
//! is suppressed. Everything follows from the combinations: equal people lose equal cells.

use super::{Classes, k_anonymity};
use std::collections::{HashMap, HashSet};

/// The number of the empty cell in every column.
pub const EMPTY: u32 = 0;

/// What is left of the quasi-identifiers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// The columns with the emptied cells.
    pub columns: Vec<Vec<u32>>,
    /// The emptied columns of each person, one bit a column.
    pub masks: Vec<u32>,
    /// Emptied cells.
    pub cells: u64,
}

/// Empties cells of people who are kept, and keeps no longer whoever it cannot help. At most 32 columns.
pub fn suppress(columns: &[&[u32]], kept: &mut [bool], k: u64) -> Suppressed {
    let is_kept = |kept: &[bool], person: usize| kept.get(person).copied().unwrap_or(false);
    let classes = Classes::new(kept.len(), columns, |person| is_kept(kept, person));
    let stays = k_anonymity::keeps(&classes, kept.len(), k);
    let mut left: Vec<usize> =
        (0..kept.len()).filter(|p| is_kept(kept, *p) && !is_kept(&stays, *p)).collect();
    let mut masks = vec![0u32; kept.len()];
    let mut settled: HashMap<Vec<u32>, u64> = HashMap::new();
    for person in (0..kept.len()).filter(|person| is_kept(&stays, *person)) {
        *settled.entry(combination(columns, person, 0)).or_default() += 1;
    }
    for mask in masks_by_size(columns, kept) {
        if left.is_empty() {
            break;
        }
        let mut found: HashMap<Vec<u32>, u64> = HashMap::new();
        for person in &left {
            *found.entry(combination(columns, *person, mask)).or_default() += 1;
        }
        found.retain(|shown, people| {
            let settled = settled.entry(shown.clone()).or_default();
            let is_enough = *settled + *people >= k;
            *settled += if is_enough { *people } else { 0 };
            is_enough
        });
        left.retain(|person| {
            let settles = found.contains_key(&combination(columns, *person, mask));
            if let Some(slot) = masks.get_mut(*person).filter(|_| settles) {
                *slot = mask;
            }
            !settles
        });
    }
    for person in left {
        if let Some(kept) = kept.get_mut(person) {
            *kept = false;
        }
    }
    let emptied = |(at, column): (usize, &&[u32])| {
        let cells = column.iter().zip(&masks);
        cells.map(|(value, mask)| if mask >> at & 1 == 1 { EMPTY } else { *value }).collect()
    };
    let columns: Vec<Vec<u32>> = columns.iter().enumerate().map(emptied).collect();
    let cells = masks.iter().map(|mask| u64::from(mask.count_ones())).sum();
    Suppressed { columns, masks, cells }
}

fn combination(columns: &[&[u32]], person: usize, mask: u32) -> Vec<u32> {
    let cell = |(at, column): (usize, &&[u32])| {
        if mask >> at & 1 == 1 { EMPTY } else { column.get(person).copied().unwrap_or(EMPTY) }
    };
    columns.iter().enumerate().map(cell).collect()
}

/// Every choice of columns but none, the smallest first, and among them the columns with the most values.
fn masks_by_size(columns: &[&[u32]], kept: &[bool]) -> Vec<u32> {
    let distinct = |column: &[u32]| {
        let values = column.iter().zip(kept).filter(|(_, kept)| **kept).map(|(value, _)| *value);
        values.collect::<HashSet<u32>>().len()
    };
    let mut by_values: Vec<(usize, usize)> =
        columns.iter().enumerate().map(|(at, column)| (distinct(column), at)).collect();
    by_values.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    // A number's bits are places in that order, the first of them the highest: larger numbers have it first.
    let count = by_values.len().min(32);
    let mut chosen: Vec<u32> = (1..1u64 << count).map(|places| places as u32).collect();
    chosen.sort_by(|a, b| a.count_ones().cmp(&b.count_ones()).then(b.cmp(a)));
    let mask = |places: u32| {
        let of = |(place, (_, at)): (usize, &(usize, usize))| (places >> (count - 1 - place) & 1) << at;
        by_values.iter().take(count).enumerate().map(of).sum()
    };
    chosen.into_iter().map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_fewest_cells_of_the_column_with_the_most_values_go_first() {
        // Sex, decade, place; two of the same sex and decade differ in place only, one is alone.
        let (sex, decade, place) = ([1, 1, 1, 1, 2], [1, 1, 2, 2, 9], [1, 1, 2, 3, 4]);
        let mut kept = vec![true; 5];
        let made = suppress(&[&sex, &decade, &place], &mut kept, 2);
        assert_eq!(kept, [true, true, true, true, false]);
        assert_eq!((made.masks, made.cells), (vec![0, 0, 0b100, 0b100, 0], 2));
        assert_eq!(made.columns[2], [1, 1, EMPTY, EMPTY, 4]);
    }

    proptest! {
        // ANO-05: counted here from the cells alone.
        #[test]
        fn what_is_left_is_k_anonymous_and_nobody_loses_more_than_they_must(
            rows in prop::collection::vec((0u32..3, 0u32..5, 0u32..4, any::<bool>()), 0..60),
            k in 2u64..6,
        ) {
            let column = |pick: fn(&(u32, u32, u32, bool)) -> u32| rows.iter().map(pick).collect::<Vec<u32>>();
            let columns = [column(|r| r.0), column(|r| r.1), column(|r| r.2)];
            let given: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
            let before: Vec<bool> = rows.iter().map(|row| row.3).collect();
            let mut kept = before.clone();
            let made = suppress(&given, &mut kept, k);
            let shown = |person: usize| made.columns.iter().map(|column| column[person]).collect::<Vec<u32>>();
            let mut people: HashMap<Vec<u32>, u64> = HashMap::new();
            for person in (0..rows.len()).filter(|person| kept[*person]) {
                *people.entry(shown(person)).or_default() += 1;
            }
            prop_assert!(people.values().all(|people| *people >= k), "{people:?}");
            let whole = Classes::new(rows.len(), &given, |person| before[person]);
            for person in 0..rows.len() {
                prop_assert!(before[person] || !kept[person]);
                for (at, column) in columns.iter().enumerate() {
                    let is_emptied = made.masks[person] >> at & 1 == 1;
                    prop_assert_eq!(made.columns[at][person], if is_emptied { EMPTY } else { column[person] });
                }
                // Whoever is one of k as they are loses nothing.
                prop_assert!(whole.size_of(person) < k || (kept[person] && made.masks[person] == 0));
            }
            // Fewer than k stay back: k of them would show nothing, all alike.
            let back = (0..rows.len()).filter(|person| before[*person] && !kept[*person]).count() as u64;
            prop_assert!(back < k);
            // Equal people lose equal cells.
            for a in 0..rows.len() {
                for b in (0..rows.len()).filter(|b| given.iter().all(|column| column[a] == column[*b])) {
                    prop_assert!(!before[a] || !before[b] || (kept[a], made.masks[a]) == (kept[b], made.masks[b]));
                }
            }
        }
    }
}
