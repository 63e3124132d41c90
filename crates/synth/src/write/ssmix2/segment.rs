//! Segments of HL7 v2.5 as SS-MIX2 profiles it: fields, escapes, the header.
//!
//! Text from outside is escaped before it is joined, so that a `|` in a name cannot open a field (HL7 v2.5 §2.7).

use super::Style;

/// A segment being built: name and fields.
pub(super) struct Segment(Vec<String>);

impl Segment {
    pub(super) fn new(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// Sets field `number` (from 1) to text that is already escaped.
    pub(super) fn with(mut self, number: usize, field: impl Into<String>) -> Self {
        if self.0.len() <= number {
            self.0.resize(number + 1, String::new());
        }
        if let Some(slot) = self.0.get_mut(number) {
            *slot = field.into();
        }
        self
    }

    /// The segment without its terminator, without empty fields at its end.
    pub(super) fn text(mut self) -> String {
        while self.0.len() > 1 && self.0.last().is_some_and(String::is_empty) {
            self.0.pop();
        }
        self.0.join("|")
    }
}

/// Free text with the delimiters escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\E\\"),
            '|' => out.push_str("\\F\\"),
            '^' => out.push_str("\\S\\"),
            '&' => out.push_str("\\T\\"),
            '~' => out.push_str("\\R\\"),
            '\r' | '\n' => out.push_str("\\.br\\"),
            other => out.push(other),
        }
    }
    out
}

/// Code, text and coding system as components.
pub(super) fn coded(code: &str, text: &str, system: &str) -> String {
    format!("{code}^{}^{system}", escaped(text))
}

/// The header of a message: `at` is the moment in 17 digits, `kind` such as `ADT^A08^ADT_A01`.
pub(super) fn header(style: &Style, at: &str, kind: &str, control: &str) -> String {
    let (second, millisecond) = at.split_at(at.len().min(14));
    format!(
        "MSH|^~\\&|{}|SEND|GW|RCV|{second}.{millisecond}||{kind}|{control}|P|2.5||||||{}||ISO 2022-1994|SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO",
        style.system, style.charset
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_from_one_and_empty_ones_at_the_end_are_dropped() {
        let segment = Segment::new("PV1").with(2, "O").with(44, "20200803").with(50, "");
        assert_eq!(segment.text().split('|').count(), 45);
    }

    #[test]
    fn delimiters_in_text_are_escaped() {
        assert_eq!(escaped("a|b^c&d~e\\f\ng"), "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\.br\\g");
    }
}
