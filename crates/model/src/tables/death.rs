//! Deaths.

table! {
    /// One statement that a person died (死亡).
    Death, DeathBuilder = "death" "死亡" {
        /// Date of death at the precision given.
        date: Date "死亡日",
        /// Cause code, where given.
        cause: Code "死因",
        /// System of the cause.
        cause_system: CodeSystem "死因コード体系",
        /// Where it was read from: discharge, receipt, patient record, certificate.
        basis: Code "根拠",
    }
}
