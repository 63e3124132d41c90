//! Documents, and records of kinds that have no table.

table! {
    /// One document, note or report (文書), or one record of a kind without a table, kept whole in `extra`.
    Document, DocumentBuilder = "document" "文書" {
        /// Kind of document, or the source kind of a record without a table.
        category: Code "文書区分",
        /// Document type code.
        code: Code "文書コード",
        /// System of the code.
        code_system: CodeSystem "コード体系",
        /// Title or type as written.
        title: Text "標題",
        /// Date of the document.
        date: Date "日付",
        /// Text of the document. Free text can identify: it is released only through text de-identification.
        body: Text "本文",
        /// Media type of the body.
        media_type: Code "形式",
        /// Status as given.
        status: Code "状態",
    }
}
