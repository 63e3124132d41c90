//! Fields, repetitions, components and subcomponents, split only when asked for.

use super::escape;
use std::borrow::Cow;

/// The delimiters a message declares in MSH-1 and MSH-2. All are ASCII, so splitting UTF-8 text at them is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    /// Between fields, `|`.
    pub field: u8,
    /// Between components, `^`.
    pub component: u8,
    /// Between repetitions, `~`.
    pub repetition: u8,
    /// Around escape sequences, `\`; `None` where the message declares none.
    pub escape: Option<u8>,
    /// Between subcomponents, `&`; `None` where the message declares none.
    pub subcomponent: Option<u8>,
}

impl Delimiters {
    /// Reads them from the first bytes of an MSH segment; `None` if there are none or they cannot delimit.
    pub fn of_header(header: &[u8]) -> Option<Self> {
        let rest = header.strip_prefix(b"MSH")?;
        let field = *rest.first()?;
        let mut encoding = rest.get(1..)?.iter().copied().take_while(|byte| *byte != field).take(5);
        let delimiters = Self {
            field,
            component: encoding.next()?,
            repetition: encoding.next()?,
            escape: encoding.next(),
            subcomponent: encoding.next(),
        };
        let all = [
            Some(field),
            Some(delimiters.component),
            Some(delimiters.repetition),
            delimiters.escape,
            delimiters.subcomponent,
        ];
        let mut given: Vec<u8> = all.into_iter().flatten().collect();
        let usable = given.iter().all(u8::is_ascii_punctuation);
        let count = given.len();
        given.sort_unstable();
        given.dedup();
        (usable && given.len() == count).then_some(delimiters)
    }
}

/// A piece of a segment: a field, repetition, component or subcomponent. Numbers count from 1, as HL7 does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'m> {
    raw: &'m str,
    delimiters: Delimiters,
}

impl<'m> Value<'m> {
    pub(super) const fn new(raw: &'m str, delimiters: Delimiters) -> Self {
        Self { raw, delimiters }
    }

    /// As written: delimiters and escapes kept.
    pub const fn raw(&self) -> &'m str {
        self.raw
    }

    /// Nothing was written: unknown.
    pub const fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// `""` was written: explicitly no value.
    pub fn is_null(&self) -> bool {
        self.raw == "\"\""
    }

    /// Its text with escapes resolved. Meaningful for a piece that has no further parts, and for text types as a whole.
    pub fn text(&self) -> Cow<'m, str> {
        escape::resolve(self.raw, &self.delimiters)
    }

    /// The repetitions of a field, at least one.
    pub fn repetitions(&self) -> impl Iterator<Item = Self> + use<'m> {
        self.parts(Some(self.delimiters.repetition))
    }

    /// The components of a repetition, at least one.
    pub fn components(&self) -> impl Iterator<Item = Self> + use<'m> {
        self.parts(Some(self.delimiters.component))
    }

    /// Repetition `number`, empty where there is none.
    pub fn repetition(&self, number: usize) -> Self {
        self.nth(number, Some(self.delimiters.repetition))
    }

    /// Component `number`, empty where there is none. Of a field: of its first repetition.
    pub fn component(&self, number: usize) -> Self {
        self.repetition(1).nth(number, Some(self.delimiters.component))
    }

    /// Subcomponent `number`, empty where there is none.
    pub fn subcomponent(&self, number: usize) -> Self {
        self.nth(number, self.delimiters.subcomponent)
    }

    fn parts(&self, at: Option<u8>) -> impl Iterator<Item = Self> + use<'m> {
        let delimiters = self.delimiters;
        split(self.raw, at).map(move |raw| Self { raw, delimiters })
    }

    fn nth(&self, number: usize, at: Option<u8>) -> Self {
        let raw = number.checked_sub(1).and_then(|index| split(self.raw, at).nth(index)).unwrap_or("");
        Self { raw, ..*self }
    }
}

/// Splits at an ASCII delimiter; without one the text is a single part.
pub(super) fn split(text: &str, at: Option<u8>) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let current = rest?;
        let found = at.and_then(|at| memchr::memchr(at, current.as_bytes()));
        let (part, next) = match found.and_then(|at| Some((current.get(..at)?, current.get(at + 1..)?))) {
            Some((part, next)) => (part, Some(next)),
            None => (current, None),
        };
        rest = next;
        Some(part)
    })
}
