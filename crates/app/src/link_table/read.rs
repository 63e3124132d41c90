//! The table's columns, read by as many threads as there are, each its own rows (LNK-01).
//!
//! A column whose pages all refer to a dictionary is handed on as one: then a value is looked at once, not once a row.
//! Other text is handed on in place, as views into the pages.

use super::grammar;
use crate::AppError;
use crate::progress::{Progress, Stage, Tell};
use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, FieldRef};
use kiban_link::table::{Schema, TableEncoder};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::file::metadata::ParquetMetaData;
use rayon::prelude::*;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows handed on at a time: few enough to stay in the processor's cache, enough that a batch costs nothing.
const BATCH: usize = 16_384;

/// An opened table.
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// The record id's column as the file has it.
    pub(super) record_id: FieldRef,
    columns: Vec<String>,
    as_written: ArrowReaderMetadata,
    compact: ArrowReaderMetadata,
}

impl Source {
    /// Opens a table and checks that it has what the schema names.
    pub(super) fn open(path: &Path, schema: &Schema) -> Result<Self, AppError> {
        let file = File::open(path).map_err(AppError::at(path))?;
        let as_written =
            ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(grammar(path))?;
        let fields = as_written.schema().fields();
        let columns = schema.columns();
        let find = |name: &str| {
            fields.iter().find(|field| field.name() == name).ok_or_else(|| {
                let there: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
                grammar(path)(format!(
                    "there is no column {name}, which the schema names; there are: {}. Correct the schema",
                    there.join(", ")
                ))
            })
        };
        for name in &columns {
            find(name)?;
        }
        let record_id = Arc::clone(find(schema.record_id())?);
        if as_written.metadata().file_metadata().num_rows() >= i64::from(u32::MAX) {
            return Err(grammar(path)("more than 4,294,967,294 records: split the table"));
        }
        let compact: Vec<FieldRef> = fields
            .iter()
            .map(|field| {
                if columns.contains(field.name()) {
                    compact(field, as_written.metadata())
                } else {
                    Arc::clone(field)
                }
            })
            .collect();
        let compact = arrow::datatypes::Schema::new(compact);
        let compact = ArrowReaderMetadata::try_new(
            Arc::clone(as_written.metadata()),
            ArrowReaderOptions::new().with_schema(Arc::new(compact)),
        )
        .map_err(grammar(path))?;
        Ok(Self { path: path.to_path_buf(), record_id, columns, as_written, compact })
    }

    fn rows(&self) -> usize {
        usize::try_from(self.as_written.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The table into one encoder a thread, in the order of its rows.
    pub(super) fn encode(&self, schema: &Schema, tell: Tell<'_>) -> Result<Vec<TableEncoder>, AppError> {
        let (rows, done) = (self.rows(), AtomicU64::new(0));
        let say = |done| tell(Progress { stage: Stage::Reading, done, total: rows as u64 });
        say(0);
        let share = rows.div_ceil(rayon::current_num_threads()).max(1);
        let starts: Vec<usize> = (0..rows).step_by(share).collect();
        starts
            .into_par_iter()
            .map(|start| {
                let mut encoder = TableEncoder::new(schema);
                for batch in self.reader(&self.compact, &self.columns, start, share)? {
                    let batch = batch.map_err(grammar(&self.path))?;
                    encoder.push(&batch).map_err(grammar(&self.path))?;
                    let read = batch.num_rows() as u64;
                    say(done.fetch_add(read, Ordering::Relaxed) + read);
                }
                Ok(encoder)
            })
            .collect()
    }

    /// The record ids, a piece at a time.
    pub(super) fn record_ids(
        &self,
    ) -> Result<impl Iterator<Item = Result<ArrayRef, AppError>> + '_, AppError> {
        let name = std::slice::from_ref(self.record_id.name());
        let reader = self.reader(&self.as_written, name, 0, self.rows())?;
        Ok(reader.map(|batch| {
            let batch = batch.map_err(grammar(&self.path))?;
            batch
                .columns()
                .first()
                .cloned()
                .ok_or_else(|| grammar(&self.path)("the record ids cannot be read"))
        }))
    }

    /// The record ids in one piece.
    pub(super) fn all_record_ids(&self) -> Result<ArrayRef, AppError> {
        let pieces = self.record_ids()?.collect::<Result<Vec<_>, _>>()?;
        let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
        concat(&pieces).map_err(grammar(&self.path))
    }

    fn reader(
        &self,
        metadata: &ArrowReaderMetadata,
        columns: &[String],
        start: usize,
        rows: usize,
    ) -> Result<ParquetRecordBatchReader, AppError> {
        // A file of its own: clones of one handle share its position, and two threads would read each other's bytes.
        let file = File::open(&self.path).map_err(AppError::at(&self.path))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().map(String::as_str));
        builder
            .with_projection(mask)
            .with_batch_size(BATCH)
            .with_offset(start)
            .with_limit(rows)
            .build()
            .map_err(grammar(&self.path))
    }
}

/// The same column in the form that costs least.
fn compact(field: &FieldRef, metadata: &ParquetMetaData) -> FieldRef {
    if !matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8) {
        return Arc::clone(field);
    }
    let dictionary = metadata.row_groups().iter().all(|group| {
        group.columns().iter().filter(|chunk| chunk.column_path().parts() == [field.name().as_str()]).all(
            |chunk| {
                chunk.dictionary_page_offset().is_some()
                    && chunk.page_encoding_stats_mask().is_some_and(|mask| {
                        mask.is_only(Encoding::PLAIN_DICTIONARY) || mask.is_only(Encoding::RLE_DICTIONARY)
                    })
            },
        )
    });
    let kind = if dictionary {
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
    } else {
        DataType::Utf8View
    };
    Arc::new(Field::new(field.name(), kind, field.is_nullable()))
}
