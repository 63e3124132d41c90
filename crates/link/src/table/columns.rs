//! Texts out of Arrow columns (列の読み取り), whatever their type.

use super::TableError;
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};

/// A column whose values can be read as text.
pub(super) enum Column {
    Plain(StringArray),
    View(StringViewArray),
    /// Codes and the texts they stand for.
    Coded(DictionaryArray<Int32Type>, Box<Self>),
}

impl Column {
    /// The column of a name.
    pub(super) fn of(batch: &RecordBatch, name: &str) -> Result<Self, TableError> {
        let array = batch.column_by_name(name).ok_or_else(|| TableError::NoColumn(name.to_owned()))?;
        Self::read(array).ok_or_else(|| TableError::NoText(name.to_owned(), array.data_type().to_string()))
    }

    fn read(array: &ArrayRef) -> Option<Self> {
        match array.data_type() {
            DataType::Utf8 => Some(Self::Plain(array.as_string_opt::<i32>()?.clone())),
            DataType::Utf8View => Some(Self::View(array.as_string_view_opt()?.clone())),
            DataType::Dictionary(key, _) if **key == DataType::Int32 => {
                let coded = array.as_dictionary_opt::<Int32Type>()?;
                Some(Self::Coded(coded.clone(), Box::new(Self::read(coded.values())?)))
            }
            _ => Some(Self::Plain(cast(array, &DataType::Utf8).ok()?.as_string_opt::<i32>()?.clone())),
        }
    }

    /// The text in a row; empty where there is none.
    pub(super) fn text(&self, at: usize) -> &str {
        match self {
            Self::Plain(array) if at < array.len() && array.is_valid(at) => array.value(at),
            Self::View(array) if at < array.len() && array.is_valid(at) => array.value(at),
            Self::Coded(array, values) => array.key(at).map_or("", |key| values.text(key)),
            Self::Plain(_) | Self::View(_) => "",
        }
    }
}
