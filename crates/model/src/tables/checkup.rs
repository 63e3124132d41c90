//! Health checkups.

table! {
    /// One health checkup (健診) attended; its items are observations.
    Checkup, CheckupBuilder = "checkup" "健診" {
        /// Programme (特定健診 and kin), as given.
        program: Code "健診区分",
        /// System of the programme code.
        program_system: CodeSystem "コード体系",
        /// Programme as written.
        text: Text "健診名",
        /// Day of the checkup.
        date: Date "実施日",
        /// Overall judgement as written.
        judgement: Text "総合判定",
    }
}
