//! One subject's statements complete one another (記述の補い合い): a card that states an insurance and no name is still about
//! the person whose name the subject's other records state.
//!
//! Who somebody is — name, date of birth, sex — is taken over where a statement leaves it out altogether; where they live and
//! how they are insured changes, and is not. Without this a nameless statement meets the whole household as if it could be
//! anyone.

use super::Table;
use super::row::{Flags, Row};
use crate::hash::mix;
use std::collections::HashMap;

/// What can be taken over, from the statement whose content comes first.
#[derive(Default)]
struct Known {
    name: Option<(u64, Row)>,
    birth: Option<(u64, Row)>,
    sex: Option<(u64, Row)>,
}

/// Completes the statements of every subject that has several.
pub(super) fn complete_subjects(table: &mut Table) {
    if table.rows.len() == table.subjects.len() {
        return;
    }
    let mut known: HashMap<u32, Known> = HashMap::new();
    for row in table.rows.iter().filter(|row| !row.is_aside()) {
        let content = name_hash(table, row);
        let known = known.entry(row.subject).or_default();
        for (slot, states) in [
            (&mut known.name, has_name(row)),
            (&mut known.birth, row.birth().is_some()),
            (&mut known.sex, row.sex.is_some()),
        ] {
            if states && slot.as_ref().is_none_or(|(other, _)| content < *other) {
                *slot = Some((content, *row));
            }
        }
    }
    for row in table.rows.iter_mut().filter(|row| !row.is_aside()) {
        if let Some(known) = known.get(&row.subject) {
            for (_, from) in [&known.name, &known.birth, &known.sex].into_iter().flatten() {
                take_over(row, from);
            }
        }
    }
}

/// Takes over from another statement of the same subject what this one leaves out.
pub(super) fn take_over(row: &mut Row, from: &Row) {
    const SCRIPTS: [Flags; 4] =
        [Flags::WHOLE_KANJI, Flags::WHOLE_KANA, Flags::WHOLE_ROMAN, Flags::ROMAN_UNORDERED];
    if !has_name(row) && has_name(from) {
        (row.family, row.given) = (from.family, from.given);
        for flag in SCRIPTS {
            row.flags.put(flag, from.flags.has(flag));
        }
    }
    if row.birth().is_none() {
        row.birth = from.birth;
    }
    if row.sex.is_none() {
        row.sex = from.sex;
    }
}

fn has_name(row: &Row) -> bool {
    row.family != super::Part::default() || row.given != super::Part::default()
}

fn name_hash(table: &Table, row: &Row) -> u64 {
    let names = &table.names;
    [
        names.kanji.hash(row.family.written),
        names.kanji.hash(row.given.written),
        names.kana.hash(row.family.kana),
        names.kana.hash(row.given.kana),
        names.roman.hash(row.family.roman),
        names.roman.hash(row.given.roman),
        u64::from(row.birth.packed()),
    ]
    .into_iter()
    .fold(0, mix)
}
