//! Anonymizes a table without the rest of Kiban and prints as JSON what it cost: what `cargo xtask bench privacy` measures.
//!
//!     anonymize_table IN.csv POLICY.toml HIERARCHIES OUT.csv
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
    let [table, policy, hierarchies, out] = arguments.as_slice() else {
        return Err("anonymize_table IN.csv POLICY.toml HIERARCHIES OUT.csv".into());
    };
    let policy = TablePolicy::parse(&std::fs::read_to_string(policy)?, "policy")?;
    let reader = |path: &Path| Ok(Box::new(File::open(path)?) as Box<dyn Read + Send>);
    let job = Job {
        policy: &policy,
        hierarchy: &|name| std::fs::read_to_string(hierarchies.join(name)),
        table: &|| reader(table),
        create: &|| Ok(Box::new(BufWriter::new(File::create(out)?)) as Box<dyn Write + Send>),
        written: &|| reader(out),
        budget: u64::MAX,
    };
    let begun: Mutex<Vec<(FlatStage, Instant)>> = Mutex::default();
    let report = flat::anonymize(&job, &|stage| {
        if let Ok(mut begun) = begun.lock() {
            begun.push((stage, Instant::now()));
        }
    })?;
    let begun = begun.into_inner()?;
    let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
    let seconds: Vec<f64> =
        begun.iter().zip(ends).map(|((_, start), end)| (end - *start).as_secs_f64()).collect();
    let mut told = serde_json::to_value(&report)?;
    told["load_and_search"] = seconds.iter().take(2).sum::<f64>().into();
    told["seconds"] = seconds.iter().sum::<f64>().into();
    told["peak_memory_bytes"] = peak_bytes().into();
    println!("{told}");
    Ok(())
}

fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
