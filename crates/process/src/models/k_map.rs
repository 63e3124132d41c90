//! k-map (k-マップ): every combination in the product is that of at least k people of the population (ANO-05). Sweeney, 2001.
//!
//! Weaker than k-anonymity: it protects against somebody who does not know that the target is in the product. The population is
//! the table of the policy. Joining classes adds up their people, so it is monotone.

use super::{Model, Scene, Word};
use crate::policy::{Node, Protect, Reader};
use kiban_model::report::Bilingual;

pub(super) const WORD: Word = Word {
    name: "k_map",
    japanese: "k-マップ",
    doc: (
        "提供する準識別子の組合せをもつ人が、母集団に k 人以上いること。`population` が要る。満たない組の人は抑制する。",
        "Every combination of quasi-identifiers in the product is shared by k people of the population. Needs `population`. Classes that \
         break it are suppressed.",
    ),
    example: "population = \"population.csv\"\nk_map = 5",
    read,
};

#[derive(Debug)]
struct KMap {
    k: u64,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    protect.over_population.push(("k_map", value.span()));
    if let Some(k) = reader.integer(value, 2..=1_000_000_000) {
        protect.models.push(Box::new(KMap { k: k as u64 }));
    }
}

impl Model for KMap {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        scene.people_of(scene.population().map(|people| people < self.k))
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        scene.population().min().map_or(f64::INFINITY, |people| people as f64)
    }
    fn name(&self) -> Bilingual {
        Bilingual::new(
            "同じ組合せの人の母集団での人数(k-マップ)",
            "people of the population with the same combination (k-map)",
        )
    }
    fn required(&self) -> Bilingual {
        Bilingual::new(format!("{} 人以上", self.k), format!("at least {}", self.k))
    }
}
