//! Reading a snapshot: rows that still stand, under the person they belong to, in lineage order of their files.
//!
//! A scan streams one batch at a time. Column `subject_id` of the stored table becomes `person_id`, by the person map the
//! snapshot pins; retired records are left out. A row whose subject has no person is an error: nothing is released of
//! somebody no linkage has seen (fail closed).

use crate::numbers::Spread;
use crate::side_tables::{PERSON_MAP, RETIRED, RetiredSet};
use crate::{Snapshot, Store, StoreError};
use arrow::array::{Array, AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use kiban_model::tables::{Table, table};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What every scan of one snapshot shares.
#[derive(Debug, Clone)]
pub(crate) struct View {
    persons: Arc<HashMap<i64, i64, Spread>>,
    retired: Arc<RetiredSet>,
}

impl View {
    /// The person of every subject.
    pub(crate) fn persons(&self) -> impl Iterator<Item = i64> {
        self.persons.values().copied()
    }
}

/// A stream of batches of one table of a snapshot.
#[derive(Debug)]
pub struct Scan {
    schema: SchemaRef,
    files: VecDeque<PathBuf>,
    ready: VecDeque<RecordBatch>,
    open: Option<ParquetRecordBatchReader>,
    view: View,
    /// Columns that are read, by position in the file; `None` for all.
    wanted: Option<Vec<usize>>,
    /// Texts come as dictionaries.
    is_coded: bool,
}

/// Columns that every scan reads: whose a row is, and by which record it stands or falls.
const ALWAYS: usize = 5;

/// The schema of a table as scans give it: `person_id` in place of `subject_id`.
pub(crate) fn scanned_schema(table: &Table) -> SchemaRef {
    let stored = table.schema();
    let mut fields: Vec<Arc<Field>> = stored.fields().iter().cloned().collect();
    if let Some(first) = fields.first_mut() {
        *first = Arc::new(Field::new("person_id", DataType::Int64, false));
    }
    Arc::new(Schema::new(fields))
}

pub(crate) fn read_file(path: &Path) -> Result<ParquetRecordBatchReader, StoreError> {
    read_columns(path, None, false)
}

fn read_columns(
    path: &Path,
    wanted: Option<&[usize]>,
    is_coded: bool,
) -> Result<ParquetRecordBatchReader, StoreError> {
    let file = std::fs::File::open(path)
        .map_err(|source| StoreError::Folder { path: path.to_path_buf(), source })?;
    let mut metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())?;
    if is_coded {
        let options = ArrowReaderOptions::new().with_schema(coded(metadata.schema()));
        metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)?;
    }
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).with_batch_size(8_192);
    let mask = wanted.map_or_else(ProjectionMask::all, |wanted| {
        ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied())
    });
    Ok(builder.with_projection(mask).build()?)
}

/// A schema whose texts are dictionaries, but for those by which a record is retired.
fn coded(schema: &Schema) -> SchemaRef {
    let of = |(at, field): (usize, &Arc<Field>)| match field.data_type() {
        DataType::Utf8 if at >= ALWAYS => {
            let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(field.as_ref().clone().with_data_type(dictionary))
        }
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().enumerate().map(of).collect::<Vec<_>>()))
}

impl Store {
    pub(crate) fn view(&self, snapshot: &Snapshot) -> Result<View, StoreError> {
        let version = |table: &str| snapshot.tables.get(table).copied();
        Ok(View {
            persons: Arc::new(self.person_map(version(PERSON_MAP), snapshot.link_run)?),
            retired: Arc::new(self.retired_set(version(RETIRED))?),
        })
    }

    /// Opens a snapshot for several scans: who is who is read once.
    ///
    /// # Errors
    /// A table log or data file cannot be read.
    pub fn read(&self, snapshot: &Snapshot) -> Result<Reading<'_>, StoreError> {
        let view = self.view(snapshot)?;
        Ok(Reading { store: self, snapshot: snapshot.clone(), view, persons: OnceLock::new() })
    }

    /// One scan of [`Reading::scan`].
    ///
    /// # Errors
    /// As there.
    pub fn scan(&self, snapshot: &Snapshot, name: &str) -> Result<Scan, StoreError> {
        self.read(snapshot)?.scan(name)
    }

    /// One scan of [`Reading::scan_columns`].
    ///
    /// # Errors
    /// As there.
    pub fn scan_columns(
        &self,
        snapshot: &Snapshot,
        name: &str,
        columns: &[&str],
    ) -> Result<Scan, StoreError> {
        self.read(snapshot)?.scan_columns(name, columns)
    }

    pub(crate) fn scan_rows(&self, snapshot: &Snapshot, name: &str, view: &View) -> Result<Scan, StoreError> {
        let Some(table) = table(name) else {
            return Ok(Scan::of(Arc::new(Schema::empty()), VecDeque::new(), view.clone()));
        };
        let files = match snapshot.tables.get(name) {
            Some(version) => in_lineage_order(self.files(name, Some(*version))?)?,
            None => VecDeque::new(),
        };
        Ok(Scan::of(scanned_schema(table), files, view.clone()))
    }
}

/// A snapshot, opened: its persons are worked out once for all its scans.
#[derive(Debug)]
pub struct Reading<'s> {
    store: &'s Store,
    snapshot: Snapshot,
    view: View,
    /// One row a person.
    persons: OnceLock<RecordBatch>,
}

impl Reading<'_> {
    /// Streams a canonical table of the snapshot. `person` has one row a person: the latest of each attribute.
    ///
    /// # Errors
    /// A table log or data file cannot be read. A table that does not exist or has no rows is an empty scan.
    pub fn scan(&self, name: &str) -> Result<Scan, StoreError> {
        let scan = self.store.scan_rows(&self.snapshot, name, &self.view)?;
        if name != "person" {
            return Ok(scan);
        }
        let persons = match self.persons.get() {
            Some(persons) => persons.clone(),
            None => {
                let everybody = self.view.persons.values().copied();
                let persons = crate::person_view::one_row_a_person(scan, everybody)?;
                self.persons.get_or_init(|| persons).clone()
            }
        };
        let batches = if persons.num_rows() > 0 { vec![persons.clone()] } else { Vec::new() };
        Ok(Scan::ready(persons.schema(), batches))
    }

    /// All statements of all persons' attributes.
    pub(crate) fn statements(&self) -> Result<Scan, StoreError> {
        self.store.scan_rows(&self.snapshot, "person", &self.view)
    }

    /// The same with fewer columns: whose a row is, by which record it stands, and those named. `person` comes whole.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn scan_columns(&self, name: &str, columns: &[&str]) -> Result<Scan, StoreError> {
        let mut scan = self.scan(name)?;
        if name != "person" {
            // Without retired records nothing asks by which record a row stands.
            let always = if self.view.retired.is_empty() { 1 } else { ALWAYS };
            let fields = scan.schema.fields().iter().enumerate();
            let wanted =
                fields.filter(|(at, field)| *at < always || columns.contains(&field.name().as_str()));
            let wanted: Vec<usize> = wanted.map(|(at, _)| at).collect();
            scan.schema = Arc::new(scan.schema.project(&wanted)?);
            scan.wanted = Some(wanted);
        }
        Ok(scan)
    }

    /// The same, texts as dictionaries of 32-bit keys, as the data files hold them: for whoever asks of every distinct text
    /// once. `person` comes whole and plain.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn scan_coded(&self, name: &str, columns: &[&str]) -> Result<Scan, StoreError> {
        let mut scan = self.scan_columns(name, columns)?;
        if name != "person" {
            // Which columns are kept plain depends on their places in the file.
            let whole = coded(self.store.scan_rows(&self.snapshot, name, &self.view)?.schema());
            let wanted = scan.wanted.clone().unwrap_or_default();
            scan.schema = Arc::new(whole.project(&wanted)?);
            scan.is_coded = true;
        }
        Ok(scan)
    }
}

impl Store {
    /// Rows a delivery has in each table, retired ones included. Every data file is of one intake, so its first row tells.
    ///
    /// # Errors
    /// A table log or data file cannot be read.
    pub fn rows_of(&self, delivery: &str) -> Result<std::collections::BTreeMap<String, u64>, StoreError> {
        let mut rows = std::collections::BTreeMap::new();
        for table in kiban_model::tables::TABLES {
            for path in self.files(table.name, None)? {
                let file = std::fs::File::open(&path)
                    .map_err(|source| StoreError::Folder { path: path.clone(), source })?;
                let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
                let count = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
                let first = builder.with_batch_size(1).with_limit(1).build()?.next().transpose()?;
                let of = first
                    .as_ref()
                    .and_then(|b| b.column_by_name("delivery_id"))
                    .map(|c| c.as_string::<i32>().value(0) == delivery);
                if of == Some(true) {
                    *rows.entry(table.name.to_owned()).or_default() += count;
                }
            }
        }
        Ok(rows)
    }
}

/// Data files have random names; the lineage of their first row puts them in the order they were taken in, so that the
/// same snapshot is read in the same order everywhere.
fn in_lineage_order(files: Vec<PathBuf>) -> Result<VecDeque<PathBuf>, StoreError> {
    let mut keyed = Vec::with_capacity(files.len());
    for path in files {
        let file =
            std::fs::File::open(&path).map_err(|source| StoreError::Folder { path: path.clone(), source })?;
        let first = ParquetRecordBatchReaderBuilder::try_new(file)?
            .with_batch_size(1)
            .with_limit(1)
            .build()?
            .next()
            .transpose()?;
        let key = first.as_ref().and_then(|batch| {
            let number =
                |name: &str| batch.column_by_name(name).map(|c| c.as_primitive::<Int64Type>().value(0));
            let delivery = batch.column_by_name("delivery_id")?.as_string::<i32>().value(0).to_owned();
            Some((delivery, number("file_no")?, number("record_no")?, number("position")?, number("part")?))
        });
        keyed.push((key, path));
    }
    keyed.sort();
    Ok(keyed.into_iter().map(|(_, path)| path).collect())
}

impl Scan {
    fn of(schema: SchemaRef, files: VecDeque<PathBuf>, view: View) -> Self {
        Self { schema, files, ready: VecDeque::new(), open: None, view, wanted: None, is_coded: false }
    }

    pub(crate) fn ready(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        let view = View { persons: Arc::default(), retired: Arc::default() };
        Self {
            schema,
            files: VecDeque::new(),
            ready: batches.into(),
            open: None,
            view,
            wanted: None,
            is_coded: false,
        }
    }

    /// Schema of the batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// One scan a data file, for reading on both cores.
    pub(crate) fn split(self) -> Vec<Self> {
        if self.files.len() < 2 {
            return vec![self];
        }
        let Self { schema, files, view, wanted, is_coded, .. } = self;
        files
            .into_iter()
            .map(|file| {
                let scan = Self::of(Arc::clone(&schema), VecDeque::from([file]), view.clone());
                Self { wanted: wanted.clone(), is_coded, ..scan }
            })
            .collect()
    }

    fn standing(&self, batch: &RecordBatch) -> Result<RecordBatch, StoreError> {
        let kept;
        let batch = if self.view.retired.is_empty() {
            batch
        } else {
            let delivery = batch.column(2).as_string::<i32>();
            let file_no = batch.column(3).as_primitive::<Int64Type>();
            let record_no = batch.column(4).as_primitive::<Int64Type>();
            let stands: BooleanArray = (0..batch.num_rows())
                .map(|row| {
                    Some(!self.view.retired.contains(
                        delivery.value(row),
                        file_no.value(row),
                        record_no.value(row),
                    ))
                })
                .collect();
            kept = filter_record_batch(batch, &stands)?;
            &kept
        };
        let subjects = batch.column(0).as_primitive::<Int64Type>();
        let mut unlinked = 0;
        let mut last = None;
        let mut person = |subject: &i64| match last {
            // Rows of one record stand together.
            Some((of, person)) if of == *subject => person,
            _ => match self.view.persons.get(subject) {
                Some(person) => {
                    last = Some((*subject, *person));
                    *person
                }
                None => {
                    unlinked += 1;
                    0
                }
            },
        };
        let persons: Int64Array = subjects.values().iter().map(&mut person).collect::<Vec<_>>().into();
        if unlinked > 0 || subjects.null_count() > 0 {
            return Err(StoreError::Unlinked { subjects: unlinked.max(subjects.null_count() as u64) });
        }
        let mut columns = batch.columns().to_vec();
        if let Some(first) = columns.first_mut() {
            *first = Arc::new(persons);
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }

    fn advance(&mut self) -> Result<Option<RecordBatch>, StoreError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if let Some(reader) = &mut self.open {
                match reader.next().transpose()? {
                    Some(batch) => {
                        let batch = self.standing(&batch)?;
                        if batch.num_rows() > 0 {
                            return Ok(Some(batch));
                        }
                    }
                    None => self.open = None,
                }
            } else {
                match self.files.pop_front() {
                    Some(file) => {
                        self.open = Some(read_columns(&file, self.wanted.as_deref(), self.is_coded)?)
                    }
                    None => return Ok(None),
                }
            }
        }
    }
}

/// What it takes to begin a scan again.
#[derive(Debug, Clone)]
pub(crate) struct Restart {
    schema: SchemaRef,
    files: VecDeque<PathBuf>,
    ready: VecDeque<RecordBatch>,
    view: View,
    wanted: Option<Vec<usize>>,
    is_coded: bool,
}

impl Restart {
    pub(crate) fn scan(&self) -> Scan {
        let Self { schema, files, ready, view, wanted, is_coded } = self.clone();
        Scan { schema, files, ready, open: None, view, wanted, is_coded }
    }
}

impl Scan {
    /// An unread scan that can be begun any number of times.
    pub(crate) fn into_restart(self) -> Restart {
        Restart {
            schema: self.schema,
            files: self.files,
            ready: self.ready,
            view: self.view,
            wanted: self.wanted,
            is_coded: self.is_coded,
        }
    }
}

impl Iterator for Scan {
    type Item = Result<RecordBatch, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}
