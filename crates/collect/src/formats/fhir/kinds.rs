//! Resource types sorted by what they say about a person (FHIR R4 §2.1, resource list).
//!
//! A type that is not listed is treated as clinical: it needs a subject and is cut like everything else. So a type
//! nobody thought of is refused or kept apart from identities, never waved through.

/// Types that *are* a person: they go to the vault whole.
pub(super) const PERSONS: [&str; 3] = ["Patient", "RelatedPerson", "Person"];

/// Types that may be about no person: institutions, staff, products, definitions, messages. Where one does name a
/// subject (a Device of one patient) it is clinical after all; where none, it goes to the reference records of the vault.
const NOBODY: [&str; 69] = [
    "ActivityDefinition",
    "AuditEvent",
    "Basic",
    "Binary",
    "BiologicallyDerivedProduct",
    "CapabilityStatement",
    "CatalogEntry",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "Device",
    "DeviceDefinition",
    "DeviceMetric",
    "EffectEvidenceSynthesis",
    "Endpoint",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "GraphDefinition",
    "Group",
    "HealthcareService",
    "ImplementationGuide",
    "InsurancePlan",
    "Library",
    "Linkage",
    "Location",
    "Measure",
    "Medication",
    "MedicationKnowledge",
    "MedicinalProduct",
    "MedicinalProductAuthorization",
    "MedicinalProductContraindication",
    "MedicinalProductIndication",
    "MedicinalProductIngredient",
    "MedicinalProductInteraction",
    "MedicinalProductManufactured",
    "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect",
    "MessageDefinition",
    "MessageHeader",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "OperationOutcome",
    "Organization",
    "OrganizationAffiliation",
    "Parameters",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Provenance",
    "Questionnaire",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "ResearchStudy",
    "RiskEvidenceSynthesis",
    "Schedule",
    "SearchParameter",
    "Slot",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Subscription",
    "Substance",
    "TerminologyCapabilities",
    "ValueSet",
];

/// Elements that say whose a resource is.
pub(super) const SUBJECTS: [&str; 5] = ["subject", "patient", "beneficiary", "individual", "for"];

/// Whether a resource type is a person.
pub(super) fn is_person(kind: &str) -> bool {
    PERSONS.contains(&kind)
}

/// Whether a resource of this type may be about no person.
pub(super) fn may_be_nobodys(kind: &str) -> bool {
    NOBODY.contains(&kind)
}

/// Whether a text can be the name of a resource type, so that it may be shown: a word of the standard, not a value.
pub(super) fn is_type_name(name: &str) -> bool {
    name.len() < 40
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphabetic())
}
