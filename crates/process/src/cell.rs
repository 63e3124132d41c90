//! One value on its way through a policy.
//!
//! A cell never carries whose it is. A [`Cell::Label`] is a class that a treatment made (`201以上`, `50～55`): later
//! treatments leave it alone, so that a section may both cap and band a column (blueprint §5).

use crate::decimal::Decimal;
use kiban_model::{DateAsGiven, tables::ColumnKind};
use std::borrow::Cow;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text or a code as given.
    Text(Cow<'a, str>),
    /// A date or time at the precision given.
    Date(DateAsGiven),
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
    /// A class made by a treatment; final.
    Label(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// A text of the store, read as the column's kind says. A date that cannot be read becomes [`Cell::Empty`]: what is
    /// not understood is not released.
    pub fn from_text(text: &'a str, kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Date => DateAsGiven::parse_iso(text).map_or(Self::Empty, Self::Date),
            _ => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// A class made by a treatment.
    pub fn label(text: impl Into<String>) -> Self {
        Self::Label(Cow::Owned(text.into()))
    }

    /// Whether nothing is there.
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Whether a treatment already made it a class, or there is nothing to treat.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Empty | Self::Label(_))
    }

    /// The number it holds exactly, where it is one.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Text(text) => Decimal::parse(text),
            Self::Number(number) => Decimal::parse(&number.to_string()),
            Self::Integer(number) => Some(Decimal::whole(*number)),
            _ => None,
        }
    }

    /// The text of the cell, dates in ISO form; `None` where it is empty.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(text) | Self::Label(text) => Cow::Borrowed(text.as_ref()),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        })
    }

    /// The same cell, owning its text.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Label(text) => Cell::Label(Cow::Owned(text.into_owned())),
            Self::Date(date) => Cell::Date(date),
            Self::Number(number) => Cell::Number(number),
            Self::Integer(number) => Cell::Integer(number),
            Self::Flag(flag) => Cell::Flag(flag),
        }
    }
}
