//! Canonical JSON: one byte sequence for one value, so that a hash means the value.
//!
//! The form is that of RFC 8785 in all but numbers: no white space; members sorted by name; `"`, `\` and the control
//! characters U+0000–U+001F escaped (`\b \t \n \f \r`, else `\u00` and two lower-case digits) and nothing else. Names sort
//! by their UTF-8 bytes. Numbers keep the digits they were given, because 3.50 is not 3.5 in a medical record; an exponent is
//! written `e+` or `e-`. That a value has *one* form comes from [`crate::entry`], which refuses what does not read back
//! to itself.

use serde_json::Value;

/// Deepest nesting of a value.
pub const DEPTH: usize = 64;

/// Appends the canonical form of `value`. `None`: it is nested deeper than [`DEPTH`].
pub fn write(value: &Value, text: &mut String) -> Option<()> {
    write_at(value, text, DEPTH)
}

fn write_at(value: &Value, text: &mut String, depth: usize) -> Option<()> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => write_string(string, text),
        Value::Array(items) => {
            let depth = depth.checked_sub(1)?;
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_at(item, text, depth)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let depth = depth.checked_sub(1)?;
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write_at(member, text, depth)?;
            }
            text.push('}');
        }
    }
    Some(())
}

/// Appends a JSON string.
pub fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1f}' => {
                text.push_str("\\u00");
                text.push(if character >= '\u{10}' { '1' } else { '0' });
                text.extend(char::from_digit(character as u32 & 0xf, 16));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn canonical(value: &Value) -> String {
        let mut text = String::new();
        write(value, &mut text).unwrap();
        text
    }

    #[test]
    fn members_are_sorted_and_digits_are_kept() {
        let value: Value =
            serde_json::from_str(r#"{ "b": 3.50, "a": [true, null], "あ": "\u0001\n\"" }"#).unwrap();
        assert_eq!(canonical(&value), r#"{"a":[true,null],"b":3.50,"あ":"\u0001\n\""}"#);
    }

    #[test]
    fn a_value_nested_too_deep_has_no_form() {
        let deep = (0..=DEPTH).fold(json!(1), |inner, _| json!([inner]));
        assert!(write(&deep, &mut String::new()).is_none());
    }

    proptest! {
        #[test]
        fn any_string_reads_back(string in ".*") {
            prop_assert_eq!(serde_json::from_str::<Value>(&canonical(&json!(string))).unwrap(), json!(string));
        }

        #[test]
        fn every_control_character_reads_back(code in 0u8..32) {
            let string = char::from(code).to_string();
            prop_assert_eq!(serde_json::from_str::<String>(&canonical(&json!(string))).unwrap(), string);
        }
    }
}
