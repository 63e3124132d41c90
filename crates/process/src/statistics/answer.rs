//! What a person may see of an answer (回答): figures that passed a guard, and nothing else.

use super::definition::Dimension;
use super::evaluate::Plan;
use kiban_model::report::Bilingual;
use serde::{Deserialize, Serialize};

/// A guarded number of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// So many, after rounding or noise.
    Persons(u64),
    /// At least one and fewer than this.
    FewerThan(u64),
    /// So many at most: nobody, or a few.
    AtMost(u64),
    /// Not shown: small itself, or something small could be computed from it.
    Hidden,
}

/// A guarded answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Everybody in the snapshot.
    pub everybody: Figure,
    /// How many remain after each step (絞り込みの経過), with its name. Empty where any step suffices.
    pub steps: Vec<(String, Figure)>,
    /// The cohort.
    pub cohort: Figure,
    /// The cohort by classes, where asked.
    pub breakdown: Option<Breakdown>,
}

/// A cohort by classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// Dimensions: name and classes.
    pub dimensions: Vec<(Bilingual, Vec<Bilingual>)>,
    /// Cells that are not empty: a class in each dimension, and the figure.
    pub cells: Vec<(Vec<u32>, Figure)>,
    /// Sums over all but one dimension, where there are several: by dimension, by class.
    pub margins: Vec<Vec<Figure>>,
}

/// Figures by set, before they are put together.
pub(super) struct Figures {
    pub(super) everybody: Figure,
    pub(super) steps: Vec<Figure>,
    pub(super) cohort: Figure,
    pub(super) cells: Vec<Figure>,
    pub(super) margins: Vec<Vec<Figure>>,
}

impl Plan<'_> {
    /// Puts figures together with the names of what they count. Empty cells are left out.
    pub(super) fn answer(&self, figures: Figures) -> Answer {
        let names = self.question().steps().filter_map(|at| self.question().criteria.get(at));
        let steps =
            names.zip(figures.steps).map(|(criterion, figure)| (criterion.name.clone(), figure)).collect();
        let radix: Vec<u32> = self.breakdown().iter().map(|classes| classes.labels().len() as u32).collect();
        let breakdown = (!radix.is_empty()).then(|| Breakdown {
            dimensions: self
                .breakdown()
                .iter()
                .map(|classes| (name(classes.dimension()), classes.labels().to_vec()))
                .collect(),
            cells: figures
                .cells
                .into_iter()
                .zip(0..)
                .filter(|(figure, _)| *figure != Figure::Persons(0))
                .map(|(figure, cell)| (classes(&radix, cell), figure))
                .collect(),
            margins: figures.margins,
        });
        Answer { everybody: figures.everybody, steps, cohort: figures.cohort, breakdown }
    }
}

/// The class of a cell in each dimension.
pub(super) fn classes(radix: &[u32], mut cell: u32) -> Vec<u32> {
    let mut classes: Vec<u32> = radix
        .iter()
        .rev()
        .map(|size| {
            let class = cell % size.max(&1);
            cell /= size.max(&1);
            class
        })
        .collect();
    classes.reverse();
    classes
}

fn name(dimension: Dimension) -> Bilingual {
    match dimension {
        Dimension::Sex => Bilingual::new("性別", "sex"),
        Dimension::AgeBand(..) => Bilingual::new("年齢", "age"),
        Dimension::Year(..) => Bilingual::new("年", "year"),
        Dimension::Prefecture => Bilingual::new("都道府県", "prefecture"),
        Dimension::Municipality => Bilingual::new("市区町村", "municipality"),
    }
}
