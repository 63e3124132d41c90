//! Why a package was not written. Names of tables, columns and files only: never a value.

use crate::report::Fault;
use std::path::{Path, PathBuf};

/// Why a package was not written; nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target is taken. A package is never overwritten.
    #[error("{0} exists already; a package is never overwritten")]
    Exists(PathBuf),
    /// A run that was killed left its unfinished folder, or another run is writing.
    #[error(
        "{0} is an unfinished package: another run is writing it, or was killed; remove it if no run is active"
    )]
    Unfinished(PathBuf),
    /// The target has no name or no parent.
    #[error("{0} cannot be the folder of a package")]
    Target(PathBuf),
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A table or column name that cannot be a file or column name.
    #[error("`{0}` is not a name: lower-case letters, digits and _ only, beginning with a letter")]
    Name(String),
    /// A table declared twice, or a column named twice in one table.
    #[error("`{0}` is declared twice")]
    Twice(String),
    /// A table nobody declared.
    #[error("table `{0}` was not declared")]
    UnknownTable(String),
    /// What was declared and what arrived differ.
    #[error("table `{table}`: its columns are not those declared, at `{column}`")]
    Columns {
        /// Table.
        table: String,
        /// The first column that differs.
        column: String,
    },
    /// A type that has no agreed text form.
    #[error("table `{table}`, column `{column}`: type {data_type} cannot be handed over")]
    Type {
        /// Table.
        table: String,
        /// Column.
        column: String,
        /// Arrow type.
        data_type: String,
    },
    /// The report names another policy than the one given.
    #[error("the report was made with another policy: it names a hash that is not that of the policy text")]
    Policy,
    /// The report states something impossible.
    #[error("the report cannot be drawn: {0}")]
    Report(#[from] Fault),
    /// Parquet.
    #[error("table `{table}`: {source}")]
    Parquet {
        /// Table.
        table: String,
        /// Why.
        source: parquet::errors::ParquetError,
    },
    /// Arrow.
    #[error("table `{table}`: {source}")]
    Arrow {
        /// Table.
        table: String,
        /// Why.
        source: arrow::error::ArrowError,
    },
    /// CSV.
    #[error("table `{table}`: {source}")]
    Csv {
        /// Table.
        table: String,
        /// Why.
        source: csv::Error,
    },
    /// JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}
