//! Pseudonyms (仮名) of one project: random, unique, stable over its releases, unlinkable to those of another.
//!
//! They are drawn, not computed from the person: without the map, which the caller seals in the vault, there is no way
//! back (PSE-01 ③). The map also keeps each person's shift key, so that a later release shifts dates by the same days —
//! two shifts of one date would give the true date away (ANO-06, PSE-06).

use crate::engine::Quick;
use crate::keys::{Keys, letter};
use crate::models::ReleaseClasses;
use crate::policy::IdFormat;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// A person's place in one project.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymEntry {
    /// The pseudonym.
    pub pseudonym: String,
    /// Key of the person's date shift in this project.
    pub shift_key: u64,
}

impl fmt::Debug for PseudonymEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymEntry(▇▇)")
    }
}

/// The map person → pseudonym of one project, and what was added to it.
///
/// `Debug` shows how many there are, not who they are.
#[derive(Clone)]
pub struct Pseudonyms {
    project: String,
    known: BTreeMap<i64, PseudonymEntry>,
    added: Vec<(i64, PseudonymEntry)>,
    earlier: Vec<Arc<ReleaseClasses>>,
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonyms({} known, {} added)", self.known.len(), self.added.len())
    }
}

impl Pseudonyms {
    /// The map of a project without releases yet.
    pub fn new(project: impl Into<String>) -> Self {
        Self { project: project.into(), known: BTreeMap::new(), added: Vec::new(), earlier: Vec::new() }
    }

    /// The map of a project as the vault holds it.
    pub fn resume(
        project: impl Into<String>,
        known: impl IntoIterator<Item = (i64, PseudonymEntry)>,
    ) -> Self {
        Self {
            project: project.into(),
            known: known.into_iter().collect(),
            added: Vec::new(),
            earlier: Vec::new(),
        }
    }

    /// The project's id.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// Remembers the classes of an earlier release, for policies that compare with them.
    pub fn remember(&mut self, release: ReleaseClasses) {
        self.earlier.push(Arc::new(release));
    }

    /// Whether the project has earlier releases.
    pub(crate) fn has_releases(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// The class of every person in each earlier release. `Err` (people released before) where none was given.
    pub(crate) fn earlier(&self, persons: &[i64]) -> Result<Vec<Vec<u32>>, usize> {
        if self.earlier.is_empty() && !self.known.is_empty() {
            return Err(self.known.len());
        }
        let pseudonyms = || persons.iter().map(|person| Some(self.get(*person)?.pseudonym.as_str()));
        Ok(self.earlier.iter().map(|release| release.numbers(pseudonyms())).collect())
    }

    /// The pseudonym of a person, where they have one.
    pub fn get(&self, person: i64) -> Option<&PseudonymEntry> {
        self.known.get(&person)
    }

    /// What was added since the map was made, in person order: to be sealed in the vault before the product leaves.
    pub fn additions(&self) -> &[(i64, PseudonymEntry)] {
        &self.added
    }

    pub(crate) fn shift_key(&self, person: i64, keys: &Keys, seed: u64) -> u64 {
        self.known.get(&person).map_or_else(|| keys.shift_key(seed, person), |entry| entry.shift_key)
    }

    /// Draws pseudonyms for the persons who have none. `persons` is ascending. `Err` where the format has too few.
    ///
    /// Drawn on a copy: a run that fails later must leave the map as it was.
    pub(crate) fn extended(
        &self,
        persons: &[i64],
        format: &IdFormat,
        keys: &Keys,
        seed: u64,
    ) -> Result<Self, TooFew> {
        let mut next = self.clone();
        let newcomers: Vec<i64> = persons.iter().copied().filter(|p| !self.known.contains_key(p)).collect();
        let mut taken: HashSet<String, Quick> =
            self.known.values().map(|entry| entry.pseudonym.clone()).collect();
        if (taken.len() as u64).saturating_add(newcomers.len() as u64) > format.capacity() {
            return Err(TooFew);
        }
        let mut random = ChaCha20Rng::from_seed(keys.derive("pseudonyms", &[&seed.to_be_bytes()]));
        let mut pseudonym = || loop {
            let drawn = draw(format, &mut random);
            if taken.insert(drawn.clone()) {
                break drawn;
            }
        };
        // One after the other, so that the draw does not depend on the number of cores; the keys do not depend on one another.
        let (pseudonyms, shift_keys): (Vec<String>, Vec<u64>) = rayon::join(
            || newcomers.iter().map(|_| pseudonym()).collect(),
            || newcomers.par_iter().map(|person| self.shift_key(*person, keys, seed)).collect(),
        );
        let entries = pseudonyms.into_iter().zip(shift_keys);
        let entries = entries.map(|(pseudonym, shift_key)| PseudonymEntry { pseudonym, shift_key });
        next.added.extend(newcomers.into_iter().zip(entries));
        next.known.append(&mut next.added.iter().cloned().collect());
        Ok(next)
    }
}

/// The policy's pseudonyms are too few for the persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooFew;

fn draw(format: &IdFormat, random: &mut ChaCha20Rng) -> String {
    match format {
        IdFormat::Random => (0..12).map(|_| letter(random.next_u64() >> 59)).collect(),
        IdFormat::Numbered { prefix, digits } => {
            // From 1: nobody is number 0. The high half of the product is uniform up to capacity ÷ 2^64.
            let number = ((u128::from(random.next_u64()) * u128::from(format.capacity())) >> 64) + 1;
            format!("{prefix}{number:0width$}", width = usize::from(*digits))
        }
    }
}
