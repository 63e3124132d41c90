//! Privacy models: what must hold of every group of people, or of every life, in a product.
//!
//! Persons are counted as packed combinations, values as numbers; nothing here looks at a value. A model is a word of
//! `[protect]` ([`Word`]: name, explanation, example, how it is read) and what it makes of a product on its way ([`Model`]):
//! who must be suppressed, and the figure for the report. Formulae and sources stand in the head of each file.
//!
//! To add one: a file here and a line in [`WORDS`].

mod classes;
mod delta_presence;
mod earlier_releases;
pub mod k_anonymity;
mod k_map;
pub(crate) mod km_anonymity;
mod l_diversity;
mod population;
mod reidentification;
mod small_providers;
mod t_closeness;
pub(crate) mod uniqueness;

pub use classes::{Classes, Groups};
pub use earlier_releases::ReleaseClasses;
pub use km_anonymity::KmAnonymity;
pub use population::Population;
pub use small_providers::SmallProviders;

use crate::policy::{Node, Protect, Reader};
use crate::risk::{ceilings, trajectories};
use crate::transforms::ColumnOf;
use kiban_model::report::Bilingual;
use std::fmt;

/// Every word of `[protect]` that is a model or a ceiling, in the order of the reference page.
pub static WORDS: &[&Word] = &[
    &l_diversity::WORD,
    &t_closeness::WORD,
    &population::WORD,
    &k_map::WORD,
    &delta_presence::WORD,
    &reidentification::HIGHEST,
    &reidentification::AVERAGE,
    &uniqueness::WORD,
    &km_anonymity::WORD,
    &small_providers::WORD,
    &earlier_releases::WORD,
    &ceilings::WORD,
    &trajectories::WORD,
];

/// A word of `[protect]`.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// What the field calls it.
    pub japanese: &'static str,
    /// Paragraphs of the reference page: Japanese, English.
    pub doc: (&'static str, &'static str),
    /// A line of a policy; a test reads it.
    pub example: &'static str,
    /// Reads what stands behind the word; the reader is told every problem.
    pub(crate) read: fn(&Node<'_>, &mut Reader<'_>, &mut Protect),
}

/// A model with its parameters, as far as suppressing people keeps it.
pub trait Model: fmt::Debug + Send + Sync {
    /// The people who must be suppressed. Nobody where the model holds; it is asked again until it does.
    fn breaks(&self, scene: &Scene<'_>) -> Vec<u32>;
    /// The worst figure over the product, for the report.
    fn measured(&self, scene: &Scene<'_>) -> f64;
    /// What is measured.
    fn name(&self) -> Bilingual;
    /// What the policy asks for.
    fn required(&self) -> Bilingual;
}

/// A product on its way: who stays, and what it would show of them.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Classes of those who stay.
    pub classes: &'a Classes,
    /// The people of every class.
    pub members: &'a Groups,
    /// Attributes that models look at.
    pub attributes: &'a [Attribute],
    /// The providers at which every person has rows that leave, where a model asks for them.
    pub providers: &'a Groups,
    /// People of the population by class, as the policy's table counts them; empty without one.
    pub in_population: &'a [u64],
    /// Whether some combination of the population is that of nobody who stays.
    pub absent: bool,
    /// Everybody of the population; 0 without a table.
    pub population_size: u64,
    /// The class of every person in each earlier release, where a model asks for them; 0 for whoever was not in it.
    pub earlier: &'a [Vec<u32>],
}

impl Scene<'_> {
    /// An attribute; the engine has loaded all that the policy names.
    pub fn attribute(&self, of: ColumnOf) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.of == of)
    }

    /// People of the population by class. Those of the product live in it.
    pub fn population(&self) -> impl Iterator<Item = u64> {
        let counted = self.in_population.iter().copied().chain(std::iter::repeat(0));
        self.classes.sizes().iter().zip(counted).map(|(own, counted)| counted.max(*own))
    }

    /// The people of the classes that are marked.
    pub fn people_of(&self, marked: impl Iterator<Item = bool>) -> Vec<u32> {
        let broken = self.members.iter().zip(marked).filter(|(_, marked)| *marked);
        broken.flat_map(|(people, _)| people.iter().copied()).collect()
    }
}

/// What a product shows of every person in one column.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The column.
    pub of: ColumnOf,
    /// The distinct values of a person, ascending; at least one each: having no value is value 0.
    pub values: Groups,
    /// The values as shown.
    pub labels: Vec<String>,
}

/// A model's name with its attribute.
fn name_with(ja: &str, en: &str, of: ColumnOf) -> Bilingual {
    let (table, column) = (of.table.name, of.column.name);
    Bilingual::new(format!("{ja}: {table}.{column}"), format!("{en}: {table}.{column}"))
}

#[cfg(test)]
mod support;
#[cfg(test)]
mod tests;
