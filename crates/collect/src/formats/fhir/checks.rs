//! What a clinical resource must state to be relied upon (FHIR R4 cardinalities and required value sets).
//!
//! Missing or of another type or version: refused. Against a profile's wishes only (JP-CLINS/eCS), with the meaning
//! intact: noted. Of the three examples the publisher calls wrong, two are such faults, and the third (a mistyped
//! general-name code) shows only against the operator's drug master.

use super::concept::Concept;
use super::json::{Kind, Node};
use super::reasons;
use super::systems::{self, DRUG_NOT_CODED, GENERAL_DRUG};
use crate::Masters;
use kiban_model::tables::systems::{LOCAL, YJ};
use kiban_model::{Issue, Reason};
use std::collections::HashSet;
use std::sync::OnceLock;

/// What one type must state.
struct Demand {
    kind: &'static str,
    /// Concepts that must be there; a name with `[x]` is a choice of a concept and a reference.
    concepts: &'static [&'static str],
    /// Values its status may have in R4; empty where the type has no status or may leave it out.
    statuses: &'static [&'static str],
}

const EVENT: &[&str] = &[
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
];
const REQUEST: &[&str] =
    &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"];
const RESULT: &[&str] = &[
    "registered",
    "partial",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "appended",
    "cancelled",
    "entered-in-error",
    "unknown",
];

const DEMANDS: &[Demand] = &[
    Demand { kind: "Observation", concepts: &["code"], statuses: RESULT },
    Demand { kind: "DiagnosticReport", concepts: &["code"], statuses: RESULT },
    Demand { kind: "Condition", concepts: &["code"], statuses: &[] },
    Demand { kind: "AllergyIntolerance", concepts: &["code"], statuses: &[] },
    Demand { kind: "Procedure", concepts: &["code"], statuses: EVENT },
    Demand { kind: "ServiceRequest", concepts: &["code"], statuses: REQUEST },
    Demand {
        kind: "Immunization",
        concepts: &["vaccineCode"],
        statuses: &["completed", "entered-in-error", "not-done"],
    },
    Demand {
        kind: "MedicationRequest",
        concepts: &["medication[x]"],
        statuses: &[
            "active",
            "on-hold",
            "cancelled",
            "completed",
            "entered-in-error",
            "stopped",
            "draft",
            "unknown",
        ],
    },
    Demand {
        kind: "MedicationAdministration",
        concepts: &["medication[x]"],
        statuses: &[
            "in-progress",
            "not-done",
            "on-hold",
            "completed",
            "entered-in-error",
            "stopped",
            "unknown",
        ],
    },
    Demand {
        kind: "MedicationDispense",
        concepts: &["medication[x]"],
        statuses: &[
            "preparation",
            "in-progress",
            "cancelled",
            "on-hold",
            "completed",
            "entered-in-error",
            "stopped",
            "declined",
            "unknown",
        ],
    },
    Demand {
        kind: "MedicationStatement",
        concepts: &["medication[x]"],
        statuses: &[
            "active",
            "completed",
            "entered-in-error",
            "intended",
            "stopped",
            "on-hold",
            "unknown",
            "not-taken",
        ],
    },
    Demand {
        kind: "Encounter",
        concepts: &["class"],
        statuses: &[
            "planned",
            "arrived",
            "triaged",
            "in-progress",
            "onleave",
            "finished",
            "cancelled",
            "entered-in-error",
            "unknown",
        ],
    },
    Demand {
        kind: "ImagingStudy",
        concepts: &[],
        statuses: &["registered", "available", "cancelled", "entered-in-error", "unknown"],
    },
    Demand {
        kind: "Coverage",
        concepts: &[],
        statuses: &["active", "cancelled", "draft", "entered-in-error"],
    },
    Demand {
        kind: "Composition",
        concepts: &["type"],
        statuses: &["preliminary", "final", "amended", "entered-in-error"],
    },
    Demand {
        kind: "DocumentReference",
        concepts: &[],
        statuses: &["current", "superseded", "entered-in-error"],
    },
    Demand {
        kind: "CarePlan",
        concepts: &[],
        statuses: &["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"],
    },
    Demand {
        kind: "FamilyMemberHistory",
        concepts: &["relationship"],
        statuses: &["partial", "completed", "entered-in-error", "health-unknown"],
    },
    Demand {
        kind: "QuestionnaireResponse",
        concepts: &[],
        statuses: &["in-progress", "completed", "amended", "entered-in-error", "stopped"],
    },
];

/// Elements that exist in DSTU2, STU3 or R5 only: type, element.
const OTHER_VERSIONS: [(&str, &str); 22] = [
    ("Observation", "comments"),
    ("Observation", "comment"),
    ("Observation", "related"),
    ("Condition", "assertedDate"),
    ("Condition", "dateRecorded"),
    ("Condition", "context"),
    ("AllergyIntolerance", "assertedDate"),
    ("AllergyIntolerance", "substance"),
    ("Procedure", "notDone"),
    ("Procedure", "notPerformed"),
    ("Procedure", "context"),
    ("Procedure", "occurrenceDateTime"),
    ("Immunization", "notGiven"),
    ("Immunization", "wasNotGiven"),
    ("Immunization", "date"),
    ("MedicationRequest", "medication"),
    ("MedicationRequest", "context"),
    ("MedicationDispense", "medication"),
    ("MedicationAdministration", "notGiven"),
    ("MedicationAdministration", "medication"),
    ("Encounter", "reason"),
    ("DiagnosticReport", "codedDiagnosis"),
];

/// Types of other versions.
const OTHER_TYPES: [&str; 8] = [
    "MedicationOrder",
    "DiagnosticOrder",
    "ProcedureRequest",
    "ReferralRequest",
    "ImagingObjectSelection",
    "ImagingManifest",
    "MedicationUsage",
    "DeviceUseRequest",
];

/// Refuses a resource whose meaning cannot be relied upon.
pub(super) fn refuse(resource: &Node<'_>, kind: &str) -> Result<(), Issue> {
    let fail = |reason: &'static Reason, place: &str| Err(Issue::rejected(reason, place));
    if OTHER_TYPES.contains(&kind) {
        return fail(&reasons::NOT_R4, "resourceType");
    }
    if let Some((_, element)) =
        OTHER_VERSIONS.iter().find(|(of, element)| *of == kind && resource.get(element).is_some())
    {
        return fail(&reasons::NOT_R4, element);
    }
    for element in ["clinicalStatus", "verificationStatus"] {
        // Codes up to STU3, concepts since R4.
        if matches!(kind, "Condition" | "AllergyIntolerance")
            && resource.get(element).is_some_and(|e| !e.is_object())
        {
            return fail(&reasons::NOT_R4, element);
        }
    }
    let Some(demand) = DEMANDS.iter().find(|d| d.kind == kind) else { return Ok(()) };
    if !demand.statuses.is_empty() {
        match resource.get("status") {
            None => return fail(&reasons::MISSING, "status"),
            Some(status) => match status.text() {
                None => return fail(&reasons::WRONG_TYPE, "status"),
                Some(text) if !demand.statuses.contains(&text) => {
                    return fail(&reasons::UNKNOWN_STATUS, "status");
                }
                Some(_) => {}
            },
        }
    }
    if is_error(resource) {
        // What is withdrawn may have been emptied.
        return Ok(());
    }
    for element in demand.concepts {
        match *element {
            "medication[x]" => medication(resource)?,
            "class" => match resource.get("class") {
                None => return fail(&reasons::MISSING, "class"),
                Some(class) if !class.is_object() => return fail(&reasons::NOT_R4, "class"),
                Some(_) => {}
            },
            name => concept(resource, name)?,
        }
    }
    values(resource)
}

fn medication(resource: &Node<'_>) -> Result<(), Issue> {
    match resource.get("medicationReference") {
        Some(reference) if reference.is_object() => Ok(()),
        Some(_) => Err(Issue::rejected(&reasons::WRONG_TYPE, "medicationReference")),
        None => concept(resource, "medicationCodeableConcept"),
    }
}

fn concept(resource: &Node<'_>, name: &str) -> Result<(), Issue> {
    let Some(node) = resource.get(name) else { return Err(Issue::rejected(&reasons::MISSING, name)) };
    let codings = node.get("coding").is_none_or(|c| matches!(c.kind, Kind::Array(_)));
    if !node.is_object() || !codings {
        return Err(Issue::rejected(&reasons::WRONG_TYPE, name));
    }
    if Concept::read(node, systems::ANY).is_empty() {
        return Err(Issue::rejected(&reasons::MISSING, name));
    }
    Ok(())
}

/// A measured value that is no number is no measurement.
fn values(resource: &Node<'_>) -> Result<(), Issue> {
    for holder in std::iter::once(resource).chain(resource.list("component")) {
        if let Some(quantity) = holder.get("valueQuantity")
            && (!quantity.is_object() || quantity.get("value").is_some_and(|v| v.number().is_none()))
        {
            return Err(Issue::rejected(&reasons::WRONG_TYPE, "valueQuantity.value"));
        }
        if holder.get("valueString").is_some_and(|v| v.text().is_none()) {
            return Err(Issue::rejected(&reasons::WRONG_TYPE, "valueString"));
        }
    }
    Ok(())
}

/// Whether the source withdrew the resource.
pub(super) fn is_error(resource: &Node<'_>) -> bool {
    let verification = resource.get("verificationStatus").map(|v| Concept::read(v, systems::ANY));
    resource.text_of("status") == Some("entered-in-error")
        || verification.is_some_and(|v| v.codings.iter().any(|(_, code)| code == "entered-in-error"))
}

/// Whether the resource says it follows a profile, whatever its version.
fn follows(resource: &Node<'_>, profile: &str) -> bool {
    let profiles = resource.get("meta").map_or(&[][..], |meta| meta.list("profile"));
    profiles
        .iter()
        .filter_map(Node::text)
        .any(|url| url.split('|').next().is_some_and(|url| url.ends_with(profile)))
}

/// Drug codes of the operator's master, by their first nine characters: substance, form and strength.
pub(super) struct KnownDrugs<'m> {
    masters: &'m Masters,
    stems: OnceLock<HashSet<&'m str>>,
}

impl<'m> KnownDrugs<'m> {
    /// Drugs of a master; looked through only when a code asks for it.
    pub(super) const fn new(masters: &'m Masters) -> Self {
        Self { masters, stems: OnceLock::new() }
    }

    /// Whether the master has the substance, form and strength of a YJ or general-name code. A master without drugs knows all.
    fn knows(&self, code: &str) -> bool {
        let stems = self.stems.get_or_init(|| {
            self.masters.items.values().filter_map(|item| item.price_list_code.get(..9)).collect()
        });
        stems.is_empty() || code.get(..9).is_some_and(|stem| stems.contains(stem))
    }
}

/// Notes what a profile asks for and the resource does not give.
pub(super) fn note(resource: &Node<'_>, kind: &str, drugs: &KnownDrugs<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let code =
        |name: &str, preferred| resource.get(name).map(|n| Concept::read(n, preferred)).unwrap_or_default();
    match kind {
        "MedicationRequest" | "MedicationDispense" | "MedicationAdministration" | "MedicationStatement" => {
            let place = "medicationCodeableConcept";
            let drug = code(place, systems::DRUG);
            let general = |system: &str| GENERAL_DRUG.contains(&system);
            let standard = drug.codings.iter().any(|(system, _)| {
                general(system) || systems::name(system) == YJ || system == DRUG_NOT_CODED
            });
            if !standard && follows(resource, "JP_MedicationRequest_eCS") {
                issues.push(Issue::warning(&reasons::NO_STANDARD_DRUG_CODE, place));
            }
            let unknown = |(system, code): &(String, String)| {
                (general(system) || systems::name(system) == YJ) && !drugs.knows(code)
            };
            if drug.codings.iter().any(unknown) {
                issues.push(Issue::warning(&reasons::UNKNOWN_DRUG_CODE, place));
            }
        }
        "Observation"
            if follows(resource, "JP_Observation_LabResult_eCS")
                && code("code", systems::LABORATORY).code_in(LOCAL).is_none() =>
        {
            issues.push(Issue::warning(&reasons::NO_LOCAL_CODE, "code"));
        }
        _ => {}
    }
    issues
}
