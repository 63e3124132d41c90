//! What was done and how well (名寄せの統計). The estimates of quality are the model's own: they assume its probabilities
//! are right, and are to be checked against a sample that people judged.

use crate::block::Rule;
use crate::cluster::Clustering;
use crate::compare::{Field, Level, Pattern};
use crate::estimate::{SubjectPair, level_counts, weight_of};
use crate::normalise::Implausible;
use crate::settings::Settings;
use kiban_model::SubjectId;
use rayon::prelude::*;

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

/// How the rules of a run were chosen.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RuleChoice {
    /// The sample: one in so many subjects.
    pub sampled_one_in: u32,
    /// Rules there were to choose from.
    pub of_rules: u64,
    /// Share of the expected matches of all rules together that the chosen ones find, 0 to 1.
    pub recall: f64,
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
    /// Rules used, in order, with the pairs each found that no earlier one had.
    pub rules: Vec<(Rule, u64)>,
    /// How they were chosen; `None` where every rule that can find anything was used.
    pub rule_choice: Option<RuleChoice>,
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
    pub(crate) fn set_aside(&mut self, subjects: &[SubjectId], at: u32, field: Field, reason: Implausible) {
        let subject = subjects.get(at as usize).copied().unwrap_or(SubjectId(0));
        self.implausible.push(ImplausibleValue { subject, field, reason });
    }

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
    patterns: &[(Pattern, u64)],
    scored: &[SubjectPair],
    clustering: &Clustering,
    settings: &Settings,
) {
    statistics.implausible.sort();
    statistics.implausible.dedup();
    statistics.persons = clustering.persons();
    statistics.joins_refused = clustering.refused.len() as u64;
    statistics.contradicting_constraints += clustering.contradicting;
    // Pieces of one size, summed in order: the same sum on any number of cores.
    let pieces: Vec<(u64, f64, f64)> = scored
        .par_chunks(1 << 14)
        .map(|piece| {
            let (mut joined, mut right, mut all) = (0, 0.0, 0.0);
            for pair in piece {
                let probability = pair.probability();
                all += probability;
                if clustering.together(pair.a, pair.b) {
                    joined += 1;
                    right += probability;
                }
            }
            (joined, right, all)
        })
        .collect();
    let add = |x: (u64, f64, f64), y: &(u64, f64, f64)| (x.0 + y.0, x.1 + y.1, x.2 + y.2);
    let (joined, right, all) = pieces.iter().fold((0, 0.0, 0.0), add);
    let (link, review) = (weight_of(settings.link_above), weight_of(settings.review_above));
    let surely = weight_of(settings.link_surely_above);
    statistics.pairs_linked = scored.iter().filter(|p| p.weight >= link).count() as u64;
    statistics.pairs_in_doubt = scored.iter().filter(|p| (review..surely).contains(&p.weight)).count() as u64;
    statistics.estimated_precision = (joined > 0).then(|| right / joined as f64);
    statistics.estimated_recall = (all > 0.0).then(|| right / all);
    statistics.fields = fields(patterns);
}

/// How often each level of each field was met.
pub(crate) fn fields(patterns: &[(Pattern, u64)]) -> Vec<FieldStatistics> {
    level_counts(patterns)
        .into_iter()
        .map(|(field, counts)| FieldStatistics {
            field,
            levels: Level::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect(),
        })
        .collect()
}
