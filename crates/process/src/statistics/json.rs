//! A definition in JSON is read as the same definition in TOML, byte for byte in its place, so that every problem is told at
//! the line where it stands in the JSON.
//!
//! JSON's objects are TOML's inline tables but for the colon and line breaks; the outermost object is the file itself.

use kiban_model::report::Bilingual;

/// The JSON text as TOML of the same length. `Err`: it is not a JSON object; line, column and why.
pub(super) fn as_toml(text: &str) -> Result<String, (usize, usize, Bilingual)> {
    let parsed: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(text);
    if let Err(error) = parsed {
        let message =
            Bilingual::new("JSON の表 { … } として読めません", "not readable as a JSON object `{ … }`");
        return Err((error.line().max(1), error.column().max(1), message));
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    let translated = text.chars().map(|c| {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return c;
        }
        match c {
            '"' => quoted = true,
            '{' | '[' => {
                depth += 1;
                return if depth == 1 { ' ' } else { c };
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                return if depth == 0 { ' ' } else { c };
            }
            ',' if depth == 1 => return '\n',
            ':' => return '=',
            '\n' | '\r' => return ' ',
            _ => {}
        }
        c
    });
    Ok(translated.collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_byte_keeps_its_place() {
        let json = "{\n  \"a\": [1, {\"b:,{\": \"\\\"}\"}],\n  \"c\": true\n}\n";
        let toml = as_toml(json).unwrap();
        assert_eq!(toml.len(), json.len());
        let read: serde_json::Value = toml::from_str(&toml).unwrap();
        let meant: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(read, meant);
        assert_eq!(as_toml("{\n \"a\" 1}").unwrap_err().0, 2);
        assert!(as_toml("[1]").is_err());
    }
}
