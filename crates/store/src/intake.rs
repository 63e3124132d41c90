//! Taking admitted records in: rows stream into data files, and become visible together when the intake is committed.

use crate::log::Appender;
use crate::side_tables::RetiredRecord;
use crate::{Store, StoreError};
use kiban_law::Admitted;
use kiban_model::tables::{Row, RowContext, TableSet};
use std::collections::BTreeMap;

/// Rows are handed to the data files when this many wait.
const FLUSH_ROWS: usize = 65_536;

/// The clinical part of one record, ready to be stored.
#[derive(Debug)]
pub struct ClinicalRecord<'a> {
    /// Whose, from where.
    pub context: RowContext<'a>,
    /// What.
    pub rows: &'a [Row],
}

impl kiban_model::OfSubject for ClinicalRecord<'_> {
    fn subject(&self) -> kiban_model::SubjectId {
        self.context.subject
    }
}

/// One intake in progress. Dropping it without [`Intake::commit`] leaves the store as it was.
pub struct Intake<'a> {
    store: &'a Store,
    id: String,
    waiting: TableSet,
    tables: BTreeMap<&'static str, Appender>,
    rows: BTreeMap<String, u64>,
}

impl Store {
    /// Begins an intake under an id that is the same whenever the same work is repeated.
    pub fn begin(&self, id: &str) -> Intake<'_> {
        Intake {
            store: self,
            id: id.to_owned(),
            waiting: TableSet::default(),
            tables: BTreeMap::new(),
            rows: BTreeMap::new(),
        }
    }
}

impl Intake<'_> {
    /// Appends the rows of one admitted record.
    ///
    /// # Errors
    /// The data file cannot be written.
    pub fn append(&mut self, record: &Admitted<ClinicalRecord<'_>>) -> Result<(), StoreError> {
        let record = record.value();
        for row in record.rows {
            self.waiting.append(&record.context, row);
        }
        if self.waiting.len() >= FLUSH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        for (table, batch) in self.waiting.finish()? {
            *self.rows.entry(table.name.to_owned()).or_default() += batch.num_rows() as u64;
            let appender = match self.tables.entry(table.name) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(self.store.append_to(table.name, &table.schema())?)
                }
            };
            self.store.write(appender, batch)?;
        }
        Ok(())
    }

    /// Commits everything, together with the earlier records this intake retires. Repeating it under the same id changes nothing.
    ///
    /// Returns rows by table.
    ///
    /// # Errors
    /// A table could not be committed; repeat the intake under the same id.
    pub fn commit(mut self, retired: &[RetiredRecord]) -> Result<BTreeMap<String, u64>, StoreError> {
        self.flush()?;
        for appender in std::mem::take(&mut self.tables).into_values() {
            self.store.commit(appender, &self.id)?;
        }
        self.store.retire(&self.id, retired)?;
        Ok(self.rows)
    }
}
