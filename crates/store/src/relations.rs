//! Tables in memory, asked in SQL, with a function of the caller's inside the question: how a stage's own kernel runs where
//! the query engine has the rows.
//!
//! It keeps nothing and writes nothing, and what is put in is the caller's business; clinical rows have [`crate::Store`].

use crate::StoreError;
use crate::query::{QueryResult, answer};
use arrow::array::{Float64Array, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::cast::as_uint32_array;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::{SessionConfig, SessionContext};
use std::sync::Arc;

/// Tables and functions that questions can name. Has no `Debug`: a function may hold what identifies persons.
pub struct Relations {
    context: SessionContext,
    runtime: tokio::runtime::Runtime,
}

impl Relations {
    /// None yet. A question is worked on in so many partitions, each on a thread.
    ///
    /// # Errors
    /// The machine refuses threads.
    pub fn new(partitions: usize) -> Result<Self, StoreError> {
        let partitions = partitions.max(1);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(partitions).build();
        let config = SessionConfig::new().with_target_partitions(partitions);
        Ok(Self {
            context: SessionContext::new_with_config(config),
            runtime: runtime.map_err(StoreError::Threads)?,
        })
    }

    /// Adds a table by its partitions; there is at least one.
    ///
    /// # Errors
    /// The batches are not of this schema, or there is a table of that name.
    pub fn table(
        &self,
        name: &str,
        schema: SchemaRef,
        partitions: Vec<Vec<RecordBatch>>,
    ) -> Result<(), StoreError> {
        self.context.register_table(name, Arc::new(MemTable::try_new(schema, partitions)?))?;
        Ok(())
    }

    /// Adds a function of two columns of numbers, such as the comparison of two rows. It is costly: it is called where the
    /// question has it and nowhere else.
    pub fn function(
        &self,
        name: &str,
        of: impl Fn(&UInt32Array, &UInt32Array) -> Float64Array + Send + Sync + 'static,
    ) {
        let call = move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let [a, b] = arrays.as_slice() else {
                return datafusion::common::exec_err!("the function takes two columns");
            };
            Ok(ColumnarValue::Array(Arc::new(of(as_uint32_array(a)?, as_uint32_array(b)?))))
        };
        let numbers = vec![DataType::UInt32, DataType::UInt32];
        // Volatile, though it is not: else the optimiser moves a condition on it below DISTINCT and into the join, where
        // the same pair comes in both directions and once for each key it shares.
        let function = create_udf(name, numbers, DataType::Float64, Volatility::Volatile, Arc::new(call));
        self.context.register_udf(function);
    }

    /// Answers a question.
    ///
    /// # Errors
    /// The engine's words where the question is wrong.
    pub fn query(&self, sql: &str) -> Result<QueryResult, StoreError> {
        self.runtime.block_on(answer(&self.context, sql))
    }
}
