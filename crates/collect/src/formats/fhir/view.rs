//! What every view of a resource needs: its texts without marks of the person, its dates with their doubts, its references.

use super::concept::Concept;
use super::cut::Marks;
use super::dates;
use super::directory::Directory;
use super::json::Node;
use super::reasons;
use kiban_model::{DateAsGiven, Issue, Reason};

/// A resource being turned into rows.
pub(super) struct View<'v, 'a> {
    /// The resource.
    pub node: &'v Node<'a>,
    /// Position of its rows: entry or line.
    pub position: u64,
    /// What stands around it.
    pub directory: &'v Directory<'a>,
    /// Marks of its subject.
    pub marks: &'v Marks,
    /// Noted on the way.
    pub warnings: Vec<Issue>,
}

/// A resource found by reference: within the one being read, or beside it in the Bundle.
pub(super) enum Found<'v, 'a> {
    /// Contained.
    Inside(&'v Node<'a>),
    /// Another entry.
    Beside(Node<'a>),
}

impl<'a> Found<'_, 'a> {
    /// The resource.
    pub(super) const fn node(&self) -> &Node<'a> {
        match self {
            Self::Inside(node) => node,
            Self::Beside(node) => node,
        }
    }
}

impl<'v, 'a> View<'v, 'a> {
    /// Notes a doubt; `place` names elements of the standard, never values.
    pub(super) fn warn(&mut self, reason: &'static Reason, place: &str) {
        if !self.warnings.iter().any(|w| w.reason == reason && w.place == place) {
            self.warnings.push(Issue::warning(reason, place));
        }
    }

    /// A text for a column, unless it bears the person's name or number; it is in the vault then.
    pub(super) fn clean(&self, text: Option<&str>) -> Option<String> {
        text.filter(|text| !text.trim().is_empty() && !self.marks.in_text(text)).map(str::to_owned)
    }

    /// The text at a path.
    pub(super) fn text(&self, node: &Node<'_>, path: &[&str]) -> Option<String> {
        self.clean(node.at(path)?.text())
    }

    /// The concept at a path, empty where there is none.
    pub(super) fn concept(&self, node: &Node<'_>, path: &[&str], preferred: &[&str]) -> Concept {
        let Some(node) = node.at(path) else { return Concept::default() };
        let mut concept = Concept::read(node, preferred);
        concept.text = self.clean(concept.text.as_deref());
        if concept.others.as_ref().is_some_and(|others| self.marks.in_text(others)) {
            concept.others = None;
        }
        concept
    }

    /// The first date found under these paths; an unreadable one is noted and leaves the column empty.
    pub(super) fn date(&mut self, node: &Node<'_>, paths: &[&[&str]]) -> Option<DateAsGiven> {
        let (path, found) = paths.iter().find_map(|path| Some((path, node.at(path)?)))?;
        let text = found.text().unwrap_or("");
        let place = path.join(".");
        match DateAsGiven::parse_iso(text) {
            Ok(date) => {
                if dates::is_elsewhere(text) {
                    self.warn(&reasons::OTHER_ZONE, &place);
                }
                Some(date)
            }
            Err(_) => {
                self.warn(&reasons::BAD_DATE, &place);
                None
            }
        }
    }

    /// The resource a Reference leads to.
    pub(super) fn follow(&mut self, reference: &Node<'_>, place: &str) -> Option<Found<'v, 'a>> {
        let text = reference.text_of("reference")?;
        if let Some(id) = text.strip_prefix('#') {
            let inside = self.node.list("contained").iter().find(|c| c.text_of("id") == Some(id));
            if inside.is_none() {
                self.warn(&reasons::DANGLING, place);
            }
            return inside.map(Found::Inside);
        }
        self.directory.other(text).map(Found::Beside)
    }
}

/// A number as text with its digits, as a float where it is one, its unit and its comparator.
#[derive(Debug, Default, Clone)]
pub(super) struct Quantity {
    /// Digits as written.
    pub digits: Option<String>,
    /// As a float.
    pub number: Option<f64>,
    /// Unit as written, else its code.
    pub unit: Option<String>,
    /// `<`, `<=`, `>=`, `>`
    pub comparator: Option<String>,
}

impl Quantity {
    /// Reads a Quantity or Duration.
    pub(super) fn read(node: Option<&Node<'_>>) -> Self {
        let Some(node) = node else { return Self::default() };
        let text = |name: &str| node.text_of(name).map(str::to_owned);
        let digits = node.get("value").and_then(Node::number);
        Self {
            digits: digits.map(str::to_owned),
            number: digits.and_then(as_float),
            unit: text("unit").or_else(|| text("code")),
            comparator: text("comparator"),
        }
    }
}

/// A number as a float, where a float can hold it.
pub(super) fn as_float(digits: &str) -> Option<f64> {
    digits.parse::<f64>().ok().filter(|n| n.is_finite())
}
