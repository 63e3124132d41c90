//! One table of a package, streamed into Parquet and CSV at once.
//!
//! Rows are re-cut into batches of one size before they reach Parquet, so that the bytes do not depend on how the query
//! engine happened to cut them. Memory is bounded by one row group a table.

use super::hashing::HashingFile;
use super::{Error, PackageFile, TableDescription};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::BatchCoalescer;
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type, Schema, SchemaRef, UInt64Type};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

const ROWS_A_BATCH: usize = 8192;
const ROWS_A_GROUP: usize = 64 * 1024;

/// The two files of one table.
pub(super) struct TableFile {
    pub(super) description: TableDescription,
    pub(super) schema: SchemaRef,
    pub(super) rows: u64,
    coalescer: BatchCoalescer,
    parquet: ArrowWriter<HashingFile>,
    csv: HashingFile,
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
        let options =
            ArrowWriterOptions::new().with_properties(properties(table)?).with_skip_arrow_metadata(true);
        let parquet = ArrowWriter::try_new_with_options(parquet_file, Arc::clone(&schema), options)
            .map_err(|source| Error::Parquet { table: table.clone(), source })?;
        let mut csv = csv_file;
        let mut header = String::new();
        for (at, column) in description.columns.iter().enumerate() {
            header.push_str(if at > 0 { "," } else { "" });
            push_field(&mut header, &column.name);
        }
        header.push_str("\r\n");
        csv.write_all(header.as_bytes()).map_err(Error::io(&csv_path))?;
        let coalescer = BatchCoalescer::new(Arc::clone(&schema), ROWS_A_BATCH);
        Ok(Self { description: description.clone(), schema, rows: 0, coalescer, parquet, csv })
    }

    /// Writes a batch into both files.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.check(batch.schema_ref())?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())
            .map_err(|source| Error::Arrow { table: self.description.name.clone(), source })?;
        self.rows += batch.num_rows() as u64;
        let Self { description, coalescer, parquet, csv, .. } = self;
        let csv = || csv.write_all(csv_rows(&batch).as_bytes());
        let parquet = || {
            let arrow = |source| Error::Arrow { table: description.name.clone(), source };
            coalescer.push_batch(batch.clone()).map_err(arrow)?;
            drain(coalescer, parquet, &description.name)
        };
        let (csv, parquet) = rayon::join(csv, parquet);
        csv.map_err(Error::io(Path::new(&csv_path(&self.description.name))))?;
        parquet
    }

    /// Closes both files.
    pub(super) fn finish(mut self) -> Result<(TableDescription, SchemaRef, u64, [PackageFile; 2]), Error> {
        let table = self.description.name.clone();
        self.coalescer
            .finish_buffered_batch()
            .map_err(|source| Error::Arrow { table: table.clone(), source })?;
        drain(&mut self.coalescer, &mut self.parquet, &table)?;
        let parquet =
            self.parquet.into_inner().map_err(|source| Error::Parquet { table: table.clone(), source })?;
        let csv_path = csv_path(&table);
        let csv = self.csv;
        let files = [closed(parquet, parquet_path(&table))?, closed(csv, csv_path)?];
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

fn drain(
    coalescer: &mut BatchCoalescer,
    parquet: &mut ArrowWriter<HashingFile>,
    table: &str,
) -> Result<(), Error> {
    while let Some(batch) = coalescer.next_completed_batch() {
        parquet.write(&batch).map_err(|source| Error::Parquet { table: table.to_owned(), source })?;
    }
    Ok(())
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

/// Everything Parquet would otherwise choose by itself or by its version.
fn properties(table: &str) -> Result<WriterProperties, Error> {
    let level = ZstdLevel::try_new(3).map_err(|source| Error::Parquet { table: table.to_owned(), source })?;
    Ok(WriterProperties::builder()
        .set_created_by(concat!("kiban-provide ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROWS_A_GROUP))
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
