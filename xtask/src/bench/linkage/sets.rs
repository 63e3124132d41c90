//! The tables that are linked: generated Japanese people of any number, and the peers' public sets.

use super::super::peers::{Environment, succeed};
use crate::house::root;
use std::path::{Path, PathBuf};

/// One table with its truth.
pub(crate) struct Set {
    pub(crate) name: String,
    /// How many people were generated; `None` for a public set.
    pub(crate) people: Option<u64>,
    pub(crate) table: PathBuf,
    /// The schema in `examples/link/`.
    pub(crate) schema: &'static str,
    /// The file with the truth, and its columns of record and person.
    pub(crate) truth: PathBuf,
    pub(crate) record: &'static str,
    /// Where only pairs across the values of a column count, that column.
    pub(crate) across: Option<&'static str>,
    /// What the Splink baseline calls it.
    pub(crate) dataset: &'static str,
}

fn shared(variable: &str, folder: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| root().join("../shared").join(folder), PathBuf::from)
}

/// Where the generator and the baseline are.
pub(crate) fn shared_bench() -> PathBuf {
    shared("KIBAN_SHARED_BENCH", "bench")
}

/// Makes every set whose source is here, and says which is not.
pub(crate) fn make(
    environment: &Environment,
    folder: &Path,
    people: &[u64],
    seed: u64,
) -> Result<Vec<Set>, String> {
    let mut sets = Vec::new();
    let generator = shared_bench().join("gen_jp.py");
    if generator.exists() {
        for people in people {
            sets.push(generated(environment, &generator, folder, *people, seed)?);
        }
    } else {
        println!("no generator here; no Japanese people");
    }
    let data = shared("KIBAN_SHARED_DATA", "data");
    if data.join("linkage").exists() {
        succeed(environment.script("people_sets.py").arg(&data).arg(folder))?;
        let public = |name: &str, schema, record, across, dataset| Set {
            name: name.to_owned(),
            people: None,
            table: folder.join(format!("{name}.parquet")),
            schema,
            truth: folder.join(format!("{name}_truth.parquet")),
            record,
            across,
            dataset,
        };
        sets.push(public("febrl4", "febrl.toml", "rec_id", Some("source"), "febrl4"));
        sets.push(public("historical_50k", "western.toml", "unique_id", None, "hist50k"));
    } else {
        println!("no public sets here");
    }
    Ok(sets)
}

fn generated(
    environment: &Environment,
    generator: &Path,
    folder: &Path,
    people: u64,
    seed: u64,
) -> Result<Set, String> {
    let table = folder.join(format!("people_{people}_{seed}.parquet"));
    if !table.exists() {
        println!("generating {people} people …");
        let making = table.with_extension("making");
        let mut script = environment.script("people.py");
        succeed(script.arg(generator).args([people.to_string(), seed.to_string()]).arg(&making))?;
        std::fs::rename(&making, &table).map_err(|error| error.to_string())?;
    }
    Ok(Set {
        name: format!("{people} people"),
        people: Some(people),
        truth: table.clone(),
        table,
        schema: "gen_jp.toml",
        record: "rec_id",
        across: None,
        dataset: "jp",
    })
}
