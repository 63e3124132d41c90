//! What identifies a person, as a record stated it. Goes to the vault and nowhere else **(law)**.

use crate::{DateAsGiven, Private, Sex};

/// One statement of identity found in one record (本人を識別する記述).
///
/// `Debug` shows which fields are present but no value of an identifying one. Several statements about one subject
/// accumulate (a marriage, a move, a new insurer); nothing here overwrites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Full name in kanji (氏名), family and given separated by one ideographic space U+3000 where the source separates them.
    pub name: Option<Private<String>>,
    /// Full name in kana (カナ氏名), separated likewise.
    pub kana: Option<Private<String>>,
    /// Full name in Latin letters (ローマ字氏名).
    pub roman: Option<Private<String>>,
    /// Date of birth (生年月日).
    pub birth_date: Option<Private<DateAsGiven>>,
    /// Administrative sex (性別).
    pub sex: Option<Sex>,
    /// Postal code, digits only (郵便番号).
    pub postal_code: Option<Private<String>>,
    /// Address as given (住所).
    pub address: Option<Private<String>>,
    /// Telephone numbers as given, home first (電話番号).
    pub phones: Vec<Private<String>>,
    /// Insurer number, 8 digits where given in full (保険者番号).
    pub insurer: Option<Private<String>>,
    /// Insurance symbol (記号).
    pub insurance_symbol: Option<Private<String>>,
    /// Insurance number (番号).
    pub insurance_number: Option<Private<String>>,
    /// Branch number of the insured (枝番).
    pub insurance_branch: Option<Private<String>>,
    /// Other numbers that identify: (system, value), for example a recipient number of a public payer (公費受給者番号).
    pub other_numbers: Vec<(String, Private<String>)>,
    /// Whatever else identifies and has no field: JSON with the source's own names.
    pub extra: Option<Private<String>>,
}
