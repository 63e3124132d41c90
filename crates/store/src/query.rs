//! Questions in SQL over a snapshot, answered by DataFusion in process.
//!
//! Every canonical table is there under its name, with `person_id` in place of `subject_id`; `person` has one row a
//! person, `person_statement` all of them.

use crate::{Scan, Snapshot, Store, StoreError, scan};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{DataFrame, SessionContext};
use kiban_model::tables::TABLES;
use std::sync::Arc;

/// The answer to a question: its columns and rows.
#[derive(Debug)]
pub struct QueryResult {
    /// Columns.
    pub schema: SchemaRef,
    /// Rows.
    pub batches: Vec<RecordBatch>,
}

impl Store {
    /// Answers one SQL question over a snapshot. Only questions: statements that would change something are refused.
    ///
    /// # Errors
    /// The engine's words where the question is wrong; errors of reading.
    pub fn query(&self, snapshot: &Snapshot, sql: &str) -> Result<QueryResult, StoreError> {
        let context = self.context(snapshot)?;
        self.block_on(answer(&context, sql))
    }

    /// The tables of a snapshot, to be asked.
    pub(crate) fn context(&self, snapshot: &Snapshot) -> Result<SessionContext, StoreError> {
        let context = SessionContext::new();
        let reading = self.read(snapshot)?;
        for table in TABLES {
            if table.name == "person" {
                register(&context, "person_statement", reading.statements()?)?;
            }
            register(&context, table.name, reading.scan(table.name)?)?;
        }
        Ok(context)
    }
}

/// A question, planned; what would change something is refused.
pub(crate) async fn frame(context: &SessionContext, sql: &str) -> Result<DataFrame, StoreError> {
    let options = datafusion::execution::context::SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    Ok(context.sql_with_options(sql, options).await?)
}

/// Answers a question.
pub(crate) async fn answer(context: &SessionContext, sql: &str) -> Result<QueryResult, StoreError> {
    let frame = frame(context, sql).await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    Ok(QueryResult { schema, batches: frame.collect().await? })
}

fn register(context: &SessionContext, name: &str, rows: Scan) -> Result<(), StoreError> {
    let schema = Arc::clone(rows.schema());
    let partitions = rows
        .split()
        .into_iter()
        .map(|scan| Arc::new(Partition::new(scan)) as Arc<dyn PartitionStream>)
        .collect();
    context.register_table(name, Arc::new(StreamingTable::try_new(schema, partitions)?))?;
    Ok(())
}

/// One data file as a partition. A plan may read a table more than once, so each execution begins again.
#[derive(Debug)]
struct Partition {
    schema: SchemaRef,
    scan: scan::Restart,
}

impl Partition {
    fn new(scan: Scan) -> Self {
        Self { schema: Arc::clone(scan.schema()), scan: scan.into_restart() }
    }
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let scan = self.scan.scan();
        let batches = scan.map(|batch| batch.map_err(|error| DataFusionError::External(Box::new(error))));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter(batches)))
    }
}
