//! Statements to a table of codes (符号化): every distinct text once, so that equality is a comparison of numbers.
//!
//! Codes depend on the order in which texts are met and are compared for equality only; whatever orders or samples rows
//! goes by what they state. So the result does not depend on the order of the input or the number of threads.

mod assemble;
mod common;
mod dictionary;
mod encoder;
mod frequency;
mod grow;
mod inherit;
mod keep;
mod outline;
mod places;
mod readings;
mod row;
mod split;
mod statement;
mod tokens;

pub(crate) use assemble::assemble;
pub(crate) use dictionary::Dictionary;
pub(crate) use encoder::Encoder;
pub(crate) use frequency::{Count, Frequencies, Sums};
pub(crate) use readings::Readings;
pub(crate) use row::{ATTRIBUTES, Flags, Further, Part, Row};
pub(crate) use statement::{Statement, birth_text};
pub(crate) use tokens::NameDictionaries;

use crate::PersonRecord;
use crate::block::Rule;
use crate::buckets::Buckets;
use crate::compare::Memory;
use crate::lists::Lists;
use crate::settings::Settings;
use crate::statistics::Statistics;
use kiban_model::SubjectId;
use rayon::prelude::*;
use std::collections::HashMap;

/// Everything linkage knows about the statements. Has no `Debug`: it identifies persons.
#[derive(Default)]
pub(crate) struct Table {
    /// By date of birth.
    pub(crate) rows: Vec<Row>,
    /// What few rows have, by [`Row::further`].
    pub(crate) further: Vec<Further>,
    /// By position; sorted where they come from a vault.
    pub(crate) subjects: Vec<SubjectId>,
    by_subject: Lists,
    /// The year in which the youngest were born, but for one in a thousand: theirs may be mistyped.
    pub(crate) latest_birth_year: u16,
    /// Subjects that came after the table was made, and the rows of those that have new ones.
    new_subjects: HashMap<SubjectId, u32>,
    grown: HashMap<u32, Vec<u32>>,
    pub(crate) names: NameDictionaries,
    /// Whether anybody is known by Latin letters alone.
    latin: bool,
    /// By Latin code: the number of its sound.
    sounds: Vec<u32>,
    sound_codes: Dictionary,
    /// Municipalities and localities.
    pub(crate) places: Dictionary,
    /// Postal codes, insurers, symbols, identifiers, attributes, providers.
    pub(crate) numbers: Dictionary,
    pub(crate) frequencies: Frequencies,
    /// By kanji code: whether a character could not be written.
    wildcards: Vec<bool>,
    /// Which readings kanji have.
    pub(crate) readings: Readings,
    /// Rows already sorted by the keys of a rule. A row may stand in it with a number since taken from it.
    pub(crate) sorted: Vec<(Rule, Buckets)>,
    /// Comparisons of texts already made.
    pub(crate) memory: Memory,
}

impl Table {
    /// Position of a subject. Those the table was made of are sorted.
    pub(crate) fn subject(&self, id: SubjectId) -> Option<u32> {
        let sorted = self.subjects.len() - self.new_subjects.len();
        let at = self.subjects.get(..sorted).unwrap_or(&[]).binary_search(&id);
        at.ok().and_then(|at| u32::try_from(at).ok()).or_else(|| self.new_subjects.get(&id).copied())
    }

    /// The subject at a position.
    pub(crate) fn subject_id(&self, at: u32) -> SubjectId {
        self.subjects.get(at as usize).copied().unwrap_or(SubjectId(0))
    }

    /// Positions of the rows of the subject at a position.
    pub(crate) fn rows_of(&self, subject: u32) -> &[u32] {
        if !self.grown.is_empty()
            && let Some(rows) = self.grown.get(&subject)
        {
            return rows;
        }
        self.by_subject.of(subject)
    }

    /// Whether every subject has one row and no more, as in a table of persons.
    pub(crate) const fn has_one_row_each(&self) -> bool {
        self.rows.len() == self.subjects.len()
    }

    /// The row at a position.
    pub(crate) fn row(&self, at: u32) -> Option<&Row> {
        self.rows.get(at as usize)
    }

    /// What a row states besides its numbers.
    pub(crate) fn further(&self, row: &Row) -> Option<&Further> {
        if row.further == 0 { None } else { self.further.get(row.further as usize - 1) }
    }

    /// Whether a kanji code stands for a text with a character that could not be written.
    pub(crate) fn has_wildcard(&self, kanji: u32) -> bool {
        self.wildcards.get(kanji as usize).copied().unwrap_or(false)
    }

    /// What neighbouring postal codes have in common; 0 is unknown.
    pub(crate) fn postal_area(&self, postal: u32) -> u64 {
        if postal < encoder::TEXT {
            return u64::from(postal / 10_000);
        }
        let chars = self.numbers.chars(postal - encoder::TEXT);
        let area = chars.get(..chars.len().saturating_sub(3)).unwrap_or(&[]);
        area.iter().fold(0, |hash, c| crate::hash::mix(hash, u64::from(*c as u32)))
    }

    /// Number of the sound of a Latin name; 0 is unknown.
    pub(crate) fn sound(&self, roman: u32) -> u32 {
        self.sounds.get(roman as usize).copied().unwrap_or(0)
    }

    /// Whether two Latin names are one however they are romanised.
    pub(crate) fn sounds_alike(&self, a: u32, b: u32) -> bool {
        self.sound(a) != 0 && self.sound(a) == self.sound(b)
    }
}

/// The table of records of a vault, in which a subject may have several statements.
pub(crate) fn encode(records: &[PersonRecord], settings: &Settings, statistics: &mut Statistics) -> Table {
    let mut subjects: Vec<SubjectId> = records.iter().map(|record| record.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let part = |records: &[PersonRecord]| {
        let mut encoder = Encoder::default();
        for record in records {
            let at = subjects.binary_search(&record.subject).ok().and_then(|at| u32::try_from(at).ok());
            let birth = birth_text(&record.identity);
            encoder.push(at.unwrap_or(0), &Statement::of(&record.provider, &record.identity, &birth));
        }
        encoder
    };
    let piece = records.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts: Vec<Encoder> = records.par_chunks(piece).map(part).collect();
    assemble(parts, subjects, settings, statistics)
}
