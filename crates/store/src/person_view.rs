//! One row a person out of many statements: for each attribute the latest that states it.
//!
//! Later means recorded later; among equals, the later lineage. Statements without a recorded date come first. What a
//! statement leaves out does not erase what an earlier one said. Texts are held once and known by number: what is held of
//! a person are a few numbers a column, however many statements there are.

use crate::numbers::Spread;
use crate::{Scan, StoreError};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type};
use std::collections::HashMap;
use std::sync::Arc;

/// The text that is none.
const NONE: u32 = 0;

/// Places of the columns of lineage among a person's columns but the first.
const DELIVERY: usize = 1;
const RECORDED: usize = 7;

/// Distinct texts by number, from 1. Has no `Debug` that shows them.
#[derive(Default)]
struct Texts {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    /// The last text of each column: most statements repeat what the one before says.
    last: Vec<u32>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let number = u32::try_from(self.texts.len()).unwrap_or(NONE);
        self.numbers.insert(text, number);
        number
    }

    /// The number of a cell's text.
    fn of(&mut self, array: &StringArray, row: usize, column: usize) -> u32 {
        if !array.is_valid(row) {
            return NONE;
        }
        let text = array.value(row);
        if column >= self.last.len() {
            self.last.resize(column + 1, NONE);
        }
        let last = self.last.get(column).copied().unwrap_or(NONE);
        if self.text(last) == Some(text) {
            return last;
        }
        let number = self.number(text);
        if let Some(last) = self.last.get_mut(column) {
            *last = number;
        }
        number
    }

    fn text(&self, number: u32) -> Option<&str> {
        self.texts.get((number as usize).checked_sub(1)?).map(AsRef::as_ref)
    }
}

/// Where a statement stands in time: recorded, then delivery, file, record and position.
#[derive(Debug, Clone, Copy, Default)]
struct Moment {
    recorded: u32,
    delivery: u32,
    lineage: [i64; 3],
    /// There is one.
    stated: bool,
}

impl Moment {
    /// Whether it is not before another.
    fn holds_against(&self, other: &Self, texts: &Texts) -> bool {
        let key = |of: &Self| (of.stated, texts.text(of.recorded), texts.text(of.delivery), of.lineage);
        let (mine, others) = (key(self), key(other));
        mine >= others
    }
}

/// One column of the view, a place a person.
enum Column {
    /// An attribute: the latest statement of each.
    Own(Vec<(Moment, u32)>),
    /// Lineage of a person's latest statement; `extra` belongs to single statements and is not merged.
    Text(Vec<u32>),
    Number(Vec<i64>),
}

/// `everybody` are the persons of the snapshot: one of whom no record states an attribute has a row all the same, for rows
/// of theirs may stand in other tables.
pub(crate) fn one_row_a_person(
    scan: Scan,
    everybody: impl Iterator<Item = i64>,
) -> Result<RecordBatch, StoreError> {
    let schema = Arc::clone(scan.schema());
    let mut persons: Vec<i64> = everybody.collect();
    persons.sort_unstable();
    persons.dedup();
    let places: HashMap<i64, usize, Spread> = persons.iter().copied().zip(0..).collect();
    let mut latest = vec![Moment::default(); persons.len()];
    // All but the first, which is the person.
    let mut columns: Vec<Column> =
        schema.fields().iter().skip(1).map(|f| Column::new(f, persons.len())).collect();
    let mut texts = Texts::default();
    for batch in scan {
        let batch = batch?;
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let delivery = batch.column(2).as_string::<i32>();
        let lineage = [3, 4, 5].map(|column| batch.column(column).as_primitive::<Int64Type>());
        let recorded = batch.column_by_name("recorded_at").map(|c| c.as_string::<i32>());
        for (row, id) in ids.values().iter().enumerate() {
            let Some(place) = places.get(id).copied() else { continue };
            let moment = Moment {
                recorded: recorded.map_or(NONE, |recorded| texts.of(recorded, row, RECORDED)),
                delivery: texts.of(delivery, row, DELIVERY),
                lineage: lineage.map(|column| column.value(row)),
                stated: true,
            };
            let is_latest = latest.get(place).is_some_and(|last| moment.holds_against(last, &texts));
            if let Some(last) = latest.get_mut(place).filter(|_| is_latest) {
                *last = moment;
            }
            for (at, (column, array)) in columns.iter_mut().zip(batch.columns().iter().skip(1)).enumerate() {
                column.take((array, at), row, (place, moment, is_latest), &mut texts);
            }
        }
    }
    let ids: ArrayRef = Arc::new(Int64Array::from(persons));
    let columns = columns.into_iter().zip(schema.fields().iter().skip(1));
    let arrays = std::iter::once(ids).chain(columns.map(|(column, field)| column.array(field, &texts)));
    Ok(RecordBatch::try_new(Arc::clone(&schema), arrays.collect())?)
}

impl Column {
    fn new(field: &Field, persons: usize) -> Self {
        if kiban_model::tables::Person::TABLE.columns.iter().any(|column| column.name == field.name()) {
            Self::Own(vec![(Moment::default(), NONE); persons])
        } else if *field.data_type() == DataType::Int64 {
            Self::Number(vec![0; persons])
        } else {
            Self::Text(vec![NONE; persons])
        }
    }

    /// Takes in what a statement says in this column.
    fn take(
        &mut self,
        (array, at): (&ArrayRef, usize),
        row: usize,
        (place, moment, is_latest): (usize, Moment, bool),
        texts: &mut Texts,
    ) {
        match self {
            Self::Own(values) => {
                let stated = texts.of(array.as_string::<i32>(), row, at);
                let Some(slot) = values.get_mut(place).filter(|_| stated != NONE) else { return };
                if moment.holds_against(&slot.0, texts) {
                    *slot = (moment, stated);
                }
            }
            Self::Text(values) => {
                if let Some(slot) = values.get_mut(place).filter(|_| is_latest) {
                    *slot = texts.of(array.as_string::<i32>(), row, at);
                }
            }
            Self::Number(values) => {
                if let Some(slot) = values.get_mut(place).filter(|_| is_latest) {
                    *slot = array.as_primitive::<Int64Type>().value(row);
                }
            }
        }
    }

    /// A person without a statement has no lineage: empty where a column cannot be null.
    fn array(self, field: &Field, texts: &Texts) -> ArrayRef {
        let text = |number: u32| texts.text(number).or((!field.is_nullable()).then_some(""));
        match self {
            Self::Own(values) => {
                Arc::new(values.iter().map(|(_, stated)| text(*stated)).collect::<StringArray>())
            }
            Self::Text(values) => {
                Arc::new(values.iter().map(|stated| text(*stated)).collect::<StringArray>())
            }
            Self::Number(values) => Arc::new(Int64Array::from(values)),
        }
    }
}
