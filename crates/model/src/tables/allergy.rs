//! Allergies and intolerances.

table! {
    /// One allergy or intolerance (アレルギー・薬剤禁忌).
    Allergy, AllergyBuilder = "allergy" "アレルギー" {
        /// medication, food, environment, or the source's word or code.
        category: Code "区分",
        /// Substance code as given.
        code: Code "原因物質コード",
        /// System of the code.
        code_system: CodeSystem "コード体系",
        /// Substance as written.
        text: Text "原因物質",
        /// Further codings as JSON.
        other_codes: Json "その他のコード",
        /// Reaction as written.
        reaction: Text "反応",
        /// Severity or criticality as given.
        severity: Code "重症度",
        /// Onset or date recorded by the source.
        start: Date "発現日",
        /// active, inactive, resolved, or the source's word.
        status: Code "状態",
    }
}
