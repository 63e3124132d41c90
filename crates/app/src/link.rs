//! Linking (名寄せ): which subjects are one person, kept stable from run to run (LNK-01, LNK-02).
//!
//! A cluster keeps the person number most of its subjects had, so that those a change does not concern keep theirs; a
//! person split in two leaves the number with the larger part and founds a new one. The person map goes to the store;
//! names never do.

mod decide;
mod desk;
mod estimate;
mod explain;
mod fields;
mod history;
mod quality;
mod run_report;
mod sample;
mod side_by_side;
#[cfg(test)]
mod tests;

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

use crate::progress::{Progress, Stage, Tell, day};
use crate::{AppError, Operator};
use kiban_link::{Constraints, Linkage, PersonRecord, Settings};
use kiban_model::{PersonId, SubjectId};
use kiban_vault::{LinkOutcome, LinkRun, PersonOf};
use run_report::{run_report, together};
use std::collections::{BTreeMap, HashMap, HashSet};

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
    /// Words on values set aside (placeholders, test patients), Japanese and English.
    pub set_aside: Vec<(String, String)>,
}

impl Operator {
    /// Links everybody on record, on day `on`. Running it again without a change changes nothing.
    ///
    /// # Errors
    /// The vault or the store.
    pub fn link(&self, on: &str, tell: Tell<'_>) -> Result<Linked, AppError> {
        day(on)?;
        let _lock = self.lock()?;
        tell(Progress { stage: Stage::Linking, done: 0, total: 1 });
        let statements = self.vault.statements(None)?;
        let decisions = self.vault.decisions()?;
        let input = self.input_digest(&statements, &decisions);
        let last = self.vault.last_link_run()?;
        if let Some(unchanged) = self.unchanged(last.as_ref(), &input)? {
            return Ok(unchanged);
        }
        let records: Vec<PersonRecord> = statements
            .into_iter()
            .map(|(provider, statement)| PersonRecord {
                subject: statement.subject,
                provider,
                identity: statement.identity,
            })
            .collect();
        let pairs =
            |answer| decisions.iter().filter(move |d| d.answer == answer).map(|d| (d.a, d.b)).collect();
        let constraints = Constraints { must: pairs(Answer::Same), must_not: pairs(Answer::Different) };
        let linkage = kiban_link::link(&records, &constraints, &Settings::default());
        let provider_of: HashMap<SubjectId, &str> =
            records.iter().map(|r| (r.subject, r.provider.as_str())).collect();
        let shared = linkage
            .clusters
            .iter()
            .filter(|c| {
                c.subjects.iter().filter_map(|s| provider_of.get(s)).collect::<HashSet<_>>().len() > 1
            })
            .count() as u64;
        let mut linked = Linked {
            run: last.as_ref().map_or(0, |l| l.run),
            new: false,
            subjects: linkage.statistics.subjects,
            persons: linkage.clusters.len() as u64,
            shared,
            review: linkage.review.len() as u64,
            estimated_precision: linkage.statistics.estimated_precision,
            estimated_recall: linkage.statistics.estimated_recall,
            set_aside: linkage.statistics.implausible_words(),
        };
        if records.is_empty() {
            return Ok(linked);
        }
        linked.run += 1;
        linked.new = true;
        let all = self.vault.all_decisions()?;
        let report = run_report(linked.clone(), &records, &linkage);
        let run = LinkRun {
            run: linked.run,
            on: on.to_owned(),
            input,
            persons: linked.persons,
            subjects: linked.subjects,
            last_decision: all.iter().map(|d| d.number).max().unwrap_or(0),
            last_undo: all.iter().filter_map(|d| d.undone.as_ref()).map(|u| u.number).max().unwrap_or(0),
            report: serde_json::to_string(&report).unwrap_or_default(),
        };
        let outcome =
            LinkOutcome { run, links: self.name_persons(&linkage)?, pairs: kept(&linkage, linked.run) };
        self.vault.put_link_run(&outcome)?;
        let map: Vec<(SubjectId, PersonId)> = outcome.links.iter().map(|l| (l.subject, l.person)).collect();
        self.store.put_person_map(linked.run, &map)?;
        tell(Progress { stage: Stage::Linking, done: 1, total: 1 });
        let body = serde_json::json!({
            "run": linked.run, "subjects": linked.subjects, "persons": linked.persons, "shared": linked.shared, "review": linked.review,
        });
        self.record("PersonsLinked", on, body)?;
        Ok(linked)
    }

    /// What the last run came to, where the same went into it: the engine need not run again. A run before reports were kept
    /// is run again.
    fn unchanged(&self, last: Option<&LinkRun>, input: &str) -> Result<Option<Linked>, AppError> {
        let Some(last) = last.filter(|last| last.input == input) else { return Ok(None) };
        let Ok(report) = serde_json::from_str::<RunReport>(&last.report) else { return Ok(None) };
        // A run killed between vault and store left its map unwritten; writing it again changes nothing.
        let map: Vec<(SubjectId, PersonId)> =
            self.vault.person_links()?.iter().map(|l| (l.subject, l.person)).collect();
        self.store.put_person_map(last.run, &map)?;
        Ok(Some(Linked { new: false, ..report.linked }))
    }

    /// Gives each cluster its person number.
    fn name_persons(&self, linkage: &Linkage) -> Result<Vec<PersonOf>, AppError> {
        let standing: HashMap<SubjectId, PersonId> =
            self.vault.person_links()?.into_iter().map(|l| (l.subject, l.person)).collect();
        // Larger claims first: a person's number stays with the part that has most of its subjects, ties with the smaller subject.
        let mut claims: Vec<(usize, SubjectId, PersonId, usize)> = Vec::new();
        for (at, cluster) in linkage.clusters.iter().enumerate() {
            let mut votes: BTreeMap<PersonId, (usize, SubjectId)> = BTreeMap::new();
            for subject in &cluster.subjects {
                if let Some(person) = standing.get(subject) {
                    votes.entry(*person).or_insert((0, *subject)).0 += 1;
                }
            }
            claims.extend(votes.into_iter().map(|(person, (count, first))| (count, first, person, at)));
        }
        claims.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut named: Vec<Option<PersonId>> = vec![None; linkage.clusters.len()];
        let mut given = self.vault.persons_ever()?;
        let mut taken = HashSet::new();
        for (_, _, person, at) in claims {
            if let Some(slot @ None) = named.get_mut(at)
                && taken.insert(person)
            {
                *slot = Some(person);
            }
        }
        let mut links = Vec::new();
        for (cluster, named) in linkage.clusters.iter().zip(named) {
            let Some(founder) = cluster.subjects.first() else { continue };
            let person = named.unwrap_or_else(|| {
                // A number that was ever given is never given again to somebody else.
                (0..)
                    .map(|attempt| self.vault.secret().person(*founder, attempt))
                    .find(|p| given.insert(*p))
                    .unwrap_or(PersonId(founder.0))
            });
            links.extend(cluster.subjects.iter().map(|subject| PersonOf {
                subject: *subject,
                person,
                confidence: cluster.confidence,
            }));
        }
        Ok(links)
    }

    fn input_digest(
        &self,
        statements: &[(String, kiban_vault::Statement)],
        decisions: &[PairDecision],
    ) -> String {
        let secret = self.vault.secret();
        let mut parts: Vec<String> = statements
            .iter()
            .map(|(provider, s)| {
                let exposed = [
                    &s.identity.name,
                    &s.identity.kana,
                    &s.identity.roman,
                    &s.identity.address,
                    &s.identity.postal_code,
                    &s.identity.insurer,
                ]
                .into_iter()
                .chain([
                    &s.identity.insurance_symbol,
                    &s.identity.insurance_number,
                    &s.identity.insurance_branch,
                ])
                .map(|v| v.as_ref().map_or("", |v| v.expose()))
                .chain(s.identity.phones.iter().map(|p| p.expose().as_str()))
                .collect::<Vec<_>>()
                .join("\u{1f}");
                let birth =
                    s.identity.birth_date.as_ref().map(|b| b.expose().to_string()).unwrap_or_default();
                secret.digest_text(
                    "linkage input",
                    &[
                        provider.as_bytes(),
                        &s.subject.0.to_be_bytes(),
                        exposed.as_bytes(),
                        birth.as_bytes(),
                        format!("{:?}", s.identity.sex).as_bytes(),
                    ],
                )
            })
            .collect();
        // What cannot be told changes nothing.
        let told = decisions.iter().filter(|d| d.answer != Answer::Unsure);
        parts.extend(told.map(|d| format!("{}-{}-{}", d.a.0, d.b.0, d.answer == Answer::Same)));
        parts.push(serde_json::to_string(&Settings::default()).unwrap_or_default());
        secret.digest_text("linkage run", &[parts.join("\n").as_bytes()])
    }
}

/// The pairs to keep: with the evidence for an explanation, and the reason where a human is asked.
fn kept(linkage: &Linkage, run: i64) -> Vec<KeptPair> {
    let together = together(linkage);
    let asked: HashMap<(SubjectId, SubjectId), &kiban_link::ReviewItem> =
        linkage.review.iter().map(|item| ((item.a, item.b), item)).collect();
    let code = |reason: ReviewReason| match serde_json::to_value(reason) {
        Ok(serde_json::Value::String(code)) => Some(code),
        _ => None,
    };
    linkage
        .pairs
        .iter()
        .map(|pair| {
            let item = asked.get(&(pair.a, pair.b));
            KeptPair {
                a: pair.a,
                b: pair.b,
                run,
                probability: pair.probability,
                joined: together(pair.a, pair.b),
                why: item.and_then(|item| code(item.reason)),
                value: item.map_or(0.0, |item| item.value),
                evidence: explain::to_keep(&pair.evidence),
            }
        })
        .collect()
}
