//! HL7 v2 on the wire: bytes → lines → messages → segments → fields, as JAHIS and SS-MIX2 write it.
//!
//! For reading what hospitals really send: it must never stop before the last segment, never let a damaged text swallow
//! a delimiter, and never guess a character set into mojibake. It knows the grammar only; what a field *means* is the
//! business of the format that uses it. Source: HL7 v2.5 chapter 2, JAHIS データ交換規約, and the variants measured in
//! formats §2.3 and §3.
//!
//! ```text
//! file      = [BOM] { envelope | message | stray line }      FHS, BHS, BTS, FTS are envelopes
//! message   = "MSH" delimiters …  { segment }                 ends at the next MSH, an envelope, or the end
//! segment   = id [ "|" field { "|" field } ]                  a bare id ("AL1") is a segment too
//! field     = repetition { "~" repetition }
//! repetition= component { "^" component }
//! component = subcomponent { "&" subcomponent }               `""` says "null", nothing says "unknown"
//! ```
//!
//! Lines end at CR, LF or both, before anything is decoded: in ISO-2022-JP the bytes of `|`, `^`, `~`, `\` and `&` occur
//! inside two-byte characters, CR and LF never do. Each segment is decoded from the ASCII state and only then split.
//!
//! ```
//! use kiban_collect::hl7::{self, Message};
//! let bytes = b"MSH|^~\\&|HIS||GW||20240101||ADT^A08|1|P|2.5\rPID|||123^^^^PI~\"\"||A\\T\\B^C&D\rAL1\r";
//! let lines = hl7::lines(bytes);
//! let message = Message::parse(&lines).unwrap();
//! let pid = message.first("PID").unwrap();
//! assert_eq!(pid.field(3).repetition(1).component(1).text(), "123");
//! assert!(pid.field(3).repetition(2).is_null());
//! assert_eq!(pid.field(5).component(1).text(), "A&B");
//! assert_eq!(pid.field(5).component(2).subcomponent(2).text(), "D");
//! assert_eq!(message.segments.len(), 3);
//! ```

pub mod charset;
mod chunk;
mod escape;
mod iso2022;
mod line;
mod message;
pub mod reasons;
mod value;

pub use charset::Charset;
pub use chunk::{Chunk, chunks};
pub use line::{Line, lines};
pub use message::{Message, Segment};
pub use value::{Delimiters, Value};

#[cfg(test)]
mod tests;
