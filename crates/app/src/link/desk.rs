//! What a reviewer sees (確認の窓口): the queue, and one pair at a time. Every look is a fact in the ledger before anything is
//! shown, with who looked and at which subjects, never a value (LNK-02, SEC-03, SEC-07).

use super::decide::{Reviewer, named};
use super::explain::Judgement;
use super::fields::IdentityField;
use super::side_by_side::{Row, rows};
use crate::{AppError, Operator};
use kiban_model::{PersonId, SubjectId};
use kiban_vault::{KeptPair, PairDecision, SampledPair, Statement};

/// One pair on the desk.
#[derive(Debug, Clone, PartialEq)]
pub struct PairView {
    /// The smaller subject.
    pub a: SubjectId,
    /// The larger subject.
    pub b: SubjectId,
    /// The provider of each.
    pub providers: [String; 2],
    /// The person of each and how many subjects that person is; `None` before the first linkage.
    pub persons: [Option<(PersonId, usize)>; 2],
    /// Field by field.
    pub rows: Vec<Row>,
    /// What linkage thinks; `None` where it did not keep the pair, or must not be heard yet.
    pub judgement: Option<Judgement>,
    /// The decision that stands.
    pub decision: Option<PairDecision>,
    /// Whether the pair is one of the sample and not yet answered: linkage's opinion is kept back, so that the answer is
    /// the reviewer's own.
    pub blind: bool,
}

impl Operator {
    /// Pairs waiting for a human, most telling first: numbers, probability, evidence; no values.
    ///
    /// # Errors
    /// The vault.
    pub fn review_queue(&self, most: u32) -> Result<Vec<KeptPair>, AppError> {
        Ok(self.vault.review_queue(most)?)
    }

    /// How many pairs wait for a human.
    ///
    /// # Errors
    /// The vault.
    pub fn pairs_waiting(&self) -> Result<u64, AppError> {
        Ok(self.vault.waiting()?)
    }

    /// The pairs of the latest sample, in the order to look at them.
    ///
    /// # Errors
    /// The vault.
    pub fn sampled_pairs(&self) -> Result<Vec<SampledPair>, AppError> {
        Ok(self.vault.last_sample()?.map(|s| s.pairs).unwrap_or_default())
    }

    /// Shows a pair to a reviewer; `open` are the fields they asked to see whole. Only pairs somebody is asked about, or has
    /// answered, are shown.
    ///
    /// # Errors
    /// Nobody is named; the pair is not to be looked at; the vault; the ledger, and then nothing is shown.
    pub fn look_at_pair(
        &self,
        (a, b): (SubjectId, SubjectId),
        open: &[IdentityField],
        reviewer: &Reviewer,
    ) -> Result<PairView, AppError> {
        named(reviewer)?;
        let (a, b) = (a.min(b), a.max(b));
        let kept = self.vault.kept_pair(a, b)?;
        let decision = self.vault.decisions()?.into_iter().find(|d| (d.a, d.b) == (a, b));
        let sampled = self.sampled_pairs()?.iter().any(|p| (p.a, p.b) == (a, b));
        let asked = kept.as_ref().is_some_and(|p| p.why.is_some());
        let answered = || Ok::<_, AppError>(self.vault.all_decisions()?.iter().any(|d| (d.a, d.b) == (a, b)));
        if !asked && !sampled && !answered()? {
            return Err(AppError::NotToBeLookedAt);
        }
        let (kind, mut body) = if open.is_empty() {
            ("PairLookedAt", serde_json::json!({}))
        } else {
            ("ValuesShown", serde_json::json!({ "fields": open }))
        };
        if let Some(body) = body.as_object_mut() {
            body.insert("subjects".into(), serde_json::json!([a.0, b.0]));
            body.insert("by".into(), reviewer.by.clone().into());
        }
        self.record(kind, &reviewer.on, body)?;
        let (left, right) = (self.vault.statements_of(a)?, self.vault.statements_of(b)?);
        let provider =
            |side: &[(String, Statement)]| side.first().map(|(p, _)| p.clone()).unwrap_or_default();
        let providers = [provider(&left), provider(&right)];
        let statements =
            |side: Vec<(String, Statement)>| side.into_iter().map(|(_, s)| s).collect::<Vec<_>>();
        let person = |subject| {
            let Some(link) = self.vault.person_of(subject)? else { return Ok(None) };
            Ok::<_, AppError>(Some((link.person, self.vault.subjects_of(link.person)?.len())))
        };
        let blind = sampled && decision.is_none();
        Ok(PairView {
            a,
            b,
            providers,
            persons: [person(a)?, person(b)?],
            rows: rows(&statements(left), &statements(right), open),
            judgement: kept.filter(|_| !blind).map(Judgement::of),
            decision,
            blind,
        })
    }
}
