//! Character sets: what MSH-18 declares, what the bytes prove, and decoding one segment.
//!
//! A declaration is believed unless the bytes prove otherwise; without proof and without a usable declaration the text is
//! refused. Mojibake in a name makes a false person, so a wrong guess is worse than a file in quarantine (LNK-02).

use super::{Line, iso2022, reasons};
use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS};
use kiban_model::{Issue, Reason};
use std::borrow::Cow;

/// A character set met in HL7 v2 messages of Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// ASCII with ISO-2022-JP escapes (`~ISO IR87`), the one SS-MIX2 prescribes.
    Iso2022Jp,
    /// UTF-8 (`UNICODE UTF-8`).
    Utf8,
    /// Windows-31J (CP932).
    Windows31J,
    /// EUC-JP.
    EucJp,
}

impl Charset {
    /// The character set a value of MSH-18 names; `None` for one we do not know, ASCII alone, or nothing.
    pub fn declared(msh_18: &str) -> Option<Self> {
        let folded: String =
            msh_18.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        let names = |list: &[&str]| list.iter().any(|name| folded.contains(name));
        if names(&["UTF8", "UNICODE"]) {
            Some(Self::Utf8)
        } else if names(&["CP932", "SJIS", "SHIFTJIS", "WINDOWS31J", "MS932"]) {
            Some(Self::Windows31J)
        } else if names(&["EUC"]) {
            Some(Self::EucJp)
        } else if names(&["ISOIR87", "ISOIR159", "ISOIR14", "ISO2022JP"]) {
            Some(Self::Iso2022Jp)
        } else {
            None
        }
    }

    /// The character set of a message: from its declaration and from its bytes. The issue says they differ.
    ///
    /// # Errors
    /// [`reasons::UNDECODABLE`] when several remain possible or none.
    pub fn of_message(
        lines: &[Line<'_>],
        declared: Option<Self>,
    ) -> Result<(Self, Option<&'static Reason>), &'static Reason> {
        let eight_bit: Vec<&[u8]> =
            lines.iter().map(|line| line.bytes).filter(|bytes| !bytes.is_ascii()).collect();
        if eight_bit.is_empty() {
            let escaped = lines.iter().any(|line| !iso2022::is_plain(line.bytes));
            let differs = escaped && !matches!(declared, None | Some(Self::Iso2022Jp));
            return Ok((Self::Iso2022Jp, differs.then_some(&reasons::OTHER_CHARSET)));
        }
        if lines.iter().any(|line| memchr::memchr(0x1B, line.bytes).is_some()) {
            return Err(&reasons::UNDECODABLE);
        }
        let bytes = eight_bit.join(&b'\n');
        let found = proven(&bytes, declared).ok_or(&reasons::UNDECODABLE)?;
        Ok((found, (declared != Some(found)).then_some(&reasons::OTHER_CHARSET)))
    }

    /// Decodes one segment from the ASCII state. Pure ASCII is borrowed.
    ///
    /// # Errors
    /// Why the text of the segment is uncertain.
    pub fn decode<'a>(self, line: &Line<'a>, issues: &mut Vec<Issue>) -> Result<Cow<'a, str>, Issue> {
        if iso2022::is_plain(line.bytes) {
            return std::str::from_utf8(line.bytes)
                .map(Cow::Borrowed)
                .map_err(|_| Issue::rejected(&reasons::UNDECODABLE, place(line)));
        }
        let mut note = |reason| issues.push(Issue::warning(reason, place(line)));
        let text = match self {
            Self::Iso2022Jp => iso2022::decode(line.bytes, &mut note).map(Cow::Owned),
            Self::Utf8 => {
                std::str::from_utf8(line.bytes).map(Cow::Borrowed).map_err(|_| &reasons::UNDECODABLE)
            }
            Self::Windows31J => strictly(SHIFT_JIS, line.bytes),
            Self::EucJp => strictly(EUC_JP, line.bytes),
        }
        .map_err(|reason| Issue::rejected(reason, place(line)))?;
        if self == Self::Utf8 && text.contains('\u{FFFD}') {
            note(&reasons::REPLACEMENT);
        }
        // U+E000 to U+F8FF begin with the bytes EE and EF in UTF-8; of those EF is also full-width forms.
        let may_be_private = memchr::memchr2(0xEE, 0xEF, text.as_bytes()).is_some();
        if may_be_private && text.chars().any(|c| matches!(c, '\u{E000}'..='\u{F8FF}')) {
            note(&reasons::PRIVATE_USE);
        }
        Ok(text)
    }
}

fn place(line: &Line<'_>) -> String {
    format!("segment {}", line.number)
}

fn strictly<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, &'static Reason> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(&reasons::UNDECODABLE)
}

/// The 8-bit character set that the bytes prove, or that is declared and possible.
fn proven(bytes: &[u8], declared: Option<Charset>) -> Option<Charset> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && (declared == Some(Charset::Utf8) || is_japanese_utf8(text))
    {
        return Some(Charset::Utf8);
    }
    if is_damaged_utf8(bytes) {
        return None;
    }
    let windows = strictly(SHIFT_JIS, bytes).is_ok();
    let euc = strictly(EUC_JP, bytes).is_ok();
    // Leading bytes of kana and common kanji in CP932; EUC-JP has none of them, in whole or damaged text.
    let common = bytes.iter().any(|byte| matches!(byte, 0x80..=0x8D | 0x90..=0xA0));
    match (windows, euc) {
        (true, false) if common || declared == Some(Charset::Windows31J) => Some(Charset::Windows31J),
        (false, true) => Some(Charset::EucJp),
        // Half-width kana of CP932 and kanji of EUC-JP are the same bytes: only a declaration tells.
        (true, true) => declared.filter(|set| matches!(set, Charset::Windows31J | Charset::EucJp)),
        _ => None,
    }
}

/// More Japanese characters than damage, read as UTF-8: text cut by a byte limit. Other character sets read as UTF-8 give
/// next to nothing but damage.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let count = |wanted: fn(char) -> bool| text.chars().filter(|c| wanted(*c)).count();
    let japanese =
        count(|c| matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}'));
    japanese > count(|c| c == '\u{FFFD}')
}

/// Valid UTF-8 with three-byte characters of Japanese text and nothing foreign: no other set yields that by chance.
fn is_japanese_utf8(text: &str) -> bool {
    let mut wide = false;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' => wide = true,
            '\u{A1}'..='\u{FF}'
            | '\u{391}'..='\u{3C9}'
            | '\u{2000}'..='\u{27BF}'
            | '\u{3200}'..='\u{33FF}' => {}
            '\u{E000}'..='\u{FAFF}' | '\u{FFFD}' => {}
            _ => return false,
        }
    }
    wide
}
