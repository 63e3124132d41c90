//! `mask`: the first and last characters stay, a mark takes the place of the others (ANO-04; 100-0001 → 100-****).
//!
//! Characters are counted, not bytes. A value that the kept characters would show whole is masked whole.

use super::{ColumnOf, Example, Transform, Treatment};
use crate::policy::{Fields, Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;

/// The word `mask`.
#[derive(Debug)]
pub(super) struct Mask;

/// Characters that may stay at each end, and marks.
const MOST: i64 = 100;

impl Transform for Mask {
    fn name(&self) -> &'static str {
        "mask"
    }
    fn japanese(&self) -> &'static str {
        "伏せる"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "初めの `first` 文字と終わりの `last` 文字を残し、ほかを一文字ずつ `mark`(既定 `*`)に置き換える(郵便番号 100-0001 は first = 4 で 100-****)。\
             数えるのは文字であり、バイトではない。`length` を書けば、伏せた部分はいつもその数の `mark` になり、もとの長さは分からない。\
             残す文字が全体に及ぶ短い値は、すべて伏せる。",
            "The `first` and `last` characters stay, each other becomes `mark` (`*` by default; with first = 4 the postal code 100-0001 is \
             100-****). Characters are counted, not bytes. With `length` what is masked is always so many marks, and the length of \
             the value does not show. A value so short that all of it would stay is masked whole.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[
            Example {
                section: "person.municipality",
                line: "mask = { first = 2 }",
                cases: &[("22100", "22***"), ("22", "**")],
            },
            Example {
                section: "visit.ward",
                line: "mask = { first = 1, last = 1, mark = \"・\" }",
                cases: &[("東3病棟", "東・・棟"), ("東棟", "・・")],
            },
            Example {
                section: "visit.ward",
                line: "mask = { first = 1, length = 3 }",
                cases: &[("東3病棟", "東***"), ("東館", "東***"), ("東", "***")],
            },
        ]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        matches!(column.column.kind, ColumnKind::Code | ColumnKind::Text)
    }
    fn read(&self, value: &Node<'_>, _: ColumnOf, reader: &mut Reader<'_>) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["first", "last", "mark", "length"])?;
        if fields.get("first").is_none() && fields.get("last").is_none() {
            reader.add(
                fields.span(),
                Bilingual::new("first か last を書きます", "write `first` or `last`"),
                Some(Bilingual::new("例: mask = { first = 3 }", "for example `mask = { first = 3 }`")),
            );
            return None;
        }
        let (first, last) = (count(&fields, "first", 0, reader), count(&fields, "last", 0, reader));
        let length = count(&fields, "length", 1, reader);
        let mark = fields.get("mark").map(|node| mark(&node, reader));
        let masked = Masked {
            first: first?.unwrap_or(0),
            last: last?.unwrap_or(0),
            mark: mark.unwrap_or(Some('*'))?,
            length: length?,
        };
        Some(Box::new(masked))
    }
}

/// A number of characters; `Some(None)` where it is not given.
fn count(fields: &Fields<'_>, name: &str, least: i64, reader: &mut Reader<'_>) -> Option<Option<usize>> {
    match fields.get(name) {
        None => Some(None),
        Some(node) => reader.integer(&node, least..=MOST).map(|n| Some(n as usize)),
    }
}

fn mark(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<char> {
    let mut characters = reader.string(node)?.chars();
    // A letter or digit would look like part of the value.
    let mark = characters.next().filter(|c| !c.is_alphanumeric() && !c.is_control());
    if mark.is_none() || characters.next().is_some() {
        let message = Bilingual::new(
            "文字でも数字でもない記号を一つ書きます",
            "must be one character that is neither letter nor digit",
        );
        reader.add(node.span(), message, None);
        return None;
    }
    mark
}

#[derive(Debug)]
struct Masked {
    first: usize,
    last: usize,
    mark: char,
    /// Marks, whatever they hide.
    length: Option<usize>,
}

impl Masked {
    fn masked(&self, text: &str) -> String {
        let characters = text.chars().count();
        // Nothing may be shown whole.
        let is_short = characters <= self.first + self.last;
        let (first, last) = if is_short { (0, 0) } else { (self.first, self.last) };
        let hidden = self.length.unwrap_or(characters - first - last);
        let marks = std::iter::repeat_n(self.mark, hidden);
        text.chars().take(first).chain(marks).chain(text.chars().skip(characters - last)).collect()
    }
}

impl Treatment for Masked {
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        cell.text().map_or(Cell::Empty, |text| Cell::label(self.masked(text.trim())))
    }
    fn words(&self) -> Bilingual {
        let (first, last) = (self.first, self.last);
        Bilingual::new(
            format!("初め{first}文字と終わり{last}文字のほかを伏せる"),
            format!("all but the first {first} and last {last} characters masked"),
        )
    }
    fn coarser(&self, _: ColumnOf) -> Option<Box<dyn Treatment>> {
        let half = Self { first: self.first / 2, last: self.last / 2, ..*self };
        (self.first + self.last > 0).then(|| Box::new(half) as Box<dyn Treatment>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_more_stays_than_the_policy_says(
            text in "\\PC{0,12}",
            first in 0usize..5,
            last in 0usize..5,
            length in prop::option::of(1usize..6),
        ) {
            let masked: Vec<char> = Masked { first, last, mark: '＊', length }.masked(&text).chars().collect();
            let given: Vec<char> = text.chars().collect();
            let marks = if given.len() <= first + last { given.len() } else { given.len() - first - last };
            let shown = given.len() - marks;
            prop_assert_eq!(masked.len(), shown + length.unwrap_or(marks));
            if shown > 0 {
                prop_assert_eq!((&masked[..first], &masked[masked.len() - last..]), (&given[..first], &given[given.len() - last..]));
            }
            let kept = if shown > 0 { (first, last) } else { (0, 0) };
            prop_assert!(masked[kept.0..masked.len() - kept.1].iter().all(|c| *c == '＊'));
        }
    }
}
