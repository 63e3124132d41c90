//! Anonymizes a table without the rest of Kiban, and says what it cost: `anonymize_table IN.csv POLICY.toml HIERARCHIES OUT.csv`.
#![allow(clippy::print_stdout)]

use kiban_process::flat::{self, FlatStage, Job, TablePolicy};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [table, policy, hierarchies, out, rest @ ..] = arguments.as_slice() else {
        return Err("anonymize_table IN.csv POLICY.toml HIERARCHIES OUT.csv [K] [LIMIT]".into());
    };
    let mut policy = TablePolicy::parse(&std::fs::read_to_string(policy)?, "policy")?;
    let number =
        |at: usize| rest.get(at).and_then(|text| text.to_str()).and_then(|text| text.parse::<f64>().ok());
    if let Some(k) = number(0) {
        policy.k = k as u64;
    }
    if let Some(limit) = number(1) {
        policy = policy.with_limit(limit)?;
    }
    let reader = |path: &Path| Ok(Box::new(File::open(path)?) as Box<dyn Read + Send>);
    let job = Job {
        policy: &policy,
        hierarchy: &|name| std::fs::read_to_string(hierarchies.join(name)),
        table: &|| reader(table),
        create: &|| Ok(Box::new(BufWriter::new(File::create(out)?)) as Box<dyn Write + Send>),
        written: &|| reader(out),
        budget: u64::MAX,
    };
    let stages: Mutex<Vec<(FlatStage, Instant)>> = Mutex::default();
    let report = flat::anonymize(&job, &|stage| {
        if let Ok(mut stages) = stages.lock() {
            stages.push((stage, Instant::now()));
        }
    })?;
    let stages = stages.into_inner()?;
    let ends = stages.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
    for ((stage, start), end) in stages.iter().zip(ends) {
        println!("{stage:?} {:.3} s", (end - *start).as_secs_f64());
    }
    println!("{}", serde_json::to_string(&report)?);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or(""));
    Ok(())
}
