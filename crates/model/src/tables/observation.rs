//! Laboratory results, vital signs and other observations.

table! {
    /// One observed value (検査結果・バイタル・身体計測), or one ordered test without a value yet.
    Observation, ObservationBuilder = "observation" "検査・観察" {
        /// laboratory, vital-signs, profile (患者プロフィール), order, or the source's word.
        category: Code "区分",
        /// Item code as given.
        code: Code "項目コード",
        /// System of the code.
        code_system: CodeSystem "項目コード体系",
        /// Item name as written.
        text: Text "項目名",
        /// Further codings as JSON.
        other_codes: Json "その他のコード",
        /// Value as written, digits kept.
        value: Text "値",
        /// Value as a number, where it is one.
        value_number: Number "値(数値)",
        /// Comparator `<`, `<=`, `>=`, `>`, where written.
        comparator: Code "比較記号",
        /// Code of a coded value.
        value_code: Code "値コード",
        /// System of the coded value.
        value_system: CodeSystem "値コード体系",
        /// Unit as written.
        unit: Text "単位",
        /// Reference range as written.
        reference_range: Text "基準値",
        /// Abnormal flag: H, L, N, ...
        flag: Code "異常フラグ",
        /// Specimen code.
        specimen: Code "検体コード",
        /// Specimen as written.
        specimen_text: Text "検体",
        /// When observed or collected.
        time: Date "日時",
        /// final, preliminary, corrected, cancelled, or the source's word.
        status: Code "状態",
    }
}
