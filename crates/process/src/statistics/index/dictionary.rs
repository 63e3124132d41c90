//! The values a column's numbers stand for, in order, so that a family of codes or a range of numbers is a range of numbers.

use crate::statistics::definition::{Bounds, Pattern};

/// Numbers count from 1; 0 is an empty cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Dictionary {
    /// Texts in the order of their bytes.
    Texts(Vec<Box<str>>),
    /// Numbers, ascending.
    Numbers(Vec<f64>),
}

impl Dictionary {
    /// The numbers of texts that match, as ranges with both ends included.
    pub(crate) fn matching(&self, pattern: &Pattern) -> Option<(u32, u32)> {
        let Self::Texts(texts) = self else { return None };
        let (from, to) = match pattern {
            Pattern::Exactly(text) => {
                let from = texts.partition_point(|t| t.as_ref() < text.as_str());
                (from, from + usize::from(texts.get(from).is_some_and(|t| t.as_ref() == text)))
            }
            Pattern::Begins(text) => {
                let from = texts.partition_point(|t| t.as_ref() < text.as_str());
                (
                    from,
                    from + texts
                        .get(from..)
                        .unwrap_or_default()
                        .partition_point(|t| t.starts_with(text.as_str())),
                )
            }
            Pattern::Categories(first, last) => (
                texts.partition_point(|t| category(t) < first.as_str()),
                texts.partition_point(|t| category(t) <= last.as_str()),
            ),
        };
        range(from, to)
    }

    /// The numbers of numbers within bounds.
    pub(crate) fn within(&self, bounds: &Bounds) -> Option<(u32, u32)> {
        let Self::Numbers(numbers) = self else { return None };
        let from = numbers.partition_point(|n| *n < bounds.low.0 || (*n == bounds.low.0 && !bounds.low.1));
        let to = numbers.partition_point(|n| *n < bounds.high.0 || (*n == bounds.high.0 && bounds.high.1));
        range(from, to)
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: u32) -> Option<&str> {
        match self {
            Self::Texts(texts) => texts.get((number as usize).checked_sub(1)?).map(AsRef::as_ref),
            Self::Numbers(_) => None,
        }
    }

    /// How many values there are.
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Self::Texts(texts) => {
                bytes.push(0);
                for text in texts {
                    bytes.extend((text.len() as u32).to_le_bytes());
                    bytes.extend(text.as_bytes());
                }
            }
            Self::Numbers(numbers) => {
                bytes.push(1);
                numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
            }
        }
        bytes
    }

    /// `None`: these bytes are no dictionary.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, mut rest) = bytes.split_first()?;
        if *kind == 1 {
            let numbers =
                rest.chunks_exact(8).filter_map(|b| b.first_chunk()).map(|b| f64::from_le_bytes(*b));
            return Some(Self::Numbers(numbers.collect()));
        }
        let mut texts = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            texts.push(std::str::from_utf8(text).ok()?.into());
            rest = after;
        }
        Some(Self::Texts(texts))
    }
}

fn category(code: &str) -> &str {
    code.get(..3).unwrap_or(code)
}

/// Places from 0, end excluded, as numbers from 1, end included.
fn range(from: usize, to: usize) -> Option<(u32, u32)> {
    (from < to).then(|| u32::try_from(from + 1).ok().zip(u32::try_from(to).ok())).flatten()
}
