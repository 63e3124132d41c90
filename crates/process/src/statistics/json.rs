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
    if let Some((line, column)) = json_s_own(text) {
        let message = Bilingual::new(
            "文字列の中の `\\/` と、組で一文字を表す `\\uD800`～`\\uDFFF` は使えません。文字をそのまま書いてください",
            "a string here cannot hold `\\/`, nor `\\uD800` to `\\uDFFF` in pairs: write the character itself",
        );
        return Err((line, column, message));
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

/// Where the first escape stands that JSON has and TOML has not. Escapes are in strings alone.
fn json_s_own(text: &str) -> Option<(usize, usize)> {
    let (mut line, mut column, mut escaped) = (1, 1, false);
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let surrogate = || {
            rest.get(1..3).is_some_and(|two| {
                matches!(two.to_ascii_lowercase().as_bytes(), [b'd', b'8'..=b'9' | b'a'..=b'f'])
            })
        };
        if escaped && (c == '/' || (c == 'u' && surrogate())) {
            return Some((line, column - 1));
        }
        escaped = !escaped && c == '\\';
        (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    None
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

    #[test]
    fn escapes_that_only_json_has_are_refused_in_own_words() {
        for (own, place) in [
            ("{\"title\":\n \"a\\/b\"}", (2, 4)),
            ("{\"title\": \"\\uD842\\uDFB7\"}", (1, 12)),
            ("{\"title\": \"\\ud842\\udfb7\"}", (1, 12)),
        ] {
            let (line, column, message) = as_toml(own).unwrap_err();
            assert_eq!((line, column), place);
            assert!(message.en.contains("write the character itself"));
        }
        for fine in ["{\"title\": \"a\\\\/b\"}", "{\"title\": \"\\u5973\\ud7ff\"}"] {
            let read: serde_json::Value = toml::from_str(&as_toml(fine).unwrap()).unwrap();
            assert_eq!(read, serde_json::from_str::<serde_json::Value>(fine).unwrap());
        }
    }
}
