//! How a person came to be who they are (名寄せの履歴): every run that changed them, who came and went, and which decision
//! did it (LNK-02, OPT-06).

use crate::{AppError, Operator};
use kiban_model::{PersonId, SubjectId};
use kiban_vault::{LinkRun, PairDecision, PersonChange};
use std::collections::{BTreeMap, BTreeSet};

/// The history of a number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct History {
    /// The person asked for; of a subject, the person it is now.
    pub person: PersonId,
    /// The subject asked for, if it was one.
    pub subject: Option<SubjectId>,
    /// The subjects that are this person now; none where the person was taken into another.
    pub now: Vec<SubjectId>,
    /// What happened, oldest first.
    pub steps: Vec<Step>,
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// The run.
    pub run: i64,
    /// Its day, ISO 8601.
    pub on: String,
    /// Who came, and from which person; from none where they were placed for the first time.
    pub came: Vec<(SubjectId, Option<PersonId>)>,
    /// Who went, and to which person.
    pub went: Vec<(SubjectId, PersonId)>,
    /// Decisions applied for the first time in this run that concern those who moved.
    pub decided: Vec<i64>,
    /// Decisions whose undoing was applied.
    pub undone: Vec<i64>,
    /// Snapshots that show the person as this run left them.
    pub snapshots: Vec<String>,
}

impl Operator {
    /// The history of a person; of a subject, that of the person it is now. Persons it was before stand where it came from.
    ///
    /// # Errors
    /// The number is neither; the vault; the store.
    pub fn link_history(&self, number: i64) -> Result<History, AppError> {
        let subject = SubjectId(number);
        let (person, subject) = match self.vault.person_of(subject)? {
            Some(link) => (link.person, Some(subject)),
            None => (PersonId(number), None),
        };
        let changes = self.vault.changes_of_person(person)?;
        let now = self.vault.subjects_of(person)?;
        if changes.is_empty() && now.is_empty() {
            return Err(AppError::UnknownPerson { number });
        }
        let runs: BTreeMap<i64, LinkRun> =
            self.vault.link_runs()?.into_iter().map(|run| (run.run, run)).collect();
        let decisions = self.vault.all_decisions()?;
        let mut steps: Vec<Step> = Vec::new();
        for moves in changes.chunk_by(|x, y| x.run == y.run) {
            let Some(run) = moves.first().and_then(|m| runs.get(&m.run)) else { continue };
            let before = runs.range(..run.run).next_back().map(|(_, run)| run);
            steps.push(step(moves, person, run, before, &decisions));
        }
        self.add_snapshots(&mut steps)?;
        Ok(History { person, subject, now, steps })
    }

    fn add_snapshots(&self, steps: &mut [Step]) -> Result<(), AppError> {
        for name in self.store.snapshots()? {
            let of_run = self.store.snapshot(&name)?.link_run;
            if let Some(step) = steps.iter_mut().rev().find(|step| step.run <= of_run) {
                step.snapshots.push(name);
            }
        }
        Ok(())
    }
}

fn step(
    moves: &[PersonChange],
    person: PersonId,
    run: &LinkRun,
    before: Option<&LinkRun>,
    decisions: &[PairDecision],
) -> Step {
    let moved: BTreeSet<SubjectId> = moves.iter().map(|m| m.subject).collect();
    let (last_decision, last_undo) = before.map_or((0, 0), |b| (b.last_decision, b.last_undo));
    let concerns = |d: &&PairDecision| moved.contains(&d.a) || moved.contains(&d.b);
    let undone_by = |d: &PairDecision, run: i64| d.undone.as_ref().is_some_and(|u| u.number <= run);
    let fresh = |d: &&PairDecision| {
        (last_decision + 1..=run.last_decision).contains(&d.number) && !undone_by(d, run.last_undo)
    };
    let taken_back = |d: &&PairDecision| {
        d.number <= last_decision && undone_by(d, run.last_undo) && !undone_by(d, last_undo)
    };
    let numbers = |which: &dyn Fn(&&PairDecision) -> bool| {
        decisions.iter().filter(concerns).filter(which).map(|d| d.number).collect()
    };
    Step {
        run: run.run,
        on: run.on.clone(),
        came: moves.iter().filter(|m| m.to == person).map(|m| (m.subject, m.from)).collect(),
        went: moves.iter().filter(|m| m.from == Some(person)).map(|m| (m.subject, m.to)).collect(),
        decided: numbers(&fresh),
        undone: numbers(&taken_back),
        snapshots: Vec::new(),
    }
}
