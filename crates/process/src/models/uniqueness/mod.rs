//! Population uniqueness (母集団一意性): how many people of the product are the only ones of their combination in the whole population,
//! estimated from the product alone (ANO-05). Dankar, El Emam, Neisa and Roffey, BMC Medical Informatics 2012, compare the estimators.
//!
//! One file an estimator. Each takes the sizes of the classes and the people of the population, and answers with the share of people who
//! are unique in the population. Where the estimate is above the ceiling, everybody who is alone in the product is suppressed;
//! nobody else can be unique. Where k-anonymity holds the estimate is 0: it speaks of products without k.

mod gamma;
mod pitman;
mod snb;
mod zayatz;

use super::{Model, Scene, Word};
use crate::policy::{Node, Protect, Reader};
use crate::transforms::required;
use kiban_model::report::Bilingual;
use std::collections::BTreeMap;

pub(super) const WORD: Word = Word {
    name: "population_uniqueness",
    japanese: "母集団一意性",
    doc: (
        "母集団の中でも一人しかいない人の割合の推定値の上限 `at_most`。`by` は `\"pitman\"`(Hoshino 2001)、`\"zayatz\"`(1991)、`\"snb\"`(Chen・Keller-McNulty 1998)。\
         `people` は母集団の人数(`population` の表があれば省ける)。超えれば、提供データで一人だけの人を抑制する。",
        "A ceiling `at_most` on the estimated share of people who are unique in the population. `by` is `\"pitman\"` (Hoshino 2001), \
         `\"zayatz\"` (1991) or `\"snb\"` (Chen and Keller-McNulty 1998); `people` is the population's size, or that of \
         `population`. Above it, whoever is alone in the product is suppressed.",
    ),
    example: "population_uniqueness = { by = \"pitman\", people = 124000000, at_most = 0.01 }",
    read,
};

/// How it is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Estimator {
    Pitman,
    Zayatz,
    Snb,
}

#[derive(Debug)]
struct Uniqueness {
    by: Estimator,
    people: Option<u64>,
    at_most: f64,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    let Some(fields) = reader.fields(value, &["by", "people", "at_most"]) else { return };
    let by =
        required(&fields, "by", reader).and_then(|node| reader.choice(&node, &["pitman", "zayatz", "snb"]));
    let at_most = required(&fields, "at_most", reader).and_then(|node| reader.share(&node));
    let people = fields.get("people").map(|node| reader.integer(&node, 1..=100_000_000_000));
    if people.is_none() {
        protect.over_population.push(("population_uniqueness", fields.span()));
    }
    let (Some(by), Some(at_most)) = (by, at_most) else { return };
    let by =
        [Estimator::Pitman, Estimator::Zayatz, Estimator::Snb].get(by).copied().unwrap_or(Estimator::Pitman);
    protect.models.push(Box::new(Uniqueness { by, people: people.flatten().map(|n| n as u64), at_most }));
}

/// How many classes have each size; at least one.
pub(crate) type Sizes = BTreeMap<u64, u64>;

impl Estimator {
    /// The share of a sample, whose classes have these sizes, that is alone among so many people.
    fn share(self, sizes: &Sizes, people: u64) -> f64 {
        let sample: u64 = sizes.iter().map(|(size, classes)| size * classes).sum();
        let alone = sizes.get(&1).copied().unwrap_or(0);
        if alone == 0 {
            return 0.0;
        }
        if people == sample {
            return alone as f64 / sample as f64;
        }
        match self {
            Self::Pitman => pitman::share(sizes, people),
            Self::Zayatz => zayatz::share(sizes, people),
            Self::Snb => snb::share(sizes, people),
        }
    }
}

/// The share as each estimator sees it: Pitman, Zayatz, SNB. `people` is at least the sample.
pub(crate) fn shares(sizes: &Sizes, people: u64) -> [f64; 3] {
    [Estimator::Pitman, Estimator::Zayatz, Estimator::Snb].map(|by| by.share(sizes, people))
}

impl Uniqueness {
    fn estimate(&self, scene: &Scene<'_>) -> f64 {
        let mut sizes = Sizes::new();
        for size in scene.classes.sizes() {
            *sizes.entry(*size).or_default() += 1;
        }
        // The product is a part of its population.
        let people = self.people.unwrap_or(scene.population_size).max(scene.classes.people());
        self.by.share(&sizes, people)
    }
}

impl Model for Uniqueness {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        let is_over = self.estimate(scene) > self.at_most;
        scene.people_of(scene.classes.sizes().iter().map(|size| is_over && *size == 1))
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        self.estimate(scene)
    }
    fn name(&self) -> Bilingual {
        let by = match self.by {
            Estimator::Pitman => "Pitman",
            Estimator::Zayatz => "Zayatz",
            Estimator::Snb => "SNB",
        };
        Bilingual::new(format!("母集団一意性の推定({by})"), format!("estimated population uniqueness ({by})"))
    }
    fn required(&self) -> Bilingual {
        Bilingual::new(format!("{} 以下", self.at_most), format!("at most {}", self.at_most))
    }
}

#[cfg(test)]
mod tests;
