//! Which elements identify, by name, by place, and by what they say.

use super::super::directory::{Target, target};
use super::super::json::{Kind, Node};
use super::super::kinds::{SUBJECTS, is_person};
use super::super::people::Person;
use super::Cuts;
use kiban_model::DateAsGiven;

/// Elements that identify wherever they stand: numbers of persons, staff, orders and devices, and ways to reach someone.
/// Identifiers of clinical resources embed institution, patient and order number; so do DICOM UIDs.
const ALWAYS: [&str; 17] = [
    "identifier",
    "requisition",
    "telecom",
    "address",
    "birthDate",
    "photo",
    "contact",
    "subscriberId",
    "dependent",
    "serialNumber",
    "udiCarrier",
    "uid",
    "authorString",
    "valueHumanName",
    "valueAddress",
    "valueContactPoint",
    "valueSignature",
];

/// Contained or own types whose `name` is that of a person or of a place small enough to be one's.
const NAMED: [&str; 8] = [
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "HealthcareService",
    "FamilyMemberHistory",
    "Group",
    "Endpoint",
    "CareTeam",
];

/// References whose `display` names a thing, not a person.
const THINGS: [&str; 8] = [
    "specimen",
    "medicationReference",
    "device",
    "imagingStudy",
    "bodyStructure",
    "medication",
    "itemReference",
    "focalDevice",
];

/// Further elements that refer to a person, besides the subject.
const PEOPLE: [&str; 4] = ["subscriber", "policyHolder", "candidate", "party"];

/// Free text: released only through text de-identification, so a mark within it does not cut the whole text away.
const FREE_TEXT: [&str; 12] = [
    "text",
    "div",
    "data",
    "conclusion",
    "comment",
    "description",
    "patientInstruction",
    "valueString",
    "valueMarkdown",
    "clinicalNotes",
    "summary",
    "markdown",
];

/// Words of the standard and code systems: never a person's.
const VOCABULARY: [&str; 9] =
    ["resourceType", "code", "system", "unit", "status", "url", "profile", "language", "contentType"];

/// Marks by which a person would be recognised: numbers and names.
#[derive(Default)]
pub(in super::super) struct Marks(Vec<String>);

impl Marks {
    /// The marks of a person.
    pub(in super::super) fn of(person: &Person) -> Self {
        let numbers = person
            .identifiers
            .iter()
            .map(|(_, value)| value)
            .chain(&person.id)
            .filter(|n| n.chars().count() >= 4);
        let mut marks: Vec<String> = numbers.chain(&person.names).cloned().collect();
        // A name is written with an ASCII space as often as with an ideographic one.
        let respaced: Vec<String> = person
            .names
            .iter()
            .filter(|n| n.contains('\u{3000}'))
            .map(|n| n.replace('\u{3000}', " "))
            .collect();
        marks.extend(respaced);
        marks.sort_unstable();
        marks.dedup();
        Self(marks)
    }

    /// Whether a mark stands in the text as a word of its own.
    pub(in super::super) fn in_text(&self, text: &str) -> bool {
        self.0.iter().any(|mark| {
            text.match_indices(mark.as_str()).any(|(at, _)| {
                let before = text.get(..at).and_then(|t| t.chars().next_back());
                let after = text.get(at + mark.len()..).and_then(|t| t.chars().next());
                let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                !(mark.is_ascii() && (word(before) || word(after)))
            })
        })
    }

    fn is(&self, text: &str) -> bool {
        self.0.iter().any(|mark| mark == text.trim())
    }
}

/// Walks a resource in the order of its text and notes what to cut.
pub(super) struct Finder<'f> {
    marks: &'f Marks,
    is_person: &'f dyn Fn(&str) -> bool,
    pointer: String,
    /// Type of the resource walked in.
    holder: String,
    in_section: bool,
    pub(super) cuts: Cuts,
}

impl<'f> Finder<'f> {
    pub(super) fn new(marks: &'f Marks, is_person: &'f dyn Fn(&str) -> bool) -> Self {
        Self {
            marks,
            is_person,
            pointer: String::new(),
            holder: String::new(),
            in_section: false,
            cuts: Vec::new(),
        }
    }

    pub(super) fn resource(&mut self, node: &Node<'_>) {
        let kind = node.text_of("resourceType").unwrap_or("");
        if is_person(kind) && !self.pointer.is_empty() {
            return self.cut(node);
        }
        let outer = std::mem::replace(&mut self.holder, kind.to_owned());
        self.object(node, "");
        self.holder = outer;
    }

    fn cut(&mut self, node: &Node<'_>) {
        self.cuts.push((self.pointer.clone(), node.span.clone()));
    }

    fn step(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        walk(self);
        self.pointer.truncate(length);
    }

    fn value(&mut self, node: &Node<'_>, name: &str) {
        match &node.kind {
            Kind::Object(_) if node.get("resourceType").is_some() => self.resource(node),
            Kind::Object(_) => self.object(node, name),
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.step(&index.to_string(), |this| this.value(item, name));
                }
            }
            Kind::Text(text) if self.marked(name, text) => self.cut(node),
            _ => {}
        }
    }

    fn marked(&self, name: &str, text: &str) -> bool {
        if FREE_TEXT.contains(&name) {
            return self.marks.is(text);
        }
        !VOCABULARY.contains(&name) && self.marks.in_text(text) && DateAsGiven::parse_iso(text).is_err()
    }

    fn object(&mut self, node: &Node<'_>, parent: &str) {
        for (key, value) in node.members() {
            // `_birthDate` holds the extensions of `birthDate`.
            let name = key.strip_prefix('_').unwrap_or(key);
            let outer_section = self.in_section;
            self.in_section |= name == "section";
            self.step(key, |this| {
                if matches!(value.kind, Kind::Null) {
                    // Nothing to cut; and a null stays a null, so that putting together is exact.
                } else if this.identifies(node, parent, name, value) {
                    this.cut(value);
                } else {
                    this.value(value, name);
                }
            });
            self.in_section = outer_section;
        }
    }

    fn identifies(&self, object: &Node<'_>, parent: &str, name: &str, value: &Node<'_>) -> bool {
        match name {
            _ if ALWAYS.contains(&name) || name.ends_with("Identifier") || name.starts_with("born") => true,
            "name" | "alias" => NAMED.contains(&self.holder.as_str()) || value.first().is_object(),
            "div" => !self.in_section,
            "display" => is_reference(object, parent) && !THINGS.contains(&parent),
            "reference" => self.leads_to_person(object, parent, value.text().unwrap_or("")),
            "value" if self.holder == "Coverage" && parent == "class" => true,
            _ if name.starts_with("value") => object.text_of("url").is_some_and(identifying_extension),
            _ => false,
        }
    }

    fn leads_to_person(&self, object: &Node<'_>, parent: &str, reference: &str) -> bool {
        let by_form = match target(reference) {
            Target::Typed(kind, ..) | Target::Conditional(kind, _) => is_person(kind),
            Target::Contained(_) | Target::Opaque => false,
        };
        by_form
            || object.text_of("type").is_some_and(is_person)
            || SUBJECTS.contains(&parent)
            || PEOPLE.contains(&parent)
            || (self.is_person)(reference)
            || self.marks.in_text(reference)
    }
}

/// A Reference, as opposed to a Coding, which has `display` too.
fn is_reference(object: &Node<'_>, parent: &str) -> bool {
    let coded = object.get("code").is_some() || object.get("system").is_some();
    object.get("reference").is_some() || object.get("identifier").is_some() || !(coded || parent == "coding")
}

/// Extensions whose value identifies though its type does not say so: insured person's symbol and number, birth place.
fn identifying_extension(url: &str) -> bool {
    ["InsuredPerson", "birthPlace", "mothersMaidenName", "/patient-", "own-name", "own-prefix"]
        .iter()
        .any(|part| url.contains(part))
}
