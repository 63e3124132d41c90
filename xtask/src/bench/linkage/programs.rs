//! The programs that are run: Kiban, Splink, and the scorers that judge both.

use super::super::peers::{Environment, succeed};
use super::sets::{Set, shared_bench};
use crate::house::{cargo_command, root};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// One linkage of one set.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Peak resident memory in bytes.
    pub(crate) peak: u64,
    pub(crate) stages: Vec<(String, f64)>,
    /// Record id and `cluster_id`.
    pub(crate) clusters: PathBuf,
}

/// How right the clusters are, by pairs.
#[derive(Debug, Deserialize)]
pub(crate) struct Score {
    pub(crate) records: u64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

/// What became of twins, and of the rest of households.
#[derive(Debug, Deserialize)]
pub(crate) struct Twins {
    pub(crate) twins: Couples,
    pub(crate) household: Couples,
}

/// Couples of persons that may be confused.
#[derive(Debug, Deserialize)]
pub(crate) struct Couples {
    pub(crate) couples: u64,
    pub(crate) false_merges: f64,
    pub(crate) kept: f64,
    pub(crate) missed_in_review: f64,
}

/// Everything that can be run.
pub(crate) struct Programs<'a> {
    environment: &'a Environment,
    folder: &'a Path,
    kiban: PathBuf,
    incremental: PathBuf,
}

/// How often Kiban is timed; the run in the middle counts.
const RUNS: usize = 3;

impl<'a> Programs<'a> {
    /// Builds `kiban` as a user would, and the example with the standing index; in one go, so that both share what they use.
    pub(crate) fn build(environment: &'a Environment, folder: &'a Path) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Message {
            executable: Option<PathBuf>,
        }
        let output = cargo_command()
            .args(["build", "--release", "--package", "kiban", "--package", "kiban-link"])
            .args(["--bin", "kiban", "--example", "incremental"])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let built: Vec<PathBuf> =
            text.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable).collect();
        let find = |name: &str| {
            let found = built.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
            found.cloned().ok_or(format!("{name} cannot be built"))
        };
        Ok(Self { environment, folder, kiban: find("kiban")?, incremental: find("incremental")? })
    }

    /// A file of this run.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// `kiban link table`, from start to end of the process; with `pairs` once, for what it writes.
    pub(crate) fn kiban(&self, set: &Set, pairs: Option<&Path>) -> Result<Measured, String> {
        #[derive(Deserialize)]
        struct Report {
            peak_memory_bytes: u64,
            stages: Vec<Stage>,
        }
        #[derive(Deserialize)]
        struct Stage {
            stage: String,
            seconds: f64,
        }
        let clusters = self.place("kiban.parquet");
        let mut command = Command::new(&self.kiban);
        command.args(["link", "table", "--json"]).arg(&set.table).arg("--out").arg(&clusters);
        command.arg("--schema").arg(root().join("examples/link").join(set.schema));
        if let Some(pairs) = pairs {
            command.arg("--pairs").arg(pairs);
        }
        let mut runs = Vec::new();
        for _ in 0..if pairs.is_some() { 1 } else { RUNS } {
            let start = Instant::now();
            let report: Report = json(&mut command)?;
            runs.push((start.elapsed().as_secs_f64(), report));
        }
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (seconds, report) = runs.swap_remove(runs.len() / 2);
        let stages = report.stages.into_iter().map(|s| (s.stage, s.seconds)).collect();
        Ok(Measured { seconds, peak: report.peak_memory_bytes, stages, clusters })
    }

    /// The Splink baseline: normalised beforehand where it must be, which is not timed.
    pub(crate) fn splink(&self, set: &Set, folder: &Path) -> Result<Measured, String> {
        #[derive(Deserialize)]
        struct Report {
            seconds: f64,
            peak: u64,
        }
        let mut input = PathBuf::from("-");
        if set.people.is_some() {
            input = self.place("normalised.parquet");
            let script = shared_bench().join("norm_jp.py");
            succeed(self.environment.python().arg(script).arg(&set.table).arg(&input).arg("full"))?;
        }
        let clusters = self.place("splink.parquet");
        let mut command = self.environment.script("splink_people.py");
        command.arg(shared_bench().join("splink_baseline.py")).arg(set.dataset).arg(input);
        let report: Report = json(command.arg(set.record).arg(&clusters).current_dir(folder))?;
        Ok(Measured { seconds: report.seconds, peak: report.peak * 1024, stages: Vec::new(), clusters })
    }

    /// What the example with the standing index measures, when the last rows of a set arrive after the others.
    pub(crate) fn incremental<T: DeserializeOwned>(&self, set: &Set, arriving: u32) -> Result<T, String> {
        let (standing, new) = (self.place("standing.parquet"), self.place("new.parquet"));
        let mut split = self.environment.script("people_split.py");
        succeed(split.arg(&set.table).arg(arriving.to_string()).args([&standing, &new]))?;
        let schema = root().join("examples/link").join(set.schema);
        json(Command::new(&self.incremental).args([&standing, &new, &schema, &self.place("link.index")]))
    }

    /// Pair precision and recall of anybody's clusters.
    pub(crate) fn score(&self, set: &Set, clusters: &Path) -> Result<Score, String> {
        let mut command = self.environment.script("clusters.py");
        command.arg(&set.truth).args([set.record, "person_id"]).arg(clusters).args(set.across);
        json(&mut command)
    }

    /// What became of twins and households.
    pub(crate) fn twins(&self, set: &Set, clusters: &Path, pairs: Option<&Path>) -> Result<Twins, String> {
        json(self.environment.script("twins.py").arg(&set.truth).arg(clusters).args(pairs))
    }
}

/// Runs a program and reads the one line of JSON it prints.
fn json<T: DeserializeOwned>(command: &mut Command) -> Result<T, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{command:?}: {error}"))
}
