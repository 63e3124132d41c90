//! What no column took, written out whole: clinical parts into `extra`, whatever names a person into the identity.
//!
//! Keys are HL7 names: `OBX-4` a field, `OBX-3.7` a component, `PID-5[2].1` of a repetition, `ZE1[2]-3` of the second ZE1
//! of that row. Values are as written, delimiters and escapes kept; a bare segment leaves its id with an empty value.
//!
//! **Invariant.** Identity segments, names of staff and reporters, and their addresses and phones never reach a clinical
//! `extra`: they are known by a table of fields and, for segments nobody knows, by their shape (blueprint §3).

use super::tracked::Tracked;
use crate::hl7::Value;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

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

/// A JSON object growing member by member.
#[derive(Default)]
pub(super) struct Members {
    json: String,
    /// How many segments of each id wrote here.
    seen: HashMap<String, u32>,
}

impl Members {
    /// The object, `None` if nothing was written.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.json.is_empty() {
            return None;
        }
        self.json.push('}');
        Some(self.json)
    }

    fn occurrence(&mut self, id: &str) -> u32 {
        if let Some(count) = self.seen.get_mut(id) {
            *count += 1;
            return *count;
        }
        self.seen.insert(id.to_owned(), 1);
        1
    }

    fn put(&mut self, key: &str, value: &str) {
        self.json.push(if self.json.is_empty() { '{' } else { ',' });
        // A text always serialises.
        self.json.push_str(&serde_json::to_string(key).unwrap_or_default());
        self.json.push(':');
        self.json.push_str(&serde_json::to_string(value).unwrap_or_default());
    }
}

/// The rest of one segment, divided.
pub(super) struct Rest<'t, 'm> {
    segment: &'t Tracked<'m>,
    subject: &'t str,
}

impl<'t, 'm> Rest<'t, 'm> {
    pub(super) const fn of(segment: &'t Tracked<'m>, subject: &'t str) -> Self {
        Self { segment, subject }
    }

    /// Writes clinical parts to `clinical` and identifying ones to `identity`.
    pub(super) fn write(&self, clinical: &mut Members, identity: &mut IdentityRest) {
        let segment = self.segment;
        let mut written: Option<u32> = None;
        let whole_segment = is_identity_segment(segment.id);
        let mut key = String::new();
        if segment.is_bare() && !whole_segment {
            let occurrence = clinical.occurrence(segment.id);
            name(&mut key, segment.id, occurrence);
            clinical.put(&key, "");
        }
        for (field, value) in segment.filled() {
            // The usual delimiters say nothing; other ones are needed to read what is written here.
            let usual = segment.id == "MSH" && matches!((field, value.raw()), (1, "|") | (2, "^~\\&"));
            if segment.taken(field) || usual {
                continue;
            }
            if whole_segment {
                self.each_part(field, value, &mut |path, raw| identity.put(segment.id, path, raw));
                continue;
            }
            let own_number = contains_number(value.raw(), self.subject);
            let person = person_field(segment.id, field)
                || (segment.id == "OBX" && field == 5 && is_person_type(segment.peek(2, 1)))
                || value.repetitions().any(looks_like_a_name);
            if person || own_number {
                self.each_part(field, value, &mut |path, raw| identity.put(segment.id, path, raw));
            }
            let mut put = |path: &str, raw: &str| {
                let occurrence = *written.get_or_insert_with(|| clinical.occurrence(segment.id));
                key.clear();
                name(&mut key, segment.id, occurrence);
                key.push('-');
                key.push_str(path);
                clinical.put(&key, raw);
            };
            if own_number {
                continue;
            }
            if person {
                for (index, repetition) in value.repetitions().enumerate() {
                    let code = repetition.component(1).subcomponent(1).raw();
                    if is_staff_code(code) && !segment.part_taken(field, index + 1, 1) {
                        put(&part_path(field, index + 1, Some(1)), code);
                    }
                }
            } else {
                self.each_part(field, value, &mut put);
            }
        }
    }

    /// The field whole where nothing was taken from it, else each part that is left.
    fn each_part(&self, field: usize, value: Value<'m>, put: &mut dyn FnMut(&str, &str)) {
        if !self.segment.touched(field) {
            put(&part_path(field, 1, None), value.raw());
            return;
        }
        for (r, repetition) in value.repetitions().enumerate() {
            for (c, component) in repetition.components().enumerate() {
                if !component.is_empty() && !self.segment.part_taken(field, r + 1, c + 1) {
                    put(&part_path(field, r + 1, Some(c + 1)), component.raw());
                }
            }
        }
    }
}

/// Identifying leftovers of a whole message; what repeats in every order is kept once.
#[derive(Default)]
pub(super) struct IdentityRest {
    members: Members,
    written: HashSet<(String, String)>,
}

impl IdentityRest {
    fn put(&mut self, id: &str, path: &str, raw: &str) {
        let plain = format!("{id}-{path}");
        let occurrence = self.members.seen.get(&plain).copied().unwrap_or(0) + 1;
        if !self.written.insert((plain.clone(), raw.to_owned())) {
            return;
        }
        let mut key = String::new();
        name(&mut key, id, occurrence);
        key.push('-');
        key.push_str(path);
        self.members.put(&key, raw);
        self.members.seen.insert(plain, occurrence);
    }

    /// The object, `None` if nothing was written.
    pub(super) fn finish(self) -> Option<String> {
        self.members.finish()
    }
}

fn name(key: &mut String, id: &str, occurrence: u32) {
    key.push_str(id);
    if occurrence > 1 {
        // Writing into a String cannot fail.
        let _ = write!(key, "[{occurrence}]");
    }
}

fn part_path(field: usize, repetition: usize, component: Option<usize>) -> String {
    match (repetition, component) {
        (_, None) => field.to_string(),
        (1, Some(component)) => format!("{field}.{component}"),
        (repetition, Some(component)) => format!("{field}[{repetition}].{component}"),
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

/// Whether the patient's own number stands in it, as a whole number: visit and order numbers embed it.
fn contains_number(raw: &str, subject: &str) -> bool {
    subject.len() >= 4
        && raw.match_indices(subject).any(|(at, found)| {
            let before = raw.get(..at).and_then(|text| text.bytes().next_back());
            let after = raw.get(at + found.len()..).and_then(|text| text.bytes().next());
            ![before, after].iter().flatten().any(u8::is_ascii_alphanumeric)
        })
}
