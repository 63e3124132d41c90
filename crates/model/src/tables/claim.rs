//! Receipts.

table! {
    /// One receipt (レセプト): one person, one institution, one month.
    Claim, ClaimBuilder = "claim" "レセプト" {
        /// medical, dpc, dental, pharmacy.
        category: Code "点数表",
        /// Receipt type, 4 digits (レセプト種別).
        receipt_type: Code "レセプト種別",
        /// inpatient or outpatient.
        class: Code "入外",
        /// Month of care.
        month: Date "診療年月",
        /// Month of billing.
        billing_month: Date "請求年月",
        /// Admission date.
        admission: Date "入院年月日",
        /// Days of care under the first payer.
        days: Integer "診療実日数",
        /// Total points of the first payer.
        points: Integer "合計点数",
        /// Number of payers (保険 and 公費).
        payers: Integer "負担者数",
        /// Department code.
        department: Code "診療科",
        /// Patient state codes (患者の状態).
        patient_state: Text "患者の状態",
    }
}
