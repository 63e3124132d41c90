//! Insurance coverage, without the numbers that identify.

table! {
    /// One coverage statement (保険・公費). Insurer, symbol, number and branch are in the vault.
    Coverage, CoverageBuilder = "coverage" "保険" {
        /// Kind of insurance as given, such as the insurance-type code (保険種別) or 法別番号 (2 digits).
        category: Code "保険種別",
        /// System of the category.
        category_system: CodeSystem "保険種別コード体系",
        /// Kind as written.
        text: Text "保険種別名",
        /// Relationship to the insured (本人・家族).
        relationship: Code "続柄",
        /// Start.
        start: Date "開始",
        /// End.
        end: Date "終了",
        /// Benefit rate in percent (給付割合).
        benefit_rate: Number "給付割合",
    }
}
