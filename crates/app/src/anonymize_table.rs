//! Anonymizing any flat table (表の匿名加工): a CSV file, a policy and hierarchies in; the same rows with coarser values out
//! (ANO-04, ANO-05). Needs no operator's folder, keeps nothing, and writes no ledger: what comes in and goes out is the
//! caller's own.
//!
//! The product appears under its name only after it was counted again; until then, and after any error, there is none.

use crate::AppError;
use crate::progress::{Progress, Stage, Tell};
pub use kiban_process::flat::FlatReport;
use kiban_process::flat::{self, FlatStage, Job, Refusal, TablePolicy};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// What to anonymize, how, and where to put it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The table, a CSV file with a heading.
    pub table: &'a Path,
    /// What its columns are and what must hold, a TOML file; see `examples/anonymize/`.
    pub policy: &'a Path,
    /// Where the product goes.
    pub out: &'a Path,
    /// The folder of the hierarchies; the policy's own by default.
    pub hierarchies: Option<&'a Path>,
    /// k instead of the policy's.
    pub k: Option<u64>,
    /// The share of rows that may be suppressed, instead of the policy's.
    pub suppression_limit: Option<f64>,
    /// How often combinations may be counted in search of the best levels; without end by default.
    pub budget: Option<u64>,
    /// Refusals in Japanese instead of English.
    pub japanese: bool,
}

/// Anonymizes a table.
///
/// # Errors
/// A file cannot be read or written, the policy or a hierarchy is not in its grammar, or the policy cannot be met.
pub fn anonymize_table(request: &Request<'_>, tell: Tell<'_>) -> Result<FlatReport, AppError> {
    let refused =
        |refusal: Refusal| AppError::Process(if request.japanese { refusal.0.ja } else { refusal.0.en });
    let policy = policy(request)?;
    let policy = match request.suppression_limit {
        Some(share) => policy.with_limit(share).map_err(refused)?,
        None => policy,
    };
    let beside = request.policy.parent().unwrap_or(Path::new(""));
    let hierarchies = request.hierarchies.unwrap_or(beside);
    File::open(request.table).map_err(AppError::at(request.table))?;
    let making = Making::new(request)?;
    let job = Job {
        policy: &policy,
        hierarchy: &|name| std::fs::read_to_string(hierarchies.join(name)),
        table: &|| read(request.table),
        create: &|| Ok(Box::new(BufWriter::new(File::create(&making.0)?)) as Box<dyn Write + Send>),
        written: &|| read(&making.0),
        budget: request.budget.unwrap_or(u64::MAX),
    };
    let report = flat::anonymize(&job, &|stage| tell(Progress { stage: named(stage), done: 0, total: 1 }));
    let report = report.map_err(refused)?;
    std::fs::rename(&making.0, request.out).map_err(AppError::at(request.out))?;
    Ok(report)
}

fn policy(request: &Request<'_>) -> Result<TablePolicy, AppError> {
    let mut policy = read_policy(request.policy, request.japanese)?;
    policy.k = request.k.unwrap_or(policy.k);
    Ok(policy)
}

/// The policy of a table.
pub(crate) fn read_policy(path: &Path, japanese: bool) -> Result<TablePolicy, AppError> {
    let text = std::fs::read_to_string(path).map_err(AppError::at(path))?;
    TablePolicy::parse(&text, &path.display().to_string())
        .map_err(|errors| AppError::Policy(if japanese { errors.japanese() } else { errors.to_string() }))
}

pub(crate) fn read(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    Ok(Box::new(File::open(path)?))
}

fn named(stage: FlatStage) -> Stage {
    match stage {
        FlatStage::Counting => Stage::Reading,
        FlatStage::Searching => Stage::Searching,
        FlatStage::Writing => Stage::Writing,
        FlatStage::Verifying => Stage::Verifying,
    }
}

/// The file while it is no product yet; taken away again unless it becomes one.
struct Making(PathBuf);

impl Making {
    fn new(request: &Request<'_>) -> Result<Self, AppError> {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        if real(request.out).is_some_and(|out| Some(out) == real(request.table)) {
            let problem = "this is the table itself; choose another file to write to".to_owned();
            return Err(AppError::Grammar { path: request.out.to_path_buf(), problem });
        }
        let mut making = request.out.as_os_str().to_owned();
        making.push(".part");
        let making = PathBuf::from(making);
        // Before the work, so that hours do not end in a folder nobody may write to.
        File::create(&making).map_err(AppError::at(&making))?;
        Ok(Self(making))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // Once it has become the product there is nothing under this name, and that is no error.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const POLICY: &str =
        "[columns]\nsex = 'quasi-identifier'\n[protect]\nk_anonymity = 2\nsuppression_limit = 0.5\n";

    fn run(folder: &Path, table: &str, out: &str) -> Result<FlatReport, AppError> {
        std::fs::write(folder.join("policy.toml"), POLICY).unwrap();
        std::fs::write(folder.join("sex.csv"), "M,*\nF,*\n").unwrap();
        std::fs::write(folder.join("in.csv"), table).unwrap();
        let request = Request {
            table: &folder.join("in.csv"),
            policy: &folder.join("policy.toml"),
            out: &folder.join(out),
            hierarchies: None,
            k: None,
            suppression_limit: None,
            budget: None,
            japanese: false,
        };
        anonymize_table(&request, &|_| ())
    }

    #[test]
    fn the_product_appears_when_it_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let report = run(folder.path(), "sex,name\nM,A\nF,B\nM,C\n", "out.csv").unwrap();
        assert_eq!((report.rows, report.suppressed), (3, 1));
        assert_eq!(std::fs::read_to_string(folder.path().join("out.csv")).unwrap(), "sex\nM\n*\nM\n");
        assert!(!folder.path().join("out.csv.part").exists());
    }

    #[test]
    fn after_an_error_there_is_no_product_and_the_table_stands() {
        let folder = tempfile::tempdir().unwrap();
        let error = run(folder.path(), "sex\nM\nX\n", "out.csv").unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("sex") && !error.contains('X'), "{error}");
        assert!(!folder.path().join("out.csv").exists() && !folder.path().join("out.csv.part").exists());
        assert!(
            run(folder.path(), "sex\nM\nM\n", "in.csv").unwrap_err().to_string().contains("the table itself")
        );
        assert_eq!(std::fs::read_to_string(folder.path().join("in.csv")).unwrap(), "sex\nM\nM\n");
    }
}
