//! What a column of the product shows: every distinct treated value once, and the arrays made of them.

use super::coded::{NONE, Quick, Texts};
use super::output::slashed;
use crate::Cell;
use crate::policy::DateStyle;
use arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder};
use arrow::datatypes::DataType;
use kiban_model::DateAsGiven;
use std::collections::HashMap;
use std::sync::Arc;

/// One treated value.
#[derive(Debug, Clone, Copy)]
struct Value {
    /// By which values are counted: dates in ISO form.
    text: u32,
    /// As the product writes it.
    written: u32,
    number: Option<f64>,
    integer: Option<i64>,
}

/// Distinct treated values; [`NONE`] is none. `Debug` shows how many there are.
pub(super) struct Shown {
    data_type: DataType,
    style: DateStyle,
    texts: Texts,
    values: Vec<Value>,
    known: HashMap<Identity, u32, Quick>,
}

/// What tells two values apart: text, and how it is written or which number it is.
type Identity = (u32, u32, Option<u64>);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({} of {})", self.values.len(), self.data_type)
    }
}

impl Shown {
    pub(super) fn new(data_type: &DataType, style: DateStyle) -> Self {
        Self {
            data_type: data_type.clone(),
            style,
            texts: Texts::default(),
            values: Vec::new(),
            known: HashMap::default(),
        }
    }

    /// The code of a treated cell, new or known.
    pub(super) fn code(&mut self, cell: &Cell<'_>) -> u32 {
        let Some(text) = cell.text() else { return NONE };
        let text = self.texts.code(&text);
        let mut value = Value { text, written: text, number: None, integer: None };
        match cell {
            Cell::Date(date) if self.style == DateStyle::Slash => {
                value.written = self.texts.code(&slashed(date))
            }
            Cell::Number(number) => value.number = Some(*number),
            Cell::Integer(number) => value.integer = Some(*number),
            _ => {}
        }
        let bits = value.number.map(f64::to_bits).or(value.integer.map(|n| n.cast_unsigned()));
        let next = u32::try_from(self.values.len() + 1).unwrap_or(NONE);
        let code = *self.known.entry((value.text, value.written, bits)).or_insert(next);
        if code == next {
            self.values.push(value);
        }
        code
    }

    fn value(&self, code: u32) -> Option<&Value> {
        self.values.get((code as usize).checked_sub(1)?)
    }

    /// The text by which a value is counted and compared with what was given.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        self.value(code).map(|value| self.texts.text(value.text))
    }

    /// The code of that text.
    pub(super) fn text_code(&self, code: u32) -> u32 {
        self.value(code).map_or(NONE, |value| value.text)
    }

    /// Texts by their codes.
    pub(super) const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The number that a text stands for, where the column holds numbers.
    pub(super) fn numbers(&self) -> HashMap<u32, f64> {
        let number = |value: &Value| value.number.or(value.integer.map(|n| n as f64));
        self.values.iter().filter_map(|value| Some((value.text, number(value)?))).collect()
    }

    /// An array of values; with `times`, each at its time of day.
    pub(super) fn array(&self, codes: &[u32], times: &[u32]) -> ArrayRef {
        match self.data_type {
            DataType::Float64 => {
                let mut builder = Float64Builder::with_capacity(codes.len());
                codes.iter().for_each(|code| builder.append_option(self.value(*code).and_then(|v| v.number)));
                Arc::new(builder.finish())
            }
            DataType::Int64 => {
                let mut builder = Int64Builder::with_capacity(codes.len());
                codes
                    .iter()
                    .for_each(|code| builder.append_option(self.value(*code).and_then(|v| v.integer)));
                Arc::new(builder.finish())
            }
            _ => {
                let mut builder = StringBuilder::with_capacity(codes.len(), codes.len() * 8);
                let written = |code: &u32| self.value(*code).map(|value| self.texts.text(value.written));
                if times.is_empty() {
                    codes.iter().for_each(|code| builder.append_option(written(code)));
                    return Arc::new(builder.finish());
                }
                let mut moment = String::new();
                for (code, time) in codes.iter().zip(times) {
                    let Some(day) = written(code) else {
                        builder.append_null();
                        continue;
                    };
                    moment.clear();
                    moment.push_str(day);
                    self.push_time(&mut moment, *time);
                    builder.append_value(&moment);
                }
                Arc::new(builder.finish())
            }
        }
    }

    /// Writes a time of day behind its day.
    fn push_time(&self, moment: &mut String, time: u32) {
        let mut before = if self.style == DateStyle::Slash { ' ' } else { 'T' };
        for part in DateAsGiven::clock(time) {
            moment.extend([before, char::from(b'0' + part / 10), char::from(b'0' + part % 10)]);
            before = ':';
        }
    }
}
