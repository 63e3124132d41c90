//! Many encoders to one table (統合): codes made common, repeated statements dropped, rows laid out for comparing.

use super::encoder::{Encoder, TEXT};
use super::row::{Further, Row};
use super::{Table, common, inherit, readings, split};
use crate::hash::mix;
use crate::lists::Lists;
use crate::normalise::Birth;
use crate::settings::Settings;
use crate::statistics::{ImplausibleValue, Statistics};
use kiban_model::SubjectId;
use rayon::prelude::*;

/// Old code to new code, per dictionary.
struct Moves {
    kanji: Vec<u32>,
    kana: Vec<u32>,
    roman: Vec<u32>,
    places: Vec<u32>,
    numbers: Vec<u32>,
}

impl Moves {
    fn apply(&self, row: &mut Row, first_further: u32) {
        let to = |codes: &[u32], code: &mut u32| *code = codes.get(*code as usize).copied().unwrap_or(0);
        for part in [&mut row.family, &mut row.given] {
            self.part(part);
        }
        to(&self.places, &mut row.municipality);
        to(&self.places, &mut row.locality);
        for code in [&mut row.identifier, &mut row.provider] {
            to(&self.numbers, code);
        }
        for code in [&mut row.postal, &mut row.insurer, &mut row.symbol] {
            if *code >= TEXT {
                let text = self.numbers.get((*code - TEXT) as usize).copied().unwrap_or(0);
                *code = TEXT | text;
            }
        }
        for code in &mut row.attributes {
            to(&self.numbers, code);
        }
        if row.further != 0 {
            row.further += first_further;
        }
    }

    fn part(&self, part: &mut super::Part) {
        let to = |codes: &[u32], code: &mut u32| *code = codes.get(*code as usize).copied().unwrap_or(0);
        to(&self.kanji, &mut part.written);
        to(&self.kanji, &mut part.kanji);
        to(&self.kana, &mut part.kana);
        to(&self.roman, &mut part.roman);
    }
}

/// One table of all parts. `subjects` are the subjects by position; rows state positions in it.
pub(crate) fn assemble(
    parts: Vec<Encoder>,
    subjects: Vec<SubjectId>,
    settings: &Settings,
    statistics: &mut Statistics,
) -> Table {
    let mut parts = parts.into_iter();
    let mut table = Table::default();
    let mut aside: Vec<ImplausibleValue> = Vec::new();
    let mut note = |part: &Encoder| {
        aside.extend(part.implausible.iter().map(|(at, field, reason)| {
            let subject = part.rows.get(*at as usize).map_or(0, |row| row.subject);
            let subject = subjects.get(subject as usize).copied().unwrap_or(SubjectId(0));
            ImplausibleValue { subject, field: *field, reason: *reason }
        }));
    };
    if let Some(first) = parts.next() {
        note(&first);
        (table.rows, table.further) = (first.rows, first.further);
        (table.names, table.places, table.numbers) = (first.names, first.places.texts, first.numbers);
    }
    let parts: Vec<Encoder> = parts.collect();
    table.rows.reserve_exact(parts.iter().map(Encoder::len).sum());
    for part in parts {
        note(&part);
        take_in(&mut table, part);
    }
    table.subjects = subjects;
    statistics.records = table.rows.len() as u64;
    statistics.implausible = aside;
    split::split_names(&mut table);
    inherit::complete_subjects(&mut table);
    lay_out(&mut table);
    let youngest = table.rows.get(table.rows.len().saturating_sub(1 + table.rows.len() / 1_000));
    table.latest_birth_year = youngest.map_or(0, |row| row.birth.year);
    readings::complete(&mut table);
    statistics.statements = table.rows.len() as u64;
    statistics.subjects = table.subjects.len() as u64;
    common::settle(&mut table, settings, statistics);
    table
}

fn take_in(table: &mut Table, part: Encoder) {
    let Encoder { mut rows, mut further, names, places, numbers, .. } = part;
    let Table { names: into, places: into_places, numbers: into_numbers, .. } = table;
    let (kanji, (kana, (roman, (places, numbers)))) = rayon::join(
        || into.kanji.absorb(&names.kanji),
        || {
            let others = || {
                (
                    into.roman.absorb(&names.roman),
                    (into_places.absorb(&places.texts), into_numbers.absorb(&numbers)),
                )
            };
            rayon::join(|| into.kana.absorb(&names.kana), others)
        },
    );
    let moves = Moves { kanji, kana, roman, places, numbers };
    let first = u32::try_from(table.further.len()).unwrap_or(u32::MAX);
    rows.par_iter_mut().for_each(|row| moves.apply(row, first));
    for Further { identifiers, maiden, .. } in &mut further {
        for code in identifiers {
            *code = moves.numbers.get(*code as usize).copied().unwrap_or(0);
        }
        moves.part(maiden);
    }
    table.rows.append(&mut rows);
    table.further.append(&mut further);
}

/// Orders rows by date of birth, so that most pairs that are compared lie close together in memory, and drops what a
/// subject states twice. The order depends on what is stated, never on the order it came in.
fn lay_out(table: &mut Table) {
    let content = |row: &Row| -> u64 {
        let names = &table.names;
        let of = [
            names.kana.hash(row.given.kana),
            names.kanji.hash(row.given.kanji),
            names.roman.hash(row.given.roman),
            names.kana.hash(row.family.kana),
            names.kanji.hash(row.family.written),
            names.kanji.hash(row.given.written),
            table.numbers.hash(row.provider),
            table.places.hash(row.locality),
            row.block_code() << 16 | u64::from(row.room),
            table.numbers.hash(row.postal),
            row.phone,
            row.number,
        ];
        of.into_iter().fold(0, mix)
    };
    let place = |row: &Row| u64::from(row.birth.packed()) << 32 | table.names.kana.hash(row.given.kana) >> 32;
    let rows = || table.rows.par_iter().zip(0u32..u32::try_from(table.rows.len()).unwrap_or(u32::MAX));
    let fetch = |at: u32| table.rows.get(at as usize).copied().unwrap_or_default();
    if table.has_one_row_each() && rows().all(|(row, at)| row.subject == at) {
        // Every row is the subject of its own number: date, nine bits of the given name, number, all in one.
        let key = |(row, at): (&Row, u32)| {
            let Birth { year, month, day } = row.birth;
            let date = u64::from(year.min(9_999)) << 9 | u64::from(month) << 5 | u64::from(day);
            (date << 9 | table.names.kana.hash(row.given.kana) >> 55) << 32 | u64::from(at)
        };
        let mut order: Vec<u64> = rows().map(key).collect();
        order.par_sort_unstable();
        let sorted = || order.par_iter().map(|key| fetch(*key as u32)).collect();
        let by_subject = || {
            let mut by_subject = vec![0u32; order.len()];
            for (at, key) in (0u32..).zip(&order) {
                if let Some(slot) = by_subject.get_mut(*key as u32 as usize) {
                    *slot = at;
                }
            }
            Lists::of_one_each(by_subject)
        };
        (table.rows, table.by_subject) = rayon::join(sorted, by_subject);
    } else {
        let key = |row: &Row| (place(row), row.subject, content(row));
        let mut order: Vec<((u64, u32, u64), u32)> = rows().map(|(row, at)| (key(row), at)).collect();
        order.par_sort_unstable();
        table.rows = order.par_iter().map(|(_, at)| fetch(*at)).collect();
        table.rows.dedup();
        table.index_subjects();
    }
}

impl Table {
    pub(super) fn index_subjects(&mut self) {
        let rows = self.rows.iter().zip(0u32..).map(|(row, at)| (row.subject, at));
        self.by_subject = Lists::new(self.subjects.len(), rows);
    }
}
