//! Hierarchies (一般化階層) as CSV files: a line for each value, the value first, then its coarser groups.
//!
//! A hierarchy that contradicts itself would make a product that says less than it seems to, so it is refused with its line.
//! Its values may be a person's, so nothing said about it repeats one.

use super::Refusal;
use super::csv::{Cell, text};
use super::words::Words;
use crate::search::{Column, Level};
use std::collections::HashMap;

/// A hierarchy with its words.
#[derive(Debug)]
pub(super) struct Hierarchy {
    pub(super) column: Column,
    /// The words of each level's groups.
    pub(super) labels: Vec<Vec<String>>,
    /// From a value to its leaf.
    pub(super) words: Words,
}

impl Hierarchy {
    /// Reads the text of a file.
    pub(super) fn parse(content: &str, file: &str, weight: f64) -> Result<Self, Refusal> {
        let bad = |line: u64, ja: &str, en: &str| Refusal::at(file, line, ja, en);
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let first = content.lines().next().unwrap_or("");
        let separator =
            [b';', b'\t', b','].into_iter().find(|separator| first.as_bytes().contains(separator));
        let mut rows = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator.unwrap_or(b','))
            .from_reader(content.as_bytes());
        let mut groups: Vec<Groups> = Vec::new();
        let mut words = Words::default();
        let mut record = ::csv::StringRecord::new();
        loop {
            match rows.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let line = error.position().map_or(0, ::csv::Position::line);
                    return Err(bad(line, "CSV として読めません", "not readable as CSV"));
                }
            }
            let line = record.position().map_or(0, ::csv::Position::line);
            if groups.is_empty() {
                groups.resize_with(record.len(), Groups::default);
            }
            if record.len() != groups.len() {
                return Err(bad(
                    line,
                    "列の数がほかの行と違います。どの行にも同じ数の水準を書いてください",
                    "another number of levels than in the lines before: give every value as many",
                ));
            }
            if u8::try_from(groups.len()).is_err() {
                return Err(bad(line, "水準は 255 までです", "no more than 255 levels"));
            }
            if !words.add(record.get(0).unwrap_or("").as_bytes()) {
                return Err(bad(
                    line,
                    "同じ値の行が前にあります。一つの値は一行だけにしてください",
                    "a line before has the same value: keep one line for each value",
                ));
            }
            let mut below: Option<u32> = None;
            for (level, (label, groups)) in record.iter().zip(&mut groups).enumerate() {
                let group = groups.place(label);
                if below.is_some_and(|below| !groups.holds(below, group)) {
                    let ja = format!(
                        "水準{}の一つの区分が、水準{level}では二つの区分に分かれます。粗い水準ほど大きな区分にしてください",
                        level - 1
                    );
                    let en = format!(
                        "a group of level {} falls into two groups of level {level}: every group must lie in one of the next level",
                        level - 1
                    );
                    return Err(bad(line, &ja, &en));
                }
                below = Some(group);
            }
        }
        if words.is_empty() {
            return Err(bad(1, "行がありません", "it has no lines"));
        }
        let labels: Vec<Vec<String>> = groups.iter_mut().map(|g| std::mem::take(&mut g.labels)).collect();
        let levels = groups.into_iter().map(Groups::level).collect();
        let column = Column { levels, weight };
        if let Some(level) = ambiguous(&column, &labels) {
            let ja = format!(
                "水準{level}の区分の名前が、ほかの水準では別の値の集まりを指します。名前を分けてください"
            );
            let en = format!(
                "a name of level {level} means another group of values at another level: give them different names"
            );
            return Err(bad(1, &ja, &en));
        }
        Ok(Self { column, labels, words })
    }

    /// The leaf of a cell.
    pub(super) fn leaf(&self, bytes: &[u8], cell: &Cell) -> Option<u32> {
        if cell.quoted {
            return self.words.find(&text(bytes, cell));
        }
        let (from, to) = cell.place();
        self.words.find_in(bytes, from, to)
    }
}

/// The groups of a level while lines are read.
#[derive(Debug, Default)]
struct Groups {
    known: HashMap<String, u32>,
    labels: Vec<String>,
    group_of: Vec<u32>,
    leaves_in: Vec<u32>,
    /// The group here of each group of the level below.
    above: HashMap<u32, u32>,
}

impl Groups {
    fn place(&mut self, label: &str) -> u32 {
        let next = self.labels.len() as u32;
        let group = match self.known.get(label) {
            Some(group) => *group,
            None => {
                self.known.insert(label.to_owned(), next);
                self.labels.push(label.to_owned());
                self.leaves_in.push(0);
                next
            }
        };
        self.group_of.push(group);
        if let Some(leaves) = self.leaves_in.get_mut(group as usize) {
            *leaves += 1;
        }
        group
    }

    fn holds(&mut self, below: u32, group: u32) -> bool {
        *self.above.entry(below).or_insert(group) == group
    }

    fn level(self) -> Level {
        Level { group_of: self.group_of, leaves_in: self.leaves_in }
    }
}

/// A level with a name that means other leaves at another level. Groups nest, so equal sizes and a common leaf are equal groups.
fn ambiguous(column: &Column, labels: &[Vec<String>]) -> Option<usize> {
    let mut known: HashMap<&str, (u32, usize)> = HashMap::new();
    for (number, (level, labels)) in column.levels.iter().zip(labels).enumerate() {
        let mut first = vec![usize::MAX; labels.len()];
        for (leaf, group) in level.group_of.iter().enumerate() {
            if let Some(first) = first.get_mut(*group as usize) {
                *first = leaf.min(*first);
            }
        }
        for ((label, leaves), first) in labels.iter().zip(&level.leaves_in).zip(first) {
            if *known.entry(label).or_insert((*leaves, first)) != (*leaves, first) {
                return Some(number);
            }
        }
    }
    None
}
