//! Diagnoses.

table! {
    /// One diagnosis (傷病名) as recorded or claimed.
    Condition, ConditionBuilder = "condition" "傷病" {
        /// Code as given.
        code: Code "傷病コード",
        /// System of the code.
        code_system: CodeSystem "傷病コード体系",
        /// Disease name as written.
        text: Text "傷病名",
        /// ICD-10 code where given or found through the operator's master, without dot.
        icd10: Code "ICD-10",
        /// Further codings as JSON: [{"code","system","text"}].
        other_codes: Json "その他のコード",
        /// Modifier codes (修飾語) in order, separated by a comma.
        modifiers: Text "修飾語",
        /// Onset, or the start date a receipt states (診療開始日).
        start: Date "開始日",
        /// End or outcome date.
        end: Date "転帰日",
        /// Outcome or clinical status as given (転帰).
        outcome: Code "転帰",
        /// Suspected, not confirmed (疑い).
        suspected: Flag "疑い",
        /// Main diagnosis (主傷病).
        main: Flag "主傷病",
        /// Role: problem, encounter, admission, family, claim.
        category: Code "区分",
    }
}
