//! What a committee reads about a release: the flow of counts, what was done to each column, risk before and after.
//!
//! `process` measures it, `provide` draws it; neither knows the other. Everything in it is a count or a rate over people,
//! never a value of a person, and counts below [`SMALL_CELL`] are shown as such.

pub mod utility;

use serde::{Deserialize, Serialize};
pub use utility::UtilityReport;

/// Counts of people below this are shown as `10未満` outside the operator (ANO-10).
pub const SMALL_CELL: u64 = 10;

/// A text in both languages of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// Both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }
}

/// One step of the flow from delivery to release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowStep {
    /// What was counted.
    pub label: Bilingual,
    /// How many.
    pub count: u64,
    /// What they are: records, persons, rows.
    pub unit: Bilingual,
    /// Where those that did not go on went: (why, how many).
    pub lost: Vec<(Bilingual, u64)>,
}

/// What one column looked like at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// Cells that hold a value.
    pub filled: u64,
    /// Different values.
    pub distinct: u64,
    /// Mean, where the column is numeric.
    pub mean: Option<f64>,
    /// Standard deviation, where numeric.
    pub deviation: Option<f64>,
    /// The most frequent values with the number of *persons* who have them, at most 12, each with at least
    /// [`SMALL_CELL`] persons; empty for columns of free text.
    pub frequent: Vec<(String, u64)>,
    /// Cells by value, until the distance is measured.
    #[serde(skip)]
    pub spread: Distribution,
}

/// Cells by value (分布), for distances: values as hashes, numbers as they are. Never written down; `Debug` shows how many.
#[derive(Clone, Default, PartialEq)]
pub struct Distribution {
    /// (hash, cells), by hash.
    pub values: Vec<(u64, u64)>,
    /// (number, cells), ascending; of columns that hold numbers.
    pub numbers: Vec<(f64, u64)>,
}

impl std::fmt::Debug for Distribution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Distribution({})", self.values.len())
    }
}

/// What a policy did to one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnChange {
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// Its Japanese name.
    pub japanese: String,
    /// What the policy did, in words: 「月に一般化」.
    pub treatment: Bilingual,
    /// Cells that changed.
    pub changed: u64,
    /// Cells that were emptied.
    pub emptied: u64,
    /// Before, over the people of the snapshot.
    pub before: ColumnSummary,
    /// After; all zero for a dropped column.
    pub after: ColumnSummary,
    /// Whether the column left the product altogether.
    pub dropped: bool,
}

/// How many people share their quasi-identifiers with how many others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupSizes {
    /// (group size, people in groups of that size), by size, ascending.
    pub histogram: Vec<(u64, u64)>,
    /// Smallest group: the k that holds. 0 when there is nobody.
    pub smallest: u64,
    /// People who are alone.
    pub unique: u64,
    /// Highest re-identification probability (1 ÷ smallest group), prosecutor.
    pub highest_risk: f64,
    /// Mean re-identification probability over people (groups ÷ people), prosecutor.
    pub average_risk: f64,
}

/// A simulated attacker: what they know, and how often they found the right person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attack {
    /// Who: 「近所の人」.
    pub attacker: Bilingual,
    /// What they know.
    pub knows: Bilingual,
    /// People attacked.
    pub targets: u64,
    /// Expected share found in the data before treatment, 0 to 1.
    pub success_before: f64,
    /// Expected share found in the product, 0 to 1; a suppressed person cannot be found.
    pub success_after: f64,
    /// 95 % interval of the latter, as over people like these.
    #[serde(default)]
    pub interval_after: Option<(f64, f64)>,
    /// What the policy allows the upper end of the interval to be.
    #[serde(default)]
    pub ceiling: Option<f64>,
}

/// What a privacy model of the policy found, and whom it cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFinding {
    /// What was measured: 「l-多様性: condition.code」.
    pub model: Bilingual,
    /// What the policy asks for: 「3 以上」.
    pub required: Bilingual,
    /// The worst figure over the groups as treated, before this model suppressed anybody; `None` where there is none.
    pub before: Option<f64>,
    /// The worst figure in the product; `None` where there is none, as in an empty product.
    pub after: Option<f64>,
    /// People suppressed for it.
    pub suppressed: u64,
    /// Codes of persons that became a class, or the last word of their rule, for it.
    pub cells: u64,
}

/// Risk before and after.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RiskReport {
    /// Quasi-identifying columns, `table.column`.
    pub quasi_identifiers: Vec<String>,
    /// The k the policy asks for; `None` where it asks for none.
    pub k_required: Option<u64>,
    /// Before.
    pub before: GroupSizes,
    /// After.
    pub after: GroupSizes,
    /// People suppressed so that k holds.
    pub suppressed: u64,
    /// The share of people the policy allows to be suppressed.
    pub suppression_limit: f64,
    /// Simulated attackers.
    pub attacks: Vec<Attack>,
    /// The policy's models besides k-anonymity.
    #[serde(default)]
    pub models: Vec<ModelFinding>,
}

/// Everything a committee reads about one release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseReport {
    /// Project id.
    pub project: String,
    /// anonymized, pseudonymized, linkable, statistics.
    pub kind: String,
    /// Snapshot name.
    pub snapshot: String,
    /// SHA-256 of the policy file.
    pub policy_hash: String,
    /// Seed.
    pub seed: u64,
    /// The day of the release, ISO 8601, as given by the caller.
    pub made_on: String,
    /// From delivery to release.
    pub flow: Vec<FlowStep>,
    /// Column by column.
    pub columns: Vec<ColumnChange>,
    /// Risk.
    pub risk: RiskReport,
    /// Whether what remains is still true.
    #[serde(default)]
    pub utility: UtilityReport,
    /// What a reader must know besides: warnings, small numbers, what could not be checked.
    pub remarks: Vec<Bilingual>,
}
