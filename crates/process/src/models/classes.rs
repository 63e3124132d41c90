//! Equivalence classes (同値類): who shares a combination of quasi-identifiers with whom.
//!
//! Combinations are folded column by column into one number: as long as the product of the columns' sizes fits 64 bits the key
//! is exact and packed; where it would not, the classes so far are numbered anew first. Nothing here looks at a value.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Up to so many possible combinations are looked up in an array instead of a hash table.
const DENSE: u64 = 1 << 22;

/// No class yet.
const NONE: u32 = u32::MAX;

/// Equivalence classes: persons with the same combination, numbered in the order of their first person.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    of: Vec<u32>,
    sizes: Vec<u64>,
}

impl Classes {
    /// Groups persons by the columns' values (one number a value), leaving out those who are not `included`.
    pub fn new(persons: usize, columns: &[&[u32]], included: impl Fn(usize) -> bool) -> Self {
        let mut keys = vec![0u64; persons];
        let mut size = 1u64;
        for column in columns {
            let width = column.iter().copied().max().map_or(1, |highest| u64::from(highest) + 1);
            if size.checked_mul(width).is_none() {
                let (numbers, found) = numbered(&keys, size, |_| true);
                keys.clear();
                keys.extend(numbers.iter().map(|number| u64::from(*number)));
                // There are fewer than 2^32 of them, and a column's numbers are 32 bits: it fits now.
                size = found.max(1);
            }
            for (key, value) in keys.iter_mut().zip(column.iter().chain(std::iter::repeat(&0))) {
                *key = *key * width + u64::from(*value);
            }
            size = size.saturating_mul(width);
        }
        let (of, found) = numbered(&keys, size, included);
        let mut sizes = vec![0u64; found as usize];
        for class in &of {
            if let Some(size) = sizes.get_mut(*class as usize) {
                *size += 1;
            }
        }
        Self { of, sizes }
    }

    /// A person's class; `None` where they were left out.
    pub fn of(&self, person: usize) -> Option<u32> {
        self.of.get(person).copied().filter(|class| *class != NONE)
    }

    /// Persons, left out or not.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// How many share a person's combination; 0 where they were left out.
    pub fn size_of(&self, person: usize) -> u64 {
        self.of(person).and_then(|class| self.sizes.get(class as usize)).copied().unwrap_or(0)
    }

    /// The classes' sizes.
    pub fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// People in classes.
    pub fn people(&self) -> u64 {
        self.sizes.iter().sum()
    }

    /// The people of every class, in the order of the classes.
    pub fn members(&self) -> Groups {
        Groups::of_pairs(
            self.sizes.len(),
            self.of
                .iter()
                .zip(0u32..)
                .filter(|(class, _)| **class != NONE)
                .map(|(class, person)| (*class, person)),
        )
    }
}

/// Numbers the distinct keys, all below `size`, in the order in which they come.
fn numbered(keys: &[u64], size: u64, included: impl Fn(usize) -> bool) -> (Vec<u32>, u64) {
    let mut found = 0u32;
    let mut next = |slot: &mut u32| {
        if *slot == NONE {
            *slot = found;
            found += 1;
        }
        *slot
    };
    let keys = keys.iter().enumerate();
    let numbers = if size <= DENSE {
        let mut known = vec![NONE; size as usize];
        keys.map(|(at, key)| match known.get_mut(*key as usize) {
            Some(slot) if included(at) => next(slot),
            _ => NONE,
        })
        .collect()
    } else {
        let mut known: HashMap<u64, u32, BuildHasherDefault<Spread>> = HashMap::default();
        keys.map(|(at, key)| if included(at) { next(known.entry(*key).or_insert(NONE)) } else { NONE })
            .collect()
    };
    (numbers, u64::from(found))
}

/// Hashes one packed key. The keys are made here and not by an adversary, so a good spread is enough.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 << 8 | u64::from(*byte));
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = crate::risk::mixed(key);
    }
}

/// Lists of numbers side by side: the people of each class, the values of each person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    starts: Vec<usize>,
    members: Vec<u32>,
}

impl Groups {
    /// From pairs (group, member) in any order; members keep the order in which they come.
    pub fn of_pairs(groups: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0usize; groups + 1];
        for (group, _) in pairs.clone() {
            if let Some(count) = starts.get_mut(group as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut members = vec![0u32; total];
        for (group, member) in pairs {
            if let Some(at) = next.get_mut(group as usize)
                && let Some(slot) = members.get_mut(*at)
            {
                *slot = member;
                *at += 1;
            }
        }
        Self { starts, members }
    }

    /// Groups.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The members of a group.
    pub fn of(&self, group: usize) -> &[u32] {
        self.members.get(self.range(group)).unwrap_or_default()
    }

    /// Where a group's members stand among all members.
    pub fn range(&self, group: usize) -> Range<usize> {
        let at = |group: usize| self.starts.get(group).copied().unwrap_or(self.members.len());
        at(group)..at(group + 1)
    }

    /// The members of all groups, one after the other.
    pub fn members(&self) -> &[u32] {
        &self.members
    }

    /// All groups.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|group| self.of(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packed_keys_group_as_a_map_of_combinations_does(
            rows in prop::collection::vec((0u32..4, 0u32..3, any::<u32>(), 0u32..2, any::<bool>()), 0..60),
            wide in prop::collection::vec(prop::sample::select(vec![0u32, 7, u32::MAX - 1]), 60),
        ) {
            let column = |pick: fn(&(u32, u32, u32, u32, bool)) -> u32| rows.iter().map(pick).collect::<Vec<u32>>();
            let columns = [column(|r| r.0), column(|r| r.1), column(|r| r.2 % 5 * 800_000_000), wide[..rows.len()].to_vec(), column(|r| r.3)];
            let columns: Vec<&[u32]> = columns.iter().map(Vec::as_slice).collect();
            let classes = Classes::new(rows.len(), &columns, |person| rows[person].4);
            let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
            for person in 0..rows.len() {
                let next = known.len() as u32;
                let expected = rows[person].4.then(|| {
                    *known.entry(columns.iter().map(|c| c[person]).collect()).or_insert(next)
                });
                prop_assert_eq!(classes.of(person), expected);
            }
            prop_assert_eq!(classes.sizes().len(), known.len());
            let members = classes.members();
            prop_assert_eq!(members.len(), known.len());
            for (class, people) in members.iter().enumerate() {
                prop_assert_eq!(people.len() as u64, classes.sizes()[class]);
                prop_assert!(people.iter().all(|person| classes.of(*person as usize) == Some(class as u32)));
            }
        }
    }
}
