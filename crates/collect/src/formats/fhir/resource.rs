//! One resource → one outcome: a person's statement, a clinical record, or a reference record about nobody.
//!
//! Contained resources belong to their parent. A resource is taken whole or refused whole (COL-08).

use super::checks::{self, KnownDrugs};
use super::cut::{self, Marks};
use super::directory::Directory;
use super::json::{self, FaultKind, Node};
use super::kinds::{SUBJECTS, is_person, is_type_name, may_be_nobodys};
use super::people::{self, Person};
use super::subject::{self, Subject};
use super::view::View;
use super::{dates, insurance, keys, links, reasons, views};
use kiban_model::{DateAsGiven, Identity, Issue, Outcome, Private, Reason, Record, Rejected, Standing};
use std::borrow::Cow;
use std::ops::Range;

/// Where a resource stands.
pub(super) struct Place {
    /// Entry, line, or 1.
    pub number: u64,
    /// Its bytes in the file.
    pub bytes: Range<u64>,
    /// Prefix of places in issues: `entry[3].resource`, or empty.
    pub prefix: String,
}

impl Place {
    /// A place within the resource, said from the file's point of view.
    fn of(&self, inner: &str) -> String {
        match (self.prefix.as_str(), inner) {
            (prefix, "") => prefix.to_owned(),
            ("", inner) => inner.to_owned(),
            (prefix, inner) => format!("{prefix}.{inner}"),
        }
    }

    /// Refuses what stands here.
    pub(super) fn rejected(&self, kind: impl Into<Cow<'static, str>>, issue: Issue) -> Outcome {
        let issue = Issue { place: self.of(&issue.place), ..issue };
        Outcome::Rejected(Rejected {
            number: self.number,
            bytes: self.bytes.clone(),
            units: 1,
            kind: kind.into(),
            issue,
        })
    }

    fn record(&self, kind: &str) -> Record {
        Record::new(self.number, self.bytes.clone(), 1, format!("FHIR {kind}"))
    }
}

/// The reason a text is no tree.
pub(super) const fn reason_of(kind: FaultKind) -> &'static Reason {
    match kind {
        FaultKind::Syntax | FaultKind::Trailing => &reasons::SYNTAX,
        FaultKind::Depth => &reasons::TOO_DEEP,
        FaultKind::Duplicate => &reasons::DUPLICATE_KEY,
    }
}

/// Reads one resource; `text` has no white space around it.
pub(super) fn read(text: &str, place: &Place, directory: &Directory<'_>, drugs: &KnownDrugs<'_>) -> Outcome {
    let node = match json::parse(text, directory.depth) {
        Ok(node) => node,
        Err(fault) => {
            return place
                .rejected("FHIR", Issue::rejected(reason_of(fault.kind), format!("byte {}", fault.at)));
        }
    };
    let Some(kind) = node.text_of("resourceType").filter(|kind| is_type_name(kind)) else {
        return place.rejected("JSON", Issue::rejected(&reasons::NOT_FHIR, "resourceType"));
    };
    let read = match kind {
        "Bundle" => Err(Issue::rejected(&reasons::NESTED_BUNDLE, "")),
        "Patient" => patient(&node, text, place, directory),
        _ if is_person(kind) => relative(&node, text, kind, place, directory),
        _ => clinical(&node, text, kind, place, directory, drugs),
    };
    match read {
        Ok(mut record) => {
            for warning in &mut record.warnings {
                warning.place = place.of(&warning.place);
            }
            Outcome::Record(Box::new(record))
        }
        Err(issue) => place.rejected(format!("FHIR {kind}"), issue),
    }
}

/// Key, version, standing and time: what every record has.
fn admit(record: &mut Record, node: &Node<'_>, kind: &str, directory: &Directory<'_>) {
    let key = keys::key(node, kind);
    let shared = key.as_ref().is_some_and(|key| directory.shared_keys.contains(key));
    if shared {
        record.warnings.push(Issue::warning(&reasons::SHARED_IDENTIFIER, "identifier"));
    }
    record.key = key.map(|key| {
        Private::new(if shared { format!("{key}|{}", node.text_of("id").unwrap_or("")) } else { key })
    });
    let meta = |name| node.get("meta").and_then(|meta| meta.text_of(name));
    record.version = dates::version(meta("lastUpdated"), meta("versionId"));
    if checks::is_error(node) {
        record.standing = Standing::Cancelled;
    } else if kind == "DocumentReference" && node.text_of("status") == Some("superseded") {
        record.standing = Standing::Superseded;
    }
    let recorded = meta("lastUpdated").or_else(|| {
        ["recordedDate", "issued", "authoredOn", "recorded", "dateAsserted"]
            .iter()
            .find_map(|name| node.text_of(name))
    });
    record.recorded_at = recorded.and_then(|text| DateAsGiven::parse_iso(text).ok());
}

fn patient(node: &Node<'_>, text: &str, place: &Place, directory: &Directory<'_>) -> Result<Record, Issue> {
    let mut record = place.record("Patient");
    let person = Person::from_resource(node);
    let Some(number) = person.local_number() else {
        return Err(Issue::rejected(&reasons::NO_SUBJECT, "identifier"));
    };
    let (mut identity, birth) = people::identity(node);
    birth.map_err(|_| Issue::rejected(&reasons::BIRTH_DATE, "birthDate"))?;
    identity.extra = Some(Private::new(cut::whole_for_vault("Patient", text)));
    record.subject = Some(Private::new(number.to_owned()));
    record.identities.push(identity);
    let marks = Marks::default();
    let mut view = View { node, position: place.number, directory, marks: &marks, warnings: Vec::new() };
    record.rows = views::patient::rows(&mut view);
    record.warnings = view.warnings;
    admit(&mut record, node, "Patient", directory);
    Ok(record)
}

/// A relative or another role of a person: the vault's alone, beside the patient it belongs to where it names one.
fn relative(
    node: &Node<'_>,
    text: &str,
    kind: &str,
    place: &Place,
    directory: &Directory<'_>,
) -> Result<Record, Issue> {
    let mut record = place.record(kind);
    let linked = node.at(&["link", "target"]);
    let subject = match (subject::of(node, directory)?, linked) {
        (Subject::Missing, Some(target)) => subject::resolve(target, node.list("contained"), directory)
            .map_err(|reason| Issue::rejected(reason, "link"))?,
        (subject, _) => subject,
    };
    if let Subject::Person(person) = subject {
        record.subject = person.local_number().map(|number| Private::new(number.to_owned()));
    }
    record.identities.push(Identity {
        extra: Some(Private::new(cut::whole_for_vault(kind, text))),
        ..Identity::default()
    });
    admit(&mut record, node, kind, directory);
    Ok(record)
}

fn clinical(
    node: &Node<'_>,
    text: &str,
    kind: &str,
    place: &Place,
    directory: &Directory<'_>,
    drugs: &KnownDrugs<'_>,
) -> Result<Record, Issue> {
    let mut record = place.record(kind);
    checks::refuse(node, kind)?;
    let person = match (subject::of(node, directory)?, &directory.document_subject) {
        (Subject::Person(person), _) => *person,
        (Subject::Missing | Subject::Nobody, _) if may_be_nobodys(kind) => {
            let extra = Some(Private::new(cut::whole_for_vault(kind, text)));
            record.identities.push(Identity { extra, ..Identity::default() });
            admit(&mut record, node, kind, directory);
            return Ok(record);
        }
        (Subject::Missing, Some(document)) => {
            record.warnings.push(Issue::warning(&reasons::INHERITED_SUBJECT, "subject"));
            document.clone()
        }
        (Subject::Missing | Subject::Nobody, _) => {
            return Err(Issue::rejected(&reasons::NO_SUBJECT, "subject"));
        }
    };
    let marks = Marks::of(&person);
    let contained = node.list("contained");
    let leads_to_person = |reference: &str| match reference.strip_prefix('#') {
        Some(id) => contained
            .iter()
            .any(|c| c.text_of("id") == Some(id) && c.text_of("resourceType").is_some_and(is_person)),
        None => !directory.people(reference).is_empty(),
    };
    let cuts = cut::find(node, &marks, &leads_to_person);

    let mut view = View {
        node,
        position: place.number,
        directory,
        marks: &marks,
        warnings: std::mem::take(&mut record.warnings),
    };
    record.rows = views::rows(&mut view, kind, cut::keep(text, &cuts));
    let mut identity = identity(&mut view, kind, &person);
    links::note(&mut view);
    record.warnings = view.warnings;
    record.warnings.extend(checks::note(node, kind, drugs));

    if !cuts.is_empty() {
        identity.extra = Some(Private::new(cut::for_vault(kind, text, &cuts)));
    }
    if identity != Identity::default() {
        record.identities.push(identity);
    }
    record.subject = person.local_number().map(|number| Private::new(number.to_owned()));
    admit(&mut record, node, kind, directory);
    Ok(record)
}

/// What a clinical resource says of who its subject is: a contained Patient, the numbers in its reference, insurance.
fn identity(view: &mut View<'_, '_>, kind: &str, person: &Person) -> Identity {
    let node = view.node;
    let mut identity = Identity::default();
    let contained = node.list("contained").iter().filter(|c| c.text_of("resourceType") == Some("Patient"));
    for patient in contained {
        if Person::from_resource(patient).local_number() == person.local_number() {
            let (stated, birth) = people::identity(patient);
            if birth.is_err() {
                view.warn(&reasons::BAD_DATE, "contained.birthDate");
            }
            identity = stated;
        }
    }
    for reference in SUBJECTS.iter().flat_map(|name| node.list(name)) {
        for identifier in people::identifiers(reference.list("identifier")) {
            people::state(&mut identity, identifier);
        }
    }
    if let (true, Some(id)) = (person.identifiers.is_empty(), &person.id) {
        identity.other_numbers.push(("Patient.id".to_owned(), Private::new(id.clone())));
    }
    if kind == "Coverage" {
        insurance::read(view, &mut identity);
    }
    identity
}
