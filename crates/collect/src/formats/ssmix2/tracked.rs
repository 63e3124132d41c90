//! A segment that remembers which of its parts went into columns, so that the rest can be kept (nothing is lost, COL-08).
//!
//! Whoever maps a segment *takes* parts; what nobody took is what [`super::leftovers`] writes out. A part whose column
//! holds less than was written (a date with fractions of seconds, a translated word, `""`) is read but not taken.

use super::coding::{self, Coding};
use super::reasons;
use crate::hl7::{Segment, Value};
use kiban_model::{DateAsGiven, Issue};

/// One segment on its way into rows.
pub(super) struct Tracked<'m> {
    /// Segment id.
    pub(super) id: &'m str,
    /// Number of its line in the file, from 1.
    pub(super) number: u64,
    /// Row (index) whose `extra` receives the rest.
    pub(super) owner: Option<usize>,
    fields: Vec<Value<'m>>,
    /// Fields taken whole, one bit a field; fields from 128 on are never taken.
    whole: u128,
    /// Fields of which parts were taken.
    touched: u128,
    /// (field, repetition, component) taken.
    parts: Vec<(u8, u8, u8)>,
}

impl<'m> Tracked<'m> {
    pub(super) fn new(segment: &'m Segment<'_>) -> Self {
        let mut fields = Vec::with_capacity(32);
        fields.extend(segment.fields());
        Self {
            id: segment.id(),
            number: segment.number,
            owner: None,
            fields,
            whole: 0,
            touched: 0,
            parts: Vec::new(),
        }
    }

    /// A field, untouched.
    pub(super) fn field(&self, field: usize) -> Option<Value<'m>> {
        self.fields.get(field).copied().filter(|value| !value.is_empty())
    }

    /// All non-empty fields with their numbers, from 1.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, Value<'m>)> + use<'_, 'm> {
        self.fields.iter().copied().enumerate().skip(1).filter(|(_, value)| !value.is_empty())
    }

    /// Whether nothing was written but the id.
    pub(super) fn is_bare(&self) -> bool {
        self.filled().next().is_none()
    }

    /// Whether nothing was written but the id and perhaps a set id, which says nothing by itself.
    pub(super) fn is_blank(&self) -> bool {
        let numbered = matches!(self.id, "OBX" | "OBR" | "AL1" | "IAM" | "IN1" | "ZI1");
        self.filled().all(|(field, _)| numbered && field == 1)
    }

    /// How many repetitions of a field to map; 0 if empty. What lies beyond 255 is not taken and so stays with the rest.
    pub(super) fn repetitions(&self, field: usize) -> usize {
        self.field(field).map_or(0, |value| value.repetitions().take(255).count())
    }

    /// A component of the first repetition as written, untouched.
    pub(super) fn peek(&self, field: usize, component: usize) -> &'m str {
        self.peek_in(field, 1, component)
    }

    /// A component of a repetition as written, untouched.
    pub(super) fn peek_in(&self, field: usize, repetition: usize, component: usize) -> &'m str {
        self.field(field).map_or("", |value| value.repetition(repetition).component(component).raw())
    }

    /// Takes a whole field as text.
    pub(super) fn text(&mut self, field: usize) -> Option<String> {
        let text = readable(self.field(field)?)?;
        self.take_field(field);
        Some(text)
    }

    /// Takes a component of the first repetition.
    pub(super) fn component(&mut self, field: usize, component: usize) -> Option<String> {
        self.part(field, 1, component)
    }

    /// Takes a component of a repetition.
    pub(super) fn part(&mut self, field: usize, repetition: usize, component: usize) -> Option<String> {
        let text = readable(self.field(field)?.repetition(repetition).component(component))?;
        self.take(field, repetition, component);
        Some(text)
    }

    /// Takes every repetition of a component, joined.
    pub(super) fn joined(&mut self, field: usize, component: usize, separator: &str) -> Option<String> {
        let found: Vec<String> =
            (1..=self.repetitions(field)).filter_map(|number| self.part(field, number, component)).collect();
        (!found.is_empty()).then(|| found.join(separator))
    }

    /// Reads a date; takes it if the column holds all of it. An unreadable one is warned of and left.
    pub(super) fn date(
        &mut self,
        field: usize,
        component: usize,
        warnings: &mut Vec<Issue>,
    ) -> Option<DateAsGiven> {
        let raw = self.peek(field, component);
        if raw.trim().is_empty() || raw == "\"\"" {
            return None;
        }
        match DateAsGiven::parse_hl7(raw) {
            Ok(date) => {
                if matches!(raw.len(), 4 | 6 | 8 | 12 | 14) && !raw.ends_with("60") {
                    self.take(field, 1, component);
                }
                Some(date)
            }
            Err(_) => {
                warnings.push(Issue::warning(
                    &reasons::BAD_DATE,
                    format!("{}-{field} (segment {})", self.id, self.number),
                ));
                None
            }
        }
    }

    /// Takes code, text and system from three neighbouring components of a repetition.
    pub(super) fn coding(&mut self, field: usize, repetition: usize, first: usize) -> Coding {
        let code = self.part(field, repetition, first);
        let text = self.part(field, repetition, first + 1);
        let written = self.peek_in(field, repetition, first + 2);
        let system = coding::system(written);
        if coding::keeps_meaning(written, code.as_deref()) {
            self.take(field, repetition, first + 2);
        }
        Coding { code, system, text }
    }

    /// Takes the codings of a CWE repetition: the first that has a code or text, and the other ones.
    pub(super) fn codings(&mut self, field: usize, repetition: usize) -> (Coding, Vec<Coding>) {
        let first = self.coding(field, repetition, 1);
        let second = self.coding(field, repetition, 4);
        if first.is_empty() {
            return (second, Vec::new());
        }
        (first, Some(second).filter(|coding| !coding.is_empty()).into_iter().collect())
    }

    /// Marks a part as held by a column.
    pub(super) fn take(&mut self, field: usize, repetition: usize, component: usize) {
        if let (Ok(f), Ok(r), Ok(c)) =
            (u8::try_from(field), u8::try_from(repetition), u8::try_from(component))
            && f < 128
        {
            self.touched |= 1 << f;
            self.parts.push((f, r, c));
        }
    }

    /// Marks a whole field as held by a column.
    pub(super) fn take_field(&mut self, field: usize) {
        if field < 128 {
            self.whole |= 1 << field;
        }
    }

    /// Whether the whole field was taken.
    pub(super) fn taken(&self, field: usize) -> bool {
        field < 128 && self.whole >> field & 1 == 1
    }

    /// Whether some part of the field was taken.
    pub(super) fn touched(&self, field: usize) -> bool {
        field < 128 && self.touched >> field & 1 == 1
    }

    /// Whether this part was taken.
    pub(super) fn part_taken(&self, field: usize, repetition: usize, component: usize) -> bool {
        if repetition > 255 {
            return false;
        }
        self.parts.iter().any(|&(f, r, c)| {
            (usize::from(f), usize::from(r), usize::from(c)) == (field, repetition, component)
        })
    }
}

/// The text of a value, `None` for blank and for `""`.
fn readable(value: Value<'_>) -> Option<String> {
    if value.is_null() || value.raw().trim().is_empty() {
        return None;
    }
    Some(value.text().into_owned())
}

/// The first segment of an id among some.
pub(super) fn find<'s, 'm>(segments: &'s mut [Tracked<'m>], id: &str) -> Option<&'s mut Tracked<'m>> {
    segments.iter_mut().find(|segment| segment.id == id)
}
