//! ISO-2022-JP, one segment at a time, with the checks that general decoders leave out (formats §3, encoding facts).
//!
//! A general decoder reads `ESC $ B 30 21 | x` as 亜ⅷ and reports nothing: the delimiter is gone. Here a segment that ends
//! in two-byte mode is refused when a delimiter may have been swallowed.

use super::reasons;
use encoding_rs::EUC_JP;
use kiban_model::Reason;

const ESCAPE: u8 = 0x1B;

#[derive(Clone, Copy, PartialEq)]
enum Set {
    Ascii,
    Katakana,
    Kanji,
    Supplementary,
}

/// Whether there is anything but plain ASCII in it.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii() && memchr::memchr3(ESCAPE, 0x0E, 0x0F, bytes).is_none()
}

/// Decodes from the ASCII state; notes go to `note`.
///
/// # Errors
/// The reason why the structure of the text is uncertain.
pub(super) fn decode(bytes: &[u8], note: &mut dyn FnMut(&'static Reason)) -> Result<String, &'static Reason> {
    let mut text = String::with_capacity(bytes.len());
    let mut set = Set::Ascii;
    let mut rest = bytes;
    loop {
        let end = memchr::memchr(ESCAPE, rest).unwrap_or(rest.len());
        let (run, tail) = rest.split_at_checked(end).unwrap_or((rest, b""));
        append(run, set, &mut text, note)?;
        if tail.is_empty() {
            if matches!(set, Set::Kanji | Set::Supplementary | Set::Katakana) && !run.is_empty() {
                // A byte below 0x40 or a letter cannot delimit; these five can.
                let swallowed = run.iter().any(|byte| matches!(byte, b'|' | b'^' | b'~' | b'\\' | b'&'));
                if swallowed {
                    return Err(&reasons::NOT_CLOSED);
                }
                note(&reasons::LEFT_OPEN);
            }
            return Ok(text);
        }
        let (next, length) = designated(tail).ok_or(&reasons::UNDECODABLE)?;
        if next == Set::Supplementary {
            note(&reasons::JIS_X_0212);
        }
        set = next;
        rest = tail.get(length..).unwrap_or(b"");
    }
}

/// The set an escape sequence designates, and the length of the sequence.
fn designated(bytes: &[u8]) -> Option<(Set, usize)> {
    // JIS X 0201 Roman (ESC ( J) differs from ASCII in ¥ and ‾ only and is written for ASCII: its bytes still delimit.
    const SEQUENCES: [(&[u8], Set); 6] = [
        (b"\x1B(B", Set::Ascii),
        (b"\x1B(J", Set::Ascii),
        (b"\x1B(I", Set::Katakana),
        (b"\x1B$B", Set::Kanji),
        (b"\x1B$@", Set::Kanji),
        (b"\x1B$(D", Set::Supplementary),
    ];
    SEQUENCES
        .iter()
        .find(|(sequence, _)| bytes.starts_with(sequence))
        .map(|(sequence, set)| (*set, sequence.len()))
}

fn append(
    run: &[u8],
    set: Set,
    text: &mut String,
    note: &mut dyn FnMut(&'static Reason),
) -> Result<(), &'static Reason> {
    match set {
        Set::Ascii => {
            if !run.is_ascii() || memchr::memchr2(0x0E, 0x0F, run).is_some() {
                return Err(&reasons::UNDECODABLE);
            }
            text.push_str(std::str::from_utf8(run).map_err(|_| &reasons::UNDECODABLE)?);
        }
        Set::Katakana => {
            for byte in run {
                let kana =
                    (0x21..=0x5F).contains(byte).then(|| char::from_u32(0xFF40 + u32::from(*byte))).flatten();
                text.push(kana.ok_or(&reasons::UNDECODABLE)?);
            }
        }
        Set::Kanji | Set::Supplementary => {
            if !run.len().is_multiple_of(2) || !run.iter().all(|byte| (0x21..=0x7E).contains(byte)) {
                // An odd or foreign byte means that something other than text lies in here.
                return Err(if run.iter().any(|byte| matches!(byte, b'|' | b'^' | b'~')) {
                    &reasons::NOT_CLOSED
                } else {
                    &reasons::UNDECODABLE
                });
            }
            // The same code points with the high bit set are EUC-JP, whose decoder holds both tables.
            let mut euc = Vec::with_capacity(run.len() * 3 / 2);
            for pair in run.chunks_exact(2) {
                if set == Set::Supplementary {
                    euc.push(0x8F);
                }
                euc.extend(pair.iter().map(|byte| byte | 0x80));
            }
            let mut decoder = EUC_JP.new_decoder_without_bom_handling();
            text.reserve(decoder.max_utf8_buffer_length(euc.len()).unwrap_or(euc.len() * 3));
            let (_, _, failed) = decoder.decode_to_string(&euc, text, true);
            if failed {
                note(&reasons::UNMAPPED);
            }
        }
    }
    Ok(())
}
