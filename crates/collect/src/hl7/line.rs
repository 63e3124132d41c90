//! Lines: where segments begin and end, before anything is decoded.

/// One non-empty line of the file, undecoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Number among the non-empty lines, from 1.
    pub number: u64,
    /// Offset of its first byte in the file.
    pub offset: u64,
    /// Its bytes without terminator and framing.
    pub bytes: &'a [u8],
}

impl Line<'_> {
    /// Whether it begins with this segment id, followed by a delimiter or nothing.
    pub fn is(&self, id: &[u8; 3]) -> bool {
        self.bytes.starts_with(id) && !self.bytes.get(3).is_some_and(u8::is_ascii_alphanumeric)
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Splits at CR, LF or CR LF. A UTF-8 byte-order mark and the MLLP frame (0x0B, 0x1C) and DOS end-of-file (0x1A) around a
/// line are not part of it; a line of nothing but these and spaces is no line.
pub fn lines(bytes: &[u8]) -> Vec<Line<'_>> {
    let mut found = Vec::with_capacity(bytes.len() / 96 + 1);
    let start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut from = start;
    let ends = memchr::memchr2_iter(b'\r', b'\n', bytes.get(start..).unwrap_or(b"")).map(|at| at + start);
    for end in ends.chain(std::iter::once(bytes.len())) {
        let raw = bytes.get(from..end).unwrap_or(b"");
        let framed = |byte: &u8| matches!(byte, 0x0B | 0x1C | 0x1A);
        let leading = raw.iter().take_while(|byte| framed(byte)).count();
        let trailing = raw.iter().rev().take_while(|byte| framed(byte)).count();
        let content = raw.get(leading..raw.len().saturating_sub(trailing)).unwrap_or(b"");
        if !content.trim_ascii().is_empty() {
            found.push(Line {
                number: found.len() as u64 + 1,
                offset: (from + leading) as u64,
                bytes: content,
            });
        }
        from = end + 1;
    }
    found
}
