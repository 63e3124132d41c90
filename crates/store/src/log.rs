//! One Delta table: create, append once per intake, list the files of a version.
//!
//! Each append carries the intake's id as the table log's application transaction, so that repeating a commit after a
//! crash finds it done: an intake is in every table exactly once or, until its last table is committed, in no snapshot.

use crate::{Store, StoreError};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType as ArrowType, SchemaRef};
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, DataType, StructField, Transaction};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::writer::{DeltaWriter, RecordBatchWriter};
use deltalake_core::{DeltaTable, DeltaTableError};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::path::PathBuf;

/// Version of the application transaction: an intake is committed to a table once.
const ONCE: i64 = 1;

/// A table being appended to.
pub(crate) struct Appender {
    name: String,
    table: DeltaTable,
    writer: RecordBatchWriter,
}

impl Store {
    /// Opens a table, or `None` if nothing was ever written to it.
    pub(crate) fn open_table(
        &self,
        name: &str,
        version: Option<u64>,
    ) -> Result<Option<DeltaTable>, StoreError> {
        let folder = self.table_folder(name);
        if !folder.join("_delta_log").is_dir() {
            return Ok(None);
        }
        let url =
            deltalake_core::ensure_table_uri(folder.to_string_lossy()).map_err(StoreError::table(name))?;
        let opened = self.runtime.block_on(async {
            match version {
                Some(version) => deltalake_core::open_table_with_version(url, version).await,
                None => deltalake_core::open_table(url).await,
            }
        });
        opened.map(Some).map_err(StoreError::table(name))
    }

    /// Opens a table for appending, creating it with `schema` when new.
    pub(crate) fn append_to(&self, name: &str, schema: &SchemaRef) -> Result<Appender, StoreError> {
        let table = match self.open_table(name, None)? {
            Some(table) => table,
            None => self.create(name, schema)?,
        };
        let writer =
            RecordBatchWriter::for_table(&table).map_err(StoreError::table(name))?.with_writer_properties(
                WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build(),
            );
        Ok(Appender { name: name.to_owned(), table, writer })
    }

    fn create(&self, name: &str, schema: &SchemaRef) -> Result<DeltaTable, StoreError> {
        let folder = self.table_folder(name);
        std::fs::create_dir_all(&folder)
            .map_err(|source| StoreError::Folder { path: folder.clone(), source })?;
        let url =
            deltalake_core::ensure_table_uri(folder.to_string_lossy()).map_err(StoreError::table(name))?;
        let fields = schema
            .fields()
            .iter()
            .map(|f| StructField::new(f.name(), delta_type(f.data_type()), f.is_nullable()));
        let create =
            CreateBuilder::new().with_location(url.as_str()).with_table_name(name).with_columns(fields);
        self.runtime.block_on(async move { create.await }).map_err(StoreError::table(name))
    }

    /// Appends a batch to an open table.
    pub(crate) fn write(&self, appender: &mut Appender, batch: RecordBatch) -> Result<(), StoreError> {
        self.runtime.block_on(appender.writer.write(batch)).map_err(StoreError::table(&appender.name))
    }

    /// Commits what was written as part of `intake`; a table that has this intake already is left as it is.
    pub(crate) fn commit(&self, mut appender: Appender, intake: &str) -> Result<(), StoreError> {
        let commit = async {
            let log = appender.table.log_store();
            let state = appender.table.snapshot()?;
            if state.transaction_version(log.as_ref(), intake).await?.is_some() {
                return Ok(());
            }
            let adds: Vec<Action> = appender.writer.flush().await?.into_iter().map(Action::Add).collect();
            let properties =
                CommitProperties::default().with_application_transaction(Transaction::new(intake, ONCE));
            let operation =
                DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
            CommitBuilder::from(properties).with_actions(adds).build(Some(state), log, operation).await?;
            Ok::<(), DeltaTableError>(())
        };
        self.runtime.block_on(commit).map_err(StoreError::table(&appender.name))
    }

    /// Data files of a table at a version, in the order of their names; none for a table never written.
    pub(crate) fn files(&self, name: &str, version: Option<u64>) -> Result<Vec<PathBuf>, StoreError> {
        let Some(table) = self.open_table(name, version)? else { return Ok(Vec::new()) };
        let state = table.snapshot().map_err(StoreError::table(name))?;
        let folder = self.table_folder(name);
        let mut files: Vec<PathBuf> =
            state.log_data().into_iter().map(|file| folder.join(file.path().as_ref())).collect();
        files.sort();
        Ok(files)
    }

    /// The latest version of a table; `None` if nothing was ever written.
    pub(crate) fn version(&self, name: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.open_table(name, None)?.and_then(|table| table.version()))
    }
}

fn delta_type(arrow: &ArrowType) -> DataType {
    match arrow {
        ArrowType::Int64 => DataType::LONG,
        ArrowType::Float64 => DataType::DOUBLE,
        ArrowType::Boolean => DataType::BOOLEAN,
        _ => DataType::STRING,
    }
}
