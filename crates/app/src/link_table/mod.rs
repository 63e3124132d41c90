//! Linking any table of persons (表の名寄せ): a Parquet file and a schema that says what its columns are, in; each record's
//! person, out (LNK-01). Needs no operator's folder, keeps nothing, and writes no ledger: what comes in and goes out is
//! the caller's own.
//!
//! It never reads a column the schema does not name, so that a truth beside the data cannot help. No value of a column is
//! in what it says; only record ids go to the files it writes.

mod read;
mod write;

use crate::AppError;
use crate::progress::{Progress, Stage, Tell};
use kiban_link::kernel::Comparer;
use kiban_link::table::{self, Schema, Wanted};
use kiban_link::{ModelParameters, Settings, Statistics};
use std::path::Path;

/// What to link, and where to put it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The table, a Parquet file.
    pub table: &'a Path,
    /// What its columns are, a TOML file; see `examples/link/`.
    pub schema: &'a Path,
    /// Where the persons go: record id, `cluster_id`, `confidence`; a row for each of the table, in its order.
    pub out: &'a Path,
    /// Where the scored pairs go, if wanted: `a`, `b`, `probability`, `weight`, `review`.
    pub pairs: Option<&'a Path>,
    /// Where the pairs with a level and bits for every field go, if wanted.
    pub explain: Option<&'a Path>,
    /// Levels in the explanation in Japanese instead of English.
    pub japanese: bool,
    /// Thresholds and seed.
    pub settings: &'a Settings,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TableLinked {
    /// Counts, what was set aside, and quality by the model's own estimate.
    pub statistics: Statistics,
    /// The weights used.
    pub model: Option<ModelParameters>,
}

/// Links a table.
///
/// # Errors
/// A file cannot be read or written, the schema is not in its grammar, or it names columns the table does not have.
pub fn link_table(request: &Request<'_>, tell: Tell<'_>) -> Result<TableLinked, AppError> {
    let stage = |stage| tell(Progress { stage, done: 0, total: 1 });
    let (source, schema) = open(request.table, request.schema)?;
    // Before the work, so that hours do not end in a folder nobody may write to.
    let out = source.output(request.out, write::persons)?;
    let pairs = request.pairs.map(|path| source.output(path, write::pairs)).transpose()?;
    let explain = request.explain.map(|path| source.output(path, write::explained)).transpose()?;

    let parts = source.encode(&schema, tell)?;
    let any = pairs.is_some() || explain.is_some();
    let wanted = Wanted { pairs: any, evidence: explain.is_some(), review: any };
    let linkage = table::link_table(parts, request.settings, wanted, &|at| stage(Stage::Table(at)));
    stage(Stage::Writing);
    source.write_persons(&linkage, out)?;
    if any {
        source.write_pairs(&linkage, pairs, explain, request.japanese)?;
    }
    Ok(TableLinked { statistics: linkage.statistics, model: linkage.model })
}

/// The statements and weights of a table, to compare pairs that are found elsewhere; see [`crate::link_sql`].
///
/// # Errors
/// As [`link_table`], but nothing is written.
pub fn comparer(
    table: &Path,
    schema: &Path,
    settings: &Settings,
    tell: Tell<'_>,
) -> Result<Comparer, AppError> {
    let (source, schema) = open(table, schema)?;
    let parts = source.encode(&schema, tell)?;
    Ok(Comparer::learn(parts, settings, &|at| tell(Progress { stage: Stage::Table(at), done: 0, total: 1 })))
}

fn open(table: &Path, schema: &Path) -> Result<(read::Source, Schema), AppError> {
    let text = std::fs::read_to_string(schema).map_err(AppError::at(schema))?;
    let schema = Schema::parse(&text).map_err(grammar(schema))?;
    Ok((read::Source::open(table, &schema)?, schema))
}

/// An error about what a file says, without its values.
fn grammar<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> AppError {
    let path = path.to_path_buf();
    move |problem| AppError::Grammar { path: path.clone(), problem: problem.to_string() }
}

#[cfg(test)]
mod tests;
