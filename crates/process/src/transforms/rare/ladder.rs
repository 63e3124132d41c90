//! Ladders: the classes above a code, finest first. ICD-10 by characters then chapter; drugs, laboratory tests and DPC by characters.
//!
//! A ladder never invents a class for a code it cannot read: such a row goes to the last class of the rule. Chapters are
//! those of ICD-10 (`data/icd10_chapters.csv`). Lengths: ATC (WHO Collaborating Centre for Drug Statistics Methodology) has five
//! levels; a YJ code begins with the four digits of 薬効分類; JLAC10 (日本臨床検査医学会) is analyte 5, of which the first two are its
//! kind, identification 4, material 3, method 3, result 2.

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
    /// ATC: 7 characters (substance), 5, 4, 3, 1 (organ).
    Atc,
    /// JLAC10: 17 characters, 15 (without result), 12 (without method), 9 (without material), 5 (analyte), 2 (its kind).
    Jlac10,
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
    fn range(&self) -> String {
        format!("{}-{}", self.first, self.last)
    }

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
            Self::Atc => "atc",
            Self::Jlac10 => "jlac10",
            Self::Dpc => "dpc",
        }
    }

    /// The ladders a table's codes can climb. No code can be read by two of them.
    pub(super) fn of_table(table: &str) -> &'static [Self] {
        match table {
            "condition" | "death" => &[Self::Icd10],
            "medication" | "claim_line" => &[Self::Yj, Self::Atc],
            "observation" => &[Self::Jlac10],
            "dpc_case" => &[Self::Dpc],
            _ => &[],
        }
    }

    /// What its classes are classes of.
    const fn system(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Icd10 => Some(systems::ICD10),
            Self::Yj => Some(systems::PRICE_LIST_DRUG),
            Self::Atc => Some(ATC),
            Self::Jlac10 => Some(systems::JLAC10),
            Self::Dpc => Some("DPC"),
        }
    }

    /// Systems of codes that it reads.
    const fn reads(self) -> &'static [&'static str] {
        match self {
            Self::None | Self::Dpc => &[],
            Self::Icd10 => &[systems::ICD10],
            Self::Yj => &[systems::YJ, systems::PRICE_LIST_DRUG],
            Self::Atc => &[ATC],
            Self::Jlac10 => &[systems::JLAC10],
        }
    }

    /// Characters of its classes, finest first: of ICD-10 those below the chapter.
    const fn lengths(self) -> &'static [usize] {
        match self {
            Self::None => &[],
            Self::Icd10 => &[usize::MAX, 4, 3],
            Self::Yj => &[12, 9, 7, 4],
            Self::Atc => &[7, 5, 4, 3, 1],
            Self::Jlac10 => &[17, 15, 12, 9, 5, 2],
            Self::Dpc => &[14, 6, 2],
        }
    }

    /// A code or class as the ladder writes it; `None` where it cannot be one.
    fn read(self, code: &str) -> Option<String> {
        let code = code.trim();
        if self == Self::Icd10 {
            return icd10(code);
        }
        let digits = |from: usize, to: usize| {
            code.get(from..to).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let letters = |from: usize, to: usize| {
            code.get(from..to).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_alphabetic()))
        };
        let is_code = code.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && match self {
                Self::None | Self::Icd10 => false,
                Self::Yj => digits(0, 4),
                Self::Atc => {
                    let parts = [letters(0, 1), digits(1, 3), letters(3, 4), letters(4, 5), digits(5, 7)];
                    let known = match code.len() {
                        1 => 1,
                        3 => 2,
                        4 => 3,
                        5 => 4,
                        7 => 5,
                        _ => return None,
                    };
                    parts.iter().take(known).all(|is_there| *is_there)
                }
                Self::Jlac10 => digits(0, 1) && self.lengths().contains(&code.len()),
                Self::Dpc => code.len() >= 2,
            };
        is_code.then(|| code.to_ascii_uppercase())
    }

    /// The classes above a row's code, finest first, one at each step of the ladder.
    pub(super) fn classes(self, group: &CodedGroup, values: &GroupValues<'_>) -> Vec<Outcome> {
        let value = |column: Option<&str>| {
            let at = column.and_then(|column| group.columns().position(|c| c == column));
            at.and_then(|at| values.get(at).copied().flatten()).map(str::trim).filter(|text| !text.is_empty())
        };
        let (code, system) = (value(Some(group.code)), value(group.system));
        if self == Self::None {
            let given = code.map(|code| Outcome {
                code: code.to_owned(),
                system: system.map(str::to_owned),
                text: code.to_owned(),
            });
            return given.into_iter().collect();
        }
        let coded =
            code.filter(|_| group.system.is_none() || system.is_some_and(|s| self.reads().contains(&s)));
        // The classification beside the code is that of the first of a table's ladders.
        let is_first = Self::of_table(group.table).first() == Some(&self);
        let classified = value(group.classified).filter(|_| is_first);
        let Some(code) = classified.or(coded).and_then(|code| self.read(code)) else { return Vec::new() };
        let mut classes: Vec<Outcome> =
            self.lengths().iter().map(|length| self.class(prefix(&code, *length))).collect();
        if self == Self::Icd10 {
            classes.extend(chapter_of(&code).map(|chapter| self.class(&chapter.range())));
        }
        classes
    }

    /// The classes above a code or class, coarsest first and always as many; none where it cannot be read.
    pub(super) fn path(self, code: &str) -> Vec<String> {
        let Some(code) = self.read(code) else { return Vec::new() };
        let mut path: Vec<String> =
            chapter_of(&code).filter(|_| self == Self::Icd10).map(Chapter::range).into_iter().collect();
        // A chapter stands below itself only.
        let is_chapter = code.contains('-');
        let above = self.lengths().iter().skip(1).rev();
        path.extend(above.map(|length| if is_chapter { &code } else { prefix(&code, *length) }.to_owned()));
        path
    }

    /// What a class looks like in a row.
    pub(super) fn class(self, class: &str) -> Outcome {
        let chapter = CHAPTERS.iter().find(|c| class.split_once('-') == Some((c.first, c.last)));
        let text = chapter.map_or_else(|| class.to_owned(), Chapter::title);
        Outcome { code: class.to_owned(), system: self.system().map(str::to_owned), text }
    }
}

/// The name of ATC among code systems.
const ATC: &str = "ATC";

/// The classes above a code of a table, coarsest first and always as many where the code can be read: none where it cannot, or
/// where the table's codes have no ladder. A class of the ladder itself stands below those above it.
pub(crate) fn path_of_code(table: &str, code: &str) -> Vec<String> {
    let paths = Ladder::of_table(table).iter().map(|ladder| ladder.path(code));
    paths.into_iter().find(|path| !path.is_empty()).unwrap_or_default()
}

fn chapter_of(code: &str) -> Option<&'static Chapter> {
    let category = prefix(code, 3);
    CHAPTERS.iter().find(|chapter| (chapter.first..=chapter.last).contains(&category))
}

/// So many characters of a code; a shorter one as it stands, so that the steps of all rows are the same lengths.
fn prefix(code: &str, length: usize) -> &str {
    code.get(..length).unwrap_or(code)
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
            assert!(chapter_of(&format!("{letter}01")).is_some(), "{letter}");
        }
    }

    fn codes(table: &str, system: &str, code: &str, ladder: Ladder) -> Vec<String> {
        let group = CodedGroup::of(table, "code").unwrap();
        let values: Vec<Option<&str>> = group
            .columns()
            .map(|column| match column {
                "code" => Some(code),
                "code_system" => Some(system),
                _ => None,
            })
            .collect();
        ladder.classes(group, &values).into_iter().map(|class| class.code).collect()
    }

    #[test]
    fn codes_climb_by_the_lengths_of_their_classification() {
        let climbed = codes("condition", "ICD-10", "e16.8", Ladder::Icd10);
        assert_eq!(climbed, ["E168", "E168", "E16", "E00-E90"]);
        let climbed = codes("medication", "ATC", "C09AA05", Ladder::Atc);
        assert_eq!(climbed, ["C09AA05", "C09AA", "C09A", "C09", "C"]);
        let climbed = codes("medication", "YJ", "2149010F1020", Ladder::Yj);
        assert_eq!(climbed, ["2149010F1020", "2149010F1", "2149010", "2149"]);
        let climbed = codes("observation", "JLAC10", "3D046000001920402", Ladder::Jlac10);
        assert_eq!(
            climbed,
            ["3D046000001920402", "3D0460000019204", "3D0460000019", "3D0460000", "3D046", "3D"]
        );
        assert_eq!(codes("observation", "JLAC10", "3D0460000019204", Ladder::Jlac10).len(), 6);
    }

    #[test]
    fn what_cannot_be_read_has_no_class() {
        for (ladder, code) in [
            (Ladder::Icd10, "8830417"),
            (Ladder::Icd10, ""),
            (Ladder::Icd10, "Ｅ16"),
            (Ladder::Atc, "C09AA5"),
            (Ladder::Atc, "2149010F1020"),
            (Ladder::Atc, "C0９A"),
            (Ladder::Yj, "C09AA05"),
            (Ladder::Yj, "あ"),
            (Ladder::Jlac10, "L-12"),
            (Ladder::Jlac10, "3D0460"),
        ] {
            assert_eq!(ladder.read(code), None, "{code}");
        }
        // Of another system the code is not looked at.
        assert!(codes("medication", "HOT", "214901001", Ladder::Yj).is_empty());
        assert!(codes("observation", "LOINC", "3D046000001920402", Ladder::Jlac10).is_empty());
    }

    #[test]
    fn paths_lead_down_to_every_class_of_a_ladder() {
        assert_eq!(path_of_code("condition", "E168"), ["E00-E90", "E16", "E168"]);
        assert_eq!(path_of_code("condition", "E00-E90"), ["E00-E90", "E00-E90", "E00-E90"]);
        assert_eq!(path_of_code("medication", "2149010F1020"), ["2149", "2149010", "2149010F1"]);
        assert_eq!(path_of_code("medication", "C09A"), ["C", "C09", "C09A", "C09A"]);
        assert_eq!(path_of_code("observation", "3D046"), ["3D", "3D046", "3D046", "3D046", "3D046"]);
        assert!(path_of_code("procedure", "150000000").is_empty());
    }
}
