//! What remains true of a product: the policy's questions before and after, risk and loss along k, columns compared.
//!
//! Figures over fewer than [`super::SMALL_CELL`] people are absent, whoever reads (ANO-10): `None` is "not shown", and says nothing of why.
//! `process` measures it, `provide` draws it. A committee asks for it because content must fit the purpose (REV-02).

use super::Bilingual;
use serde::{Deserialize, Serialize};

/// Utility of one release.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UtilityReport {
    /// The policy's questions, in its order.
    pub questions: Vec<QuestionReport>,
    /// What each k would cost and protect, k ascending; empty where the policy has no quasi-identifiers, or empties cells for its k.
    pub along_k: Vec<AtK>,
    /// How far the released columns moved.
    pub distances: Vec<ColumnDistance>,
}

/// One question (問い), answered on the original rows and on the product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionReport {
    /// As the committee calls it.
    pub title: Bilingual,
    /// What exactly is counted.
    pub asked: Bilingual,
    /// The column that makes the groups: Japanese name, name in the tables.
    pub by: Option<Bilingual>,
    /// Original rows of everybody.
    pub everyone: Answer,
    /// Original rows of the people released.
    pub released: Answer,
    /// The product as it left.
    pub after: Answer,
    /// Persons released who have a group before, and none in the product, for that cell was emptied; 0 where nothing is asked by group.
    pub without_group: Option<u64>,
    /// How the product's words were read, and how many cells each way.
    pub read_as: Vec<ReadAs>,
}

/// A way of reading cells of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// How.
    pub how: Bilingual,
    /// Cells read so.
    pub cells: u64,
}

/// The answer to a question, on one side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Share of persons (有病割合).
    Prevalence {
        /// Everybody, then the groups by name.
        groups: Vec<Share>,
    },
    /// A measured item (平均・中央値).
    Mean {
        /// Everybody, then the groups by name.
        groups: Vec<Spread>,
    },
    /// Time to an event (生存時間).
    Survival {
        /// Everybody where there are no groups, else the groups by name.
        groups: Vec<Curve>,
        /// Whether the groups differ.
        log_rank: Option<LogRank>,
        /// Days over which the restricted mean is taken.
        within: u32,
    },
    /// The order of first use (治療の順序).
    Sequences {
        /// Persons with at least one of the groups.
        persons: Option<u64>,
        /// The most frequent first.
        sequences: Vec<Sequence>,
    },
    /// Regression (回帰).
    Regression {
        /// Logistic (odds) rather than linear.
        logistic: bool,
        /// Persons with every variable.
        persons: Option<u64>,
        /// The intercept first.
        coefficients: Vec<Coefficient>,
    },
}

/// A share of persons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// `None`: everybody.
    pub group: Option<String>,
    /// Persons.
    pub persons: Option<u64>,
    /// Of whom so many have it.
    pub having: Option<u64>,
    /// Share, 0 to 1.
    pub share: Option<f64>,
    /// 95 % interval (Wilson).
    pub interval: Option<(f64, f64)>,
}

/// A distribution over persons, each with the mean of their values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// `None`: everybody.
    pub group: Option<String>,
    /// Persons with a value.
    pub persons: Option<u64>,
    /// Mean.
    pub mean: Option<f64>,
    /// 95 % interval of the mean (normal).
    pub interval: Option<(f64, f64)>,
    /// Standard deviation over persons.
    pub deviation: Option<f64>,
    /// Median over persons.
    pub median: Option<f64>,
}

/// A survival curve of Kaplan and Meier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// `None`: everybody.
    pub group: Option<String>,
    /// Persons followed.
    pub persons: Option<u64>,
    /// Of whom so many had the event.
    pub events: Option<u64>,
    /// Days until half of them had it.
    pub median: Option<f64>,
    /// Mean days without it, within the question's days.
    pub restricted_mean: Option<f64>,
    /// Its standard error.
    pub restricted_error: Option<f64>,
    /// Points of the curve: at each step at least ten events since the one before, at least ten persons at risk.
    pub points: Vec<CurvePoint>,
}

/// A point of a survival curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Days since the first event.
    pub day: u32,
    /// Share without the event.
    pub survival: f64,
    /// 95 % band, lower (log-log).
    pub low: f64,
    /// 95 % band, upper.
    pub high: f64,
    /// Persons still followed.
    pub at_risk: u64,
}

/// The log-rank test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogRank {
    /// χ².
    pub chi_square: f64,
    /// Degrees of freedom.
    pub degrees: u32,
    /// p.
    pub p: f64,
}

/// An order of first use, and how many share it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Groups in order; those begun on one day are joined by `+`.
    pub steps: Vec<String>,
    /// Persons.
    pub persons: u64,
    /// Share of all who have any of the groups; absent where it would give away the persons not shown.
    pub share: Option<f64>,
}

/// A coefficient of a regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Term; the intercept is `(intercept)`.
    pub term: String,
    /// Estimate; of a logistic regression the logarithm of the odds ratio.
    pub estimate: f64,
    /// Standard error.
    pub error: f64,
    /// 95 % interval (normal).
    pub interval: (f64, f64),
    /// Persons on whom it rests: as many as there would be if everybody moved it as far as the one who moves it most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<u64>,
}

/// What a k alone would do with the product's columns as they are treated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtK {
    /// k.
    pub k: u64,
    /// Persons suppressed.
    pub suppressed: u64,
    /// Their share of all.
    pub share: f64,
    /// Highest re-identification probability of those who stay (1 ÷ smallest class).
    pub highest_risk: f64,
    /// Average one (classes ÷ persons).
    pub average_risk: f64,
    /// Loss over the quasi-identifiers, from 0 (untouched) to 1 (nothing left); a suppressed person has lost all.
    pub loss: f64,
    /// The questions' main figures over those who stay, in the order of the questions; `None` where it is not a single figure, or
    /// one over too few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Option<f64>>,
}

/// How far a column's distribution moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnDistance {
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// Its Japanese name.
    pub japanese: String,
    /// Half the sum of the differences of shares of cells (total variation), 0 to 1.
    pub total_variation: f64,
    /// Of numbers: how far a value moved on average, in standard deviations of the column before (Wasserstein-1).
    pub moved: Option<f64>,
}
