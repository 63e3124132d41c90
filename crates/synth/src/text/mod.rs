//! Text as hospitals and insurers put it on disk: ISO-2022-JP for SS-MIX2, CP932 for receipts.
//!
//! Nothing outside the target's repertoire is ever written as `&#...;`: it is replaced first, as hospital systems do, by a
//! usual equivalent (① by (1)), by the plain form of the character, or by `■`. Sources: SS-MIX2 allows ASCII and JIS X 0208
//! only, and the substitution table of the National Hospital Organization says what to write instead (formats §2.4, §3).

mod substitute;

use encoding_rs::{EncoderResult, Encoding, ISO_2022_JP, SHIFT_JIS};
use std::sync::LazyLock;
use substitute::{equivalent, widen_kana};

/// What becomes of a character that the target cannot write and that has no usual equivalent (外字).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaiji {
    /// `■`.
    Box,
    /// Its plain form where there is one (髙 → 高), else `■`.
    PlainForm,
}

/// ISO-2022-JP with ASCII and JIS X 0208 only. Every segment (up to CR or LF) ends in ASCII.
///
/// ```
/// use kiban_synth::{Gaiji, to_iso2022jp};
/// assert_eq!(to_iso2022jp("髙橋|①", Gaiji::Box), to_iso2022jp("■橋|(1)", Gaiji::Box));
/// ```
pub fn to_iso2022jp(text: &str, gaiji: Gaiji) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 2);
    for segment in text.split_inclusive(['\r', '\n']) {
        let (body, end) = split_end(segment);
        encode(ISO_2022_JP, &replaced(&widen_kana(body), gaiji, is_jis_x_0208), &mut bytes);
        bytes.extend_from_slice(end.as_bytes());
    }
    bytes
}

/// CP932 (Windows-31J), the code of receipts, with its NEC and IBM characters (髙, ①).
pub fn to_cp932(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 2);
    encode(SHIFT_JIS, &replaced(text, Gaiji::PlainForm, is_cp932), &mut bytes);
    bytes
}

fn split_end(segment: &str) -> (&str, &str) {
    let end = segment.trim_end_matches(['\r', '\n']).len();
    segment.split_at(end)
}

/// The text with every character that `fits` refuses replaced.
fn replaced(text: &str, gaiji: Gaiji, fits: fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if fits(character) {
            out.push(character);
        } else if let Some(instead) = equivalent(character).filter(|s| s.chars().all(fits)) {
            out.push_str(instead);
        } else {
            let plain = crate::registration::plain(character.encode_utf8(&mut [0; 4]));
            let usable = gaiji == Gaiji::PlainForm && plain.chars().all(fits);
            out.push_str(if usable { &plain } else { "■" });
        }
    }
    out
}

/// The characters of the basic plane that a code table holds, asked once of the encoder.
static JIS_X_0208: LazyLock<Vec<bool>> = LazyLock::new(|| basic_plane(in_jis_x_0208));
static CP932: LazyLock<Vec<bool>> = LazyLock::new(|| basic_plane(in_cp932));

fn basic_plane(holds: fn(char) -> bool) -> Vec<bool> {
    (0..0x1_0000).map(|code| char::from_u32(code).is_some_and(holds)).collect()
}

fn is_jis_x_0208(character: char) -> bool {
    JIS_X_0208.get(character as usize).copied().unwrap_or(false)
}

fn is_cp932(character: char) -> bool {
    CP932.get(character as usize).copied().unwrap_or(false)
}

/// Whether a character is ASCII text or in JIS X 0208 proper: rows 1–8 and 16–84, without the NEC and IBM rows that
/// encoders accept silently.
fn in_jis_x_0208(character: char) -> bool {
    if character.is_ascii() {
        return !matches!(character, '\u{e}' | '\u{f}' | '\u{1b}');
    }
    let mut bytes = Vec::with_capacity(8);
    if !encode(ISO_2022_JP, character.encode_utf8(&mut [0; 4]), &mut bytes) {
        return false;
    }
    match bytes.as_slice() {
        [0x1b, b'$', b'B', row, _, ..] => matches!(row.wrapping_sub(0x20), 1..=8 | 16..=84),
        _ => false,
    }
}

fn in_cp932(character: char) -> bool {
    encode(SHIFT_JIS, character.encode_utf8(&mut [0; 4]), &mut Vec::with_capacity(2))
}

/// Appends the encoded text, back in ASCII at the end; `false` if a character had to be left out.
fn encode(encoding: &'static Encoding, text: &str, bytes: &mut Vec<u8>) -> bool {
    let mut encoder = encoding.new_encoder();
    let (mut rest, mut whole) = (text, true);
    loop {
        bytes.reserve(
            encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len() * 4) + 8,
        );
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, bytes, true);
        rest = rest.get(read..).unwrap_or("");
        match result {
            EncoderResult::InputEmpty => return whole,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => whole = false,
        }
    }
}

#[cfg(test)]
mod tests;
