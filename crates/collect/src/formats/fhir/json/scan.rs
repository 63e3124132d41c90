//! The scanner: one cursor, used to check a whole document, to look at one level of it, and to build the tree.

use super::{Fault, FaultKind, Kind, Node};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// The tree is built by recursion, so whatever the limits say it stops here.
const DEEPEST: usize = 256;

/// Checks that `text` is one JSON value nested at most `depth` deep, without building anything and without recursion.
pub(in super::super) fn check(text: &str, depth: usize) -> Result<(), Fault> {
    let mut cursor = Cursor { text, at: 0, depth };
    cursor.space();
    cursor.skip()?;
    cursor.end()
}

/// Parses `text` into a tree.
pub(in super::super) fn parse(text: &str, depth: usize) -> Result<Node<'_>, Fault> {
    let mut cursor = Cursor { text, at: 0, depth: depth.min(DEEPEST) };
    cursor.space();
    let node = cursor.value(0)?;
    cursor.end()?;
    Ok(node)
}

/// A member seen without looking into it: its name and the bytes of its value.
pub(in super::super) type Member<'a> = (Cow<'a, str>, Range<usize>);

/// The members of the object `text`, without looking into their values. `None` if it is not an object.
pub(in super::super) fn members(text: &str, depth: usize) -> Result<Option<Vec<Member<'_>>>, Fault> {
    let mut cursor = Cursor { text, at: 0, depth };
    cursor.space();
    if cursor.peek() != Some(b'{') {
        return Ok(None);
    }
    let mut found = Vec::new();
    cursor.at += 1;
    cursor.space();
    if cursor.peek() == Some(b'}') {
        return Ok(Some(found));
    }
    loop {
        let name = cursor.name()?;
        let start = cursor.at;
        cursor.skip()?;
        found.push((name, start..cursor.at));
        if !cursor.more(b'}')? {
            break;
        }
    }
    unique(&found, |member| &member.0, cursor.at)?;
    Ok(Some(found))
}

/// The elements of the array `text`, without looking into them. `None` if it is not an array.
pub(in super::super) fn elements(text: &str, depth: usize) -> Result<Option<Vec<Range<usize>>>, Fault> {
    let mut cursor = Cursor { text, at: 0, depth };
    cursor.space();
    if cursor.peek() != Some(b'[') {
        return Ok(None);
    }
    let mut found = Vec::new();
    cursor.at += 1;
    cursor.space();
    if cursor.peek() == Some(b']') {
        return Ok(Some(found));
    }
    loop {
        let start = cursor.at;
        cursor.skip()?;
        found.push(start..cursor.at);
        if !cursor.more(b']')? {
            return Ok(Some(found));
        }
    }
}

/// Later-wins would lose data silently, so a repeated name is a fault.
fn unique<T>(members: &[T], name: impl Fn(&T) -> &Cow<'_, str>, at: usize) -> Result<(), Fault> {
    let repeated = if members.len() <= 16 {
        members
            .iter()
            .enumerate()
            .any(|(i, m)| members.iter().take(i).any(|earlier| name(earlier) == name(m)))
    } else {
        let mut seen = HashSet::with_capacity(members.len());
        members.iter().any(|m| !seen.insert(name(m).as_ref().to_owned()))
    };
    if repeated { Err(Fault { kind: FaultKind::Duplicate, at }) } else { Ok(()) }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    const fn fault(&self, kind: FaultKind) -> Fault {
        Fault { kind, at: self.at }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.fault(FaultKind::Syntax));
        }
        self.at += 1;
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.fault(FaultKind::Trailing)) }
    }

    /// After an element: true at a comma (moved on to the next element), false at the closing bracket (moved past it).
    fn more(&mut self, close: u8) -> Result<bool, Fault> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.fault(FaultKind::Syntax)),
        }
    }

    /// A member's name up to the beginning of its value.
    fn name(&mut self) -> Result<Cow<'a, str>, Fault> {
        let name = self.string()?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(name)
    }

    fn value(&mut self, level: usize) -> Result<Node<'a>, Fault> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => {
                let members = self.object(level)?;
                unique(&members, |member| &member.0, start)?;
                Kind::Object(members)
            }
            Some(b'[') => Kind::Array(self.array(level)?),
            Some(b'"') => Kind::Text(self.string()?),
            Some(b't') => self.literal("true", Kind::Flag(true))?,
            Some(b'f') => self.literal("false", Kind::Flag(false))?,
            Some(b'n') => self.literal("null", Kind::Null)?,
            _ => Kind::Number(self.number()?),
        };
        Ok(Node { kind, span: start..self.at })
    }

    fn object(&mut self, level: usize) -> Result<Vec<(Cow<'a, str>, Node<'a>)>, Fault> {
        let mut members = Vec::new();
        if self.open(level, b'}')? {
            return Ok(members);
        }
        loop {
            let name = self.name()?;
            members.push((name, self.value(level + 1)?));
            if !self.more(b'}')? {
                return Ok(members);
            }
        }
    }

    fn array(&mut self, level: usize) -> Result<Vec<Node<'a>>, Fault> {
        let mut items = Vec::new();
        if self.open(level, b']')? {
            return Ok(items);
        }
        loop {
            items.push(self.value(level + 1)?);
            if !self.more(b']')? {
                return Ok(items);
            }
        }
    }

    /// Steps into an array or object; true if it is empty (moved past it).
    fn open(&mut self, level: usize, close: u8) -> Result<bool, Fault> {
        if level >= self.depth {
            return Err(self.fault(FaultKind::Depth));
        }
        self.at += 1;
        self.space();
        let empty = self.peek() == Some(close);
        self.at += usize::from(empty);
        Ok(empty)
    }

    /// Passes over one value, checking it, with a stack on the heap.
    fn skip(&mut self) -> Result<(), Fault> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(b'{') => {
                    if !self.open(open.len(), b'}')? {
                        open.push(b'}');
                        self.name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    if !self.open(open.len(), b']')? {
                        open.push(b']');
                        continue;
                    }
                }
                Some(b'"') => {
                    self.raw_string()?;
                }
                Some(b't') => drop(self.literal("true", Kind::Null)?),
                Some(b'f') => drop(self.literal("false", Kind::Null)?),
                Some(b'n') => drop(self.literal("null", Kind::Null)?),
                _ => {
                    self.number()?;
                }
            }
            loop {
                let Some(close) = open.last().copied() else { return Ok(()) };
                if self.more(close)? {
                    if close == b'}' {
                        self.name()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    fn literal(&mut self, word: &str, kind: Kind<'a>) -> Result<Kind<'a>, Fault> {
        if self.text.as_bytes().get(self.at..self.at + word.len()) != Some(word.as_bytes()) {
            return Err(self.fault(FaultKind::Syntax));
        }
        self.at += word.len();
        Ok(kind)
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault(FaultKind::Syntax)) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or(""))
    }

    /// Passes a string, checking it; true if it has escapes.
    fn raw_string(&mut self) -> Result<bool, Fault> {
        self.expect(b'"')?;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
            let Some(step) = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)) else {
                self.at = self.text.len();
                return Err(self.fault(FaultKind::Syntax));
            };
            self.at += step;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.fault(FaultKind::Syntax)),
            }
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at + 1;
        let escaped = self.raw_string()?;
        let stop = self.at - 1;
        let raw = self.text.get(start..stop).unwrap_or("");
        if !escaped {
            return Ok(Cow::Borrowed(raw));
        }
        // Checked above: decoding cannot fail. The cursor is moved back over the text once more and then restored.
        let mut decoded = String::with_capacity(raw.len());
        self.at = start;
        while self.at < stop {
            if self.peek() == Some(b'\\') {
                decoded.push(self.escape()?);
            } else {
                let rest = self.text.get(self.at..stop).unwrap_or("");
                let plain = rest.find('\\').unwrap_or(rest.len());
                decoded.push_str(rest.get(..plain).unwrap_or(""));
                self.at += plain;
            }
        }
        self.at = stop + 1;
        Ok(Cow::Owned(decoded))
    }

    fn escape(&mut self) -> Result<char, Fault> {
        self.expect(b'\\')?;
        let plain = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.fault(FaultKind::Syntax)),
        };
        self.at += 1;
        Ok(plain)
    }

    /// After `\u`: four hexadecimal digits, and the second half of a surrogate pair where the first asks for it.
    fn unicode(&mut self) -> Result<char, Fault> {
        let first = self.hex4()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            self.expect(b'\\')?;
            self.expect(b'u')?;
            let second = self.hex4()?;
            if !(0xDC00..0xE000).contains(&second) {
                return Err(self.fault(FaultKind::Syntax));
            }
            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| self.fault(FaultKind::Syntax))
    }

    fn hex4(&mut self) -> Result<u32, Fault> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or(&[]);
        let mut code = 0;
        for digit in digits {
            let value = char::from(*digit).to_digit(16).ok_or_else(|| self.fault(FaultKind::Syntax))?;
            code = code * 16 + value;
        }
        if digits.len() != 4 {
            return Err(self.fault(FaultKind::Syntax));
        }
        self.at += 4;
        Ok(code)
    }
}
