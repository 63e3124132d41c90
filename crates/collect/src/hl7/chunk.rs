//! Which lines of a file are one message.

use super::Line;

/// A run of lines that belong together. Chunks cover every line of the file exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'l, 'a> {
    /// All its lines, envelopes included.
    pub lines: &'l [Line<'a>],
    /// Its message from MSH on, without envelopes; empty where these lines have no MSH.
    pub message: &'l [Line<'a>],
}

/// Divides lines into messages. A message ends at the next MSH, at an envelope (FHS, BHS, BTS, FTS), or at the end.
///
/// An envelope goes with the message after it, or with the last one where none follows. A bare `MSH` without delimiters
/// opens nothing. Lines outside any message are a chunk without message.
pub fn chunks<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<Chunk<'l, 'a>> {
    // (first line, first line of content, end, whether content is a message)
    let mut runs: Vec<(usize, usize, usize, bool)> = Vec::new();
    let mut envelopes_from = 0;
    let mut open = false;
    for (at, line) in lines.iter().enumerate() {
        if is_envelope(line) {
            open = false;
        } else if opens_message(line) || !open {
            runs.push((envelopes_from, at, at + 1, opens_message(line)));
            envelopes_from = at + 1;
            open = true;
        } else if let Some(run) = runs.last_mut() {
            run.2 = at + 1;
            envelopes_from = at + 1;
        }
    }
    let last = runs.len().saturating_sub(1);
    let whole = |from: usize, to: usize| lines.get(from..to).unwrap_or(&[]);
    if runs.is_empty() && !lines.is_empty() {
        return vec![Chunk { lines, message: &[] }];
    }
    runs.iter()
        .enumerate()
        .map(|(number, &(first, content, end, message))| Chunk {
            lines: whole(first, if number == last { lines.len() } else { end }),
            message: if message { whole(content, end) } else { &[] },
        })
        .collect()
}

fn is_envelope(line: &Line<'_>) -> bool {
    [b"FHS", b"BHS", b"BTS", b"FTS"].into_iter().any(|id| line.is(id))
}

fn opens_message(line: &Line<'_>) -> bool {
    line.is(b"MSH") && line.bytes.len() > 4
}
