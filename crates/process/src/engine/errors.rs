//! Why a run stopped: counts, tables and columns, never a value of a person.

use crate::risk::Exceeded;
use kiban_model::report::Bilingual;
use std::error::Error;
use std::fmt;

/// The store could not give a table.
#[derive(Debug, thiserror::Error)]
#[error("the store could not give a table")]
pub struct TablesError(#[source] Box<dyn Error + Send + Sync>);

impl TablesError {
    /// Wraps the store's error.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// The product could not be taken.
#[derive(Debug, thiserror::Error)]
#[error("the product could not be written")]
pub struct SinkError(#[source] Box<dyn Error + Send + Sync>);

impl SinkError {
    /// Wraps the sink's error.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// One quasi-identifier made one step coarser, and what that would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Column of `person`.
    pub column: &'static str,
    /// The coarser treatment.
    pub treatment: Bilingual,
    /// People who would be suppressed.
    pub suppressed: u64,
    /// Whether that is within the limit.
    pub enough: bool,
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The store failed.
    #[error(transparent)]
    Tables(#[from] TablesError),
    /// The sink failed; what it took is to be thrown away.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// A batch is not what the canonical table says.
    #[error("table {table}: column {column} is missing or of another type")]
    Schema {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
    },
    /// A row without a person, or of a person without a row in `person`.
    #[error("table {table}: a row belongs to nobody in the person table")]
    PersonMissing {
        /// Table.
        table: &'static str,
    },
    /// Two rows of one person in `person`.
    #[error("the person table has more than one row of a person")]
    PersonRepeated,
    /// The policy's pseudonyms do not suffice.
    #[error("the policy's pseudonyms are too few for the persons: there are {capacity}; use more digits")]
    PseudonymsExhausted {
        /// How many there are.
        capacity: u64,
    },
    /// The policy looks at earlier releases, people were released before, and no classes of a release were given.
    #[error(
        "the policy compares with earlier releases of the project, but their classes were not given: {people} people have \
         pseudonyms already"
    )]
    EarlierReleasesMissing {
        /// People with a pseudonym.
        people: usize,
    },
    /// Means of groups that are cut anew would be shown beside those of an earlier release.
    #[error(
        "the project has a release already, and groups are cut anew for each: two means of a group tell the value of who came \
         between. Show ranges or medians instead of means"
    )]
    GroupMeansAgain,
    /// More people would be suppressed than the policy allows. Nothing was emitted.
    #[error(
        "{suppressed} of {persons} people would be suppressed, more than the limit of {}{}",
        percent(*limit),
        Steps(steps)
    )]
    SuppressionLimit {
        /// People who would be suppressed.
        suppressed: u64,
        /// People.
        persons: u64,
        /// The share allowed.
        limit: f64,
        /// Every quasi-identifier one step coarser, the best first: each was tried.
        steps: Vec<Step>,
    },
    /// Simulated attackers may find more people than the policy allows. Nothing was emitted.
    #[error(
        "more may be found than the policy allows{}\n  coarser quasi-identifiers, a larger k, dates to the month or codes rolled up \
         leave them less to know",
        Rates(exceeded)
    )]
    Ceiling {
        /// Each rate over its ceiling.
        exceeded: Vec<Exceeded>,
    },
    /// The finished person rows do not have the k the policy asks for. Nothing was emitted. This is a defect of Kiban.
    #[error("verification failed: the product has k = {found}, not {required}, or other people than planned")]
    Verification {
        /// The k found.
        found: u64,
        /// The k required; 1 where the policy asks for none.
        required: u64,
    },
    /// The finished cells do not keep a model of the policy. What was emitted is to be thrown away. This is a defect of Kiban.
    #[error("verification failed: the finished product does not keep what the policy asks for: {}", model.en)]
    Recount {
        /// What was counted again.
        model: Bilingual,
    },
    /// Product columns could not be put together: more text than one batch can hold.
    #[error("table {table}: the product's batch could not be put together")]
    Assemble {
        /// Table.
        table: &'static str,
    },
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

struct Rates<'a>(&'a [Exceeded]);

impl fmt::Display for Rates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|exceeded| exceeded.fmt(f))
    }
}

struct Steps<'a>(&'a [Step]);

impl fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.0 {
            let verdict = if step.enough { "enough" } else { "not enough" };
            write!(
                f,
                "\n  person.{} {}: {} suppressed ({verdict})",
                step.column, step.treatment.en, step.suppressed
            )?;
        }
        Ok(())
    }
}
