//! δ-presence (δ-存在性): nobody learns from the product, too surely, whether somebody of the population is in it (ANO-05).
//! Nergiz, Atzori and Clifton, SIGMOD 2007: for everybody of the population, δ_min ≤ people of the product with their combination ÷
//! people of the population with it ≤ δ_max.
//!
//! Classes above δ_max are suppressed. δ_min cannot be mended by suppressing anybody: where it is asked for, a combination of the
//! population with too few people in the product suppresses all of it, that is, the release is refused. Joining classes takes a
//! mean of their shares, so both bounds are monotone.

use super::{Model, Scene, Word};
use crate::policy::{Node, Protect, Reader};
use crate::transforms::required;
use kiban_model::report::Bilingual;

pub(super) const WORD: Word = Word {
    name: "delta_presence",
    japanese: "δ-存在性",
    doc: (
        "母集団のだれについても、提供データに含まれる確からしさ(同じ組合せの提供人数 ÷ 母集団の人数)が `at_least` から `at_most` までにあること。\
         `population` が要る。超える組の人は抑制する。`at_least`(既定 0)を満たせなければ提供できない。",
        "For everybody of the population the chance to be in the product (its people with their combination ÷ those of the population) lies from \
         `at_least` to `at_most`. Needs `population`. Classes above are suppressed; `at_least` (0 by default) holds or nothing leaves.",
    ),
    example: "population = \"population.csv\"\ndelta_presence = { at_most = 0.5 }",
    read,
};

#[derive(Debug)]
struct DeltaPresence {
    at_least: f64,
    at_most: f64,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    protect.over_population.push(("delta_presence", value.span()));
    let Some(fields) = reader.fields(value, &["at_least", "at_most"]) else { return };
    let at_most = required(&fields, "at_most", reader).and_then(|node| reader.share(&node));
    let at_least = match fields.get("at_least") {
        Some(node) => reader.share(&node),
        None => Some(0.0),
    };
    let (Some(at_least), Some(at_most)) = (at_least, at_most) else { return };
    if at_least > at_most {
        let message = Bilingual::new("at_least が at_most を超えています", "`at_least` is above `at_most`");
        reader.add(fields.span(), message, None);
    }
    protect.models.push(Box::new(DeltaPresence { at_least, at_most }));
}

impl DeltaPresence {
    fn shares<'s>(scene: &'s Scene<'_>) -> impl Iterator<Item = f64> + 's {
        scene.classes.sizes().iter().zip(scene.population()).map(|(own, all)| *own as f64 / all as f64)
    }

    fn is_too_absent(&self, scene: &Scene<'_>) -> bool {
        let absent = scene.absent && self.at_least > 0.0;
        absent || Self::shares(scene).any(|share| share < self.at_least - 1e-12)
    }
}

impl Model for DeltaPresence {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        let is_too_absent = self.is_too_absent(scene);
        scene.people_of(Self::shares(scene).map(|share| is_too_absent || share > self.at_most + 1e-12))
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        Self::shares(scene).fold(f64::NEG_INFINITY, f64::max)
    }
    fn name(&self) -> Bilingual {
        Bilingual::new(
            "提供データに含まれる確からしさの最大(δ-存在性)",
            "highest chance to be in the product (δ-presence)",
        )
    }
    fn required(&self) -> Bilingual {
        let Self { at_least, at_most } = self;
        Bilingual::new(format!("{at_least} 以上 {at_most} 以下"), format!("from {at_least} to {at_most}"))
    }
}
