//! Dated lines of receipts.

table! {
    /// One act, drug, material or comment of a receipt on one day (day columns expanded; 摘要情報).
    ClaimLine, ClaimLineBuilder = "claim_line" "レセプト明細" {
        /// procedure, drug, material, comment, symptom (症状詳記).
        category: Code "区分",
        /// Day of service; the month where the receipt gives no day.
        date: Date "実施日",
        /// Act class (診療識別), inherited from the line that states it.
        act_class: Code "診療識別",
        /// Burden class (負担区分).
        burden: Code "負担区分",
        /// 9-digit code.
        code: Code "レセ電コード",
        /// System of the code.
        code_system: CodeSystem "コード体系",
        /// Name from the operator's master, or text as written.
        text: Text "名称",
        /// 12-character drug code through the operator's master.
        price_list_code: Code "薬価基準コード",
        /// Amount used per count as written.
        quantity: Text "数量",
        /// Amount used per count as a number.
        quantity_number: Number "数量(数値)",
        /// Unit (code or name).
        unit: Text "単位",
        /// Points of the whole calculation unit, on its last line only, as the receipt writes them.
        points: Integer "点数",
        /// Times on this day.
        count: Integer "回数",
        /// Number of the calculation unit (算定単位) in the receipt, from 1: lines of one number were priced together.
        unit_no: Integer "算定単位番号",
    }
}
