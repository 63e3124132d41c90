//! Intake (受入): a delivery is read twice. The first reading surveys it: every record is registered with its key, version
//! and digest, and every person with what is said of them. Then the gate decides, and a plan is written. The second
//! reading takes what was planned: rows to the store, identities to the vault.
//!
//! Reading twice is what makes it safe to kill: until the plan is written nothing has happened, and a plan that stands is
//! finished as written. Running it again changes nothing, or takes what has become allowed since.

mod gate;
mod reader;
mod receipt;
mod survey;
mod take;

use crate::pack::Pack;
use crate::progress::{Tell, day};
use crate::{AppError, Operator};
use gate::{People, verdict_of};
use kiban_collect::Limits;
use kiban_law::{Admitted, Refusal};
use kiban_model::delivery::Receipt;
use kiban_model::{Identity, SubjectId};
use kiban_vault::{DeliveredFile, Delivery, Statement, Verdict};
use reader::Reader;
use std::collections::HashMap;

/// The gate's decision about each subject of a delivery.
type Passes = HashMap<SubjectId, Result<Admitted<SubjectId>, Refusal>>;

impl Operator {
    /// Takes in a delivery, deciding for day `on`. Idempotent.
    ///
    /// # Errors
    /// The delivery is unknown; a folder, the vault or the store cannot be used; a delivered file was altered since it
    /// came. What is wrong *in* the files is not an error: it is in the receipt.
    pub fn intake(&self, delivery: &str, on: &str, tell: Tell<'_>) -> Result<Receipt, AppError> {
        let mut decided_for = day(on)?;
        let _lock = self.lock()?;
        let unknown = || AppError::UnknownDelivery { delivery: delivery.to_owned() };
        let record = self.vault.delivery(delivery)?.ok_or_else(unknown)?;
        let files = self.vault.files(delivery)?;
        let reader = Reader {
            delivery,
            pack: Pack::open(&self.folder("deliveries").join(delivery))?,
            masters: self.masters()?,
            secret: self.vault.secret(),
            limits: Limits::default(),
        };
        let earlier = self.vault.statements(Some(&record.provider))?;
        if let Some(pending) = &record.pending {
            let planned_for = day(&pending.day)?;
            let mut people = survey::people(&reader, &record.provider, &files, tell)?;
            people.settle(reader.secret, &record.provider, &earlier);
            let passes = self.passes(&record.provider, planned_for, &people, &earlier, None)?;
            let plan = self.vault.planned_run(delivery, pending.run)?;
            self.take(
                &Work { reader: &reader, delivery: &record, files: &files, people: &people, passes: &passes },
                &plan,
                &pending.day,
                tell,
            )?;
            decided_for = decided_for.max(planned_for);
        }
        self.vault.begin_survey(delivery)?;
        let mut people = self.survey(&reader, &record.provider, &files, tell)?;
        people.settle(reader.secret, &record.provider, &earlier);
        self.vault.rename_subjects(delivery, &people.renamed())?;
        let undecided = self.vault.undecided(delivery)?;
        let passes = self.passes(&record.provider, decided_for, &people, &earlier, Some(&undecided))?;
        let verdicts: HashMap<SubjectId, Verdict> =
            passes.iter().map(|(subject, decision)| (*subject, verdict_of(decision))).collect();
        let nobody = self.gate(&record.provider, decided_for)?.nobody();
        let plan = self.vault.plan_run(delivery, &decided_for.to_string(), &verdicts, nobody)?;
        if plan.run > 0 {
            self.take(
                &Work { reader: &reader, delivery: &record, files: &files, people: &people, passes: &passes },
                &plan,
                &decided_for.to_string(),
                tell,
            )?;
        }
        self.write_receipt(&record, &files, &decided_for.to_string())
    }

    fn passes(
        &self,
        provider: &str,
        day: kiban_model::DateAsGiven,
        people: &People,
        on_record: &[(String, Statement)],
        only: Option<&[Option<SubjectId>]>,
    ) -> Result<Passes, AppError> {
        let gate = self.gate(provider, day)?;
        let mut earlier: HashMap<SubjectId, Vec<Identity>> = HashMap::new();
        for (_, statement) in on_record {
            earlier.entry(statement.subject).or_default().push(statement.identity.clone());
        }
        let subjects: Vec<SubjectId> = match only {
            Some(only) => only.iter().copied().flatten().collect(),
            None => people.subjects().collect(),
        };
        Ok(subjects.into_iter().map(|subject| (subject, gate.pass(subject, people, &earlier))).collect())
    }
}

/// What both readings of a delivery share.
struct Work<'a> {
    reader: &'a Reader<'a>,
    delivery: &'a Delivery,
    files: &'a [DeliveredFile],
    people: &'a People,
    passes: &'a Passes,
}
