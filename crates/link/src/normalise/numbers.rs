//! Numbers: telephone, postal code, insurance. Width, dashes and leading zeros are of no meaning.

use super::characters::{fold, is_dash};
use super::{Implausible, kanji_match_form};

/// Insurance of one statement (被保険者証の記号・番号). Empty is unknown. Has no `Debug`: it identifies a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Insurance {
    /// Insurer (保険者番号), without leading zeros.
    pub insurer: String,
    /// Symbol (記号).
    pub symbol: String,
    /// Number (番号), without leading zeros; empty where the insurer alone is known.
    pub number: String,
    /// Branch (枝番), without leading zeros.
    pub branch: String,
    /// The scheme insures persons, not households: 後期高齢者医療 (insurers 39…).
    pub personal: bool,
}

/// Telephone digits with the national 0 in front; empty for a blank.
///
/// ```
/// use kiban_link::normalise::normalise_phone;
/// assert_eq!(normalise_phone("+81 (0)3－1234－5678").as_deref(), Ok("0312345678"));
/// assert!(normalise_phone("000-0000-0000").is_err());
/// ```
pub fn normalise_phone(text: &str) -> Result<String, Implausible> {
    let folded = fold(text);
    let international = folded.trim_start().starts_with('+');
    let mut digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    if international && let Some(rest) = digits.strip_prefix("81") {
        digits = format!("0{}", rest.trim_start_matches('0'));
    }
    if digits.is_empty() {
        return Ok(digits);
    }
    if is_placeholder(&digits) || digits == "0123456789" || digits == "1234567890" {
        return Err(Implausible::Placeholder);
    }
    // A local number without its area code still tells neighbours apart; less does not.
    if (6..=15).contains(&digits.len()) { Ok(digits) } else { Err(Implausible::Length) }
}

/// Postal code: seven digits for Japan, otherwise letters and digits as they are. Empty for a blank.
pub fn normalise_postal_code(text: &str) -> Result<String, Implausible> {
    let code = normalise_identifier(text);
    let code = code.strip_prefix('〒').unwrap_or(&code).to_owned();
    if is_placeholder(&code) { Err(Implausible::Placeholder) } else { Ok(code) }
}

/// Letters and digits of a number or symbol: width and variants folded, upper case, no dashes, dots or spaces.
pub fn normalise_identifier(text: &str) -> String {
    kanji_match_form(&fold(text))
        .chars()
        .filter(|c| !c.is_whitespace() && !is_dash(*c) && !matches!(c, '.' | '・' | ',' | '/' | '\''))
        .flat_map(char::to_uppercase)
        .collect()
}

/// One digit over and over (0000000, 99999999), at least three times.
pub(super) fn is_placeholder(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    text.len() >= 3 && first.is_some_and(|f| f.is_ascii_digit()) && chars.all(|c| Some(c) == first)
}

/// Insurance, and what was set aside. Without an insurance number only the insurer is kept.
pub fn normalise_insurance(
    insurer: &str,
    symbol: &str,
    number: &str,
    branch: &str,
) -> (Insurance, Option<Implausible>) {
    let bare = |text: &str| normalise_identifier(text).trim_start_matches('0').to_owned();
    let insurer = bare(insurer);
    let number = normalise_identifier(number);
    // 1 and 11 are numbers; 9999 may be one too, but five or more of one digit are not.
    let placeholder = number.len() >= 5 && is_placeholder(&number);
    let number = if placeholder { String::new() } else { number.trim_start_matches('0').to_owned() };
    let personal = insurer.len() == 8 && insurer.starts_with("39");
    let insurance = Insurance { symbol: bare(symbol), branch: bare(branch), insurer, number, personal };
    (insurance, placeholder.then_some(Implausible::Placeholder))
}
