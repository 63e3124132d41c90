//! Warnings of one receipt, one for each reason: a file saved with quotes must not yield a warning a line.

use super::line::Line;
use kiban_model::{Issue, Reason};

/// Reasons met so far with their first place and how often.
#[derive(Debug, Default)]
pub(super) struct Warnings(Vec<(&'static Reason, String, u64)>);

impl Warnings {
    /// Notes a reason at a column.
    pub(super) fn at(&mut self, reason: &'static Reason, line: &Line<'_>, column: usize) {
        self.add(reason, || line.place(column));
    }

    /// Notes a reason for a line as a whole.
    pub(super) fn line(&mut self, reason: &'static Reason, number: u64) {
        self.add(reason, || format!("line {number}"));
    }

    fn add(&mut self, reason: &'static Reason, place: impl FnOnce() -> String) {
        match self.0.iter_mut().find(|(known, ..)| *known == reason) {
            Some((_, _, times)) => *times += 1,
            None => self.0.push((reason, place(), 1)),
        }
    }

    /// The issues, in the order they were first met: `line 12, SI-6 (4 times)`.
    pub(super) fn into_issues(self) -> Vec<Issue> {
        let issue = |(reason, place, times): (&'static Reason, String, u64)| {
            Issue::warning(reason, if times > 1 { format!("{place} ({times} times)") } else { place })
        };
        self.0.into_iter().map(issue).collect()
    }
}
