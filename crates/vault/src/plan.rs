//! Planning an intake run: from decisions about subjects to an outcome for every record, written before anything is taken.
//!
//! A plan is durable first and carried out second, so that a run killed in the middle is finished exactly as planned,
//! whatever has changed since. Under one natural key the latest version stands; the same content is never taken twice.

use crate::{Vault, VaultError};
use kiban_model::{Reason, SubjectId};
use sqlx::Row as _;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the gate said of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its records may be taken.
    Allowed,
    /// Not yet.
    NotYet(&'static Reason),
    /// Objected.
    Objected(&'static Reason),
    /// A human must look first.
    Doubtful(&'static Reason),
}

/// A planned run.
#[derive(Debug, Clone, Default)]
pub struct RunPlan {
    /// Its number within the delivery, from 1; 0 when there is nothing to take.
    pub run: i64,
    /// (file, order in file) of the records whose rows are to be stored.
    pub store: HashSet<(u32, u64)>,
    /// (file, order in file) of everything admitted in this run: its identities go to the vault.
    pub admitted: HashSet<(u32, u64)>,
    /// Earlier records this run retires: (delivery, file, record).
    pub retire: Vec<(String, u32, u64)>,
}

/// One record under a key while the latest is sought.
struct Version {
    place: (String, u32, u64),
    record_no: u64,
    version: String,
    standing: i64,
    content: String,
    arrived: (i64, u32, u64),
    outcome: String,
    retired: bool,
    new: bool,
}

impl Vault {
    /// Subjects of a delivery's surveyed records; `None` stands for records about no person.
    ///
    /// # Errors
    /// The database.
    pub fn undecided(&self, delivery: &str) -> Result<Vec<Option<SubjectId>>, VaultError> {
        let query = sqlx::query("SELECT DISTINCT subject_id FROM record WHERE delivery_id = ? AND outcome = 'surveyed' ORDER BY 1").bind(delivery);
        let rows = self.wait(query.fetch_all(&self.pool))?;
        rows.iter()
            .map(|r| r.try_get(0).map(|id: i64| (id != 0).then_some(SubjectId(id))))
            .collect::<Result<_, sqlx::Error>>()
            .map_err(VaultError::from)
    }

    /// Puts surveyed records under the subject whose second number they stated: (second, owner).
    ///
    /// # Errors
    /// The database.
    pub fn rename_subjects(
        &self,
        delivery: &str,
        pairs: &[(SubjectId, SubjectId)],
    ) -> Result<(), VaultError> {
        self.wait(async {
            let mut work = self.pool.begin().await?;
            for (second, owner) in pairs {
                sqlx::query("UPDATE record SET subject_id = ? WHERE delivery_id = ? AND outcome = 'surveyed' AND subject_id = ?")
                    .bind(owner.0)
                    .bind(delivery)
                    .bind(second.0)
                    .execute(&mut *work)
                    .await?;
            }
            work.commit().await
        })
    }

    /// Turns verdicts into a durable plan. `nobody` is the verdict for records about no person.
    ///
    /// # Errors
    /// The database.
    pub fn plan_run(
        &self,
        delivery: &str,
        day: &str,
        verdicts: &HashMap<SubjectId, Verdict>,
        nobody: Verdict,
    ) -> Result<RunPlan, VaultError> {
        let reasons = verdicts.values().chain([&nobody]).filter_map(|v| match v {
            Verdict::Allowed => None,
            Verdict::NotYet(r) | Verdict::Objected(r) | Verdict::Doubtful(r) => Some(*r),
        });
        self.put_reasons(reasons)?;
        self.wait(async {
            let mut work = self.pool.begin().await?;
            let delivery_row = sqlx::query("SELECT provider_id, runs, rowid FROM delivery WHERE delivery_id = ?").bind(delivery).fetch_one(&mut *work).await?;
            let (provider, runs, arrival): (String, i64, i64) = (delivery_row.try_get(0)?, delivery_row.try_get(1)?, delivery_row.try_get(2)?);
            let run = runs + 1;
            for (subject, verdict) in verdicts.iter().map(|(s, v)| (s.0, v)).chain([(0, &nobody)]) {
                let (outcome, reason) = match verdict {
                    Verdict::Allowed => continue,
                    Verdict::NotYet(reason) => ("not_yet", reason),
                    Verdict::Objected(reason) => ("objected", reason),
                    Verdict::Doubtful(reason) => ("quarantined", reason),
                };
                sqlx::query("UPDATE record SET outcome = ?, reason = ? WHERE delivery_id = ? AND outcome = 'surveyed' AND subject_id = ?")
                    .bind(outcome)
                    .bind(reason.code)
                    .bind(delivery)
                    .bind(subject)
                    .execute(&mut *work)
                    .await?;
            }
            // Every version there is under the keys of what is left, across deliveries of this provider.
            let rows = sqlx::query(
                "SELECT r.delivery_id, r.file_no, r.seq, r.record_no, r.key, r.version, r.standing, r.content, r.outcome, r.retired_by <> '', d.rowid, r.subject_id
                 FROM record r JOIN delivery d USING (delivery_id)
                 WHERE r.provider_id = ?1 AND r.outcome IN ('surveyed', 'stored', 'history', 'cancellation', 'held', 'reference')
                   AND (r.outcome <> 'surveyed' OR r.delivery_id = ?2)
                   AND r.key IN (SELECT key FROM record WHERE delivery_id = ?2 AND outcome = 'surveyed')",
            )
            .bind(&provider)
            .bind(delivery)
            .fetch_all(&mut *work)
            .await?;
            let mut keys: BTreeMap<String, Vec<Version>> = BTreeMap::new();
            let mut about_nobody: HashSet<(u32, u64)> = HashSet::new();
            for r in &rows {
                let (from, file_no, seq): (String, u32, i64) = (r.try_get(0)?, r.try_get(1)?, r.try_get(2)?);
                let seq = u64::try_from(seq).unwrap_or(0);
                let outcome: String = r.try_get(8)?;
                let arrived: i64 = r.try_get(10)?;
                let new = outcome == "surveyed";
                if new && r.try_get::<i64, _>(11)? == 0 {
                    about_nobody.insert((file_no, seq));
                }
                keys.entry(r.try_get(4)?).or_default().push(Version {
                    place: (from, file_no, seq),
                    record_no: u64::try_from(r.try_get::<i64, _>(3)?).unwrap_or(0),
                    version: r.try_get(5)?,
                    standing: r.try_get(6)?,
                    content: r.try_get(7)?,
                    arrived: (if new { arrival } else { arrived }, file_no, seq),
                    outcome,
                    retired: r.try_get(9)?,
                    new,
                });
            }
            let mut plan = RunPlan { run, ..RunPlan::default() };
            let mark = format!("{delivery}#{run}");
            for versions in keys.values_mut() {
                for (index, outcome) in settle(versions, &about_nobody) {
                    let Some(version) = versions.get(index) else { continue };
                    let (from, file_no, seq) = &version.place;
                    let number = i64::try_from(*seq).unwrap_or(i64::MAX);
                    if outcome == "retired" {
                        plan.retire.push((from.clone(), *file_no, version.record_no));
                        sqlx::query("UPDATE record SET retired_by = ? WHERE delivery_id = ? AND file_no = ? AND seq = ?")
                            .bind(&mark)
                            .bind(from)
                            .bind(file_no)
                            .bind(number)
                            .execute(&mut *work)
                            .await?;
                        continue;
                    }
                    plan.admitted.insert((*file_no, *seq));
                    if outcome == "stored" {
                        plan.store.insert((*file_no, *seq));
                    }
                    sqlx::query("UPDATE record SET outcome = ?, run = ? WHERE delivery_id = ? AND file_no = ? AND seq = ?")
                        .bind(outcome)
                        .bind(run)
                        .bind(delivery)
                        .bind(file_no)
                        .bind(number)
                        .execute(&mut *work)
                        .await?;
                }
            }
            if plan.admitted.is_empty() {
                plan.run = 0;
            } else {
                sqlx::query("UPDATE delivery SET pending_run = ?, pending_day = ? WHERE delivery_id = ?").bind(run).bind(day).bind(delivery).execute(&mut *work).await?;
            }
            work.commit().await?;
            plan.retire.sort();
            Ok(plan)
        })
    }

    /// The plan of an unfinished run, as it was written.
    ///
    /// # Errors
    /// The database.
    pub fn planned_run(&self, delivery: &str, run: i64) -> Result<RunPlan, VaultError> {
        self.wait(async {
            let rows =
                sqlx::query("SELECT file_no, seq, outcome FROM record WHERE delivery_id = ? AND run = ?")
                    .bind(delivery)
                    .bind(run)
                    .fetch_all(&self.pool)
                    .await?;
            let mut plan = RunPlan { run, ..RunPlan::default() };
            for r in &rows {
                let place = (r.try_get::<u32, _>(0)?, u64::try_from(r.try_get::<i64, _>(1)?).unwrap_or(0));
                plan.admitted.insert(place);
                if r.try_get::<String, _>(2)? == "stored" {
                    plan.store.insert(place);
                }
            }
            let retired = sqlx::query(
                "SELECT delivery_id, file_no, record_no FROM record WHERE retired_by = ? ORDER BY 1, 2, 3",
            )
            .bind(format!("{delivery}#{run}"))
            .fetch_all(&self.pool)
            .await?;
            for r in &retired {
                plan.retire.push((
                    r.try_get(0)?,
                    r.try_get(1)?,
                    u64::try_from(r.try_get::<i64, _>(2)?).unwrap_or(0),
                ));
            }
            Ok(plan)
        })
    }

    /// Marks a run as finished.
    ///
    /// # Errors
    /// The database.
    pub fn finish_run(&self, delivery: &str, run: i64) -> Result<(), VaultError> {
        let query = sqlx::query("UPDATE delivery SET runs = ?1, pending_run = NULL, pending_day = NULL WHERE delivery_id = ?2 AND pending_run = ?1").bind(run).bind(delivery);
        self.wait(query.execute(&self.pool))?;
        Ok(())
    }
}

/// Decides the outcome of each new version under one key, and which old ones retire: (index, outcome).
fn settle(versions: &mut [Version], about_nobody: &HashSet<(u32, u64)>) -> Vec<(usize, &'static str)> {
    // Later version later; among equals, later arrival later.
    versions.sort_by(|a, b| (&a.version, a.arrived).cmp(&(&b.version, b.arrived)));
    let mut outcomes = Vec::new();
    // What is held: contents taken earlier, and contents of new ones as they come. A cancellation's content is its own.
    let mut contents: HashSet<(i64, String)> =
        versions.iter().filter(|v| !v.new).map(|v| (v.standing, v.content.clone())).collect();
    let mut fresh: Vec<bool> = Vec::with_capacity(versions.len());
    let mut by_arrival: Vec<usize> = (0..versions.len()).collect();
    by_arrival.sort_by_key(|at| versions.get(*at).map(|v| v.arrived));
    fresh.resize(versions.len(), false);
    for at in by_arrival {
        if let (Some(version), Some(slot)) = (versions.get(at), fresh.get_mut(at)) {
            *slot = version.new && contents.insert((version.standing, version.content.clone()));
        }
    }
    // The last word: the latest version that is not mere history.
    let last = versions
        .iter()
        .enumerate()
        .rev()
        .find(|(at, v)| v.standing != 1 && (!v.new || fresh.get(*at) == Some(&true)))
        .map(|(at, _)| at);
    for (at, version) in versions.iter().enumerate() {
        if version.new {
            let outcome = if fresh.get(at) != Some(&true) {
                "held"
            } else if about_nobody.contains(&(version.place.1, version.place.2)) {
                "reference"
            } else {
                match version.standing {
                    2 => "cancellation",
                    0 if Some(at) == last => "stored",
                    _ => "history",
                }
            };
            outcomes.push((at, outcome));
        } else if version.outcome == "stored" && !version.retired && Some(at) != last {
            outcomes.push((at, "retired"));
        }
    }
    outcomes
}

#[cfg(test)]
mod tests;
