//! Procedures, imaging, treatments.

table! {
    /// One procedure ordered, done or reported (処置・手術・画像検査・生理検査).
    Procedure, ProcedureBuilder = "procedure" "診療行為" {
        /// order, result, performed, imaging-order, imaging-result, diet, or the source's word.
        category: Code "区分",
        /// Procedure code as given.
        code: Code "行為コード",
        /// System of the code.
        code_system: CodeSystem "行為コード体系",
        /// Procedure as written.
        text: Text "行為名",
        /// Further codings as JSON.
        other_codes: Json "その他のコード",
        /// Body site as given.
        body_site: Text "部位",
        /// Start, or the ordered time.
        start: Date "開始",
        /// End.
        end: Date "終了",
        /// Status as given.
        status: Code "状態",
        /// Department as written.
        department_text: Text "診療科名",
    }
}
