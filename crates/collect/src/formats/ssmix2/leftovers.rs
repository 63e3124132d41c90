//! What no column took, written out whole: clinical parts into `extra`, whatever names a person into the identity.
//!
//! Keys are HL7 names: `OBX-4` a field, `OBX-3.7` a component, `PID-5[2].1` of a repetition, `ZE1[2]-3` of the second ZE1
//! of that row. Values are as written, delimiters and escapes kept; a bare segment leaves its id with an empty value.
//!
//! **Invariant.** Identity segments, names of staff and reporters, and their addresses and phones never reach a clinical
//! `extra`: they are known by a table of fields and, for segments nobody knows, by their shape (blueprint §3).

use super::tracked::Tracked;
use crate::hl7::Value;
use memchr::memmem::Finder;
use std::collections::{BTreeMap, BTreeSet};

/// Segments about who the patient, relatives and insured are: all of it identifies.
pub(super) fn is_identity_segment(id: &str) -> bool {
    matches!(
        id,
        "PID" | "PD1" | "NK1" | "GT1" | "IN1" | "IN2" | "IN3" | "ZI1" | "MRG" | "ROL" | "PRT" | "CTD"
    )
}

/// Whether a field holds a person's name (XCN, XPN, NDL), of which a leading code may stay, or an address or phone.
fn person_field(id: &str, field: usize) -> bool {
    matches!(
        (id, field),
        ("EVN", 5)
            | ("PV1", 7..=9 | 17 | 52)
            | ("PV2", 13)
            | ("ORC", 10..=12 | 14 | 19 | 24)
            | ("OBR", 10 | 16 | 17 | 28 | 32..=35)
            | ("OBX", 16 | 25)
            | ("RXE", 13 | 14 | 41 | 43)
            | ("RXA" | "RXD", 10)
            | ("RXO", 14)
            | ("IAM", 14 | 15 | 18)
            | ("ZE1", 7 | 10)
            | ("TXA", 5 | 9..=11 | 14 | 22 | 23)
            | ("DG1", 16)
            | ("PR1", 8 | 11 | 12)
            | ("FT1", 20 | 21 | 24)
            | ("NTE", 5)
    )
}

/// Value types (OBX-2) that hold a person, an address or a phone.
pub(super) fn is_person_type(value_type: &str) -> bool {
    matches!(value_type, "XCN" | "XPN" | "PPN" | "CN" | "PN" | "XAD" | "AD" | "XTN" | "TN")
}

/// Where in a segment something stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    field: usize,
    /// (repetition, component), where not the whole field.
    part: Option<(usize, usize)>,
}

/// A JSON object growing member by member.
#[derive(Default)]
pub(super) struct Members<'m> {
    json: String,
    /// How many segments of each id wrote here.
    seen: BTreeMap<&'m str, u32>,
}

impl<'m> Members<'m> {
    /// The object, `None` if nothing was written.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.json.is_empty() {
            return None;
        }
        self.json.push('}');
        Some(self.json)
    }

    fn occurrence(&mut self, id: &'m str) -> u32 {
        let count = self.seen.entry(id).or_default();
        *count += 1;
        *count
    }

    /// Adds a member, named as the module says.
    fn put(&mut self, id: &str, occurrence: u32, place: Option<Place>, value: &str) {
        if self.json.is_empty() {
            self.json.reserve(256);
        }
        self.json.push(if self.json.is_empty() { '{' } else { ',' });
        self.json.push('"');
        escaped(&mut self.json, id);
        if occurrence > 1 {
            self.json.push('[');
            self.number(occurrence as usize);
            self.json.push(']');
        }
        if let Some(Place { field, part }) = place {
            self.json.push('-');
            self.number(field);
            if let Some((repetition, component)) = part {
                if repetition > 1 {
                    self.json.push('[');
                    self.number(repetition);
                    self.json.push(']');
                }
                self.json.push('.');
                self.number(component);
            }
        }
        self.json.push_str("\":\"");
        escaped(&mut self.json, value);
        self.json.push('"');
    }

    /// Decimal digits, without the machinery of formatting: most numbers have one or two.
    fn number(&mut self, number: usize) {
        if number > 9 {
            self.number(number / 10);
        }
        self.json.push(char::from(b'0' + (number % 10) as u8));
    }
}

/// Appends text as the inside of a JSON string.
fn escaped(json: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        json.push_str(text);
        return;
    }
    // A text always serialises; its quotes are ours to write.
    let quoted = serde_json::to_string(text).unwrap_or_default();
    json.push_str(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or(""));
}

/// The rest of one segment, divided.
pub(super) struct Rest<'t, 'm> {
    segment: &'t Tracked<'m>,
    subject: &'t Finder<'t>,
}

impl<'t, 'm> Rest<'t, 'm> {
    /// `subject` finds the patient's own number.
    pub(super) const fn of(segment: &'t Tracked<'m>, subject: &'t Finder<'t>) -> Self {
        Self { segment, subject }
    }

    /// Writes clinical parts to `clinical` and identifying ones to `identity`.
    pub(super) fn write(&self, clinical: &mut Members<'m>, identity: &mut IdentityRest<'m>) {
        let segment = self.segment;
        let whole_segment = is_identity_segment(segment.id);
        if segment.is_bare() && !whole_segment {
            let occurrence = clinical.occurrence(segment.id);
            clinical.put(segment.id, occurrence, None, "");
        }
        let mut written: Option<u32> = None;
        let mut put = |place: Place, raw: &'m str| {
            let occurrence = *written.get_or_insert_with(|| clinical.occurrence(segment.id));
            clinical.put(segment.id, occurrence, Some(place), raw);
        };
        for (field, value) in segment.filled() {
            // The usual delimiters say nothing; other ones are needed to read what is written here.
            let usual = segment.id == "MSH" && matches!((field, value.raw()), (1, "|") | (2, "^~\\&"));
            if segment.taken(field) || usual {
                continue;
            }
            let own_number = whole_segment || contains_number(value.raw(), self.subject);
            let person = whole_segment || self.is_person(field, value);
            if own_number || person {
                self.each_part(field, value, &mut |place, raw| identity.put(segment.id, place, raw));
            }
            if !own_number && !person {
                self.each_part(field, value, &mut put);
            } else if !own_number {
                for (index, repetition) in value.repetitions().enumerate() {
                    let code = repetition.component(1).subcomponent(1).raw();
                    if is_staff_code(code) && !segment.part_taken(field, index + 1, 1) {
                        put(Place { field, part: Some((index + 1, 1)) }, code);
                    }
                }
            }
        }
    }

    fn is_person(&self, field: usize, value: Value<'m>) -> bool {
        person_field(self.segment.id, field)
            || (self.segment.id == "OBX" && field == 5 && is_person_type(self.segment.peek(2, 1)))
            || (value.raw().len() > 8 && value.repetitions().any(looks_like_a_name))
    }

    /// The field whole where nothing was taken from it, else each part that is left.
    fn each_part(&self, field: usize, value: Value<'m>, put: &mut dyn FnMut(Place, &'m str)) {
        if !self.segment.touched(field) {
            put(Place { field, part: None }, value.raw());
            return;
        }
        for (r, repetition) in value.repetitions().enumerate() {
            for (c, component) in repetition.components().enumerate() {
                if !component.is_empty() && !self.segment.part_taken(field, r + 1, c + 1) {
                    put(Place { field, part: Some((r + 1, c + 1)) }, component.raw());
                }
            }
        }
    }
}

/// Identifying leftovers of a whole message; what repeats in every order is kept once.
#[derive(Default)]
pub(super) struct IdentityRest<'m> {
    members: Members<'m>,
    written: BTreeSet<(Place, &'m str, &'m str)>,
    occurrences: BTreeMap<(Place, &'m str), u32>,
}

impl<'m> IdentityRest<'m> {
    fn put(&mut self, id: &'m str, place: Place, raw: &'m str) {
        if self.written.insert((place, id, raw)) {
            let occurrence = self.occurrences.entry((place, id)).or_default();
            *occurrence += 1;
            self.members.put(id, *occurrence, Some(place), raw);
        }
    }

    /// The object, `None` if nothing was written.
    pub(super) fn finish(self) -> Option<String> {
        self.members.finish()
    }
}

/// A staff number: ASCII letters and digits with at least one digit. Anything else may be a name.
fn is_staff_code(code: &str) -> bool {
    code.bytes().any(|byte| byte.is_ascii_digit())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The shape of XCN (type in component 10) and XPN (type in 7, representation in 8) with a name in its place.
fn looks_like_a_name(repetition: Value<'_>) -> bool {
    if repetition.raw().len() < 9 {
        return false;
    }
    let mut components = [""; 15];
    for (place, component) in components.iter_mut().zip(repetition.components()) {
        *place = component.raw();
    }
    let is_type =
        |text: &str| matches!(text, "A" | "B" | "C" | "D" | "L" | "M" | "N" | "P" | "R" | "S" | "T" | "U");
    let is_representation = |text: &str| matches!(text, "A" | "I" | "P");
    let [family_or_code, family, given, .., seventh, eighth, _, tenth, _, _, _, _, fifteenth] = components;
    let xcn = is_type(tenth)
        && (!family.is_empty() || !given.is_empty())
        && (is_representation(fifteenth) || fifteenth.is_empty());
    let xpn =
        is_type(seventh) && is_representation(eighth) && (!family_or_code.is_empty() || !family.is_empty());
    xcn || xpn
}

/// Whether the patient's own number stands in it, as a whole number: visit and order numbers embed it. Numbers of fewer
/// than four characters are found in everything and so not looked for.
fn contains_number(raw: &str, subject: &Finder<'_>) -> bool {
    let length = subject.needle().len();
    if length < 4 || raw.len() < length {
        return false;
    }
    subject.find_iter(raw.as_bytes()).any(|at| {
        let before = at.checked_sub(1).and_then(|at| raw.as_bytes().get(at));
        let after = raw.as_bytes().get(at + length);
        ![before, after].into_iter().flatten().any(u8::is_ascii_alphanumeric)
    })
}
