//! Figures of all answers together (組合せによる特定): no few persons are a linear combination of everything shown.
//!
//! Whoever was counted in the same shown sets is an atom: no combination of figures tells its members apart. The shown sets are
//! rows over atoms. What must not be in their span is a sum of whole atoms with fewer persons than the threshold. The search
//! is complete: atoms with enough persons are eliminated first, and of what is left every sum of few atoms is tried.
//! Everything is counted, and where it would be too much the answer is "too many": never that all is well.

use super::differencing::{Earlier, refine};
use super::evaluate::Partition;
use super::linear::{Dense, Row, inverse, times};
use super::sets::Set;
use std::collections::{BTreeSet, HashMap};

/// Entries of rows that may be touched for one question.
const MOST_WORK: usize = 400_000_000;
/// Rows that may be added up to one sum.
const MOST_DEPTH: usize = 500;
/// Memory for who is in which sets.
const MOST_MEMBERSHIPS: usize = 20_000_000;

/// A row, and a column where it is 1 and others are 0.
type Led = (usize, Row);

/// What figures tell together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing small.
    Nothing,
    /// Few persons; which of the new sets the computation needs.
    Few(Vec<usize>),
    /// More combinations than can be tried.
    TooMany,
}

/// Persons of one new number who were in the same sets before.
struct Cell {
    group: u32,
    label: u32,
    persons: u64,
}

/// Everything shown before, ready for what a new question shows.
pub(super) struct Combinations {
    least: u64,
    /// How many sets were shown before.
    known: usize,
    /// By group: the sets it was in.
    within: Vec<Vec<u32>>,
    cells: Vec<Cell>,
    labels: usize,
    work: usize,
}

impl Combinations {
    pub(super) fn new(earlier: &[Earlier], partition: &Partition, least: u64) -> Self {
        let mut groups = vec![0u32; partition.labels.expose().len()];
        let mut within: Vec<Vec<u32>> = vec![Vec::new()];
        let (mut known, mut work) = (0, MOST_WORK);
        for earlier in earlier {
            let labels = (earlier.partition.lost + earlier.partition.cells) as usize;
            let (class, members) = classes(&earlier.shown, labels);
            let of = |label: u32| class.get(label as usize).copied().unwrap_or(0);
            let found = refine(&mut groups, earlier.partition.labels.expose(), of);
            let mut memberships = 0;
            let mut next = Vec::new();
            for (group, class) in found {
                let before = within.get(group as usize).into_iter().flatten().copied();
                let sets = members.get(class as usize).into_iter().flatten().map(|set| known as u32 + set);
                let sets: Vec<u32> = before.chain(sets).collect();
                memberships += sets.len();
                next.push(if memberships > MOST_MEMBERSHIPS { Vec::new() } else { sets });
            }
            if memberships > MOST_MEMBERSHIPS {
                work = 0;
            }
            within = next;
            known += earlier.shown.len();
        }
        let cells = refine(&mut groups, partition.labels.expose(), |label| label);
        let mut cells: Vec<Cell> =
            cells.into_iter().map(|(group, label)| Cell { group, label, persons: 0 }).collect();
        for at in groups {
            cells.get_mut(at as usize).into_iter().for_each(|cell| cell.persons += 1);
        }
        let labels = (partition.lost + partition.cells) as usize;
        Self { least, known, within, cells, labels, work }
    }

    /// What follows once these sets are shown, too.
    pub(super) fn tell(&mut self, shown: &[Set]) -> Told {
        let mut work = self.work;
        let told = self.search(shown, &mut work);
        self.work = work;
        told.unwrap_or(Told::TooMany)
    }

    /// `None` where the work is used up.
    fn search(&self, shown: &[Set], work: &mut usize) -> Option<Told> {
        let (atoms, rows) = self.atoms(shown, work)?;
        let small = |column: usize| atoms.get(column).is_some_and(|persons| *persons < self.least);
        if !(0..atoms.len()).any(small) {
            return Some(Told::Nothing);
        }
        let mut held = vec![0usize; atoms.len()];
        rows.iter().flatten().for_each(|(at, _)| {
            held.get_mut(*at as usize).into_iter().for_each(|count| *count += 1);
        });
        // Behind the atoms each new set has a column of its own: it says how often the set was used.
        let mut dense = Dense::new(atoms.len() + shown.len());
        let (mut pivots, mut rest): (Vec<Led>, Vec<Led>) = (Vec::new(), Vec::new());
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|at| rows.get(*at).map_or(0, Vec::len));
        for at in order {
            dense.clear();
            let own = at.checked_sub(self.known).map(|new| ((atoms.len() + new) as u32, 1));
            let row: Row = rows.get(at).into_iter().flatten().copied().chain(own).collect();
            dense.add(&row, 1);
            for (column, pivot) in pivots.iter().chain(&rest) {
                *work = work.checked_sub(1)?;
                if let Some(factor) = dense.minus(*column) {
                    dense.add(pivot, factor);
                    *work = work.checked_sub(pivot.len())?;
                }
            }
            *work = work.checked_sub(2 * (atoms.len() + shown.len()))?;
            let row = dense.row();
            let columns = || row.iter().map(|(at, _)| *at as usize).filter(|at| *at < atoms.len());
            let rarest = |at: &usize| (held.get(*at).copied(), *at);
            if let Some(column) = columns().filter(|at| !small(*at)).min_by_key(rarest) {
                // Rows of small atoms alone have nothing in this column: they stay as they are.
                pivots.push((column, scaled(&row, column)));
            } else if let Some(column) = columns().min_by_key(rarest) {
                let row = scaled(&row, column);
                for (_, other) in &mut rest {
                    *work = work.checked_sub(1)?;
                    if other.binary_search_by_key(&column, |(at, _)| *at as usize).is_ok() {
                        dense.clear();
                        dense.add(other, 1);
                        dense.minus(column).into_iter().for_each(|factor| dense.add(&row, factor));
                        *other = dense.row();
                        *work = work.checked_sub(2 * (atoms.len() + shown.len()))?;
                    }
                }
                rest.push((column, row));
            }
        }
        let mut sums = Sums { rest: &rest, atoms: &atoms, least: self.least, touching: HashMap::new(), work };
        for ((_, row), at) in rest.iter().zip(0..) {
            for (column, _) in row {
                sums.touching.entry(*column).or_default().push(at);
            }
        }
        let mut without = BTreeSet::new();
        for at in 0..rest.len() {
            if let Some(few) = sums.below(&mut dense, &mut vec![at], &mut without)? {
                return Some(Told::Few(few));
            }
            without.insert(at);
        }
        Some(Told::Nothing)
    }

    /// Persons of each atom, and the shown sets as rows over them: those before, then the new.
    fn atoms(&self, shown: &[Set], work: &mut usize) -> Option<(Vec<u64>, Vec<Row>)> {
        let (class, members) = classes(shown, self.labels);
        let mut place: HashMap<(u32, u32), usize> = HashMap::new();
        let (mut atoms, mut rows) = (Vec::new(), vec![Row::new(); self.known + shown.len()]);
        *work = work.checked_sub(self.cells.len())?;
        for cell in &self.cells {
            let class = class.get(cell.label as usize).copied().unwrap_or(0);
            let at = *place.entry((cell.group, class)).or_insert_with(|| {
                let before = self.within.get(cell.group as usize).into_iter().flatten().copied();
                let new = members.get(class as usize).into_iter().flatten();
                for set in before.chain(new.map(|set| self.known as u32 + set)) {
                    rows.get_mut(set as usize)
                        .into_iter()
                        .for_each(|row: &mut Row| row.push((atoms.len() as u32, 1)));
                }
                atoms.push(0);
                atoms.len() - 1
            });
            atoms.get_mut(at).into_iter().for_each(|persons| *persons += cell.persons);
        }
        *work = work.checked_sub(rows.iter().map(Vec::len).sum())?;
        Some((atoms, rows))
    }
}

/// Numbers in the same sets have the same class; by class, the sets.
fn classes(shown: &[Set], labels: usize) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut sets = vec![Vec::new(); labels];
    for (set, at) in shown.iter().zip(0..) {
        for label in set.labels() {
            sets.get_mut(label).into_iter().for_each(|sets: &mut Vec<u32>| sets.push(at));
        }
    }
    let (mut seen, mut members): (HashMap<Vec<u32>, u32>, Vec<Vec<u32>>) = (HashMap::new(), Vec::new());
    let class = sets
        .into_iter()
        .map(|sets| {
            *seen.entry(sets).or_insert_with_key(|sets| {
                members.push(sets.clone());
                members.len() as u32 - 1
            })
        })
        .collect();
    (class, members)
}

/// The row with 1 at a column that it has.
fn scaled(row: &[(u32, u32)], column: usize) -> Row {
    let lead = row.iter().find(|(at, _)| *at as usize == column).map_or(1, |(_, value)| *value);
    let factor = inverse(lead);
    row.iter().map(|(at, value)| (*at, times(*value, factor))).collect()
}

/// Sums of rows over small atoms. Each row has an atom no other has, so that a sum of whole atoms adds rows as they are,
/// and has at least the persons of those atoms.
struct Sums<'a> {
    rest: &'a [Led],
    atoms: &'a [u64],
    least: u64,
    /// By column: rows that have it.
    touching: HashMap<u32, Vec<usize>>,
    work: &'a mut usize,
}

impl Sums<'_> {
    /// Which new sets are needed to compute some few persons by these rows and more; `None` where the work is used up.
    fn below(
        &mut self,
        dense: &mut Dense,
        rows: &mut Vec<usize>,
        without: &mut BTreeSet<usize>,
    ) -> Option<Option<Vec<usize>>> {
        let persons = |column: u32| self.atoms.get(column as usize).copied();
        let leads = rows.iter().filter_map(|at| self.rest.get(*at));
        if rows.len() > MOST_DEPTH {
            return None;
        }
        let fewest: u64 = leads.clone().filter_map(|(column, _)| persons(*column as u32)).sum();
        if fewest >= self.least {
            return Some(None);
        }
        dense.clear();
        leads.for_each(|(_, row)| dense.add(row, 1));
        let sum = dense.row();
        *self.work = self.work.checked_sub(self.atoms.len() + sum.len())?;
        let of_atoms = || sum.iter().filter_map(|(at, value)| persons(*at).map(|size| (*at, *value, size)));
        let change: Vec<u32> = match of_atoms().find(|(_, value, _)| *value > 1) {
            // Half an atom, or one taken twice: only another row can mend it.
            Some((column, ..)) => vec![column],
            None if of_atoms().map(|(.., size)| size).sum::<u64>() < self.least => {
                let used = sum.iter().filter_map(|(at, _)| (*at as usize).checked_sub(self.atoms.len()));
                return Some(Some(used.collect()));
            }
            None => of_atoms().map(|(column, ..)| column).collect(),
        };
        let touching = || change.iter().filter_map(|column| self.touching.get(column));
        *self.work = self.work.checked_sub(touching().map(Vec::len).sum())?;
        let next: BTreeSet<usize> = touching().flatten().copied().collect();
        let mut tried = Vec::new();
        let mut found = None;
        for row in next {
            *self.work = self.work.checked_sub(1)?;
            if rows.contains(&row) || !without.insert(row) {
                continue;
            }
            tried.push(row);
            rows.push(row);
            found = self.below(dense, rows, without)?;
            rows.pop();
            if found.is_some() {
                break;
            }
        }
        tried.iter().for_each(|row| {
            without.remove(row);
        });
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_model::Private;

    #[test]
    fn whole_less_parts_is_told_with_the_parts_that_tell_it_and_unfinished_work_is_no_all_clear() {
        // Parts of 12, 13, 3 and 14 persons.
        let sizes = [12, 13, 3, 14];
        let labels = (0..).zip(sizes).flat_map(|(label, size)| std::iter::repeat_n(label, size)).collect();
        let partition = Partition { lost: 0, cells: 4, labels: Private::new(labels) };
        let part = |cells: &[usize]| Set::from_cells(cells, 0);
        let shown = [part(&[0, 1, 2]), part(&[0]), part(&[1]), part(&[3])];
        let tell = |shown: &[Set]| Combinations::new(&[], &partition, 10).tell(shown);
        assert_eq!(tell(&shown), Told::Few(vec![0, 1, 2]));
        assert_eq!(tell(shown.get(..2).unwrap_or_default()), Told::Nothing);
        let mut unfinished = Combinations::new(&[], &partition, 10);
        unfinished.work = 10;
        assert_eq!(unfinished.tell(&shown), Told::TooMany);
    }
}
