//! Writes a package: tables as they stream in, everything that describes them at the end, and then its name.

use super::hashing::HashingFile;
use super::table_file::TableFile;
use super::{Error, Lineage, PackageFile, PackageSpec, PackageSummary, SUMS, TableDescription};
use super::{dictionary, hashing, readme, ro_crate, sums};
use crate::report;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use kiban_model::report::ReleaseReport;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A package being written. Dropped before [`PackageWriter::finish`], it removes what it wrote.
pub struct PackageWriter {
    target: PathBuf,
    partial: Partial,
    spec: PackageSpec,
    tables: Vec<TableFile>,
}

/// One table when its files are closed.
pub(super) struct ClosedTable {
    pub(super) description: TableDescription,
    pub(super) schema: SchemaRef,
    pub(super) rows: u64,
    /// Where its rows stand.
    pub(super) files: Vec<String>,
}

impl PackageWriter {
    /// Begins a package that will be `dir`, in a folder beside it.
    ///
    /// # Errors
    /// Where `dir` exists, an unfinished package of that name stands beside it, or the folder cannot be made.
    pub fn create(dir: &Path, spec: PackageSpec) -> Result<Self, Error> {
        let (Some(parent), Some(name)) = (dir.parent(), dir.file_name()) else {
            return Err(Error::Target(dir.to_path_buf()));
        };
        if dir.symlink_metadata().is_ok() {
            return Err(Error::Exists(dir.to_path_buf()));
        }
        let mut partial_name = OsString::from(".");
        partial_name.push(name);
        partial_name.push(".partial");
        let path = parent.join(partial_name);
        if !parent.as_os_str().is_empty() {
            fs::create_dir_all(parent).map_err(Error::io(parent))?;
        }
        fs::create_dir(&path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::Unfinished(path.clone()),
            _ => Error::Io { path: path.clone(), source },
        })?;
        let partial = Partial(path);
        let data = partial.0.join("data");
        fs::create_dir(&data).map_err(Error::io(&data))?;
        Ok(Self { target: dir.to_path_buf(), partial, spec, tables: Vec::new() })
    }

    /// Declares a table. Its schema must name exactly the columns described, in the same order.
    ///
    /// # Errors
    /// A name that is none, a table or column declared twice, a column not described, a type that cannot be handed over.
    pub fn table(&mut self, description: &TableDescription, schema: &SchemaRef) -> Result<(), Error> {
        let columns = description.columns.iter().map(|c| &c.name);
        if let Some(bad) =
            std::iter::once(&description.name).chain(columns.clone()).find(|name| !is_name(name))
        {
            return Err(Error::Name(bad.clone()));
        }
        if self.tables.iter().any(|t| t.description.name == description.name) {
            return Err(Error::Twice(description.name.clone()));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = columns.clone().find(|name| !seen.insert(*name)) {
            return Err(Error::Twice(format!("{}.{twice}", description.name)));
        }
        self.tables.push(TableFile::create(&self.partial.0, description, schema)?);
        Ok(())
    }

    /// Writes rows of a declared table. The order of rows is the order they come in.
    ///
    /// # Errors
    /// A table not declared, columns that are not those declared, or a failed write.
    pub fn write(&mut self, table: &str, batch: &RecordBatch) -> Result<(), Error> {
        let file = self.tables.iter_mut().find(|t| t.description.name == table);
        file.ok_or_else(|| Error::UnknownTable(table.to_owned()))?.write(batch)
    }

    /// Closes the tables, writes everything that describes them, and gives the package its name.
    ///
    /// # Errors
    /// A report that names another policy or states the impossible, or a failed write; nothing is left behind.
    pub fn finish(
        self,
        report: &ReleaseReport,
        policy: &str,
        lineage: &Lineage,
    ) -> Result<PackageSummary, Error> {
        if hashing::sha256(policy.as_bytes()) != report.policy_hash {
            return Err(Error::Policy);
        }
        report::check(report)?;
        let Self { target, partial, spec, tables } = self;
        let root = &partial.0;
        let mut files = Vec::new();
        let mut closed = Vec::with_capacity(tables.len());
        for table in tables {
            let (description, schema, rows, written) = table.finish()?;
            let paths = written.iter().map(|file| file.path.clone()).collect();
            closed.push(ClosedTable { description, schema, rows, files: paths });
            files.extend(written);
        }
        let html = report::html(report, spec.audience);
        let json = report::json(report, spec.audience)?;
        files.push(text_file(root, "dictionary.csv", &dictionary::csv(&closed)?)?);
        files.push(text_file(root, "dictionary.md", &dictionary::markdown(&closed))?);
        files.push(text_file(root, "policy.toml", policy)?);
        files.push(text_file(root, "report.html", &html)?);
        files.push(text_file(root, "report.json", &json)?);
        files.push(text_file(root, "README.md", &readme::text(&spec, report, &closed))?);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let crate_metadata = ro_crate::text(&spec, report, lineage, &closed, &files)?;
        files.push(text_file(root, ro_crate::PATH, &crate_metadata)?);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let digest = text_file(root, SUMS, &sums::text(&files))?.sha256;
        partial.rename(&target)?;
        let rows = closed.into_iter().map(|t| (t.description.name, t.rows)).collect();
        Ok(PackageSummary { path: target, files, rows, digest })
    }
}

fn text_file(root: &Path, name: &str, text: &str) -> Result<PackageFile, Error> {
    let path = root.join(name);
    let write = || {
        let mut file = HashingFile::create(&path)?;
        file.write_all(text.as_bytes())?;
        file.finish()
    };
    let (bytes, sha256) = write().map_err(Error::io(&path))?;
    Ok(PackageFile { path: name.to_owned(), bytes, sha256 })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// The folder of an unfinished package: removed unless renamed.
struct Partial(PathBuf);

impl Partial {
    fn rename(self, target: &Path) -> Result<(), Error> {
        sync(&self.0.join("data"))?;
        sync(&self.0)?;
        // A rename would replace an empty folder that appeared meanwhile.
        if target.symlink_metadata().is_ok() {
            return Err(Error::Exists(target.to_path_buf()));
        }
        fs::rename(&self.0, target).map_err(Error::io(target))?;
        sync(target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename nothing is there; after a failure the failure is what the caller hears about.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes names in a folder durable.
fn sync(dir: &Path) -> Result<(), Error> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(Error::io(dir))
}
