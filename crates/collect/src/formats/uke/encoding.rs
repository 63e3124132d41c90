//! Which encoding a receipt is written in, judged on its bytes, and decoding that never guesses.
//!
//! The rule is Windows-31J (CP932); exports in UTF-8 exist. UTF-8 Japanese is very often valid CP932 too (as 縺ゅ and the
//! like), so the judge asks the other way round: text that is valid UTF-8 *and* Japanese in it is UTF-8. Each column
//! votes with its bytes, so that a name of two rare kanji or one cut character does not decide for a receipt.

use std::borrow::Cow;

/// How the bytes of text are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Windows-31J, the specification's.
    Cp932,
    /// UTF-8, with or without a byte order mark.
    Utf8,
}

/// Text, and whether its last character was cut in half and left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) cut: bool,
}

impl Encoding {
    /// The encoding of a receipt, from its lines.
    pub(super) fn judge<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut utf8, mut cp932) = (0usize, 0usize);
        for column in lines.filter(|line| !line.is_ascii()).flat_map(|line| line.split(|b| *b == b',')) {
            match () {
                () if column.is_ascii() => {}
                () if reads_as_japanese_utf8(column) => utf8 += column.len(),
                () => cp932 += column.len(),
            }
        }
        if utf8 > cp932 { Self::Utf8 } else { Self::Cp932 }
    }

    /// Decodes one column; `None` if a character in it is not of this encoding. A last character cut in half, as happens
    /// at length limits, is left out and said so.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Decoded<'_>> {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Some(Decoded { text: Cow::Borrowed(text), cut: false }),
                Err(error) if error.error_len().is_none() => {
                    let text = std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?;
                    Some(Decoded { text: Cow::Borrowed(text), cut: true })
                }
                Err(_) => None,
            },
            Self::Cp932 => {
                let whole =
                    |bytes| encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
                if let Some(text) = whole(bytes) {
                    return Some(Decoded { text, cut: false });
                }
                let (last, rest) = bytes.split_last()?;
                matches!(last, 0x81..=0x9F | 0xE0..=0xFC).then_some(())?;
                Some(Decoded { text: whole(rest)?, cut: true })
            }
        }
    }
}

/// Whether bytes are UTF-8 (a cut last character aside) with at least one character that Japanese is written with.
fn reads_as_japanese_utf8(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or("")
        }
        Err(_) => return false,
    };
    text.chars().any(|c| matches!(c, '\u{2010}'..='\u{27BF}' | '\u{3000}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FFEE}'))
}

/// Whether text has a character of the private use area (外字): only its sender knows the glyph.
pub(super) fn has_private_character(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{E000}'..='\u{F8FF}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp932(text: &str) -> Vec<u8> {
        encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
    }

    #[test]
    fn utf8_and_cp932_are_told_apart_even_for_rare_kanji_and_half_width_kana() {
        for text in [
            "RE,厚労　花子,コウロウハナコ",
            "RE,ﾔﾏﾀﾞ ﾀﾛｳ,ﾔﾏﾀﾞ",
            "RE,齊田　一,サイタ",
            "CO,１日３回",
            "SY,β遮断薬　喘息",
        ] {
            assert_eq!(Encoding::judge([text.as_bytes()].into_iter()), Encoding::Utf8, "{text} in UTF-8");
            assert_eq!(
                Encoding::judge([cp932(text).as_slice()].into_iter()),
                Encoding::Cp932,
                "{text} in CP932"
            );
        }
        // ﾂｱ is C2 B1, which is also ± in UTF-8.
        assert_eq!(Encoding::judge([cp932("ﾂｱ").as_slice()].into_iter()), Encoding::Cp932);
    }

    #[test]
    fn a_cut_last_character_is_left_out_and_said_so_but_damage_inside_is_not_guessed() {
        let mut bytes = cp932("糖尿病");
        bytes.pop();
        let decoded = Encoding::Cp932.decode(&bytes).unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.cut), ("糖尿", true));
        let utf8 = "糖尿病".as_bytes();
        let decoded = Encoding::Utf8.decode(&utf8[..8]).unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.cut), ("糖尿", true));
        assert_eq!(Encoding::judge([&utf8[..8]].into_iter()), Encoding::Utf8);
        assert!(Encoding::Cp932.decode(b"\xFF\x41").is_none());
        assert!(Encoding::Utf8.decode(b"\xE3\x41\xE3\x81\x82").is_none());
    }

    #[test]
    fn gaiji_are_seen() {
        // F040 is the first code of the user-defined area of Windows-31J.
        let decoded = Encoding::Cp932.decode(b"\xF0\x40").unwrap();
        assert!(has_private_character(&decoded.text));
        assert!(!has_private_character("髙橋"));
    }
}
