//! The programs that are run: Kiban's engine for flat tables, and the independent checker.

use super::super::peers::Environment;
use super::tables::{Row, Table, shared_bench};
use crate::house::{cargo_command, root};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What the checker is said to have found where it did not agree.
pub(crate) const FAILED: &str = "FAILED";

/// How often Kiban is timed; the run in the middle counts.
const RUNS: usize = 3;

/// What the engine prints.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    pub(crate) rows: u64,
    pub(crate) loss_geometric: f64,
    pub(crate) loss_arithmetic: f64,
    pub(crate) loss_at_least: Option<f64>,
    pub(crate) optimal: bool,
    pub(crate) classes: u64,
    pub(crate) smallest_class: u64,
    pub(crate) suppressed: u64,
    pub(crate) load_and_search: f64,
    pub(crate) peak_memory_bytes: u64,
}

/// One table anonymized.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) report: Report,
    /// Of the whole process.
    pub(crate) seconds: f64,
    product: PathBuf,
}

/// Everything that can be run.
pub(crate) struct Programs<'a> {
    environment: &'a Environment,
    folder: &'a Path,
    engine: PathBuf,
}

impl<'a> Programs<'a> {
    /// Builds the engine, optimised, and nothing else of Kiban.
    pub(crate) fn build(environment: &'a Environment, folder: &'a Path) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Message {
            executable: Option<PathBuf>,
        }
        let output = cargo_command()
            .args(["build", "--release", "--package", "kiban-process", "--example", "anonymize_table"])
            .args(["--message-format", "json-render-diagnostics"])
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let built = text.lines().find_map(|line| serde_json::from_str::<Message>(line).ok()?.executable);
        Ok(Self { environment, folder, engine: built.ok_or("the engine cannot be built")? })
    }

    /// Anonymizes a table.
    pub(crate) fn kiban(&self, row: &Row, table: &Table) -> Result<Measured, String> {
        let policy = self.folder.join("policy.toml");
        std::fs::write(&policy, self::policy(row, table)?).map_err(|error| error.to_string())?;
        let product = self.folder.join("product.csv");
        let mut command = Command::new(&self.engine);
        command.args([&table.csv, &policy, &table.hierarchies, &product]);
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
            let seconds = start.elapsed().as_secs_f64();
            if !output.status.success() {
                return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
            }
            let report: Report = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
            runs.push((seconds, report));
        }
        runs.sort_by(|a, b| a.1.load_and_search.total_cmp(&b.1.load_and_search));
        let (seconds, report) = runs.swap_remove(runs.len() / 2);
        Ok(Measured { report, seconds, product })
    }

    /// Whether the checker finds k, the truth, and the loss that Kiban told.
    pub(crate) fn check(&self, row: &Row, table: &Table, measured: &Measured) -> Result<String, String> {
        let mut command = self.environment.python();
        command.arg(shared_bench().join("check_anonymity.py")).args([
            &table.csv,
            &measured.product,
            &table.hierarchies,
        ]);
        command.arg(row.k.to_string()).args(["--prefix", table.prefix]);
        if row.diversity.is_some() {
            let rest = "sex,age,race,marital-status,education,native-country,workclass,salary-class";
            command.args(["--columns", rest]);
        }
        let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or("");
        let told =
            |name: &str| last.split_once(&format!(" {name} "))?.1.split(' ').next()?.parse::<f64>().ok();
        let same = |name: &str, ours: f64| told(name).is_some_and(|found| (found - ours).abs() < 1e-5);
        let report = &measured.report;
        let agrees = same("loss", report.loss_geometric) && same("arithmetic", report.loss_arithmetic);
        let k = told("k").unwrap_or(0.0);
        Ok(if output.status.success() && agrees { format!("k {k}, agrees") } else { FAILED.to_owned() })
    }
}

/// The example's policy with a row's settings.
fn policy(row: &Row, table: &Table) -> Result<String, String> {
    let name = if row.local { "-k5-local.toml" } else { "-k5.toml" };
    let path = root().join("examples/anonymize").join(format!("{}{name}", table.policy));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        lines.push(match line.split_once(" = ").map_or(line, |(key, _)| key) {
            "k_anonymity" => format!("k_anonymity = {}", row.k),
            "suppression_limit" => format!("suppression_limit = {}", row.limit),
            "over_columns" if row.arithmetic => "over_columns = \"arithmetic\"".to_owned(),
            "occupation" if row.diversity.is_some() => "occupation = \"sensitive\"".to_owned(),
            _ => line.to_owned(),
        });
        if let (true, Some(l)) = (line.starts_with("k_anonymity"), row.diversity) {
            lines.push(format!("distinct_diversity = {l}"));
        }
    }
    Ok(lines.join("\n"))
}
