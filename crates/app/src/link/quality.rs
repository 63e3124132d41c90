//! The quality report (名寄せの品質): what the runs recorded, what people judged, and what has drifted. No identity, no subject.

use super::estimate::{Estimate, JudgedStratum, precision, recall, stability_index};
use super::fields::IdentityField;
use super::run_report::RunReport;
use crate::{AppError, Operator};
use kiban_link::{Field, Level};
use kiban_vault::{Answer, Sample};
use std::collections::HashMap;

/// Everything the report shows.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct QualityReport {
    /// The operator's name.
    pub operator: String,
    /// Day of the report, ISO 8601.
    pub on: String,
    /// Runs that kept a report, oldest first, with their day.
    pub runs: Vec<(String, RunReport)>,
    /// The latest sample as judged so far.
    pub sample: Option<JudgedSample>,
    /// What changed from the run before the last to the last, most changed first.
    pub drift: Vec<Drift>,
    /// Decisions standing: one person, two persons, cannot be told; and taken back.
    pub decisions: [u64; 4],
    /// Pairs waiting for a human now.
    pub waiting: u64,
}

/// A sample and what people said of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct JudgedSample {
    /// Number.
    pub number: i64,
    /// The run it is of.
    pub run: i64,
    /// Day it was drawn.
    pub on: String,
    /// Seed.
    pub seed: i64,
    /// Stratum by stratum.
    pub strata: Vec<JudgedStratum>,
    /// Of the joined pairs, the share that is right; `None` until the whole sample is answered.
    pub precision: Option<Estimate>,
    /// Of the right pairs among those kept, the share joined.
    pub recall: Option<Estimate>,
}

/// What is watched from run to run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Watched {
    /// How candidate pairs agree on a field.
    Levels(Field),
    /// How many of a provider's statements are silent about a field.
    Missing(String, IdentityField),
}

/// How far something lies from where it was.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Drift {
    /// What.
    pub watched: Watched,
    /// Population stability index.
    pub index: f64,
    /// Where a share is watched: before and after.
    pub shares: Option<(f64, f64)>,
}

impl Drift {
    /// From here on a change is worth a look, by the usual rule of thumb (N. Siddiqi, Credit Risk Scorecards, 2006).
    pub const NOTABLE: f64 = 0.10;
    /// From here on it is large: find out why before trusting the run.
    pub const LARGE: f64 = 0.25;
}

impl Operator {
    /// Puts the quality report together.
    ///
    /// # Errors
    /// No run has kept a report; the vault.
    pub fn quality_report(&self, on: &str) -> Result<QualityReport, AppError> {
        let mut runs = Vec::new();
        for run in self.vault.link_runs()?.into_iter().filter(|run| !run.report.is_empty()) {
            let damaged =
                |_| AppError::Vault(kiban_vault::VaultError::Damaged { what: "report of a linkage run" });
            runs.push((run.on, serde_json::from_str::<RunReport>(&run.report).map_err(damaged)?));
        }
        if runs.is_empty() {
            return Err(AppError::NothingLinked);
        }
        let standing = self.vault.decisions()?;
        let said = |answer| standing.iter().filter(|d| d.answer == answer).count() as u64;
        let undone = self.vault.all_decisions()?.iter().filter(|d| d.undone.is_some()).count() as u64;
        let answers: HashMap<_, _> = standing.iter().map(|d| ((d.a, d.b), d.answer)).collect();
        let sample =
            self.vault.last_sample()?.map(|sample| judge(&sample, |pair| answers.get(&pair).copied()));
        Ok(QualityReport {
            operator: self.config.operator.clone(),
            on: on.to_owned(),
            drift: drift(&runs),
            runs,
            sample,
            decisions: [said(Answer::Same), said(Answer::Different), said(Answer::Unsure), undone],
            waiting: self.vault.waiting()?,
        })
    }
}

type Pair = (kiban_model::SubjectId, kiban_model::SubjectId);

fn judge(sample: &Sample, answer: impl Fn(Pair) -> Option<Answer>) -> JudgedSample {
    let mut strata: Vec<JudgedStratum> = sample.strata.iter().map(JudgedStratum::of).collect();
    for pair in &sample.pairs {
        let Some(stratum) = strata.iter_mut().find(|s| (s.joined, s.bin) == (pair.joined, pair.bin)) else {
            continue;
        };
        stratum.drawn += 1;
        match answer((pair.a, pair.b)) {
            Some(Answer::Unsure) => stratum.unsure += 1,
            Some(answer) => {
                stratum.judged += 1;
                stratum.same += u64::from(answer == Answer::Same);
            }
            None => {}
        }
    }
    JudgedSample {
        number: sample.number,
        run: sample.run,
        on: sample.on.clone(),
        seed: sample.seed,
        precision: precision(&strata),
        recall: recall(&strata),
        strata,
    }
}

fn drift(runs: &[(String, RunReport)]) -> Vec<Drift> {
    let [.., (_, before), (_, after)] = runs else { return Vec::new() };
    let mut drift = Vec::new();
    for now in &after.statistics.fields {
        let Some(then) = before.statistics.fields.iter().find(|f| f.field == now.field) else { continue };
        let counts = |levels: &[(Level, u64)]| -> Vec<u64> {
            let of = |level: &Level| levels.iter().find(|(l, _)| l == level).map_or(0, |(_, n)| *n);
            let met = |level: &&Level| {
                [&then.levels, &now.levels].iter().any(|l| l.iter().any(|(m, _)| m == *level))
            };
            Level::ALL.iter().filter(met).map(of).collect()
        };
        if let Some(index) = stability_index(&counts(&then.levels), &counts(&now.levels)) {
            drift.push(Drift { watched: Watched::Levels(now.field), index, shares: None });
        }
    }
    for now in &after.providers {
        let Some(then) = before.providers.iter().find(|p| p.provider == now.provider) else { continue };
        for (field, missing) in &now.missing {
            let Some((_, missed)) = then.missing.iter().find(|(f, _)| f == field) else { continue };
            let counts = |missing: u64, all: u64| [missing, all.saturating_sub(missing)];
            let (p, q) = (counts(*missed, then.statements), counts(*missing, now.statements));
            let share = |missing: u64, all: u64| missing as f64 / all.max(1) as f64;
            if let Some(index) = stability_index(&p, &q) {
                let shares = Some((share(*missed, then.statements), share(*missing, now.statements)));
                drift.push(Drift { watched: Watched::Missing(now.provider.clone(), *field), index, shares });
            }
        }
    }
    drift.sort_by(|x, y| y.index.total_cmp(&x.index));
    drift
}
