//! Municipalities by their inhabitants (人口), for `generalize`: where too few live, the prefecture and then the region take its place (ANO-05).
//!
//! What falls through is counted again *among those that fell*: a prefecture's code stands for the small municipalities only, and
//! must have enough inhabitants itself. Where a whole region's rest has too few, and for a code that does not exist, nothing is
//! shown. The population is a table that the operator gives; a municipality that is not in it has nobody.

use super::generalize::region_of;
use super::{Treatment, required};
use crate::models::Population;
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::region;
use kiban_model::report::Bilingual;
use std::collections::HashMap;

/// Reads `{ population = "population.csv", at_least = 20000 }`.
pub(super) fn read(value: &Node<'_>, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
    let fields = reader.fields(value, &["population", "at_least"])?;
    let at_least =
        required(&fields, "at_least", reader).and_then(|node| reader.integer(&node, 2..=100_000_000));
    let node = required(&fields, "population", reader)?;
    let population = Population::read(&node, reader)?;
    let Some(people) = population.by_value("municipality") else {
        let message = Bilingual::new(
            "母集団の表に municipality の列がありません",
            "the population has no column `municipality`",
        );
        reader.add(node.span(), message, None);
        return None;
    };
    Some(Box::new(Inhabited::new(people, at_least? as u64)))
}

/// What is shown for the municipalities.
#[derive(Debug)]
struct Inhabited {
    at_least: u64,
    /// Inhabitants of municipalities.
    people: HashMap<String, u64>,
    /// Inhabitants of the municipalities of a prefecture that are too small; of those of a region, where their prefecture's are.
    prefectures: HashMap<&'static str, u64>,
    regions: HashMap<&'static str, u64>,
}

impl Inhabited {
    fn new(people: HashMap<String, u64>, at_least: u64) -> Self {
        let mut prefectures: HashMap<&'static str, u64> = HashMap::new();
        for (code, people) in people.iter().filter(|(_, people)| **people < at_least) {
            if let Some(municipality) = region::by_code(code) {
                *prefectures.entry(municipality.prefecture_code()).or_default() += people;
            }
        }
        let mut regions: HashMap<&'static str, u64> = HashMap::new();
        for (prefecture, people) in prefectures.iter().filter(|(_, people)| **people < at_least) {
            if let Some(region) = region_of(prefecture) {
                *regions.entry(region).or_default() += people;
            }
        }
        Self { at_least, people, prefectures, regions }
    }

    fn shown(&self, code: &str) -> Option<Cell<'static>> {
        let is_enough = |people: Option<&u64>| people.is_some_and(|people| *people >= self.at_least);
        let prefecture = region::by_code(code)?.prefecture_code();
        if is_enough(self.people.get(code)) {
            return Some(Cell::Text(code.to_owned().into()));
        }
        if is_enough(self.prefectures.get(prefecture)) {
            return Some(Cell::label(prefecture));
        }
        region_of(prefecture).filter(|region| is_enough(self.regions.get(region))).map(Cell::label)
    }
}

impl Treatment for Inhabited {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        let Cell::Text(code) = cell else { return Cell::Empty };
        self.shown(code.trim()).unwrap_or(Cell::Empty)
    }
    fn words(&self) -> Bilingual {
        let n = self.at_least;
        Bilingual::new(
            format!("人口{n}人未満の市区町村は都道府県、地方へ"),
            format!("municipalities of fewer than {n} inhabitants by prefecture, then region"),
        )
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn coarser(&self, _: super::ColumnOf) -> Option<Box<dyn Treatment>> {
        let most = self.people.values().max()?;
        (self.at_least <= *most).then(|| {
            Box::new(Self::new(self.people.clone(), self.at_least.saturating_mul(2))) as Box<dyn Treatment>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        // ANO-05: counted here from what every municipality shows.
        #[test]
        fn every_class_that_is_shown_has_enough_inhabitants(
            counts in prop::collection::vec(0u64..300, 8),
            at_least in 2u64..400,
        ) {
            let codes = ["22101", "22130", "22211", "23101", "21201", "13101", "13102", "01100"];
            let people: HashMap<String, u64> = codes.iter().map(|code| (*code).to_owned()).zip(counts).collect();
            let made = Inhabited::new(people.clone(), at_least);
            let mut classes: BTreeMap<String, u64> = BTreeMap::new();
            for (code, people) in &people {
                if let Some(shown) = made.shown(code) {
                    *classes.entry(shown.text().unwrap().into_owned()).or_default() += people;
                }
                prop_assert!(*people < at_least || made.shown(code) == Some(Cell::Text(code.clone().into())));
            }
            prop_assert!(classes.values().all(|people| *people >= at_least), "{classes:?}");
            prop_assert_eq!(made.shown("99999"), None);
        }
    }
}
