//! How well equal inputs find the same person. Equal inputs are equal tokens (a test says so), so nothing is blinded here.

use kiban_link::PersonRecord;
use kiban_link::normalise::normalise;
use kiban_link::tokens::{Census, Combination, TokenInput, inputs};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::truth::Persons;

/// Whether the pairs found are right, and how many of the right ones were found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quality {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

/// One holder of inputs: a record, or a person as one operator has linked it. With its true person and its operator.
struct Holder {
    person: i32,
    operator: u8,
    inputs: Vec<(u64, Option<Combination>)>,
}

/// Equality joins among all records, each a holder by itself; with every combination alone first.
#[allow(dead_code, reason = "the test asks for less than the example")]
pub(crate) fn among_records(
    records: &[PersonRecord],
    persons: &Persons,
) -> (Vec<(Combination, Quality)>, Quality) {
    let holders = withheld(
        records.iter().map(|r| (persons[&r.subject], 0, inputs([&normalise(&r.identity)]))).collect(),
        30,
    );
    let sizes = holders.iter().fold(HashMap::<i32, usize>::new(), |mut sizes, holder| {
        *sizes.entry(holder.person).or_default() += 1;
        sizes
    });
    let total = sizes.values().map(|n| n * (n - 1) / 2).sum();
    let alone = Combination::ALL.into_iter().map(|combination| {
        (combination, judge(&holders, total, 1, |_, _| true, |found| found == Some(combination)))
    });
    (alone.collect(), judge(&holders, total, 1, |_, _| true, |_| true))
}

/// Equality joins between two operators, each with half of the institutions and its own persons rightly linked. Inputs of
/// more than `most` of an operator's persons are withheld; `agreeing` equal inputs are one person.
pub(crate) fn between_operators(
    records: &[PersonRecord],
    persons: &Persons,
    most: usize,
    agreeing: u8,
) -> Quality {
    let mut groups: BTreeMap<(i32, u8), Vec<&PersonRecord>> = BTreeMap::new();
    for record in records {
        let operator = u8::from(fingerprint(&record.provider).is_multiple_of(2));
        groups.entry((persons[&record.subject], operator)).or_default().push(record);
    }
    let both =
        groups.keys().filter(|(person, operator)| *operator == 0 && groups.contains_key(&(*person, 1)));
    let total = both.count();
    let holders = groups.iter().map(|((person, operator), records)| {
        let statements: Vec<_> = records.iter().map(|r| normalise(&r.identity)).collect();
        (*person, *operator, inputs(&statements))
    });
    let apart = |a: &Holder, b: &Holder| a.operator != b.operator;
    judge(&withheld(holders.collect(), most), total, agreeing, apart, |_| true)
}

/// Takes the inputs out that are common within an operator.
fn withheld(holders: Vec<(i32, u8, Vec<TokenInput>)>, most: usize) -> Vec<Holder> {
    let mut censuses = [Census::default(), Census::default()];
    for (_, operator, inputs) in &holders {
        censuses[usize::from(*operator)].count(inputs);
    }
    let common = censuses.map(|census| census.common(most));
    let holders = holders.into_iter().map(|(person, operator, mut inputs)| {
        common[usize::from(operator)].withhold(&mut inputs);
        let inputs = inputs.iter().map(|input| (fingerprint(input), input.combination())).collect();
        Holder { person, operator, inputs }
    });
    holders.collect()
}

fn judge(
    holders: &[Holder],
    total: usize,
    agreeing: u8,
    may_pair: impl Fn(&Holder, &Holder) -> bool,
    counts: impl Fn(Option<Combination>) -> bool,
) -> Quality {
    let mut postings: Vec<(u64, usize)> = Vec::new();
    for (at, holder) in holders.iter().enumerate() {
        postings
            .extend(holder.inputs.iter().filter(|(_, kind)| counts(*kind)).map(|(input, _)| (*input, at)));
    }
    postings.sort_unstable();
    let mut equal: HashMap<(usize, usize), u8> = HashMap::new();
    for group in postings.chunk_by(|a, b| a.0 == b.0) {
        for (place, (_, a)) in group.iter().enumerate() {
            for (_, b) in group.iter().take(place).filter(|(_, b)| may_pair(&holders[*b], &holders[*a])) {
                let count = equal.entry((*b, *a)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    let pairs: Vec<_> =
        equal.into_iter().filter(|(_, count)| *count >= agreeing).map(|(pair, _)| pair).collect();
    let right = pairs.iter().filter(|(a, b)| holders[*a].person == holders[*b].person).count() as f64;
    let (precision, recall) = (right / pairs.len() as f64, right / total as f64);
    Quality { precision, recall, f1: 2.0 * precision * recall / (precision + recall) }
}

fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
