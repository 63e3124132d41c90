//! Earlier releases of the same project (同じ事業への以前の提供): pseudonyms are stable, so whoever holds two products can join them.
//!
//! Somebody in both is then known by their combination in each. So the combinations of all releases together — with not having been
//! in one as a value of its own — must be shared by k people: the intersections of classes are as large as classes must be.
//! (Byun, Sohn, Bertino and Li, Secure Data Management 2006, for what is otherwise inferred from two releases.) Classes that break it
//! are suppressed in the new product.
//!
//! The classes of an earlier release come from the caller, who sealed them when it was made ([`ReleaseClasses`]). A policy with this
//! word over people who were released before, without the classes of any release, is refused: nothing could be checked.

use super::{Model, Scene, Word};
use crate::models::Classes;
use crate::policy::{Node, Protect, Reader};
use crate::transforms::required;
use kiban_model::report::Bilingual;
use rayon::prelude::*;
use std::fmt;

pub(super) const WORD: Word = Word {
    name: "earlier_releases",
    japanese: "以前の提供との突合",
    doc: (
        "同じ事業への以前の提供と仮名で突合しても、準識別子の組合せ(以前の提供に含まれないことも一つの値とする)が同じ人が `k` 人以上いること。\
         以前の提供の組は、作ったときに封じたものを使う。それがなければ止まる。満たない組の人は、新しい提供から抑制する。",
        "Joined by pseudonym with earlier releases of the project, the combinations of quasi-identifiers of all of them (not having been in one is a \
         value) are shared by `k` people. The classes of earlier releases are those sealed when they were made; without them the \
         run stops. Classes that break it are suppressed in the new product.",
    ),
    example: "earlier_releases = { k = 3 }",
    read,
};

/// The classes of one release by pseudonym: to be sealed with the project's map, and given back before the next release. `Debug`
/// shows how many there are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReleaseClasses {
    /// In the order of pseudonyms.
    by_pseudonym: Vec<(String, u32)>,
}

impl fmt::Debug for ReleaseClasses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReleaseClasses({} people)", self.by_pseudonym.len())
    }
}

impl FromIterator<(String, u32)> for ReleaseClasses {
    fn from_iter<T: IntoIterator<Item = (String, u32)>>(pairs: T) -> Self {
        let mut by_pseudonym: Vec<(String, u32)> = pairs.into_iter().collect();
        by_pseudonym.par_sort_unstable();
        Self { by_pseudonym }
    }
}

impl ReleaseClasses {
    /// The class of a pseudonym; `None`: not in that release.
    pub fn of(&self, pseudonym: &str) -> Option<u32> {
        let at = self.by_pseudonym.binary_search_by(|(other, _)| other.as_str().cmp(pseudonym)).ok()?;
        self.by_pseudonym.get(at).map(|(_, class)| *class)
    }

    /// Pseudonyms and classes, in the order of pseudonyms.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.by_pseudonym.iter().map(|(pseudonym, class)| (pseudonym.as_str(), *class))
    }

    /// A number a person: 0 for whoever was not in the release.
    pub(crate) fn numbers<'a>(&self, pseudonyms: impl Iterator<Item = Option<&'a str>>) -> Vec<u32> {
        let class = |pseudonym: Option<&str>| pseudonym.and_then(|pseudonym| self.of(pseudonym));
        pseudonyms.map(|pseudonym| class(pseudonym).map_or(0, |class| class + 1)).collect()
    }
}

#[derive(Debug)]
struct EarlierReleases {
    k: u64,
}

fn read(value: &Node<'_>, reader: &mut Reader<'_>, protect: &mut Protect) {
    let Some(fields) = reader.fields(value, &["k"]) else { return };
    let k = required(&fields, "k", reader).and_then(|node| reader.integer(&node, 2..=1_000_000));
    if let Some(k) = k {
        protect.looks_back = true;
        protect.models.push(Box::new(EarlierReleases { k: k as u64 }));
    }
}

impl EarlierReleases {
    /// Everybody who stays, by their classes in all releases.
    fn joined(scene: &Scene<'_>, persons: usize) -> Classes {
        let now: Vec<u32> = (0..persons).map(|person| scene.classes.of(person).unwrap_or(0)).collect();
        let mut columns: Vec<&[u32]> = vec![&now];
        columns.extend(scene.earlier.iter().map(Vec::as_slice));
        Classes::new(persons, &columns, |person| scene.classes.of(person).is_some())
    }
}

impl Model for EarlierReleases {
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32> {
        let joined = Self::joined(scene, scene.classes.len());
        let small = joined.members();
        small.iter().filter(|people| (people.len() as u64) < self.k).flatten().copied().collect()
    }
    fn measured(&self, scene: &Scene<'_>) -> f64 {
        let joined = Self::joined(scene, scene.classes.len());
        joined.sizes().iter().min().map_or(f64::INFINITY, |size| *size as f64)
    }
    fn name(&self) -> Bilingual {
        Bilingual::new(
            "以前の提供と突合したときの同じ組合せの人数",
            "people with the same combinations in all releases of the project",
        )
    }
    fn required(&self) -> Bilingual {
        Bilingual::new(format!("{} 人以上", self.k), format!("at least {}", self.k))
    }
}
