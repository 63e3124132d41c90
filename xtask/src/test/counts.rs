//! How many tests passed, from what nextest and libtest print.

use std::fmt;

/// Tests that passed, failed, and were not run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// What one line of output tells; nothing, unless it is a summary:
    /// `     Summary [   0.1s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped` (nextest) or
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s` (libtest).
    pub(crate) fn told_by(line: &str) -> Self {
        let nextest = line.trim_start().strip_prefix("Summary [").and_then(|rest| rest.split_once(" run: "));
        let libtest = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "));
        let Some((_, items)) = nextest.or(libtest) else { return Self::default() };
        let mut counts = Self::default();
        for item in items.split([',', ';']) {
            let mut words = item.split_whitespace();
            let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else {
                continue;
            };
            match what {
                "passed" => counts.passed += number,
                // `timed out`, `exec failed`: not passed is failed.
                "failed" | "timed" | "exec" => counts.failed += number,
                "skipped" | "ignored" => counts.skipped += number,
                _ => {}
            }
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> (u64, u64, u64) {
        let Counts { passed, failed, skipped } = Counts::told_by(line);
        (passed, failed, skipped)
    }

    #[test]
    fn nextest_summaries() {
        assert_eq!(told("     Summary [   2.883s] 28 tests run: 28 passed, 0 skipped"), (28, 0, 0));
        assert_eq!(told("     Summary [  10.1s] 1 test run: 1 passed (1 slow), 3 skipped"), (1, 0, 3));
        assert_eq!(
            told(
                "     Summary [  10.1s] 5/9 tests run: 2 passed (1 slow, 1 flaky), 1 failed, 1 exec failed, 1 timed out, 0 skipped"
            ),
            (2, 3, 0)
        );
    }

    #[test]
    fn libtest_results() {
        assert_eq!(
            told(
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s"
            ),
            (3, 0, 1)
        );
        assert_eq!(
            told(
                "test result: FAILED. 27 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s"
            ),
            (27, 1, 0)
        );
    }

    #[test]
    fn other_lines_tell_nothing_and_the_last_line_is_plain() {
        assert_eq!(told("test summary_of_5_passed ... ok"), (0, 0, 0));
        assert_eq!(told("Summary: 5 passed, 1 failed"), (0, 0, 0));
        let mut sum = Counts::told_by("test result: ok. 3 passed; 0 failed; 1 ignored");
        sum.add(Counts::told_by(" Summary [ 1s] 2 tests run: 1 passed, 1 failed, 0 skipped"));
        assert_eq!(sum.to_string(), "4 passed, 1 failed, 1 skipped");
    }
}
