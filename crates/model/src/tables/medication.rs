//! Drugs ordered, given or claimed.

table! {
    /// One drug in one order, administration or claim (処方・注射・投薬).
    Medication, MedicationBuilder = "medication" "薬剤" {
        /// order, administration, dispense, statement.
        category: Code "区分",
        /// Drug code as given.
        code: Code "薬剤コード",
        /// System of the code.
        code_system: CodeSystem "薬剤コード体系",
        /// Drug name as written.
        text: Text "薬剤名",
        /// 12-character code (YJ or price list) where given or found through the operator's master.
        price_list_code: Code "薬価基準コード",
        /// Further codings as JSON.
        other_codes: Json "その他のコード",
        /// Amount per dose as written.
        dose: Text "1回量",
        /// Amount per dose as a number.
        dose_number: Number "1回量(数値)",
        /// Unit of the dose.
        dose_unit: Text "単位",
        /// Total amount as written.
        quantity: Text "総量",
        /// Total amount as a number.
        quantity_number: Number "総量(数値)",
        /// Unit of the total.
        quantity_unit: Text "総量単位",
        /// Usage code (用法).
        usage: Code "用法コード",
        /// System of the usage code.
        usage_system: CodeSystem "用法コード体系",
        /// Usage as written.
        usage_text: Text "用法",
        /// Route as given (投与経路).
        route: Code "投与経路",
        /// Days supplied or number of doses (投与日数・回数).
        days: Number "日数",
        /// Start, or the moment of administration.
        start: Date "開始",
        /// End.
        end: Date "終了",
        /// active, completed, cancelled, stopped, or the source's word.
        status: Code "状態",
        /// Ordering department, as written.
        department_text: Text "診療科名",
    }
}
