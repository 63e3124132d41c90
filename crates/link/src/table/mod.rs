//! Linkage of any table of persons (表の名寄せ), without a vault: Arrow batches in, a cluster per row out.
//!
//! Only the columns the schema names are looked at. Every row is a subject of its own. No I/O: who calls reads the file,
//! side by side with an encoder per part, and writes the answer.

mod columns;
mod schema;

pub use schema::{Kind, Schema, SchemaError};

use crate::constraints::Resolved;
use crate::encode::{self, Encoder, Statement, Table};
use crate::estimate::SubjectPair;
use crate::{
    Constraints, Evidence, ModelParameters, ReviewItem, Settings, Stage, Statistics, estimate, review,
};
use arrow::array::RecordBatch;
use columns::Column;
use kiban_model::{Sex, SubjectId};
use rayon::prelude::*;

/// Why a batch cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The schema names a column the table does not have.
    #[error("the table has no column `{0}`: mend its name in the schema")]
    NoColumn(String),
    /// A column of a type that has no text.
    #[error(
        "column `{0}` is of type {1}, which cannot be read as text: convert it, or take it out of the schema"
    )]
    NoText(String, String),
    /// More rows than there are numbers for them.
    #[error("the table has more than 4,294,967,295 rows: split it by birth year and link the parts")]
    TooLong,
}

/// Takes batches of a part of a table. One for each thread; parts are joined in the order of the file.
pub struct TableEncoder {
    schema: Schema,
    encoder: Encoder,
}

impl TableEncoder {
    /// For tables of this schema.
    pub fn new(schema: &Schema) -> Self {
        Self { schema: schema.clone(), encoder: Encoder::default() }
    }

    /// Makes room for so many rows, where their number is known.
    pub fn reserve(&mut self, rows: usize) {
        self.encoder.reserve(rows);
    }

    /// Reads a batch.
    ///
    /// # Errors
    /// A column is missing or has no text; nothing of the batch is taken then.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), TableError> {
        let encoder = &mut self.encoder;
        let first = u32::try_from(encoder.len()).map_err(|_| TableError::TooLong)?;
        let rows = u32::try_from(batch.num_rows()).ok().and_then(|rows| first.checked_add(rows));
        rows.ok_or(TableError::TooLong)?;
        in_blocks(&self.schema, batch, |at, statements| encoder.push_all(first + at, statements))
    }
}

/// Hands out what every row of a batch states, with its position.
pub(crate) fn each_statement(
    schema: &Schema,
    batch: &RecordBatch,
    mut take: impl FnMut(u32, &Statement<'_>),
) -> Result<(), TableError> {
    in_blocks(schema, batch, |first, statements| {
        (first..).zip(statements).for_each(|(at, one)| take(at, one))
    })
}

/// Rows handed out together.
const BLOCK: usize = 32;

/// Hands out what the rows of a batch state, some at a time, with the position of the first.
fn in_blocks(
    schema: &Schema,
    batch: &RecordBatch,
    mut take: impl FnMut(u32, &[Statement<'_>]),
) -> Result<(), TableError> {
    let provider = schema.provider().map(|name| Column::of(batch, name)).transpose()?;
    let mut columns: Vec<(&str, Kind, Column)> = Vec::new();
    for (name, kind) in schema.kinds() {
        columns.push((name, kind, Column::of(batch, name)?));
    }
    let mut statements = vec![Statement::default(); BLOCK];
    for first in (0..batch.num_rows()).step_by(BLOCK) {
        statements.truncate(batch.num_rows() - first);
        for (at, statement) in (first..).zip(&mut statements) {
            statement.phones.clear();
            statement.identifiers.clear();
            statement.provider = provider.as_ref().map_or("", |column| column.text(at));
        }
        // Column by column: what a column is is asked once for many rows.
        let mut attribute = 0;
        for (name, kind, column) in &columns {
            for (at, statement) in (first..).zip(&mut statements) {
                put(statement, (name, *kind), column.text(at), attribute);
            }
            attribute += usize::from(matches!(kind, Kind::Place | Kind::Category));
        }
        take(u32::try_from(first).unwrap_or(u32::MAX), &statements);
    }
    Ok(())
}

/// Puts a text where its kind of column belongs; `attribute` is the number of columns of an attribute before it.
fn put<'a>(statement: &mut Statement<'a>, (name, kind): (&'a str, Kind), text: &'a str, attribute: usize) {
    match kind {
        Kind::Name => statement.name = text,
        Kind::Kana => statement.kana = text,
        Kind::Roman => statement.roman = text,
        Kind::FamilyName => statement.family = text,
        Kind::GivenName => statement.given = text,
        Kind::FamilyKana => statement.family_kana = text,
        Kind::GivenKana => statement.given_kana = text,
        Kind::BirthDate => statement.birth = text,
        Kind::Sex => statement.sex = Sex::parse(text).filter(|sex| *sex != Sex::Unknown),
        Kind::PostalCode => statement.postal = text,
        Kind::Address => statement.address = text,
        Kind::Prefecture => statement.prefecture = text,
        Kind::Municipality => statement.municipality = text,
        Kind::Town => statement.town = text,
        Kind::BlockNumber => statement.block_number = text,
        Kind::Phone => statement.phones.push(text),
        Kind::Insurer => statement.insurer = text,
        Kind::InsuranceSymbol => statement.symbol = text,
        Kind::InsuranceNumber => statement.number = text,
        Kind::InsuranceBranch => statement.branch = text,
        Kind::Identifier => statement.identifiers.push((name, text)),
        Kind::Place | Kind::Category => {
            if let Some(slot) = statement.attributes.get_mut(attribute) {
                *slot = text;
            }
        }
    }
}

/// Two rows that may be one person.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePair {
    /// The smaller row number.
    pub a: u32,
    /// The larger row number.
    pub b: u32,
    /// Probability that both are one person.
    pub probability: f64,
    /// log₂ of the odds.
    pub weight: f64,
    /// The parts of the weight; empty unless asked for.
    pub evidence: Vec<Evidence>,
}

/// What is to be answered besides the clusters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The scored pairs.
    pub pairs: bool,
    /// The evidence of each.
    pub evidence: bool,
    /// The review queue; its subjects are row numbers.
    pub review: bool,
}

/// The persons of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableLinkage {
    /// By row: the number of the first row of its person.
    pub cluster_of: Vec<u32>,
    /// By row: how sure its person is.
    pub confidence: Vec<f32>,
    /// By rows.
    pub pairs: Vec<TablePair>,
    /// Most informative first.
    pub review: Vec<ReviewItem>,
    /// What was done, and how well by the model's own estimate.
    pub statistics: Statistics,
    /// The weights used.
    pub model: Option<ModelParameters>,
}

/// Links the rows of a table, whose parts come in the order of the file. `tell` is called when a stage begins.
pub fn link_table(
    parts: Vec<TableEncoder>,
    settings: &Settings,
    wanted: Wanted,
    tell: &(dyn Fn(Stage) + Sync),
) -> TableLinkage {
    tell(Stage::Assemble);
    let mut statistics = Statistics::default();
    let (table, settings) = assemble(parts, settings, &mut statistics);
    let constraints = Constraints::default().resolve(&table, &mut statistics);
    let found = crate::run(&table, &constraints, &settings, &mut statistics, tell);
    answer(&table, &found, &constraints, &settings, statistics, wanted)
}

/// One table of all parts, and the settings their schema asks for.
pub(crate) fn assemble(
    parts: Vec<TableEncoder>,
    settings: &Settings,
    statistics: &mut Statistics,
) -> (Table, Settings) {
    let mut settings = settings.clone();
    settings.provider_knows_a_person_once |=
        parts.iter().any(|part| part.schema.provider_knows_a_person_once());
    let mut encoders = Vec::with_capacity(parts.len());
    let mut rows = 0u32;
    for TableEncoder { mut encoder, .. } in parts {
        let length = u32::try_from(encoder.len()).unwrap_or(u32::MAX);
        encoder.renumber(rows);
        rows = rows.saturating_add(length);
        encoders.push(encoder);
    }
    let subjects = (0..i64::from(rows)).map(SubjectId).collect();
    (encode::assemble(encoders, subjects, &settings, statistics), settings)
}

pub(crate) fn answer(
    table: &Table,
    found: &crate::Found,
    constraints: &Resolved,
    settings: &Settings,
    statistics: Statistics,
    wanted: Wanted,
) -> TableLinkage {
    let pair = |pair: &SubjectPair| TablePair {
        a: pair.a,
        b: pair.b,
        probability: pair.probability(),
        weight: pair.weight,
        evidence: if wanted.evidence { estimate::evidence(table, &found.model, pair) } else { Vec::new() },
    };
    let rows = u32::try_from(table.subjects.len()).unwrap_or(u32::MAX);
    TableLinkage {
        pairs: if wanted.pairs { found.scored.iter().map(pair).collect() } else { Vec::new() },
        review: if wanted.review {
            review::queue(table, &found.scored, &found.clustering, constraints, settings)
        } else {
            Vec::new()
        },
        confidence: (0..rows).into_par_iter().map(|row| found.clustering.confidence_of(row)).collect(),
        cluster_of: found.clustering.first_of.clone(),
        model: Some(found.model.parameters.clone()),
        statistics,
    }
}
