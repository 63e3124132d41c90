//! Views: what our tables see of a resource, one file a table. Whatever no column holds stays in `extra`.
//!
//! A view never fails: what cannot be read leaves its column empty and a warning behind, and the text itself is kept.

mod allergy;
mod condition;
mod coverage;
mod document;
mod image;
mod medication;
mod observation;
pub(super) mod patient;
mod procedure;
mod visit;

use super::view::View;
use kiban_model::Row;

/// Rows of a clinical resource, its `kept` text in `extra` of the first.
pub(super) fn rows(view: &mut View<'_, '_>, kind: &str, kept: String) -> Vec<Row> {
    let mut rows = match kind {
        "Encounter" => visit::rows(view),
        "Condition" => condition::rows(view),
        "MedicationRequest" | "MedicationAdministration" | "MedicationDispense" | "MedicationStatement" => {
            medication::rows(view, kind)
        }
        "Observation" => observation::rows(view, view.node),
        "Procedure" | "Immunization" | "ServiceRequest" => procedure::rows(view, kind),
        "AllergyIntolerance" => allergy::rows(view),
        "Coverage" => coverage::rows(view),
        "ImagingStudy" => image::rows(view),
        _ => document::rows(view, kind),
    };
    if !rows.is_empty() {
        rows.extend(contained_patient(view));
    }
    number(&mut rows, view.position);
    if let Some(first) = rows.first_mut() {
        set(first, |_, _, extra| *extra = Some(kept));
    }
    rows
}

/// CLINS sends resources with their Patient contained: what it says of the person is a statement like any other.
fn contained_patient(view: &mut View<'_, '_>) -> Vec<Row> {
    let mut patients =
        view.node.list("contained").iter().filter(|c| c.text_of("resourceType") == Some("Patient"));
    let (Some(node), None) = (patients.next(), patients.next()) else { return Vec::new() };
    let mut inner = View {
        node,
        position: view.position,
        directory: view.directory,
        marks: view.marks,
        warnings: Vec::new(),
    };
    let rows = patient::rows(&mut inner);
    view.warnings.append(&mut inner.warnings);
    rows
}

/// Gives rows their position and part: 0 alone, otherwise 0, 1, 2 …
fn number(rows: &mut [Row], at: u64) {
    for (index, row) in rows.iter_mut().enumerate() {
        set(row, |position, part, _| {
            *position = at;
            *part = u32::try_from(index).unwrap_or(u32::MAX);
        });
    }
}

macro_rules! each_table {
    ($row:expr, $set:expr; $($table:ident)*) => {
        match $row { $( Row::$table(row) => $set(&mut row.position, &mut row.part, &mut row.extra), )* }
    };
}

pub(super) fn set(row: &mut Row, set: impl FnOnce(&mut u64, &mut u32, &mut Option<String>)) {
    each_table!(row, set; Person Visit Condition Medication Observation Procedure Claim ClaimLine DpcCase Coverage Allergy Checkup Document Image Death);
}
