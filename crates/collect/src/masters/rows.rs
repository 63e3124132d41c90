//! Where each master keeps what Kiban uses. Columns from 0, as measured on the published files (formats §10).

use super::{Disease, Item, Masters};
use csv::StringRecord;

/// The receipt masters that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MasterKind {
    /// 傷病名マスター (b)
    Disease,
    /// 修飾語マスター (z)
    Modifier,
    /// 医科診療行為マスター (s)
    Procedure,
    /// 医薬品マスター (y)
    Drug,
    /// 特定器材マスター (t)
    Material,
    /// コメントマスター (c)
    Comment,
}

/// One master: the letter in its second column, its least width over the vintages seen, and where its columns stand.
pub(super) struct Layout {
    pub(super) kind: MasterKind,
    /// マスター種別, also how its files are named.
    pub(super) letter: &'static str,
    pub(super) least: usize,
    code: usize,
    code_digits: usize,
    name: usize,
    /// Unit, for those that have one.
    unit: Option<usize>,
}

pub(super) const LAYOUTS: [Layout; 6] = [
    Layout {
        kind: MasterKind::Disease,
        letter: "B",
        least: 40,
        code: 2,
        code_digits: 7,
        name: 5,
        unit: None,
    },
    Layout {
        kind: MasterKind::Modifier,
        letter: "Z",
        least: 19,
        code: 2,
        code_digits: 4,
        name: 6,
        unit: None,
    },
    Layout {
        kind: MasterKind::Procedure,
        letter: "S",
        least: 80,
        code: 2,
        code_digits: 9,
        name: 4,
        unit: Some(9),
    },
    Layout {
        kind: MasterKind::Drug,
        letter: "Y",
        least: 34,
        code: 2,
        code_digits: 9,
        name: 4,
        unit: Some(9),
    },
    Layout {
        kind: MasterKind::Material,
        letter: "T",
        least: 36,
        code: 2,
        code_digits: 9,
        name: 4,
        unit: Some(9),
    },
    Layout {
        kind: MasterKind::Comment,
        letter: "C",
        least: 28,
        code: 22,
        code_digits: 9,
        name: 6,
        unit: None,
    },
];

const ICD10: usize = 15;
const ICD10_SECOND: usize = 16;
const MEDIS: usize = 10;
const PRICE_LIST_CODE: usize = 31;

impl Layout {
    /// Which master a row belongs to, from its first two columns (変更区分, マスター種別).
    pub(super) fn of(row: &StringRecord) -> Option<&'static Self> {
        let change = row.get(0)?;
        let letter = row.get(1)?;
        (change.len() == 1 && change.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
        LAYOUTS.iter().find(|layout| layout.letter == letter)
    }

    /// Puts a row in; `false` if it is too narrow or its code is not one.
    pub(super) fn apply(&self, row: &StringRecord, masters: &mut Masters) -> bool {
        let text = |column: usize| row.get(column).unwrap_or("").trim().to_owned();
        let (code, name) = (text(self.code), text(self.name));
        if row.len() < self.least
            || code.len() != self.code_digits
            || !code.bytes().all(|b| b.is_ascii_digit())
        {
            return false;
        }
        // Difference files list what changes as codes and dates without a name: they know less than what is there.
        match self.kind {
            MasterKind::Disease => {
                if !name.is_empty() || !masters.diseases.contains_key(&code) {
                    let disease = Disease {
                        name,
                        icd10: text(ICD10),
                        icd10_second: text(ICD10_SECOND),
                        medis: text(MEDIS),
                    };
                    masters.diseases.insert(code, disease);
                }
            }
            MasterKind::Modifier => {
                if !name.is_empty() || !masters.modifiers.contains_key(&code) {
                    masters.modifiers.insert(code, name);
                }
            }
            MasterKind::Procedure | MasterKind::Drug | MasterKind::Material | MasterKind::Comment => {
                if !name.is_empty() || !masters.items.contains_key(&code) {
                    let price_list_code =
                        if self.kind == MasterKind::Drug { text(PRICE_LIST_CODE) } else { String::new() };
                    let unit = self.unit.map(text).unwrap_or_default();
                    masters.items.insert(code, Item { name, unit, price_list_code });
                }
            }
        }
        true
    }
}
