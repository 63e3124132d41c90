//! kᵐ-anonymity (kᵐ-匿名性) of sets of codes: whoever knows any m codes of a person finds k people with them, or nobody (ANO-05).
//! Terrovitis, Mamoulis and Kalnis, VLDB 2008: every set of at most m codes is in the lives of at least k people or of none.
//!
//! Lives break it cell by cell, so it is kept cell by cell. Of every set that too few people have, its rarest code climbs one class
//! of its ladder in the lives of just those people; what climbs past the last class is shown as the last word of the rule on rare
//! codes (その他), which says nothing and is no code any more. A code that climbs here and stays there only adds people who may
//! be the one looked for. It is repeated until nothing breaks, and ends because cells only climb.
//!
//! Sets are counted by prefix: for each code its people, for each of them the codes that are more rare. A pair costs one addition,
//! whatever the number of codes. A life with so many codes that its sets cannot be counted loses its rarest ones first.

use super::{Groups, Word};
use crate::policy::{Node, Protect, Reader, attribute};
use crate::transforms::{ColumnOf, required};
use kiban_model::report::Bilingual;
use rayon::prelude::*;

pub(super) const WORD: Word = Word {
    name: "km_anonymity",
    japanese: "kᵐ-匿名性",
    doc: (
        "本人のコードをどの m 個まで知られても、それらをもつ人が k 人以上いる(または一人もいない)こと。`of` は傷病や薬剤のコードの列で、複数の表にまたがってよい。\
         k 人に満たない組合せは、その人たちの最も少ないコードを `rare` の分類に沿って一段ずつ上げ、上がりきれば「その他」とする(人は抑制しない)。\
         `of` の列には `rare` が要る。",
        "Whoever knows any m codes of a person finds k people with all of them, or none. `of` names columns of codes, of one table or several. \
         Where fewer have them, the rarest code climbs the classes of `rare` for just those people, and past the last becomes its \
         last word; nobody is suppressed. The columns need a `rare`.",
    ),
    example: "km_anonymity = { of = [\"condition.code\"], m = 2, k = 3 }",
    read,
};

/// The model with its parameters.
#[derive(Debug, Clone)]
pub struct KmAnonymity {
    /// Columns of codes, one a table at most.
    pub of: Vec<ColumnOf>,
    /// How many codes somebody knows.
    pub m: usize,
    /// How many people must have them.
    pub k: u32,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    let Some(fields) = reader.fields(value, &["of", "m", "k"]) else { return };
    let of = required(&fields, "of", reader);
    let m = required(&fields, "m", reader).and_then(|node| reader.integer(&node, 1..=3));
    let k = required(&fields, "k", reader).and_then(|node| reader.integer(&node, 2..=1_000_000));
    let mut columns: Vec<ColumnOf> = Vec::new();
    for node in of.iter().flat_map(|of| of.items().unwrap_or_else(|| vec![of.clone()])) {
        let Some(of) = attribute(&node, reader, protect) else { continue };
        if columns.iter().any(|known| known.table == of.table) {
            let message = Bilingual::new("同じ表の列が二度あります", "two columns of one table");
            reader.add(node.span(), message, None);
            continue;
        }
        columns.push(of);
        protect.climbing.push((of, node.span()));
    }
    if let (Some(m), Some(k), false) = (m, k, columns.is_empty()) {
        protect.km_anonymity = Some(KmAnonymity { of: columns, m: m as usize, k: k as u32 });
    }
}

/// A cell that climbed past the last class.
pub(crate) const LEFT_OUT: u32 = u32::MAX;

/// A life may hold so many sets of m codes.
const MOST_SETS: f64 = 2e7;

/// After so many rounds cells no longer climb step by step.
const STEPS: usize = 8;

/// What every cell becomes, beside the members of `lives`: the codes of every person. `above`: the class above a code.
pub(crate) fn climb(lives: &Groups, above: &[Option<u32>], m: usize, k: u32) -> Vec<u32> {
    climb_within(MOST_SETS, lives, above, m, k)
}

fn climb_within(most_sets: f64, lives: &Groups, above: &[Option<u32>], m: usize, k: u32) -> Vec<u32> {
    let mut now = lives.members().to_vec();
    for round in 0.. {
        let counted = Ranked::new(lives, &now, above.len());
        let mut climbing = counted.beyond(m, most_sets);
        for size in 1..=m {
            if climbing.is_empty() {
                climbing = counted.broken(size, k);
            }
        }
        if climbing.is_empty() {
            break;
        }
        climbing.par_sort_unstable();
        climbing.dedup();
        for (person, rank) in climbing {
            let code = counted.order.get(rank as usize).copied().unwrap_or(LEFT_OUT);
            let cells = now.get_mut(lives.range(person as usize)).unwrap_or_default();
            for cell in cells.iter_mut().filter(|cell| **cell == code) {
                let next = above.get(code as usize).copied().flatten().filter(|_| round < STEPS);
                *cell = next.unwrap_or(LEFT_OUT);
            }
        }
    }
    now
}

/// The fewest people who share a set of at most m codes; `None` where nobody has a code.
pub(crate) fn fewest(lives: &Groups, now: &[u32], codes: usize, m: usize) -> Option<u32> {
    let ranked = Ranked::new(lives, now, codes);
    // Sets that cannot be counted are looked for only where cells still climb.
    let m = if ranked.beyond(m, MOST_SETS).is_empty() { m } else { 1 };
    (1..=m).filter_map(|size| ranked.fewest_of(size)).min()
}

/// Lives as distinct codes by rank: the most frequent code is 0, so that the rarest of a set comes last.
struct Ranked {
    lives: Groups,
    /// The people of every rank.
    people: Groups,
    /// The code of every rank.
    order: Vec<u32>,
}

/// What broke: (person, rank of the code that must climb).
type Climbing = Vec<(u32, u32)>;

impl Ranked {
    fn new(lives: &Groups, now: &[u32], codes: usize) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(now.len());
        let mut own: Vec<u32> = Vec::new();
        let mut support = vec![0u64; codes];
        for person in 0..lives.len() {
            own.clear();
            own.extend(
                now.get(lives.range(person)).unwrap_or_default().iter().filter(|code| **code != LEFT_OUT),
            );
            own.sort_unstable();
            own.dedup();
            for code in &own {
                pairs.push((person as u32, *code));
                if let Some(support) = support.get_mut(*code as usize) {
                    *support += 1;
                }
            }
        }
        let mut order: Vec<u32> = (0..codes as u32).collect();
        order.sort_by_key(|code| std::cmp::Reverse(support.get(*code as usize).copied().unwrap_or(0)));
        let mut ranks = vec![0u32; codes];
        for (rank, code) in (0u32..).zip(&order) {
            if let Some(slot) = ranks.get_mut(*code as usize) {
                *slot = rank;
            }
        }
        for (_, code) in &mut pairs {
            *code = ranks.get(*code as usize).copied().unwrap_or(0);
        }
        pairs.chunk_by_mut(|a, b| a.0 == b.0).for_each(<[_]>::sort_unstable);
        let people = Groups::of_pairs(codes, pairs.iter().map(|(person, rank)| (*rank, *person)));
        Self { lives: Groups::of_pairs(lives.len(), pairs.iter().copied()), people, order }
    }

    /// The rarest codes of lives that have too many sets to count.
    fn beyond(&self, m: usize, most_sets: f64) -> Climbing {
        let sets =
            |n: usize| (0..m).map(|i| (n as f64 - i as f64).max(0.0) / (i + 1) as f64).product::<f64>();
        let mut climbing = Climbing::new();
        for (person, own) in
            self.lives.iter().enumerate().filter(|(_, own)| m > 1 && sets(own.len()) > most_sets)
        {
            let most = (1..own.len()).collect::<Vec<_>>().partition_point(|n| sets(*n) <= most_sets);
            climbing.extend(own.iter().skip(most).map(|rank| (person as u32, *rank)));
        }
        climbing
    }

    /// Sets of one size that fewer than k people have. Smaller ones must all be right.
    fn broken(&self, size: usize, k: u32) -> Climbing {
        let mut climbing = Climbing::new();
        if size == 1 {
            for (rank, people) in
                (0u32..).zip(self.people.iter()).filter(|(_, people)| people.len() < k as usize)
            {
                climbing.extend(people.iter().map(|person| (*person, rank)));
            }
            return climbing;
        }
        let prefixes: Vec<Climbing> = (0..self.order.len())
            .into_par_iter()
            .map_init(
                || Counts::new(self.order.len()),
                |counts, first| {
                    let mut broken = Climbing::new();
                    self.prefixes(first as u32, size, &mut |people, last| {
                        counts.count(self, people, last);
                        if counts.touched.iter().any(|rank| counts.of(*rank) < k) {
                            for person in people {
                                let rare =
                                    self.after(*person, last).iter().filter(|rank| counts.of(**rank) < k);
                                broken.extend(rare.map(|rank| (*person, *rank)));
                            }
                        }
                        counts.clear();
                    });
                    broken
                },
            )
            .collect();
        prefixes.into_iter().flatten().collect()
    }

    /// The fewest people who share a set of one size.
    fn fewest_of(&self, size: usize) -> Option<u32> {
        if size == 1 {
            return self.people.iter().map(|people| people.len() as u32).filter(|count| *count > 0).min();
        }
        let least = (0..self.order.len()).into_par_iter().map_init(
            || Counts::new(self.order.len()),
            |counts, first| {
                let mut least = None;
                self.prefixes(first as u32, size, &mut |people, last| {
                    counts.count(self, people, last);
                    let found = counts.touched.iter().map(|rank| counts.of(*rank)).min();
                    least = [least, found].into_iter().flatten().min();
                    counts.clear();
                });
                least
            },
        );
        least.flatten().min()
    }

    /// Hands over the people of every prefix of `size − 1` codes that begins with `first`, and its last code.
    fn prefixes(&self, first: u32, size: usize, take: &mut dyn FnMut(&[u32], u32)) {
        let people = self.people.of(first as usize);
        if people.is_empty() {
            return;
        }
        if size == 2 {
            return take(people, first);
        }
        let pairs =
            people.iter().flat_map(|person| self.after(*person, first).iter().map(|rank| (*rank, *person)));
        let second = Groups::of_pairs(self.order.len(), pairs);
        for (last, people) in (0u32..).zip(second.iter()).filter(|(_, people)| !people.is_empty()) {
            take(people, last);
        }
    }

    /// A person's codes that are rarer than one of them.
    fn after(&self, person: u32, rank: u32) -> &[u32] {
        let own = self.lives.of(person as usize);
        own.get(own.partition_point(|known| *known <= rank)..).unwrap_or_default()
    }
}

/// How many people of a prefix have each further code.
struct Counts {
    of: Vec<u32>,
    touched: Vec<u32>,
}

impl Counts {
    fn new(codes: usize) -> Self {
        Self { of: vec![0; codes], touched: Vec::new() }
    }

    fn count(&mut self, ranked: &Ranked, people: &[u32], last: u32) {
        for rank in people.iter().flat_map(|person| ranked.after(*person, last)) {
            if let Some(count) = self.of.get_mut(*rank as usize) {
                if *count == 0 {
                    self.touched.push(*rank);
                }
                *count += 1;
            }
        }
    }

    fn of(&self, rank: u32) -> u32 {
        self.of.get(rank as usize).copied().unwrap_or(0)
    }

    fn clear(&mut self) {
        for rank in self.touched.drain(..) {
            if let Some(count) = self.of.get_mut(rank as usize) {
                *count = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Codes 0..6 are leaves, 6..8 their classes (three each), nothing above.
    const ABOVE: [Option<u32>; 8] = [Some(6), Some(6), Some(6), Some(7), Some(7), Some(7), None, None];

    fn groups(lives: &[BTreeSet<u32>]) -> Groups {
        let pairs =
            lives.iter().zip(0u32..).flat_map(|(own, person)| own.iter().map(move |code| (person, *code)));
        Groups::of_pairs(lives.len(), pairs)
    }

    /// People by every set of at most m codes, one set after the other.
    fn naive(lives: &[BTreeSet<u32>], m: usize) -> BTreeMap<Vec<u32>, u32> {
        let mut found: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        for own in lives {
            let own: Vec<u32> = own.iter().copied().collect();
            for chosen in 1u32..1 << own.len() {
                if chosen.count_ones() as usize <= m {
                    let set =
                        own.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, code)| *code);
                    *found.entry(set.collect()).or_default() += 1;
                }
            }
        }
        found
    }

    fn shown(lives: &Groups, now: &[u32]) -> Vec<BTreeSet<u32>> {
        let own = (0..lives.len()).map(|person| &now[lives.range(person)]);
        own.map(|own| own.iter().copied().filter(|code| *code != LEFT_OUT).collect()).collect()
    }

    fn lives() -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
        prop::collection::vec(prop::collection::btree_set(0u32..6, 0..5), 0..25)
    }

    proptest! {
        #[test]
        fn any_m_codes_are_those_of_k_people_or_of_nobody(lives in lives(), m in 1usize..=3, k in 2u32..5) {
            let groups = groups(&lives);
            let now = climb(&groups, &ABOVE, m, k);
            let after = shown(&groups, &now);
            prop_assert!(naive(&after, m).values().all(|people| *people >= k), "{after:?}");
            prop_assert_eq!(fewest(&groups, &now, 8, m), naive(&after, m).values().copied().min());
            prop_assert_eq!(fewest(&groups, groups.members(), 8, m), naive(&lives, m).values().copied().min());
            // What holds is left alone, and a cell only climbs its own ladder.
            let holds = naive(&lives, m).values().all(|people| *people >= k);
            prop_assert_eq!(holds, now == groups.members());
            for (given, shown) in groups.members().iter().zip(&now) {
                prop_assert!(shown == given || Some(*shown) == ABOVE[*given as usize] || *shown == LEFT_OUT);
            }
        }

        // Generalisation: every code becomes its class.
        #[test]
        fn a_coarser_table_never_has_rarer_sets(lives in lives(), m in 1usize..=3) {
            let coarser: Vec<BTreeSet<u32>> =
                lives.iter().map(|own| own.iter().map(|code| ABOVE[*code as usize].unwrap()).collect()).collect();
            let least = |lives: &[BTreeSet<u32>]| { let g = groups(lives); fewest(&g, g.members(), 8, m) };
            prop_assert!(least(&coarser) >= least(&lives));
        }
    }

    #[test]
    fn a_life_of_thousands_of_codes_loses_the_rarest_and_the_run_ends() {
        // 40 codes are 9,880 sets of three; 41 are 10,660.
        let lives: Vec<BTreeSet<u32>> = vec![(0..45).collect(), (0..45).collect(), (0..5_000).collect()];
        let groups = groups(&lives);
        let now = climb_within(1e4, &groups, &vec![None; 5_000], 3, 2);
        let after = shown(&groups, &now);
        assert!(after.iter().all(|own| *own == (0..40).collect()), "{after:?}");
    }
}
