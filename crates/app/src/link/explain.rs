//! Why two subjects are, or are not, one person (判定の理由): from the evidence the run kept, never from a new guess (LNK-02).

use crate::{AppError, Operator};
use kiban_link::{Evidence, Explanation, Field, Level, ReviewReason, ScoredPair};
use kiban_model::{PersonId, SubjectId};
use kiban_vault::{Answer, KeptPair};

/// What a run thought of a pair.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Judgement {
    /// The run.
    pub run: i64,
    /// Probability that both are one person.
    pub probability: f64,
    /// log₂ of the odds: the sum of the evidence.
    pub weight: f64,
    /// Prior, fields, household.
    pub evidence: Vec<Evidence>,
    /// Whether the run made them one person.
    pub joined: bool,
    /// Why a human is asked.
    pub why: Option<ReviewReason>,
}

impl Judgement {
    pub(super) fn of(pair: KeptPair) -> Self {
        let kept: Vec<(Field, Level, f32)> = serde_json::from_str(&pair.evidence).unwrap_or_default();
        let part = |(field, level, weight)| Evidence { field, level, weight };
        let evidence: Vec<Evidence> = kept.into_iter().map(part).collect();
        Self {
            run: pair.run,
            probability: pair.probability,
            weight: evidence.iter().map(|e| f64::from(e.weight)).sum(),
            evidence,
            joined: pair.joined,
            why: pair.why.and_then(|code| serde_json::from_value(code.into()).ok()),
        }
    }

    /// In words, both languages.
    pub fn words(&self, (a, b): (SubjectId, SubjectId)) -> Explanation {
        let evidence = self.evidence.clone();
        ScoredPair { a, b, probability: self.probability, weight: self.weight, evidence }.explain()
    }
}

/// Evidence as it is kept: a few hundred bytes a pair, for there are millions. What weighs nothing is left out, and a
/// thousandth of a bit is as fine as anybody asks.
pub(super) fn to_keep(evidence: &[Evidence]) -> String {
    let parts: Vec<(Field, Level, f32)> = evidence
        .iter()
        .map(|e| (e.field, e.level, (e.weight * 1000.0).round() / 1000.0))
        .filter(|(_, _, weight)| *weight != 0.0)
        .collect();
    serde_json::to_string(&parts).unwrap_or_default()
}

/// The answer to "why are these two (not) one person?".
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explained {
    /// The smaller subject.
    pub a: SubjectId,
    /// The larger subject.
    pub b: SubjectId,
    /// The person both are, if they are one.
    pub person: Option<PersonId>,
    /// The decision of a human that stands: number, what, who, when.
    pub decision: Option<(i64, Answer, String, String)>,
    /// What the latest run thought of the pair; `None` where it did not keep it.
    pub judgement: Option<Judgement>,
    /// Where it did not, yet both are one person: the kept pairs through which they are.
    pub through: Vec<(SubjectId, SubjectId, f64)>,
}

impl Operator {
    /// Explains a pair from what the latest run kept. Nothing is computed anew: another model would give another reason.
    ///
    /// # Errors
    /// A subject is not on record; the vault.
    pub fn explain_pair(&self, a: SubjectId, b: SubjectId) -> Result<Explained, AppError> {
        let (a, b) = (a.min(b), a.max(b));
        let person = |subject: SubjectId| {
            self.vault.person_of(subject)?.ok_or(AppError::UnknownSubject { subject: subject.0 })
        };
        let (of_a, of_b) = (person(a)?.person, person(b)?.person);
        let person = (of_a == of_b).then_some(of_a);
        let judgement = self.vault.kept_pair(a, b)?.map(Judgement::of);
        let through = match person {
            Some(person) if judgement.is_none() => {
                self.vault.pairs_within(person)?.into_iter().filter(|p| p.joined).collect()
            }
            _ => Vec::new(),
        };
        let decision = self.vault.decisions()?.into_iter().find(|d| (d.a, d.b) == (a, b));
        Ok(Explained {
            a,
            b,
            person,
            decision: decision.map(|d| (d.number, d.answer, d.by, d.on)),
            judgement,
            through: way(&through, a, b),
        })
    }
}

/// The shortest way from one subject to another along pairs.
fn way(pairs: &[KeptPair], from: SubjectId, to: SubjectId) -> Vec<(SubjectId, SubjectId, f64)> {
    let mut reached: Vec<(SubjectId, Option<usize>)> = vec![(from, None)];
    let mut by: Vec<f64> = vec![1.0];
    let mut at = 0;
    while let Some((here, _)) = reached.get(at).copied() {
        if here == to {
            break;
        }
        for pair in pairs {
            let next = if pair.a == here { pair.b } else { pair.a };
            let touches = pair.a == here || pair.b == here;
            if touches && !reached.iter().any(|(subject, _)| *subject == next) {
                reached.push((next, Some(at)));
                by.push(pair.probability);
            }
        }
        at += 1;
    }
    let mut steps = Vec::new();
    while let Some((here, Some(before))) = reached.get(at).copied() {
        let start = reached.get(before).map_or(from, |(subject, _)| *subject);
        steps.push((start, here, by.get(at).copied().unwrap_or(0.0)));
        at = before;
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn pair(a: i64, b: i64) -> KeptPair {
        KeptPair {
            a: SubjectId(a),
            b: SubjectId(b),
            run: 1,
            probability: 0.9,
            joined: true,
            why: None,
            value: 0.0,
            evidence: "[]".into(),
        }
    }

    #[test]
    fn what_is_kept_is_what_was_found_to_a_thousandth() {
        let part = |field, level, weight| Evidence { field, level, weight };
        let found = [
            part(Field::Prior, Level::Applied, -8.612_345),
            part(Field::Phone, Level::Missing, 0.0),
            part(Field::Insurance, Level::OtherBranch, 21.3),
        ];
        let kept = KeptPair { evidence: to_keep(&found), ..pair(1, 2) };
        let judgement = Judgement::of(kept);
        assert_eq!(judgement.evidence, [part(Field::Prior, Level::Applied, -8.612), found[2]]);
        assert!((judgement.weight - 12.688).abs() < 1e-3);
    }

    #[test]
    fn the_way_between_two_is_the_shortest() {
        let pairs = [pair(1, 2), pair(2, 3), pair(3, 4), pair(1, 3)];
        let steps = |from, to| {
            way(&pairs, SubjectId(from), SubjectId(to)).iter().map(|s| (s.0.0, s.1.0)).collect::<Vec<_>>()
        };
        assert_eq!(steps(1, 4), [(1, 3), (3, 4)]);
        assert_eq!(steps(4, 2), [(4, 3), (3, 2)]);
        assert_eq!(steps(1, 9), [], "no way");
    }
}
