//! The insurer (保険者): knows sex, birth date, municipality, the months of all claims of a person, and all their codes.
//!
//! Candidates are the persons of the product who, under some shift, show exactly the months that the target's claims would
//! show, and exactly the target's codes. Where no month of a claim leaves, the days of all visits take their place: receipts
//! carry the days of service. An insurer who can tell how each of the codes is shown is the strongest there is.

use super::{Knowledge, Tried, World, share};
use crate::keys::Subject;
use crate::models::Attribute;
use crate::risk::mixed;
use kiban_model::report::Bilingual;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

impl World<'_> {
    pub(super) fn insurer(&self, knowledge: &Knowledge<'_>) -> Tried {
        let persons = self.scene.released.len();
        let targets = self.sampled();
        let own_codes = |attributes: &[Attribute], person: usize| {
            attributes.iter().fold(0u64, |sum, attribute| digest(sum, attribute.values.of(person)))
        };
        let events = knowledge.claims;
        let true_key = |person: usize| {
            let facts = self.truth.of(person).unwrap_or(u32::MAX);
            (facts, digest(0, events.of.of(person)), own_codes(knowledge.given, person))
        };
        let shown_key =
            |person: usize, class: u32, months: u64| (class, months, own_codes(knowledge.shown, person));
        let mut before: HashMap<(u32, u64, u64), u64> = HashMap::new();
        let mut after: HashMap<(u32, u64, u64), u64> = HashMap::new();
        for person in 0..persons {
            *before.entry(true_key(person)).or_default() += 1;
            if let Some(class) = self.product.of(person) {
                *after.entry(shown_key(person, class, digest(0, events.shown_of.of(person)))).or_default() +=
                    1;
            }
        }
        // What every true event would be shown as under every shift; shifts that show all alike are one.
        let table: Vec<(u64, Vec<Option<u32>>)> = self.shift_table(knowledge);
        let found: Vec<(u32, f64, f64)> = targets
            .par_iter()
            .map(|target| {
                let person = *target as usize;
                let known = share(before.get(&true_key(person)).copied().unwrap_or(0));
                if self.product.of(person).is_none() {
                    return (*target, known, 0.0);
                }
                let mut keys: HashSet<(u32, u64, u64)> = HashSet::new();
                let mut classes: HashMap<u64, Option<u32>> = HashMap::new();
                let index = self.index_of(*target);
                for (shift, shown) in &table {
                    let fixed = if self.facts_are_shifted() { *shift } else { 0 };
                    let Some(class) =
                        *classes.entry(fixed).or_insert_with(|| self.class_under(person, fixed))
                    else {
                        continue;
                    };
                    let own = if events.columns_leave() { events.of.of(person) } else { &[] };
                    let subject = Subject::shifted(*shift, self.scene.keys).with_index(index);
                    let shown_as = |event: &u32| match events.are_relative() {
                        true => events.shown_as(*event, &subject),
                        false => shown.get(*event as usize).copied().flatten(),
                    };
                    let months: BTreeSet<Option<u32>> = own.iter().map(shown_as).collect();
                    let Some(months) = months.into_iter().collect::<Option<Vec<u32>>>() else { continue };
                    keys.insert(shown_key(person, class, digest(0, &months)));
                }
                let candidates = keys.iter().filter_map(|key| after.get(key)).sum();
                (*target, known, share(candidates))
            })
            .collect();
        Tried::new(
            Bilingual::new("保険者", "an insurer"),
            Bilingual::new(
                "性別、生年月日、市区町村、すべてのレセプトの年月とコード",
                "sex, birth date, municipality, the months of all claims and all codes",
            ),
            found,
        )
    }

    fn shift_table(&self, knowledge: &Knowledge<'_>) -> Vec<(u64, Vec<Option<u32>>)> {
        let events = knowledge.claims;
        let mut table: Vec<(u64, Vec<Option<u32>>)> = Vec::new();
        let mut known: HashSet<Vec<Option<u32>>> = HashSet::new();
        for shift in &self.shifts {
            let all = 0..events.truth.len() as u32;
            let subject = Subject::shifted(*shift, self.scene.keys);
            let shown: Vec<Option<u32>> = all.map(|event| events.shown_as(event, &subject)).collect();
            // What is counted from an index event depends on whose it is: no shift can be left out.
            if self.facts_are_shifted() || events.are_relative() || known.insert(shown.clone()) {
                table.push((*shift, shown));
            }
        }
        table
    }
}

/// A set of numbers as one: equal sets, equal digests.
fn digest(start: u64, numbers: &[u32]) -> u64 {
    numbers.iter().fold(mixed(start), |sum, number| mixed(sum ^ (u64::from(*number) + 1)))
}
