//! What is known of a person besides who they are.

table! {
    /// One statement of a person's attributes (本人の属性) in one record; a snapshot's `person` view takes the latest.
    Person, PersonBuilder = "person" "本人" {
        /// Administrative sex: M, F, O, U.
        sex: Code "性別",
        /// Date of birth at the precision given.
        birth_date: Date "生年月日",
        /// Municipality of residence, 5-digit local-government code without check digit (全国地方公共団体コード), derived from the address at intake.
        municipality: Code "市区町村",
        /// Prefecture of residence, 2 digits (JIS X 0401).
        prefecture: Code "都道府県",
    }
}
