//! Numbers and symbols of any kind, and postal codes. Width, dashes and spaces are of no meaning.

use super::characters::{fold, is_dash};
use super::{Implausible, kanji_match_form};

/// Postal code: seven digits for Japan, otherwise letters and digits as they are. Empty for a blank.
pub fn normalise_postal_code(text: &str) -> Result<String, Implausible> {
    let code = normalise_identifier(text);
    let code = code.strip_prefix('〒').unwrap_or(&code).to_owned();
    if is_placeholder(&code) { Err(Implausible::Placeholder) } else { Ok(code) }
}

/// Letters and digits of a number or symbol: width and variants folded, upper case, no dashes, dots or spaces.
pub fn normalise_identifier(text: &str) -> String {
    let bare: String = kanji_match_form(&fold(text))
        .chars()
        .filter(|c| !c.is_whitespace() && !is_dash(*c) && !matches!(c, '.' | '・' | ',' | '/' | '\''))
        .flat_map(char::to_uppercase)
        .collect();
    // Capitals of some letters come decomposed, and marks meet what a dash kept apart.
    fold(&bare)
}

/// One digit over and over (0000000, 99999999), at least three times.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    text.len() >= 3 && first.is_some_and(|f| f.is_ascii_digit()) && chars.all(|c| Some(c) == first)
}
