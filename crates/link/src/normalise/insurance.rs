//! Insurance (被保険者証の記号・番号・枝番): four numbers that people also type into one field.
//!
//! Never decides by the check digit of the insurer number: a mistyped insurer differs from the right one anyway, and
//! setting it aside would throw away that the records of one hospital share it. Source: 保険者番号等の設定について
//! (厚生労働省保険局長通知) for lengths and 枝番 of two digits.

use super::Implausible;
use super::characters::{fold, is_dash};
use super::numbers::{is_placeholder, normalise_identifier};

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

/// Insurance, and what was set aside. Without an insurance number only the insurer is kept. Symbol, number and branch may
/// stand in one field: `123・4567`, `記号123番号4567(枝番)01`.
pub fn normalise_insurance(
    insurer: &str,
    symbol: &str,
    number: &str,
    branch: &str,
) -> (Insurance, Option<Implausible>) {
    let insurer = bare(insurer);
    let (symbol, number) = (fold(symbol), fold(number));
    let parts = match (symbol.is_empty(), number.is_empty()) {
        (true, false) => apart(&number),
        (false, true) => apart(&symbol),
        _ => {
            let found = apart(&number);
            // The symbol has its own field: what looks like one in the number belongs to it.
            let number = if found.symbol.is_empty() { found.number } else { number.as_str() };
            Parts { symbol: &symbol, number, branch: found.branch }
        }
    };
    let number = normalise_identifier(parts.number);
    // 1 and 11 are numbers; 9999 may be one too, but five or more of one digit are not.
    let placeholder = number.len() >= 5 && is_placeholder(&number);
    let number = if placeholder { String::new() } else { number.trim_start_matches('0').to_owned() };
    let personal = insurer.len() == 8 && insurer.starts_with("39");
    let branch = if branch.trim().is_empty() { bare(parts.branch) } else { bare(branch) };
    let insurance = Insurance { symbol: bare(parts.symbol), branch, insurer, number, personal };
    (insurance, placeholder.then_some(Implausible::Placeholder))
}

/// A symbol (記号) that stands in a field of its own, as [`normalise_insurance`] gives it.
pub fn insurance_symbol(symbol: &str) -> String {
    bare(&fold(symbol))
}

fn bare(text: &str) -> String {
    normalise_identifier(text).trim_start_matches('0').to_owned()
}

/// What stands in one field. Empty where it does not.
#[derive(Default)]
struct Parts<'a> {
    symbol: &'a str,
    number: &'a str,
    branch: &'a str,
}

/// Takes one field apart along its labels, or its middle dot; a branch is two digits after a dash or in brackets.
fn apart(field: &str) -> Parts<'_> {
    let (field, branch) = without_branch(field);
    let separators = |c: char| matches!(c, ':' | '・' | '/') || c.is_whitespace();
    let trimmed = |text: &'_ str| -> usize { text.len() - text.trim_start_matches(separators).len() };
    if let Some((symbol, number)) = field.split_once("番号") {
        let symbol = symbol.trim_start_matches(separators);
        let symbol = symbol.strip_prefix("記号").unwrap_or(symbol).trim_matches(separators);
        let number = number.get(trimmed(number)..).unwrap_or("");
        // 記号・番号 123・4567: the labels stand together.
        return if symbol.is_empty() && !number.is_empty() {
            let (symbol, number) = dotted(number);
            Parts { symbol, number, branch }
        } else {
            Parts { symbol, number, branch }
        };
    }
    let (symbol, number) = dotted(field.strip_prefix("記号").unwrap_or(field));
    Parts { symbol, number, branch }
}

/// `123・4567`, `公立-12-34`: up to the last separator is the symbol.
fn dotted(text: &str) -> (&str, &str) {
    let text = text.trim();
    let at =
        text.char_indices().rev().find(|(_, c)| matches!(c, '・' | '/' | ':') || is_dash(*c) || *c == ' ');
    match at {
        Some((at, c)) if at > 0 => {
            (text.get(..at).unwrap_or(""), text.get(at + c.len_utf8()..).unwrap_or(""))
        }
        _ => ("", text),
    }
}

/// The branch, where it is labelled, in brackets, or two digits behind a dash and at least three others.
fn without_branch(field: &str) -> (&str, &str) {
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((before, branch)) = field.split_once("枝番") {
        let end = |c: char| matches!(c, '(' | '[' | '-' | '・') || c.is_whitespace();
        let start = |c: char| matches!(c, ')' | ']' | ':' | '号' | '-' | '(') || c.is_whitespace();
        return (before.trim_end_matches(end), branch.trim_matches(start));
    }
    if let Some((before, branch)) = field.strip_suffix(')').and_then(|f| f.rsplit_once('('))
        && digits(branch)
    {
        return (before.trim_end(), branch);
    }
    match field.char_indices().rev().find(|(_, c)| is_dash(*c)) {
        Some((at, dash)) => {
            let (before, branch) =
                (field.get(..at).unwrap_or(""), field.get(at + dash.len_utf8()..).unwrap_or(""));
            let numbered = before.bytes().filter(u8::is_ascii_digit).count() >= 3;
            if digits(branch) && numbered { (before, branch) } else { (field, "") }
        }
        None => (field, ""),
    }
}
