//! kᵐ-anonymity (kᵐ-匿名性) of sets of codes: whoever knows any m codes of a person finds k people with them, or nobody (ANO-05).
//! Terrovitis, Mamoulis and Kalnis, VLDB 2008: every set of at most m codes is in the lives of at least k people or of none.
//!
//! Lives break it cell by cell, so it is kept cell by cell. Of every set that too few people have, its rarest code climbs one class
//! of its ladder in the lives of just those people; what climbs past the last class is shown as the last word of the rule on rare
//! codes (その他), which says nothing and is no code any more. A code that climbs here and stays there only adds people who may
//! be the one looked for. It is repeated until nothing breaks, and ends because cells only climb.
//!
//! Sets are counted by prefix: for each code its people, for each of them the codes that come after. A pair costs one addition,
//! whatever the number of codes. After the first round only sets with a code that climbed, or to which one climbed, can have
//! changed: those codes come first in the order of prefixes, and only their people are looked at. A life with so many codes
//! that its sets cannot be counted loses its rarest ones first.

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

/// The codes of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Codes<'c> {
    /// The class above each.
    pub(crate) above: &'c [Option<u32>],
    /// How many people must have it, by itself: at least k.
    pub(crate) alone: &'c [u32],
}

/// Lets cells climb until any m codes are those of k people. `now`: the cells beside the members of `lives`, the codes of every
/// person.
pub(crate) fn climb(lives: &Groups, now: Vec<u32>, codes: Codes<'_>, m: usize, k: u32) -> Vec<u32> {
    climb_within(MOST_SETS, lives, now, codes, m, k)
}

fn climb_within(
    most_sets: f64,
    lives: &Groups,
    now: Vec<u32>,
    codes: Codes<'_>,
    m: usize,
    k: u32,
) -> Vec<u32> {
    let Codes { above, alone } = codes;
    let mut cells = Cells::new(lives, now, above);
    let mut climbing = cells.ranked(&vec![true; above.len()]).beyond(m, most_sets);
    // For each size the codes whose sets of that size must be looked at.
    let mut suspects = vec![vec![true; above.len()]; m];
    for round in 0.. {
        for (size, suspects) in (1..).zip(&mut suspects) {
            if climbing.is_empty() && suspects.contains(&true) {
                let ranked = cells.ranked(suspects);
                climbing = if size == 1 { ranked.lone(alone) } else { ranked.broken(size, k) };
                suspects.fill(false);
            }
        }
        if climbing.is_empty() {
            break;
        }
        climbing.par_sort_unstable();
        climbing.dedup();
        for (person, code) in climbing.drain(..) {
            let to = cells.climb(person, code, round < STEPS);
            for code in [Some(code), to].into_iter().flatten() {
                suspects
                    .iter_mut()
                    .filter_map(|suspects| suspects.get_mut(code as usize))
                    .for_each(|slot| *slot = true);
            }
        }
    }
    cells.now
}

/// The fewest people who share a set of at most m codes; `None` where nobody has a code.
pub(crate) fn fewest(lives: &Groups, now: &[u32], above: &[Option<u32>], m: usize) -> Option<u32> {
    let cells = Cells::new(lives, now.to_vec(), above);
    let ranked = cells.ranked(&vec![true; above.len()]);
    // Sets that cannot be counted are looked for only where cells still climb.
    let m = if ranked.beyond(m, MOST_SETS).is_empty() { m } else { 1 };
    let mut fewest = None;
    for size in 1..=m {
        // Nothing is rarer than one.
        if fewest != Some(1) {
            fewest = [fewest, ranked.fewest_of(size)].into_iter().flatten().min();
        }
    }
    fewest
}

/// Every person's codes as they are now.
struct Cells<'l> {
    lives: &'l Groups,
    above: &'l [Option<u32>],
    now: Vec<u32>,
    /// People by code.
    support: Vec<u32>,
}

/// What broke: (person, the code that must climb).
type Climbing = Vec<(u32, u32)>;

impl<'l> Cells<'l> {
    fn new(lives: &'l Groups, now: Vec<u32>, above: &'l [Option<u32>]) -> Self {
        let mut support = vec![0; above.len()];
        let mut own: Vec<u32> = Vec::new();
        for person in 0..lives.len() {
            own.clear();
            own.extend(now.get(lives.range(person)).unwrap_or_default());
            own.sort_unstable();
            own.dedup();
            for code in &own {
                if let Some(people) = support.get_mut(*code as usize) {
                    *people += 1;
                }
            }
        }
        Self { lives, above, now, support }
    }

    fn own(&self, person: usize) -> &[u32] {
        self.now.get(self.lives.range(person)).unwrap_or_default()
    }

    /// A code of a person climbs one class, or past the last; the class it became.
    fn climb(&mut self, person: u32, code: u32, by_steps: bool) -> Option<u32> {
        let to = self.above.get(code as usize).copied().flatten().filter(|_| by_steps);
        let is_new = to.filter(|to| !self.own(person as usize).contains(to));
        let cells = self.now.get_mut(self.lives.range(person as usize)).unwrap_or_default();
        cells.iter_mut().filter(|cell| **cell == code).for_each(|cell| *cell = to.unwrap_or(LEFT_OUT));
        if let Some(people) = self.support.get_mut(code as usize) {
            *people = people.saturating_sub(1);
        }
        if let Some(people) = is_new.and_then(|to| self.support.get_mut(to as usize)) {
            *people += 1;
        }
        to
    }

    /// The lives in which a suspect is, as distinct codes by rank.
    fn ranked(&self, suspects: &[bool]) -> Ranked<'_> {
        let codes = self.above.len();
        let is_suspect = |code: u32| suspects.get(code as usize).copied().unwrap_or(false);
        let support = |code: u32| self.support.get(code as usize).copied().unwrap_or(0);
        let mut order: Vec<u32> = (0..codes as u32).collect();
        order.sort_by_key(|code| (!is_suspect(*code), std::cmp::Reverse(support(*code))));
        let mut ranks = vec![0u32; codes];
        for (rank, code) in (0u32..).zip(&order) {
            if let Some(slot) = ranks.get_mut(*code as usize) {
                *slot = rank;
            }
        }
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut own: Vec<u32> = Vec::new();
        for person in 0..self.lives.len() {
            let codes = self.own(person).iter().copied().filter(|code| *code != LEFT_OUT);
            if !codes.clone().any(is_suspect) {
                continue;
            }
            own.clear();
            own.extend(codes.filter_map(|code| ranks.get(code as usize)));
            own.sort_unstable();
            own.dedup();
            pairs.extend(own.iter().map(|rank| (person as u32, *rank)));
        }
        let people = Groups::of_pairs(codes, pairs.iter().map(|(person, rank)| (*rank, *person)));
        let first = suspects.iter().filter(|is_suspect| **is_suspect).count();
        Ranked {
            lives: Groups::of_pairs(self.lives.len(), pairs.iter().copied()),
            people,
            order,
            suspects: first,
            support: &self.support,
        }
    }
}

/// Lives as distinct codes by rank: suspects first, among them the most frequent.
struct Ranked<'c> {
    lives: Groups,
    /// The people of every rank.
    people: Groups,
    /// The code of every rank.
    order: Vec<u32>,
    /// How many suspects there are.
    suspects: usize,
    /// People by code.
    support: &'c [u32],
}

impl Ranked<'_> {
    /// The rarest codes of lives that have too many sets to count.
    fn beyond(&self, m: usize, most_sets: f64) -> Climbing {
        let sets =
            |n: usize| (0..m).map(|i| (n as f64 - i as f64).max(0.0) / (i + 1) as f64).product::<f64>();
        let mut climbing = Climbing::new();
        for (person, own) in
            self.lives.iter().enumerate().filter(|(_, own)| m > 1 && sets(own.len()) > most_sets)
        {
            let most = (1..own.len()).collect::<Vec<_>>().partition_point(|n| sets(*n) <= most_sets);
            let rarest = own.iter().skip(most).filter_map(|rank| self.order.get(*rank as usize));
            climbing.extend(rarest.map(|code| (person as u32, *code)));
        }
        climbing
    }

    fn code(&self, rank: u32) -> u32 {
        self.order.get(rank as usize).copied().unwrap_or(LEFT_OUT)
    }

    /// Suspects that too few people have, for each of them.
    fn lone(&self, alone: &[u32]) -> Climbing {
        let suspects = (0..self.suspects as u32).map(|rank| (self.code(rank), self.people.of(rank as usize)));
        let least = |code: u32| alone.get(code as usize).copied().unwrap_or(0) as usize;
        let rare = suspects.filter(|(code, people)| people.len() < least(*code));
        rare.flat_map(|(code, people)| people.iter().map(move |person| (*person, code))).collect()
    }

    /// Of sets of two or more with a suspect that fewer than k people have, the rarest code, for each of the people.
    fn broken(&self, size: usize, k: u32) -> Climbing {
        let code = |rank: u32| self.code(rank);
        let suspects = 0..self.suspects as u32;
        let rarity = |code: &u32| (self.support.get(*code as usize).copied().unwrap_or(0), *code);
        let found: Vec<Climbing> = suspects
            .into_par_iter()
            .map_init(
                || Counts::new(self.order.len()),
                |counts, first| {
                    let mut broken = Climbing::new();
                    self.prefixes(first, size, &mut |people, prefix| {
                        let last = prefix.last().copied().unwrap_or(first);
                        counts.count(self, people, last);
                        if counts.touched.iter().any(|rank| counts.of(*rank) < k) {
                            let rarest =
                                prefix.iter().map(|rank| code(*rank)).min_by_key(rarity).unwrap_or(LEFT_OUT);
                            for person in people {
                                let rare =
                                    self.after(*person, last).iter().filter(|rank| counts.of(**rank) < k);
                                broken.extend(rare.map(|rank| {
                                    (
                                        *person,
                                        [rarest, code(*rank)]
                                            .into_iter()
                                            .min_by_key(rarity)
                                            .unwrap_or(rarest),
                                    )
                                }));
                            }
                        }
                        counts.clear();
                    });
                    broken
                },
            )
            .collect();
        found.into_iter().flatten().collect()
    }

    /// The fewest people who share a set of one size.
    fn fewest_of(&self, size: usize) -> Option<u32> {
        if size == 1 {
            return self.people.iter().map(|people| people.len() as u32).filter(|count| *count > 0).min();
        }
        let least = (0..self.suspects as u32).into_par_iter().map_init(
            || Counts::new(self.order.len()),
            |counts, first| {
                let mut least = None;
                self.prefixes(first, size, &mut |people, prefix| {
                    counts.count(self, people, prefix.last().copied().unwrap_or(first));
                    let found = counts.touched.iter().map(|rank| counts.of(*rank)).min();
                    least = [least, found].into_iter().flatten().min();
                    counts.clear();
                });
                least
            },
        );
        least.flatten().min()
    }

    /// Hands over the people of every prefix of `size − 1` ranks that begins with `first`, and the prefix.
    fn prefixes(&self, first: u32, size: usize, take: &mut dyn FnMut(&[u32], &[u32])) {
        let people = self.people.of(first as usize);
        if people.is_empty() {
            return;
        }
        if size == 2 {
            return take(people, &[first]);
        }
        let pairs =
            people.iter().flat_map(|person| self.after(*person, first).iter().map(|rank| (*rank, *person)));
        let second = Groups::of_pairs(self.order.len(), pairs);
        for (last, people) in (0u32..).zip(second.iter()).filter(|(_, people)| !people.is_empty()) {
            take(people, &[first, last]);
        }
    }

    /// A person's codes that come after a rank.
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

    fn count(&mut self, ranked: &Ranked<'_>, people: &[u32], last: u32) {
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
mod tests;
