//! Small providers (小規模な施設): who is known to have been treated at a small institution is one of a few (ANO-05).
//!
//! A provider is small where fewer people than the policy says have rows of it among those who leave. Providers need not be shown
//! for that: what is written in a small practice, and when, can be as telling as its name.
//! - `then = "suppress"`: its people are suppressed, asked again until no small provider is left.
//! - `then = "その他"`, where providers are shown as pseudonyms: small ones share one name. Where the people behind that name would
//!   still be too few, the next smallest providers join them.

use super::{Groups, Model, Scene, Word};
use crate::policy::{Node, Protect, Reader};
use crate::transforms::required;
use kiban_model::report::Bilingual;
use std::collections::HashSet;

pub(super) const WORD: Word = Word {
    name: "small_providers",
    japanese: "小規模な施設",
    doc: (
        "提供する人が `fewer_than` 人に満たない提供元を小規模とする。`then = \"suppress\"` はその人たちを抑制する。`then` にほかの語(「その他」など)を書くと、\
         仮名で示す提供元の名をその語にまとめる(まとめても人数に満たなければ次に小さい提供元も加える)。",
        "A provider with fewer than `fewer_than` people in the product is small. `then = \"suppress\"` suppresses them; any other word takes \
         the place of the pseudonyms of small providers, joined by the next smallest until that many people stand behind it.",
    ),
    example: "small_providers = { fewer_than = 10, then = \"suppress\" }",
    read,
};

/// The model with its parameters.
#[derive(Debug, Clone)]
pub struct SmallProviders {
    fewer_than: usize,
    /// The word that small providers share; `None`: their people are suppressed.
    pub then: Option<String>,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    let Some(fields) = reader.fields(value, &["fewer_than", "then"]) else { return };
    let fewer_than =
        required(&fields, "fewer_than", reader).and_then(|node| reader.integer(&node, 2..=1_000_000));
    let then = required(&fields, "then", reader);
    let (Some(fewer_than), Some(then)) = (fewer_than, then) else { return };
    let Some(word) = reader.string(&then) else { return };
    let then = (word != "suppress").then(|| {
        protect.pooling = Some(then.span());
        word.to_owned()
    });
    let model = SmallProviders { fewer_than: fewer_than as usize, then };
    protect.models.push(Box::new(model.clone()));
    protect.small_providers = Some(model);
}

impl SmallProviders {
    /// People by provider, among those who stay.
    fn people(scene: &Scene<'_>) -> Groups {
        let leaving = scene
            .providers
            .iter()
            .zip(0u32..)
            .filter(|(_, person)| scene.classes.of(*person as usize).is_some());
        let pairs: Vec<(u32, u32)> =
            leaving.flat_map(|(own, person)| own.iter().map(move |provider| (*provider, person))).collect();
        let providers = pairs.iter().map(|(provider, _)| *provider as usize + 1).max().unwrap_or(0);
        Groups::of_pairs(providers, pairs.into_iter())
    }

    /// The providers that share one name, ascending.
    pub(crate) fn pooled(&self, scene: &Scene<'_>) -> Vec<u32> {
        self.pool(&Self::people(scene)).0
    }

    /// The providers that share one name, and the people behind it.
    fn pool(&self, people: &Groups) -> (Vec<u32>, usize) {
        let mut by_size: Vec<(usize, u32)> = people
            .iter()
            .zip(0u32..)
            .map(|(own, provider)| (own.len(), provider))
            .filter(|(size, _)| *size > 0)
            .collect();
        by_size.sort_unstable();
        let (mut pooled, mut behind) = (Vec::new(), HashSet::<u32>::new());
        for (size, provider) in by_size {
            let is_needed = !pooled.is_empty() && behind.len() < self.fewer_than;
            if size < self.fewer_than || is_needed {
                pooled.push(provider);
                behind.extend(people.of(provider as usize));
            }
        }
        pooled.sort_unstable();
        (pooled, behind.len())
    }
}

impl Model for SmallProviders {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        let people = Self::people(scene);
        if self.then.is_some() {
            // Only where all providers together have too few people is there nothing left to join.
            let (pooled, behind) = self.pool(&people);
            let too_few = !pooled.is_empty() && behind < self.fewer_than;
            return if too_few { people.members().to_vec() } else { Vec::new() };
        }
        people.iter().filter(|own| own.len() < self.fewer_than).flatten().copied().collect()
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        let people = Self::people(scene);
        let (pooled, behind) = if self.then.is_some() { self.pool(&people) } else { (Vec::new(), 0) };
        let shown = people
            .iter()
            .zip(0u32..)
            .filter(|(own, at)| !own.is_empty() && pooled.binary_search(at).is_err());
        let sizes = shown.map(|(own, _)| own.len()).chain((!pooled.is_empty()).then_some(behind));
        sizes.min().map_or(f64::INFINITY, |size| size as f64)
    }
    fn name(&self) -> Bilingual {
        Bilingual::new("最も小さい提供元の人数", "people of the smallest provider")
    }
    fn required(&self) -> Bilingual {
        Bilingual::new(format!("{} 人以上", self.fewer_than), format!("at least {}", self.fewer_than))
    }
}

#[cfg(test)]
mod tests {
    use super::super::support::Small;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn at(own: &[BTreeSet<u32>], then: Option<&str>) -> (Vec<u32>, Vec<u32>, f64) {
        let everybody: Vec<(u32, BTreeSet<u32>)> = own.iter().map(|_| (0, BTreeSet::new())).collect();
        let mut small = Small::new(&everybody, &[""]);
        let pairs = own.iter().zip(0u32..).flat_map(|(own, person)| own.iter().map(move |p| (person, *p)));
        small.providers = Groups::of_pairs(own.len(), pairs);
        let model = SmallProviders { fewer_than: 3, then: then.map(str::to_owned) };
        let mut broken = model.breaks(&small.scene());
        broken.sort_unstable();
        broken.dedup();
        (broken, model.pooled(&small.scene()), model.measured(&small.scene()))
    }

    proptest! {
        #[test]
        fn whoever_was_at_a_small_provider_goes(own in prop::collection::vec(prop::collection::btree_set(0u32..5, 0..3), 1..12)) {
            let size = |provider: u32| own.iter().filter(|own| own.contains(&provider)).count();
            let expected: Vec<u32> = (0u32..)
                .zip(&own)
                .filter(|(_, own)| own.iter().any(|provider| size(*provider) < 3))
                .map(|(person, _)| person)
                .collect();
            prop_assert_eq!(at(&own, None).0, expected);
        }

        #[test]
        fn small_providers_share_a_name_with_enough_people_behind_it(own in prop::collection::vec(prop::collection::btree_set(0u32..5, 0..3), 1..12)) {
            let size = |provider: u32| own.iter().filter(|own| own.contains(&provider)).count();
            let (broken, pooled, measured) = at(&own, Some("その他"));
            prop_assert!((0..5).all(|provider| !(1..3).contains(&size(provider)) || pooled.contains(&provider)));
            let behind = own.iter().filter(|own| own.iter().any(|provider| pooled.contains(provider))).count();
            prop_assert_eq!(broken.is_empty(), pooled.is_empty() || behind >= 3);
            prop_assert!(!broken.is_empty() || measured >= 3.0);
        }
    }
}
