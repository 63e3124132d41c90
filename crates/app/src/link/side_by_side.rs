//! Two subjects side by side (左右の対照): what differs is marked, what agrees is covered where the reviewer need only know
//! that it agrees (SEC-07). What is covered never leaves this file.

use super::fields::{Exposure, IdentityField};
use kiban_link::normalise::fold;
use kiban_model::Private;
use kiban_vault::Statement;

/// Stands for a character that is not shown.
pub const COVER: char = '•';
/// Of a number that agrees, so many last digits are shown; a number not at least twice as long is covered whole.
const LAST_DIGITS: usize = 3;
/// What is covered whole is so long, whatever its length.
const COVERED_WHOLE: usize = 6;
/// Longer values are not compared character by character.
const LONGEST: usize = 300;

/// How the values of a field stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Some value is the same on both sides, but for width and spaces.
    Same,
    /// Both sides say something, nothing of it the same.
    Different,
    /// Only one side says something.
    OneSide,
    /// Neither does.
    Neither,
}

/// A stretch of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text, covered where it may not be shown.
    pub text: Private<String>,
    /// Whether the other side has it otherwise.
    pub differs: bool,
}

/// One field of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The field.
    pub field: IdentityField,
    /// How both sides stand to each other.
    pub agreement: Agreement,
    /// Each value of the one side, newest first.
    pub left: Vec<Vec<Piece>>,
    /// Each value of the other.
    pub right: Vec<Vec<Piece>>,
    /// Whether something of it is covered.
    pub covered: bool,
}

/// Sets the statements of two subjects side by side. `open` fields are shown whole.
pub(super) fn rows(left: &[Statement], right: &[Statement], open: &[IdentityField]) -> Vec<Row> {
    let row =
        |field: IdentityField| row(field, &said(field, left), &said(field, right), open.contains(&field));
    IdentityField::ALL.into_iter().map(row).filter(|row| row.agreement != Agreement::Neither).collect()
}

/// Distinct values, newest first, widths folded so that full and half width do not look like a difference.
fn said(field: IdentityField, statements: &[Statement]) -> Vec<Vec<char>> {
    let mut values: Vec<Vec<char>> = Vec::new();
    for value in statements.iter().rev().flat_map(|s| field.values(s)) {
        let folded: Vec<char> = fold(&value).chars().collect();
        if !folded.is_empty() && !values.contains(&folded) {
            values.push(folded);
        }
    }
    values
}

fn row(field: IdentityField, left: &[Vec<char>], right: &[Vec<char>], open: bool) -> Row {
    let agreement = match (left.is_empty(), right.is_empty()) {
        (true, true) => Agreement::Neither,
        (false, false) if left.iter().any(|value| agrees(value, right)) => Agreement::Same,
        (false, false) => Agreement::Different,
        _ => Agreement::OneSide,
    };
    let exposure = if open { Exposure::Open } else { field.exposure() };
    let side = |own: &[Vec<char>], other: &[Vec<char>]| -> Vec<Vec<Piece>> {
        own.iter().map(|value| pieces(&shown(value, other, exposure))).collect()
    };
    let (left, right) = (side(left, right), side(right, left));
    let covered =
        left.iter().chain(&right).flatten().any(|p| p.text.expose().chars().any(|c| c == COVER)) && !open;
    Row { field, agreement, left, right, covered }
}

/// Whether the other side has the value too; where the space between two names goes is nobody's property.
fn agrees(value: &[char], other: &[Vec<char>]) -> bool {
    let letters = |value: &[char]| value.iter().filter(|c| !c.is_whitespace()).copied().collect::<Vec<_>>();
    other.iter().any(|o| letters(o) == letters(value))
}

/// Each character as it may be shown, and whether it differs from the likest value of the other side.
fn shown(value: &[char], other: &[Vec<char>], exposure: Exposure) -> Vec<(char, bool)> {
    if exposure == Exposure::Nothing {
        return vec![(COVER, false); COVERED_WHOLE];
    }
    let likeness = |common: &Vec<bool>| common.iter().filter(|same| **same).count();
    let alike = other.iter().map(|o| (common(value, o), o.len())).max_by_key(|(common, _)| likeness(common));
    let Some((common, length)) = alike else {
        // Nothing to compare with: that it is there is all there is to know, unless people judge by it.
        let cover = exposure != Exposure::Open;
        return value.iter().map(|c| (if cover { COVER } else { *c }, false)).collect();
    };
    let agrees = agrees(value, other);
    // Two numbers that have little in common are two numbers; no digit says more.
    let apart = 2 * likeness(&common) < value.len().max(length);
    let last = if value.len() >= 2 * LAST_DIGITS { value.len() - LAST_DIGITS } else { value.len() };
    let covered = |at: usize, same: bool| match exposure {
        Exposure::Open => false,
        Exposure::Disagreement => agrees,
        Exposure::Digits if agrees => at < last,
        Exposure::Digits => same || apart,
        Exposure::Nothing => true,
    };
    value
        .iter()
        .zip(common)
        .enumerate()
        .map(|(at, (c, same))| (if covered(at, same) { COVER } else { *c }, !same && !c.is_whitespace()))
        .collect()
}

/// Which characters of `a` lie on a longest common subsequence with `b`.
fn common(a: &[char], b: &[char]) -> Vec<bool> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return vec![a == b; a.len()];
    }
    // longest[i][j]: of a[i..] and b[j..].
    let width = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    let get = |longest: &[u16], i: usize, j: usize| longest.get(at(i, j)).copied().unwrap_or(0);
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            let best = if x == y {
                get(&longest, i + 1, j + 1) + 1
            } else {
                get(&longest, i + 1, j).max(get(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(at(i, j)) {
                *cell = best;
            }
        }
    }
    let mut on = vec![false; a.len()];
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if x == y {
            if let Some(flag) = on.get_mut(i) {
                *flag = true;
            }
            (i, j) = (i + 1, j + 1);
        } else if get(&longest, i + 1, j) >= get(&longest, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    on
}

fn pieces(shown: &[(char, bool)]) -> Vec<Piece> {
    shown
        .chunk_by(|x, y| x.1 == y.1)
        .map(|run| Piece {
            text: Private::new(run.iter().map(|(c, _)| c).collect()),
            differs: run.first().is_some_and(|(_, differs)| *differs),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn see(field: IdentityField, left: &[&str], right: &[&str], open: bool) -> (Row, String, String) {
        let chars = |values: &[&str]| values.iter().map(|v| v.chars().collect()).collect::<Vec<Vec<char>>>();
        let row = row(field, &chars(left), &chars(right), open);
        let text = |side: &[Vec<Piece>]| {
            let value =
                |pieces: &Vec<Piece>| {
                    pieces
                        .iter()
                        .map(|p| {
                            if p.differs { format!("[{}]", p.text.expose()) } else { p.text.expose().clone() }
                        })
                        .collect::<String>()
                };
            side.iter().map(value).collect::<Vec<_>>().join(" / ")
        };
        let (left, right) = (text(&row.left), text(&row.right));
        (row, left, right)
    }

    #[test]
    fn what_differs_is_marked_against_the_likest_value() {
        let (row, left, _) = see(IdentityField::Kana, &["ワタナベハナコ"], &["ワタナベ ハナコ"], false);
        assert_eq!(
            (row.agreement, left.as_str()),
            (Agreement::Same, "ワタナベハナコ"),
            "a space is no difference"
        );
        let (row, left, right) = see(IdentityField::Name, &["渡邉 花子", "佐藤 花子"], &["渡辺 花子"], false);
        assert_eq!((row.agreement, row.covered), (Agreement::Different, false));
        assert_eq!(left, "渡[邉] 花子 / [佐藤] 花子");
        assert_eq!(right, "渡[辺] 花子");
    }

    #[test]
    fn of_a_number_only_what_differs_is_seen_and_of_one_that_agrees_the_last_digits() {
        let phone = |l: &str, r: &str, open| see(IdentityField::Phones, &[l], &[r], open);
        let (row, left, right) = phone("0312345678", "0312345978", false);
        assert_eq!((left.as_str(), right.as_str()), ("•••••••[6]••", "•••••••[9]••"));
        assert!(row.covered);
        assert_eq!(phone("0312345678", "0312345678", false).1, "•••••••678");
        assert_eq!(phone("0312345678", "0312345678", true).1, "0312345678");
        assert!(!phone("0312345678", "0312345678", true).0.covered);
        assert_eq!(
            see(IdentityField::InsuranceBranch, &["01"], &["01"], false).1,
            "••",
            "too short to show an end"
        );
        assert_eq!(
            see(IdentityField::Phones, &["0312345678"], &[], false).1,
            "••••••••••",
            "nothing to compare with"
        );
    }

    #[test]
    fn an_address_is_covered_where_it_agrees_and_open_where_it_does_not() {
        let (row, left, _) =
            see(IdentityField::Address, &["東京都千代田区1-2"], &["東京都千代田区1-2"], false);
        assert!(row.covered && !left.contains('東'));
        let (row, left, _) = see(IdentityField::Address, &["千代田区1-2"], &["千代田区1-3"], false);
        assert_eq!((row.covered, left.as_str()), (false, "千代田区1-[2]"));
    }

    #[test]
    fn numbers_that_have_nothing_in_common_stay_covered() {
        let (row, left, _) = see(IdentityField::Phones, &["0312345678"], &["0988776655"], false);
        assert!(row.covered && !left.contains(|c: char| c.is_ascii_digit()), "{left}");
        let (_, left, _) = see(IdentityField::LocalId, &["insured:ヤマダ"], &["C-1"], false);
        assert_eq!(left, "••••••", "not even its length");
    }

    #[test]
    fn nobody_prints_a_row() {
        let (row, ..) = see(IdentityField::Name, &["渡邉"], &["渡辺"], true);
        assert!(!format!("{row:?}").contains('渡'));
    }

    proptest::proptest! {
        #[test]
        fn the_common_part_is_a_subsequence_of_both(a in "[あ-お1-3]{0,12}", b in "[あ-お1-3]{0,12}") {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let pick = |v: &[char], on: Vec<bool>| v.iter().zip(on).filter(|(_, on)| *on).map(|(c, _)| *c).collect::<Vec<_>>();
            let (x, y) = (pick(&a, common(&a, &b)), pick(&b, common(&b, &a)));
            proptest::prop_assert_eq!(x.len(), y.len());
            let mut rest = b.iter();
            proptest::prop_assert!(x.iter().all(|c| rest.any(|d| c == d)));
        }

        #[test]
        fn a_covered_number_shows_no_digit_that_agrees_but_the_last(number in "[0-9]{6,12}", other in "[0-9]{6,12}") {
            let (_, left, _) = see(IdentityField::Phones, &[&number], &[&other], false);
            let inside: Vec<bool> = left.chars().scan(false, |marked, c| { match c { '[' => *marked = true, ']' => *marked = false, _ => {} } Some(*marked) }).collect();
            let shown = left.chars().zip(inside).filter(|(c, marked)| c.is_ascii_digit() && !marked).count();
            proptest::prop_assert_eq!(shown, if number == other { LAST_DIGITS } else { 0 });
        }
    }
}
