//! Texts out of Arrow columns (列の読み取り), whatever their type.

use super::TableError;
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};

/// A column whose values can be read as text.
pub(super) enum Column {
    Plain(StringArray),
    View(StringViewArray),
    Coded(DictionaryArray<Int32Type>, StringArray),
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
            DataType::Dictionary(key, value)
                if **key == DataType::Int32 && matches!(**value, DataType::Utf8) =>
            {
                let coded = array.as_dictionary_opt::<Int32Type>()?;
                Some(Self::Coded(coded.clone(), coded.values().as_string_opt::<i32>()?.clone()))
            }
            _ => Some(Self::Plain(cast(array, &DataType::Utf8).ok()?.as_string_opt::<i32>()?.clone())),
        }
    }

    /// The text in a row; empty where there is none.
    pub(super) fn text(&self, at: usize) -> &str {
        match self {
            Self::Plain(array) if at < array.len() && array.is_valid(at) => array.value(at),
            Self::View(array) if at < array.len() && array.is_valid(at) => array.value(at),
            Self::Coded(array, values) => match array.key(at) {
                Some(key) if key < values.len() && values.is_valid(key) => values.value(key),
                _ => "",
            },
            Self::Plain(_) | Self::View(_) => "",
        }
    }
}
