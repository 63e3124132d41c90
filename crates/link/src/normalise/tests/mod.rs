//! Spellings that are one, and spellings that are not, by table and by property.

mod addresses;
mod names;
mod numbers;
mod properties;
