//! A world: its people, their lives and illnesses, and what the institutions know of them.

use crate::calendar::{Day, iso};
use crate::expected::Expected;
use crate::life_events::Events;
use crate::person::Person;
use crate::registration::{Registration, register};
use crate::{care, governance, illness, life_events, population, write};
use kiban_model::DateAsGiven;
use std::path::{Path, PathBuf};

/// Why a world could not be written. Paths inside a delivery hold local patient numbers and are not shown.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// The disk refused.
    #[error("could not write {what}")]
    Disk {
        /// Which part: `hospital-a`, `truth.csv`.
        what: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A manifest could not be put into TOML.
    #[error("could not write the manifest of {provider}")]
    Manifest {
        /// Which provider.
        provider: String,
        /// Why.
        #[source]
        source: toml::ser::Error,
    },
    /// A document could not be put into JSON.
    #[error("could not write {what} as JSON")]
    Json {
        /// Which document.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The folders of the providers, in order of their ids.
    pub providers: Vec<PathBuf>,
    /// What a correct reader counts.
    pub expected: Expected,
}

/// A synthetic world, complete and decided: writing it twice writes the same bytes.
#[derive(Debug)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) first: Day,
    pub(crate) last: Day,
    pub(crate) people: Vec<Person>,
    pub(crate) registrations: Vec<Registration>,
    pub(crate) events: Events,
}

impl World {
    /// Makes the world of a seed: `persons` people, watched from the first possible day of `from` to that of `to`
    /// (in either order; at least 90 days, the period is lengthened to that).
    pub fn generate(seed: u64, persons: usize, from: DateAsGiven, to: DateAsGiven) -> Self {
        let (first, last) = (from.min(to).days_since_epoch(), from.max(to).days_since_epoch());
        let last = last.max(first + 90);
        let mut people = population::people(seed, persons, first);
        let events = life_events::happen(seed, &mut people, first, last);
        illness::strike(seed, &mut people, first, last);
        care::attend(seed, &mut people, first, last);
        let registrations = register(seed, &people);
        Self { seed, first, last, people, registrations, events }
    }

    /// How many people there are.
    pub fn persons(&self) -> usize {
        self.people.len()
    }

    /// The day of provision, ISO 8601: some weeks after the last day of the period.
    pub fn provided_on(&self) -> String {
        iso(governance::provided_on(self.last))
    }

    /// Lays the world out below `dir` (created if need be). The layout is described at the head of this crate.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, dir: &Path) -> Result<Written, SynthError> {
        write::write(self, dir)
    }
}
