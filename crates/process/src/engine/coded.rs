//! One column of a table as numbers (符号化): every distinct value once, a code a row, in as few bytes as the codes need.
//!
//! Fifty million rows of a laboratory are a few thousand distinct values: they are treated, compared and counted by code.

use super::batch::Source;
use crate::Cell;
use arrow::array::{Array, Int32Array, StringArray};
use hashbrown::HashTable;
use kiban_model::DateAsGiven;
use kiban_model::tables::{Column, ColumnKind};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// A hash for codes and texts inside one run: quick, and not keyed. Who could choose texts that collide would make a run
/// slow, not wrong.
pub(crate) type Quick = BuildHasherDefault<Fold>;

/// Folds 64 bits at a time into a product.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fold(u64);

impl Fold {
    const fn add(&mut self, word: u64) {
        let wide = (self.0 ^ word ^ 0x9FB2_1C65_1E98_DF25) as u128 * 0xA0AA_D1B4_7E6F_15C3_u128;
        self.0 = wide as u64 ^ (wide >> 64) as u64;
    }
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        let last = rest.iter().fold(bytes.len() as u64, |last, byte| last << 8 | u64::from(*byte));
        self.add(last);
    }
    fn write_u8(&mut self, value: u8) {
        self.add(u64::from(value));
    }
    fn write_u16(&mut self, value: u16) {
        self.add(u64::from(value));
    }
    fn write_u32(&mut self, value: u32) {
        self.add(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }
    fn write_i64(&mut self, value: i64) {
        self.add(value.cast_unsigned());
    }
    fn write_usize(&mut self, value: usize) {
        self.add(value as u64);
    }
}

/// The code of no value.
pub(super) const NONE: u32 = 0;

/// Codes of many rows.
#[derive(Debug)]
enum Codes {
    Byte(Vec<u8>),
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Codes {
    fn push(&mut self, code: u32) {
        match self {
            Self::Byte(codes) => match u8::try_from(code) {
                Ok(code) => codes.push(code),
                Err(_) => {
                    *self = Self::Short(codes.iter().map(|code| u16::from(*code)).collect());
                    self.push(code);
                }
            },
            Self::Short(codes) => match u16::try_from(code) {
                Ok(code) => codes.push(code),
                Err(_) => {
                    *self = Self::Long(codes.iter().map(|code| u32::from(*code)).collect());
                    self.push(code);
                }
            },
            Self::Long(codes) => codes.push(code),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Byte(codes) => codes.len(),
            Self::Short(codes) => codes.len(),
            Self::Long(codes) => codes.len(),
        }
    }

    /// Fills up to so many rows with no value.
    fn pad(&mut self, rows: usize) {
        match self {
            Self::Byte(codes) => codes.resize(rows, 0),
            Self::Short(codes) => codes.resize(rows, 0),
            Self::Long(codes) => codes.resize(rows, 0),
        }
    }

    /// The codes of some rows.
    fn pick(&self, rows: &[u32], into: &mut Vec<u32>) {
        fn of<C: Copy + Into<u32>>(codes: &[C], rows: &[u32], into: &mut Vec<u32>) {
            into.extend(rows.iter().map(|row| codes.get(*row as usize).map_or(NONE, |code| (*code).into())));
        }
        match self {
            Self::Byte(codes) => of(codes, rows, into),
            Self::Short(codes) => of(codes, rows, into),
            Self::Long(codes) => of(codes, rows, into),
        }
    }
}

impl Default for Codes {
    fn default() -> Self {
        Self::Byte(Vec::new())
    }
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Texts(texts) => texts.fmt(f),
            Self::Dates(_, all) => write!(f, "Dates({})", all.len()),
            Self::Numbers(_, all) => write!(f, "Numbers({})", all.len()),
            Self::Integers(_, all) => write!(f, "Integers({})", all.len()),
            Self::Flags => f.write_str("Flags"),
        }
    }
}

/// Rows of persons who stand near one another in the product. Codes and times end with the last that is one.
#[derive(Debug, Default)]
struct Shelf {
    codes: Codes,
    /// Times of day; see [`DateAsGiven::apart`].
    times: Vec<u32>,
    rows: usize,
}

impl Shelf {
    fn push(&mut self, code: u32, time: u32) {
        if code != NONE {
            if self.codes.len() < self.rows {
                self.codes.pad(self.rows);
            }
            self.codes.push(code);
        }
        if time != 0 {
            self.times.resize(self.rows, 0);
            self.times.push(time);
        }
        self.rows += 1;
    }
}

/// Codes and times of some rows.
#[derive(Debug, Default)]
pub(super) struct Picked {
    codes: Vec<u32>,
    /// None where no row has one.
    times: Vec<u32>,
}

impl Picked {
    /// The code of a row.
    pub(super) fn code(&self, at: usize) -> u32 {
        self.codes.get(at).copied().unwrap_or(NONE)
    }

    /// The time of day in a row; 0 for none.
    pub(super) fn time(&self, at: usize) -> u32 {
        self.times.get(at).copied().unwrap_or(0)
    }
}

/// Distinct texts; code 1 is the first. Has no `Debug` that shows them.
#[derive(Default)]
pub(super) struct Texts {
    slots: HashTable<(u64, u32)>,
    all: String,
    ends: Vec<usize>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.ends.len())
    }
}

impl Texts {
    pub(super) fn code(&mut self, text: &str) -> u32 {
        let hash = Quick::default().hash_one(text);
        let (all, ends) = (&self.all, &self.ends);
        let same = |(other, code): &(u64, u32)| *other == hash && text_at(all, ends, *code) == text;
        if let Some((_, code)) = self.slots.find(hash, same) {
            return *code;
        }
        self.all.push_str(text);
        self.ends.push(self.all.len());
        // More than four thousand million distinct texts do not fit in memory before they get here.
        let code = u32::try_from(self.ends.len()).unwrap_or(NONE);
        self.slots.insert_unique(hash, (hash, code), |(hash, _)| *hash);
        code
    }

    pub(super) fn text(&self, code: u32) -> &str {
        text_at(&self.all, &self.ends, code)
    }
}

fn text_at<'a>(all: &'a str, ends: &[usize], code: u32) -> &'a str {
    let at = code as usize;
    let start = at.checked_sub(2).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = at.checked_sub(1).and_then(|at| ends.get(at)).copied().unwrap_or(0);
    all.get(start..end).unwrap_or("")
}

/// Distinct values of one type. `Debug` shows how many there are.
enum Values {
    Texts(Texts),
    /// Without the time of day, which stands beside the codes: times have no end, days have.
    Dates(HashMap<DateAsGiven, u32, Quick>, Vec<DateAsGiven>),
    /// By bits, so that every value is itself.
    Numbers(HashMap<u64, u32, Quick>, Vec<f64>),
    Integers(HashMap<i64, u32, Quick>, Vec<i64>),
    Flags,
}

/// The values of one column by shelf, and there in the order they came. [`NONE`] is no value.
#[derive(Debug)]
pub(super) struct Coded {
    kind: ColumnKind,
    values: Values,
    shelves: Vec<Shelf>,
    keys: Keys,
    last: u32,
    time: u32,
}

/// Codes and times of the dictionary that batches share.
#[derive(Default)]
struct Keys {
    texts: Option<StringArray>,
    codes: Vec<Option<(u32, u32)>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.codes.len())
    }
}

impl Keys {
    /// Turns to the dictionary of a batch. While one is held its memory is nobody else's: the same place, the same texts.
    fn turn(&mut self, texts: &StringArray) {
        let place = |of: &StringArray| (of.value_data().as_ptr(), of.offsets().as_ptr(), of.len());
        if self.texts.as_ref().is_none_or(|held| place(held) != place(texts)) {
            self.codes.clear();
            self.codes.resize(texts.len(), None);
            self.texts = Some(texts.clone());
        }
    }
}

impl Coded {
    pub(super) fn new(column: &Column) -> Self {
        let values = match column.kind {
            ColumnKind::Number => Values::Numbers(HashMap::default(), Vec::new()),
            ColumnKind::Integer => Values::Integers(HashMap::default(), Vec::new()),
            ColumnKind::Flag => Values::Flags,
            ColumnKind::Date => Values::Dates(HashMap::default(), Vec::new()),
            _ => Values::Texts(Texts::default()),
        };
        Self { kind: column.kind, values, shelves: Vec::new(), keys: Keys::default(), last: NONE, time: 0 }
    }

    /// Clears so many shelves for rows; values stay known.
    pub(super) fn clear(&mut self, shelves: usize) {
        self.shelves.clear();
        self.shelves.resize_with(shelves, Shelf::default);
    }

    /// Takes in rows of a batch, each with its shelf.
    pub(super) fn take(&mut self, source: &Source<'_>, wanted: &[(u32, u32)]) {
        let is_void = source.is_void();
        if let Source::Keyed(_, texts, _) = source {
            self.keys.turn(texts);
        }
        for (row, shelf) in wanted {
            self.time = 0;
            let code = match source {
                _ if is_void => NONE,
                Source::Keyed(keys, texts, _) => self.keyed(keys, texts, *row as usize),
                _ => self.code(source, *row as usize),
            };
            let time = self.time;
            if let Some(shelf) = self.shelves.get_mut(*shelf as usize) {
                shelf.push(code, time);
            }
        }
    }

    /// The code of a keyed text: worked out once for each key of a dictionary.
    fn keyed(&mut self, keys: &Int32Array, texts: &StringArray, row: usize) -> u32 {
        let key = if keys.is_valid(row) { usize::try_from(keys.value(row)).ok() } else { None };
        let Some(key) = key.filter(|key| *key < texts.len()) else { return NONE };
        if let Some(known) = self.keys.codes.get(key).copied().flatten() {
            (self.last, self.time) = known;
            return known.0;
        }
        let code = self.code(&Source::Text(texts, self.kind), key);
        if let Some(slot) = self.keys.codes.get_mut(key) {
            *slot = Some((code, self.time));
        }
        code
    }

    /// The code of a row's value, new or known.
    fn code(&mut self, source: &Source<'_>, row: usize) -> u32 {
        let last = self.last;
        let code = match (&mut self.values, source) {
            (Values::Texts(texts), Source::Text(..)) => match source.text(row) {
                // Many columns say the same in row after row.
                Some(text) if last != NONE && texts.text(last) == text => last,
                Some(text) => texts.code(text),
                None => return NONE,
            },
            // What is not understood is no value: it is not released.
            (Values::Dates(known, all), Source::Text(..)) => match source.cell(row) {
                Cell::Date(date) => {
                    let (day, time) = date.apart();
                    self.time = time;
                    match all.get((last as usize).wrapping_sub(1)) {
                        Some(same) if *same == day => last,
                        _ => number_code(known, all, day, day),
                    }
                }
                _ => return NONE,
            },
            (Values::Numbers(known, all), Source::Number(_)) => match source.number(row) {
                Some(number) => number_code(known, all, number.to_bits(), number),
                None => return NONE,
            },
            (Values::Integers(known, all), Source::Integer(_)) => match source.cell(row) {
                Cell::Integer(number) => number_code(known, all, number, number),
                _ => return NONE,
            },
            (Values::Flags, _) => match source.cell(row) {
                Cell::Flag(flag) => 1 + u32::from(flag),
                _ => return NONE,
            },
            _ => return NONE,
        };
        self.last = code;
        code
    }

    /// Picks rows of a shelf, by their places there.
    pub(super) fn pick(&self, shelf: u32, places: &[u32], into: &mut Picked) {
        into.codes.clear();
        into.times.clear();
        let Some(shelf) = self.shelves.get(shelf as usize) else { return };
        shelf.codes.pick(places, &mut into.codes);
        if !shelf.times.is_empty() {
            let time = |place: &u32| shelf.times.get(*place as usize).copied().unwrap_or(0);
            into.times.extend(places.iter().map(time));
        }
    }

    /// The value of a code, as a batch would give it; of a date the day.
    pub(super) fn cell(&self, code: u32) -> Cell<'_> {
        let at = (code as usize).wrapping_sub(1);
        match &self.values {
            _ if code == NONE => Cell::Empty,
            Values::Texts(texts) => Cell::from_text(texts.text(code), self.kind),
            Values::Dates(_, all) => all.get(at).copied().map_or(Cell::Empty, Cell::Date),
            Values::Numbers(_, all) => all.get(at).map_or(Cell::Empty, |number| Cell::Number(*number)),
            Values::Integers(_, all) => all.get(at).map_or(Cell::Empty, |number| Cell::Integer(*number)),
            Values::Flags => Cell::Flag(code == 2),
        }
    }

    /// The text of a code; `None` where there is no value or it is no text.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        match &self.values {
            Values::Texts(texts) if code != NONE => Some(texts.text(code)),
            _ => None,
        }
    }

    /// The number of a code, where it is one.
    pub(super) fn number(&self, code: u32) -> Option<f64> {
        match self.cell(code) {
            Cell::Number(number) => Some(number),
            Cell::Integer(number) => Some(number as f64),
            _ => None,
        }
    }
}

fn number_code<K: std::hash::Hash + Eq, V>(
    known: &mut HashMap<K, u32, Quick>,
    all: &mut Vec<V>,
    key: K,
    value: V,
) -> u32 {
    let next = u32::try_from(all.len() + 1).unwrap_or(NONE);
    let code = *known.entry(key).or_insert(next);
    if code == next {
        all.push(value);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Float64Array;
    use kiban_model::tables::Observation;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_gives_back_what_it_was_given(texts in proptest::collection::vec(proptest::option::of("[a-cあ]{0,2}"), 0..80), many in 0u32..70_000) {
            let column = Observation::TABLE.column("text").unwrap();
            let mut coded = Coded::new(column);
            coded.clear(2);
            // More values than a byte, or than two, can tell apart.
            let filler = StringArray::from_iter_values((0..many).map(|n| n.to_string()));
            coded.take(&Source::Text(&filler, column.kind), &(0..many).map(|row| (row, 1)).collect::<Vec<_>>());
            let array = StringArray::from(texts.clone());
            let rows: Vec<(u32, u32)> = (0..texts.len() as u32).map(|row| (row, 1)).collect();
            coded.take(&Source::Text(&array, column.kind), &rows);
            let mut picked = Picked::default();
            let places: Vec<u32> = (many.saturating_sub(1)..many + texts.len() as u32).collect();
            coded.pick(1, &places, &mut picked);
            let last = many.checked_sub(1).map(|last| Some(last.to_string()));
            for (at, text) in last.into_iter().chain(texts).enumerate() {
                prop_assert_eq!(coded.text(picked.code(at)), text.as_deref());
            }
        }
    }

    #[test]
    fn numbers_keep_every_bit() {
        let column = Observation::TABLE.column("value_number").unwrap();
        let mut coded = Coded::new(column);
        coded.clear(1);
        let array = Float64Array::from(vec![Some(0.1 + 0.2), None, Some(0.3), Some(0.1 + 0.2)]);
        coded.take(&Source::Number(&array), &[0, 1, 2, 3].map(|row| (row, 0)));
        let mut picked = Picked::default();
        coded.pick(0, &[3, 0, 1, 2], &mut picked);
        assert_eq!([0, 1, 2, 3].map(|at| picked.code(at)), [1, 1, NONE, 2]);
        assert_eq!((coded.number(1), coded.number(NONE)), (Some(0.1 + 0.2), None));
    }
}
