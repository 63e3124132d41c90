//! DPC cases.

table! {
    /// One DPC case (診断群分類による入院).
    DpcCase, DpcCaseBuilder = "dpc_case" "DPC" {
        /// DPC code, 14 characters (診断群分類番号).
        code: Code "診断群分類",
        /// Admission.
        admission: Date "入院日",
        /// Discharge.
        discharge: Date "退院日",
        /// Outcome at discharge.
        outcome: Code "転帰",
        /// Days billed.
        days: Integer "日数",
    }
}
