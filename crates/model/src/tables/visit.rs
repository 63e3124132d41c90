//! Encounters.

table! {
    /// One encounter or a change within it (受診・入院・転科・外泊・退院).
    Visit, VisitBuilder = "visit" "受診" {
        /// `outpatient`, `inpatient`, `emergency`, `leave` (外泊), `transfer` (転科・転棟), or the source's own word.
        class: Code "受診区分",
        /// Start of the encounter.
        start: Date "開始",
        /// End of the encounter.
        end: Date "終了",
        /// Department code.
        department: Code "診療科",
        /// System of the department code.
        department_system: CodeSystem "診療科コード体系",
        /// Department as written.
        department_text: Text "診療科名",
        /// Ward as written.
        ward: Text "病棟",
        /// Where the patient came from (入院経路).
        admission_source: Code "入院経路",
        /// Outcome at discharge (退院時転帰), the source's code.
        discharge_disposition: Code "退院時転帰",
        /// planned, in-progress, finished, cancelled, or the source's own word.
        status: Code "状態",
    }
}
