//! Linking (名寄せ): which subjects are one person, kept stable from run to run (LNK-01, LNK-02).
//!
//! A cluster keeps the person number most of its subjects had, so that those a change does not concern keep theirs; a
//! person split in two leaves the number with the larger part and founds a new one. The person map goes to the store;
//! names never do.
//!
//! A run goes on from the standing index (`kiban_link::Index`) with the statements and decisions that are new, or links
//! everybody anew where the index is not what the last run left (`way`). The index is put into its place after the run is on
//! record and names it: whatever is cut off in between, the next run finds out.

mod decide;
mod desk;
mod estimate;
mod explain;
mod fields;
mod history;
mod persons;
mod quality;
mod run_report;
mod sample;
mod side_by_side;
#[cfg(test)]
mod tests;
mod way;

pub use decide::Reviewer;
pub use desk::PairView;
pub use estimate::{Estimate, JudgedStratum};
pub use explain::{Explained, Judgement};
pub use fields::IdentityField;
pub use history::{History, Step};
pub use kiban_link::{
    Evidence, Field, FieldParameters, FieldStatistics, Level, LevelParameters, ModelParameters,
    ParameterSource, ReviewReason, Statistics,
};
pub use kiban_vault::{Answer, KeptPair, PairDecision, Sample, SampledPair, Stratum};
pub use quality::{Drift, JudgedSample, QualityReport, Watched};
pub use run_report::{BINS, ProviderQuality, RunReport};
pub use side_by_side::{Agreement, COVER, Piece, Row};
pub use way::{Cause, MOST_NEW, Way};

use crate::progress::{Progress, Stage, Tell, day};
use crate::{AppError, Operator};
use kiban_link::{Change, Constraints, Index, PersonRecord, Settings, Standing};
use kiban_model::SubjectId;
use kiban_vault::{LinkOutcome, LinkRun, Statement};
use run_report::{count_statements, run_report};
use std::collections::HashMap;

/// What a linkage run came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Linked {
    /// Run number; 0 when there was nothing to link.
    pub run: i64,
    /// Whether this run was new; `false`: nothing has changed since the last.
    pub new: bool,
    /// Subjects: persons as single providers know them.
    pub subjects: u64,
    /// Persons.
    pub persons: u64,
    /// Persons known to more than one provider.
    pub shared: u64,
    /// Pairs a human should look at.
    pub review: u64,
    /// By the model's own estimate, share of joined pairs that are right.
    pub estimated_precision: Option<f64>,
    /// By the model's own estimate, share of right pairs that were joined.
    pub estimated_recall: Option<f64>,
    /// Words on values set aside (placeholders, test patients) among the statements it took in, Japanese and English.
    pub set_aside: Vec<(String, String)>,
    /// How it went; `None` for runs before this was kept.
    #[serde(default)]
    pub way: Option<Way>,
    /// Statements it took in: all, or those that were new.
    #[serde(default)]
    pub statements: u64,
    /// Pairs of statements compared.
    #[serde(default)]
    pub pairs_compared: u64,
}

/// What a run took in and decided, before any of it is on record.
struct Taken {
    way: Way,
    index: Index,
    /// What was decided; of everybody, if the run was full.
    change: Change,
    /// How the whole stands after it.
    whole: Standing,
    /// The same for persons and pairs, and what was done.
    statistics: Statistics,
    /// Per provider, the statements counted.
    providers: Vec<ProviderQuality>,
    statements: u64,
}

impl Operator {
    /// Links what is new since the last run, on day `on`, or everybody where that cannot be (see [`Cause`]). Running it again
    /// without a change changes nothing.
    ///
    /// # Errors
    /// The vault or the store.
    pub fn link(&self, on: &str, tell: Tell<'_>) -> Result<Linked, AppError> {
        self.run_linkage(on, false, tell)
    }

    /// Links everybody anew, whether or not anything has changed: the weights are learnt anew too.
    ///
    /// # Errors
    /// The vault or the store.
    pub fn link_in_full(&self, on: &str, tell: Tell<'_>) -> Result<Linked, AppError> {
        self.run_linkage(on, true, tell)
    }

    fn run_linkage(&self, on: &str, in_full: bool, tell: Tell<'_>) -> Result<Linked, AppError> {
        day(on)?;
        let _lock = self.lock()?;
        tell(Progress { stage: Stage::Linking, done: 0, total: 1 });
        let mark = self.vault.identity_mark()?;
        let ever = self.vault.all_decisions()?;
        let decisions = self.vault.decisions()?;
        let input = self.input_digest(mark, &decisions);
        let last = self.vault.last_link_run()?;
        let report = last.as_ref().and_then(|last| serde_json::from_str::<RunReport>(&last.report).ok());
        if let Some((last, report)) = last.as_ref().zip(report.as_ref()) {
            self.finish_cut_off(last, &report.linked)?;
            if last.input == input && !in_full {
                return Ok(Linked { new: false, ..report.linked.clone() });
            }
        }
        let pairs =
            |answer| decisions.iter().filter(move |d| d.answer == answer).map(|d| (d.a, d.b)).collect();
        let constraints = Constraints { must: pairs(Answer::Same), must_not: pairs(Answer::Different) };
        let standing = match (last.as_ref(), report) {
            (None, _) => Err(Cause::First),
            (Some(_), None) => Err(Cause::NoIndex),
            (Some(_), Some(_)) if in_full => Err(Cause::Asked),
            (Some(last), Some(report)) => self.standing(last)?.map(|index| (index, last.mark, report)),
        };
        let taken = match standing {
            Ok((index, mark, report)) => self.go_on(index, mark, &report, &constraints)?,
            Err(cause) => self.link_everybody(cause, &constraints)?,
        };
        let mut linked = linked(&taken);
        linked.run = last.as_ref().map_or(0, |last| last.run);
        if linked.subjects == 0 {
            return Ok(linked);
        }
        linked.run += 1;
        linked.new = true;
        let model = taken.index.model();
        let report = run_report(linked.clone(), taken.statistics, model, taken.providers, &taken.whole);
        let run = LinkRun {
            run: linked.run,
            on: on.to_owned(),
            input,
            persons: linked.persons,
            subjects: linked.subjects,
            last_decision: ever.iter().map(|d| d.number).max().unwrap_or(0),
            last_undo: ever.iter().filter_map(|d| d.undone.as_ref()).map(|u| u.number).max().unwrap_or(0),
            report: serde_json::to_string(&report).unwrap_or_default(),
            mark,
            finished: false,
        };
        let state = state(&run);
        self.vault.write_link_index(|file| taken.index.write(&state, file))?;
        let outcome = LinkOutcome {
            links: self.name_persons(&taken.change.clusters)?,
            pairs: kept(&taken.change, linked.run),
            everybody: taken.way != Way::Incremental,
            run,
        };
        self.vault.put_link_run(&outcome)?;
        self.vault.keep_link_index()?;
        self.finish(&outcome.run, &linked, false)?;
        tell(Progress { stage: Stage::Linking, done: 1, total: 1 });
        Ok(linked)
    }

    /// The index the last run left, if all it was made of still stands and not too much has come; else why not.
    fn standing(&self, last: &LinkRun) -> Result<Result<Index, Cause>, AppError> {
        let Some((file, bytes)) = self.vault.link_index()? else { return Ok(Err(Cause::NoIndex)) };
        let index = match Index::read(file, bytes, &state(last), &Settings::default()) {
            Ok(index) => index,
            Err(error) => return Ok(Err(error.into())),
        };
        let against = Cause::against(&index, self.vault.since(last.mark)?);
        Ok(against.map_or(Ok(index), Err))
    }

    /// Takes in what came after a mark.
    fn go_on(
        &self,
        mut index: Index,
        mark: i64,
        last: &RunReport,
        constraints: &Constraints,
    ) -> Result<Taken, AppError> {
        let records = records(self.vault.statements_since(mark)?);
        let mut change = index.update(&records, constraints);
        let whole = index.standing();
        let mut statistics = Statistics {
            records: last.statistics.records + records.len() as u64,
            pairs_compared: change.pairs_compared,
            implausible: std::mem::take(&mut change.set_aside),
            fields: std::mem::take(&mut change.fields),
            ..whole.statistics.clone()
        };
        if change.pairs_compared == 0 {
            // It says nothing of how pairs agree: what was known of it stands.
            statistics.fields.clone_from(&last.statistics.fields);
        }
        Ok(Taken {
            way: Way::Incremental,
            providers: count_statements(last.providers.clone(), &records),
            statements: records.len() as u64,
            index,
            change,
            whole,
            statistics,
        })
    }

    fn link_everybody(&self, cause: Cause, constraints: &Constraints) -> Result<Taken, AppError> {
        let records = records(self.vault.statements(None)?);
        let (index, linkage) = Index::of_records(&records, constraints, &Settings::default());
        let change = Change {
            clusters: linkage.clusters,
            pairs: linkage.pairs,
            review: linkage.review,
            ..Change::default()
        };
        Ok(Taken {
            way: Way::Full(cause),
            providers: count_statements(Vec::new(), &records),
            statements: records.len() as u64,
            whole: index.standing(),
            index,
            change,
            statistics: linkage.statistics,
        })
    }

    /// Tells the store and the ledger of a run on record that was cut off before it did so itself.
    fn finish_cut_off(&self, run: &LinkRun, linked: &Linked) -> Result<(), AppError> {
        if run.finished {
            return Ok(());
        }
        let is_this =
            |body: &serde_json::Value| body.get("run").and_then(|number| number.as_i64()) == Some(run.run);
        let recorded = self.recorded("PersonsLinked", is_this)?;
        self.finish(run, linked, recorded)
    }

    fn finish(&self, run: &LinkRun, linked: &Linked, recorded: bool) -> Result<(), AppError> {
        self.store.put_person_map(run.run, &self.vault.moved_by(run.run)?)?;
        if !recorded {
            let body = serde_json::json!({
                "run": linked.run, "subjects": linked.subjects, "persons": linked.persons, "shared": linked.shared,
                "review": linked.review, "way": linked.way, "statements": linked.statements,
                "pairs_compared": linked.pairs_compared,
            });
            self.record("PersonsLinked", &run.on, body)?;
        }
        Ok(self.vault.finish_link_run(run.run)?)
    }

    /// What went into a run, as one number: the identities there are, the decisions that stand, the settings.
    fn input_digest(&self, mark: i64, decisions: &[PairDecision]) -> String {
        // What cannot be told changes nothing.
        let told = decisions.iter().filter(|d| d.answer != Answer::Unsure);
        let mut parts: Vec<String> =
            told.map(|d| format!("{}-{}-{}", d.a.0, d.b.0, d.answer == Answer::Same)).collect();
        parts.push(mark.to_string());
        parts.push(serde_json::to_string(&Settings::default()).unwrap_or_default());
        self.vault.secret().digest_text("linkage run", &[parts.join("\n").as_bytes()])
    }
}

/// The run an index belongs to: no other run of this vault, nor any of another, has this name.
fn state(run: &LinkRun) -> String {
    format!("{} {}", run.run, run.input)
}

fn records(statements: Vec<(String, Statement)>) -> Vec<PersonRecord> {
    let record = |(provider, statement): (String, Statement)| PersonRecord {
        subject: statement.subject,
        provider,
        identity: statement.identity,
    };
    statements.into_iter().map(record).collect()
}

fn linked(taken: &Taken) -> Linked {
    let statistics = &taken.statistics;
    Linked {
        run: 0,
        new: false,
        subjects: statistics.subjects,
        persons: statistics.persons,
        shared: taken.whole.shared,
        review: taken.whole.review,
        estimated_precision: statistics.estimated_precision,
        estimated_recall: statistics.estimated_recall,
        set_aside: statistics.implausible_words(),
        way: Some(taken.way),
        statements: taken.statements,
        pairs_compared: statistics.pairs_compared,
    }
}

/// The pairs to keep: with the evidence for an explanation, and the reason where a human is asked.
fn kept(change: &Change, run: i64) -> Vec<KeptPair> {
    let clusters = change.clusters.iter().zip(0..);
    let cluster_of: HashMap<SubjectId, usize> =
        clusters.flat_map(|(cluster, at)| cluster.subjects.iter().map(move |s| (*s, at))).collect();
    let asked: HashMap<(SubjectId, SubjectId), &kiban_link::ReviewItem> =
        change.review.iter().map(|item| ((item.a, item.b), item)).collect();
    let code = |reason: ReviewReason| match serde_json::to_value(reason) {
        Ok(serde_json::Value::String(code)) => Some(code),
        _ => None,
    };
    change
        .pairs
        .iter()
        .map(|pair| {
            let item = asked.get(&(pair.a, pair.b));
            KeptPair {
                a: pair.a,
                b: pair.b,
                run,
                probability: pair.probability,
                joined: cluster_of.get(&pair.a).is_some_and(|at| cluster_of.get(&pair.b) == Some(at)),
                why: item.and_then(|item| code(item.reason)),
                value: item.map_or(0.0, |item| item.value),
                evidence: explain::to_keep(&pair.evidence),
            }
        })
        .collect()
}
