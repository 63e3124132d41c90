//! From segments to rows: one file a table. Each takes what it understands; the rest is written out here, in one place.
//!
//! Who owns a segment's rest: the row made from it; for segments that describe a group (ORC, OBR, TQ1, RXR, SPM, ZE1 …)
//! the group's first row; for what stands around the whole message (MSH, EVN, PV1) the message's first clinical row. What
//! nobody maps makes a document row, whole.

mod allergy;
mod condition;
mod coverage;
mod death;
mod group;
mod medication;
mod observation;
mod person;
mod procedure;
mod visit;

use super::kinds::{self, Kind};
use super::leftovers::{IdentityRest, Members, Rest, is_identity_segment};
use super::tracked::{Tracked, find};
use crate::hl7::Message;
use kiban_model::tables::Document;
use kiban_model::{DateAsGiven, Identity, Issue, Private, Row};

/// What a message yields.
pub(super) struct Mapped {
    /// Rows in segment order.
    pub(super) rows: Vec<Row>,
    /// Who it says the person is.
    pub(super) identities: Vec<Identity>,
    /// MSH-7.
    pub(super) sent_at: Option<DateAsGiven>,
    /// What was noticed.
    pub(super) warnings: Vec<Issue>,
}

/// What is known of a message before its segments are read.
pub(super) struct Filing<'f> {
    /// `code^event` of MSH-9.
    pub(super) message: &'f str,
    /// Its data kind; `None` for one we do not know: the content is then kept whole.
    pub(super) kind: Option<&'static Kind>,
    /// Kind as the source calls it.
    pub(super) source_kind: &'f str,
    /// Care date of the folder.
    pub(super) care_date: Option<DateAsGiven>,
    /// Patient number.
    pub(super) subject: &'f str,
}

/// What the mappings add to.
struct Output<'f> {
    filing: &'f Filing<'f>,
    /// Care date, for rows without a time of their own.
    care_date: Option<DateAsGiven>,
    sent_at: Option<DateAsGiven>,
    rows: Vec<Row>,
    identities: Vec<Identity>,
    warnings: Vec<Issue>,
}

impl Output<'_> {
    /// Adds the row made from this segment, which then owns what is left of it.
    fn push(&mut self, segment: &mut Tracked<'_>, row: impl Into<Row>) {
        segment.owner = Some(self.rows.len());
        self.rows.push(row.into());
    }
}

/// Maps a message.
pub(super) fn map(message: &Message<'_>, filing: &Filing<'_>) -> Mapped {
    let mut segments: Vec<Tracked<'_>> = message.segments.iter().map(Tracked::new).collect();
    let mut output = Output {
        filing,
        care_date: filing.care_date,
        sent_at: None,
        rows: Vec::with_capacity(16),
        identities: Vec::new(),
        warnings: Vec::new(),
    };
    if let Some(header) = find(&mut segments, "MSH") {
        output.sent_at = header.date(7, 1, &mut output.warnings);
    }
    person::map(&mut segments, &mut output);
    if let Some(kind) = filing.kind {
        if let Some(date) = care_date(&mut segments, filing.message) {
            output.care_date = Some(date);
        }
        coverage::map(&mut segments, &mut output);
        if let Some(movement) = kind.movement {
            visit::map(&mut segments, movement, &mut output);
        }
        allergy::map(&mut segments, &mut output);
        group::problems(&mut segments, |group| condition::map(group, &mut output));
        group::orders(&mut segments, |group| {
            medication::map(group, &mut output);
            procedure::map(group, kind, &mut output);
        });
        group::results(&mut segments, |group| observation::map(group, kind, &mut output));
        group::adopt(&mut segments);
        death::map(&mut segments, &mut output);
    }
    finish(segments, output)
}

/// The care date the message itself states (formats §2.1).
fn care_date(segments: &mut [Tracked<'_>], message: &str) -> Option<DateAsGiven> {
    let (id, field) = kinds::care_date_field(message)?;
    let raw = find(segments, id)?.peek(field, 1);
    DateAsGiven::parse_hl7(raw).ok()
}

/// Writes out what is left.
fn finish(mut segments: Vec<Tracked<'_>>, mut output: Output<'_>) -> Mapped {
    let filing = output.filing;
    let whole = filing.kind.is_none();
    let clinical =
        output.rows.iter().enumerate().filter(|(_, row)| !matches!(row, Row::Person(_) | Row::Coverage(_)));
    let leading = clinical.min_by_key(|(_, row)| row.position()).map(|(index, _)| index);
    let leading = leading.or((!output.rows.is_empty()).then_some(0));
    let document = output.rows.len();
    let mut document_at = None;
    for segment in &mut segments {
        if segment.owner.is_none() && !is_identity_segment(segment.id) {
            let around = matches!(segment.id, "MSH" | "SFT" | "EVN" | "PV1" | "PV2" | "UAC");
            segment.owner = leading.filter(|_| around && !whole);
            if segment.owner.is_none() {
                segment.owner = Some(document);
                document_at.get_or_insert(segment.number);
            }
        }
    }
    if let Some(position) = document_at {
        output.rows.push(
            Document {
                position,
                category: Some(filing.source_kind.to_owned()),
                code: Some(filing.message.to_owned()).filter(|message| !message.is_empty()),
                code_system: Some("HL7 message type".to_owned()),
                date: output.care_date,
                ..Document::default()
            }
            .into(),
        );
    }
    let mut clinical: Vec<Members<'_>> = output.rows.iter().map(|_| Members::default()).collect();
    let subject = memchr::memmem::Finder::new(filing.subject);
    let mut nowhere = Members::default();
    let mut identity = IdentityRest::default();
    for segment in &segments {
        let members = segment.owner.and_then(|owner| clinical.get_mut(owner)).unwrap_or(&mut nowhere);
        Rest::of(segment, &subject).write(members, &mut identity);
    }
    for (row, members) in output.rows.iter_mut().zip(clinical) {
        *extra(row) = members.finish();
    }
    if let Some(rest) = identity.finish() {
        if output.identities.is_empty() {
            output.identities.push(Identity::default());
        }
        if let Some(first) = output.identities.first_mut() {
            first.extra = Some(Private::new(rest));
        }
    }
    output.rows.sort_by_key(Row::position);
    Mapped {
        rows: output.rows,
        identities: output.identities,
        sent_at: output.sent_at,
        warnings: output.warnings,
    }
}

fn extra(row: &mut Row) -> &mut Option<String> {
    match row {
        Row::Person(row) => &mut row.extra,
        Row::Visit(row) => &mut row.extra,
        Row::Condition(row) => &mut row.extra,
        Row::Medication(row) => &mut row.extra,
        Row::Observation(row) => &mut row.extra,
        Row::Procedure(row) => &mut row.extra,
        Row::Claim(row) => &mut row.extra,
        Row::ClaimLine(row) => &mut row.extra,
        Row::DpcCase(row) => &mut row.extra,
        Row::Coverage(row) => &mut row.extra,
        Row::Allergy(row) => &mut row.extra,
        Row::Checkup(row) => &mut row.extra,
        Row::Document(row) => &mut row.extra,
        Row::Image(row) => &mut row.extra,
        Row::Death(row) => &mut row.extra,
    }
}
