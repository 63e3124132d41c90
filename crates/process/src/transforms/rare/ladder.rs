//! Ladders: the classes above a code, finest first. ICD-10 by characters then chapter, drug codes and DPC by characters.
//!
//! A ladder never invents a class for a code it cannot read: such a row goes to the last class of the rule. Chapters are
//! those of ICD-10 (`data/icd10_chapters.csv`).

use super::{CodedGroup, GroupValues, Outcome};
use kiban_model::tables::systems;
use std::sync::LazyLock;

/// A way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ladder {
    /// The code without the rest of the row, then nothing.
    None,
    /// ICD-10: as given, 4 characters, 3, chapter.
    Icd10,
    /// YJ and price-list codes: 12 characters, 9, 7 (substance and route), 4 (薬効分類).
    Yj,
    /// DPC: 14 characters, 6 (disease), 2 (MDC).
    Dpc,
}

struct Chapter {
    first: &'static str,
    last: &'static str,
    number: &'static str,
    japanese: &'static str,
}

impl Chapter {
    fn title(&self) -> String {
        format!("第{}章 {}", self.number, self.japanese)
    }
}

static CHAPTERS: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    include_str!("../../../data/icd10_chapters.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some(Chapter {
                first: cells.next()?,
                last: cells.next()?,
                number: cells.next()?,
                japanese: cells.next()?,
            })
        })
        .collect()
});

impl Ladder {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Icd10 => "icd10",
            Self::Yj => "yj",
            Self::Dpc => "dpc",
        }
    }

    /// The ladders a table's codes can climb.
    pub(super) fn of_table(table: &str) -> &'static [Self] {
        match table {
            "condition" | "death" => &[Self::Icd10],
            "medication" | "claim_line" => &[Self::Yj],
            "dpc_case" => &[Self::Dpc],
            _ => &[],
        }
    }

    /// The classes above a row's code, finest first, one at each step of the ladder.
    pub(super) fn classes(self, group: &CodedGroup, values: &GroupValues<'_>) -> Vec<Outcome> {
        let value = |column: Option<&str>| {
            let at = column.and_then(|column| group.columns().position(|c| c == column));
            at.and_then(|at| values.get(at).copied().flatten()).map(str::trim).filter(|text| !text.is_empty())
        };
        let (code, system) = (value(Some(group.code)), value(group.system));
        let coded_in = |known: &[&str]| {
            code.filter(|_| group.system.is_none() || system.is_some_and(|s| known.contains(&s)))
        };
        match self {
            Self::None => code
                .map(|code| Outcome {
                    code: code.to_owned(),
                    system: system.map(str::to_owned),
                    text: code.to_owned(),
                })
                .into_iter()
                .collect(),
            Self::Icd10 => {
                let code = value(group.classified).or_else(|| coded_in(&[systems::ICD10]));
                code.and_then(icd10).map(|code| icd10_classes(&code)).unwrap_or_default()
            }
            Self::Yj => {
                let code =
                    value(group.classified).or_else(|| coded_in(&[systems::YJ, systems::PRICE_LIST_DRUG]));
                code.map(|code| prefixes(code, &[12, 9, 7, 4], systems::PRICE_LIST_DRUG)).unwrap_or_default()
            }
            Self::Dpc => code.map(|code| prefixes(code, &[14, 6, 2], "DPC")).unwrap_or_default(),
        }
    }
}

/// The classes above a code of a table, coarsest first and always as many where the code can be read: none where it cannot, or
/// where the table's codes have no ladder. A class of the ladder itself stands below those above it.
pub(crate) fn path_of_code(table: &str, code: &str) -> Vec<String> {
    let prefixes = |code: &str, lengths: &[usize]| {
        lengths.iter().map(|length| code.get(..*length).unwrap_or(code).to_owned()).collect()
    };
    match Ladder::of_table(table) {
        [Ladder::Icd10] => {
            let Some(code) = icd10(code) else { return Vec::new() };
            let category = code.get(..3).unwrap_or(&code);
            let chapter = CHAPTERS.iter().find(|c| (c.first..=c.last).contains(&category));
            let mut path: Vec<String> =
                chapter.map(|chapter| format!("{}-{}", chapter.first, chapter.last)).into_iter().collect();
            if code.contains('-') {
                path.extend([code.clone(), code]);
            } else {
                path.extend::<Vec<String>>(prefixes(&code, &[3, 4]));
            }
            path
        }
        [Ladder::Yj] if code.is_ascii() && code.len() >= 4 => prefixes(code, &[4, 7, 9]),
        [Ladder::Dpc] if code.is_ascii() && code.len() >= 2 => prefixes(code, &[2, 6]),
        _ => Vec::new(),
    }
}

/// What a class of a table's ladder looks like in a row.
pub(super) fn class_of_code(table: &str, class: &str) -> Outcome {
    let system = match Ladder::of_table(table) {
        [Ladder::Icd10] => Some(systems::ICD10),
        [Ladder::Yj] => Some(systems::PRICE_LIST_DRUG),
        [Ladder::Dpc] => Some("DPC"),
        _ => None,
    };
    let chapter = CHAPTERS.iter().find(|c| class.split_once('-') == Some((c.first, c.last)));
    let text = chapter.map_or_else(|| class.to_owned(), Chapter::title);
    Outcome { code: class.to_owned(), system: system.map(str::to_owned), text }
}

/// Without dot, upper case, at least a letter and two digits.
fn icd10(code: &str) -> Option<String> {
    let code: String = code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
    let mut bytes = code.bytes();
    let shape = bytes.next()?.is_ascii_uppercase()
        && bytes.next()?.is_ascii_digit()
        && bytes.next()?.is_ascii_digit();
    (shape && code.is_ascii()).then_some(code)
}

fn icd10_classes(code: &str) -> Vec<Outcome> {
    let mut classes = prefixes(code, &[code.len(), 4, 3], systems::ICD10);
    let category = code.get(..3).unwrap_or(code);
    if let Some(chapter) = CHAPTERS.iter().find(|c| (c.first..=c.last).contains(&category)) {
        classes.push(Outcome {
            code: format!("{}-{}", chapter.first, chapter.last),
            system: Some(systems::ICD10.to_owned()),
            text: chapter.title(),
        });
    }
    classes
}

/// A class at every length; a shorter code stands as it is, so that the steps of all rows are the same lengths.
fn prefixes(code: &str, lengths: &[usize], system: &str) -> Vec<Outcome> {
    let class = |length: &usize| {
        let code = code.get(..*length).unwrap_or(code).to_owned();
        Outcome { text: code.clone(), code, system: Some(system.to_owned()) }
    };
    lengths.iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_a_chapter_and_chapters_do_not_overlap() {
        assert_eq!(CHAPTERS.len(), 22);
        assert!(
            CHAPTERS.windows(2).all(|pair| pair[0].first <= pair[0].last && pair[0].last < pair[1].first)
        );
        for letter in 'A'..='Z' {
            assert!(icd10_classes(&format!("{letter}01")).len() == 4, "{letter}");
        }
    }

    #[test]
    fn codes_are_read_with_or_without_dot_and_others_not_at_all() {
        let codes: Vec<String> =
            icd10_classes(&icd10("e16.8").unwrap()).into_iter().map(|c| c.code).collect();
        assert_eq!(codes, ["E168", "E168", "E16", "E00-E90"]);
        assert!(icd10("8830417").is_none() && icd10("").is_none() && icd10("Ｅ16").is_none());
    }
}
