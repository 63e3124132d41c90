//! Escape sequences (HL7 v2.5 §2.7): `\F\ \S\ \T\ \R\ \E\ \Xhh…\ \.br\`.
//!
//! A sequence it does not know, or one that would yield something unreadable, stays as written: nothing is dropped.

use super::Delimiters;
use std::borrow::Cow;

pub(super) fn resolve<'m>(text: &'m str, delimiters: &Delimiters) -> Cow<'m, str> {
    let Some(escape) = delimiters.escape else { return Cow::Borrowed(text) };
    if memchr::memchr(escape, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let escape = char::from(escape);
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(escape) {
        resolved.push_str(before);
        let sequence =
            after.split_once(escape).and_then(|(name, tail)| Some((meaning(name, delimiters)?, tail)));
        match sequence {
            Some((meaning, tail)) => {
                resolved.push_str(&meaning);
                rest = tail;
            }
            None => {
                resolved.push(escape);
                rest = after;
            }
        }
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

fn meaning(name: &str, delimiters: &Delimiters) -> Option<Cow<'static, str>> {
    let one = |byte: u8| Some(Cow::Owned(char::from(byte).to_string()));
    match name {
        "F" => one(delimiters.field),
        "S" => one(delimiters.component),
        "R" => one(delimiters.repetition),
        "E" => one(delimiters.escape?),
        "T" => one(delimiters.subcomponent?),
        ".br" => Some(Cow::Borrowed("\n")),
        // Highlighting (\H\ … \N\) has no place in plain text.
        "H" | "N" => Some(Cow::Borrowed("")),
        _ => hexadecimal(name.strip_prefix('X')?),
    }
}

/// `\Xhh…\`: taken only when the bytes are ASCII text; anything else could be any character set.
fn hexadecimal(digits: &str) -> Option<Cow<'static, str>> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return None;
    }
    let mut text = String::new();
    for pair in digits.as_bytes().chunks(2) {
        let byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        if !(byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            return None;
        }
        text.push(char::from(byte));
    }
    Some(Cow::Owned(text))
}
