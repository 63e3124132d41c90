//! The rows of a regression: for each person who has every variable, an intercept, the terms and the outcome.

use super::super::fold::Fact;
use super::super::{Facts, is_small};
use std::ops::Range;

/// One term: a variable, or one group of it beside the first by name.
enum Term<'f> {
    Number(&'f Fact),
    Has(&'f Fact),
    Is(&'f Fact, u32),
}

/// Which groups of a variable are compared: of fewer than ten persons none.
struct Grouped<'f> {
    fact: &'f Fact,
    enough: Vec<bool>,
    /// Its terms: all groups but the reference.
    terms: Range<usize>,
}

/// Rows that can be gone through again and again.
pub(super) struct Design<'d, 'f> {
    facts: &'d Facts<'f>,
    names: Vec<String>,
    terms: Vec<Term<'f>>,
    grouped: Vec<Grouped<'f>>,
    persons: u64,
}

impl<'d, 'f> Design<'d, 'f> {
    /// `None` where what is asked for is of too few.
    pub(super) fn new(facts: &'d Facts<'f>, names: &[&str], variables: Vec<&'f Fact>) -> Option<Self> {
        let mut design =
            Self { facts, names: Vec::new(), terms: Vec::new(), grouped: Vec::new(), persons: 0 };
        for (name, fact) in names.iter().zip(variables) {
            match fact {
                Fact::Group(_, labels) => {
                    let mut counts = vec![0u64; labels.len()];
                    for group in facts.people().filter_map(|person| fact.group(person)) {
                        if let Some(count) = counts.get_mut(group as usize) {
                            *count += 1;
                        }
                    }
                    let mut groups: Vec<(u32, &String, u64)> = (0..)
                        .zip(labels)
                        .zip(&counts)
                        .map(|((at, label), count)| (at, label, *count))
                        .collect();
                    groups.retain(|(_, _, count)| *count > 0 && !is_small(*count));
                    // The first by name is what the others are compared with: the most frequent one might be another after.
                    groups.sort_by(|a, b| a.1.cmp(b.1));
                    let reference = groups.first()?.0;
                    let first = design.terms.len();
                    for (at, label, _) in groups.iter().filter(|(at, ..)| *at != reference) {
                        design.names.push(format!("{name} = {label}"));
                        design.terms.push(Term::Is(fact, *at));
                    }
                    let enough = counts.iter().map(|count| *count > 0 && !is_small(*count)).collect();
                    design.grouped.push(Grouped { fact, enough, terms: first..design.terms.len() });
                }
                Fact::Has(_) => {
                    design.names.push((*name).to_owned());
                    design.terms.push(Term::Has(fact));
                }
                _ => {
                    design.names.push((*name).to_owned());
                    design.terms.push(Term::Number(fact));
                }
            }
        }
        design.count()
    }

    /// Counts persons, those for whom each yes-or-no is a yes, and those of every reference group, on whom the intercept rests:
    /// who lacks another variable is not among them any more.
    fn count(mut self) -> Option<Self> {
        let is_number = matches!(self.facts.fact(0), Fact::Number(..));
        let mut yes = vec![0u64; self.terms.len() + 1];
        let mut persons = 0;
        self.each(|row| {
            persons += 1;
            for (count, value) in yes.iter_mut().zip(row.iter().skip(1)) {
                *count += u64::from(*value == 1.0);
            }
        });
        let numbers = self.terms.iter().map(|term| matches!(term, Term::Number(_))).chain([is_number]);
        let too_few = |count: u64| is_small(count) || is_small(persons - count);
        let is_hidden = numbers.zip(&yes).any(|(is_number, count)| !is_number && too_few(*count))
            || self.grouped.iter().any(|grouped| {
                let compared: u64 = yes.get(grouped.terms.clone()).unwrap_or_default().iter().sum();
                is_small(persons - compared)
            });
        let enough = persons > self.terms.len() as u64 + 1 && !is_small(persons);
        self.persons = persons;
        (enough && !is_hidden).then_some(self)
    }

    pub(super) const fn persons(&self) -> u64 {
        self.persons
    }

    /// Names of the terms, the intercept first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once("(intercept)").chain(self.names.iter().map(String::as_str))
    }

    /// Columns besides the outcome.
    pub(super) const fn width(&self) -> usize {
        self.terms.len() + 1
    }

    /// Goes through the rows in the order of persons: 1, the terms, the outcome. What is handed over may be written on.
    pub(super) fn each(&self, mut with: impl FnMut(&mut [f64])) {
        let outcome = self.facts.fact(0);
        let mut row = Vec::with_capacity(self.terms.len() + 2);
        for person in self.facts.people() {
            row.clear();
            row.push(1.0);
            let in_groups = self.grouped.iter().all(|grouped| {
                let group = grouped.fact.group(person);
                group.and_then(|group| grouped.enough.get(group as usize)).copied().unwrap_or(false)
            });
            let values = self.terms.iter().map_while(|term| match term {
                Term::Number(fact) => fact.number(person),
                Term::Has(fact) => Some(f64::from(u8::from(fact.has(person)))),
                Term::Is(fact, group) => Some(f64::from(u8::from(fact.group(person) == Some(*group)))),
            });
            row.extend(values);
            let outcome = match outcome {
                Fact::Number(..) => outcome.number(person),
                _ => Some(f64::from(u8::from(outcome.has(person)))),
            };
            if let Some(outcome) = outcome.filter(|_| in_groups && row.len() == self.width()) {
                row.push(outcome);
                with(&mut row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        // ANO-10: the intercept is the mean of the reference group, and a coefficient that of its own.
        #[test]
        fn no_group_of_a_design_is_of_fewer_than_ten(
            people in prop::collection::vec((0u32..3, prop::option::weighted(0.5, -9i32..9)), 0..120)
        ) {
            let labels = ["F", "M", "O"].map(str::to_owned).to_vec();
            let group = Fact::Group(people.iter().map(|(group, _)| *group).collect(), labels);
            // Who has no outcome is left out after the groups were counted.
            let outcome = Fact::Number(
                people.iter().map(|(_, value)| i128::from(value.unwrap_or(0))).collect(),
                people.iter().map(|(_, value)| u32::from(value.is_some())).collect(),
            );
            let facts = Facts {
                by: None,
                facts: vec![&outcome, &group],
                persons: people.len() as u32,
                included: &|_| true,
            };
            let counted = |wanted: u32| {
                people.iter().filter(|(group, _)| *group == wanted).count() >= 10
            };
            if let Some(design) = Design::new(&facts, &["sex"], vec![&group]) {
                for wanted in (0..3).filter(|group| counted(*group)) {
                    let complete = people.iter().filter(|(group, value)| *group == wanted && value.is_some()).count();
                    prop_assert!(complete == 0 || complete >= 10, "{complete}");
                }
                prop_assert!(design.persons() >= 10);
            }
        }
    }
}
