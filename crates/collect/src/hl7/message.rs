//! One message: its delimiters, its character set and its segments.

use super::value::split;
use super::{Charset, Delimiters, Line, Value, reasons};
use kiban_model::Issue;
use std::borrow::Cow;

/// One message, decoded; fields are split when asked for.
#[derive(Clone)]
pub struct Message<'a> {
    /// From MSH-1 and MSH-2.
    pub delimiters: Delimiters,
    /// What its text was decoded from.
    pub charset: Charset,
    /// Every segment, MSH first, bare ones included.
    pub segments: Vec<Segment<'a>>,
    /// What was noticed while decoding.
    pub issues: Vec<Issue>,
}

/// One segment, decoded. Has no `Debug`: it may hold a name.
#[derive(Clone)]
pub struct Segment<'a> {
    /// Number of its line in the file, from 1.
    pub number: u64,
    text: Cow<'a, str>,
    delimiters: Delimiters,
}

impl<'a> Message<'a> {
    /// Reads a message whose first line is its MSH.
    ///
    /// # Errors
    /// Why nothing of it can be relied upon: no delimiters, or a text that cannot be decoded.
    pub fn parse(lines: &[Line<'a>]) -> Result<Self, Issue> {
        let header = lines.first().ok_or_else(|| Issue::rejected(&reasons::NO_DELIMITERS, "MSH-1"))?;
        let delimiters = Delimiters::of_header(header.bytes)
            .ok_or_else(|| Issue::rejected(&reasons::NO_DELIMITERS, "MSH-1"))?;
        // Before the character set is known: in every set but CP932 no part of a character looks like the separator, and
        // there a wrong field is no declaration, which leaves the decision to the bytes.
        let declared = match super::iso2022::decode(header.bytes, &mut |_| ()) {
            Ok(text) => Charset::declared(split(&text, Some(delimiters.field)).nth(17).unwrap_or("")),
            Err(_) => header
                .bytes
                .split(|byte| *byte == delimiters.field)
                .nth(17)
                .and_then(|value| std::str::from_utf8(value).ok().and_then(Charset::declared)),
        };
        let (charset, differs) =
            Charset::of_message(lines, declared).map_err(|reason| Issue::rejected(reason, "MSH-18"))?;
        let mut issues: Vec<Issue> =
            differs.map(|reason| Issue::warning(reason, "MSH-18")).into_iter().collect();
        let mut segments = Vec::with_capacity(lines.len());
        for line in lines {
            let text = charset.decode(line, &mut issues)?;
            segments.push(Segment { number: line.number, text, delimiters });
        }
        Ok(Self { delimiters, charset, segments, issues })
    }

    /// The first segment of this id.
    pub fn first(&self, id: &str) -> Option<&Segment<'a>> {
        self.segments.iter().find(|segment| segment.id() == id)
    }
}

impl Segment<'_> {
    /// Segment id: what stands before the first separator.
    pub fn id(&self) -> &str {
        split(&self.text, Some(self.delimiters.field)).next().unwrap_or("").trim()
    }

    /// The whole segment as written.
    pub fn raw(&self) -> &str {
        &self.text
    }

    /// The delimiters of its message.
    pub const fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Field `number` as HL7 counts: MSH-1 is the separator itself, elsewhere the first field follows the id.
    pub fn field(&self, number: usize) -> Value<'_> {
        let mut fields = self.fields();
        fields.nth(number).unwrap_or(Value::new("", self.delimiters))
    }

    /// All fields by HL7 number; number 0 is the id.
    pub fn fields(&self) -> impl Iterator<Item = Value<'_>> {
        let header = matches!(self.text.get(..3), Some("MSH" | "FHS" | "BHS"));
        let separator = self.text.get(3..4).unwrap_or("");
        let separator = (header && !separator.is_empty()).then_some(separator);
        let mut parts = split(&self.text, Some(self.delimiters.field));
        let id = parts.next();
        id.into_iter().chain(separator).chain(parts).map(|raw| Value::new(raw, self.delimiters))
    }
}
