//! Linkage (名寄せ): which subjects — persons as one provider knows them — are the same person (LNK-01).
//!
//! It must never overwrite a statement, ban what a human decided, or merge without leaving evidence: every link has a
//! weight per field, every doubt goes to the review queue, and the result is a proposal that the person map can undo
//! (LNK-02). The rule comes from the record linkage theory of Fellegi and Sunter (1969) and from Japanese practice (the
//! cancer registries' *same / different / let a human look*); names and households of Japan shape the comparisons.
//!
//! The way of a record:
//!
//! ```text
//! statements ─ normalise ─▶ match forms ─ encode ─▶ codes ─ block ─▶ candidate pairs ─ compare ─▶ agreement patterns
//!        patterns ─ estimate ─▶ weights ─ score ─▶ pairs ─ cluster ─▶ persons      doubtful pairs ─ review ─▶ queue
//! ```
//!
//! **Invariants.** No I/O, no clock, no randomness but the seed of [`Settings`]; the result does not depend on the order
//! of the input or on the number of threads; no block of records can make the work grow without bound; no value of an
//! identity is in the result: fields and levels only.

mod block;
mod buckets;
mod cluster;
mod compare;
mod constraints;
mod encode;
mod estimate;
mod explain;
mod file;
mod hash;
mod index;
pub mod kernel;
mod lists;
pub mod normalise;
mod review;
mod settings;
mod statistics;
pub mod table;
pub mod tokens;

pub use block::Rule;
pub use cluster::Cluster;
pub use compare::{Evidence, Field, Level};
pub use constraints::Constraints;
pub use estimate::{FieldParameters, LevelParameters, ModelParameters, ParameterSource};
pub use explain::Explanation;
pub use index::{Change, Index, IndexError, ProviderStanding, Standing};
pub use review::{ReviewItem, ReviewReason};
pub use settings::Settings;
pub use statistics::{FieldStatistics, ImplausibleValue, OversizedBlock, RuleChoice, Statistics};

use kiban_model::{Identity, SubjectId};

/// One statement of identity about one subject (本人を識別する記述). A subject may have several: the name before and after
/// marriage, an old and a new address.
#[derive(Debug, Clone)]
pub struct PersonRecord {
    /// The person as this provider knows them.
    pub subject: SubjectId,
    /// The provider's registered id.
    pub provider: String,
    /// What the record states.
    pub identity: Identity,
}

/// Two subjects that may be one person, with what speaks for and against it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ScoredPair {
    /// The smaller subject id.
    pub a: SubjectId,
    /// The larger subject id.
    pub b: SubjectId,
    /// Probability that both are one person, by the model.
    pub probability: f64,
    /// log₂ of the odds; the sum of the weights of `evidence`.
    pub weight: f64,
    /// The prior, each field, and what the household explains.
    pub evidence: Vec<Evidence>,
}

/// The proposal: persons, the pairs behind them, and what a human should look at.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Linkage {
    /// Every subject is in exactly one cluster; sorted by first subject.
    pub clusters: Vec<Cluster>,
    /// Pairs above [`Settings::keep_above`], by subjects.
    pub pairs: Vec<ScoredPair>,
    /// What a human should decide, most informative first.
    pub review: Vec<ReviewItem>,
    /// The weights used.
    pub model: ModelParameters,
    /// What was done and how well, by the model's own estimate.
    pub statistics: Statistics,
}

/// Links subjects into persons. Decisions of humans in `constraints` always hold.
pub fn link(records: &[PersonRecord], constraints: &Constraints, settings: &Settings) -> Linkage {
    let mut statistics = Statistics::default();
    let table = encode::encode(records, settings, &mut statistics);
    let constraints = constraints.resolve(&table, &mut statistics);
    let found = run(&table, &constraints, settings, &mut statistics, &|_| {});
    linkage(&table, &found, &constraints, settings, statistics)
}

fn linkage(
    table: &encode::Table,
    found: &Found,
    constraints: &constraints::Resolved,
    settings: &Settings,
    statistics: Statistics,
) -> Linkage {
    Linkage {
        clusters: found.clustering.clusters(table),
        pairs: explain::pairs(table, &found.model, &found.scored),
        review: review::queue(table, &found.scored, &found.clustering, constraints, settings),
        model: found.model.parameters.clone(),
        statistics,
    }
}

/// A step of a run, told when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Stage {
    /// Codes made common, rows laid out, frequencies counted (符号化).
    Assemble,
    /// Candidate pairs found and compared (候補の絞り込みと比較).
    Compare,
    /// Weights learnt (重みの推定).
    Estimate,
    /// Pairs scored (採点).
    Score,
    /// Persons formed (同一人のまとまり).
    Cluster,
}

/// What a run found.
struct Found {
    rules: Vec<Rule>,
    model: estimate::Model,
    scored: Vec<estimate::SubjectPair>,
    clustering: cluster::Clustering,
}

/// From the table to persons.
fn run(
    table: &encode::Table,
    constraints: &constraints::Resolved,
    settings: &Settings,
    statistics: &mut Statistics,
    tell: &dyn Fn(Stage),
) -> Found {
    tell(Stage::Compare);
    let rules = block::choose(table, settings, statistics);
    let candidates = block::candidates(table, (&table.rows, &table.sorted), &rules, settings, statistics);
    tell(Stage::Estimate);
    let patterns = estimate::count_patterns(&candidates);
    let model = estimate::estimate(table, &patterns, constraints, settings);
    tell(Stage::Score);
    let scored = estimate::score_subjects(table, &model, &patterns, candidates, settings.keep_above);
    tell(Stage::Cluster);
    let clustering = cluster::cluster(table, &model, &scored, constraints, settings);
    statistics::summarise(statistics, &patterns, &scored, &clustering, settings);
    Found { rules, model, scored, clustering }
}

#[cfg(test)]
mod tests;
