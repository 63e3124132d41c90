//! One table of a package, streamed into Parquet and, as far as a spreadsheet opens it, into CSV at once.
//!
//! Rows are re-cut into groups of one size before they reach Parquet, so that the bytes do not depend on how the query
//! engine happened to cut them; columns of a group are written side by side. Memory is bounded by one row group a table.

use super::hashing::HashingFile;
use super::{Error, PackageFile, TableDescription};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::BatchCoalescer;
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type, Schema, SchemaRef, UInt64Type};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ROWS_A_GROUP: usize = 128 * 1024;

/// Rows of a CSV at most: with its head it just fits a spreadsheet. A larger table is Parquet alone.
const ROWS_OF_CSV: u64 = (1 << 20) - 1;

/// The files of one table.
pub(super) struct TableFile {
    pub(super) description: TableDescription,
    pub(super) schema: SchemaRef,
    pub(super) rows: u64,
    coalescer: BatchCoalescer,
    parquet: ParquetFile,
    /// `None` once there are too many rows.
    csv: Option<HashingFile>,
    csv_path: PathBuf,
}

/// A Parquet file that is written group by group.
struct ParquetFile {
    table: String,
    writer: SerializedFileWriter<HashingFile>,
    columns: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
}

impl ParquetFile {
    fn create(file: HashingFile, table: &str, schema: &SchemaRef) -> Result<Self, Error> {
        let error = |source| Error::Parquet { table: table.to_owned(), source };
        let root = ArrowSchemaConverter::new().convert(schema).map_err(error)?.root_schema_ptr();
        let writer = SerializedFileWriter::new(file, root, Arc::new(properties().map_err(error)?));
        let writer = writer.map_err(error)?;
        let columns = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(schema));
        Ok(Self { table: table.to_owned(), writer, columns, schema: Arc::clone(schema) })
    }

    /// Writes the groups that are complete.
    fn drain(&mut self, groups: &mut BatchCoalescer) -> Result<(), Error> {
        while let Some(group) = groups.next_completed_batch() {
            self.group(&group).map_err(|source| Error::Parquet { table: self.table.clone(), source })?;
        }
        Ok(())
    }

    fn group(&mut self, rows: &RecordBatch) -> Result<(), ParquetError> {
        let writers = self.columns.create_column_writers(self.writer.flushed_row_groups().len())?;
        let fields = self.schema.fields();
        let one = |((mut writer, field), array): ((ArrowColumnWriter, &Arc<Field>), &Arc<dyn Array>)| {
            // No column is nested: each has one leaf.
            for leaf in compute_leaves(field, array)? {
                writer.write(&leaf)?;
            }
            writer.close()
        };
        let columns = writers.into_par_iter().zip(fields.par_iter()).zip(rows.columns());
        let written: Result<Vec<ArrowColumnChunk>, ParquetError> = columns.map(one).collect();
        let mut group = self.writer.next_row_group()?;
        for column in written? {
            column.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    fn finish(self) -> Result<HashingFile, Error> {
        self.writer.into_inner().map_err(|source| Error::Parquet { table: self.table, source })
    }
}

impl TableFile {
    /// Opens `data/<table>.parquet` and `data/<table>.csv` under `root`, and writes the CSV header.
    pub(super) fn create(
        root: &Path,
        description: &TableDescription,
        schema: &Schema,
    ) -> Result<Self, Error> {
        let table = &description.name;
        let schema = plain_schema(description, schema)?;
        let parquet_path = root.join(parquet_path(table));
        let csv_path = root.join(csv_path(table));
        let parquet_file = HashingFile::create(&parquet_path).map_err(Error::io(&parquet_path))?;
        let csv_file = HashingFile::create(&csv_path).map_err(Error::io(&csv_path))?;
        let parquet = ParquetFile::create(parquet_file, table, &schema)?;
        let mut csv = csv_file;
        let mut header = String::new();
        for (at, column) in description.columns.iter().enumerate() {
            header.push_str(if at > 0 { "," } else { "" });
            push_field(&mut header, &column.name);
        }
        header.push_str("\r\n");
        csv.write_all(header.as_bytes()).map_err(Error::io(&csv_path))?;
        let coalescer = BatchCoalescer::new(Arc::clone(&schema), ROWS_A_GROUP);
        let csv = Some(csv);
        Ok(Self { description: description.clone(), schema, rows: 0, coalescer, parquet, csv, csv_path })
    }

    /// Writes a batch.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.check(batch.schema_ref())?;
        let arrow = |source| Error::Arrow { table: self.description.name.clone(), source };
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec()).map_err(arrow)?;
        self.rows += batch.num_rows() as u64;
        if self.rows > ROWS_OF_CSV && self.csv.take().is_some() {
            std::fs::remove_file(&self.csv_path).map_err(Error::io(&self.csv_path))?;
        }
        let Self { description, coalescer, parquet, csv, csv_path, .. } = self;
        let csv = || csv.as_mut().map_or(Ok(()), |csv| csv.write_all(csv_rows(&batch).as_bytes()));
        let parquet = || {
            let arrow = |source| Error::Arrow { table: description.name.clone(), source };
            coalescer.push_batch(batch.clone()).map_err(arrow)?;
            parquet.drain(coalescer)
        };
        let (csv, parquet) = rayon::join(csv, parquet);
        csv.map_err(Error::io(csv_path))?;
        parquet
    }

    /// Closes the files.
    pub(super) fn finish(mut self) -> Result<(TableDescription, SchemaRef, u64, Vec<PackageFile>), Error> {
        let table = self.description.name.clone();
        self.coalescer
            .finish_buffered_batch()
            .map_err(|source| Error::Arrow { table: table.clone(), source })?;
        self.parquet.drain(&mut self.coalescer)?;
        let mut files = vec![closed(self.parquet.finish()?, parquet_path(&table))?];
        if let Some(csv) = self.csv {
            files.push(closed(csv, csv_path(&table))?);
        }
        Ok((self.description, self.schema, self.rows, files))
    }

    fn check(&self, given: &Schema) -> Result<(), Error> {
        let mut declared = self.schema.fields().iter();
        for field in given.fields() {
            let agrees = declared
                .next()
                .is_some_and(|d| d.name() == field.name() && d.data_type() == field.data_type());
            if !agrees {
                return Err(Error::Columns {
                    table: self.description.name.clone(),
                    column: field.name().clone(),
                });
            }
        }
        match declared.next() {
            Some(missing) => {
                Err(Error::Columns { table: self.description.name.clone(), column: missing.name().clone() })
            }
            None => Ok(()),
        }
    }
}

fn closed(file: HashingFile, path: String) -> Result<PackageFile, Error> {
    let (bytes, sha256) = file.finish().map_err(Error::io(Path::new(&path)))?;
    Ok(PackageFile { path, bytes, sha256 })
}

pub(super) fn parquet_path(table: &str) -> String {
    format!("data/{table}.parquet")
}

pub(super) fn csv_path(table: &str) -> String {
    format!("data/{table}.csv")
}

/// Everything Parquet would otherwise choose by itself or by its version. Bounds are kept of the pseudonym alone, by which the
/// rows are ordered: it is what a reader skips groups by.
fn properties() -> Result<WriterProperties, ParquetError> {
    Ok(WriterProperties::builder()
        .set_created_by(concat!("kiban-provide ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROWS_A_GROUP))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled("id".into(), EnabledStatistics::Chunk)
        .build())
}

/// The declared columns without metadata, refused where description and schema disagree: a column nobody described does
/// not go out (blueprint §5, fail closed).
fn plain_schema(description: &TableDescription, schema: &Schema) -> Result<SchemaRef, Error> {
    let table = || description.name.clone();
    let mut fields = Vec::with_capacity(schema.fields().len());
    let mut described = description.columns.iter();
    for field in schema.fields() {
        if described.next().is_none_or(|c| c.name != *field.name()) {
            return Err(Error::Columns { table: table(), column: field.name().clone() });
        }
        if !is_written(field.data_type()) {
            let data_type = field.data_type().to_string();
            return Err(Error::Type { table: table(), column: field.name().clone(), data_type });
        }
        fields.push(Field::new(field.name(), field.data_type().clone(), field.is_nullable()));
    }
    match described.next() {
        Some(missing) => Err(Error::Columns { table: table(), column: missing.name.clone() }),
        None => Ok(Arc::new(Schema::new(fields))),
    }
}

const fn is_written(data_type: &DataType) -> bool {
    use DataType::{Boolean, Float64, Int32, Int64, LargeUtf8, UInt64, Utf8, Utf8View};
    matches!(data_type, Utf8 | LargeUtf8 | Utf8View | Boolean | Int32 | Int64 | UInt64 | Float64)
}

/// RFC 4180, as bytes. A null is empty, and so is an empty text: the Parquet file keeps them apart. Numbers are the shortest
/// text that reads back as the same number, without exponent; where digits matter the text column beside it has them.
fn csv_rows(batch: &RecordBatch) -> String {
    let mut rows = String::new();
    let mut cell = String::new();
    for row in 0..batch.num_rows() {
        for (at, column) in batch.columns().iter().enumerate() {
            if at > 0 {
                rows.push(',');
            }
            if !column.is_valid(row) {
                continue;
            }
            match column.data_type() {
                DataType::Utf8 => push_field(&mut rows, column.as_string::<i32>().value(row)),
                _ => {
                    cell.clear();
                    write_cell(&mut cell, column.as_ref(), row);
                    push_field(&mut rows, &cell);
                }
            }
        }
        rows.push_str("\r\n");
    }
    rows
}

/// A field, in quotes where it needs them.
fn push_field(rows: &mut String, field: &str) {
    if !field.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        return rows.push_str(field);
    }
    rows.push('"');
    for (at, part) in field.split('"').enumerate() {
        if at > 0 {
            rows.push_str("\"\"");
        }
        rows.push_str(part);
    }
    rows.push('"');
}

fn write_cell(cell: &mut String, column: &dyn Array, row: usize) {
    // Writing into a String cannot fail; `is_written` lists the types, so the last arm is never taken.
    let _ = match column.data_type() {
        DataType::Utf8 => cell.write_str(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => cell.write_str(column.as_string::<i64>().value(row)),
        DataType::Utf8View => cell.write_str(column.as_string_view().value(row)),
        DataType::Boolean => write!(cell, "{}", column.as_boolean().value(row)),
        DataType::Int32 => write!(cell, "{}", column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => write!(cell, "{}", column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt64 => write!(cell, "{}", column.as_primitive::<UInt64Type>().value(row)),
        DataType::Float64 => write!(cell, "{}", column.as_primitive::<Float64Type>().value(row)),
        _ => Ok(()),
    };
}
