//! JSON text read once into a borrowed tree that knows where each value stands in it.
//!
//! It exists because a resource must be cut apart byte for byte (identities here, clinical content there), its decimals
//! kept as written (`3.50`), duplicate names refused rather than silently overwritten, and depth bounded before any
//! recursion (COL-08). It must never accept what RFC 8259 does not: the tests hold it against `serde_json`.

mod scan;

pub(super) use scan::{check, elements, members, parse};

use std::borrow::Cow;
use std::ops::Range;

/// Why a text was refused, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Byte offset in the text.
    pub at: usize,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// Not JSON.
    Syntax,
    /// Something follows the first value.
    Trailing,
    /// Nested deeper than allowed.
    Depth,
    /// An object states one name twice.
    Duplicate,
}

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// The value.
    pub kind: Kind<'a>,
    /// Its bytes in the text it was parsed from.
    pub span: Range<usize>,
}

/// A JSON value.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Flag(bool),
    /// A number exactly as written.
    Number(&'a str),
    /// A text, escapes resolved.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Node<'a>>),
    /// An object in its own order; names are unique.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// The member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Walks down members; an array on the way stands for its first element, as FHIR repeats most elements.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node<'a>> {
        let mut here = self;
        for name in path {
            here = here.first().get(name)?;
        }
        Some(here.first())
    }

    /// The first element of a non-empty array, otherwise the value itself.
    pub(super) fn first(&self) -> &Node<'a> {
        match &self.kind {
            Kind::Array(items) => items.first().unwrap_or(self),
            _ => self,
        }
    }

    /// The elements of an array, or the value itself as the only one.
    pub(super) fn each(&self) -> &[Node<'a>] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The elements of the member `name`, none where it is absent.
    pub(super) fn list(&self, name: &str) -> &[Node<'a>] {
        self.get(name).map_or(&[], Node::each)
    }

    /// The members of an object, none for other values.
    pub(super) fn members(&self) -> &[(Cow<'a, str>, Node<'a>)] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// Whether it is an object.
    pub(super) const fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    /// The text of a text value.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the member `name`.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// A number as written.
    pub(super) fn number(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// A boolean.
    pub(super) const fn flag(&self) -> Option<bool> {
        match self.kind {
            Kind::Flag(flag) => Some(flag),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
