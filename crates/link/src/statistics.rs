//! What was done and how well (名寄せの統計). The estimates of quality are the model's own: they assume its probabilities
//! are right, and are to be checked against a sample that people judged.

use crate::block::{Candidate, Rule};
use crate::cluster::Clustering;
use crate::compare::{Field, Level};
use crate::estimate::{Model, SubjectPair};
use crate::normalise::Implausible;
use crate::settings::Settings;
use kiban_model::SubjectId;

/// A value set aside before comparing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ImplausibleValue {
    /// Whose statement.
    pub subject: SubjectId,
    /// Which field.
    pub field: Field,
    /// Why.
    pub reason: Implausible,
}

/// A block that was too large to compare as it was.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OversizedBlock {
    /// Which rule made it.
    pub rule: Rule,
    /// How many statements shared the key.
    pub statements: u64,
    /// How many of them could not be put into a smaller block.
    pub left_out: u64,
}

/// One field over all joined pairs.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FieldStatistics {
    /// The field.
    pub field: Field,
    /// How often each level was met among candidate pairs.
    pub levels: Vec<(Level, u64)>,
}

/// The report of one run.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Statistics {
    /// Records handed in.
    pub records: u64,
    /// Distinct statements among them.
    pub statements: u64,
    /// Subjects.
    pub subjects: u64,
    /// Persons found.
    pub persons: u64,
    /// Blocks with at least two statements.
    pub blocks: u64,
    /// Pairs of statements compared.
    pub pairs_compared: u64,
    /// Pairs of subjects at least as probable as asked for joining.
    pub pairs_linked: u64,
    /// Pairs of subjects for a human.
    pub pairs_in_doubt: u64,
    /// Joins the checks refused.
    pub joins_refused: u64,
    /// By the model: how many of the linked pairs are one person. `None` where nothing was linked.
    pub estimated_precision: Option<f64>,
    /// By the model: how many of the pairs of one person among those compared were linked.
    pub estimated_recall: Option<f64>,
    /// Blocks that were split or left out.
    pub oversized_blocks: Vec<OversizedBlock>,
    /// Placeholders, test patients and numbers of too many.
    pub implausible: Vec<ImplausibleValue>,
    /// Decisions about subjects not among the records.
    pub unknown_constraints: u64,
    /// Decisions to join that a decision to separate forbids, and separations of a subject from itself.
    pub contradicting_constraints: u64,
    /// Per field.
    pub fields: Vec<FieldStatistics>,
}

impl Statistics {
    /// A word on what was set aside, in Japanese and English, one line per field and reason; no values.
    pub fn implausible_words(&self) -> Vec<(String, String)> {
        let mut kinds: std::collections::BTreeMap<(Field, Implausible), u64> =
            std::collections::BTreeMap::new();
        for value in &self.implausible {
            *kinds.entry((value.field, value.reason)).or_default() += 1;
        }
        let line = |((field, reason), count): (&(Field, Implausible), &u64)| {
            let ((field_ja, field_en), (reason_ja, reason_en)) = (field.words(), reason.words());
            (
                format!("{field_ja}：{reason_ja}として照合に用いない {count}件"),
                format!("{field_en}: {count} not used for linkage ({reason_en})"),
            )
        };
        kinds.iter().map(line).collect()
    }
}

pub(crate) fn summarise(
    statistics: &mut Statistics,
    model: &Model,
    candidates: &[Candidate],
    scored: &[SubjectPair],
    clustering: &Clustering,
    settings: &Settings,
) {
    statistics.implausible.sort();
    statistics.implausible.dedup();
    statistics.persons = clustering.clusters().len() as u64;
    statistics.joins_refused = clustering.refused.len() as u64;
    statistics.contradicting_constraints += clustering.contradicting;
    let linked: Vec<f64> =
        scored.iter().filter(|p| clustering.together(p.a, p.b)).map(|p| p.probability).collect();
    let all: f64 = scored.iter().map(|p| p.probability).sum();
    let kept: f64 = linked.iter().sum();
    statistics.pairs_linked = scored.iter().filter(|p| p.probability >= settings.link_above).count() as u64;
    let doubtful =
        |p: &&SubjectPair| (settings.review_above..settings.link_surely_above).contains(&p.probability);
    statistics.pairs_in_doubt = scored.iter().filter(doubtful).count() as u64;
    statistics.estimated_precision = (!linked.is_empty()).then(|| kept / linked.len() as f64);
    statistics.estimated_recall = (all > 0.0).then(|| kept / all);
    statistics.fields = model
        .patterns(candidates)
        .into_iter()
        .map(|(field, counts)| FieldStatistics {
            field,
            levels: Level::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect(),
        })
        .collect();
}
