//! What is handed back: record ids with their persons, and pairs with their evidence. No other column of the table.

use super::grammar;
use super::read::Source;
use crate::AppError;
use arrow::array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field as Column, FieldRef, Schema};
use kiban_link::Field;
use kiban_link::table::{TableLinkage, TablePair};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pairs written at a time.
const BATCH: usize = 65_536;

/// The columns of an output, by the column of the record id.
type Columns = fn(&FieldRef) -> Vec<FieldRef>;

fn column(name: impl Into<String>, kind: DataType, nullable: bool) -> FieldRef {
    Arc::new(Column::new(name, kind, nullable))
}

/// Record and person.
pub(super) fn persons(record_id: &FieldRef) -> Vec<FieldRef> {
    vec![
        Arc::clone(record_id),
        column("cluster_id", DataType::Int64, false),
        column("confidence", DataType::Float32, false),
    ]
}

/// Two records and how probably they are one person.
pub(super) fn pairs(record_id: &FieldRef) -> Vec<FieldRef> {
    vec![
        Arc::new(record_id.as_ref().clone().with_name("a")),
        Arc::new(record_id.as_ref().clone().with_name("b")),
        column("probability", DataType::Float64, false),
        column("weight", DataType::Float64, false),
        column("review", DataType::Boolean, false),
    ]
}

/// Everything a weight is made of.
fn fields() -> impl Iterator<Item = Field> {
    Field::COMPARED.into_iter().chain([Field::Prior, Field::Household])
}

/// The same, and for every field how it agreed and what that is worth in bits.
pub(super) fn explained(record_id: &FieldRef) -> Vec<FieldRef> {
    let mut columns = pairs(record_id);
    for field in fields() {
        let name = field.words().1.replace(' ', "_");
        columns.push(column(format!("{name}_bits"), DataType::Float32, true));
        columns.push(column(name, DataType::Utf8, true));
    }
    columns
}

/// A file being written beside its place; without [`Output::finish`] it is taken away again.
pub(super) struct Output {
    path: PathBuf,
    making: PathBuf,
    schema: Arc<Schema>,
    writer: Option<ArrowWriter<File>>,
}

impl Output {
    fn create(path: &Path, columns: Vec<FieldRef>) -> Result<Self, AppError> {
        let mut making = path.as_os_str().to_owned();
        making.push(".part");
        let making = PathBuf::from(making);
        let schema = Arc::new(Schema::new(columns));
        // Ids and weights hardly repeat: a dictionary would be work for nothing.
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(grammar(path))?));
        let properties = schema
            .fields()
            .iter()
            .filter(|field| *field.data_type() == DataType::Utf8)
            .fold(properties, |p, field| p.set_column_dictionary_enabled(field.name().as_str().into(), true));
        let file = File::create(&making).map_err(AppError::at(&making))?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties.build()));
        Ok(Self { path: path.to_path_buf(), making, writer: Some(writer.map_err(grammar(path))?), schema })
    }

    fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), AppError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(grammar(&self.path))?;
        match &mut self.writer {
            Some(writer) => writer.write(&batch).map_err(grammar(&self.path)),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<(), AppError> {
        if let Some(writer) = self.writer.take() {
            writer.close().map_err(grammar(&self.path))?;
        }
        std::fs::rename(&self.making, &self.path).map_err(AppError::at(&self.path))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // After `finish` there is nothing under this name, and that is no error.
        let _ = std::fs::remove_file(&self.making);
    }
}

impl Source {
    /// Opens an output, which must not be the table itself.
    pub(super) fn output(&self, path: &Path, columns: Columns) -> Result<Output, AppError> {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        if real(path).is_some_and(|out| Some(out) == real(&self.path)) {
            return Err(grammar(path)("this is the table itself; choose another file to write to"));
        }
        Output::create(path, columns(&self.record_id))
    }

    /// A row for each record, in the order of the table.
    pub(super) fn write_persons(&self, linkage: &TableLinkage, mut out: Output) -> Result<(), AppError> {
        let mut persons = linkage.cluster_of.iter().map(|cluster| i64::from(*cluster));
        let mut confidence = linkage.confidence.iter().copied();
        for ids in self.record_ids()? {
            let ids = ids?;
            let persons: Int64Array = persons.by_ref().take(ids.len()).collect::<Vec<_>>().into();
            let confidence: Float32Array = confidence.by_ref().take(ids.len()).collect::<Vec<_>>().into();
            out.write(vec![ids, Arc::new(persons), Arc::new(confidence)])?;
        }
        out.finish()
    }

    /// The scored pairs, and the same with their evidence.
    pub(super) fn write_pairs(
        &self,
        linkage: &TableLinkage,
        mut pairs: Option<Output>,
        mut explained: Option<Output>,
        japanese: bool,
    ) -> Result<(), AppError> {
        let ids = self.all_record_ids()?;
        let queued: HashSet<(i64, i64)> = linkage.review.iter().map(|item| (item.a.0, item.b.0)).collect();
        for some in linkage.pairs.chunks(BATCH) {
            let id = |side: fn(&TablePair) -> u32| {
                let rows: UInt32Array = some.iter().map(side).collect::<Vec<_>>().into();
                take(&ids, &rows, None).map_err(grammar(&self.path))
            };
            let number = |of: fn(&TablePair) -> f64| -> ArrayRef {
                Arc::new(Float64Array::from_iter_values(some.iter().map(of)))
            };
            let review: BooleanArray =
                some.iter().map(|p| Some(queued.contains(&(p.a.into(), p.b.into())))).collect();
            let columns = vec![
                id(|p| p.a)?,
                id(|p| p.b)?,
                number(|p| p.probability),
                number(|p| p.weight),
                Arc::new(review),
            ];
            if let Some(out) = &mut pairs {
                out.write(columns.clone())?;
            }
            if let Some(out) = &mut explained {
                out.write(columns.into_iter().chain(evidence(some, japanese)).collect())?;
            }
        }
        pairs.into_iter().chain(explained).try_for_each(Output::finish)
    }
}

/// Bits and level of every field, in the order of [`explained`].
fn evidence(pairs: &[TablePair], japanese: bool) -> Vec<ArrayRef> {
    let of = |field| pairs.iter().map(move |pair| pair.evidence.iter().find(|part| part.field == field));
    fields()
        .flat_map(|field| {
            let bits: Float32Array = of(field).map(|part| Some(part?.weight)).collect();
            let word = |words: (&'static str, &'static str)| if japanese { words.0 } else { words.1 };
            let levels: StringArray = of(field).map(|part| Some(word(part?.level.words()))).collect();
            [Arc::new(bits) as ArrayRef, Arc::new(levels)]
        })
        .collect()
}
