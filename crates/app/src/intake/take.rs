//! The second reading: rows of the planned records to the store, their identities to the vault, then the ledger.

use super::Work;
use super::reader::Piece;
use crate::progress::{Stage, Tell};
use crate::{AppError, Operator};
use kiban_model::tables::RowContext;
use kiban_model::{Outcome, Record};
use kiban_store::{ClinicalRecord, RetiredRecord};
use kiban_vault::{DeliveredFile, ExtraIdentity, RunPlan, Statement, Statements};

/// Distinct statements and extras are written when this many wait.
const FLUSH: usize = 20_000;

impl Operator {
    /// Carries out a planned run. Repeating it after a crash takes nothing twice.
    pub(super) fn take(
        &self,
        work: &Work<'_>,
        plan: &RunPlan,
        day: &str,
        tell: Tell<'_>,
    ) -> Result<(), AppError> {
        let Work { reader, delivery, files, people, passes } = *work;
        let id = format!("{}-{}", delivery.id, plan.run);
        let mut intake = self.store.begin(&id);
        let mut statements = Statements::default();
        let mut extras = Vec::new();
        let map = |file: &DeliveredFile, piece: Piece| match piece.outcome {
            Outcome::Record(record) if plan.admitted.contains(&(file.file_no, piece.seq)) => {
                Some((piece.seq, record))
            }
            _ => None,
        };
        reader.read_all(files, Stage::Taking, tell, map, |file, found, _| {
            for (seq, record) in found {
                let subject = record
                    .subject
                    .as_ref()
                    .map(|local_id| people.owner(reader.secret.subject(&delivery.provider, local_id)));
                if let Some(subject) = subject.filter(|_| plan.store.contains(&(file.file_no, seq))) {
                    let context = RowContext {
                        subject,
                        provider: &delivery.provider,
                        delivery: &delivery.id,
                        file_no: file.file_no,
                        record_no: record.number,
                        source_kind: &record.kind,
                        recorded_at: record.recorded_at,
                    };
                    let clinical = ClinicalRecord { context, rows: &record.rows };
                    // A plan is only ever made of allowed subjects: a missing pass means the facts were changed under it.
                    let pass = passes
                        .get(&subject)
                        .and_then(|p| p.as_ref().ok())
                        .and_then(|pass| pass.extend(clinical));
                    let Some(admitted) = pass else {
                        return Err(AppError::Unfinished { delivery: delivery.id.clone() });
                    };
                    intake.append(&admitted)?;
                }
                identities(self, work, file, *record, subject, &mut statements, &mut extras);
            }
            if statements.len() + extras.len() >= FLUSH {
                self.vault.add_statements(&delivery.provider, &std::mem::take(&mut statements))?;
                self.vault.add_extra_identities(&std::mem::take(&mut extras))?;
            }
            Ok(())
        })?;
        self.vault.add_statements(&delivery.provider, &statements)?;
        self.vault.add_extra_identities(&extras)?;
        let retire: Vec<RetiredRecord> = plan
            .retire
            .iter()
            .map(|(delivery, file_no, record_no)| RetiredRecord {
                delivery: delivery.clone(),
                file_no: *file_no,
                record_no: *record_no,
            })
            .collect();
        let rows = intake.commit(&retire)?;
        let body = serde_json::json!({
            "delivery": delivery.id, "run": plan.run, "provider": delivery.provider, "records": plan.admitted.len(),
            "stored": plan.store.len(), "retired": plan.retire.len(), "rows": rows,
        });
        // The ledger before the mark that it is done: a kill between the two finds the entry and does not write it twice.
        let written =
            |entry: &serde_json::Value| entry["delivery"] == body["delivery"] && entry["run"] == body["run"];
        if !self.recorded("DeliveryAccepted", written)? {
            self.record("DeliveryAccepted", day, body)?;
        }
        Ok(self.vault.finish_run(&delivery.id, plan.run)?)
    }
}

fn identities(
    operator: &Operator,
    work: &Work<'_>,
    file: &DeliveredFile,
    record: Record,
    subject: Option<kiban_model::SubjectId>,
    statements: &mut Statements,
    extras: &mut Vec<ExtraIdentity>,
) {
    let recorded_at = record.recorded_at.map(|d| d.to_string()).unwrap_or_default();
    let mut records_identity = record.identities;
    if records_identity.is_empty() && subject.is_some() {
        // The local number alone is a statement too: the subject exists.
        records_identity.push(kiban_model::Identity::default());
    }
    for (part, mut identity) in records_identity.into_iter().enumerate() {
        if let Some(extra) = identity.extra.take() {
            let place = (
                work.delivery.id.clone(),
                file.file_no,
                record.number,
                u32::try_from(part).unwrap_or(u32::MAX),
            );
            extras.push(ExtraIdentity { place, subject, extra });
        }
        if let (Some(subject), Some(local_id)) =
            (subject, subject.and_then(|s| work.people.local_id(s)).or(record.subject.as_ref()))
        {
            statements.add(
                &operator.vault,
                Statement { subject, local_id: local_id.clone(), identity, recorded_at: recorded_at.clone() },
            );
        }
    }
}
