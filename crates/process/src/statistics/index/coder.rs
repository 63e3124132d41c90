//! Values of a column as numbers, while an index is built.

use super::{Dictionary, FLAGS, day_number};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use kiban_model::DateAsGiven;
use kiban_model::tables::{Column, ColumnKind};
use std::hash::RandomState;

type Map<K, V> = hashbrown::HashMap<K, V, RandomState>;

/// More different texts than this are not listed: such a column holds free text.
const MOST_TEXTS: usize = 1 << 18;

/// Values of one column as numbers: first in the order they come, then in their own.
pub(super) enum Coder {
    Texts { seen: Map<String, u32>, too_many: bool },
    Numbers(Map<u64, u32>),
    Days,
    Flags,
}

impl Coder {
    pub(super) fn of(column: &Column) -> Self {
        match column.kind {
            ColumnKind::Date => Self::Days,
            ColumnKind::Flag => Self::Flags,
            ColumnKind::Number | ColumnKind::Integer => Self::Numbers(Map::default()),
            ColumnKind::Text | ColumnKind::Code | ColumnKind::CodeSystem | ColumnKind::Json => {
                Self::Texts { seen: Map::default(), too_many: false }
            }
        }
    }

    /// Numbers of a batch's values; `None` where they come in a form the kind does not have.
    pub(super) fn code(&mut self, values: Option<&ArrayRef>, rows: usize, into: &mut Vec<u32>) -> Option<()> {
        into.clear();
        into.resize(rows, 0);
        let Some(values) = values else { return Some(()) };
        match self {
            Self::Texts { too_many: true, .. } => {}
            Self::Texts { seen, too_many } => {
                let number = |text: &str| {
                    let next = seen.len() as u32 + 1;
                    if text.is_empty() { 0 } else { *seen.entry_ref(text).or_insert(next) }
                };
                each_text(values, into, number)?;
                if seen.len() > MOST_TEXTS {
                    *too_many = true;
                    *seen = Map::default();
                }
            }
            Self::Numbers(seen) => {
                let mut number = |value: f64| {
                    let next = seen.len() as u32 + 1;
                    // Minus zero is zero.
                    if value.is_nan() { 0 } else { *seen.entry((value + 0.0).to_bits()).or_insert(next) }
                };
                if let Some(values) = values.as_primitive_opt::<Float64Type>() {
                    for (slot, value) in into.iter_mut().zip(values) {
                        *slot = value.map_or(0, &mut number);
                    }
                } else {
                    for (slot, value) in into.iter_mut().zip(values.as_primitive_opt::<Int64Type>()?) {
                        *slot = value.map_or(0, |value| number(value as f64));
                    }
                }
            }
            // The time of day says nothing here.
            Self::Days => each_text(values, into, |text| {
                let day = DateAsGiven::parse_iso(text.get(..10).unwrap_or(text));
                day.map_or(0, |day| day_number(day.days_since_epoch()))
            })?,
            Self::Flags => {
                for (slot, flag) in into.iter_mut().zip(values.as_boolean_opt()?) {
                    *slot = flag.map_or(0, |flag| FLAGS[usize::from(flag)]);
                }
            }
        }
        Some(())
    }

    /// The values in their order, and the place there of every number given so far (by number, 0 first).
    pub(super) fn finish(&self) -> Option<(Dictionary, Vec<u32>)> {
        fn ranks<V>(
            mut seen: Vec<(V, u32)>,
            order: impl FnMut(&(V, u32), &(V, u32)) -> std::cmp::Ordering,
        ) -> (Vec<V>, Vec<u32>) {
            seen.sort_by(order);
            let mut places = vec![0; seen.len() + 1];
            for ((_, number), place) in seen.iter().zip(1..) {
                if let Some(slot) = places.get_mut(*number as usize) {
                    *slot = place;
                }
            }
            (seen.into_iter().map(|(value, _)| value).collect(), places)
        }
        match self {
            Self::Texts { seen, too_many: false } => {
                let seen = seen.iter().map(|(text, number)| (text.as_str().into(), *number)).collect();
                let (texts, places) = ranks(seen, |a: &(Box<str>, u32), b| a.0.cmp(&b.0));
                Some((Dictionary::Texts(texts), places))
            }
            Self::Texts { too_many: true, .. } => Some((Dictionary::Texts(Vec::new()), Vec::new())),
            Self::Numbers(seen) => {
                let seen = seen.iter().map(|(bits, number)| (f64::from_bits(*bits), *number)).collect();
                let (numbers, places) = ranks(seen, |a: &(f64, u32), b| a.0.total_cmp(&b.0));
                Some((Dictionary::Numbers(numbers), places))
            }
            Self::Days | Self::Flags => None,
        }
    }
}

/// Numbers of texts, plain or as a dictionary, of which each text is looked at once; empty cells stay 0. `None`: these are
/// no texts.
fn each_text(values: &ArrayRef, into: &mut [u32], mut number: impl FnMut(&str) -> u32) -> Option<()> {
    if let Some(coded) = values.as_dictionary_opt::<Int32Type>() {
        let texts = coded.values().as_string_opt::<i32>()?;
        let mut numbers: Vec<Option<u32>> = vec![None; texts.len()];
        for (slot, key) in into.iter_mut().zip(coded.keys()) {
            let Some(at) = key.and_then(|key| usize::try_from(key).ok()).filter(|at| texts.is_valid(*at))
            else {
                continue;
            };
            if let Some(known) = numbers.get_mut(at) {
                *slot = *known.get_or_insert_with(|| number(texts.value(at)));
            }
        }
        return Some(());
    }
    let mut last: Option<(&str, u32)> = None;
    for (slot, text) in into.iter_mut().zip(values.as_string_opt::<i32>()?) {
        let Some(text) = text else { continue };
        *slot = match last {
            Some((same, number)) if same == text => number,
            _ => number(text),
        };
        last = Some((text, *slot));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use arrow::array::{DictionaryArray, StringArray};
    use kiban_model::tables::table;
    use std::sync::Arc;

    #[test]
    fn texts_and_days_are_the_same_plain_or_as_a_dictionary_and_nothing_else_is_a_text() {
        let cells =
            [Some("2020-01-02"), None, Some(""), Some("x"), Some("2020-01-02T09:30"), Some("2020-01-02")];
        let plain: ArrayRef = Arc::new(StringArray::from(cells.to_vec()));
        let coded: ArrayRef = Arc::new(cells.into_iter().collect::<DictionaryArray<Int32Type>>());
        for (column, expected) in
            [("class", [1, 0, 0, 2, 3, 1]), ("start", [58_263, 0, 0, 0, 58_263, 58_263])]
        {
            let column = table("visit").unwrap().column(column).unwrap();
            for values in [&plain, &coded] {
                let (mut coder, mut numbers) = (Coder::of(column), Vec::new());
                coder.code(Some(values), cells.len(), &mut numbers).unwrap();
                assert_eq!(numbers, expected);
            }
            let numbers: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![1]));
            assert_eq!(Coder::of(column).code(Some(&numbers), 1, &mut Vec::new()), None);
        }
    }
}
