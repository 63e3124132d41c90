//! Questions in SQL over a snapshot, each on record in the ledger (SEC-06).

use crate::{AppError, Operator};
use kiban_store::QueryResult;

impl Operator {
    /// Answers a question. The ledger keeps the snapshot and a keyed digest of the question, not its text: a question can
    /// name a person's values.
    ///
    /// # Errors
    /// The snapshot is unknown; the engine's words where the question is wrong.
    pub fn query(&self, snapshot: &str, sql: &str, on: &str) -> Result<QueryResult, AppError> {
        let snapshot = self.store.snapshot(snapshot)?;
        let answer = self.store.query(&snapshot, sql)?;
        let rows: usize = answer.batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
        let question = self.vault.secret().digest_text("query", &[sql.as_bytes()]);
        self.record(
            "DataQueried",
            on,
            serde_json::json!({ "snapshot": snapshot.name, "question": question, "rows": rows }),
        )?;
        Ok(answer)
    }
}
