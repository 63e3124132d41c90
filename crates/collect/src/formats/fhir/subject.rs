//! Whose a resource is: from its subject reference, with everything that stands in or around it.
//!
//! It must never guess. A reference that leads nowhere, or to two persons, refuses the resource: one person's record
//! under another's number is the worst that can happen here.

use super::directory::{Directory, Target, target};
use super::json::Node;
use super::kinds::{SUBJECTS, is_person};
use super::people::{Person, identifiers};
use super::reasons;
use kiban_model::{Issue, Reason};

/// Whose a resource is.
pub(super) enum Subject {
    /// A person.
    Person(Box<Person>),
    /// Not a person: a device, a place, a group.
    Nobody,
    /// The resource does not say.
    Missing,
}

/// The subject of a resource, and of the clinical resources contained in it, which must be the same.
pub(super) fn of(resource: &Node<'_>, directory: &Directory<'_>) -> Result<Subject, Issue> {
    let contained = resource.list("contained");
    let own = stated(resource, contained, directory)?;
    for (index, inner) in contained.iter().enumerate() {
        if is_person(inner.text_of("resourceType").unwrap_or("")) {
            continue;
        }
        // An inner reference that leads nowhere says nothing against the outer subject.
        let Ok(Subject::Person(inner)) = stated(inner, contained, directory) else { continue };
        if let Subject::Person(own) = &own
            && own.local_number() != inner.local_number()
        {
            return Err(Issue::rejected(&reasons::SUBJECT_CONTRADICTION, format!("contained[{index}]")));
        }
    }
    if let (Subject::Person(own), Some(document)) = (&own, &directory.document_subject)
        && own.local_number() != document.local_number()
    {
        return Err(Issue::rejected(&reasons::SUBJECT_CONTRADICTION, "subject"));
    }
    Ok(own)
}

fn stated(resource: &Node<'_>, contained: &[Node<'_>], directory: &Directory<'_>) -> Result<Subject, Issue> {
    let mut found = Subject::Missing;
    for name in SUBJECTS {
        for reference in resource.list(name).iter().filter(|r| r.is_object()) {
            let here =
                resolve(reference, contained, directory).map_err(|reason| Issue::rejected(reason, name))?;
            match (&found, &here) {
                (Subject::Person(one), Subject::Person(other))
                    if one.local_number() != other.local_number() =>
                {
                    return Err(Issue::rejected(&reasons::SUBJECT_CONTRADICTION, name));
                }
                (Subject::Missing, _) | (Subject::Nobody, Subject::Person(_)) => found = here,
                _ => {}
            }
        }
    }
    Ok(found)
}

/// Follows one reference to a person.
pub(super) fn resolve(
    reference: &Node<'_>,
    contained: &[Node<'_>],
    directory: &Directory<'_>,
) -> Result<Subject, &'static Reason> {
    let stated = Person { identifiers: identifiers(reference.list("identifier")), ..Person::default() };
    let Some(text) = reference.text_of("reference") else {
        if reference.text_of("type").is_some_and(|kind| !is_person(kind)) {
            return Ok(Subject::Nobody);
        }
        return by_identifier(stated, contained, directory);
    };
    let mut person = match target(text) {
        Target::Contained(id) => match contained.iter().find(|c| c.text_of("id") == Some(id)) {
            Some(inner) if inner.text_of("resourceType") == Some("Patient") => Person::from_resource(inner),
            Some(_) => return Ok(Subject::Nobody),
            None if stated.identifiers.is_empty() => return Err(&reasons::SUBJECT_NOT_FOUND),
            None => return by_identifier(stated, contained, directory),
        },
        Target::Conditional("Patient", identifier) => {
            let conditional = Person { identifiers: vec![identifier], ..Person::default() };
            let Subject::Person(found) = by_identifier(conditional, contained, directory)? else {
                return Ok(Subject::Missing);
            };
            *found
        }
        Target::Typed(kind, ..) | Target::Conditional(kind, _) if kind != "Patient" => {
            return Ok(Subject::Nobody);
        }
        form => match directory.people(text).as_slice() {
            [one] => (*one).clone(),
            [] if directory.knows(text) => return Ok(Subject::Nobody),
            [] => match form {
                // No Patient at hand: the id is all there is. An absolute reference past the Bundle's own Patients
                // may lead to another server, where the same id is another person.
                Target::Typed(_, id, relative) if relative || directory.everyone().is_empty() => {
                    Person { id: Some(id.to_owned()), ..Person::default() }
                }
                _ if !stated.identifiers.is_empty() => return by_identifier(stated, contained, directory),
                _ => return Err(&reasons::SUBJECT_NOT_FOUND),
            },
            several => {
                let first = several.first().and_then(|p| p.local_number());
                if several.iter().any(|p| p.local_number() != first) {
                    return Err(&reasons::SUBJECT_CONTRADICTION);
                }
                several.first().map(|p| (*p).clone()).unwrap_or_default()
            }
        },
    };
    if person.contradicts(&stated) {
        return Err(&reasons::SUBJECT_CONTRADICTION);
    }
    if person.identifiers.is_empty() {
        person.identifiers = stated.identifiers;
    }
    found(person)
}

/// The Patient in or around the resource with this identifier, or the identifier alone.
fn by_identifier(
    stated: Person,
    contained: &[Node<'_>],
    directory: &Directory<'_>,
) -> Result<Subject, &'static Reason> {
    if stated.identifiers.is_empty() {
        return Ok(Subject::Missing);
    }
    let inner =
        contained.iter().filter(|c| c.text_of("resourceType") == Some("Patient")).map(Person::from_resource);
    let around = directory.everyone().iter().cloned();
    let mut matching =
        inner.chain(around).filter(|p| p.identifiers.iter().any(|i| stated.identifiers.contains(i)));
    let Some(first) = matching.next() else { return found(stated) };
    if matching.any(|other| other.local_number() != first.local_number()) {
        return Err(&reasons::SUBJECT_CONTRADICTION);
    }
    found(first)
}

fn found(person: Person) -> Result<Subject, &'static Reason> {
    if person.local_number().is_some_and(|number| !number.trim().is_empty()) {
        Ok(Subject::Person(Box::new(person)))
    } else {
        Err(&reasons::SUBJECT_NOT_FOUND)
    }
}
