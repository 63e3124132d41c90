//! Linking (名寄せ): which subjects are one person, kept stable from run to run (LNK-01, LNK-02).
//!
//! A cluster keeps the person number most of its subjects had, so that those a change does not concern keep theirs; a
//! person split in two leaves the number with the larger part and founds a new one. The person map goes to the store;
//! names never do.

use crate::progress::{Progress, Stage, Tell, day};
use crate::{AppError, Operator};
use kiban_link::{Constraints, Linkage, PersonRecord, Settings};
use kiban_model::{PersonId, SubjectId};
use kiban_vault::{LinkRun, PairDecision, PairToReview, PersonOf};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a linkage run came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
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
        let records: Vec<PersonRecord> = statements
            .into_iter()
            .map(|(provider, statement)| PersonRecord {
                subject: statement.subject,
                provider,
                identity: statement.identity,
            })
            .collect();
        let pair = |d: &PairDecision| (d.a, d.b);
        let constraints = Constraints {
            must: decisions.iter().filter(|d| d.same).map(pair).collect(),
            must_not: decisions.iter().filter(|d| !d.same).map(pair).collect(),
        };
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
        let unchanged = last.as_ref().is_some_and(|l| l.input == input);
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
        if unchanged || records.is_empty() {
            // A run killed between vault and store left the map of the last run unwritten; writing it again changes nothing.
            if linked.run > 0 {
                let map: Vec<(SubjectId, PersonId)> =
                    self.vault.person_links()?.iter().map(|l| (l.subject, l.person)).collect();
                self.store.put_person_map(linked.run, &map)?;
            }
            return Ok(linked);
        }
        linked.run += 1;
        linked.new = true;
        let links = self.name_persons(&linkage)?;
        let run = LinkRun {
            run: linked.run,
            on: on.to_owned(),
            input,
            persons: linked.persons,
            subjects: linked.subjects,
        };
        self.vault.put_link_run(&run, &links, &review(&linkage))?;
        let map: Vec<(SubjectId, PersonId)> = links.iter().map(|l| (l.subject, l.person)).collect();
        self.store.put_person_map(run.run, &map)?;
        tell(Progress { stage: Stage::Linking, done: 1, total: 1 });
        let body = serde_json::json!({
            "run": linked.run, "subjects": linked.subjects, "persons": linked.persons, "shared": linked.shared, "review": linked.review,
        });
        self.record("PersonsLinked", on, body)?;
        Ok(linked)
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
        let mut given: HashSet<PersonId> = standing.values().copied().collect();
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
        parts.extend(decisions.iter().map(|d| format!("{}-{}-{}", d.a.0, d.b.0, d.same)));
        parts.push(serde_json::to_string(&Settings::default()).unwrap_or_default());
        secret.digest_text("linkage run", &[parts.join("\n").as_bytes()])
    }

    /// Records a human's word on two subjects: one person (`same`), or two. It holds in every later linkage.
    ///
    /// # Errors
    /// The vault.
    pub fn decide_pair(
        &self,
        a: SubjectId,
        b: SubjectId,
        same: bool,
        by: &str,
        on: &str,
    ) -> Result<(), AppError> {
        day(on)?;
        self.vault.add_decision(&PairDecision { a, b, same, on: on.to_owned(), by: by.to_owned() })?;
        let kind = if same { "PersonsMerged" } else { "PersonsSeparated" };
        self.record(kind, on, serde_json::json!({ "subjects": [a.0, b.0], "by": by }))
    }

    /// Pairs waiting for a human, most doubtful first: numbers, probability, evidence; no values.
    ///
    /// # Errors
    /// The vault.
    pub fn review_queue(&self) -> Result<Vec<PairToReview>, AppError> {
        Ok(self.vault.review_queue()?)
    }
}

fn review(linkage: &Linkage) -> Vec<PairToReview> {
    let explained: HashMap<(SubjectId, SubjectId), String> = linkage
        .pairs
        .iter()
        .map(|pair| {
            let words = pair.explain();
            ((pair.a, pair.b), serde_json::json!({ "ja": words.japanese, "en": words.english }).to_string())
        })
        .collect();
    linkage
        .review
        .iter()
        .map(|item| PairToReview {
            a: item.a,
            b: item.b,
            probability: item.probability,
            evidence: explained.get(&(item.a, item.b)).cloned().unwrap_or_default(),
        })
        .collect()
}
