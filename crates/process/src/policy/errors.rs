//! What is wrong with a policy, where, and what may have been meant: all of it at once.

use kiban_model::report::Bilingual;
use std::fmt;
use std::ops::Range;

/// One thing wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: Bilingual,
    /// What may help.
    pub hint: Option<Bilingual>,
}

/// Everything wrong with a policy, in file order. `Display` is English; [`PolicyErrors::japanese`] is Japanese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyErrors {
    /// The policy's file name.
    pub file_name: String,
    /// At least one.
    pub errors: Vec<PolicyError>,
}

impl std::error::Error for PolicyErrors {}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written("help", |text| &text.en))
    }
}

impl PolicyErrors {
    /// In Japanese.
    pub fn japanese(&self) -> String {
        self.written("助言", |text| &text.ja)
    }

    fn written(&self, help: &str, pick: fn(&Bilingual) -> &str) -> String {
        let mut lines = Vec::new();
        for error in &self.errors {
            lines.push(format!(
                "{}:{}:{}: {}",
                self.file_name,
                error.line,
                error.column,
                pick(&error.message)
            ));
            if let Some(hint) = &error.hint {
                lines.push(format!("  {help}: {}", pick(hint)));
            }
        }
        lines.join("\n")
    }
}

/// Line and column (in characters) of a byte of a text.
pub(super) fn place(text: &str, span: &Range<usize>) -> (usize, usize) {
    let before = text.get(..span.start.min(text.len())).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or("").chars().count() + 1)
}

/// The candidate nearest to a misspelt word, if any is near.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close = |distance: usize| distance <= 1 + word.chars().count() / 4;
    candidates.into_iter().map(|c| (distance(word, c), c)).filter(|(d, _)| close(*d)).min().map(|(_, c)| c)
}

/// `did you mean …`.
pub(super) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<Bilingual> {
    if let Some(found) = nearest(word, candidates.clone()) {
        return Some(Bilingual::new(format!("もしかして {found}"), format!("did you mean `{found}`?")));
    }
    let all: Vec<&str> = candidates.into_iter().collect();
    (!all.is_empty() && all.len() <= 24).then(|| {
        Bilingual::new(
            format!("書けるもの: {}", all.join("、")),
            format!("possible here: {}", all.join(", ")),
        )
    })
}

/// Edits (insertion, deletion, exchange of letters) between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (y, pair) in b.iter().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != *y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let columns = ["sex", "birth_date", "municipality"];
        assert_eq!(nearest("birthdate", columns), Some("birth_date"));
        assert_eq!(nearest("muncipality", columns), Some("municipality"));
        assert_eq!(nearest("height", columns), None);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(place("a\n体重 = x", &(9..10)), (2, 4));
        assert_eq!(place("", &(5..6)), (1, 1));
    }
}
