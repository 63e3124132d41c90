//! Who is in a snapshot, and of whom an SQL question asks: opaque numbers only, for counting (ANO-10).

use crate::{Snapshot, Store, StoreError};
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::error::DataFusionError;

/// What a question about persons must give.
const PERSON: &str = "person_id";

impl Store {
    /// The persons of a snapshot, ascending.
    ///
    /// # Errors
    /// The person map cannot be read.
    pub fn persons(&self, snapshot: &Snapshot) -> Result<Vec<i64>, StoreError> {
        let mut persons: Vec<i64> = self.view(snapshot)?.persons().collect();
        persons.sort_unstable();
        persons.dedup();
        Ok(persons)
    }

    /// The persons an SQL question gives in its column `person_id`, ascending, each once.
    ///
    /// # Errors
    /// The engine's words where the question is wrong. Where it fails over the data they are kept back: they can quote values.
    pub fn persons_of(&self, snapshot: &Snapshot, sql: &str) -> Result<Vec<i64>, StoreError> {
        let context = self.context(snapshot)?;
        let batches = self.block_on(async {
            let frame = crate::query::frame(&context, sql).await?;
            if frame.schema().as_arrow().field_with_name(PERSON).is_err() {
                return Err(StoreError::NotPersons);
            }
            Ok(frame.select_columns(&[PERSON])?.distinct()?.collect().await?)
        });
        let batches = batches.map_err(without_values)?;
        let mut persons = Vec::new();
        for batch in &batches {
            let column = batch.column(0).as_primitive_opt::<Int64Type>().ok_or(StoreError::NotPersons)?;
            persons.extend(column.iter().flatten());
        }
        persons.sort_unstable();
        persons.dedup();
        Ok(persons)
    }
}

fn without_values(error: StoreError) -> StoreError {
    match &error {
        StoreError::Query(inner) => match inner.find_root() {
            DataFusionError::Plan(_)
            | DataFusionError::SchemaError(..)
            | DataFusionError::SQL(..)
            | DataFusionError::NotImplemented(_) => error,
            _ => StoreError::QueryFailed,
        },
        _ => error,
    }
}
