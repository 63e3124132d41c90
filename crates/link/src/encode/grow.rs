//! More statements into a standing table (追加): nothing that stands is read again.
//!
//! What was counted when the table was made — how common names are, which readings kanji have — stays as it was until the
//! next full run: ten thousand records do not change it in a million.

use super::encoder::Encoder;
use super::row::Row;
use super::statement::Statement;
use super::{Table, inherit, readings, split};
use crate::statistics::ImplausibleValue;
use kiban_model::SubjectId;
use std::ops::Range;

impl Table {
    /// Begins to take in statements: the encoder works with the table's dictionaries until [`Self::finish_growing`].
    pub(crate) fn begin_growing(&mut self, encoder: &mut Encoder) {
        self.lend(encoder);
    }

    /// Takes in one statement.
    pub(crate) fn take(&mut self, encoder: &mut Encoder, id: SubjectId, statement: &Statement<'_>) {
        let subject = self.subject(id).unwrap_or_else(|| self.new_subject(id));
        encoder.push(subject, statement);
    }

    /// The positions of the rows that are new, and what was set aside. A statement its subject made before is no new row.
    pub(crate) fn finish_growing(&mut self, encoder: &mut Encoder) -> (Range<u32>, Vec<ImplausibleValue>) {
        let set_aside = encoder.implausible.drain(..).filter_map(|(at, field, reason)| {
            let subject = self.subjects.get(encoder.rows.get(at as usize)?.subject as usize).copied()?;
            Some(ImplausibleValue { subject, field, reason })
        });
        let set_aside = set_aside.collect();
        let first = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.lend(encoder);
        let further = u32::try_from(self.further.len()).unwrap_or(u32::MAX);
        self.further.append(&mut encoder.further);
        let mut rows: Vec<Row> = encoder.rows.drain(..).collect();
        for row in rows.iter_mut().filter(|row| row.further != 0) {
            row.further += further;
        }
        split::split_new(self, &mut rows);
        readings::complete_new(self, &mut rows);
        for mut row in rows {
            for at in self.rows_of(row.subject).to_vec() {
                if let Some(from) = self.row(at) {
                    inherit::take_over(&mut row, from);
                }
            }
            if self.rows_of(row.subject).iter().filter_map(|at| self.row(*at)).any(|other| same(other, &row))
            {
                continue;
            }
            let at = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            let before = self.rows_of(row.subject).to_vec();
            self.grown.entry(row.subject).or_insert(before).push(at);
            self.rows.push(row);
        }
        (first..u32::try_from(self.rows.len()).unwrap_or(u32::MAX), set_aside)
    }

    /// The dictionaries go to the encoder, or come back.
    fn lend(&mut self, encoder: &mut Encoder) {
        std::mem::swap(&mut self.names, &mut encoder.names);
        std::mem::swap(&mut self.places, &mut encoder.places.texts);
        std::mem::swap(&mut self.numbers, &mut encoder.numbers);
    }

    fn new_subject(&mut self, id: SubjectId) -> u32 {
        let at = u32::try_from(self.subjects.len()).unwrap_or(u32::MAX);
        self.subjects.push(id);
        self.new_subjects.insert(id, at);
        at
    }
}

/// Whether two rows state the same; what was counted besides does not matter.
fn same(a: &Row, b: &Row) -> bool {
    let bare = |row: &Row| {
        let mut bare = *row;
        (bare.phone_count, bare.door_count, bare.further) = (0, 0, 0);
        bare
    };
    a.further == 0 && b.further == 0 && bare(a) == bare(b)
}
